"""Arguments and options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def default_language() -> str:
    """zh where the environment's locale is Chinese, else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "en"


def lang(command: F) -> F:
    """--lang."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["zh", "en"]),
        default=default_language,
        show_default="the environment's",
        help="The language of titles and sentences.",
    )(command)


def scheme(command: F) -> F:
    """SCHEME."""
    return click.argument("scheme")(command)


def data(command: F) -> F:
    """DATA..."""
    return click.argument("data", nargs=-1, required=True, type=click.Path())(command)


def version(command: F) -> F:
    """--version."""
    return click.option(
        "--version", metavar="NAME", help="Use this version of the scheme, whatever the period."
    )(command)  # fmt: skip


def as_json(command: F) -> F:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON.")(command)


def calendar(command: F) -> F:
    """--calendar."""
    return click.option(
        "--calendar",
        "calendar",
        metavar="FILE",
        type=click.Path(),
        help="A TOML file of days off and worked weekends, for years that the Chinese calendar at hand does not know "
        "yet, and where a company differs.",
    )(command)


def figures(command: F) -> F:
    """--period, --params, --set, --roster, --version: what goes with DATA."""
    return given("the scheme")(version(command))


def given(of: str) -> Callable[[F], F]:
    """--period, --params, --set, --roster; parameters are set for what the help calls `of`."""
    file = "." if of == "the scheme" else f", for {of} alone."
    added: list[Callable[[F], F]] = [
        click.option(
            "--roster",
            "roster",
            metavar="FILE",
            type=click.Path(),
            help="Who is employed, in which team, from when to when: who must appear in the figures.",
        ),
        click.option(
            "--set",
            "settings",
            metavar="NAME=VALUE",
            multiple=True,
            help=f"Set a parameter of {of}; may be given several times, and beats --params.",
        ),
        click.option(
            "--params",
            "params",
            metavar="FILE",
            type=click.Path(),
            help=f"A TOML file of parameters for the organisation, teams and persons{file}",
        ),
        click.option(
            "--period",
            "periods",
            metavar="PERIOD",
            multiple=True,
            help="Give out this period alone (2024-03, 2024-Q1, 2024); may be given several times. "
            "Given once, it is also the period of files that have no column for it.",
        ),
    ]

    def decorate(command: F) -> F:
        for option in added:
            command = option(command)
        return command

    return decorate


def problems(of: str | None) -> Callable[[F], F]:
    """--problems, whose default stands beside the output that the help calls `of`; without one there is none."""
    default = "" if of is None else f"  [default: {of}.problems.csv, where there are any]"
    return click.option(
        "--problems", "problems_file", metavar="FILE", help=f"Where a table of all problems goes.{default}"
    )


def out_file(command: F) -> F:
    """-o of what else comes to the screen."""
    return click.option(
        "-o",
        "--out",
        metavar="FILE",
        help="Write a file, by its ending: .json, .xlsx, or .html, a page to be read aloud.  [default: the screen]",
    )(command)
