"""What is aimed at, which facts go together, and how rows are drawn."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from kpicore.engines.exact import ExactReader
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.model import Sheet
from kpicore.past import Past
from kpicore.period import parse_period
from kpicore.rules import STANDARD as RULES
from kpicore.sample.aim import Aim, aims, may_be_blank
from kpicore.sample.group import groups
from kpicore.sample.solve import Solver
from kpicore.sample.table import SLOTS, STRENGTHS, Tables, drawn
from kpicore.sample.usual import Usuals
from kpicore.schemefile import load_scheme
from kpicore.vocabulary import Vocabulary

DATA = Path(__file__).parents[1] / "data"
MONTH = parse_period("2024-03")


def sheet_of(name: str) -> Sheet:
    return load_scheme(DATA / f"{name}.toml", Vocabulary.of(RULES, FUNCTIONS)).sheet()


@pytest.fixture(scope="module")
def everything() -> Sheet:
    return sheet_of("everything")


def solver_of(sheet: Sheet, seed: int = 1) -> Solver:
    reader = ExactReader(sheet)
    return Solver(reader, MONTH, Past(reader.value), random.Random(seed), Usuals(sheet.facts))


def goals(sheet: Sheet) -> dict[tuple[str, ...], list[tuple[Aim, list[Fraction]]]]:
    solver = solver_of(sheet)
    found: dict[tuple[str, ...], list[tuple[Aim, list[Fraction]]]] = {}
    for aim in aims(sheet):
        found.setdefault(aim.facts, []).append((aim, aim.goals(solver.reader, solver.row({}))))
    return found


def test_curves_and_comparisons_of_facts_are_aimed_at(everything: Sheet) -> None:
    found = goals(everything)
    ((_, served),) = found["served", "asked", "sales", "target"]
    assert {Fraction(text) for text in ("0.7999", "0.8", "0.8001", "1.1999", "1.2", "1.2001")} <= set(served)
    assert ("balance",) in found and ("balance", "extra") in found  # with a parameter, and with another fact
    assert ("joined", "left_on") in found or ("left_on", "joined") in found
    assert [places for aim, _ in found["sales",] for places in [aim.places]] == [2, 2]  # growth, and the pay's bands


def test_what_rests_on_several_indicators_is_not_aimed_at() -> None:
    sheet = sheet_of("counter")  # its grade and its pay look at the total, over eleven facts
    assert all(len(aim.facts) <= 3 for aim in aims(sheet))


def test_every_fact_is_in_one_group(everything: Sheet) -> None:
    for sheet in (everything, sheet_of("counter")):
        found = [name for group in groups(sheet) for name in group.facts]
        assert sorted(found) == sorted(sheet.facts)


def test_facts_of_one_indicator_go_together_and_others_do_not(everything: Sheet) -> None:
    sets = {frozenset(group.facts): group for group in groups(everything)}
    served = sets[frozenset({"served", "asked", "sales", "target"})]
    assert served.looks and set(served.lines) == {"served_line", "growth"}
    assert sets[frozenset({"away", "trained"})].lines == ("away_line",)
    assert sets[frozenset({"balance", "extra"})].gates == ("balanced",)


def test_a_blank_is_tried_where_a_formula_says_what_it_means() -> None:
    sheet = sheet_of("counter")
    assert "sales" not in may_be_blank(sheet)


@pytest.mark.parametrize("seed", range(20))
def test_figures_bring_a_formula_to_what_is_wanted_or_beside_it(everything: Sheet, seed: int) -> None:
    solver = solver_of(everything, seed)
    aim = next(aim for aim in aims(everything) if len(aim.facts) == 4)
    facts = solver.hit(aim.node, aim.facts, Fraction("1.2"), {"asked": 80})
    assert facts is not None and facts["asked"] == 80
    value = solver.value(aim.node, facts)
    assert isinstance(value, Fraction) and abs(value - Fraction("1.2")) < Fraction("0.1")


def test_a_formula_that_is_no_line_is_met_at_its_turn(everything: Sheet) -> None:
    aim = next(aim for aim in aims(everything) if aim.facts == ("served",))  # round(served / 7) >= 100
    found = set()
    for seed in range(20):
        facts = solver_of(everything, seed).hit(aim.node, aim.facts, Fraction(0), {})
        assert facts is not None
        found.add(facts["served"])
    assert found == {696, 697}


def test_nothing_is_found_where_nothing_can_be(everything: Sheet) -> None:
    solver = solver_of(everything)
    aim = next(aim for aim in aims(everything) if aim.facts == ("warmth",))
    assert solver.hit(aim.node, aim.facts, Fraction(7), {}) is None


def test_the_strong_draw_what_is_worth_most_and_the_odd_is_rare() -> None:
    worths = [Fraction(1), Fraction(0), None, Fraction(1, 2), Fraction(1)]
    draws = drawn(worths, random.Random(1))
    assert len(draws) == SLOTS * len(STRENGTHS)
    shares = [Counter(draws[number * SLOTS : (number + 1) * SLOTS]) for number in range(len(STRENGTHS))]
    worst, best = shares[0], shares[-1]
    assert worst[1] > SLOTS / 2 and best[1] < SLOTS / 100
    assert best[0] + best[4] > SLOTS * 9 / 10 and abs(best[0] - best[4]) <= 1
    assert all(share[2] == SLOTS // 32 for share in shares)


def test_rows_that_are_all_odd_are_drawn_alike() -> None:
    assert set(Counter(drawn([None, None], random.Random(1))).values()) == {SLOTS * len(STRENGTHS) // 2}


def test_months_of_one_season_share_a_table_and_looks_back_are_kept(everything: Sheet) -> None:
    periods = [parse_period(f"2024-0{month}") for month in (1, 2, 3)]
    for tables in Tables.of(everything, "1").all(periods):
        same = tables[0] is tables[1]
        assert tables[0].kept != same
        assert tables[0].draws is tables[2].draws
