"""The list of a draw: written as CSV, JSON or a workbook, and read again, with all that the draw was made of."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define, field, frozen

from kpicore.decimals import folded, quoted
from kpicore.draw.lot import VERSION, Draw, Terms
from kpicore.errors import DataError, FigureError, KpicoreError, PeriodError
from kpicore.io.cell import filled
from kpicore.io.flatfile import safe_cell, write_csv
from kpicore.io.heading import KEYS, OF_DRAW
from kpicore.io.key import key_text
from kpicore.io.output import check_ending, placed
from kpicore.io.page import table_of
from kpicore.io.protocol import TableReader
from kpicore.io.source import open_tables
from kpicore.io.table import Table
from kpicore.io.tally import Tally
from kpicore.period import period_of
from kpicore.problem import Place, Problem
from kpicore.protocols import Period

ENDINGS = (".csv", ".json", ".xlsx")
_ABOUT = ("version", "seed", "share", "count", "within", "teams", "on", "people", "roster")
_SPELLINGS = {spelling: key for key in ("employee", "name", "team") for spelling in KEYS[key]}
_SPELLINGS |= {f"{OF_DRAW}{name}": f"{OF_DRAW}{name}" for name in _ABOUT}
_MOST_BYTES = 100_000_000
_CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # so that equal lists make equal files


@frozen
class Listed:
    """A list as read. `about` is what it says of its draw, texts by name; `people` are employee and team of each row,
    with its place. `plain`: the texts are as they were written, not as a CSV keeps spreadsheets from reckoning.
    `problems` are what is wrong with single rows."""

    about: Mapping[str, str]
    people: Sequence[tuple[str, str, Place]]
    file: str
    plain: bool = True
    problems: tuple[Problem, ...] = ()

    def kept(self, text: str) -> str:
        """How a text of the roster stands on the list."""
        return text if self.plain else safe_cell(text)


def list_text(draw: Draw, period: Period | None = None, occasion: str = "") -> str:
    """The list as CSV."""
    target = io.BytesIO()
    _write_csv(draw, period, occasion, target)
    return target.getvalue().decode("utf-8-sig").replace("\r\n", "\n")


def check_target(out: Path) -> None:
    """Raises DataError where no list can be written there, so that it may be asked before the draw."""
    check_ending(out, ENDINGS, f"Lists are written to {', '.join(ENDINGS)}.", "lists")


def write_list(draw: Draw, out: Path, period: Period | None = None, occasion: str = "") -> None:
    """Writes the list to a file, which appears only when it is whole; raises DataError where it can not be.

    With a `period` the list has columns for it and for the `occasion`, and can be filled in as a file of figures.
    """
    check_target(out)
    writers = {".csv": _write_csv, ".json": _write_json, ".xlsx": _write_workbook}
    with placed(out) as handle:
        writers[out.suffix.lower()](draw, period, occasion, handle)


def _rows(draw: Draw, period: Period | None, occasion: str) -> list[dict[str, str]]:
    """What the list says of each person drawn."""
    more = {} if period is None else {"period": str(period), "occasion": occasion}
    return [
        {"employee": each.employee, "name": each.name or "", "team": each.team or "", **more} for each in draw.drawn
    ]


def _about(draw: Draw) -> dict[str, Any]:
    """What the list says of the draw."""
    terms = draw.terms
    return {
        "version": VERSION,
        "seed": terms.seed,
        "share": terms.share_text or None,
        "count": terms.count,
        "within": terms.within,
        "teams": list(terms.teams),
        "on": None if terms.on is None else terms.on.isoformat(),
        "people": draw.people,
        "roster": draw.roster,
    }


def _table(draw: Draw, period: Period | None, occasion: str) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of the list; what it says of the draw stands in every row."""
    about = _about(draw)
    about["teams"] = json.dumps(about["teams"], ensure_ascii=False) if about["teams"] else None
    rows = _rows(draw, period, occasion)
    return [*rows[0], *(f"{OF_DRAW}{name}" for name in about)], [[*row.values(), *about.values()] for row in rows]


def _write_csv(draw: Draw, period: Period | None, occasion: str, target: BinaryIO) -> None:
    write_csv(*_table(draw, period, occasion), target)


def _write_json(draw: Draw, period: Period | None, occasion: str, target: BinaryIO) -> None:
    whole = {"draw": _about(draw), "people": _rows(draw, period, occasion)}
    target.write((json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())


def _write_workbook(draw: Draw, period: Period | None, occasion: str, target: BinaryIO) -> None:
    import xlsxwriter

    columns, rows = _table(draw, period, occasion)
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"created": _CREATED})
        page = workbook.add_worksheet("drawn")
        page.write_row(0, 0, columns, workbook.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, index, value)
                elif value:
                    page.write_string(number, index, value)
        page.freeze_panes(1, 1)


