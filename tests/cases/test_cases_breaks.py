"""Cases made from a scheme: on, just under and just over each break."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from kpicore.cases.breaks import BreakCases, break_cases, first_period, targets
from kpicore.cases.probe import earlier, past
from kpicore.crowd import with_others
from kpicore.curve import Curve, OnCurve, Piece
from kpicore.engines.exact import ExactReader
from kpicore.form import declared
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.formula.node import Node, Num, number
from kpicore.params import Settings
from kpicore.period import Month
from kpicore.protocols import Frame
from kpicore.row import Row
from kpicore.rules import STANDARD as RULES
from kpicore.rules import Bands
from kpicore.schemefile import FileScheme, load_scheme
from kpicore.score import Scorer
from kpicore.vocabulary import Vocabulary

DATA = Path(__file__).parents[1] / "data"
HEAD = """
id = "a/made"
version = "1"
effective = 2024-01-01
periods = ["month"]
[facts]
n = { kind = "count" }
m = { kind = "count" }
x = { kind = "number" }
r = { kind = "ratio" }
s = { kind = "seconds" }
ok = { kind = "flag" }
[params]
p = { value = 0.5, kind = "ratio" }
"""


@frozen
class Roof:
    """A plugin's rule: up to a value, then nothing."""

    kind: ClassVar[str] = "roof"
    measures: ClassVar[bool] = True
    at: Node = declared("amount", "where it ends")

    def lower(self, measure: Node, frame: Frame) -> Node:
        return OnCurve(measure, Curve((Piece(frame.full, high=self.at), Piece(number(0)))))


def made(tmp_path: Path, indicator: str, head: str = "") -> FileScheme:
    path = tmp_path / "made.toml"
    path.write_text(f"{head}{HEAD}[[indicator]]\nid = 'line'\nweight = 10\n{indicator}", "utf-8")
    return load_scheme(path, Vocabulary.of([*RULES, Roof], FUNCTIONS))


def wrong(scheme: FileScheme, cases: BreakCases) -> list[str]:
    scorer = Scorer(scheme.sheet(), Settings.of(scheme.model), "")
    reader = ExactReader(scheme.sheet())
    return [
        case.says
        for case in cases.cases
        if case.differences(scorer.score(Row("E1", case.period, case.facts, history=past(reader, case.history))))
    ]


MEASURES = [
    "measure = 'r'",
    "measure = 'n / m'\nkind = 'ratio'",
    "measure = 'x'",
    "measure = 's'",
    "measure = 'n'",
    "measure = '(n - m) / m'\nkind = 'ratio'",
    "measure = 'x / 7'\nkind = 'number'\nplaces = 1",
]
CURVED = [
    "{ kind = 'bands', bands = [{ from = 0.75, points = 10 }, { above = 'p', points = 5 }, "
    "{ exactly = 'p', points = 4 }, { below = 0.1, points = 2 }, { otherwise = true, points = 0 }] }",
    "{ kind = 'proportion', from = 0.6, to = 0.9 }",
    "{ kind = 'straight', of = 0.7 }",
    "{ kind = 'ramp', from = 0.9, to = 0.2, least = 1 }",
    "{ kind = 'deduct', each = 3, per = 0.25, free = 0.5, floor = 1, wipe_out_at = 2 }",
    "{ kind = 'accrue', each = 1.5, per = 2, start = 1 }",
]


@pytest.mark.parametrize("rule", CURVED, ids=lambda rule: rule.split("'")[1])
@pytest.mark.parametrize("measure", MEASURES, ids=lambda text: text.split("'")[1])
def test_every_rule_kind_agrees_with_its_naive_reading(tmp_path: Path, measure: str, rule: str) -> None:
    scheme = made(tmp_path, f"{measure}\nrule = {rule}")
    cases = break_cases(scheme.sheet())
    assert len(cases.cases) >= 2
    assert cases.unplaced == 0
    assert wrong(scheme, cases) == []
    assert not any(case.own for case in cases.cases)


