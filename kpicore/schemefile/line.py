"""The line of every key of a TOML text, by tree-sitter: only loaded when there is something to place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

KeyPath = tuple[str | int, ...]
_DEEPEST = 12
"""No key that a scheme knows lies deeper; a hostile text may nest further."""
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Line (from 1) by key path. Rows of lists are numbered from 0, as in the tables that a parser gives."""
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode("utf-8", "replace"))
    lines: dict[KeyPath, int] = {}
    rows: dict[KeyPath, int] = {}
    for node in tree.root_node.named_children:
        if node.type == "pair":
            _pairs([((), node)], lines)
        elif node.type in ("table", "table_array_element"):
            _table(node, lines, rows)
    return lines


def _table(node: Node, lines: dict[KeyPath, int], rows: dict[KeyPath, int]) -> None:
    """A `[table]` or a row of `[[tables]]` with its pairs. `rows` counts the rows of each list of tables."""
    parts = node.named_children
    if not parts:
        return
    line = node.start_point[0] + 1
    path: KeyPath = ()
    names = _names(parts[0])[:_DEEPEST]
    for place, name in enumerate(names):
        path = (*path, name)
        lines.setdefault(path, line)
        last = place == len(names) - 1
        if last and node.type == "table_array_element":
            rows[path] = rows.get(path, -1) + 1
        if path in rows:
            path = (*path, rows[path])
            lines.setdefault(path, line)
    _pairs([(path, part) for part in parts[1:] if part.type == "pair"], lines)


def _pairs(waiting: list[tuple[KeyPath, Node]], lines: dict[KeyPath, int]) -> None:
    """Without recursion, and no deeper than any key of a scheme lies."""
    while waiting:
        path, pair = waiting.pop()
        parts = [part for part in pair.named_children if part.type not in ("comment", "ERROR")]
        if not parts:
            continue
        for name in _names(parts[0])[: _DEEPEST - len(path)]:
            path = (*path, name)
            lines.setdefault(path, pair.start_point[0] + 1)
        if len(path) >= _DEEPEST:
            continue
        values = [(path, part) for part in parts[1:]]
        while values:
            where, value = values.pop()
            inside = value.named_children
            if value.type == "inline_table":
                waiting.extend((where, part) for part in inside if part.type == "pair")
            elif value.type == "array" and len(where) < _DEEPEST:
                items = [part for part in inside if part.type not in ("comment", "ERROR")]
                for number, item in enumerate(items):
                    lines.setdefault((*where, number), item.start_point[0] + 1)
                    values.append(((*where, number), item))


def _names(key: Node) -> list[str]:
    """The parts of a key, first to last: a dotted key is a tree that leans to the left."""
    found: list[str] = []
    waiting = [key]
    while waiting:
        node = waiting.pop()
        if node.type == "dotted_key":
            waiting.extend(node.named_children)
            continue
        text = (node.text or b"").decode("utf-8", "replace")
        if node.type == "quoted_key":
            text = text[1:-1] if text[:1] == "'" else _ESCAPE.sub(_unescaped, text[1:-1])
        found.append(text)
    return found[::-1]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}.get(match[3], match[3])
