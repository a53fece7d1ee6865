"""`kpicore test`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.formula.node import ONE, Node
from kpicore.protocols import Frame
from kpicore.rules import Straight

Run = Callable[..., Result]


def spoil(old: str, new: str) -> None:
    path = Path("counter.cases.toml")
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_scheme_that_keeps_to_its_cases(run: Run) -> None:
    result = run("test", "counter.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "shop/counter 2024.1: 3 cases by hand, 82 at breaks: all as expected\n"


def test_in_chinese(run: Run) -> None:
    result = run("test", "counter.toml", "--lang", "zh")
    assert result.stdout == "shop/counter 2024.1：3 个手写案例、82 个分档边界案例：全部符合预期\n"


def test_without_a_scheme_all_are_tried(run: Run) -> None:
    result = run("test")
    assert result.exit_code == 0
    assert "ecommerce/agent-indicators 2016.1: " in result.stdout
    assert "ecommerce/agent-monthly 2016.1: " in result.stdout


def test_several_schemes(run: Run) -> None:
    lines = run("test", "counter.toml", "ecommerce/agent-monthly").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["shop/counter", "ecommerce/agent-monthly"]


def test_the_cases_with_their_sentences(run: Run) -> None:
    assert run("test", "counter.toml", "-v").stdout.splitlines()[1:] == [
        "  a good month: Everything is good.",
        "  nobody came: Without visitors the conversion is left out.",
        "  another line",
    ]


def test_a_case_that_comes_out_otherwise(run: Run) -> None:
    spoil('total = "94.50"', 'total = "94.00"')
    spoil('points = ""', 'points = "0.00"')
    result = run("test", "counter.toml")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "shop/counter 2024.1: 3 cases by hand, 82 at breaks: 2 NOT as expected",
        "  counter.cases.toml:14: a good month: Everything is good.",
        "    total: expected 94.00, got 94.50",
        "  counter.cases.toml:22: nobody came: Without visitors the conversion is left out.",
        "    conversion.points: expected 0.00, got blank",
    ]


def test_as_json(run: Run) -> None:
    spoil('total = "94.50"', 'total = "94.00"')
    result = run("test", "counter.toml", "--json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)
    assert (found["id"], found["version"], found["passed"], found["at_breaks"]) == ("shop/counter", "2024.1", False, 82)
    assert found["cases"][0] == {
        "name": "a good month",
        "says": {"zh": "样样都好", "en": "Everything is good."},
        "differences": [{"name": "total", "expected": "94.00", "got": "94.50"}],
    }
    assert (found["own"], found["unplaced"], found["failures"], found["problems"]) == (0, 0, [], [])


def test_a_scheme_without_a_file_of_cases(run: Run) -> None:
    Path("counter.cases.toml").unlink()
    result = run("test", "counter.toml")
    assert result.exit_code == 0
    assert result.stdout == "shop/counter 2024.1: no file of cases, 82 at breaks: all as expected\n"
    assert json.loads(run("test", "counter.toml", "--json").stdout)[0]["cases"] is None


def test_a_file_of_cases_with_mistakes(run: Run) -> None:
    spoil("visitors = 100", "visitor = 100")
    result = run("test", "counter.toml")
    assert result.exit_code == 1
    assert "counter.cases.toml:3: base.visitor: The scheme has no fact 'visitor'." in result.stderr
    assert "Did you mean 'visitors'?" in result.stderr


def test_an_unknown_scheme_does_not_stop_the_others(run: Run) -> None:
    result = run("test", "nowhere/at-all", "counter.toml")
    assert result.exit_code == 2
    assert "There is no scheme 'nowhere/at-all'." in result.stderr
    assert "all as expected" in result.stdout


def test_generated_cases_that_come_out_otherwise(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Straight.lower

    def lower(self: Straight, measure: Node, frame: Frame) -> Node:
        node = honest(self, measure, frame)
        assert isinstance(node, OnCurve)
        return OnCurve(node.arg, Curve((Piece(ONE, high=ONE), *node.curve.pieces)))

    monkeypatch.setattr(Straight, "lower", lower)
    result = run("test", "counter.toml")
    assert result.exit_code == 1
    assert "NOT as expected" in result.stdout
    assert "  manner_rule at 0.00 in 2025-01: manner = 0, trained = yes" in result.stdout
    assert "    manner_rule.points: expected 0.00, got 1.00" in result.stdout


def test_places_that_could_not_be_tried_are_told_in_a_sentence(run: Run) -> None:
    english = run("test", "auto/service-advisor", "--lang", "en").stdout
    assert "3 more could not be tried, for no figures were found that give just that value" in english
    assert "另有 3 处未能试算（没有数据恰好得出该值）" in run("test", "auto/service-advisor", "--lang", "zh").stdout
