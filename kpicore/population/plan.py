"""Which columns a table of results has, and the cells that they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from attrs import frozen

from kpicore.adjustment import ADJUSTMENT
from kpicore.engines.columnar.engine import Output
from kpicore.errors import UsageError
from kpicore.ladder import DECISION
from kpicore.model import SchemeModel, Sheet
from kpicore.problem import did_you_mean
from kpicore.result import Numbers

KEYS = ("employee", "name", "team", "period")
IDENTITY = ("scheme", "version", "hash")
HEAD = ("sum", "counted_marks", "full_marks", "total", "grade", "rank")
LINE = ("measure", "points", "score", "full_marks", "state")
NOTHING_PLACES = 2
"""The places of a column of numbers for which a scheme has nothing."""
GROUPS, GATES, PAY, DECIDED = "groups", "gates", "pay", "decision"
Sort = Literal["key", "number", "text", "rank", "state", "gate", "month", "following", "reasons", "nothing"]


@frozen
class Made:
    """A column of the table: its name, what sort it is, the cell that it is made of, and its places where a number.

    `masked` is the cell whose absence leaves the column empty beside its own.
    """

    name: str
    sort: Sort
    cell: str = ""
    places: int = 0
    masked: str = ""


def whole_table(sheet: Sheet) -> tuple[Made, ...]:
    """Every column, in the order of a result's flat form."""
    model = sheet.model
    found = [Made(name, "key") for name in KEYS]
    found += [Made(name, "key") for name in IDENTITY]
    found.append(Made("status", "text", "status"))
    found.append(Made("occasion", "key"))
    found += [_of_cell(sheet, name, name) for name in HEAD]
    if model.adjustments is not None:
        found += [_of_cell(sheet, ADJUSTMENT, ADJUSTMENT), Made("adjustments", "key")]
    if model.indicators:
        found += [_of_cell(sheet, f"{GROUPS}.{group.id}", f"group.{group.id}") for group in model.groups]
    for line in model.indicators:
        score = f"{line.id}.score"
        for part in LINE:
            name = f"{line.id}.{part}"
            if part == "state":
                found.append(Made(name, "state", score))
            else:
                made = _of_cell(sheet, name, name)
                masked = score if part == "points" else ""
                found.append(Made(made.name, made.sort, made.cell, made.places, masked))
    found += [Made(f"{GATES}.{gate.id}", "gate", f"gate.{gate.id}") for gate in model.gates]
    found += [_of_cell(sheet, f"{PAY}.{element.id}", f"pay.{element.id}") for element in model.pay]
    found.append(_of_cell(sheet, "pay_total", "pay_total"))
    if model.ladder is not None:
        found += [Made(f"decision.{part}", "text", f"decision.{part}") for part in DECISION[:3]]
        found.append(Made("decision.since", "month", "decision.since"))
        found.append(Made("decision.next_cycle", "following", masked="decision.since"))
    found.append(Made("reasons", "reasons"))
    return tuple(found)


def _of_cell(sheet: Sheet, name: str, cell: str) -> Made:
    found = sheet.cells.get(cell)
    if found is None:
        return Made(name, "rank" if name == "rank" else "nothing", "")
    if name == "rank":
        return Made(name, "rank", cell)
    return Made(name, "number" if found.type == "number" else "text", cell, found.places or 0)


def chosen(sheet: Sheet, outputs: Sequence[str] | None, numbers: Numbers) -> tuple[Made, ...]:
    """The columns that are asked for: all, or the keys and those named.

    A name is that of a column (`total`, `conversion.score`), a part of every indicator (`score`), or `groups`, `gates`,
    `pay` or `decision` for all of these. Raises UsageError for any other, and for `numbers` that are neither.
    """
    if numbers not in get_args(Numbers):
        hint = did_you_mean(str(numbers), get_args(Numbers)) or "Write decimal or float."
        raise UsageError(f"Numbers can not be '{numbers}'. {hint}")
    every = whole_table(sheet)
    if outputs is None:
        return every
    wanted: set[str] = set(KEYS)
    known = _names(sheet.model, every)
    unknown = [name for name in outputs if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known)
        raise UsageError(f"A table of results has no '{unknown[0]}'. {hint}".strip())
    for name in outputs:
        wanted |= known[name]
    return tuple(made for made in every if made.name in wanted)


def width_of(sheet: Sheet, outputs: Sequence[str] | None) -> int:
    """How many columns that makes; names that the sheet does not know are none."""
    every = whole_table(sheet)
    if outputs is None:
        return len(every)
    known = _names(sheet.model, every)
    return len({*KEYS}.union(*(known.get(name, ()) for name in outputs)))


def _names(model: SchemeModel, every: Iterable[Made]) -> Mapping[str, set[str]]:
    known = {made.name: {made.name} for made in every}
    for part in LINE:
        parts = {f"{line.id}.{part}" for line in model.indicators}
        known[part] = known.get(part, set()) | parts
    for name in (GROUPS, GATES, PAY, DECIDED):
        known[name] = {column for column in known if column.startswith(f"{name}.")}
    return known


def places_of(sheets: Iterable[Sheet]) -> dict[str, int]:
    """How many decimals each column of numbers has that any of these sheets makes; the most where they differ. Columns
    in which one of them has texts are left out."""
    found: dict[str, int] = {}
    texts: set[str] = set()
    for sheet in sheets:
        for made in whole_table(sheet):
            if made.sort == "number" or (made.sort == "nothing" and made.name != "grade"):
                places = made.places if made.sort == "number" else NOTHING_PLACES
                found[made.name] = max(places, found.get(made.name, 0))
            elif made.sort != "rank":
                texts.add(made.name)
    return {name: places for name, places in found.items() if name not in texts}


def value_of(made: Made, floats: bool) -> Output:
    """What the columnar reader is asked for the values of a column."""
    return Output(made.cell, "float" if floats and made.sort == "number" else "value")


def outputs_of(made: Iterable[Made], floats: bool = False) -> list[Output]:
    """What the columnar reader is asked for these columns, each once."""
    found: dict[Output, None] = {}
    for each in made:
        if each.sort in ("number", "text", "rank", "month") and each.cell:
            found[value_of(each, floats)] = None
        elif each.sort == "gate":
            found[Output(each.cell)] = found[Output(each.cell, "absence")] = None
        elif each.sort == "state":
            found[Output(each.cell, "absence")] = None
        if each.masked:
            found[Output(each.masked, "absence")] = None
    return list(found)
