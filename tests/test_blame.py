"""Exactly the figures that are to blame are named, and each once."""

from __future__ import annotations

import pytest
from attrs import evolve
from support.small import Small

from kpicore.blame import blame
from kpicore.crowd import with_others

TEXT = """
[facts]
a = { kind = "number" }
b = { kind = "number" }
c = { kind = "number" }
z = { kind = "number" }
f = { kind = "flag" }
k = { kind = "choice", choices = ["x", "y", "w"] }
d = { kind = "date" }
[params]
p = { value = 5 }
q = { value = 10 }
[[indicator]]
id = "other"
weight = 50
measure = "a + b"
kind = "number"
when_missing = "POLICY"
rule = { kind = "straight", of = 10 }
[[indicator]]
id = "i"
weight = 50
measure = "MEASURE"
kind = "number"
rule = RULE
"""
STRAIGHT = '{ kind = "straight", of = 10 }'
LOOKUP = '{ kind = "choice", points = { x = "p", y = "q" } }'
BANDS = """{ kind = "bands", bands = [{ from = "q", points = 50 }, { from = "p", points = 20 },
    { from = 0, up_to = 1, points = 1 }] }"""


def blamed(measure: str, given: dict[str, object], rule: str = STRAIGHT, policy: str = "incomplete") -> list[str]:
    text = TEXT.replace("MEASURE", measure).replace("RULE", rule).replace("POLICY", policy)
    if rule is LOOKUP:
        text = text.replace(f'measure = "{measure}"\nkind = "number"', f'measure = "{measure}"')
    small = Small(text)
    reader, row, _ = small.scorer.reader(small.row(given))
    found = blame(reader, small.sheet.cells["i.score"].node, row)
    return [f"{(cause.absence.name or '').lower()} {cause.fact}" for cause in found]


@pytest.mark.parametrize(
    ("measure", "given", "expected"),
    [
        ("a + b", {"a": 1}, ["missing b"]),
        ("a + b * a", {}, ["missing a", "missing b"]),
        ("a + b", {"a": 1, "b": 2}, []),
        ("a / z", {"a": 1, "z": 0}, ["undefined z"]),
        ("a / (z * b)", {"a": 1, "z": 0, "b": 4}, ["undefined z"]),
        ("a / (b - c)", {"a": 1, "b": 4, "c": 4}, ["undefined b", "undefined c"]),
        ("a / (z / b)", {"a": 1, "z": 0, "b": 4}, ["undefined z"]),
        ("a / (z / b)", {"a": 1, "z": 3, "b": 0}, ["undefined b"]),
        ("a / (p * z)", {"a": 1, "z": 0}, ["undefined z"]),
        ("a / p", {"a": 1, "p": 0}, ["undefined p"]),
        ("a / (z if f else b)", {"a": 1, "z": 0, "b": 0, "f": "yes"}, ["undefined z"]),
        ("a / z + b", {"a": 1, "z": 0}, ["missing b"]),
        ("a + b / c", {"a": "?", "c": 1}, ["unreadable a", "missing b"]),
        ("a + b / z", {"a": "?", "b": 1, "z": 0}, ["unreadable a"]),
        ("a if f else b", {}, ["missing f"]),
        ("a if f else b", {"f": "yes", "b": 1}, ["missing a"]),
        ("a if f else b", {"f": "no", "a": 1}, ["missing b"]),
        ("a if f and c > 0 else b", {"f": "yes", "a": 1, "b": 1}, ["missing c"]),
        ("a if f or c > 0 else b", {"c": 1, "b": 1}, ["missing a"]),
        ("coalesce(a, b)", {}, ["missing a", "missing b"]),
        ("coalesce(a, b)", {"a": "?", "b": 1}, ["unreadable a"]),
        ("coalesce(a / z, b)", {"a": 1, "z": 0}, ["missing b"]),
        ("mean_given(a, b)", {}, ["missing a", "missing b"]),
        ("mean_given(a, b)", {"a": 1, "b": "?"}, ["unreadable b"]),
        ("1 if given(a) else 0", {"a": "?"}, ["unreadable a"]),
        ("min(a, b, c)", {"b": 1}, ["missing a", "missing c"]),
        ("d - d", {}, ["missing d"]),
        ("attainment(other)", {"a": 1}, ["missing b"]),
        ("a + a + a", {}, ["missing a"]),
    ],
)
def test_who_is_to_blame(measure: str, given: dict[str, object], expected: list[str]) -> None:
    assert blamed(measure, given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"k": ""}, ["missing k"]),
        ({"k": "w"}, ["hole None"]),
        ({"k": "x", "p": "?", "q": "?"}, ["unreadable p"]),
        ({"k": "y", "p": "?", "q": "?"}, ["unreadable q"]),
        ({"k": "?", "p": "?"}, ["unreadable k"]),
    ],
)
def test_only_the_row_that_was_chosen_is_asked(given: dict[str, object], expected: list[str]) -> None:
    assert blamed("k", given, LOOKUP) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["missing c"]),
        ({"c": 3}, ["hole None"]),
        ({"c": 12, "p": "?"}, []),
        ({"c": 7, "p": "?"}, ["unreadable p"]),
        ({"c": 7, "p": "?", "q": "?"}, ["unreadable q"]),
    ],
)
def test_pieces_of_a_curve_are_asked_in_their_order(given: dict[str, object], expected: list[str]) -> None:
    assert blamed("c", given, BANDS) == expected


