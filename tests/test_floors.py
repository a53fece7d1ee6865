"""The floors: a file imports only from its own floor or below, in no circle, and stays within a few screens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS: list[set[str]] = [
    {"errors", "problem", "decimals", "recent", "beside", "query"},
    {"period", "stretch", "curve", "formula", "figure", "text", "form", "history", "occasion"},
    {"protocols", "model", "partspec", "ladderspec", "season", "cells", "rules", "row", "vocabulary", "params"}
    | {"columns", "adjustment"},
    {"schemefile", "sheet", "ladder", "crossing", "rating", "rolled"},
    {"engines"},
    {"result", "blame", "past", "crowd", "score", "population", "explain", "wording", "messages", "schema"}
    | {"decision", "needed", "cycles"},
    {"io", "report", "cases", "show", "sample", "calendar", "draw", "check"},
    {"hookspecs", "plugin", "folder", "catalogue", "identity", "version", "recall", "registry", "loaded", "tables"}
    | {"run", "mapping", "bulk", "settled", "bytable", "shape", "batches", "parcels", "stages", "reach", "telling"}
    | {"climb", "fileform", "appraised", "allowance", "shorts", "next_step", "advised", "comparison"}
    | {"cli", "__init__"},
]
MOST_LINES, MOST_FUNCTION_LINES = 420, 65
MODULES = sorted((ROOT / "kpicore").rglob("*.py"))


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def floor(module: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if room(module) in rooms:
            return number
    raise AssertionError(f"{module} stands on no floor: give it one in {Path(__file__).name}")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """The modules of kpicore that are imported, at the top or inside functions; not those for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kpicore"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("kpicore"))
        else:
            yield from imports(node, known)


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    known = {name_of(path) for path in MODULES}
    found = {}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found[name_of(path)] = {name for name in imports(tree, known) if name != name_of(path)}
    return found


def test_imports_go_down(graph: dict[str, set[str]]) -> None:
    upward = [
        f"{module} (floor {floor(module)}) imports {other} (floor {floor(other)})"
        for module, others in graph.items()
        for other in others
        if floor(other) > floor(module) and module != "kpicore"
    ]
    assert upward == []


def test_imports_run_in_no_circle(graph: dict[str, set[str]]) -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done or module not in graph:
            return
        for other in sorted(graph[module]):
            visit(other, (*path, module))
        done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_the_core_knows_no_scheme_and_no_industry() -> None:
    industries = {path.name for path in (ROOT / "schemes").iterdir() if path.is_dir()} - {"__pycache__"}
    assert "ecommerce" in industries
    pattern = re.compile(rf"\b({'|'.join(sorted(industries))})/|plugins\.({'|'.join(sorted(industries))})\b")
    named = [name_of(path) for path in MODULES if pattern.search(path.read_text(encoding="utf-8"))]
    assert named == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_fits_on_a_few_screens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []
