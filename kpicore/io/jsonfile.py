"""Writes results as JSON, one object a line, in an array or bare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from attrs import frozen

from kpicore.io.protocol import WriteContext
from kpicore.result import Result


@frozen
class JsonWriter:
    """The writer of .json: an array, with a line for each result."""

    suffixes: tuple[str, ...] = (".json",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes the results as they come."""
        before = b"[\n"
        for result in results:
            target.write(before + result.to_json().encode())
            before = b",\n"
        target.write(b"[]\n" if before == b"[\n" else b"\n]\n")


@frozen
class JsonLinesWriter:
    """The writer of .jsonl: a line for each result."""

    suffixes: tuple[str, ...] = (".jsonl",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes the results as they come."""
        for result in results:
            target.write(result.to_json().encode() + b"\n")
