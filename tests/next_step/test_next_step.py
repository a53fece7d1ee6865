"""The least change of a figure: it does, and one unit less does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore.io.roster import roster_of
from kpicore.loaded import LoadedScheme
from kpicore.model import SchemeModel
from kpicore.next_step.advice import Advice, Advisor, Aim, aim_of, stand_of
from kpicore.next_step.axis import Axis
from kpicore.next_step.search import Move
from kpicore.next_step.whatif import WhatIf
from kpicore.result import Result
from kpicore.row import Row
from kpicore.sample import sample_frame, sample_roster

REGISTRY = kpicore.load()
SCHEMES = [entry.id for entry in REGISTRY.schemes()]
PEOPLE, ENOUGH = 8, 8
Worth = Callable[[Result], Any]
HEAD = """
id = "own/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]
rules_award = "percent"
"""
CONVERSION = (
    HEAD
    + """
[facts]
payers = { kind = "count" }
inquirers = { kind = "count", fixed = true }
rude = { kind = "flag" }
seconds = { kind = "seconds", most = 300 }
[[indicator]]
id = "conversion"
weight = 60
measure = "payers / inquirers"
kind = "ratio"
better = "higher"
rule = { kind = "bands", bands = [
    { from = 0.65, points = 100 }, { from = 0.5, points = 60 }, { otherwise = true, points = 0 } ] }
