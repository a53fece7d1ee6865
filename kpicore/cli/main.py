"""The command `kpicore`: finds a command by name and imports only that one, so that --help is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

GROUP = "kpicore.commands"
"""The entry-point group in which plugins add commands; the name of an entry is that of its command."""

COMMANDS: dict[str, tuple[str, str]] = {
    "schemes": ("kpicore.cli.schemes", "List the schemes at hand."),
    "show": ("kpicore.cli.show", "Show a sheet as a person reads it."),
    "check": ("kpicore.cli.check", "Prove schemes before they are used."),
    "score": ("kpicore.cli.score", "Score figures by a sheet."),
    "report": ("kpicore.cli.report", "Write pages that show and explain every result."),
    "explain": ("kpicore.cli.explain", "Show how one person's result came about."),
    "next": ("kpicore.cli.next", "Show the least that lifts a band, the grade or the level."),
    "compare": ("kpicore.cli.compare", "Show who moves and what it costs when a scheme changes."),
    "cohort": ("kpicore.cli.cohort", "Show how everybody does: totals, teams, raters, pay."),
    "test": ("kpicore.cli.test", "Try schemes by their worked cases."),
    "draw": ("kpicore.cli.draw", "Draw people from a roster by lot."),
    "sample": ("kpicore.cli.sample", "Make up figures for a sheet."),
}
"""kpicore's own commands: the module, whose `command` it is, and its help in a line."""

USAGE = 2
INTERRUPTED = 130


class PluginCommandError(click.ClickException):
    """A plugin can not give its command."""

    exit_code = USAGE


class Commands(click.Group):
    """Commands by name, kpicore's own first, then those of plugins; each is imported when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        return [*COMMANDS, *sorted(self._entries())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; one that a plugin can not give ends the run with code 2."""
        if cmd_name in COMMANDS:
            from importlib import import_module

            found = import_module(COMMANDS[cmd_name][0]).command
            assert isinstance(found, click.Command)
            return found
        entry = self._entries().get(cmd_name)
        return None if entry is None else _loaded(cmd_name, *entry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's own, with a proposal where the name is not known."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "'kpicore --help' lists the commands."
            raise click.UsageError(f"No such command '{name}'. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list for --help, from the table alone: nothing is imported."""
        rows = [(name, help) for name, (_, help) in COMMANDS.items()]
        rows += [(name, f"(from {owner})") for name, (_, owner) in sorted(self._entries().items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. What a person can mend ends with its sentence and code 2."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            click.echo(told, err=True)
            ctx.exit(USAGE)

    def _entries(self) -> dict[str, tuple[object, str]]:
        """The commands of plugins: entry point and distribution by name; kpicore's own names are not for them."""
        from importlib.metadata import entry_points

        found: dict[str, tuple[object, str]] = {}
        for entry in entry_points(group=GROUP):
            if entry.name not in COMMANDS:
                found.setdefault(entry.name, (entry, entry.dist.name if entry.dist is not None else entry.value))
        return found


def _loaded(name: str, entry: object, owner: str) -> click.Command:
    try:
        command = entry.load()  # type: ignore[attr-defined]
    except (Exception, SystemExit) as error:
        said = str(error).strip().partition("\n")[0]
        reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise PluginCommandError(f"The command '{name}' of {owner} can not be loaded: {reason}") from error
    if not isinstance(command, click.Command):
        raise PluginCommandError(f"The command '{name}' of {owner} is no click command.")
    return command


def _told(error: Exception) -> str | None:
    """What a person reads of an error that they can mend: its problems, each with place and hint, or its sentence."""
    if isinstance(error, click.exceptions.Exit | click.Abort | click.ClickException):
        return None
    from kpicore.errors import KpicoreError

    if not isinstance(error, KpicoreError):
        return None
    return "\n".join(map(str, error.problems)) or str(error)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"kpicore {version('kpicore')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def cli() -> None:
    """Score appraisal sheets exactly, and say why."""


def main(args: Sequence[str] | None = None) -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):  # names and titles are Chinese, whatever the terminal's locale
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    cli.main(args=None if args is None else list(args), prog_name="kpicore")
