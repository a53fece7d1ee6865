"""What a file is by its first bytes, where its ending says otherwise."""

from __future__ import annotations

_SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a file compressed with gzip"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def looks_like(head: bytes) -> str | None:
    """In words, the format that these first bytes belong to; None where they tell nothing."""
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            return words
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        return "a page of HTML or XML"
    return None


def way_out(head: bytes, ending: str) -> str:
    """What to do with a file of this format that bears the ending of another."""
    if head.startswith(_WORKBOOKS):
        return f"Open it in Excel and save it as .xlsx, or the page as CSV under a name that ends in {ending}."
    if head.startswith(b"PAR1"):
        return "Rename the file so that it ends in .parquet."
    if head.startswith(b"\x1f\x8b"):
        return "Unpack it first."
    return f"Save the figures as {ending} and give that file."
