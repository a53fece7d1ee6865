"""Every shipped scheme, and those of examples/, on many made-up people: both readers give the same results.

`pytest` takes some hundred rows of each, `pytest --real` some thousand; `python tests/test_readers_shipped.py 20000` as
many as one likes. Of a ladder, cycles of so many people in two years, some hundred with `--real` too.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.ladders import climbed, known

import kpicore
from kpicore.sample import sample_frame

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.toml"))
SCHEMES = [entry.id for entry in kpicore.load().schemes()]
SCHEMES += [str(path) for path in EXAMPLES if not path.name.endswith(".cases.toml")]
MONTHS, SOME, MANY = 4, 400, 2_000
PEOPLE = 400
"""On a ladder; other tests look at the same."""


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a table as the flat form of a result has it."""
    return {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in row.items()}


@pytest.mark.longer
@pytest.mark.parametrize("ref", SCHEMES, ids=lambda ref: Path(ref).stem)
def test_many_people_get_the_same_by_both_readers(ref: str, request: pytest.FixtureRequest) -> None:
    if kpicore.load().scheme(ref).climbs:
        both(ref, PEOPLE)
    else:
        both(ref, MANY if request.config.getoption("--real") else SOME)


def both(ref: str, rows: int) -> None:
    """Scores so many rows, of a ladder so many people, by both readers and holds them against each other."""
    scheme = kpicore.load().scheme(ref)
    if scheme.climbs:
        assert (known if rows <= MANY else climbed)(ref, rows).by_exact == 0
        return
    figures = sample_frame(scheme.newest, people=rows // MONTHS, months=MONTHS, seed=7)
    expected = [result.flat() for result in scheme.score_many(figures.to_dicts())]
    run = scheme.score_table(figures)
    assert len(expected) == len(figures)
    assert run.by_exact == 0 or scheme.newest.views  # longer periods are worked out by the exact reader
    for one, other in zip(expected, run.frame.iter_rows(named=True), strict=True):
        # A table has a column for all that any period has, also where this one has no such thing.
        assert {name: cell for name, cell in plain(other).items() if name in one or cell is not None} == one


if __name__ == "__main__":
    for each in sys.argv[2:] or SCHEMES:
        begun = time.monotonic()
        both(each, int(sys.argv[1]))
        taken = time.monotonic() - begun
        print(f"{each}: {int(sys.argv[1]):,} rows (of a ladder, people), the same by both readers; {taken:.0f} s")
