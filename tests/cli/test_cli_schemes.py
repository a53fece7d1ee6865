"""`kpicore schemes`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import Result

from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl
from kpicore.registry import Registry, load

Run = Callable[..., Result]


class Shop:
    """A plugin with the schemes of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @hookimpl
    def register_schemes(self) -> list[SchemeFolder]:
        return [SchemeFolder(self.folder, "shop")]


@pytest.fixture
def shop(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a plugin's schemes, with the counter in it; the command finds no other."""
    folder = place / "shop"
    folder.mkdir()
    text = (place / "counter.toml").read_text("utf-8")
    (folder / "counter.toml").write_text(text, "utf-8")

    def load_() -> Registry:
        return load(plugins=[import_module("kpicore.plugins.standard"), Shop(folder)], entry_points=False)

    monkeypatch.setattr("kpicore.cli.open.load", load_)
    return folder


def version(shop: Path, name: str, effective: str) -> None:
    text = (shop / "counter.toml").read_text("utf-8")
    text = text.replace('version = "2024.1"', f'version = "{name}"').replace("2024-01-01", effective)
    (shop / f"counter@{name}.toml").write_text(text, "utf-8")


def test_the_shipped_schemes_are_listed(run: Run) -> None:
    result = run("schemes")
    assert result.exit_code == 0 and result.stderr == ""
    row = r"ecommerce/agent-indicators +2016\.1 +ecommerce +e-commerce +month +Service agent indicators"
    assert re.search(row, result.stdout)
    assert re.search(
        r"ecommerce/agent-indicators +2016\.1 +ecommerce +电子商务 +月 +客服指标绩效考核",
        run("schemes", "--lang", "zh").stdout,
    )


def test_the_columns_stand_below_one_another(run: Run, shop: Path) -> None:
    version(shop, "9999.1", "9000-01-01")
    assert run("schemes").stdout.splitlines() == [
        "id            version               plugin  industry  periods  title",
        "shop/counter  2024.1 (also 9999.1)  Shop    retail    month    Counter",
    ]
    assert run("schemes", "--lang", "zh").stdout.splitlines() == [
        "编号          版本                   插件  行业    周期  名称",
        "shop/counter  2024.1（另有 9999.1）  Shop  retail  月    柜台",
    ]


def test_as_json(run: Run, shop: Path) -> None:
    version(shop, "2020.1", "2020-01-01")
    assert json.loads(run("schemes", "--json").stdout) == [
        {
            "id": "shop/counter",
            "version": "2024.1",
            "versions": [
                {"version": "2020.1", "effective": "2020-01-01"},
                {"version": "2024.1", "effective": "2024-01-01"},
            ],
            "plugin": "Shop",
            "industry": "retail",
            "periods": ["month"],
            "title": "Counter",
        }
    ]


def test_a_scheme_that_is_not_in_force_yet(run: Run, shop: Path) -> None:
    text = (shop / "counter.toml").read_text("utf-8").replace("effective = 2024-01-01", "effective = 9000-01-01")
    (shop / "counter.toml").write_text(text, "utf-8")
    assert "2024.1 (from 9000-01-01)" in run("schemes").stdout
    assert json.loads(run("schemes", "--json").stdout)[0]["version"] is None


def test_a_scheme_that_can_not_be_read_is_told_of_and_the_others_listed(run: Run, shop: Path) -> None:
    (shop / "broken.toml").write_text('id = "shop/broken"\n', "utf-8")
    result = run("schemes")
    assert result.exit_code == 0
    assert "broken.toml:1: version: 'version' is missing" in result.stderr
    assert "shop/counter" in result.stdout and "shop/broken" not in result.stdout