def test_what_a_policy_settled_is_not_blamed() -> None:
    assert blamed("attainment(other) + c", {"a": 1}, policy="zero") == ["missing c"]
    assert blamed("attainment(other) + c", {"a": 1}, policy="leave_out") == ["missing c"]


def test_cells_that_account_for_themselves_are_passed_over() -> None:
    small = Small(TEXT.replace("MEASURE", "attainment(other) + c").replace("RULE", STRAIGHT).replace("POLICY", "zero"))
    reader, row, _ = small.scorer.reader(small.row({"a": "?", "c": 1}))
    node = small.sheet.cells["i.score"].node
    assert [cause.fact for cause in blame(reader, node, row)] == ["a", "b"]
    assert blame(reader, node, row, elsewhere=("other.score",)) == []


POOLED = """
[facts]
hours = { kind = "hours" }
n = { kind = "count" }
money = { kind = "money" }
[[indicator]]
id = "share"
weight = 10
measure = "n / within(mean, hours, team)"
kind = "number"
rule = { kind = "straight", of = 1 }
[[indicator]]
id = "place"
weight = 10
measure = "n"
rule = { kind = "rank", points = [10], within = "all" }
[[pay]]
id = "p"
pool = "money"
amount = "hours"
"""


def across(*people: dict[str, object]) -> list[list[tuple[str, str | None, str | None]]]:
    small = Small(POOLED)
    rows = [evolve(small.row(given), employee=f"E{place}") for place, given in enumerate(people)]
    reader = small.scorer.reader(rows[0])[0]
    with_others(rows, reader.value)
    cells = ("share.score", "place.score", "earned.p")
    nodes = [small.sheet.cells[name].node for name in cells]
    return [
        [(cause.why or (cause.absence.name or ""), cause.fact, cause.period) for node in nodes
         for cause in blame(reader, node, row)]
        for row in rows
    ]  # fmt: skip


def test_nobody_counted_is_to_blame_where_all_lack_something() -> None:
    assert across({"n": 1, "money": 5}) == [[("nobody_counted", None, None), ("MISSING", "hours", None)]]


def test_the_own_figure_is_to_blame_for_a_place_and_for_a_weight() -> None:
    first, second = across({"money": 5, "hours": 2}, {"n": 3, "money": 5, "hours": 1})
    assert first == [("MISSING", "n", None), ("MISSING", "n", None)]
    assert second == []


def test_a_pool_of_two_amounts_is_to_blame_by_itself() -> None:
    found = across({"n": 1, "money": 5, "hours": 2}, {"n": 3, "money": 6, "hours": 1})
    assert found == [[("pool_differs", None, None)]] * 2
