"""A slow, plain reading of nodes with Fractions and absences: what the exact reader is held against.

Written from the rules of docs/arithmetic.md alone, one case after another, without the reader's means.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from kpicore.curve import OnCurve, Piece
from kpicore.figure import UNREADABLE
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node, gravest
from kpicore.model import Cell


@frozen
class Person:
    """Somebody's figures of the month."""

    employee: str
    team: str | None
    facts: Mapping[str, Any]


class Naive:
    """Values of nodes for one row of figures. Numbers are Fractions; what is absent is its `Absence`.

    `months` are the figures of the person's other months, by year and month. `people` are all of the month, this one
    too, and `employee` says which of them this is.
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        cells: Mapping[str, Cell],
        month: int = 3,
        year: int = 2024,
        months: Mapping[tuple[int, int], Mapping[str, Any]] | None = None,
        people: Sequence[Person] = (),
        employee: str = "",
    ) -> None:
        self.facts, self.cells, self.moment = facts, cells, {"month": month, "year": year}
        self.months = months or {}
        self.people, self.employee = people, employee

    def value(self, node: Node) -> Any:
        method = getattr(self, "of_" + type(node).__name__.lower())
        return method(node)

    def strictly(self, args: Any, compute: Any) -> Any:
        values = [self.value(arg) for arg in args]
        absent = Absence(0)
        for value in values:
            if isinstance(value, Absence):
                absent |= value
        return gravest(absent) if absent else compute(*values)

    def of_num(self, node: nodes.Num) -> Any:
        return node.value

    of_text = of_flag = of_day = of_num

    def of_absent(self, node: nodes.Absent) -> Any:
        return node.absence

    def of_fact(self, node: nodes.Fact) -> Any:
        figure = self.facts.get(node.id)
        if figure is None:
            return Absence.MISSING
        if figure is UNREADABLE:
            return Absence.UNREADABLE
        return figure if isinstance(figure, str | bool | datetime.date) else Fraction(figure)

    of_param = of_fact

    def of_moment(self, node: nodes.Moment) -> Any:
        return Fraction(self.moment[node.part])

    def of_along(self, node: nodes.Along) -> Any:
        year, month = self.moment["year"], self.moment["month"]
        if node.way == "previous":
            return self.then(node.arg, year - (month == 1), (month - 2) % 12 + 1)
        if node.way == "year_ago":
            return self.then(node.arg, year - 1, month)
        values = list(self.last_year(node.arg))
        if Absence.UNREADABLE in values:
            return Absence.UNREADABLE
        known = [value for value in values if not isinstance(value, Absence)]
        return sum(known, Fraction(0)) / len(known) if known else Absence.MISSING

    def then(self, node: Node, year: int, month: int) -> Any:
        facts = self.months.get((year, month))
        if facts is None:
            return Absence.MISSING
        return Naive(facts, self.cells, month, year, self.months).value(node)

    def taking_part(self, node: nodes.Across | nodes.Portion, weight: Node) -> list[tuple[Naive, Fraction]]:
        """Those of the same team, or all, who are counted and have a value, in the order of their names."""
        (team,) = [person.team for person in self.people if person.employee == self.employee]
        found = []
        for person in sorted(self.people, key=lambda person: person.employee):
            if node.within == "team" and person.team != team:
                continue
            month, year = self.moment["month"], self.moment["year"]
            reading = Naive(person.facts, self.cells, month, year, None, self.people, person.employee)
            value = reading.value(weight)
            if reading.value(node.among) is True and not isinstance(value, Absence):
                found.append((reading, value))
        return found

    def of_across(self, node: nodes.Across) -> Any:
        values = [value for _, value in self.taking_part(node, node.arg)]
        if node.way in ("rank_high", "rank_low"):
            own = self.value(node.arg)
            if isinstance(own, Absence):
                return own
            better = [x for x in values if (x > own if node.way == "rank_high" else x < own)]
            return Fraction(1 + len(better))
        if node.way == "count":
            return Fraction(len(values))
        if node.way == "sum":
            return sum(values, Fraction(0))
        if not values:
            return Absence.MISSING
        if node.way == "mean":
            return sum(values, Fraction(0)) / len(values)
        return min(values) if node.way == "least" else max(values)

    def of_portion(self, node: nodes.Portion) -> Any:
        people = self.taking_part(node, node.weight)
        mine = [place for place, (reading, _) in enumerate(people) if reading.employee == self.employee]
        if not mine:
            own = self.value(node.weight)
            return own if isinstance(own, Absence) else Fraction(0)
        amounts = [reading.value(node.amount) for reading, _ in people]
        if any(amount != amounts[0] for amount in amounts):
            return Absence.UNREADABLE
        if isinstance(amounts[0], Absence):
            return amounts[0]
        total = sum((weight for _, weight in people), Fraction(0))
        if total == 0:
            return Fraction(0)
        unit = Fraction(1, 10**node.places) * (-1 if amounts[0] < 0 else 1)
        units = math.floor(amounts[0] / unit + Fraction(1, 2))
        exact = [units * weight / total for _, weight in people]
        given = [math.floor(share) for share in exact]
        while sum(given) < units:
            lacking = [share - part for share, part in zip(exact, given, strict=True)]
            given[lacking.index(max(lacking))] += 1
        return given[mine[0]] * unit

    def last_year(self, node: Node) -> Iterator[Any]:
        for year, month in self.months:
            if year == self.moment["year"] - 1:
                yield self.then(node, year, month)

    def of_ref(self, node: nodes.Ref) -> Any:
        return self.value(self.cells[node.cell].node)

    def of_sum(self, node: nodes.Sum) -> Any:
        return self.strictly(node.args, lambda *values: sum(values, Fraction(0)))

    def of_product(self, node: nodes.Product) -> Any:
        return self.strictly(node.args, lambda *values: math.prod(values, start=Fraction(1)))

    def of_quotient(self, node: nodes.Quotient) -> Any:
        return self.strictly((node.top, node.bottom), lambda a, b: a / b if b else Absence.UNDEFINED)

    def of_negative(self, node: nodes.Negative) -> Any:
        return self.strictly((node.arg,), lambda x: -x)

    def of_magnitude(self, node: nodes.Magnitude) -> Any:
        return self.strictly((node.arg,), abs)

    def of_daysbetween(self, node: nodes.DaysBetween) -> Any:
        return self.strictly((node.later, node.earlier), lambda a, b: Fraction((a - b).days))

    def of_round(self, node: nodes.Round) -> Any:
        scale = 10**node.places

        def rounded(x: Fraction) -> Fraction:
            if node.mode == "floor":
                return Fraction(math.floor(x * scale), scale)
            away = math.floor(abs(x) * scale + Fraction(1, 2))
            return Fraction(away if x >= 0 else -away, scale)

        return self.strictly((node.arg,), rounded)

    def of_extreme(self, node: nodes.Extreme) -> Any:
        values = [self.value(arg) for arg in node.args]
        taking_part = [v for v in values if not (isinstance(v, Absence) and v & node.skip)]
        if not taking_part:
            return values[0]
        absent = Absence(0)
        for value in taking_part:
            if isinstance(value, Absence):
                absent |= value
        if absent:
            return gravest(absent)
        return min(taking_part) if node.which == "least" else max(taking_part)

    def of_compare(self, node: nodes.Compare) -> Any:
        tests = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            "==": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
            ">=": lambda a, b: a >= b,
            ">": lambda a, b: a > b,
        }
        return self.strictly((node.left, node.right), tests[node.sign])

    def connected(self, args: Any, deciding: bool) -> Any:
        values = [self.value(arg) for arg in args]
        if any(value is deciding for value in values):
            return deciding
        absent = Absence(0)
        for value in values:
            if isinstance(value, Absence) and value is not Absence.LEFT_OUT:
                absent |= value
        if absent:
            return gravest(absent)
        if values and all(value is Absence.LEFT_OUT for value in values):
            return Absence.LEFT_OUT
        return not deciding

    def of_every(self, node: nodes.Every) -> Any:
        return self.connected(node.args, False)

    def of_some(self, node: nodes.Some) -> Any:
        return self.connected(node.args, True)

    def of_not(self, node: nodes.Not) -> Any:
        return self.strictly((node.arg,), lambda x: not x)

    def of_choose(self, node: nodes.Choose) -> Any:
        condition = self.value(node.condition)
        if isinstance(condition, Absence):
            return condition
        return self.value(node.then if condition else node.otherwise)

    def of_is(self, node: nodes.Is) -> Any:
        value = self.value(node.arg)
        return isinstance(value, Absence) and bool(value & node.absence)

    def of_instead(self, node: nodes.Instead) -> Any:
        value = self.value(node.arg)
        return self.value(node.other) if isinstance(value, Absence) and value & node.absence else value

    def of_lookup(self, node: nodes.Lookup) -> Any:
        key = self.value(node.arg)
        if isinstance(key, Absence):
            return key
        for row, value in node.rows:
            if row == key:
                return self.value(value)
        return Absence.HOLE if node.otherwise is None else self.value(node.otherwise)

    def of_label(self, node: nodes.Label) -> Any:
        return self.strictly((node.arg,), lambda x: node.labels[int(x)])

    def of_oncurve(self, node: OnCurve) -> Any:
        x = self.value(node.arg)
        if isinstance(x, Absence):
            return x
        for piece in node.curve.pieces:
            claims = self.claims(piece, x)
            if isinstance(claims, Absence):
                return claims
            if claims:
                return self.on_piece(piece, x)
        return Absence.HOLE

    def claims(self, piece: Piece, x: Fraction) -> Any:
        low = None if piece.low is None else self.value(piece.low)
        high = None if piece.high is None else self.value(piece.high)
        absent = Absence(0)
        for end in (low, high):
            if isinstance(end, Absence):
                absent |= end
        if absent:
            return gravest(absent)
        above = low is None or (x >= low if piece.low_closed else x > low)
        return above and (high is None or (x <= high if piece.high_closed else x < high))

    def on_piece(self, piece: Piece, x: Fraction) -> Any:
        parts = [self.value(piece.base), self.value(piece.slope), self.value(piece.origin)]
        if piece.step is not None:
            parts.append(self.value(piece.step))
        if piece.slope == nodes.ZERO:
            return parts[0]
        absent = Absence(0)
        for part in parts:
            if isinstance(part, Absence):
                absent |= part
        if absent:
            return gravest(absent)
        way = x - parts[2]
        if piece.step is not None:
            if parts[3] == 0:
                return Absence.UNDEFINED
            way = Fraction(math.floor(way / parts[3]))
        return parts[0] + parts[1] * way
