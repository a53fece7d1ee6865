"""Which cells look across people: in what order, in no circle, and who takes part."""

from __future__ import annotations

import pytest

from kpicore.crossing import Strata, counted, crossings, looks_across, with_counted
from kpicore.errors import SchemeError
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.formula.node import Across, Along, Fact, Ref
from kpicore.model import Cell, Sheet
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import parse_scheme
from kpicore.sheet import build_sheet
from kpicore.vocabulary import Vocabulary

HEAD = """
id = "a/b"
version = "1"
effective = 2024-01-01
periods = ["month"]
[facts]
x = { kind = "count" }
y = { kind = "count" }
"""
PLAIN = """
[[indicator]]
id = "x"
weight = 10
rule = { kind = "straight", of = 100 }
"""
HEADS = """
[grade]
by = "heads"
bands = [{ up_to = 0.15, grade = "A" }, { otherwise = true, grade = "B" }]
"""


def sheet_of(text: str) -> Sheet:
    model, problems = parse_scheme(HEAD + text, "f", Vocabulary.of(RULES, FUNCTIONS))
    assert model is not None, problems
    return build_sheet(model)


def line(name: str, measure: str, weight: int = 10) -> str:
    return (
        f"[[indicator]]\nid = '{name}'\nweight = {weight}\nmeasure = '{measure}'\nkind = 'number'\n"
        "rule = { kind = 'straight', of = 100 }\n"
    )


def gate(condition: str) -> str:
    return f"[[gate]]\nid = 'g'\nrequire = '{condition}'\neffect = {{ lower_by = 1 }}\n"


@pytest.mark.parametrize(
    "text",
    [
        line("a", "rank(attainment(a), high)"),
        line("a", "rank(attainment(b), high)") + line("b", "within(mean, attainment(a), all)"),
        line("a", "within(max, measure(a), all)"),
    ],
)
def test_people_can_not_be_compared_by_what_rests_on_the_comparison(text: str) -> None:
    with pytest.raises(SchemeError) as caught:
        sheet_of(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("circular", "indicator.a")
    assert "need each other" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + HEADS + gate('streak(grade == "A") < 3'),
        PLAIN + HEADS + gate('rank(total, high) <= 3 and previous(grade) == "A"'),
        PLAIN + HEADS + "[[pay]]\nid = 'p'\npool = 'within(sum, x, team)'\nwithin = 'team'\namount = 'total'\n",
        line("a", "coalesce(previous(rank(total, high)), 1)"),
        line("a", "rank(x, high)") + line("b", "rank(measure(a), low) + within(mean, attainment(a), team)"),
        line("a", "streak(x >= within(mean, x, team))") + HEADS + gate("streak(rank(total, high) > 3) < 2"),
    ],
    ids=["streak of a grade", "rank in a gate", "pool", "earlier rank", "rank of a rank", "streak beside the mean"],
)
def test_what_was_is_no_circle(text: str) -> None:
    assert looks_across(sheet_of(text).cells)


def test_the_names_of_a_circle_are_those_of_the_sheet() -> None:
    with pytest.raises(SchemeError) as caught:
        sheet_of(line("a", "rank(attainment(a), high)"))
    assert "counted" not in str(caught.value) and "?" not in str(caught.value)


def test_a_sheet_without_looks_across_stays_as_it_is() -> None:
    cells = {"a": Cell("a", Fact("x"))}
    assert with_counted(cells) == cells
    assert not looks_across(cells)
    assert not any(name.startswith("counted.") for name in sheet_of(PLAIN).cells)


def test_looks_in_other_periods_look_across_too() -> None:
    rank = Across("rank_high", Fact("x"), "all")
    assert looks_across({"a": Cell("a", Along("previous", rank))})
    assert crossings(Along("previous", rank)) == []
    assert crossings(rank) == [rank]


def test_strata_count_the_looks_on_the_way() -> None:
    rank = Across("rank_high", Fact("x"), "all")
    cells = {
        "plain": Cell("plain", Fact("x")),
        "rank": Cell("rank", rank),
        "beside": Cell("beside", Ref("rank")),
        "second": Cell("second", Across("mean", Ref("beside"), "team")),
        "before": Cell("before", Along("previous", Ref("second"))),
    }
    strata = Strata(cells)
    assert {name: strata.cell(name) for name in cells} == {
        "plain": 0, "rank": 1, "beside": 1, "second": 2, "before": 0,
    }  # fmt: skip


def test_each_stratum_says_who_is_counted() -> None:
    sheet = sheet_of(line("a", "rank(x, high)") + line("b", "rank(measure(a), high)"))
    assert {name for name in sheet.cells if name.startswith("counted.")} == {counted(1), counted(2)}
    first, second = (sheet.cells[f"{name}.measure"].node for name in "ab")
    (one,), (two,) = crossings(first), crossings(second)
    assert (one.among, two.among) == (Ref("counted.1", "flag"), Ref("counted.2", "flag"))
