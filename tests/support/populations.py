"""Made-up schemes with made-up people: what every reader of a sheet is held to, and how two readings are compared."""

from __future__ import annotations

import datetime
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from hypothesis import strategies as st
from support.dice import Dice, Drawn
from support.figure_text import BAD, Figures, dressed, typed
from support.formula_text import CONSTANTS, DateText, Table
from support.scheme_text import Made, scheme, text_of, toml

import kpicore
from kpicore import LoadedScheme
from kpicore.decimals import plain_text
from kpicore.errors import SchemeError
from kpicore.params import Settings, read_settings

if TYPE_CHECKING:
    import polars

MONTHS = ("2024-01", "2024-02", "2023-12", "2024-03", "2023-02", "2023-11", "2022-12", "2024-06")
OTHERS = {
    "quarter": ("2024-Q1", "2023-Q4", "2024-Q2", "2023-Q1"),
    "day": ("2024-03-01", "2024-02-29", "2024-03-01#2", "2023-03-01"),
    "year": ("2024", "2023", "2022"),
}
IDS = ("E10", "E9", "E1", "E2", "e3", "王", "E04", "E005", "E 6", "7")
MOST_ROWS = 40
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ADJUSTMENTS = "adjustments"
POINTS = ("1", "-1", "2", "2.0", "0", "-3", "10", "-40", "100", "0.5", "0.01", "-0.001", "0.0001")
CHANGES = ("2024-02-01", "2024-01-01", "2023-12-15", "2024-03-02")


@define(slots=False)
class Example:
    """A scheme, rows of figures for it, and the parameters that somebody set: a mapping, or a text of settings.

    A row may have plus and minus items, the same ones in all rows of a person and period.

    `later` is another version of the scheme, in force from some month on.
    """

    table: Table
    rows: list[dict[str, Any]]
    settings: Mapping[str, Any] | str | None = None
    later: Table | None = None

    @cached_property
    def text(self) -> str:
        """The scheme file."""
        return text_of(self.table)

    @cached_property
    def scheme(self) -> LoadedScheme:
        """The scheme, loaded; raises SchemeError where it is unsound."""
        first = loaded(self.text)
        if self.later is None:
            return first
        return LoadedScheme((first.newest, loaded(text_of(self.later)).newest), _registry().announce)

    @cached_property
    def params(self) -> Mapping[str, Any] | Settings | None:
        """The parameters as scoring takes them."""
        if not isinstance(self.settings, str):
            return self.settings
        found, problems = read_settings(self.settings, self.scheme.newest.model)
        assert not problems, problems
        return found

    def __repr__(self) -> str:
        shown = "\n".join(map(repr, self.rows))
        later = "" if self.later is None else f"later:\n{text_of(self.later)}\n"
        return f"scheme:\n{self.text}\n{later}params: {self.settings!r}\nrows:\n{shown}\n"


@cache
def _registry() -> kpicore.Registry:
    return kpicore.load()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def loaded(text: str) -> LoadedScheme:
    """The scheme of a scheme file's text; raises SchemeError."""
    path = Path(_folder().name) / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    found = _registry().scheme(str(path))
    found.newest.sheet()
    return found


# What is drawn


def example(dice: Dice) -> Example:
    """A scheme, people and parameters; the scheme may be unsound, seldom."""
    made = scheme(dice)
    teams = dice.pick((("T1", "T2"), (None,), ("T1", "T2", None), ("T1", "T2", "T3")))
    people = _people(dice)
    rows = _rows(dice, made, people, teams)
    settings = _settings(dice, made, people)
    later = _later(dice, made.table) if dice.chance(10) else None
    if dice.chance(20):
        _occasions(dice, later or made.table, rows)
    if "adjustments" in made.table:
        _adjust(dice, made, rows)
    return Example(made.table, rows, settings, later)


