"""A second, plain way to score a small scheme: straight from docs/arithmetic.md, with Fractions, case by case.

It shares nothing with kpicore: schemes are plain tables here, and what is absent is the word for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Plain = Any
"""A Fraction, flag or text, or one of GRAVITY."""
GRAVITY = ("left_out", "undefined", "missing", "hole", "unreadable")


def absent(value: Plain) -> bool:
    return isinstance(value, str) and value in GRAVITY


def gravest(values: Sequence[Plain]) -> Plain:
    """The gravest absence among these, None where all are there."""
    found = [value for value in values if absent(value)]
    return max(found, key=GRAVITY.index) if found else None


def half_up(x: Fraction, places: int) -> Fraction:
    scaled = abs(x) * 10**places
    whole = math.floor(scaled)
    whole += scaled - whole >= Fraction(1, 2)
    return Fraction(whole if x >= 0 else -whole, 10**places)


def text(x: Fraction, places: int) -> str:
    whole = int(x * 10**places)
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole)).rjust(places + 1, "0")
    return f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else f"{sign}{digits}"


def compared(left: Fraction, sign: str, right: Fraction) -> bool:
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def in_band(band: Mapping[str, Any], x: Fraction) -> bool:
    tests = {"from": ">=", "above": ">", "up_to": "<=", "below": "<"}
    return all(compared(x, tests[word], Fraction(end)) for word, end in band["ends"])


def ruled(rule: Mapping[str, Any], x: Plain, full: Fraction, flags: Mapping[str, Plain]) -> Plain:
    """The points before rounding."""
    given = {name: Fraction(value) for name, value in rule.items() if isinstance(value, str) and name != "kind"}
    match rule["kind"]:
        case "conditions":
            worth = [(flags[name], Fraction(points)) for name, points in rule["each"]]
            return gravest([held for held, _ in worth]) or sum((p for held, p in worth if held), Fraction(0))
        case "choice":
            return x if absent(x) else Fraction(rule["points"][x]) if x in rule["points"] else "hole"
    if absent(x):
        return x
    match rule["kind"]:
        case "bands":
            return next((Fraction(band["points"]) for band in rule["bands"] if in_band(band, x)), "hole")
        case "proportion":
            return full if x >= given["to"] else full * x / given["to"] if x >= given["from"] else Fraction(0)
        case "straight":
            return max(Fraction(0), min(full, full * x / given["of"]))
        case "ramp":
            start, end, least, most = given["from"], given["to"], given["least"], given["most"]
            share = max(Fraction(0), min(Fraction(1), (x - start) / (end - start)))
            return least + share * (most - least)
        case "deduct":
            if "wipe_out_at" in given and x >= given["wipe_out_at"]:
                return given["floor"]
            times = max(0, math.floor((x - given["free"]) / given["per"]))
            return max(given["floor"], full - given["each"] * times)
    times = max(0, math.floor((x - given["start"]) / given["per"]))
    return min(given["most"], given["each"] * times)


class PlainScore:
    """One row by one scheme: `found` has what a result has, numbers as its texts."""

    def __init__(self, scheme: Mapping[str, Any], facts: Mapping[str, Plain]) -> None:
        self.scheme, self.facts, self.places = scheme, facts, scheme["places"]
        self.lines = {line["id"]: self.line(line) for line in scheme["lines"]}
        self.totals()
        self.gates = {gate["id"]: self.condition(gate["require"]) for gate in scheme["gates"]}
        self.grade = self.graded()
        self.pay = {element["id"]: self.paid(element) for element in scheme["pay"]}

    def line(self, line: Mapping[str, Any]) -> dict[str, Plain]:
        percent = self.scheme["award"] == "percent"
        weight = Fraction(line["weight"])
        full = Fraction(100) if percent else weight
        x = self.measure(line)
        raw = ruled(line["rule"], x, full, self.facts)
        asked = [self.facts[name] for name in (self.scheme["groups"][line["group"]], line["only_if"]) if name]
        condition = False if False in asked else gravest(asked) or True
        raw = condition if absent(condition) else raw if condition else Fraction(0)
        points = raw if absent(raw) else half_up(raw, self.places)
        if points in ("missing", "undefined") and line["when_" + points] != "incomplete":
            policy = line["when_" + points]
            points = {"zero": Fraction(0), "full": half_up(full, self.places), "leave_out": "left_out"}[policy]
        counts = self.facts[line["counts_when"]] if line["counts_when"] else True
        points = counts if absent(counts) else points if counts else "left_out"
        score = points if absent(points) or not percent else half_up(points * weight / 100, self.places)
        return {"measure": x, "points": points, "score": score, "full": half_up(weight, self.places)}

    def measure(self, line: Mapping[str, Any]) -> Plain:
        if line["rule"]["kind"] == "conditions":
            return None
        if line["rule"]["kind"] == "choice":
            return self.facts[line["facts"][0]]
        given = [self.facts[name] for name in line["facts"]]
        gone = gravest(given)
        if gone:
            return gone
        if len(given) == 2 and given[1] == 0:
            return "undefined"
        return half_up(Fraction(given[0]) / given[1] if len(given) == 2 else Fraction(given[0]), 4)

    def totals(self) -> None:
        lines = list(self.lines.values())
        known = [line for line in lines if not absent(line["score"])]
        self.sum = sum((line["score"] for line in known), Fraction(0))
        self.counted = sum((line["full"] for line in known), Fraction(0))
        every = sum((line["full"] for line in lines), Fraction(0))
        self.full = every if self.scheme["total"] == "sum" else Fraction(100)
        self.total: Plain = gravest([line["score"] for line in lines if line["score"] != "left_out"])
        if self.total is None:
            out = len(known) < len(lines)
            if (out and self.counted < Fraction(self.scheme["least_counted"]) * every) or not self.counted:
                self.total = "missing"
            elif out or self.scheme["total"] == "share":
                self.total = half_up(self.sum * self.full / self.counted, self.places)
            else:
                self.total = self.sum

    def term(self, term: Sequence[Any]) -> Plain:
        if term[0] == "fact":
            return self.facts[term[1]]
        if term[0] == "total":
            return self.total
        line = self.lines[term[1]]
        if absent(line["score"]):
            return line["score"]
        return line["score"] / line["full"] if line["full"] else "undefined"

    def condition(self, tree: Sequence[Any]) -> Plain:
        if tree[0] == "compare":
            value = self.term(tree[1])
            return value if absent(value) else compared(value, tree[2], Fraction(tree[3]))
        deciding = tree[0] == "or"
        values = [self.condition(part) for part in tree[1:]]
        if deciding in values:
            return deciding
        asked = [value for value in values if value != "left_out"]
        return (gravest(asked) or not deciding) if asked else "left_out"

    def graded(self) -> Plain:
        """The place of the grade after the gates."""
        grades = self.scheme["grades"]
        if self.scheme["by"] == "total":
            judged = self.total
        else:
            percent = self.scheme["award"] == "percent"
            asked = [line for line in self.lines.values() if line["score"] != "left_out" and line["full"]]
            gone = gravest([line["score"] for line in asked]) or (None if asked else "left_out")
            shares = [line["points"] if percent else line["score"] * 100 / line["full"] for line in asked if not gone]
            judged = gone or min(shares)
        if absent(judged):
            return judged
        place = next(place for place, (end, _) in enumerate(grades) if end is None or judged >= Fraction(end))
        failed = [gate["effect"] for gate in self.scheme["gates"] if self.gates[gate["id"]] is False]
        names = [name for _, name in grades]
        place = min(len(grades) - 1, place + sum(effect.get("lower_by", 0) for effect in failed))
        return max([place, *(names.index(effect["grade"]) for effect in failed if "grade" in effect)])

    def paid(self, element: Mapping[str, Any]) -> Plain:
        match element["form"]:
            case "bands":
                if absent(self.total):
                    return self.total
                bands = element["bands"]
                value = next(Fraction(money) for end, money in bands if end is None or self.total >= Fraction(end))
            case "grades":
                if absent(self.grade):
                    return self.grade
                value = Fraction(element["amounts"][self.scheme["grades"][self.grade][1]])
            case _:
                when, base = self.facts[element["when"]], self.facts[element["base"]]
                if absent(when) or (when and absent(base)):
                    return when if absent(when) else base
                value = base * Fraction(element["rate"]) if when else Fraction(0)
        return half_up(value, 2)

    @property
    def found(self) -> dict[str, Any]:
        """All that is compared with a result."""
        states = {"hole": "undefined"}
        unknown = [value for value in self.gates.values() if absent(value) and value != "left_out"]
        needed = [self.total, self.grade, *self.pay.values()]
        complete = not unknown and not any(absent(value) for value in needed)
        barred = any(
            gate["effect"].get("ineligible") and self.gates[gate["id"]] is False for gate in self.scheme["gates"]
        )
        pay = {name: Fraction(0) if barred else value for name, value in self.pay.items()} if complete else {}
        shown = {
            "status": "incomplete" if not complete else "ineligible" if barred else "scored",
            "sum": text(self.sum, self.places),
            "counted_marks": text(self.counted, self.places),
            "full_marks": text(self.full, self.places),
            "total": text(self.total, self.places) if complete else None,
            "grade": self.scheme["grades"][self.grade][1] if complete else None,
            "pay": {name: text(pay[name], 2) if complete else None for name in self.pay},
            "pay_total": text(sum(pay.values(), Fraction(0)), 2) if complete and self.pay else None,
            "groups": {
                name: text(
                    sum(
                        (
                            self.lines[line["id"]]["score"]
                            for line in self.scheme["lines"]
                            if line["group"] == name and not absent(self.lines[line["id"]]["score"])
                        ),
                        Fraction(0),
                    ),
                    self.places,
                )
                for name in self.scheme["groups"]
            },
            "gates": {
                name: {True: "passed", "left_out": "passed", False: "failed"}.get(value, "unknown")
                for name, value in self.gates.items()
            },
        }
        for name, line in self.lines.items():
            gone = absent(line["score"])
            measure = line["measure"]
            if isinstance(measure, Fraction):
                measure = text(measure, 4)
            shown[name] = {
                "measure": None if absent(measure) else measure,
                "points": None if gone else text(line["points"], self.places),
                "score": None if gone else text(line["score"], self.places),
                "full_marks": text(line["full"], self.places),
                "state": states.get(line["score"], line["score"]) if gone else "scored",
            }
        return shown