[[indicator]]
id = "response"
weight = 40
measure = "seconds"
better = "lower"
rule = { kind = "ramp", from = 120, to = 20 }
[[gate]]
id = "polite"
require = "not rude"
effect = { ineligible = true }
[grade]
bands = [ { from = 90, grade = "A" }, { from = 70, grade = "B" }, { otherwise = true, grade = "C" } ]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 300, B = 100, C = 0 } }
"""
)
FIGURES = {"payers": 259, "inquirers": 400, "rude": False, "seconds": 50}


def scheme(folder: Path, text: str) -> LoadedScheme:
    (folder / "sheet.toml").write_text(text, "utf-8")
    return REGISTRY.scheme(str(folder / "sheet.toml"))


def asked(loaded: LoadedScheme, **figures: Any) -> Advice:
    version = loaded.newest
    facts, _ = version.facts({**FIGURES, **figures})
    row = Row("E1", kpicore.parse_period("2024-03"), facts)
    return Advisor(loaded).advice(row)


def changes(move: Move) -> dict[str, tuple[object, object]]:
    return {step.fact: (step.before, step.after) for step in move.steps}


def moves_of(found: Advice) -> dict[str, list[dict[str, tuple[object, object]]]]:
    return {lift.indicator: [changes(move) for move in lift.moves] for lift in found.lifts}


def test_one_payer_more_lifts_the_band(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), payers=259)
    # 259 of 400 are 64.75 %; 64.995 % would be shown as 65.00 %, and 260 is the first that gets there.
    assert moves_of(found)["conversion"] == [{"payers": (259, 260)}]
    (move,) = found.lifts[0].moves
    assert (move.result.total, move.result.grade, move.result.pay_total) == (Decimal("88.00"), "B", Decimal("100.00"))


def test_on_a_slope_the_next_band_is_its_end(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), seconds=Decimal(50))
    # From 20.0 s on there are 100 points; 20.05 s would be shown as 20.1 s.
    assert moves_of(found)["response"] == [{"seconds": (Decimal(50), Decimal("20.0"))}]


def test_what_is_fixed_stays(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), payers=100)
    assert all("inquirers" not in each for moves in moves_of(found).values() for each in moves)


def test_two_figures_where_no_single_one_does(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), payers=100, seconds=Decimal(119))
    assert found.result.grade == "C"
    assert found.chance is not None and found.chance.to == "B"
    (move,) = found.chance.moves
    assert set(changes(move)) == {"payers", "seconds"}
    assert move.result.grade == "B"
    assert less(scheme(tmp_path, CONVERSION), {**FIGURES, "payers": 100, "seconds": Decimal(119)}, move) == ["C", "C"]


def test_the_two_that_do_are_found_among_many(tmp_path: Path) -> None:
    names = {f"f{number}": 1 for number in range(30)} | {"big": 35, "large": 35}
    facts = "".join(f'{name} = {{ kind = "count" }}\n' for name in names)
    lines = "".join(
        f'[[indicator]]\nid = "i_{name}"\nweight = {weight}\nmeasure = "{name}"\nbetter = "higher"\n'
        f'rule = {{ kind = "bands", bands = [ {{ from = 1, points = {weight} }}, '
        "{ otherwise = true, points = 0 } ] }\n"
        for name, weight in names.items()
    )
    grade = '[grade]\nbands = [ { from = 70, grade = "A" }, { otherwise = true, grade = "B" } ]\n'
    text = f"{HEAD.replace('percent', 'marks')}[facts]\n{facts}{lines}{grade}"
    loaded = scheme(tmp_path, text)
    facts_given, _ = loaded.newest.facts(dict.fromkeys(names, 0))
    found = Advisor(loaded).advice(Row("E1", kpicore.parse_period("2024-03"), facts_given))
    assert found.chance is not None and [set(changes(move)) for move in found.chance.moves] == [{"big", "large"}]


def less(loaded: LoadedScheme, figures: dict[str, Any], move: Move) -> list[str | None]:
    """The grades where one of the two steps is one unit less."""
    version = loaded.newest
    found = []
    for short in move.steps:
        row = {**figures, **{step.fact: step.after for step in move.steps}}
        assert short.before is not None
        row[short.fact] = one_less(Axis(version.model.facts[short.fact], short.before), short.after)
        found.append(loaded.score(row, employee="E1", period="2024-03").grade)
    return found


def one_less(axis: Axis, after: Any) -> int | Decimal:
    """A value one unit nearer to the present one."""
    now: Any = axis.now
    nearer = Fraction(after) - (1 if Fraction(after) > Fraction(now) else -1) * axis.unit
    places = len(str(axis.unit.denominator)) - 1
    return int(nearer) if axis.spec.figure.whole else Decimal(int(nearer * 10**places)).scaleb(-places)


def test_nothing_does_where_nothing_does(tmp_path: Path) -> None:
    text = CONVERSION.replace('payers = { kind = "count" }', 'payers = { kind = "count", fixed = true }')
    found = asked(scheme(tmp_path, text), payers=100, seconds=Decimal(119))
    assert found.chance is not None and found.chance.moves == ()
    assert moves_of(found)["conversion"] == []


def test_who_is_barred_is_told_how_not_to_be(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), rude=True)
    assert found.chance is not None and found.chance.aim == "eligible"
    assert changes(found.chance.moves[0]) == {"rude": (True, False)}
    assert found.chance.moves[0].result.status == "scored"


def test_the_margin_is_what_loses_the_grade(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), payers=260, seconds=Decimal(20))
    assert found.result.grade == "A" and found.margin is not None
    assert found.margin.total == Decimal("10.00")
    lost = {fact: step for move in found.margin.moves for fact, step in changes(move).items()}
    assert lost["payers"] == (260, 259)
    assert lost["rude"] == (False, True)


def test_the_worst_grade_can_not_be_lost(tmp_path: Path) -> None:
    text = CONVERSION.replace("ineligible = true", 'grade = "C"')
    assert asked(scheme(tmp_path, text), payers=0, seconds=Decimal(300)).margin is None


def test_of_an_incomplete_result_it_says_what_is_lacking(tmp_path: Path) -> None:
    found = asked(scheme(tmp_path, CONVERSION), payers=None)
    assert found.lacking and not found.lifts and found.chance is None and found.margin is None


def test_what_grows_and_falls_again_is_met_where_it_is_nearest(tmp_path: Path) -> None:
    text = CONVERSION.replace('measure = "payers / inquirers"', 'measure = "abs(payers - 300) / inquirers"')
    found = asked(scheme(tmp_path, text), payers=290)
    # 40 and less away from 300 is worth nothing: down to 100 or up to 500 it is half of 400.
    assert moves_of(found)["conversion"] == [{"payers": (290, 100)}]


def brute(loaded: LoadedScheme, figures: dict[str, Any], fact: str, values: Iterator[int], goal: Any) -> int | None:
    """The nearest value that meets a goal, by trying all."""
    now = figures[fact]
    met = [value for value in values if goal(loaded.score({**figures, fact: value}, employee="E1", period="2024-03"))]
    return min(met, key=lambda value: abs(value - now), default=None)


@pytest.mark.parametrize("payers", [0, 1, 150, 198, 199, 200, 230, 259, 260, 399])
@pytest.mark.parametrize("seconds", [0, 47, 300])
def test_it_is_the_least_of_all(tmp_path: Path, payers: int, seconds: int) -> None:
    loaded = scheme(tmp_path, CONVERSION)
    figures = {**FIGURES, "payers": payers, "seconds": seconds}
    found = asked(loaded, payers=payers, seconds=Decimal(seconds))
    order = ("A", "B", "C")
    now = found.result.grade
    single = {
        step.fact: step.after
        for move in (found.chance.moves if found.chance else ())
        if len(move.steps) == 1
        for step in move.steps
    }
    better = brute(loaded, figures, "payers", iter(range(401)), lambda r: order.index(r.grade) < order.index(now))
    assert single.get("payers") == better
    lost = {step.fact: step.after for move in (found.margin.moves if found.margin else ()) for step in move.steps}
    worse = brute(loaded, figures, "payers", iter(range(401)), lambda r: order.index(r.grade) > order.index(now))
    assert lost.get("payers") == worse


def rows_of(loaded: LoadedScheme) -> list[Row]:
    """Made-up people with all figures; of a ladder their cycles, among them what is not over."""
    figures = sample_frame(loaded.newest, people=PEOPLE, months=6 if loaded.climbs else 1, seed=11, blanks=0.0)
    given = []
    for raw in figures.to_dicts():
        facts, _ = loaded.newest.facts({name: raw[name] for name in loaded.newest.model.facts if name in raw})
        given.append(Row(raw["employee"], kpicore.parse_period(raw["period"]), facts, team=raw["team"]))
    if loaded.climbs:
        roster, _ = roster_of(sample_roster(loaded.newest, people=PEOPLE, seed=11))
        found = loaded.climbing(given, roster, [])
        return [row for row in loaded.remembering(found) if row.period.kind == "cycle"]
    return list(loaded.remembering(given))


@pytest.mark.parametrize("ref", SCHEMES)
def test_one_unit_less_does_not_do_on_any_scheme(ref: str) -> None:
    loaded = REGISTRY.scheme(ref)
    rows, model = rows_of(loaded), loaded.newest.model
    advisor = Advisor(loaded, None, rows)
    tried = 0
    for row in rows:
        if tried >= (2 if loaded.climbs else ENOUGH):
            break
        what = WhatIf(loaded, None, loaded.newest, row, rows)
        found = advisor.advice(row)
        for lift in found.lifts:
            for move in lift.moves:
                tried += 1
                held(what, move, points_of(lift.indicator), found, 1)
        aim = aim_of(model, found.result)
        for moves, way in ((found.chance, 1), (found.margin, -1)):
            if moves is None or aim is None:
                continue
            for move in moves.moves:
                tried += 1
                held(what, move, rank_of(model, aim), found, way)
    assert tried or not (model.indicators or loaded.climbs)


def points_of(indicator: str) -> Worth:
    return lambda result: result.indicators[indicator].points


def rank_of(model: SchemeModel, aim: Aim) -> Worth:
    def rank(result: Result) -> int | None:
        stand = stand_of(model, aim, result)
        return None if stand is None else stand.rank

    return rank


def held(what: WhatIf, move: Move, worth: Worth, found: Advice, way: int) -> None:
    """The move leads up (or down), and with one unit less of a step it does not lead as far."""
    before, after = worth(found.result), worth(move.result)
    assert before is not None and after is not None and (after - before) * way > 0
    for short in move.steps:
        spec = what.version.model.facts[short.fact]
        axis = Axis.of_blank(spec) if short.before is None else Axis(spec, short.before)
        assert axis is not None
        if not axis.number:
            continue
        nearer: dict[str, Any] = {step.fact: step.after for step in move.steps}
        nearer[short.fact] = one_less(axis, short.after)
        again = worth(what.result(nearer))
        assert again is None or (after - again) * way > 0, (move.steps, again)
