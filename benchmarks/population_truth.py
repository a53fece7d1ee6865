"""What is right: both sheets in whole numbers of 64 bits, by nothing that kpicore or a contestant uses.

Money and lengths of time are turned back into hundredths, which the nearest floats to two decimals allow without a
loss. A measure stands in units of its last place, a score and a total in hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from attrs import frozen
from population_sheets import (
    Accrue,
    Bands,
    Conditions,
    Deduct,
    Gates,
    Given,
    Line,
    Measure,
    Proportion,
    Ramp,
    Share,
    Sheet,
)

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def truth(sheet: Sheet, people: pl.DataFrame) -> pl.DataFrame:
    """What is right for each of them, in the sheet's columns and the people's order."""
    facts = _Facts(people)
    found: dict[str, Any] = {}
    total: Ints = np.zeros(len(people), dtype=np.int64)
    for line in sheet.lines:
        measure = None if line.measure is None else _measure(line.measure, line.places, facts)
        score = _score(line, measure, facts)
        total += score
        if measure is not None:
            found[f"{line.name}.measure"] = _small(measure)
        found[f"{line.name}.score"] = score.astype(np.int32)
    found["total"] = total
    ends = [_units(end, 2) for end, _ in sheet.grades]
    grade = sum((total < end).astype(np.int64) for end in ends)
    if sheet.gates is not None:
        survey = found[f"{sheet.gates.survey}.score"]
        grade = np.minimum(grade + _lowered(sheet.gates, survey, facts), len(sheet.letters) - 1)
        found |= _beside(sheet, sheet.gates, total, grade, facts)
    found["grade"] = np.array(sheet.letters)[grade]
    return pl.DataFrame({"employee": people["employee"], "team": people["team"], **found})


class _Facts:
    """The figures as whole numbers: counts as they are, what has decimals in hundredths."""

    def __init__(self, people: pl.DataFrame) -> None:
        self._people = people
        self._teams: Ints | None = None

    def __call__(self, name: str) -> Ints:
        values = self._people[name].to_numpy()
        return np.rint(values * 100).astype(np.int64) if values.dtype == np.float64 else values.astype(np.int64)

    def parts(self, name: str) -> int:
        """How many of its units make one."""
        return 100 if self._people[name].dtype == pl.Float64 else 1

    @property
    def teams(self) -> Ints:
        """A number for each team."""
        if self._teams is None:
            self._teams = self._people["team"].str.slice(1).cast(pl.Int64).to_numpy()
        return self._teams


def _small(values: Ints) -> npt.NDArray[np.signedinteger[Any]]:
    return values.astype(np.int32) if values.max(initial=0) < 2**31 else values


def _units(number: str, places: int) -> int:
    whole = Decimal(number).scaleb(places)
    assert whole == int(whole), number
    return int(whole)


def _quotient(top: Ints, bottom: Ints | int) -> Ints:
    """Rounded half up; nothing is negative here."""
    return (2 * top + bottom) // (2 * bottom)


def _measure(measure: Measure, places: int, facts: _Facts) -> Ints:
    scale = 10**places
    if isinstance(measure, Given):
        return _quotient(facts(measure.fact) * scale, facts.parts(measure.fact))
    if isinstance(measure, Share):
        assert facts.parts(measure.top) == facts.parts(measure.bottom)
        return _quotient(facts(measure.top) * scale, facts(measure.bottom))
    top = facts(measure.sales) * facts(measure.shop_buyers)
    assert top.max(initial=0) < 2**62 // scale // 2
    return _quotient(top * scale, facts(measure.buyers) * facts(measure.shop_sales))


def _score(line: Line, measure: Ints | None, facts: _Facts) -> Ints:
    rule, full = line.rule, 100 * line.full
    if isinstance(rule, Conditions):
        return _conditions(rule, facts)
    assert measure is not None
    if isinstance(rule, Bands):
        score: Ints = np.zeros(len(measure), dtype=np.int64)
        for reached, points in reversed(rule.rows):
            fits = measure <= _units(reached, line.places) if rule.lower else measure >= _units(reached, line.places)
            score[fits] = _units(points, 2)
        return score
    if isinstance(rule, Proportion):
        to, least = _units(rule.to, line.places), _units(rule.least, line.places)
        return np.where(measure < least, 0, np.where(measure >= to, full, _quotient(measure * full, to)))
    if isinstance(rule, Ramp):
        start, end = _units(rule.start, line.places), _units(rule.end, line.places)
        way = np.clip(start - measure if rule.falls else measure - start, 0, abs(end - start))
        return _quotient(way * full, abs(end - start))
    if isinstance(rule, Deduct):
        score = np.maximum(full - _units(rule.each, 2) * np.maximum(measure - rule.free, 0), 0)
        return score if rule.wipe_out is None else np.where(measure >= rule.wipe_out, 0, score)
    if isinstance(rule, Accrue):
        return np.minimum(_units(rule.each, 2) * measure, full)
    place = _places(measure if rule.lower else -measure, facts)
    score = np.zeros(len(measure), dtype=np.int64)
    for at, points in enumerate(rule.points, 1):
        score[place == at] = _units(points, 2)
    return score


def _conditions(rule: Conditions, facts: _Facts) -> Ints:
    score: Ints = np.zeros(len(facts.teams), dtype=np.int64)
    for tests, points in rule.parts:
        held: Flags = np.ones(len(score), dtype=bool)
        for fact, most in tests:
            held &= facts(fact) == 1 if most is None else facts(fact) <= most
        score[held] += _units(points, 2)
    return score


def _places(values: Ints, facts: _Facts) -> Ints:
    """Everybody's place in the team, from 1, the least value first; equal ones share the better place."""
    height = np.int64(1 << 42)
    shifted = values - values.min()
    assert shifted.max() < height
    keys = facts.teams * height + shifted
    order = np.sort(keys)
    place: Ints = np.searchsorted(order, keys) - np.searchsorted(order, facts.teams * height) + 1
    return place


