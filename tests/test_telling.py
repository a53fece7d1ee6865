"""Explanations on demand of people who were scored in a table: the same as those of rows that were read one by one."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import kpicore
from kpicore import LoadedScheme, PeriodError, UsageError, explanation_data, explanation_text
from kpicore.explain.record import explain
from kpicore.mapping import MappingReader
from kpicore.sample import sample_frame

EXAMPLES = Path(__file__).parents[1] / "examples"
SHEETS = {
    "row": "ecommerce/agent-indicators",
    "person": "auto/body-shop-advisor",
    "team": "ecommerce/agent-pk",
    "everybody": str(EXAMPLES / "team-sales.toml"),
}


@pytest.fixture(scope="module", params=SHEETS)
def scheme(request: pytest.FixtureRequest) -> LoadedScheme:
    return kpicore.load().scheme(SHEETS[request.param])


@pytest.fixture(scope="module")
def figures(scheme: LoadedScheme) -> pl.DataFrame:
    return sample_frame(scheme.newest, people=20, months=3, seed=3, blanks=0.05)


def by_rows(scheme: LoadedScheme, figures: pl.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    """The explanation of every row, with all rows at hand."""
    reader = MappingReader(scheme, None, scheme.recall(None, None))
    rows = [row for _, row in reader.rows(figures.to_dicts())]
    found = [explain(scheme.newest.plain, row) for row in scheme.remembering(rows)]
    return {(each.result.employee, each.result.period): unplaced(explanation_data(each)) for each in found}


def unplaced(told: object) -> object:
    """The same without the places of figures."""
    if isinstance(told, dict):
        return {name: unplaced(value) for name, value in told.items() if name != "place"}
    return [unplaced(each) for each in told] if isinstance(told, list) else told


def test_a_table_explains_as_rows_do(scheme: LoadedScheme, figures: pl.DataFrame) -> None:
    expected, run = by_rows(scheme, figures), scheme.score_table(figures)
    scored = {(row["employee"], row["period"]): row["status"] for row in run.frame.iter_rows(named=True)}
    for employee in figures["employee"].unique().sort().to_list()[::4]:
        found = run.explain(employee)
        assert [each.result.period for each in found] == sorted(each.result.period for each in found)
        assert len(found) == 3
        for each in found:
            key = each.result.employee, each.result.period
            assert unplaced(explanation_data(each)) == expected[key]
            assert each.result.status == scored[key]


def test_figures_are_told_with_their_row_and_column(scheme: LoadedScheme, figures: pl.DataFrame) -> None:
    last = figures.row(figures.height - 1, named=True)
    (found,) = scheme.score_table(figures).explain(last["employee"], last["period"])
    assert f"(row {figures.height}, column " in explanation_text(found, "en")


def test_rows_that_were_read_already_are_explained_too(scheme: LoadedScheme, figures: pl.DataFrame) -> None:
    reader = MappingReader(scheme, None, scheme.recall(None, None))
    run = scheme.score_rows_to_table([row for _, row in reader.rows(figures.to_dicts())])
    person = figures["employee"][0]
    told = [unplaced(explanation_data(each)) for each in run.explain(person)]
    assert told == [unplaced(explanation_data(each)) for each in scheme.score_table(figures).explain(person)]


def test_what_can_not_be_explained(scheme: LoadedScheme, figures: pl.DataFrame) -> None:
    run, person = scheme.score_table(figures), figures["employee"][0]
    with pytest.raises(UsageError, match=f"no figures for the employee '{person}x'. Did you mean '{person}'?"):
        run.explain(f"{person}x")
    with pytest.raises(UsageError, match=f"no figures of 2001-01 for the employee '{person}'"):
        run.explain(person, "2001-01")
    with pytest.raises(PeriodError, match="'soon' is not a period"):
        run.explain(person, "soon")


def test_one_person_is_explained_as_scored() -> None:
    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    facts = {"payers": 260, "inquirers": 400}
    found = scheme.explain(facts, employee="E1", period="2024-03", name="张三")
    assert found.result == scheme.score(facts, employee="E1", period="2024-03", name="张三")
    assert "260 / 400 = 65.00 %" in explanation_text(found, "en")
