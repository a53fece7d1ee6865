"""Indicators taken from registered schemes: by which version, what the hash covers, what is shown, and that they are
reckoned as if they were written out."""

from __future__ import annotations

import json
import pickle
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.dice import Rolled
from support.populations import Example, example, frame_of, sound
from support.scheme_text import text_of

import kpicore
from kpicore.errors import SchemeError
from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl
from kpicore.loaded import LoadedScheme
from kpicore.registry import Registry
from kpicore.show.data import sheet_data, sheet_text

LIBRARY = """\
id = "own/library"
version = "VERSION"
effective = EFFECTIVE
periods = ["month"]
[facts]
done = { kind = "count", title = "Done" }
planned = { kind = "count" }
[params]
good = { value = GOOD, kind = "ratio" }
[[indicator]]
id = "rate"
title = { zh = "率", en = "Rate" }
weight = 20
measure = "done / planned"
kind = "ratio"
rule = { kind = "bands", bands = [{ from = "good", points = 20 }, { otherwise = true, points = 5 }] }
"""
MINE = """\
id = "my/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]
[[indicator]]
id = "visits"
from = "own/library"
take = "rate"
"""


class Brings:
    def __init__(self, folder: Path, prefix: str = "own") -> None:
        self.folder, self.prefix = folder, prefix

    @hookimpl
    def register_schemes(self) -> list[object]:
        return [SchemeFolder(self.folder, self.prefix)]


def registry(folder: Path, **versions: tuple[str, str]) -> Registry:
    """One with the library in these versions: the day from which each is in force, and its parameter."""
    (folder / "own").mkdir(exist_ok=True)
    for name, (effective, good) in versions.items():
        text = LIBRARY.replace("VERSION", name).replace("EFFECTIVE", effective).replace("GOOD", good)
        (folder / "own" / f"library@{name}.toml").write_text(text, "utf-8")
    return kpicore.load(plugins=[Brings(folder / "own")])


def mine(folder: Path, *, scheme: str = "own/library", text: str = MINE, **versions: tuple[str, str]) -> LoadedScheme:
    path = folder / "mine.toml"
    path.write_text(text.replace("own/library", scheme), "utf-8")
    return registry(folder, **versions).scheme(str(path))


def scored(scheme: LoadedScheme) -> Any:
    return scheme.score({"done": 8, "planned": 10}, employee="E1", period="2024-03")


BOTH = {"old": ("2022-01-01", "0.8"), "new": ("2023-01-01", "0.9")}


@pytest.mark.parametrize(
    ("scheme", "points", "version"),
    [("own/library", "5.00", "new"), ("own/library@new", "5.00", "new"), ("own/library@old", "20.00", "old")],
)
def test_a_scheme_is_found_as_extends_finds_its_base(tmp_path: Path, scheme: str, points: str, version: str) -> None:
    found = mine(tmp_path, scheme=scheme, **BOTH)
    assert str(scored(found).indicators["visits"].points) == points
    assert found.newest.model.indicators[0].taken[0].version == version


@pytest.mark.parametrize(
    ("scheme", "said"),
    [("own/librari", "Did you mean 'own/library'"), ("own/library@3", "has no version '3'")],
)
def test_a_scheme_that_is_not_there_is_told_with_a_near_one(tmp_path: Path, scheme: str, said: str) -> None:
    with pytest.raises(SchemeError, match=rf"mine\.toml:7: indicator\.visits\.from: .*{said}"):
        mine(tmp_path, scheme=scheme, **BOTH)


def test_the_hash_is_that_of_what_is_taken_in(tmp_path: Path) -> None:
    first = scored(mine(tmp_path, only=("2022-01-01", "0.8"))).hash
    assert scored(mine(tmp_path, only=("2022-01-01", "0.80"))).hash == first
    assert scored(mine(tmp_path, only=("2022-02-02", "0.8"))).hash == first  # of the library only what is taken counts
    assert scored(mine(tmp_path, only=("2022-01-01", "0.81"))).hash != first
    out = MINE.replace('from = "own/library"\ntake = "rate"\n', LIBRARY[LIBRARY.index("title = { zh") :])
    facts = LIBRARY[LIBRARY.index("[facts]") : LIBRARY.index("[[indicator]]")].replace("GOOD", "0.8")
    whole = mine(tmp_path, text=out.replace("[[indicator]]", facts + "[[indicator]]"))
    assert scored(whole).hash == first
    assert whole.newest.model.indicators[0].taken == ()


