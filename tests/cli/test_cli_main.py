"""The command `kpicore` itself: its commands, those of plugins, and how mistakes end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import EntryPoint, version
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from kpicore.cli import main as main_module
from kpicore.cli.main import COMMANDS

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes these the entry points of plugins."""

    def add(**values: str) -> None:
        found = [EntryPoint(name, value, main_module.GROUP) for name, value in values.items()]

        def entry_points(*, group: str) -> Iterable[EntryPoint]:
            return found if group == main_module.GROUP else ()

        monkeypatch.setattr("importlib.metadata.entry_points", entry_points)

    return add


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name, (_, help) in COMMANDS.items():
        assert f"  {name}" in result.stdout and help in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_in_the_table_is_that_of_the_command(name: str) -> None:
    module, help = COMMANDS[name]
    command = import_module(module).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert (command.help or "").partition("\n")[0] == help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: kpicore {name} ")
    assert result.stderr == ""


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; from kpicore.cli.main import cli; cli.main(['--help'], standalone_mode=False)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('attrs', 'attr', 'polars', 'pluggy', 'tomli', "
        "'jinja2', 'tree_sitter') or name.startswith('kpicore.') and name not in ('kpicore.cli', 'kpicore.cli.main')])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_imports_nothing_heavy(name: str) -> None:
    code = (
        f"import sys; from kpicore.cli.main import cli; cli.main(['{name}', '--help'], standalone_mode=False)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('attr', 'polars', 'pluggy', 'jinja2')])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"kpicore {version('kpicore')}\n")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: kpicore" in result.output


@pytest.mark.parametrize(
    ("name", "hint"),
    [("scor", "Did you mean 'score'?"), ("explian", "Did you mean 'explain'?"), ("xyz", "'kpicore --help' lists")],
)
def test_an_unknown_command(run: Run, name: str, hint: str) -> None:
    result = run(name)
    assert result.exit_code == 2
    assert f"No such command '{name}'. {hint}" in result.stderr
    assert result.stdout == ""


def test_an_unknown_option(run: Run) -> None:
    result = run("show", "counter.toml", "--jsn")
    assert result.exit_code == 2
    assert "No such option" in result.stderr and "--json" in result.stderr
    result = run("--vers")
    assert result.exit_code == 2 and "No such option" in result.stderr


@click.command("greet")
@click.argument("who")
def greet(who: str) -> None:
    """Greets."""
    click.echo(f"hello {who}")


NOT_A_COMMAND = 5


def test_the_command_of_a_plugin(run: Run, entries: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stranger_commands", sys.modules[__name__])
    entries(greet="stranger_commands:greet", score="stranger_commands:greet")
    assert "greet    (from stranger_commands:greet)" in run("--help").stdout
    assert run("greet", "you").stdout == "hello you\n"
    assert "Did you mean 'greet'?" in run("gret").stderr
    assert "Score figures" in run("score", "--help").stdout  # kpicore's own names are not for plugins


def test_listing_the_commands_of_plugins_imports_none(run: Run, entries: Callable[..., None]) -> None:
    entries(broken="no_such_module_at_all:command")
    result = run("--help")
    assert result.exit_code == 0
    assert "broken" in result.stdout and "no_such_module_at_all" not in sys.modules


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("no_such_module_at_all:command", "can not be loaded: ModuleNotFoundError: No module named 'no_such_"),
        ("stranger_commands:missing", "can not be loaded: AttributeError"),
        ("stranger_commands:NOT_A_COMMAND", "is no click command"),
    ],
)
def test_the_command_of_a_plugin_that_fails(
    run: Run, entries: Callable[..., None], monkeypatch: pytest.MonkeyPatch, value: str, told: str
) -> None:
    monkeypatch.setitem(sys.modules, "stranger_commands", sys.modules[__name__])
    entries(broken=value)
    result = run("broken")
    assert result.exit_code == 2
    assert f"The command 'broken' of {value} {told}" in result.stderr
    assert "Traceback" not in result.output


def test_a_plugin_that_fails_is_named_and_the_rest_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    honest: Any = importlib.metadata.entry_points

    def entry_points(*, group: str) -> list[EntryPoint]:
        added = [EntryPoint("wrecked", "no_such_module_at_all", group)] if group == "kpicore" else []
        return [*honest(group=group), *added]

    monkeypatch.setattr("kpicore.plugin.entry_points", entry_points)
    result = run("show", "counter.toml")
    assert result.exit_code == 0
    assert "The plugin wrecked can not be loaded: ModuleNotFoundError" in result.stderr
    assert result.stdout.startswith("Counter ")
    result = run("schemes")
    assert result.exit_code == 0 and "wrecked" in result.stderr


def test_an_interrupt_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kpicore.cli.open.load", interrupted)
    result = run("schemes")
    assert (result.exit_code, result.output) == (130, "")


def test_a_closed_pipe_ends_quietly(place: Path) -> None:
    code = "from kpicore.cli.main import main; main()"
    args = [sys.executable, "-P", "-c", code, "score", "counter.toml", "counter.csv", "-o", "-"]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as pipe:
        assert pipe.stdout is not None and pipe.stderr is not None
        pipe.stdout.close()
        assert pipe.stderr.read() == ""


def test_a_fault_of_ours_is_not_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kpicore.cli.open.load", broken)
    with pytest.raises(ZeroDivisionError):
        run("schemes")


def test_chinese_comes_out_whatever_the_locale(process: Process) -> None:
    done = process("show", "counter.toml", "--lang", "zh", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stdout.startswith("柜台")


@pytest.mark.parametrize(
    ("env", "title"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "柜台"),
        ({"LANG": "en_GB.UTF-8"}, "Counter"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB"}, "柜台"),
        ({"LC_ALL": "C", "LANG": "zh_CN"}, "Counter"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "柜台"),
        ({}, "Counter"),
    ],
)
def test_the_language_is_that_of_the_environment(run: Run, env: dict[str, str], title: str) -> None:
    assert run("show", "counter.toml", **env).stdout.startswith(title)


def test_an_unknown_language(run: Run) -> None:
    result = run("show", "counter.toml", "--lang", "fr")
    assert result.exit_code == 2 and "'fr' is not one of 'zh', 'en'" in result.stderr
