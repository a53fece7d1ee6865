"""File names of pages: safe on every file system, bounded, and different for different people and periods."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9-]")
_LONGEST = 64
_DIGITS = 12


def page_name(employee: str, period: str) -> str:
    """The name of a person's page, such as 'E001__2024-03.html'.

    What is neither a letter, a digit nor '-' is written as its bytes in hexadecimal ('_20' for a space). Since some
    file systems take 'a1' and 'A1' for one name, a part with small letters ends in a digest of its exact form; so
    does one that had to be cut.
    """
    return f"{_part(employee)}__{_part(period)}.html"


def _part(text: str) -> str:
    plain = "".join(
        letter if _PLAIN.fullmatch(letter) else "".join(f"_{byte:02x}" for byte in _bytes(letter)) for letter in text
    )
    if len(plain) <= _LONGEST and not any("a" <= letter <= "z" for letter in text):
        return plain
    return f"{plain[:_LONGEST]}-{hashlib.sha256(_bytes(text)).hexdigest()[:_DIGITS]}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
