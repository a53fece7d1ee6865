"""Whether a list was drawn from a roster: drawn again, and held against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpicore.decimals import quoted
from kpicore.draw.listing import Listed, terms_of
from kpicore.draw.lot import VERSION, Draw, draw_people
from kpicore.errors import UsageError
from kpicore.io.roster import Person, Roster
from kpicore.problem import Place, Problem


def check_list(listed: Listed, roster: Roster, given: Mapping[str, str]) -> tuple[Draw | None, tuple[Problem, ...]]:
    """The draw that a list should be, None where it can not be made again, and where the list is another.

    `given` are terms that are known by other ways, by name and as a list has them: the seed that was agreed, say.
    Raises DataError where the list does not say how it was drawn.
    """
    place, about = Place(listed.file), listed.about
    if about["version"] != str(VERSION):
        message = (
            f"The list was drawn by version {quoted(about['version'])} of the draw, and this is version {VERSION}."
        )
        return None, (Problem("other_draw", message, place=place, hint="Use the kpicore that drew it."),)
    terms = terms_of(listed)
    problems = list(listed.problems)
    problems += [
        Problem("other_draw", f"The list has {quoted(about[name])} for it, not {quoted(value)}.", place=place, key=name)
        for name, value in given.items()
        if about[name] != value
    ]
    try:
        draw = draw_people(roster, terms)
    except UsageError as error:
        return None, (*problems, *error.problems)
    if (about["roster"], about["people"]) != (draw.roster, str(draw.people)):
        message = (
            f"The list was drawn among {about['people']} people ({about['roster']}); this roster has {draw.people} who "
            f"could be drawn ({draw.roster})."
        )
        hint = "Another employee, another team or another day in post makes it another roster."
        return draw, (*problems, Problem("other_roster", message, place=place, key="roster", hint=hint))
    return draw, (*problems, *_people(listed, draw))


def _people(listed: Listed, draw: Draw) -> Iterator[Problem]:
    """Who stands on the list and was not drawn, and who was drawn and does not."""
    known = {listed.kept(person.employee): person for person in draw.drawn}
    seen: dict[str, Place] = {}
    for employee, team, place in listed.people:
        person = known.get(employee)
        if person is None:
            yield Problem("not_drawn", f"{quoted(employee)} stands on the list and was not drawn.", place=place)
        elif person.employee in seen:
            message = f"{quoted(employee)} stands on the list twice ({seen[person.employee]})."
            yield Problem("listed_twice", message, place=place)
        elif team != listed.kept(person.team or ""):
            yield _other_team(person, team, place)
        if person is not None:
            seen.setdefault(person.employee, place)
    for person in draw.drawn:
        if person.employee not in seen:
            message = f"{quoted(person.employee)} was drawn and does not stand on the list."
            yield Problem("not_listed", message, place=Place(listed.file))


def _other_team(person: Person, team: str, place: Place) -> Problem:
    message = (
        f"The team of {quoted(person.employee)} is {quoted(team)} on the list, {quoted(person.team or '')} in truth."
    )
    return Problem("other_team", message, place=place)
