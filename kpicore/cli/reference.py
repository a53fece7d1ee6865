"""The reference of the command line, docs/commands.md, made from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import click

from kpicore.cli.main import COMMANDS, cli

_HEAD = """# Commands

This page is made from the commands themselves by `python docs/generate.py`.

SCHEME is the id of a scheme at hand (`kpicore schemes` lists them) or the path of a TOML file.
Problems go to the error stream; the standard output carries only what was asked for.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a check or test failed |
| 2 | the call or the scheme is wrong; nothing was done |
| 3 | done, but a row or a figure was set aside |
"""


def reference() -> str:
    """The page."""
    ctx = click.Context(cli, info_name="kpicore", **cli.context_settings)
    lines = [_HEAD]
    for name, (path, help) in COMMANDS.items():
        module = import_module(path)
        lines += _section(name, help, module.command, click.Context(module.command, info_name=name, parent=ctx))
        if hasattr(module, "NOTES"):
            lines += [module.NOTES, ""]
    return "\n".join(lines)


def _section(name: str, help: str, command: click.Command, ctx: click.Context) -> Iterator[str]:
    yield f"## kpicore {name}"
    yield ""
    usage = " ".join(command.collect_usage_pieces(ctx))
    yield f"`kpicore {name} {usage}`"
    yield ""
    yield inspect.cleandoc(command.help or help)
    yield ""
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
    if records:
        yield "| option | |"
        yield "|---|---|"
        for option, text in records:
            yield f"| `{_cell(option)}` | {_cell(text)} |"
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
