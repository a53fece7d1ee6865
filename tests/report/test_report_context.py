"""What templates are given: documented field by field, and all that the pages use."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from jinja2 import meta, nodes

from kpicore.folder import TemplateFolder
from kpicore.report.environment import Environment
from kpicore.report.field import HELP
from kpicore.report.reference import TOP, classes, templates_page

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_every_field_says_what_it_holds(cls: type) -> None:
    assert cls.__doc__ and not cls.__doc__.startswith("Method generated")
    for attribute in attrs.fields(cls):
        assert attribute.metadata[HELP].strip(), attribute.name


def test_the_documentation_is_that_of_the_code() -> None:
    assert (ROOT / "docs" / "templates.md").read_text("utf-8") == templates_page(), "run: python docs/generate.py"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_only_names_that_are_told_of(path: Path) -> None:
    """Fields are watched while the pages are rendered: another one is an error (see the tests of templates)."""
    environment = Environment()
    tree = environment.parse(path.read_text("utf-8"))
    inherited = {"charts", "parts", "listed"} if next(tree.find_all(nodes.Extends), None) is not None else set()
    loops = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    loops |= {macro.name for macro in tree.find_all(nodes.Macro)}
    assert meta.find_undeclared_variables(tree) <= TOP.keys() | inherited | loops


@pytest.mark.parametrize(("name", "after"), [("person", "In each block"), ("index", "Templates are rendered")])
def test_the_blocks_that_are_told_of_are_those_of_the_page(name: str, after: str) -> None:
    page = (ROOT / "templates" / "base" / f"{name}.html.j2").read_text("utf-8")
    frame = (ROOT / "templates" / "base" / "base.html.j2").read_text("utf-8")
    blocks = {block.name for text in (page, frame) for block in Environment().parse(text).find_all(nodes.Block)}
    told = templates_page().partition(f"The blocks of `base/{name}.html.j2`")[2].partition(after)[0]
    named = set(told.replace("`", " ").replace(",", " ").replace("(", " ").replace(")", " ").split())
    assert blocks - {"body", "kind"} <= named


def test_the_folder_of_the_base_is_the_one_that_its_plugin_registers() -> None:
    from kpicore.plugins import standard

    (folder,) = standard.register_templates()
    assert isinstance(folder, TemplateFolder)
    assert (folder.root / "person.html.j2").is_file() and folder.prefix == "base"
