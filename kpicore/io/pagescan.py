"""Scans the XML of a workbook's page: how far its cells reach, which show an error, which formulas were never
reckoned. Reading its values tells none of that: both are blank there, and two cells far apart take all memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from kpicore.io.cell import Fault
from kpicore.io.table import MOST_COLUMNS

MOST_ROWS = 1_048_576
MOST_CELLS = 20_000_000
"""The largest page, from its first filled cell to its last: it is held in memory."""

Faults = Mapping[int, Mapping[int, Fault]]
"""Faults by row number and index of the column."""

_MOST_FAULTS = 1_000_000
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
_ROW = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,8})"')
_CELL = re.compile(rb"<c[\s/>]")
_REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_UNUSUAL = (b' t="e"', b"<f", b"'", b"<!", b":c", b"&#")
"""What the pages without errors and formulas that spreadsheets write never hold."""

UNRECKONED = Fault(
    "a formula",
    "The cell holds a formula whose value was never reckoned.",
    "a value",
    "Open the workbook in Excel and save it.",
)


@frozen
class Extent:
    """The last row and the number of columns that hold cells."""

    rows: int
    columns: int

    @property
    def fits(self) -> bool:
        """Whether such a page is read."""
        return self.rows <= MOST_ROWS and self.columns <= MOST_COLUMNS and self.rows * self.columns <= MOST_CELLS


def error_fault(shown: str) -> Fault:
    """What stands for a cell that shows an error of the spreadsheet."""
    shown = shown or "an error"
    return Fault(shown, f"The cell shows {shown}.", "a value", "Correct its formula, or leave the cell blank.")


def quick_extent(chunks: Iterator[bytes]) -> Extent | None:
    """The extent of a page that is written as usual, without errors and formulas; None for one to be parsed.

    `chunks` end where a tag does. It takes a third of the time of parsing.
    """
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    end = b""
    for index, chunk in enumerate(chunks):
        if any(mark in chunk for mark in _UNUSUAL) or (not index and b"<worksheet" not in chunk):
            return None
        cells = _ROW.findall(chunk)
        if len(cells) != len(_CELL.findall(chunk)):
            return None
        end = (end + chunk)[-100:]
        rows.update(cells)
        columns.update(_COLUMN.findall(chunk))
    if not end.rstrip().endswith(b"</worksheet>"):
        return None
    last = max((_index(letters.decode()) for letters in columns), default=-1)
    extent = Extent(max(map(int, rows), default=0), last + 1)
    return extent if extent.fits else None  # blank cells that only have a format may be among them


def scanned(chunks: Iterator[bytes], unreckoned: bool) -> tuple[Extent, Faults]:
    """The extent of a page's filled cells, and its faults; raises ValueError where it is no such XML.

    `unreckoned`: the workbook itself says that its formulas have yet to be reckoned.
    """
    scan = _Scan(unreckoned)
    parse(chunks, scan.start, scan.end, scan.text)
    return Extent(scan.rows, scan.columns), scan.faults


def parse(
    chunks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> None:
    """Parses XML; the names of tags come without prefix. Raises ValueError, also for what workbooks never have."""
    from xml.parsers import expat

    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("a workbook has no such thing")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartCdataSectionHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def _index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


@define
class _Scan:
    unreckoned: bool
    rows: int = 0
    columns: int = 0
    faults: dict[int, dict[int, Fault]] = field(factory=dict)
    _row: int = 0
    _column: int = -1
    _kind: str = ""
    _filled: bool = False
    _formula: bool = False
    _value: list[str] | None = None
    _shown: str = ""
    _count: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin(attributes)
        elif tag == "v":
            self._value = []
            self._filled = True
        elif tag == "f":
            self._formula = self._filled = True
        elif tag == "is":
            self._filled = True
        elif tag == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given else self._row + 1
            self._column = -1

    def _begin(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(given)
            if match is None:
                raise ValueError(given)
            self._column, self._row = _index(match[1]), int(match[2])
        self._kind = attributes.get("t", "n")
        self._filled, self._formula, self._value, self._shown = False, False, None, ""

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def end(self, tag: str) -> None:
        if tag == "v" and self._value is not None:
            self._shown, self._value = "".join(self._value), None
        elif tag == "c" and self._filled:
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column + 1)
            if self._kind == "e":
                self._note(error_fault(self._shown))
            elif self._formula and (self.unreckoned or (not self._shown and self._kind != "str")):
                self._note(UNRECKONED)

    def _note(self, fault: Fault) -> None:
        self._count += 1
        if self._count > _MOST_FAULTS:
            raise ValueError("too many faults")
        self.faults.setdefault(self._row, {})[self._column] = fault
