from kpicore.recent import Recent


def test_what_was_made_is_kept_until_there_are_too_many() -> None:
    made: list[int] = []

    def get(number: int) -> int | None:
        return recent.get(number, lambda: made.append(number))  # type: ignore[func-returns-value]

    recent = Recent[None]()
    for number in (1, 1, *range(2, 65), 1):
        assert get(number) is None
    assert made == list(range(1, 65))
    assert (get(65), get(1), made[64:]) == (None, None, [65, 1])
