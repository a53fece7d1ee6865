"""The columnar reader against the exact one, over whole made-up schemes: every digit, grade, status and reason.

`pytest` tries some hundreds of examples, `pytest --real` two thousand; `tests/support/generated.py --engine columnar`
as many as one likes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from support.dice import Rolled
from support.populations import (
    Example,
    assert_equal,
    example,
    examples,
    frame_of,
    items_of,
    placeless,
    rows_of,
    sound,
    texts,
)
from support.stretches import in_stretches

SOME, MANY, PARTS = 250, 2000, 5


def both(made: Example) -> tuple[int, int]:
    """Holds the readers against each other; how many rows there are, and how many the exact reader worked out."""
    frame = frame_of(made.rows)
    rows_ = rows_of(frame, made.rows)
    expected = [placeless(result.flat()) for result in made.scheme.score_many(rows_, params=made.params)]
    run = made.scheme.score_table(frame, params=made.params, adjustments=items_of(made.rows))
    names = dict.fromkeys(name for row in expected for name in row)
    places = len(made.scheme.versions) == 1
    found = map(placeless, run.frame.to_dicts())
    left, right = ([texts(row, names, places) for row in rows] for rows in (expected, found))
    assert_equal(left, right, ("exact", "columnar"))
    return len(expected), run.by_exact


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(examples())
def test_a_made_up_scheme_has_the_same_results_by_both_readers(made: Example) -> None:
    both(made)


@pytest.fixture
def few_rows_at_a_time() -> Iterator[None]:
    """Columns are worked out three rows at a time, as those of many rows are in larger stretches."""
    with in_stretches(3):
        yield


@pytest.mark.longer
@pytest.mark.parametrize("part", range(PARTS))
def test_many_made_up_schemes_have_the_same_results_by_both_readers(part: int, request: pytest.FixtureRequest) -> None:
    if part % 2:  # as where there are many rows
        request.getfixturevalue("few_rows_at_a_time")
    count = (MANY if request.config.getoption("--real") else SOME) // PARTS
    rows = by_exact = tried = 0
    for seed in range(part * count, (part + 1) * count):
        made = example(Rolled(f"readers/{seed}"))
        if not sound(made):
            continue
        try:
            some, exact = both(made)
        except Exception as error:
            raise AssertionError(f"seed readers/{seed}: {type(error).__name__}: {error}\n{made!r}") from error
        tried, rows, by_exact = tried + 1, rows + some, by_exact + exact
    assert tried > count * 0.95
    assert by_exact < rows / 2  # else the columnar reader is hardly tried