def read_list(path: Path, readers: Mapping[str, TableReader]) -> Listed:
    """A list that was written here, maybe with figures beside it; raises DataError where it is none."""
    if path.suffix.lower() == ".json":
        return _read_json(path)
    tables, problems = open_tables([path], readers)
    reading = _Reading(str(path), list(problems))
    for each in tables:
        table = each if isinstance(each, Table) else table_of(each, reading, Tally(), reading.problems)
        if table is not None and _SPELLINGS.keys() & set(map(folded, table.columns)):
            reading.read(table)
    errors = tuple(problem for problem in reading.problems if problem.severity == "error")
    if reading.about is None:
        raise DataError("\n".join(map(str, errors)), errors) if errors else _no_list(str(path))
    return Listed(reading.about, reading.people, str(path), path.suffix.lower() not in (".csv", ".tsv"), errors)


@define
class _Reading:
    """Reads the tables of a list, and says of headings which of its columns they name."""

    file: str
    problems: list[Problem] = field(factory=list)
    about: dict[str, str] | None = None
    people: list[tuple[str, str, Place]] = field(factory=list)

    def key(self, heading: str) -> str | None:
        return _SPELLINGS.get(folded(heading))

    def knows(self, heading: str) -> bool:
        return self.key(heading) is not None

    def read(self, table: Table) -> None:
        """Takes over the people of a table, and what it says of the draw; every row must say the same of that."""
        keys = {key: index for index, title in enumerate(table.columns) if (key := self.key(title)) is not None}
        lacking = [name for name in ("employee", *(f"{OF_DRAW}{name}" for name in _ABOUT)) if name not in keys]
        if lacking:
            raise _no_list(self.file, f"It has no column {lacking[0]}.")
        for number, cells in table.rows:
            if not any(map(filled, cells)):
                continue
            try:
                texts = {key: self._text(key, cells[index]) for key, index in keys.items()}
            except KpicoreError as error:
                self.problems.append(table.problem("bad_row", str(error), number))
                continue
            about = {name: texts[f"{OF_DRAW}{name}"] for name in _ABOUT}
            if self.about is None:
                self.about = about
            for name in _ABOUT:
                if about[name] != self.about[name]:
                    message = f"It is {quoted(about[name])} here, and {quoted(self.about[name])} in the rows before."
                    column = f"{OF_DRAW}{name}"
                    self.problems.append(table.problem("two_draws", message, number, column))
            self.people.append((texts["employee"], texts.get("team", ""), table.place(number)))
        self.problems += table.problems

    def _text(self, key: str, raw: object) -> str:
        if key == f"{OF_DRAW}on" and filled(raw):
            return str(period_of(raw, ("day",)))
        return key_text(raw)


def _read_json(path: Path) -> Listed:
    file = str(path)
    try:
        with path.open("rb") as handle:
            data = json.loads(handle.read(_MOST_BYTES))
        about = {name: _plain(data["draw"][name]) for name in _ABOUT}
        people = [(str(each["employee"]), str(each.get("team") or ""), Place(file)) for each in data["people"]]
    except FileNotFoundError:
        problem = Problem("no_such_file", "There is no such file.", place=Place(file))
        raise DataError(str(problem), [problem]) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _no_list(file) from None
    return Listed(about, people, file)


def _plain(value: object) -> str:
    """A value of the JSON form as a table has it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else str(value)


def terms_of(listed: Listed) -> Terms:
    """The terms of a list's draw; raises DataError where they can not be read."""
    about = listed.about
    try:
        teams = json.loads(about["teams"]) if about["teams"] else []
        return Terms.of(
            about["seed"],
            share=about["share"] or None,
            count=int(about["count"]) if about["count"] else None,
            within=about["within"],
            teams=list(map(str, teams)),
            on=period_of(about["on"], ("day",)).start if about["on"] else None,
        )
    except (ValueError, TypeError, FigureError, PeriodError, KpicoreError) as error:
        raise _no_list(listed.file, f"What it says of the draw can not be read: {error}") from None


def _no_list(file: str, why: str = "") -> DataError:
    message = f"This is no list of a draw. {why}".rstrip()
    hint = "Name a list that kpicore draw has written, with its columns whose names begin with draw."
    problem = Problem("no_list", message, place=Place(file), hint=hint)
    return DataError(str(problem), [problem])
