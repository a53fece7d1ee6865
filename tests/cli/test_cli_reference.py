"""The reference of the commands."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import pytest

from kpicore.cli.main import COMMANDS
from kpicore.cli.reference import reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == reference(), "run: python docs/generate.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_in_it_with_its_help(name: str) -> None:
    section = reference().partition(f"\n## kpicore {name}\n")[2].partition("\n## ")[0]
    command = import_module(COMMANDS[name][0]).command
    for param in command.params:
        assert isinstance(param, click.Argument) or param.help
        if isinstance(param, click.Option):
            assert all(f"{option}" in section for option in param.opts)
