"""What a loaded scheme says of its appraisals: the day, and the occasions, by whichever way figures come."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import kpicore
from kpicore.errors import PeriodError, UnknownSchemeError, UnknownYearError, UsageError
from kpicore.loaded import LoadedScheme

DAY = datetime.date
HEAD = """id = "own/visits"
version = "1"
effective = 2020-01-01
periods = ["quarter", "day"]
"""
REST = """
[facts]
care = { kind = "rating" }

[[indicator]]
id = "care"
weight = 100
rule = { kind = "straight" }
"""
Make = Callable[..., LoadedScheme]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    registry = kpicore.load()

    def make(more: str = "", head: str = HEAD) -> LoadedScheme:
        path = tmp_path / "scheme.toml"
        path.write_text(head + more + REST, "utf-8")
        return registry.scheme(str(path))

    return make


def test_a_scheme_without_one_has_no_appraisal_day(made: Make) -> None:
    assert made().appraisal_day("2024-Q1") is None
    assert made().appraisal_day("2998-Q4") is None


def test_the_day_of_a_period_as_text_or_as_a_period(made: Make) -> None:
    scheme = made("[appraisal]\nday = 15\n")
    assert scheme.appraisal_day("2024-Q1") == DAY(2024, 4, 15)
    assert scheme.appraisal_day(kpicore.parse_period("2024-01-20#2")) == DAY(2024, 2, 18)
    assert scheme.newest.model.appraisal is not None and scheme.newest.model.appraisal.moved == "next"


def test_a_calendar_is_a_file_or_what_was_read_of_one(made: Make, tmp_path: Path) -> None:
    scheme = made("[appraisal]\nday = 15\n")
    path = tmp_path / "days.toml"
    path.write_text("[2999]\nholidays = [2999-01-15]\n", "utf-8")
    with pytest.raises(UnknownYearError):
        scheme.appraisal_day("2998-Q4")
    for given in (path, str(path), kpicore.load_calendar(path)):
        assert scheme.appraisal_day("2998-Q4", given) == DAY(2999, 1, 16)
    path.write_text("[2999]\n", "utf-8")
    with pytest.raises(UsageError, match="neither days off"):
        scheme.appraisal_day("2998-Q4", path)


def test_a_period_that_is_not_scored_has_none(made: Make) -> None:
    scheme = made("[appraisal]\nday = 15\n")
    with pytest.raises(PeriodError, match="a month, where a quarter or a day is meant"):
        scheme.appraisal_day("2024-01")
    with pytest.raises(UnknownSchemeError, match="No version"):
        scheme.appraisal_day("2019-Q1")
    assert scheme.appraisal_day("2019-Q1", version="1") == DAY(2019, 4, 15)


def test_the_version_that_scores_the_period_says_the_day(made: Make) -> None:
    first = made("[appraisal]\nday = 15\n").newest
    second = made("[appraisal]\nday = 20\n", HEAD.replace('"1"', '"2"').replace("2020", "2024")).newest
    both = LoadedScheme((first, second), lambda run: run)
    assert (both.appraisal_day("2023-Q4"), both.appraisal_day("2024-Q1")) == (DAY(2024, 1, 15), DAY(2024, 4, 22))
    assert both.appraisal_day("2024-Q1", version="1") == DAY(2024, 4, 15)


def test_it_goes_where_a_scheme_goes(made: Make) -> None:
    scheme = made('occasions = ["spot"]\n[appraisal]\nday = 15\n')
    sent: LoadedScheme = pickle.loads(pickle.dumps(scheme))
    assert sent.appraisal_day("2024-Q1") == DAY(2024, 4, 15)
    assert sent.score({"care": 1}, employee="E1", period="2024-Q1").occasion == "spot"


def test_the_hash_covers_both(made: Make) -> None:
    texts = ("", "[appraisal]\nday = 15\n", "[appraisal]\nday = 16\n", 'occasions = ["spot"]\n')
    hashes = {made(text).score({}, employee="E1", period="2024-Q1").hash for text in texts}
    assert len(hashes) == len(texts)


def test_scoring_needs_no_calendar(made: Make) -> None:
    import subprocess
    import sys

    made("[appraisal]\nday = 15\n")
    code = (
        "import sys, kpicore; s = kpicore.load().scheme(sys.argv[1]); s.score({}, employee='E', period='2024-Q1');"
        "print('chinese_calendar' in sys.modules)"
    )
    path = str(made().newest.scheme.path)  # type: ignore[attr-defined]
    run = subprocess.run([sys.executable, "-P", "-c", code, path], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