def test_what_a_pickled_scheme_shows_says_from_where_it_was_taken(tmp_path: Path) -> None:
    found: LoadedScheme = pickle.loads(pickle.dumps(mine(tmp_path, only=("2022-01-01", "0.8"))))
    assert scored(found).total == Decimal(20)
    data = sheet_data(found.newest)
    step = {"scheme": "own/library", "version": "only", "indicator": "rate"}
    assert json.loads(json.dumps(data))["indicators"][0]["taken"] == [step]
    lines = [line.strip() for line in sheet_text(data, "en").splitlines()]
    assert lines[lines.index("Rate  visits  20 marks") + 1] == "taken from own/library only: rate"
    assert "    取自 own/library only：rate\n" in sheet_text(data, "zh")


def test_each_step_of_a_longer_way_is_shown(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "middle.toml").write_text(MINE.replace("my/sheet", "own/middle"), "utf-8")
    text = MINE.replace('"own/library"\ntake = "rate"', '"own/middle"')
    found = mine(tmp_path, text=text, only=("2022-01-01", "0.8"))
    lines = [line.strip() for line in sheet_text(sheet_data(found.newest), "en").splitlines()]
    start = lines.index("Rate  visits  20 marks")
    assert lines[start + 1 : start + 3] == [
        "taken from own/middle 1: visits",
        "there taken from own/library only: rate",
    ]


def test_an_own_indicator_says_nothing_of_it(tmp_path: Path) -> None:
    data = sheet_data(registry(tmp_path, only=("2022-01-01", "0.8")).scheme("own/library").newest)
    assert data["indicators"][0]["taken"] == []
    assert "taken" not in sheet_text(data, "en")


def taking(table: dict[str, Any]) -> dict[str, Any]:
    """The scheme that takes each of its indicators from this one, and declares only what those do not name."""
    found = {**table, "id": "my/sheet"}
    found["indicator"] = [
        {"id": line["id"], "from": "made/up"} | ({"group": line["group"]} if "group" in line else {})
        for line in table["indicator"]
    ]
    lines, rest = repr(table["indicator"]), repr([table.get(name) for name in ("gate", "grade", "pay", "group")])

    def named(name: str, text: str) -> bool:
        return re.search(rf"\b{name}\b", text) is not None

    for section in ("facts", "params", "seasons"):
        kept = {
            name: spec for name, spec in table.get(section, {}).items() if named(name, rest) or not named(name, lines)
        }
        found.pop(section, None)
        if kept:
            found = {section: kept, **found}
    return found


def flat(scheme: LoadedScheme, made: Example) -> list[dict[str, Any]]:
    rows = scheme.score_many(frame_of(made.rows).to_dicts(), params=made.params)
    return [{name: v for name, v in row.flat().items() if name not in ("hash", "scheme")} for row in rows]


def test_a_made_up_scheme_is_reckoned_the_same_where_all_of_it_is_taken(tmp_path: Path) -> None:
    tried = 0
    for seed in range(80):
        made = example(Rolled(f"taken/{seed}"))
        if made.later is not None or made.settings is not None or not made.table.get("indicator") or not sound(made):
            continue
        folder = tmp_path / str(seed) / "made"
        folder.mkdir(parents=True)
        (folder / "up.toml").write_text(text_of(made.table), "utf-8")
        path = folder.parent / "mine.toml"
        path.write_text(text_of(taking(made.table)), "utf-8")
        found = kpicore.load(plugins=[Brings(folder, "made")])
        assert flat(found.scheme(str(path)), made) == flat(found.scheme("made/up"), made), f"taken/{seed}"
        tried += 1
    assert tried > 20
