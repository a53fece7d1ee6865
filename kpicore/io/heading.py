"""What the columns of a table mean: keys, facts, parameters, by id or by title in any language."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import define, field, frozen

from kpicore.decimals import folded, quoted
from kpicore.figure import Bounds, Unreadable, Value
from kpicore.io.table import Table
from kpicore.model import GIVEN_TOTAL, SchemeModel
from kpicore.problem import Problem, closest, did_you_mean

KEYS: dict[str, tuple[str, ...]] = {
    "employee": ("employee", "employee id", "employee_id", "employee number", "employee no", "工号", "员工编号"),
    "name": ("name", "employee name", "employee_name", "姓名"),
    "team": ("team", "department", "班组", "部门"),
    "period": ("period", "month", "考核周期", "周期", "月份"),
    "occasion": ("occasion", "场合"),
    "fact": ("fact", "figure", "指标", "数据项"),
    "value": ("value", "数值", "值"),
}
"""The key columns and how their headings may be written."""

ITEM_KEYS: dict[str, tuple[str, ...]] = {
    "points": ("points", "加减分", "分值"),
    "reason": ("reason", "事由", "原因"),
    "author": ("author", "登记人", "经办人"),
}
"""The columns of plus and minus items and how their headings may be written."""

_SPELLINGS = {spelling: key for key, spellings in KEYS.items() for spelling in spellings}
_ITEM_SPELLINGS = {spelling: part for part, spellings in ITEM_KEYS.items() for spelling in spellings}
_LONG = ("fact", "value")
_RESULTS = {"scheme", "version", "hash", "status"}
"""Columns that a table of results has, all of them."""
OF_DRAW = "draw."
"""Before the names of the columns with which the list of a draw says how it was drawn."""
_LONGEST_TITLE = 200
_MOST_GUESSES = 50


@frozen
class Target:
    """A fact, or a parameter that figures may set, and what its values must keep to."""

    id: str
    bounds: Bounds


class Miss(enum.Enum):
    """Marks a text that a cache does not hold, since None is the value of a blank."""

    MISS = "miss"


MISS: Final = Miss.MISS


@define(eq=False)
class Column:
    """A column of figures. `cache`: values by the texts read so far; it is bounded by whoever fills it.

    `again`: another column before it means the same fact.
    """

    index: int
    title: str
    target: Target
    again: bool = False
    filled: bool = False
    cache: dict[str, Value | Unreadable | None] = field(factory=dict)


@define(eq=False)
class Other:
    """A column that is not read. `filled`: whether anything stands in it. `of_draw`: it tells how a list was drawn."""

    index: int
    title: str
    filled: bool = False
    of_draw: bool = False


@define(eq=False)
class Layout:
    """What a table's columns mean. `keys` gives the index of each key column that is there.

    `level` says whom its figures are about: 'employee', 'team' or 'period' (everybody). `about` are the columns
    that tell more of an employee. `totals` are the rows that were left out as totals of others,
    `doubtful` how many rows had to be held against the sums of others.
    """

    table: Table
    keys: dict[str, int]
    columns: list[Column] = field(factory=list)
    others: list[Other] = field(factory=list)
    totals: list[int] = field(factory=list)
    doubtful: int = 0
    level: str = field(init=False)
    about: tuple[tuple[str, int], ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.level = next((key for key in ("employee", "team") if key in self.keys), "period")
        told = ("name", "team", "occasion") if self.level == "employee" else ()
        self.about = tuple((key, self.keys[key]) for key in told if key in self.keys)

    @property
    def long(self) -> bool:
        """Whether each row holds one figure: a fact and its value."""
        return "fact" in self.keys

    def title(self, key: str) -> str:
        """The heading of a key column."""
        return self.table.columns[self.keys[key]]


class Headings:
    """Finds what a heading means in one scheme. `occasions` are those that it declares."""

    def __init__(self, model: SchemeModel) -> None:
        self._ids: dict[str, Target] = {}
        self._titles: dict[str, list[Target]] = {}
        self.names: list[str] = []
        self.occasions = model.occasions
        self.adjusting = model.adjustments is not None
        for name, param in model.params.items():
            self._ids[folded(name)] = Target(name, param.bounds)
        for name, fact in model.facts.items():
            target = Target(name, fact.bounds)
            self._ids[folded(name)] = target
            for title in dict.fromkeys(folded(text) for text in fact.title.all):
                self._titles.setdefault(title, []).append(target)
            if name == GIVEN_TOTAL:  # so it is called in results
                self._titles.setdefault("total", []).append(target)
            self.names += [name, *fact.title.all]
        self.names += model.params

    def targets(self, heading: str) -> list[Target]:
        """The facts and parameters that it may mean: none, one, or several with the same title."""
        word = folded(heading)
        target = self._ids.get(word)
        return [target] if target is not None else self._titles.get(word, [])

    def key(self, heading: str) -> str | None:
        """The key column that it names."""
        return _SPELLINGS.get(folded(heading))

    def part(self, heading: str, sure: bool = False) -> str | None:
        """The part of a plus or minus item that it names; a fact or parameter of the same name goes before, unless it
        is `sure` that there are items."""
        return None if self.targets(heading) and not sure else _ITEM_SPELLINGS.get(folded(heading))

    def of_items(self, headings: Iterable[str]) -> bool:
        """Whether a table with these gives plus and minus items: points and reasons, where the scheme has no facts of
        such names. Where it allows no items, only a table that has no figures either is taken for one of items."""
        held = list(headings)
        if not {"points", "reason"} <= {self.part(heading) for heading in held}:
            return False
        return self.adjusting or not any(map(self.targets, held))

    def knows(self, heading: str) -> bool:
        """Whether it names a key column, a fact or a parameter, or a part of an item."""
        if self.key(heading) is not None or self.targets(heading):
            return True
        return self.adjusting and self.part(heading) is not None

    def hint(self, heading: str) -> str:
        """What the person may have meant."""
        if len(heading) > _LONGEST_TITLE:
            return ""
        return did_you_mean(heading, [*self.names, *_SPELLINGS])

    def layout(self, table: Table) -> tuple[Layout | None, list[Problem]]:
        """What the table's columns mean, None where it can not be used, and what is wrong with its header."""
        keys, problems = key_columns(table)
        if problems:
            return None, problems
        layout = Layout(table, keys)
        unknown: list[str] = []
        for index, title in enumerate(table.columns):
            if index not in keys.values():
                problems += self._column(layout, index, title, unknown)
        problems += _twice(layout)
        strayed = _strayed_key(layout, unknown)
        return (layout, problems) if strayed is None else (None, [*problems, strayed])

    def _column(self, layout: Layout, index: int, title: str, unknown: list[str]) -> Iterator[Problem]:
        table, row = layout.table, layout.table.header_row
        if not title:
            layout.others.append(Other(index, title))  # a warning only where it turns out to hold anything
            return
        targets = self.targets(title)
        of_draw = not targets and folded(title).startswith(OF_DRAW)
        if len(targets) != 1 or layout.long:
            layout.others.append(Other(index, title, of_draw=of_draw))
        if not targets and (of_draw or _of_results(table)):
            return  # what the list of a draw, or a result, has beside the figures that are asked for
        if not targets:
            unknown.append(title)
            hint = self.hint(title) if len(unknown) <= _MOST_GUESSES else ""
            message = f"The scheme has no fact {quoted(title)}, so the column is not read."
            yield table.problem("unknown_column", message, row, title, severity="warning", hint=hint)
        elif len(targets) > 1:
            listed = " and ".join(target.id for target in targets)
            message = f"The heading is the title of {listed}, so the column is not read."
            yield table.problem("ambiguous_column", message, row, title, hint="Use the fact's id as the heading.")
        elif layout.long:
            message = "Beside a column of facts and one of values, this column is not read."
            yield table.problem("unknown_column", message, row, title, hint="Give its figures as rows.")
        else:
            layout.columns.append(Column(index, title, targets[0]))