def test_cases_lie_on_under_and_over_a_break_and_around_its_ties(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'r'\nrule = { kind = 'bands', bands = [{ from = 0.65, points = 10 }, "
                  "{ otherwise = true, points = 0 }] }")  # fmt: skip
    found = {str(case.facts["r"]): (case.measure, case.points) for case in break_cases(scheme.sheet()).cases}
    assert found == {
        "0.6499": ("0.6499", "0.00"),
        "0.65": ("0.6500", "10.00"),
        "0.6501": ("0.6501", "10.00"),
        "0.64994": ("0.6499", "0.00"),
        "0.64995": ("0.6500", "10.00"),
        "0.65004": ("0.6500", "10.00"),
        "0.65005": ("0.6501", "10.00"),
    }


def test_stairs_are_tried_at_both_ends() -> None:
    stair = Piece(number(10), number(0), number(100), True, False, number(-1), number(0), number(2))
    found = targets(Curve((stair, Piece(number(0)))), 0)
    assert {Fraction(2), Fraction(4), Fraction(6), Fraction(94), Fraction(96), Fraction(98)} <= set(found)
    assert Fraction(50) not in found


@pytest.mark.parametrize(
    ("spoilt", "caught"),
    [("from_", Num(Fraction(66, 100))), ("points", Num(Fraction(9)))],
)
def test_a_rule_that_does_not_do_what_it_says_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str, caught: Node
) -> None:
    scheme = made(tmp_path, "measure = 'n / m'\nkind = 'ratio'\nrule = { kind = 'bands', bands = ["
                  "{ from = 0.65, points = 10 }, { otherwise = true, points = 0 }] }")  # fmt: skip
    honest: Callable[[Bands, Node, Frame], Node] = Bands.lower

    def lower(self: Bands, measure: Node, frame: Frame) -> Node:
        first = evolve(self.bands[0], **{spoilt: caught})  # type: ignore[arg-type]
        return honest(evolve(self, bands=(first, *self.bands[1:])), measure, frame)

    monkeypatch.setattr(Bands, "lower", lower)
    assert wrong(scheme, break_cases(scheme.sheet())) != []


def test_a_rule_of_a_plugin_is_held_against_itself(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'x'\nrule = { kind = 'roof', at = 3 }")
    cases = break_cases(scheme.sheet())
    assert cases.cases and all(case.own for case in cases.cases)
    assert wrong(scheme, cases) == []


def test_only_if_and_counts_when_are_met_where_they_can_be(tmp_path: Path) -> None:
    scheme = made(
        tmp_path, "measure = 'x'\nonly_if = 'n > 10'\ncounts_when = 'ok'\nrule = { kind = 'straight', of = 5 }"
    )
    cases = break_cases(scheme.sheet())
    assert {case.state for case in cases.cases} == {"scored"}
    assert any(case.points == "10.00" for case in cases.cases)
    assert wrong(scheme, cases) == []


def test_only_if_that_can_not_be_met_gives_nothing(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'x'\nonly_if = 'x > 100'\nrule = { kind = 'straight', of = 5 }")
    cases = break_cases(scheme.sheet())
    assert {case.points for case in cases.cases} == {"0.00"}
    assert wrong(scheme, cases) == []


def test_counts_when_that_can_not_be_met_leaves_out(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'x'\ncounts_when = 'x > 100'\nrule = { kind = 'straight', of = 5 }")
    cases = break_cases(scheme.sheet())
    assert {case.state for case in cases.cases} == {"left_out"}
    assert wrong(scheme, cases) == []


def test_a_hole_between_bands_is_expected_as_one(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'x'\nrule = { kind = 'bands', bands = [{ above = 3, up_to = 9, points = 10 }, "
                  "{ from = 0, below = 3, points = 0 }] }")  # fmt: skip
    cases = break_cases(scheme.sheet())
    assert "3.0000" in {case.measure for case in cases.cases if case.state == "undefined"}
    assert {case.points for case in cases.cases if case.state == "undefined"} == {None}
    assert wrong(scheme, cases) == []


def test_a_break_that_changes_with_the_season_is_tried_in_every_month(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'r'\nrule = { kind = 'bands', bands = [{ from = '0.5 if month == 9 else 0.6', "
                  "points = 10 }, { otherwise = true, points = 0 }] }")  # fmt: skip
    cases = break_cases(scheme.sheet())
    full = {(str(case.period), str(case.facts["r"])) for case in cases.cases if case.points == "10.00"}
    assert ("2025-09", "0.5") in full and ("2025-08", "0.6") in full and ("2025-08", "0.5") not in full
    assert len({str(case.period) for case in cases.cases}) == 12
    assert wrong(scheme, cases) == []


def test_places_for_which_no_figures_are_found_are_counted(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'n * m'\nkind = 'number'\nrule = { kind = 'straight', of = 5 }")
    assert break_cases(scheme.sheet()).unplaced == 0
    scheme = made(tmp_path, "measure = 'max(x, 3)'\nkind = 'number'\nrule = { kind = 'straight', of = 5 }")
    cases = break_cases(scheme.sheet())
    assert cases.unplaced > 0
    assert wrong(scheme, cases) == []


def test_scores_are_weighted_where_rules_award_percent(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'x'\nrule = { kind = 'straight', of = 3 }", 'rules_award = "percent"\n')
    cases = break_cases(scheme.sheet())
    assert {(case.points, case.score) for case in cases.cases if case.measure == "3.0000"} == {("100.00", "10.00")}
    assert wrong(scheme, cases) == []


def test_rules_that_are_no_curve_have_no_breaks(tmp_path: Path) -> None:
    scheme = made(tmp_path, "rule = { kind = 'conditions', when = 'ok' }")
    assert break_cases(scheme.sheet()) == BreakCases()


@pytest.mark.parametrize(
    ("kind", "text"),
    [("day", "2025-01-01"), ("month", "2025-01"), ("quarter", "2025-Q1"), ("half", "2025-H1"), ("year", "2025"),
     ("cycle", "2025-01+3")],
)  # fmt: skip
def test_a_period_of_each_kind(tmp_path: Path, kind: str, text: str) -> None:
    scheme = made(tmp_path, "measure = 'x'\nrule = { kind = 'straight', of = 3 }")
    model = evolve(scheme.model, periods=(kind,))
    assert str(first_period(model)) == text


BANDS = "rule = { kind = 'bands', bands = [{ from = 20, points = 10 }, { otherwise = true, points = 0 }] }"


@pytest.mark.parametrize("way", ["previous", "year_ago", "mean_last_year"])
def test_a_sheet_that_looks_back_is_tried_with_made_up_months_before(tmp_path: Path, way: str) -> None:
    line = f"measure = 'n - {way}(n)'\nkind = 'number'\nplaces = 0\ncounts_when = 'given({way}(n))'\n{BANDS}"
    scheme = made(tmp_path, line)
    cases = break_cases(scheme.sheet())
    found = {(case.facts["n"], case.measure, case.points) for case in cases.cases}
    assert found == {(119, "19", "0.00"), (120, "20", "10.00"), (121, "21", "10.00")}
    # A mean may have a part of one, for all that can be seen; but not of these months.
    assert cases.unplaced == (4 if way == "mean_last_year" else 0)
    assert wrong(scheme, cases) == []
    plainly = "2024-01: n = 100; 2024-12: n = 100"
    assert cases.cases[0].says == f"line at 19 in 2025-01: n = 119; {plainly}"


def test_what_is_looked_back_at_through_cells_has_figures_too(tmp_path: Path) -> None:
    text = f"measure = 'n + previous(score(other)) - year_ago(previous(m))'\nkind = 'number'\nplaces = 0\n{BANDS}\n"
    text += "when_missing = 'full'\n[[indicator]]\nid = 'other'\nweight = 10\nmeasure = 'x'\n"
    text += "rule = { kind = 'straight', of = 1000 }"
    scheme = made(tmp_path, text)
    periods = earlier(scheme.sheet(), Month(2025, 1))
    assert {str(then): set(facts) for then, facts in periods.items()} == {
        "2024-01": {"x", "m"},
        "2024-12": {"x", "m"},
    }
    cases = break_cases(scheme.sheet())
    assert {case.indicator for case in cases.cases} == {"other"}  # m of two looks back is not made up, and counted so
    assert cases.unplaced > 0
    assert wrong(scheme, cases) == []


def test_a_sheet_that_does_not_look_back_has_no_months_before(tmp_path: Path) -> None:
    scheme = made(tmp_path, f"measure = 'n'\n{BANDS}")
    assert earlier(scheme.sheet(), Month(2025, 1)) == {}
    assert all(case.history == {} for case in break_cases(scheme.sheet()).cases)


def test_the_sentence_of_a_case_names_its_figures(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'n / m'\nkind = 'ratio'\nrule = { kind = 'straight' }")
    says = [case.says for case in break_cases(scheme.sheet()).cases]
    assert "line at 1.0000 in 2025-01: n = 100, m = 100" in says


def test_dates_are_tried_as_dates(tmp_path: Path) -> None:
    measure = "measure = 'left - joined'\nkind = 'days'\nrule = { kind = 'bands', bands = ["
    bands = "{ from = 365, points = 10 }, { otherwise = true, points = 0 }] }"
    dates = "left = { kind = 'date' }\njoined = { kind = 'date' }\n"
    path = tmp_path / "made.toml"
    path.write_text(
        f"{HEAD.replace('[params]', dates + '[params]')}[[indicator]]\nid = 'line'\nweight = 10\n{measure}{bands}"
    )
    scheme = load_scheme(path, Vocabulary.of([*RULES, Roof], FUNCTIONS))
    cases = break_cases(scheme.sheet())
    assert [case.measure for case in cases.cases] == ["365"] and cases.unplaced > 0
    assert wrong(scheme, cases) == []


def test_measures_against_others_are_tried_beside_a_colleague(tmp_path: Path) -> None:
    scheme = made(
        tmp_path,
        "measure = 'x - within(mean, x, all)'\nkind = 'number'\nonly_if = 'rank(x, high) <= 2'\n"
        "rule = { kind = 'bands', bands = [{ from = 5, points = 10 }, { otherwise = true, points = 0 }] }",
    )
    cases = break_cases(scheme.sheet())
    assert len(cases.cases) >= 3
    assert all(case.colleague == cases.cases[0].colleague != {} for case in cases.cases)
    assert "; colleague: n = 100, " in cases.cases[0].says
    reader = ExactReader(scheme.sheet())
    scorer = Scorer(scheme.sheet(), Settings.of(scheme.model), "")
    for case in cases.cases:
        rows = [Row("case", case.period, case.facts), Row("colleague", case.period, case.colleague)]
        row, _ = with_others(rows, reader.value)
        assert case.differences(scorer.score(row)) == ()


def test_points_by_place_have_no_break_in_a_measure(tmp_path: Path) -> None:
    scheme = made(tmp_path, "measure = 'n'\nrule = { kind = 'rank', points = [10, 5], within = 'all' }")
    assert break_cases(scheme.sheet()) == BreakCases()


SEASONAL = """
measure = 'n'
rule = { kind = "bands", bands = [{ from = "30 if peak else 20", points = 10 }, { otherwise = true, points = 0 }] }
[seasons]
peak = { months = [9, 10, 11, 12, 1, 2] }
"""


def test_the_breaks_of_each_season_get_cases_in_its_months(tmp_path: Path) -> None:
    scheme = made(tmp_path, SEASONAL)
    cases = break_cases(scheme.sheet())
    assert wrong(scheme, cases) == []
    tried: dict[int, set[tuple[str, str | None]]] = {}
    for case in cases.cases:
        assert case.period.month is not None
        tried.setdefault(case.period.month, set()).add((case.measure, case.points))
    assert sorted(tried) == list(range(1, 13))
    for month, found in tried.items():
        inside = month in (9, 10, 11, 12, 1, 2)
        on = {("29", "0.00"), ("30", "10.00"), ("31", "10.00")}
        off = {("19", "0.00"), ("20", "10.00"), ("21", "10.00")}
        assert found >= (on if inside else off)
        assert not found & {("20", "0.00"), ("30", "0.00")}


def test_the_breaks_of_each_season_get_cases_on_days_too(tmp_path: Path) -> None:
    scheme = made(tmp_path, SEASONAL)
    path = scheme.path
    path.write_text(path.read_text("utf-8").replace('["month"]', '["day"]'), "utf-8")
    days = load_scheme(path, Vocabulary.of(RULES, FUNCTIONS))
    cases = break_cases(days.sheet())
    assert wrong(days, cases) == []
    assert {case.period.month for case in cases.cases if case.measure == "30"} == {9, 10, 11, 12, 1, 2}


def test_a_condition_of_the_group_is_kept_to_as_an_own_one_is(tmp_path: Path) -> None:
    rule = 'rule = { kind = "bands", bands = [{ from = 5, points = 10 }, { otherwise = true, points = 1 }] }\n'
    group = "[[group]]\nid = 'g'\nonly_if = '{}'\n"
    line = f"group = 'g'\nmeasure = 'n'\nonly_if = 'm >= 1'\n{rule}"
    scheme = made(tmp_path, line + group.format("ok"))
    cases = break_cases(scheme.sheet())
    assert wrong(scheme, cases) == []
    assert {(case.measure, case.points) for case in cases.cases} >= {("4", "1.00"), ("5", "10.00"), ("6", "10.00")}
    assert all(case.facts["ok"] is True and case.facts["m"] for case in cases.cases)
    scheme = made(tmp_path, line + group.format("n < 0"))  # never holds, so all is 0
    cases = break_cases(scheme.sheet())
    assert wrong(scheme, cases) == []
    assert {case.points for case in cases.cases} == {"0.00"}
