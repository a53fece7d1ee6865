"""`kpicore draw`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, FAILED, SET_ASIDE, end, tell, tell_problems

if TYPE_CHECKING:
    from kpicore.draw import Draw
    from kpicore.io.roster import Roster
    from kpicore.messages import Messages
    from kpicore.problem import Problem
    from kpicore.registry import Registry

NOTES = """### How people are drawn, and how to check it by hand

This is version 1 of the draw (`draw.version`). There are no random numbers in it: any tool that knows SHA-256 can do it
again.

1. People are drawn from among everybody on the roster; with `--team` from among the people of these teams; with `--on`
   from among those in post on that day, by `employed_from` and `employed_to`. `draw.people` says how many these are.
2. Write a line for each of them: the employee, a tab, the team (nothing where there is none), a line feed. Sort the
   lines by their bytes. `draw.roster` is `sha256:` and the SHA-256 of this text in UTF-8, in small hexadecimal digits.
   So names, levels, the order of rows and columns and the kind of file make no difference; another employee or another
   team does.
3. Everybody's lot is the SHA-256 of three lines, the last without a line feed: the seed, `draw.roster`, the employee.
4. The smallest lots are drawn: as many as the share of the heads rounded up, and 1 at least; 20 % of 11 people are 3.
   With `--within team` every team is drawn by itself, by the same lots; those without a team are one, too.

The list stands in the order of the lots, team by team where each is drawn by itself. In a shell, for a roster of two
people:

```sh
printf 'E001\\tT1\\nE002\\tT1\\n' | LC_ALL=C sort | sha256sum
printf '%s\\n%s\\n%s' "$seed" "sha256:$roster" E001 | sha256sum
```

In Python, for everybody at once:

```python
import hashlib


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


team = {f"E{number:03}": "T1" if number % 2 else "T2" for number in range(1, 12)}
roster = "sha256:" + digest("".join(sorted(f"{who}\\t{where}\\n" for who, where in team.items())))
lots = {who: digest(f"2024-03-15\\n{roster}\\n{who}") for who in team}
drawn = sorted(team, key=lots.__getitem__)[: -(-len(team) * 20 // 100)]
```