def _occasions(dice: Dice, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """A column of occasions, mostly of those that the newest version declares; now and then it declares none."""
    words = dice.some(("regular", "spot", "random"), 1, 3)
    if dice.chance(80):
        table["occasions"] = list(words)
    for row in rows:
        row["occasion"] = dice.pick((None, dice.pick(words), f" {dice.pick(words)}".upper(), "抽查", ""))


def _later(dice: Dice, table: Table) -> Table:
    """Another version: some values are others, and now and then what stood last is gone."""
    found = deepcopy(table) | {"version": "2", "effective": datetime.date.fromisoformat(dice.pick(CHANGES))}
    for name in dice.some(("places", "params", "rules_award", "pay", "gate", "indicator", "weight"), 1, 3):
        match name:
            case "places":
                found["places"] = dice.pick((1, 3))
            case "rules_award":
                found["rules_award"] = dice.pick(("marks", "percent"))
            case "params":
                for spec in found.get("params", {}).values():
                    if isinstance(spec["value"], Decimal) and "kind" not in spec:
                        spec["value"] += dice.pick((1, 0))
            case "weight":
                for line in found.get("indicator", ()):
                    if isinstance(line.get("weight"), Decimal):
                        line["weight"] += 1
            case _:
                if len(found.get(name, ())) > 1:
                    found[name].pop()
    return found


def schemes() -> st.SearchStrategy[Table]:
    """Schemes as tables; `text_of` gives their text."""
    return st.composite(lambda draw: scheme(Drawn(draw)).table)()


def examples() -> st.SearchStrategy[Example]:
    """Sound schemes with a population and parameters."""
    return st.composite(lambda draw: example(Drawn(draw)))().filter(sound)


def sound(example: Example) -> bool:
    """Whether the scheme loads."""
    try:
        return example.scheme is not None
    except SchemeError:
        return False


def _people(dice: Dice) -> list[str]:
    count = dice.weighted((3, 3), (2, 1), (2, 5), (2, 8), (1, 13), (1, 25))
    names = dice.mixed(IDS)[:count] if dice.chance(50) else list(IDS[:count])
    return names + [f"P{place}" for place in range(count - len(names))]


def _rows(dice: Dice, made: Made, people: Sequence[str], teams: Sequence[str | None]) -> list[dict[str, Any]]:
    (kind,) = made.table["periods"]
    periods = list(dice.some(OTHERS.get(kind, MONTHS), 1, 4))
    cycles = kind in ("quarter", "year") and "over_cycle" in text_of(made.table)
    if cycles:
        periods += dice.some(MONTHS, 2, 4)
    size, care = dice.weighted((6, 0), (3, 1), (2, 2)), dice.weighted((5, 0), (5, 1), (4, 2))
    facts = given_facts(made.table)
    figures = Figures(dice, facts, made.aims, size, care)
    pools = figures.pools()
    asked = [name for name in made.table.get("params", {}) if dice.chance(12)]
    rows: list[dict[str, Any]] = []
    for employee in people[: max(1, MOST_ROWS // len(periods))]:
        team = dice.pick(teams)
        name = dice.pick((None, "n " + employee))
        for period in periods:
            if len(rows) and dice.chance(12):
                continue
            mine = dice.pick(teams) if dice.chance(8) else team
            given: dict[str, Any] = {fact: dice.pick(pool) for fact, pool in pools.items()}
            for _ in range(dice.pick((0, 1, 2)) if made.aims else 0):
                figures.aimed(given)
            given |= {param: _setting(dice, made, param, True) for param in asked if dice.chance(60)}
            rows.append({"employee": employee, "team": mine, "name": name, "period": period, **given})
    _columns(dice, rows, facts)
    if dice.chance(6):  # a row twice, or of nobody, or of no period
        spoilt = dice.pick(({}, {"employee": ""}, {"period": "soon"}))
        rows.append({**dice.pick(rows), **spoilt})
    return dice.mixed(rows) if dice.chance(30) else rows


def given_facts(table: Table) -> dict[str, Table]:
    """The facts that people give: of one that several raters give, that of each."""
    found: dict[str, Table] = {}
    for name, spec in table.get("facts", {}).items():
        own = {key: value for key, value in spec.items() if key != "raters"}
        found |= {f"{name}_{rater}": own for rater in spec["raters"]} if "raters" in spec else {name: spec}
    return found


def _adjust(dice: Dice, made: Made, rows: list[dict[str, Any]]) -> None:
    """Gives some people of periods that are scored items, now and then bad ones."""
    (kind,) = made.table["periods"]
    care = dice.weighted((5, 0), (3, 15))
    scored, places = OTHERS.get(kind, MONTHS), made.table.get("places", 2)
    known: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        key = row["employee"], row["period"]
        if key not in known:
            some = dice.pick((1, 1, 2, 3)) if row["period"] in scored and dice.chance(60) else 0
            known[key] = [_item(dice, places, dice.chance(care)) for _ in range(some)]
            if not care:
                known[key] = [item | {"reason": f"{place}"} for place, item in enumerate(known[key])]
        if known[key]:
            row[ADJUSTMENTS] = known[key]


def _item(dice: Dice, places: int, bad: bool) -> dict[str, Any]:
    fitting = [text for text in POINTS if len(text.partition(".")[2].rstrip("0")) <= places]
    points = dice.pick(fitting) if not bad else dice.pick((*POINTS, "x", "", "+2"))
    reason, author = (dice.pick(words[bad:]) for words in (("ra", "rb", ""), ("aa", "ab", "")))
    return {"points": points, "reason": reason or "r" * (not bad), "author": author or "a" * (not bad)}


def _columns(dice: Dice, rows: list[dict[str, Any]], facts: Mapping[str, Table]) -> None:
    """Gives each fact's column its form: texts, texts written in many ways, typed values, floats; or takes it away."""
    for fact, spec in facts.items():
        style = dice.weighted((5, "text"), (5, "typed"), (2, "float"), (2, "dressed"), (1, "gone"))
        if style in ("typed", "float"):
            for row, value in zip(rows, typed([row[fact] for row in rows], spec, style), strict=True):
                row[fact] = value
        elif style == "dressed":
            for row in rows:
                row[fact] = dressed(dice, row[fact], spec["kind"])
        elif style == "gone" and dice.chance(40):
            for row in rows:
                del row[fact]


def _setting(dice: Dice, made: Made, name: str, figure: bool) -> Any:
    """A value for a parameter; as a figure it may be blank or no value at all."""
    if figure and dice.chance(15):
        return dice.pick((None, dice.pick(BAD)))
    spec = made.table["params"][name]
    value = spec["value"]
    if isinstance(value, bool):
        return dice.pick((False, True))
    if isinstance(value, DateText):
        return dice.pick(("2024-02-29", "2023-12-31"))
    if isinstance(value, str):
        return dice.pick(("b", "a"))
    fitting = [str(value), *(("0.25", "0", "1") if spec.get("kind") == "ratio" else ("0", *CONSTANTS))]
    if spec.get("kind", "number") == "number":
        fitting += ["-1", "-0.5"]
    return Decimal(dice.pick(fitting))


def _settings(dice: Dice, made: Made, people: Sequence[str]) -> Mapping[str, Any] | str | None:
    params = list(made.table.get("params", ()))
    way = dice.pick(("none", "none", "mapping", "layers")) if params else "none"
    if way == "none":
        return None

    def values() -> dict[str, Any]:
        return {name: _setting(dice, made, name, False) for name in dice.some(params, 1, 2)}

    if way == "mapping":
        return values()
    layers = [("params", values())]
    layers += [(f'team."{team}".params', values()) for team in ("T1", "T2") if dice.chance(60)]
    layers += [(f'employee."{person}".params', values()) for person in people[:3] if dice.chance(40)]
    lines = []
    for head, inner in layers:
        lines += [f"[{head}]", *(f"{name} = {toml(value)}" for name, value in inner.items())]
    return "\n".join(lines) + "\n"


# How rows become a frame, and two readings are compared


def frame_of(rows: Sequence[Mapping[str, Any]]) -> polars.DataFrame:
    """The figures of the rows as a frame. A column of values of several types is one of texts, as in a file."""
    import polars

    columns = []
    for name in dict.fromkeys(name for row in rows for name in row if name != ADJUSTMENTS):
        values = [row.get(name) for row in rows]
        types = {type(value) for value in values if value is not None}
        if types == {int, Decimal}:
            values = [None if value is None else Decimal(value) for value in values]
        elif len(types) > 1:
            values = [None if value is None else str(value) for value in values]
        columns.append(polars.Series(name, values, strict=True))
    return polars.DataFrame(columns)


def rows_of(frame: polars.DataFrame, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the frame that was made of these, with their items."""
    return [
        line | ({ADJUSTMENTS: row[ADJUSTMENTS]} if ADJUSTMENTS in row else {})
        for line, row in zip(frame.to_dicts(), rows, strict=True)
    ]


def items_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """The items of all rows, each with its person and period; None where there are none."""
    known = {(row["employee"], row["period"]): row[ADJUSTMENTS] for row in rows if ADJUSTMENTS in row}
    found = [{"employee": who, "period": then, **item} for (who, then), items in known.items() for item in items]
    return found or None


def placeless(row: dict[str, Any]) -> dict[str, Any]:
    """A flat result whose reasons say what is wrong with items, and not where."""
    told = json.loads(row["reasons"]) if row.get("reasons") else []
    if not any("adjustment" in reason["code"] for reason in told):
        return row
    bare = [{name: value for name, value in reason.items() if "place" not in name} for reason in told]
    return row | {"reasons": json.dumps(sorted(map(str, bare)))}


Flat = Mapping[str, Any]


@frozen
class Difference:
    """Where two readings of a row part."""

    row: str
    name: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.row}: {self.name}: {self.left!r} != {self.right!r}"


@define
class _Seen:
    found: list[Difference] = field(factory=list)


def texts(row: Mapping[str, Any], names: Iterable[str], places: bool) -> dict[str, Any]:
    """A row of a table, or a flat result, with its numbers as texts; without `places` in their shortest form, since a
    column of decimals has one number of places, also where two versions of a scheme have two."""

    def text(value: Any) -> Any:
        if isinstance(value, Decimal):
            value = format(value, "f")
        return (
            plain_text(Decimal(value)) if not places and isinstance(value, str) and NUMBER.fullmatch(value) else value
        )

    return {name: text(row.get(name)) for name in names}


def differences(left: Sequence[Flat], right: Sequence[Flat], names: tuple[str, str] = ("left", "right")) -> list[str]:
    """In words, where two lists of flat results part, row by row; empty where they are the same."""
    seen = _Seen()
    if len(left) != len(right):
        seen.found.append(Difference("rows", "count", len(left), len(right)))
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        row = f"row {place} ({one.get('employee')}, {one.get('period')})"
        for name in dict.fromkeys((*one, *other)):
            if name not in one or name not in other:
                seen.found.append(
                    Difference(row, name, one.get(name, "no such column"), other.get(name, "no such column"))
                )
            elif one[name] != other[name] or type(one[name]) is not type(other[name]):
                seen.found.append(Difference(row, name, one[name], other[name]))
    head = [f"{names[0]} != {names[1]}"] if seen.found else []
    return head + [str(each) for each in seen.found]


def assert_equal(left: Sequence[Flat], right: Sequence[Flat], names: tuple[str, str] = ("left", "right")) -> None:
    """Fails with every difference between two lists of flat results."""
    told = differences(left, right, names)
    assert not told, "\n" + "\n".join(told[:40])
