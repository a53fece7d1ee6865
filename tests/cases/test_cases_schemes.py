"""Every shipped scheme, tried by its worked cases and by those made from it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from kpicore.cli.test import tried
from kpicore.registry import Registry, load

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(path.stem for path in (ROOT / "plugins").glob("[a-z]*.py"))


def shipped() -> Registry:
    """kpicore's own plugins alone, whatever else is installed."""
    return load(plugins=[importlib.import_module(f"kpicore.plugins.{name}") for name in PLUGINS], entry_points=False)


REGISTRY = shipped()


@pytest.mark.parametrize("id_", [entry.id for entry in REGISTRY.schemes()])
def test_a_scheme_keeps_to_its_cases(id_: str) -> None:
    for report in tried(REGISTRY.scheme(id_)):
        assert report.problems == ()
        assert report.failures == ()
        assert report.cases, "no worked case stands beside the scheme"
        assert [(outcome.case.name, outcome.differences) for outcome in report.cases if outcome.differences] == []
        assert report.own == 0


def test_there_are_schemes() -> None:
    assert len(REGISTRY.schemes()) >= 2
