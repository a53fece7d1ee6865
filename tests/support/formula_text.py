"""Made-up formulas as text, each of the type that is wanted; facts and parameters are declared as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from support.dice import Dice

Table = dict[str, Any]
CONSTANTS = ("1", "2", "0.5", "3", "10", "0", "100", "1.25", "0.015", "7", "33.333", "1000")
DIVISORS = ("2", "3", "100", "7", "0.5", "0.03", "12")
SIGNS = (">=", "<", "<=", ">", "==", "!=")
NUMBERS = (*("count",) * 4, *("money",) * 3, *("number",) * 3, "ratio", "ratio", "rating", "hours", "seconds", "days")
LETTERS = {
    "count": "c", "money": "m", "ratio": "r", "rating": "g", "number": "n", "seconds": "s", "hours": "h", "days": "d",
    "flag": "f", "choice": "k", "text": "t", "date": "x",
}  # fmt: skip
CHOICES = ("a", "b", "c")
TITLED: Table = {"value": "b", "title": {"zh": "乙（二）", "en": "Second"}}
"""The second of three choices, with titles; figures have any of them for it."""
HOW = ("mean", "sum", "count", "min", "max")
MOST_FACTS = 12
CYCLES_OVER_RESULTS = False
"""Whether over_cycle may ask for results. A month's cycle is the month itself, so that is a circle that loads."""


def choices_of(spec: Table) -> list[str]:
    """The choices of a fact by themselves."""
    return [each if isinstance(each, str) else each["value"] for each in spec.get("choices", ())]


class Draft:
    """A scheme in the making: the facts, parameters and indicators that there are so far.

    `looks`: in how many of a hundred places a formula that may look across people, or along one, does. `results`:
    whether the formula now stands in a gate or in pay; `then`: whether it is asked of another period; `recursive`:
    whether a measure may ask for the total of another period.
    """

    def __init__(self, dice: Dice, *, monthly: bool, looks: int, cycles: bool = False) -> None:
        self.dice, self.monthly, self.looks, self.cycles = dice, monthly, looks, cycles
        self.facts: dict[str, Table] = {}
        self.params: dict[str, Table] = {}
        self.rated: dict[str, Table] = {}
        """The facts that several raters give, which only their own indicator names."""
        self.seasons: dict[str, Table] = {}
        self.lines: list[tuple[str, str]] = []
        """The indicators so far, with the type of their measure ('' for none)."""
        self.results = self.then = self.totals = self.graded = self.recursive = False

    # What is declared

    def fact(self, kinds: Sequence[str]) -> str:
        """A fact of one of these kinds, a new one where there is room."""
        kind = self.dice.pick(kinds)
        known = [name for name, spec in self.facts.items() if spec["kind"] == kind]
        if known and (len(known) > 2 or len(self.facts) >= MOST_FACTS or self.dice.chance(50)):
            return self.dice.pick(known)
        name = f"{LETTERS[kind]}{len(known)}"
        self.facts[name] = self._spec(kind)
        return name

    def _spec(self, kind: str) -> Table:
        dice, spec = self.dice, {"kind": kind}
        more: Table = {}
        if kind == "choice":
            count = dice.pick((3, 2))
            more["choices"] = [CHOICES[0], TITLED, CHOICES[2]] if count == 3 else list(CHOICES[:count])
        if dice.chance(12):
            defaults = {"flag": (False, True), "choice": ("a", "b"), "text": ("a",), "date": ("2024-01-31",)}
            more["default"] = dice.pick(defaults.get(kind, (0, 1, Decimal("0.5")) if kind != "count" else (0, 1, 3)))
        if kind == "flag" and dice.chance(30):
            more["na"] = True
        if kind in ("number", "money", "count", "ratio", "rating") and dice.chance(10):
            ends = {"number": (-5, 50), "ratio": (0, 2), "rating": (0, 5)}.get(kind, (0, 200))
            more |= dict([("least", ends[0]), ("most", ends[1])][dice.pick((0, 1)) :])
        return spec | more

    def param(self, value: str = "") -> str:
        """A parameter that is a number, of this value or near it."""
        known = [name for name in self.params if name[0] == "p"]
        if known and (len(known) > 3 or self.dice.chance(40)):
            return self.dice.pick(known)
        name = f"p{len(known)}"
        number = Decimal(value or self.dice.pick(CONSTANTS))
        spec: Table = {"value": number}
        if self.dice.chance(20):
            fitting = ["number", *(["money"] if number >= 0 else []), *(["ratio"] if 0 <= number <= 1 else [])]
            spec["kind"] = self.dice.pick(fitting[::-1])
        self.params[name] = spec
        return name

    def _param_of(self, letter: str, value: object) -> str:
        self.params.setdefault(f"{letter}0", {"value": value})
        return f"{letter}0"

    def season(self) -> str:
        """A season, a new one where there is room."""
        dice, known = self.dice, list(self.seasons)
        if known and (len(known) > 1 or dice.chance(60)):
            return dice.pick(known)
        first, count = dice.among(1, 12), dice.among(1, 7)
        months = [(first + step - 1) % 12 + 1 for step in range(count)]
        if any(set(months) == set(spec["months"]) for spec in self.seasons.values()):
            return known[0]
        name = f"z{len(known)}"
        self.seasons[name] = {"months": dice.mixed(months) if dice.chance(20) else months}
        return name

    # Amounts: numbers, or formulas over parameters and the period

    def amount(self, value: str, percent: int = 10) -> Decimal | str:
        """A number, or now and then a formula that is near it."""
        dice = self.dice
        if not dice.chance(percent):
            return Decimal(value)
        makers: list[Callable[[], str]] = [
            lambda: self.param(value),
            lambda: self.param(value),
            lambda: f"{self.param()} * {value}",
            lambda: f"{value} + {self.param()}",
            lambda: f"max({self.param(value)}, {value})",
            lambda: f"round({self.param(value)} / 3, 2)",
            lambda: f"{self.param(value)} if {self._param_of('q', True)} else {value}",
            lambda: f"{value} if {self._param_of('w', 'a')} == 'a' else {self.param()}",
            lambda: f"{value} + (year - 2023) / 10",
        ]
        if self.monthly:
            makers += [lambda: f"{value} if month in (3, 9) else {dice.pick(CONSTANTS)}", lambda: f"{value} + month"]
            makers.append(lambda: f"{value} if {self.season()} else {dice.pick(CONSTANTS)}")
            makers.append(lambda: f"{dice.pick(CONSTANTS)} if not {self.season()} else {value}")
        return dice.pick(makers)()

    # Formulas

    def number(self, depth: int) -> str:
        """A formula that gives a number."""
        dice = self.dice
        if depth and self._looking():
            return self._look(depth)
        if not depth or dice.chance(25):
            return self._plain_number()
        sub = depth - 1
        way = dice.weighted(
            (8, "/"), (4, "-"), (4, "+"), (4, "*"), (3, "if"), (2, "coalesce"), (2, "min"), (2, "max"), (2, "round"),
            (2, "floor"), (2, "mean_given"), (2, "mean"), (2, "sum"), (1, "abs"), (1, "neg"), (1, "days"),
            (2, "ratios"),
        )  # fmt: skip
        match way:
            case "+" | "-" | "*":
                return f"({self.number(sub)} {way} {self.number(sub)})"
            case "/":
                return f"({self.number(sub)} / {dice.pick((self.number(sub), self._divisor()))})"
            case "ratios":
                return f"(({self.number(0)} / {self.number(0)}) / ({self.number(0)} / {self.number(0)}))"
            case "if":
                return f"({self.number(sub)} if {self.flag(sub)} else {self.number(sub)})"
            case "neg":
                return f"(-{self.number(sub)})"
            case "abs":
                return f"abs({self.number(sub)})"
            case "days":
                return f"({self.date()} - {self.date()})"
            case "round" | "floor":
                places = dice.pick(("", ", 1", ", 2", ", 3"))
                return f"{way}({self.number(sub)}{places})"
        count = dice.among(2 if way == "coalesce" else 1, 3)
        return f"{way}({', '.join(self.number(sub) for _ in range(count))})"

    def _divisor(self) -> str:
        return self.dice.pick(DIVISORS) if self.dice.chance(60) else self.fact(("count", "money", "number"))

    def _plain_number(self) -> str:
        dice = self.dice
        way = dice.weighted((12, "fact"), (3, "constant"), (2, "param"), (1, "moment"), (4, "line"), (5, "total"))
        if way == "total" and self.totals and self._sees_results():
            return dice.pick(("total", "total", "sum"))
        if way == "line" and self.lines:
            name, type_ = dice.pick(self.lines)
            words = ("attainment", "points", "score", *(("measure", "measure") if type_ == "number" else ()))
            return f"{dice.pick(words)}({name})"
        match way:
            case "constant":
                return dice.pick(CONSTANTS)
            case "param":
                return self.param()
            case "moment":
                return "month" if self.monthly else "(year - 2020)"
        return self.fact(NUMBERS)

    def _looking(self) -> bool:
        return self.dice.chance(self.looks)

    def _sees_results(self) -> bool:
        return self.results or (self.then and self.recursive)

    def _past(self, make: Callable[[], str]) -> str:
        before, self.then = self.then, True
        made = make()
        self.then = before
        return made

    def _cycle(self, how: str, depth: int) -> str:
        """The value of a formula over the months of the period."""
        make = self.flag if how in ("any", "all") else self.number
        if CYCLES_OVER_RESULTS:
            return f"over_cycle({how}, {self._past(lambda: make(depth))})"
        held = self.lines, self.totals, self.graded, self.results, self.looks
        self.lines, self.totals, self.graded, self.results, self.looks = [], False, False, False, 0
        made = make(depth)
        self.lines, self.totals, self.graded, self.results, self.looks = held
        return f"over_cycle({how}, {made})"

    def _look(self, depth: int) -> str:
        """Something that looks across people, or along one."""
        dice, sub = self.dice, depth - 1
        way = dice.weighted(
            (4, "rank"), (6, "within"), (4, "previous"), (3, "year_ago"), (3, "mean_last_year"), (2, "streak"),
            (9 if self.cycles else 0, "over_cycle"),
        )  # fmt: skip
        if way == "rank":
            end = dice.pick((", high", ", low", ", high, team", ", low, team", ", low, all"))
            return f"rank({self.number(sub)}{end})"
        if way == "within":
            return f"within({dice.pick(HOW)}, {self.number(sub)}, {dice.pick(('team', 'all'))})"
        if way == "streak":
            return f"streak({self.flag(sub)})"
        if way == "over_cycle":
            how = dice.pick(("sum", "mean", "min", "max", "any", "all"))
            made = self._cycle(how, sub)
            return f"(1 if {made} else 0)" if how in ("any", "all") else made
        seen = self._past(lambda: self.number(sub))
        look = f"{way}({seen})"
        return dice.pick((f"coalesce({look}, {self.dice.pick(CONSTANTS)})", look))

    def flag(self, depth: int) -> str:
        """A formula that is true or false."""
        dice = self.dice
        if not depth or dice.chance(15):
            return self._plain_flag()
        sub = depth - 1
        way = dice.weighted(
            (9, "compare"), (3, "and"), (3, "or"), (2, "not"), (2, "given"), (2, "in"), (1, "chain"), (1, "if"),
            (1, "coalesce"), (1, "flags"), (1, "dates"), (2, "texts"), (1 if self.looks else 0, "past"),
            (self.looks // 3 if self.results else 0, "look"),
        )  # fmt: skip
        match way:
            case "look":
                return f"({self._look(depth)} {dice.pick(SIGNS)} {dice.pick(('1', '2', '3', '60'))})"
            case "compare":
                right = dice.pick((dice.pick(CONSTANTS), self.number(0)))
                return f"({self.number(sub)} {dice.pick(SIGNS)} {right})"
            case "and" | "or":
                return f"({f' {way} '.join(self.flag(sub) for _ in range(dice.among(2, 3)))})"
            case "not":
                return f"(not {self.flag(sub)})"
            case "given":
                return f"given({dice.pick((self.number, self.flag))(sub)})"
            case "in":
                word = f"{self.text(0)} {dice.pick(('in', 'not in'))} ('a', 'c')"
                return f"({dice.pick((word, f'{self.number(0)} in (0, 1, 2.5)'))})"
            case "chain":
                return f"(0 < {self.number(sub)} <= {dice.pick(CONSTANTS)})"
            case "if":
                return f"({self.flag(sub)} if {self.flag(0)} else {self.flag(sub)})"
            case "coalesce":
                return f"coalesce({self.flag(sub)}, {dice.pick(('true', 'false'))})"
            case "flags":
                return f"({self.flag(0)} {dice.pick(('==', '!='))} {self.flag(0)})"
            case "dates":
                return f"({self.date()} {dice.pick(SIGNS)} {self.date()})"
            case "past":
                look = dice.pick(("previous", "year_ago"))
                return f"coalesce({look}({self._past(lambda: self.flag(sub))}), {dice.pick(('false', 'true'))})"
        return f"({self.text(sub)} {dice.pick(('==', '!='))} {self.text(0)})"

    def _plain_flag(self) -> str:
        if self.dice.chance(12):
            return self.dice.pick((self._param_of("q", True), "true"))
        if self.monthly and self.dice.chance(8):
            return self.season()
        return (
            self.fact(("flag",)) if self.dice.chance(70) else f"({self.fact(NUMBERS)} >= {self.dice.pick(CONSTANTS)})"
        )

    def text(self, depth: int) -> str:
        """A formula that gives a text."""
        dice = self.dice
        if self.graded and self._sees_results() and dice.chance(40):
            return "grade"
        if depth and dice.chance(30):
            return f"({self.text(0)} if {self.flag(depth - 1)} else '{dice.pick(CHOICES)}')"
        if depth and self._looking():
            return f"coalesce(previous({self._past(lambda: self.text(0))}), '{dice.pick(CHOICES)}')"
        way = dice.weighted((6, "choice"), (2, "text"), (1, "param"), (1, "constant"))
        if way == "param":
            return self._param_of("w", "a")
        return f"'{dice.pick(CHOICES)}'" if way == "constant" else self.fact((way,))

    def date(self) -> str:
        """A formula that gives a date."""
        if self.dice.chance(20):
            return self._param_of("y", DateText("2024-01-31"))
        return self.fact(("date",))


class DateText(str):
    """A date that stands in TOML without quotes."""
