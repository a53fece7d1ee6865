"""Made-up schemes: tables as a scheme file has them, sound nearly always, and their text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import define, field, frozen
from support.dice import Dice
from support.formula_text import DateText, Draft, Table, choices_of
from support.rule_text import PERCENT, SCALES, bands, checklist, choice, conditions, rule

WEIGHTS = ("20", "40", "12.5", "33.333", "7.125", "5", "0.005", "100", "0")
POLICIES = ("incomplete", "leave_out", "zero", "full")
GRADES = ("A", "B", "C", "D", "E", "F")
TOTALS = ("60", "80", "90", "50", "75.5", "33.33", "20.005", "100", "0")
PAID = ("300", "-50.005", "0.125", "0", "1000.005", "88.888")
LEAST, MOST = ("-5", "0", "-12.345", "-0.005"), ("5", "0", "12.345", "0.005")
EFFECTIVE = ("2020-01-01", "2020-01-01", "2020-01-01", "2024-01-01", "2024-02-15")


@frozen
class Aim:
    """A measure that can be steered: `facts` by their roles, `cuts` at which its rule breaks, `places` of its grid."""

    way: str
    facts: tuple[str, ...]
    cuts: tuple[str, ...]
    places: int


@define
class Made:
    """A scheme as tables, and where its measures break."""

    table: Table
    aims: list[Aim] = field(factory=list)


def text_of(table: Mapping[str, Any]) -> str:
    """The scheme file of these tables."""
    head = {key: value for key, value in table.items() if not _is_section(key)}
    lines = [f"{key} = {toml(value)}" for key, value in head.items()]
    for key, value in table.items():
        if _is_section(key):
            for row in value if isinstance(value, list) else [value]:
                lines.append(f"\n[[{key}]]" if isinstance(value, list) else f"\n[{key}]")
                lines += [f"{name} = {toml(inner)}" for name, inner in row.items()]
    return "\n".join(lines) + "\n"


def _is_section(key: str) -> bool:
    return key in ("facts", "params", "seasons", "group", "indicator", "gate", "grade", "adjustments", "pay")


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str) and not isinstance(value, DateText):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def scheme(dice: Dice) -> Made:
    """A scheme of up to six indicators, or now and then one of pay or gates alone."""
    period = dice.weighted((30, "month"), (3, "quarter"), (1, "day"), (1, "year"))
    looks = dice.weighted((4, 0), (3, 15), (3, 40))
    draft = Draft(dice, monthly=period in ("month", "day"), looks=looks, cycles=period in ("quarter", "year"))
    count = dice.weighted((3, 2), (4, 3), (2, 1), (2, 4), (1, 5), (1, 6), (1, 0))
    draft.totals, draft.graded = count > 0, count > 0 and dice.chance(75)
    draft.recursive = bool(looks) and dice.chance(25)
    head = _head(dice, period, count)
    made = Made(head)
    maker = _Maker(draft, made, head.get("rules_award") == "percent", head.get("total") == "mean")
    lines = [maker.indicator(place) for place in range(count)]
    _groups(draft, lines, head)
    draft.results = True
    grade, grades = maker.grade() if draft.graded else ({}, [])
    gates = [maker.gate(place, grades) for place in range(dice.weighted((4, 0), (4, 1), (2, 2), (1, 3)))]
    pay = [maker.pay(place, grades) for place in range(dice.weighted((4, 0), (4, 1), (2, 2)))]
    if not (lines or gates or pay):
        pay = [maker.pay(0, grades)]
    sections = {"facts": draft.facts | draft.rated, "params": draft.params, "seasons": draft.seasons}
    sections |= {"indicator": lines, "gate": gates}
    sections |= {"grade": grade, "pay": pay}
    head |= {name: section for name, section in sections.items() if section}
    if lines and dice.chance(30):
        head["adjustments"] = maker.adjustments()
    return made


def _head(dice: Dice, period: str, count: int) -> Table:
    effective = datetime.date.fromisoformat(dice.pick(EFFECTIVE))
    head: Table = {"id": "made/up", "version": "1", "effective": effective, "periods": [period]}
    if dice.chance(50):
        head["rules_award"] = "percent"
    total = dice.pick(("sum", "sum", "mean", "share"))
    if total != "sum":
        head["total"] = total
    places = dice.weighted((5, 2), (1, 0), (1, 1), (1, 3), (1, 4))
    if places != 2:
        head["places"] = places
    if dice.chance(30):
        head["least_counted"] = Decimal(dice.pick(("0", "1", "0.3333", "0.75")))
    if count and dice.chance(25):
        head["rank"] = dice.pick(("all", "team"))
    return head


def _groups(draft: Draft, lines: list[Table], head: Table) -> None:
    """Groups for some of the lines, declared or not; some have a condition, which asks no indicator."""
    dice = draft.dice
    if not lines or not dice.chance(40):
        return
    for line in lines:
        if dice.chance(70):
            line["group"] = dice.pick(("ga", "gb"))
    if dice.chance(40):
        head["group"] = [{"id": name} for name in ("gb", "ga", "gc")]
        held, draft.lines = draft.lines, []
        for row in head["group"]:
            if dice.chance(50):
                row["only_if"] = draft.flag(dice.pick((1, 2)))
        draft.lines = held


@define
class _Maker:
    draft: Draft
    made: Made
    percent: bool
    mean: bool

    def indicator(self, place: int) -> Table:
        """One line of the sheet."""
        draft, dice = self.draft, self.draft.dice
        weight = dice.pick(WEIGHTS[:-1] if place == 0 else WEIGHTS)
        full = "100" if self.mean or self.percent else weight
        line: Table = {"id": f"i{place}"}
        if not self.mean:
            line["weight"] = draft.amount(weight, 12)
        elif place and dice.chance(10):
            line["weight"] = 0
        if dice.chance(10):
            line["only_if"] = draft.flag(2)
        if dice.chance(12):
            line["counts_when"] = draft.flag(1)
        for name in ("when_missing", "when_undefined"):
            policy = dice.pick((*POLICIES, "incomplete", "leave_out"))
            if policy != "incomplete":
                line[name] = policy
        kind = dice.weighted((16, "number"), (2, "choice"), (3, "conditions"), (2, "checklist"), (3, "rated"))
        if kind == "conditions":
            line["rule"] = conditions(draft, full, self.percent)
        elif kind == "checklist":
            line["rule"] = checklist(draft)
            if not (self.mean or self.percent) and place and dice.chance(50):
                del line["weight"]
        elif kind == "rated":
            line |= self._rated(place, full)
        elif kind == "choice":
            line |= self._chosen(full)
        else:
            line |= self._measured(line["id"], full)
        types = {"number": "number", "choice": "text", "conditions": "", "checklist": "number", "rated": ""}
        draft.lines.append((line["id"], types[kind]))
        return line

    def _rated(self, place: int, full: str) -> Table:
        """What several raters judge: by their points, or by the mean of their measures; now and then with levels."""
        draft, dice = self.draft, self.draft.dice
        raters = self.made.table.setdefault("rater", [])
        names = [f"r{place}{letter}" for letter in "abc"[: dice.among(1, 3)]]
        weighed = dice.chance(50)
        raters += [
            {"id": name} | ({"weight": draft.amount(dice.pick(("20", "0.5", "30", "1")), 12)} if weighed else {})
            for name in names
        ]
        fact = f"j{place}"
        kind = dice.pick(("count", "rating", "number"))
        draft.rated[fact] = {"kind": kind, "raters": names} | ({"default": 0} if dice.chance(30) else {})
        found: Table = {"measure": fact}
        if dice.chance(40):
            found["combine"] = "measures"
        if dice.chance(60):
            found["missing_rater"] = "leave_out"
        found["rule"], cuts = rule(draft, SCALES[kind], full, self.percent, looks=False)
        ends = [found["rule"].get(end) for end in ("from", "to")]
        if any(isinstance(end, str) for end in ends):
            found["better"] = dice.pick(("higher", "lower"))
        if dice.chance(50):
            rows = [{"from": Decimal(cut)} for cut in sorted(set(cuts), key=Decimal)[::-1]] + [{"otherwise": True}]
            found["levels"] = [row | {"level": f"l{number}"} for number, row in enumerate(rows)]
            found["apart"] = dice.pick((1, 2))
        return found

    def _chosen(self, full: str) -> Table:
        draft, dice = self.draft, self.draft.dice
        if dice.chance(25):
            return {"measure": draft.text(1), "kind": "choice"} | {"rule": choice(draft, full, self.percent)}
        return {"measure": draft.fact(("choice", "choice", "text")), "rule": choice(draft, full, self.percent)}

    def _measured(self, name: str, full: str) -> Table:
        draft, dice = self.draft, self.draft.dice
        measure, kind, way, facts = self._measure()
        found: Table = {"measure": measure}
        natural = draft.facts[measure]["kind"] if measure in draft.facts else ""
        if kind != natural or dice.chance(10):
            found["kind"] = kind
        places = {"ratio": 4, "money": 2, "rating": 2, "number": 4, "seconds": 1, "hours": 1}.get(kind, 0)
        if dice.chance(25):
            places = found["places"] = dice.pick((2, 0, 1, 3, 4, 6))
        cuts: list[str] = []
        found["rule"], cuts = rule(draft, SCALES[kind], full, self.percent, looks=bool(draft.looks))
        ends = [found["rule"].get(end) for end in ("from", "to")]
        if any(isinstance(end, str) for end in ends) or dice.chance(30):
            found["better"] = dice.pick(("higher", "lower"))
        self.made.aims.append(Aim(way, tuple(facts), tuple(cuts), places))
        return found

    def _measure(self) -> tuple[str, str, str, list[str]]:
        """A measure's formula, its kind, and how it can be steered by which facts."""
        draft, dice = self.draft, self.draft.dice
        kinds = ("count", "money", "number", "count", "money")
        way = dice.weighted(
            (6, "fact"), (8, "ratio"), (2, "ratios"), (2, "difference"), (2, "sum"), (2, "product"), (1, "negative"),
            (1, "target"), (1, "growth"), (6, "free"), (5 if draft.looks else 0, "look"),
        )  # fmt: skip
        if way == "fact":
            fact = draft.fact((*kinds, "ratio", "rating", "rating", "hours", "seconds", "days"))
            return fact, draft.facts[fact]["kind"], "fact", [fact]
        if way == "free":
            return draft.number(dice.pick((2, 1, 3))), dice.pick(("number", "ratio", "money", "count")), "", []
        if way == "look":
            return self._looking()
        a, b = draft.fact(kinds), draft.fact(kinds)
        match way:
            case "ratio":
                return f"{a} / {b}", dice.pick(("ratio", "ratio", "number")), "ratio", [a, b]
            case "ratios":
                c, d = draft.fact(kinds), draft.fact(kinds)
                return f"({a} / {b}) / ({c} / {d})", "ratio", "ratios", [a, b, c, d]
            case "difference":
                return f"{a} - {b}", dice.pick(("number", "money")), "difference", [a, b]
            case "sum":
                return f"{a} + {b}", dice.pick(("number", "money", "count")), "sum", [a, b]
            case "product":
                return f"{a} * {b}", dice.pick(("number", "money")), "", []
            case "negative":
                return f"-{a}", "number", "negative", [a]
            case "target":
                return f"{a} / {draft.param('100')}", "ratio", "", []
        return f"({a} - {b}) / {b}", "ratio", "growth", [a, b]

    def _looking(self) -> tuple[str, str, str, list[str]]:
        """A measure that compares a figure with others', or with the person's own of another period."""
        draft, dice = self.draft, self.draft.dice
        a = draft.fact(("money", "count", "number"))
        team = dice.pick(("team", "all"))
        made = (
            (f"{a} - within(mean, {a}, {team})", "number"),
            (f"{a} / within(max, {a}, {team})", "ratio"),
            (f"rank({a}, {dice.pick(('high', 'low'))}, {team})", "count"),
            (f"{a} - previous({a})", "number"),
            (f"{a} / coalesce(year_ago({a}), previous({a}), 10)", "ratio"),
            (f"{a} / mean_last_year({a})", "ratio"),
            (f"rank(within(mean, {a}, team), high)", "count"),
            (f"within({dice.pick(('mean', 'count', 'min'))}, rank({a}, high, team), all)", "number"),
            (f"previous(rank({a}, low))", "count"),
            (f"rank({a} - coalesce(previous({a}), 0), low, {team})", "count"),
            (f"streak({a} >= {dice.pick(('1', '100'))})", "count"),
        )
        if draft.cycles and dice.chance(70):
            made = ((f"over_cycle({dice.pick(('sum', 'mean', 'min', 'max'))}, {a})", "number"),)
        return (*dice.pick(made), "", [])

    def grade(self) -> tuple[Table, list[str]]:
        """[grade], and the grades."""
        draft, dice = self.draft, self.draft.dice
        by = dice.weighted((5, "total"), (2, "lowest"), (2 if draft.looks else 0, "heads"))
        found: Table = {} if by == "total" and dice.chance(50) else {"by": by}
        if by == "heads":
            found["within"] = dice.pick(("all", "team"))
            scale = ("0.15", "0.5", "0.8", "0.3333", "1")
        else:
            scale = TOTALS
        rows, _ = bands(draft, scale, loose=8, holes=6)
        names = list(GRADES[: len(rows)])
        if len(rows) > 2 and dice.chance(10):
            names[1] = names[2]
        found["bands"] = [row | {"grade": name} for row, name in zip(rows, names, strict=True)]
        return found, list(dict.fromkeys(names))

    def adjustments(self) -> Table:
        """[adjustments]: both bounds, one, or none."""
        draft, dice = self.draft, self.draft.dice
        scales = {"least": LEAST, "most": MOST}
        return {name: draft.amount(dice.pick(scale), 15) for name, scale in scales.items() if dice.chance(50)}

    def gate(self, place: int, grades: list[str]) -> Table:
        """A condition beside the points."""
        dice = self.draft.dice
        effects: list[Table] = [{"ineligible": True}]
        if grades:
            effects += [{"grade": dice.pick(grades)}, {"lower_by": dice.pick((1, 2))}]
        return {"id": f"gate{place}", "require": self.draft.flag(dice.pick((1, 2))), "effect": dice.pick(effects)}

    def pay(self, place: int, grades: list[str]) -> Table:
        """An element of pay."""
        draft, dice = self.draft, self.draft.dice
        shared = draft.looks and dice.chance(30)
        found: Table = {"id": f"pay{place}", "amount": self._amount(grades, shared, place)}
        if shared:
            found["pool"] = self._pool()
            if dice.chance(60):
                found["within"] = dice.pick(("team", "all"))
        if dice.chance(25):
            found["when"] = draft.flag(2)
        return found

    def _pool(self) -> Any:
        draft, dice = self.draft, self.draft.dice
        match dice.weighted((3, "constant"), (1, "loss"), (2, "param"), (1, "fact"), (2, "share"), (1, "free")):
            case "constant":
                return Decimal("1000")
            case "loss":
                return Decimal("-99.99")
            case "param":
                return draft.param("5000.005")
            case "fact":
                return draft.fact(("money",))
            case "share":
                return f"within(sum, {draft.fact(('money',))}, {dice.pick(('all', 'team'))}) * 0.03"
        return draft.number(1)

    def _amount(self, grades: list[str], weights: bool, before: int) -> Any:
        draft, dice = self.draft, self.draft.dice
        known = [text for text in PAID if not (weights and text.startswith("-"))]

        def paid() -> Decimal | str:
            return draft.amount(dice.pick(known), 8)

        way = dice.weighted(
            (3, "formula"), (3 if draft.totals else 0, "by total"), (3 if grades else 0, "by grade"), (2, "by value"),
            (1, "by choice"), (1, "rate"), (1, "constant"),
            (2, "tiers"), (2 if before else 0, "of pay"),
        )  # fmt: skip
        match way:
            case "formula":
                return draft.number(2)
            case "of pay":
                return f"min(0.2 * {draft.number(1)}, pay(pay{dice.below(before)}))"
            case "tiers":
                ends = dice.pick((("0.5",), ("1", "60"), ("33.335", "75.5", "1000"), ()))
                tiers = [{"up_to": draft.amount(end), "rate": draft.amount("0.005")} for end in ends]
                return {"by": draft.number(1), "tiers": [*tiers, {"otherwise": True, "rate": paid()}]}
            case "rate":
                return f"0.003 * {draft.fact(('money',))}"
            case "constant":
                return paid()
            case "by grade":
                return {"by": "grade", "amounts": {grade: paid() for grade in grades}}
            case "by choice":
                fact = draft.fact(("choice",))
                return {"by": fact, "amounts": {name: paid() for name in choices_of(draft.facts[fact])}}
        by, scale = ("total", TOTALS) if way == "by total" else (draft.number(1), PERCENT)
        rows, _ = bands(draft, scale, loose=8, holes=8)
        return {"by": by, "bands": [row | {"amount": paid()} for row in rows]}