def _lowered(gates: Gates, survey: Ints, facts: _Facts) -> Flags:
    """Who loses a grade."""
    failed: Flags = (facts(gates.breaches) != 0) | (survey < _units(gates.least_survey, 2))
    return failed


def _beside(sheet: Sheet, gates: Gates, total: Ints, grade: Ints, facts: _Facts) -> Mapping[str, Any]:
    """The rank by total, the status, and pay."""
    most = _units(gates.most_discounts, 2) * facts(gates.sales)
    barred = facts(gates.discounts) * 100 > most
    pay = np.array([100 * gates.pay[letter] for letter in sheet.letters], dtype=np.int64)
    return {
        "rank": _places(-total, facts),
        "status": np.where(barred, "ineligible", "scored"),
        "pay_total": np.where(barred, 0, pay[grade]),
    }


@frozen
class Wrong:
    """For how many people something differs from the truth."""

    decided: int
    grade: int
    measures: int | None
    columns: Mapping[str, int]


def wrong(sheet: Sheet, right: pl.DataFrame, got: pl.DataFrame, outputs: str) -> Wrong:
    """Who was decided wrongly: in a score, the total, the grade, or what else the sheet decides.

    Money, scores and totals are compared in hundredths and measures in units of their last place, so that a float that
    is the nearest to the right value is right. Raises ValueError where columns or people are missing.
    """
    if got.columns != list(sheet.columns(outputs)) or len(got) != len(right):
        raise ValueError(f"{len(got)} people and {got.columns} instead of {len(right)} and {sheet.columns(outputs)}")
    got = got.sort("employee")
    if not (got["employee"] == right["employee"]).all() or not (got["team"] == right["team"]).all():
        raise ValueError("These are other people.")
    places = {f"{line.name}.measure": line.places for line in sheet.lines}
    found: dict[str, int] = {}

    def differs(names: tuple[str, ...]) -> int:
        anything: Flags = np.zeros(len(right), dtype=bool)
        for name in names:
            different = _different(got[name], right[name], places.get(name, 2))
            found[name] = int(different.sum())
            anything |= different
        return int(anything.sum())

    decided = differs(sheet.decided)
    measures = differs(sheet.measures) if outputs == "measures" else None
    return Wrong(decided, found["grade"], measures, {name: some for name, some in found.items() if some})


def _different(got: pl.Series, right: pl.Series, places: int) -> Flags:
    if right.dtype == pl.String:
        same = got.cast(pl.String).eq_missing(right)
    else:
        scale = 1 if right.name == "rank" else 10**places
        same = (got.cast(pl.Float64) * scale).round().eq_missing(right.cast(pl.Float64))
    return ~same.to_numpy()
