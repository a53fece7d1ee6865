"""Opens a workbook's package, a zip of XML parts, within bounds, and finds what can not be told from its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from kpicore.errors import DataError
from kpicore.io.pagescan import MOST_CELLS, Faults, parse, quick_extent, scanned
from kpicore.io.signature import looks_like
from kpicore.io.table import MOST_COLUMNS
from kpicore.problem import Place, Problem

if TYPE_CHECKING:
    from zipfile import ZipFile

MOST_BYTES = 200_000_000
"""The largest file that is opened."""

MOST_UNPACKED = 1_000_000_000
"""The most bytes that it may unpack to."""

_MOST_RATIO, _RATIO_FROM = 200, 50_000_000
_CHUNK = 1 << 22
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"


@define(eq=False)
class Package:
    """An open package. `pages` are its parts by the page's name; `unreckoned`: it asks to be reckoned anew."""

    path: Path
    archive: ZipFile
    pages: Mapping[str, str] = field(factory=dict)
    unreckoned: bool = False

    def faults(self, page: str) -> Faults:
        """What is wrong with a page's cells; raises DataError where the page is damaged or too large."""
        part = self.pages.get(page)
        if part is None:
            raise damaged(self.path, page)
        found = quick_extent(self._chunks(part))
        faults: Faults = {}
        if found is None:
            try:
                found, faults = scanned(self._chunks(part), self.unreckoned)
            except ValueError as error:
                raise damaged(self.path, page) from error
        if not found.fits:
            message = f"The page has cells down to row {found.rows:,}, in {found.columns:,} columns."
            hint = (
                f"A table of figures has at most {MOST_COLUMNS:,} columns, and a page {MOST_CELLS:,} cells. "
                "Delete what stands far away from it."
            )
            raise refused(self.path, "too_large", message, hint, page)
        return faults

    def check(self, part: str) -> None:
        """Unpacks a part, to see that it is as large as it says, and written as workbooks are."""
        for chunk in self._chunks(part):
            if b"<![CDATA[" in chunk:  # texts in it would be read as blank
                raise damaged(self.path)

    def _chunks(self, part: str) -> Iterator[bytes]:
        """A part in pieces that end where a tag does."""
        import zlib
        from zipfile import BadZipFile

        rest = b""
        try:
            with self.archive.open(part) as handle:
                while chunk := handle.read(_CHUNK):
                    whole, bracket, after = (rest + chunk).rpartition(b">")
                    rest = after
                    if bracket:
                        yield whole + bracket
                    elif len(rest) > _CHUNK * 8:
                        raise damaged(self.path)
                yield rest
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
            raise damaged(self.path) from error


def open_package(path: Path) -> Package:
    """The package of a workbook; raises DataError where the file is none, is locked, damaged or too large."""
    from zipfile import BadZipFile, ZipFile

    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(512)
    if not head:
        raise refused(path, "empty_file", "The file is empty.", "It needs a header and a row for each person.")
    if size > MOST_BYTES:
        hint = f"At most {MOST_BYTES:,} are read. Save the figures alone, or as CSV."
        raise refused(path, "too_large", f"The file has {size:,} bytes.", hint)
    if not head.startswith(_ZIP):
        raise _not_zip(path, head)
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise damaged(path) from error
    package = Package(path, archive)
    _bounded(package)
    names = set(archive.namelist())
    if _BOOK not in names or _RELATIONS not in names:
        raise refused(path, "wrong_format", f"This is not an Excel workbook: it looks like {_other(names)}.", _WAY)
    for name in names:
        if name.endswith((".xml", ".rels")) and name.startswith("xl/") and "/worksheets/" not in name:
            package.check(name)
    _read_book(package, names)
    return package


_WAY = "Open it and save it as .xlsx, or save the figures as CSV UTF-8."


def refused(path: Path, code: str, message: str, hint: str = "", page: str | None = None) -> DataError:
    """A workbook, or a page of it, that can not be read."""
    problem = Problem(code, message, place=Place(str(path), page=page), hint=hint)
    return DataError(str(problem), [problem])


def damaged(path: Path, page: str | None = None) -> DataError:
    """A workbook, or a page of it, that breaks off or contradicts itself."""
    message = "The workbook is damaged, or written in a way that is not read."
    return refused(path, "wrong_format", message, "Open it in Excel and save it again.", page)


def _not_zip(path: Path, head: bytes) -> DataError:
    if head.startswith(_OLD):
        if _LOCKED in path.read_bytes():
            message = "The workbook is locked with a password."
            return refused(path, "locked_file", message, "Take the password away in Excel and save it.")
        return refused(path, "wrong_format", "This is an old Excel workbook (.xls) under another name.", _WAY)
    found = looks_like(head) or ("a text, such as a CSV" if b"\0" not in head else "something else")
    message = f"This is not an Excel workbook: it looks like {found}."
    return refused(path, "wrong_format", message, "Rename it to what it is, or save the figures as .xlsx.")


def _other(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb)"
    if "word/document.xml" in names:
        return "a Word document"
    return "an OpenDocument file" if "content.xml" in names else "another zip archive"


def _bounded(package: Package) -> None:
    entries = package.archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    swollen = unpacked > _RATIO_FROM and unpacked > packed * _MOST_RATIO
    if unpacked > MOST_UNPACKED or swollen:
        message = f"The file would unpack to {unpacked:,} bytes."
        raise refused(package.path, "too_large", message, "Save the figures alone in a new workbook, or as CSV.")
    if any(entry.flag_bits & 1 for entry in entries):
        message = "The workbook is locked with a password."
        raise refused(package.path, "locked_file", message, "Take the password away and save it.")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise damaged(package.path)


def _read_book(package: Package, names: set[str]) -> None:
    """The part of each page, and whether the formulas' values are to be trusted."""
    relations: dict[str, str] = {}
    pages: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            target = target[1:] if target.startswith("/xl/") else target
            relations[attributes.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"

    def book(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            if relations.get(link) in names:
                pages[attributes.get("name", "")] = relations[link]
        elif tag == "calcPr":
            package.unreckoned = attributes.get("fullCalcOnLoad", "0") in ("1", "true")

    try:
        parse(package._chunks(_RELATIONS), relation)
        parse(package._chunks(_BOOK), book)
    except ValueError as error:
        raise damaged(package.path) from error
    package.pages = pages