Whoever can still choose the seed when the roster is known, or change the roster when the seed is, can try until the
draw is to their liking. So agree beforehand on a seed that nobody can choose, such as a number that will be drawn in
public, and keep the roster. Keep the list as .xlsx or .json where people open it: a spreadsheet that saves a CSV anew
may rewrite a seed that looks like a date or a number."""


@click.command("draw")
@click.argument("roster", type=click.Path())
@click.option("--share", metavar="SHARE", help="The share of the heads to draw, such as 20%; rounded up, 1 at least.")
@click.option("--count", metavar="N", type=int, help="So many are drawn, in place of a share.")
@click.option("--seed", metavar="S", help="What makes this draw another than others: any word or number.")
@click.option(
    "--team", "teams", metavar="TEAM", multiple=True, help="Draw among this team alone; may be given several times."
)
@click.option(
    "--within",
    type=click.Choice(["all", "team"]),
    help="The share (or number) of all, or of each team.  [default: all]",
)
@click.option(
    "--on",
    metavar="DAY",
    help="Draw among those in post on this day, by employed_from and employed_to.  "
    "[default: the day of --period, where it is one]",
)
@click.option(
    "--period", metavar="PERIOD", help="Give the list columns period and occasion, so that figures can be filled in."
)
@click.option("--occasion", metavar="WORD", help="The occasion in that column.  [default: random]")
@click.option(
    "-o",
    "--out",
    metavar="OUT",
    help="Where the list goes, by the ending: .csv, .json, .xlsx.  [default: the standard output, as CSV]",
)
@click.option(
    "--verify",
    "listed",
    metavar="LIST",
    help="Draw nothing: say whether this list was drawn from the roster. What else is given must be as the list says.",
)
@option.lang
def command(
    roster: str,
    share: str | None,
    count: int | None,
    seed: str | None,
    teams: Sequence[str],
    within: str | None,
    on: str | None,
    period: str | None,
    occasion: str | None,
    out: str | None,
    listed: str | None,
    language: str,
) -> None:
    """Draw people from a roster by lot.

    For a spot appraisal, say, and so that anybody can draw them again. ROSTER is a file with a column employee, maybe
    name, team, employed_from and employed_to. The same people come out for the same seed and roster, whatever the order
    of its rows and the kind of its file. The list says how it was drawn: its columns draw.seed, draw.share, draw.roster
    (a hash) and so on.

    Exit code 0: done, or the list is as it was drawn. 1: with --verify, it is not. 2: nothing was done. 3: done, but a
    row of the roster was set aside.
    """
    from kpicore.cli.open import open_registry
    from kpicore.io.roster import read_roster
    from kpicore.messages import Messages

    registry = open_registry()
    say = Messages(language)
    asked: dict[str, Any] = {"seed": seed, "share": share, "count": count, "within": within, "on": on}
    if listed is not None:
        if out is not None or period is not None or occasion is not None:
            raise click.UsageError("--verify draws nothing, so there is nothing for -o, --period and --occasion.")
        people, problems = read_roster(roster, registry.readers)
        _verify(Path(listed), people, problems, asked, teams, registry, say)
    if seed is None:
        raise click.UsageError("A draw needs a seed: --seed, any word or number.")
    if occasion is not None and period is None:
        raise click.UsageError("--occasion is for the list of a --period.")
    _draw(roster, asked, teams, (period, occasion or "random"), out, registry, say)


def _draw(
    roster: str,
    asked: dict[str, Any],
    teams: Sequence[str],
    column: tuple[str | None, str],
    out: str | None,
    registry: Registry,
    say: Messages,
) -> NoReturn:
    """Draws, writes the list, and ends the command."""
    from kpicore.cli.job import refuse_overwriting
    from kpicore.draw import Terms, draw_people
    from kpicore.draw.listing import check_target, list_text, write_list
    from kpicore.errors import UsageError
    from kpicore.io.roster import read_roster
    from kpicore.period import parse_period
    from kpicore.problem import anything_set_aside

    to = None if out in (None, "-") else Path(str(out))
    if to is not None:
        refuse_overwriting({"OUT": out}, [roster])
        check_target(to)
    period = None if column[0] is None else parse_period(column[0])
    day = parse_period(asked["on"], ("day",)).start if asked["on"] is not None else None
    if day is None and period is not None and period.kind == "day":
        day = period.start
    terms = Terms.of(
        asked["seed"], share=asked["share"], count=asked["count"], within=asked["within"] or "all", teams=teams, on=day
    )
    people, problems = read_roster(roster, registry.readers)
    try:
        draw = draw_people(people, terms)
    except UsageError as error:
        raise UsageError(str(error), [*problems, *error.problems]) from None
    if to is None:
        click.echo(list_text(draw, period, column[1]), nl=False)
    else:
        write_list(draw, to, period, column[1])
    tell_problems(problems)
    tell(_told(draw, say, "" if to is None else say("draw.list_in", out=out)))
    end(SET_ASIDE if anything_set_aside(problems) else DONE)


def _told(draw: Draw, say: Messages, where: str) -> str:
    """'3 of 11 people drawn (20 %, rounded up), seed 2024-03-15, sha256:...; list in drawn.csv'."""
    terms = draw.terms
    how = say("draw.count", count=terms.count) if terms.share is None else say("draw.share", share=terms.share_text)
    if terms.within == "team":
        how = say("draw.each_team", how=how)
    done = say("draw.done", drawn=len(draw.drawn), people=draw.people, how=how, seed=terms.seed, roster=draw.roster)
    return say("draw.with_list", done=done, where=where) if where else done


def _verify(
    listed: Path,
    people: Roster,
    problems: Sequence[Problem],
    asked: dict[str, Any],
    teams: Sequence[str],
    registry: Registry,
    say: Messages,
) -> NoReturn:
    """Says whether a list was drawn from the roster, and ends the command."""
    from kpicore.draw.check import check_list
    from kpicore.draw.listing import read_list

    found = read_list(listed, registry.readers)
    draw, differences = check_list(found, people, _known(asked, teams))
    tell_problems([*problems, *differences])
    if differences or draw is None:
        click.echo(say("draw.not_verified", list=listed))
        end(FAILED)
    click.echo(say("draw.verified", list=listed, told=_told(draw, say, "")))
    end(DONE)


def _known(asked: dict[str, Any], teams: Sequence[str]) -> dict[str, str]:
    """The terms that were given beside the list, as a list has them."""
    import json

    from kpicore.draw import Terms
    from kpicore.period import parse_period

    found = {name: str(value).strip() for name, value in asked.items() if value is not None and name != "share"}
    if asked["share"] is not None:
        found["share"] = Terms.of("x", share=asked["share"]).share_text
    if asked["on"] is not None:
        found["on"] = str(parse_period(asked["on"], ("day",)))
    if teams:
        found["teams"] = json.dumps(sorted({team.strip() for team in teams}), ensure_ascii=False)
    return found
