"""The pages of docs/: their Python is run, their hooks are those of the code."""

import inspect
import re
import sys
import types
from pathlib import Path

import pytest

from kpicore.hookspecs import HOOKS, Hooks

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?:[ ]([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"in the file `([^`]+)`:\n\n\Z")


def blocks(page: Path) -> list[tuple[str, str, int, str]]:
    """The fenced blocks of a page: language, text, line, and the file that the sentence before names, or ''."""
    text = page.read_text("utf-8")
    found = []
    for match in BLOCK.finditer(text):
        named = FILE.search(text[: match.start()])
        line = text.count("\n", 0, match.start()) + 2
        found.append((match[1], match[3], line, named[1] if named else ""))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in one directory. A block behind '... in the file `name`:' is written to that file first."""
    monkeypatch.chdir(tmp_path)
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    for language, text, line, file in blocks(page):
        if file:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(text, "utf-8")
        elif language == "python":
            # Blank lines before it, so that a failure names the line of the page.
            exec(compile("\n" * (line - 1) + text, str(page), "exec"), vars(module))


def test_the_pages_have_python_to_run() -> None:
    counts = {page.name: sum(language == "python" for language, *_ in blocks(page)) for page in PAGES}
    assert counts["plugins.md"] >= 1
    assert counts["embedding.md"] >= 8


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_stands_in_the_docs_with_its_signature(hook: str) -> None:
    text = (DOCS / "plugins.md").read_text("utf-8")
    section = text.partition(f"\n### {hook}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    shown = BLOCK.search(section)
    assert shown is not None, f"docs/plugins.md has no section '### {hook}' with a block"
    signature = inspect.signature(getattr(Hooks, hook))
    own = [parameter for name, parameter in signature.parameters.items() if name != "self"]
    assert shown[3].strip() == f"{hook}{signature.replace(parameters=own)}".replace("'", "")


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
