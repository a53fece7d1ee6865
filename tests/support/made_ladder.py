"""Made-up ladders with made-up people, drawn from choices as `support.populations` draws other schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from support.dice import Dice
from support.populations import loaded

from kpicore import LoadedScheme

FACTS = """
[facts]
n = { kind = "count" }
a = { kind = "number" }
r = { kind = "rating" }
s = { kind = "rating" }
b = { kind = "flag" }
c = { kind = "flag", default = false }
[params]
p = { value = 2 }
"""
POOLS: dict[str, Sequence[str]] = {
    "n": ("0", "1", "2", "3", "4"),
    "a": ("1", "0", "2", "2.5", "-1", "1.99", "10"),
    "r": ("90", "89.99", "95", "100"),
    "s": ("95", "90", "89.99", "0"),
    "b": ("yes", "no"),
    "c": ("yes", "no"),
}
MONTHS = ("2023-10", "2023-11", "2023-12", *(f"2024-{month:02d}" for month in range(1, 13)))
SIGNS = (">=", "<", "==", ">", "<=", "!=")
LEVELS = ("l0", "l1", "l2", "l3")


@frozen(repr=False)
class Ladder:
    """The text of a scheme, rows of months, a roster, and parameters."""

    text: str
    rows: list[dict[str, Any]]
    roster: list[dict[str, Any]]
    params: dict[str, Any] | None

    @property
    def scheme(self) -> LoadedScheme:
        """The scheme; raises SchemeError where it is unsound."""
        return loaded(self.text)

    def __repr__(self) -> str:
        rows = "\n".join(map(repr, [*self.roster, "rows", *self.rows]))
        return f"scheme:\n{self.text}\nparams: {self.params!r}\nroster:\n{rows}\n"


def ladder(dice: Dice) -> Ladder:
    """A ladder and people on it; the ladder may be unsound, seldom."""
    levels = LEVELS[: dice.among(2, 4)]
    length = dice.weighted((3, 3), (2, 1), (2, 2), (1, 4))
    text = _Text(dice, levels).all(length)
    rows, roster = _people(dice, levels)
    return Ladder(text, rows, roster, {"p": dice.pick((3, 1))} if dice.chance(15) else None)


class _Text:
    def __init__(self, dice: Dice, levels: Sequence[str]) -> None:
        self.dice, self.levels = dice, levels
        self.numbers: list[str] = []
        self.flags: list[str] = []
        self.checks = False

    def all(self, length: int) -> str:
        dice = self.dice
        lines = ['id = "made/ladder"\nversion = "1"\neffective = 2020-01-01\nperiods = ["cycle"]', FACTS]
        lines += [f"[ladder]\nmonths = {length}", *(f'[[ladder.level]]\nid = "{level}"' for level in self.levels)]
        if dice.chance(60):
            self.checks = True
            again = '\nagain = ["s", "c"]' if dice.chance(60) else ""
            lines.append(f'[[ladder.check]]\nid = "exams"\nfirst = ["r", "b"]{again}')
        for number in range(dice.among(0, 3)):
            flag = dice.chance(50)
            formula = self.flag(2) if flag else self.number(2)
            lines.append(f"[[ladder.value]]\nid = \"v{number}\"\nformula = '{formula}'")
            (self.flags if flag else self.numbers).append(f"v{number}")
        lines += [self.move(number) for number in range(dice.among(1, 5))]
        for number in range(dice.among(0, 2)):
            some = dice.some(self.levels, 1, len(self.levels))
            asked = f"\nlevels = {list(some)}".replace("'", '"') if dice.chance(60) else ""
            lines.append(f"[[ladder.standard]]\nid = \"s{number}\"{asked}\nrequire = '{self.monthly_flag()}'")
        return "\n".join(lines) + "\n"

    def move(self, number: int) -> str:
        dice = self.dice
        to = dice.pick(("up", "down", *self.levels))
        options = self.levels[:-1] if to == "up" else self.levels[1:] if to == "down" else self.levels
        levels = dice.some(options, 1, len(options))
        asked = f"levels = {levels}\n".replace("'", '"') if to in ("up", "down") or dice.chance(50) else ""
        return f'[[ladder.move]]\nid = "m{number}"\n{asked}to = "{to}"\nwhen = \'{self.flag(3)}\''

    def monthly(self) -> str:
        return self.dice.pick(("n", "a", "r", "n + a", "a / n", "n * p", "coalesce(a, 0)", "max(n, a)", "s - n"))

    def monthly_flag(self) -> str:
        dice = self.dice
        held = f"{self.monthly()} {dice.pick(SIGNS)} {dice.pick(('1', 'p', '2', '0'))}"
        return dice.pick((held, "b", "c", f"b and {held}", f"not c or {held}", "given(a)"))

    def number(self, depth: int) -> str:
        dice = self.dice
        options = [f"over_cycle({way}, {self.monthly()})" for way in ("sum", "only", "mean", "min", "max")]
        options += ["months_in_level", *self.numbers]
        if depth:
            options += [f"{self.number(0)} {dice.pick('+-/')} {dice.pick(('p', 'months_in_level', '2'))}"]
            options += [f"streak({self.flag(0)})", f"previous({self.number(0)})", f"coalesce({self.number(0)}, 1)"]
        return dice.pick(options)

    def flag(self, depth: int) -> str:
        dice = self.dice
        bound = dice.pick(("3", "0", "1", "p", "6", "2 * p", "90"))
        level = f'level {dice.pick(("==", "!="))} "{dice.pick(self.levels)}"'
        options = [f"{self.number(max(depth - 1, 0))} {dice.pick(SIGNS)} {bound}"] * 3
        options += [f"over_cycle({way}, {self.monthly_flag()})" for way in ("any", "all", "only")]
        options += [level, *self.flags]
        if self.checks:
            options += [f"passed(exams, {dice.pick(('90', '95', 'p * 45'))})"] * 2 + ["taken(exams)"]
        if depth:
            inner, other = self.flag(depth - 1), self.flag(depth - 1)
            streak = f"streak({self.flag(0)}) {dice.pick(('>=', '>', '<', '=='))} {dice.pick(('2', '3', '1'))}"
            options += [f"({inner} and {other})", f"({inner} or {other})", f"not ({inner})", streak]
            options += [f"previous({self.flag(0)})", f"given({self.number(0)})"]
        return dice.pick(options)


def _people(dice: Dice, levels: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    roster: list[dict[str, Any]] = []
    sparse = dice.weighted((3, ("n", "a")), (2, ("n", "a", "r", "s", "b", "c")), (1, ()))
    care = dice.weighted((5, 0), (3, 4), (2, 15))
    own = dice.chance(10)
    for number in range(dice.among(1, 5)):
        employee = f"E{number}"
        first, count = dice.among(0, 4), dice.among(1, 9)
        level = dice.weighted((12, dice.pick(levels)), (1, "nosuch"), (1, None))
        since = dice.weighted((12, MONTHS[max(0, first + dice.pick((0, 0, 1, 2, -1)))]), (1, None))
        if not number:
            level, since = dice.pick(levels), MONTHS[first]
        if not number or not dice.chance(4):
            person = {"employee": employee, "level": level, "level_since": since}
            roster.append(person | ({"employed_to": "2024-04"} if dice.chance(6) else {}))
        for month in MONTHS[first : first + count]:
            if dice.chance(care) and rows:
                continue
            facts: dict[str, Any] = {}
            for fact, pool in POOLS.items():
                rare = fact not in sparse and dice.chance(55)
                facts[fact] = None if rare or dice.chance(care) else "x" if dice.chance(care // 4) else dice.pick(pool)
            if own and dice.chance(40):
                facts["p"] = dice.pick(("1", "3", None))
            rows.append({"employee": employee, "team": dice.pick(("T1", None)), "period": month, **facts})
    if rows and dice.chance(4):
        rows.append({**dice.pick(rows), "n": "1"})
    return (dice.mixed(rows) if dice.chance(20) else rows), roster
