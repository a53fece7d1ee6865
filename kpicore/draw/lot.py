"""The draw itself: seed and roster decide, by hashes that anybody can work out again."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from kpicore.decimals import plain_text, quoted
from kpicore.errors import FigureError, UsageError
from kpicore.figure import KINDS, Bounds, read
from kpicore.formula.node import WITHIN, Within
from kpicore.io.flatfile import safe_cell
from kpicore.io.key import key_text
from kpicore.io.roster import Person, Roster
from kpicore.problem import Problem, did_you_mean
from kpicore.stretch import Day

VERSION = 1
"""Of the way in which is drawn. Another way gets another number."""

_SHARE = Bounds(KINDS["ratio"])


@frozen
class Terms:
    """On what terms is drawn, apart from the roster: a `share` of the heads or a `count`; `within` each team or among
    all; among these `teams` alone, where some are named; among those in post `on` a day, where one is."""

    seed: str
    share: Fraction | None = None
    count: int | None = None
    within: Within = "all"
    teams: tuple[str, ...] = ()
    on: datetime.date | None = None

    @classmethod
    def of(
        cls,
        seed: str,
        *,
        share: object = None,
        count: int | None = None,
        within: str = "all",
        teams: Iterable[str] = (),
        on: datetime.date | None = None,
    ) -> Terms:
        """The terms, a `share` such as '20 %' or 0.2 read as figures are; raises UsageError with all that is wrong."""
        problems: list[Problem] = []
        text = _seed(seed, problems)
        part = None if share is None else _share(share, problems)
        if (share is None) == (count is None):
            message = "How many are to be drawn is said twice." if count is not None else "How many are to be drawn?"
            problems.append(Problem("bad_draw", message, hint="Give either a share, such as 20 %, or a count."))
        if count is not None and count < 1:
            problems.append(Problem("bad_draw", f"{count} can not be drawn.", key="count", hint="Draw 1 at least."))
        if within not in WITHIN:
            hint = did_you_mean(within, WITHIN)
            problems.append(Problem("bad_draw", f"{quoted(within)} is not possible here.", key="within", hint=hint))
        if problems:
            raise UsageError("\n".join(map(str, problems)), problems)
        found: Within = "team" if within == "team" else "all"
        return cls(text, part, count, found, tuple(sorted({team.strip() for team in teams})), on)

    @property
    def share_text(self) -> str:
        """The share in percent; '' where a count is drawn."""
        return "" if self.share is None else f"{plain_text(self.share * 100)} %"


@frozen
class Draw:
    """Who was drawn, in the order of the draw; among how many `people`; and the hash of their `roster`."""

    terms: Terms
    people: int
    roster: str
    drawn: tuple[Person, ...]


def draw_people(roster: Roster, terms: Terms) -> Draw:
    """Draws from a roster. The same seed, roster and terms draw the same people, in whatever order the roster stands.

    Raises UsageError where nobody is there to be drawn, a team is unknown, or a count is more than there are.
    """
    heads = heads_of(roster, terms)
    told = roster_hash(heads)
    drawn = [person for group in _groups(heads, terms.within) for person in _lot(group, terms, told)]
    return Draw(terms, len(heads), told, tuple(drawn))


def heads_of(roster: Roster, terms: Terms) -> list[Person]:
    """The people among whom is drawn; raises UsageError where there is nobody, or a team is unknown."""
    if not roster.people:
        raise _refused("The roster names nobody, so nobody can be drawn.")
    known = {person.team for person in roster.people if person.team is not None}
    for team in terms.teams:
        if team not in known:
            raise _refused(f"Nobody on the roster is in the team {quoted(team)}.", did_you_mean(team, sorted(known)))
    heads = [person for person in roster.people if not terms.teams or person.team in terms.teams]
    if terms.on is not None:
        day = Day(terms.on)
        heads = [person for person in heads if person.in_post(day) is not None]
        if not heads:
            hint = "Correct the day, or the columns employed_from and employed_to of the roster."
            raise _refused(f"Of the roster nobody who could be drawn is in post on {terms.on}.", hint)
    return heads


def roster_hash(people: Iterable[Person]) -> str:
    """The hash of the people among whom is drawn: a line for each, the employee, a tab, the team (nothing where there
    is none) and a line feed, in the order of the employees, as UTF-8."""
    lines = sorted((person.employee, person.team or "") for person in people)
    text = "".join(f"{employee}\t{team}\n" for employee, team in lines)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def lot_of(seed: str, roster: str, employee: str) -> str:
    """A person's lot: the SHA-256 of the seed, the roster's hash and the employee, in lines. The smallest are drawn."""
    return hashlib.sha256(f"{seed}\n{roster}\n{employee}".encode()).hexdigest()


def number_of(terms: Terms, heads: int) -> int:
    """How many of so many are drawn: the count, or the share of the heads rounded up, 1 at least."""
    if terms.count is not None:
        return terms.count
    assert terms.share is not None
    return max(1, -(-terms.share.numerator * heads // terms.share.denominator))


def _groups(heads: Sequence[Person], within: Within) -> list[list[Person]]:
    """All together, or each team by itself; people without a team are the last one."""
    if within == "all":
        return [list(heads)]
    teams: dict[str, list[Person]] = {}
    for person in heads:
        teams.setdefault(person.team or "", []).append(person)
    return [teams[team] for team in sorted(teams, key=lambda team: (not team, team))]


def _lot(group: Sequence[Person], terms: Terms, roster: str) -> list[Person]:
    number = number_of(terms, len(group))
    if number > len(group):
        team = group[0].team
        whose = "" if terms.within == "all" else f" in the team {quoted(team)}" if team else " without a team"
        heads = f"is only 1 person{whose}" if len(group) == 1 else f"are only {len(group)} people{whose}"
        raise _refused(f"{number} can not be drawn: there {heads}.")
    return sorted(group, key=lambda person: (lot_of(terms.seed, roster, person.employee), person.employee))[:number]


def _seed(seed: str, problems: list[Problem]) -> str:
    """The seed without the spaces around it: one that a spreadsheet leaves as it is."""
    message, hint = "", "Any word or number does, best one that nobody could choose, such as a drawn number of the day."
    try:
        text = key_text(seed)
    except FigureError as error:
        text, message = "", f"The seed can not be used: {error.sentence}"
    if not message and not text:
        message = "The seed is blank."
    elif not message and (text.startswith("'") or safe_cell(text) != text):
        message, hint = f"The seed {quoted(text)} begins with a sign that spreadsheets change.", "Begin with a letter."
    if message:
        problems.append(Problem("bad_draw", message, key="seed", hint=hint))
    return text


def _share(share: object, problems: list[Problem]) -> Fraction | None:
    message, hint = "The share is blank.", "Write it as 20 %."
    try:
        found = read(share, _SHARE)
    except FigureError as error:
        message, hint = f"The share can not be used: {error.sentence}", error.hint or hint
    else:
        if found is not None:
            return Fraction(str(found))
    problems.append(Problem("bad_draw", message, key="share", hint=hint, expected="0 % to 100 %"))
    return None


def _refused(message: str, hint: str = "") -> UsageError:
    return UsageError(f"{message} {hint}".strip(), [Problem("bad_draw", message, hint=hint)])
