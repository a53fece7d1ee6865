"""numpy by hand: float64 arrays, np.select, one thread. What a team is, is a number here; elsewhere it is a text."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from population_contestant import Contestant
from population_sheets import Accrue, Bands, Conditions, Deduct, Gates, Given, Line, Measure, Proportion, Ramp, Share

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = dict[str, Any]


class ByHand(Contestant):
    """What a good engineer would write who has numpy and this one sheet."""

    name = "numpy by hand"
    how = "float64, np.select, one thread; teams are whole numbers, which spares it the texts"

    def ready(self, people: pl.DataFrame) -> Arrays:
        """An array a figure, most of them without a copy; the names stay as they are, for the results."""
        facts = {name: people[name].to_numpy() for name in people.columns[2:]}
        teams = people["team"].str.slice(1).cast(pl.Int64).to_numpy()
        return {"employee": people["employee"], "team": people["team"], "teams": teams, **facts}

    def score(self, given: Arrays) -> Arrays:
        """An array a column of results."""
        found: Arrays = {"employee": given["employee"], "team": given["team"]}
        for line in self.sheet.lines:
            if line.measure is not None:
                found[f"{line.name}.measure"] = measured(line.measure, line.places, given)
            found[f"{line.name}.score"] = scored(line, found.get(f"{line.name}.measure"), given)
        found["total"] = total = rounded(sum(found[f"{line.name}.score"] for line in self.sheet.lines), 2)
        place = np.select([total >= float(end) for end, _ in self.sheet.grades], range(len(self.sheet.grades)),
                          len(self.sheet.grades))  # fmt: skip
        if self.sheet.gates is not None:
            place = gated(found, place, self.sheet.gates, self.sheet.letters, given)
        found["grade"] = np.array(self.sheet.letters)[place]
        return {name: found[name] for name in self.columns}

    def frame(self, got: Arrays) -> pl.DataFrame:
        """A column an array."""
        return pl.DataFrame(got)


def rounded(values: Any, places: int) -> Any:
    """Half up, as the sheet asks; np.round takes halves to the even neighbour."""
    scale = 10.0**places
    return np.floor(values * scale + 0.5) / scale


def measured(measure: Measure, places: int, facts: Arrays) -> Any:
    """A measure, rounded."""
    if isinstance(measure, Given):
        return facts[measure.fact] if places == 0 else rounded(facts[measure.fact], places)
    if isinstance(measure, Share):
        return rounded(facts[measure.top] / facts[measure.bottom], places)
    shop = facts[measure.shop_sales] / facts[measure.shop_buyers]
    return rounded(facts[measure.sales] / facts[measure.buyers] / shop, places)


def scored(line: Line, measure: Any, facts: Arrays) -> Any:
    """A score, rounded where it may have more than two decimals."""
    rule, full = line.rule, float(line.full)
    match rule:
        case Bands():
            fits = [measure <= float(end) if rule.lower else measure >= float(end) for end, _ in rule.rows]
            return np.select(fits, [float(points) for _, points in rule.rows], 0.0)
        case Proportion():
            share = rounded(full * np.clip(measure, 0, float(rule.to)) / float(rule.to), 2)
            return share if rule.least == "0" else np.where(measure >= float(rule.least), share, 0.0)
        case Ramp():
            start, end = float(rule.start), float(rule.end)
            return rounded(full * np.clip((measure - start) / (end - start), 0, 1), 2)
        case Deduct():
            score = np.maximum(full - float(rule.each) * np.maximum(measure - rule.free, 0), 0.0)
            return score if rule.wipe_out is None else np.where(measure >= rule.wipe_out, 0.0, score)
        case Accrue():
            return np.minimum(float(rule.each) * measure, full)
        case Conditions():
            parts = []
            for tests, points in rule.parts:
                held = [facts[fact] if most is None else facts[fact] <= most for fact, most in tests]
                parts.append(np.where(np.logical_and.reduce(held), float(points), 0.0))
            return sum(parts)
        case _:
            steps = np.array([*map(float, rule.points), 0.0])
            place = placed(measure if rule.lower else -measure, facts["teams"])
            return steps[np.minimum(place, len(steps)) - 1]


def placed(values: Array, teams: Array) -> Array:
    """Everybody's place in the team, from 1, the least value first; equal ones share the better place."""
    order = np.lexsort((values, teams))
    teams, values = teams[order], values[order]
    at = np.arange(len(order))
    opens = np.concatenate(([True], teams[1:] != teams[:-1]))[: len(order)]
    differs = np.concatenate(([True], values[1:] != values[:-1]))[: len(order)] | opens
    first = np.maximum.accumulate(np.where(opens, at, 0))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.maximum.accumulate(np.where(differs, at, 0)) - first + 1
    return place


def gated(found: Arrays, place: Any, gates: Gates, letters: tuple[str, ...], facts: Arrays) -> Any:
    """The grade behind the gates, by its place; rank, status and pay are added to what was found."""
    failed = (facts[gates.breaches] != 0) | (found[f"{gates.survey}.score"] < float(gates.least_survey))
    place = np.minimum(place + failed, len(letters) - 1)
    barred = facts[gates.discounts] > float(gates.most_discounts) * facts[gates.sales]
    found["rank"] = placed(-found["total"], facts["teams"])
    found["status"] = np.where(barred, "ineligible", "scored")
    found["pay_total"] = np.where(barred, 0.0, np.array([float(gates.pay[letter]) for letter in letters])[place])
    return place