def _of_results(table: Table) -> bool:
    """Whether it is a table of results, which may serve another scheme as figures."""
    return {folded(title) for title in table.columns} >= _RESULTS


def columns_by(table: Table, means: Callable[[str], str | None]) -> tuple[dict[str, int], list[Problem]]:
    """The index of each column that means something, by what it means, and a problem for each that is there twice."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for index, title in enumerate(table.columns):
        key = means(title)
        if key is not None and key in found:
            message = f"Columns {named(table, found[key])} and {named(table, index)} both mean {key}."
            hint = "Keep one of them; the file is set aside until then."
            problems.append(table.problem("same_column_twice", message, table.header_row, title, hint=hint))
        elif key is not None:
            found[key] = index
    return found, problems


def key_columns(table: Table) -> tuple[dict[str, int], list[Problem]]:
    """The index of each key column, and the key columns that are there twice."""
    found, problems = columns_by(table, lambda title: _SPELLINGS.get(folded(title)))
    if not all(key in found for key in _LONG):
        # Only together do they make a long table; alone each may be some scheme's fact.
        for key in _LONG:
            found.pop(key, None)
    return found, problems


def named(table: Table, index: int) -> str:
    """A column as problems name it: its letters and its heading."""
    return f"{table.letter(index)} {quoted(table.columns[index])}"


def _twice(layout: Layout) -> Iterator[Problem]:
    """Columns that mean the same fact. Both are read: where their figures differ, that is a problem of the row."""
    table = layout.table
    first: dict[str, int] = {}
    for column in layout.columns:
        name = column.target.id
        if name in first:
            message = f"Columns {named(table, first[name])} and {named(table, column.index)} both mean {name}."
            hint = "Keep one of them."
            column.again = True
            yield table.problem("same_column_twice", message, table.header_row, column.title, hint=hint)
        first.setdefault(name, column.index)


def _strayed_key(layout: Layout, unknown: list[str]) -> Problem | None:
    """A misspelt key. Without it the table would speak of more people than was meant, so it is not used."""
    table = layout.table
    if layout.level == "employee":
        return None
    wanted = [spelling for spelling, key in _SPELLINGS.items() if key in ("employee", "team")]
    for title in unknown[:_MOST_GUESSES]:
        near = closest(title, wanted) if len(title) <= _LONGEST_TITLE else None
        if near is not None and _SPELLINGS[near] not in layout.keys:
            message = f"The file has no column {_SPELLINGS[near]}, only one that is called {quoted(title)}."
            hint = f"Call it {near}; the file is set aside until then."
            return table.problem("no_key_column", message, table.header_row, title, hint=hint)
    return None
