"""Rows spread over many tables are scored as those of one: by person, by team, by period, and in stages."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.populations import Example, examples, frame_of, items_of
from support.spread import spread

import kpicore
from kpicore.errors import KpicoreError
from kpicore.io.tablefile import plain
from kpicore.population.stage import stages_of
from kpicore.sample import sample_frame

DATA = Path(__file__).parent / "data"
RECURSIVE = ('require = "streak(complaints > 2) < 3"', 'require = "streak(total < 30) < 3"')


def sorted_rows(frame: pl.DataFrame) -> pl.DataFrame:
    held = plain(frame)
    return held.sort([pl.col(name).cast(pl.String) for name in dict.fromkeys(("employee", "period", *held.columns))])


def people(months: int = 3) -> pl.DataFrame:
    """Figures of the sheet `people`: some blank, some unreadable; in one team a pool that people do not agree on."""
    scheme = kpicore.load().scheme(str(DATA / "people.toml"))
    frame = sample_frame(scheme.newest, people=90, months=months, blanks=0.05)
    odd = (pl.col("team") == "T03") & (pl.col("employee") == "E000030")
    return frame.with_columns(
        visits=pl.when(pl.int_range(pl.len()) % 50 == 7)
        .then(pl.lit("lots"))
        .otherwise(pl.col("visits").cast(pl.String)),
        team_bonus=pl.when(odd).then(5).when(pl.col("period") == "2024-02").then(None).otherwise(777),
        team=pl.when(pl.col("team") != "T05").then(pl.col("team")),
    )


@pytest.mark.parametrize("parts", [1, 4])
@pytest.mark.parametrize("sheet", ["stages", "recursive"])
def test_a_sheet_that_looks_everywhere(sheet: str, parts: int, tmp_path: Path) -> None:
    text = (DATA / "people.toml").read_text("utf-8")
    assert RECURSIVE[0] in text
    (tmp_path / "sheet.toml").write_text(text.replace(*RECURSIVE) if sheet == "recursive" else text, "utf-8")
    scheme = kpicore.load().scheme(str(tmp_path / "sheet.toml"))
    frame = people()
    scorer = scheme.batch_scorer()
    assert scorer.reach == "everybody" and (scorer.staged is None) == (sheet == "recursive")
    expected = scheme.score_table(frame).frame
    assert expected["status"].n_unique() == 3 and expected["grade"].n_unique() == 5
    found = spread(frame, scorer, parts)
    assert sorted_rows(found).equals(sorted_rows(expected))


def test_each_look_stands_in_the_stage_behind_those_that_it_needs() -> None:
    scheme = kpicore.load().scheme(str(DATA / "people.toml"))
    stages = stages_of(scheme.newest.sheet())
    assert stages is not None
    told = [(stage.by_person, sorted((look.sort, look.within) for look in stage.looks)) for stage in stages]
    first = [("rank", "all"), ("rank", "team"), ("whole", "all"), ("whole", "team")]
    assert told == [(True, first), (True, [("rank", "all"), ("whole", "all")]), (True, [("pool", "team")])]


def test_rows_that_contradict_each_other_and_rows_before_the_first_version() -> None:
    scheme = kpicore.load().scheme(str(DATA / "people.toml"))
    frame = people()
    again = (
        frame.filter(pl.col("employee") == "E000007").head(1).with_columns(sales=pl.lit(1).cast(frame["sales"].dtype))
    )
    early = frame.filter(pl.col("period") == "2024-01").with_columns(period=pl.lit("2022-12"))
    # A pool gives the last cents to rows of one person in their order, which rows that are spread out have not.
    frame = pl.concat([frame, again, early]).with_columns(team_bonus=pl.lit(0))
    expected = scheme.score_table(frame)
    found = spread(frame, scheme.batch_scorer(), 3)
    assert sorted_rows(found).equals(sorted_rows(expected.frame))
    assert found.height == 271 and not (found["period"] == "2022-12").any()


@settings(max_examples=60, deadline=None)
@given(examples(), st.sampled_from((1, 2, 3, 7)))
def test_made_up_sheets_and_people(example: Example, parts: int) -> None:
    if not example.rows:
        return
    frame, items = frame_of(example.rows), items_of(example.rows)
    try:
        expected = example.scheme.score_table(frame, params=example.params, adjustments=items).frame
    except KpicoreError:
        return
    if expected.select("employee", "period").is_duplicated().any():
        return
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=random.Random(parts).randrange(1000))
    try:
        scorer = example.scheme.batch_scorer(example.params, adjustments=items)
        found = spread(shuffled, scorer, parts)
    except kpicore.DataError as error:
        assert "too long" in str(error)  # of a number for which a single table has a column of texts
        return
    # Batches have the columns of every version, a whole table those of the versions that its rows need.
    only = [name for name in found.columns if name not in expected.columns]
    assert all(found[name].is_null().all() for name in only)
    found = found.drop(only)
    same = sorted_rows(expected).cast(dict(found.schema))
    assert sorted_rows(found).equals(same.select(found.columns))
