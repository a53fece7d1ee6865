"""What the versions of a scheme allow of plus and minus items, by period, and rows with the items that a call gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kpicore.adjustment import Allowed, adjusted
from kpicore.errors import FigureError, UsageError
from kpicore.io.adjustments import ALLOW
from kpicore.io.item import given_items
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Row

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
    from kpicore.version import Version
else:
    LoadedScheme = Version = Any

GIVEN = "adjustments"
"""The name under which the items of a row stand among its figures."""


def allowance(scheme: LoadedScheme, version: str | None = None) -> Allowed:
    """Says of a period how many decimals items may have in it: the version in force then does, or the one that is
    fixed."""
    recall = scheme.recall(None, version)

    def places(period: Period) -> int:
        if scheme.history_alone(period):
            scored = " or ".join(scheme.periods)
            raise FigureError(f"Items of {period} would count nowhere: {scheme.id} scores by {scored}.")
        return places_in(recall.then(period), period)

    return places


def places_in(version: Version, period: Period) -> int:
    """The decimals that items of a period may have by the version in force; raises FigureError where it allows none."""
    model = version.model
    if model.adjustments is None:
        name = f"{version.id} {version.version}"
        raise FigureError(f"{name}, which scores {period}, allows no plus and minus items.", "", ALLOW)
    return model.places


def with_items(row: Row, given: object, allowed: Allowed, problems: list[Problem] | None = None) -> Row:
    """The row with items as a call gives them, if it does; what is wrong with them is added to the problems, without a
    place. Raises UsageError where they are no items, or not allowed."""
    if given is None or given == [] or given == ():
        return row
    try:
        places = allowed(row.period)
    except FigureError as error:
        told = f"{error.sentence} {error.hint}".strip()
        raise UsageError(told, [Problem("adjustments_not_allowed", error.sentence, hint=error.hint)]) from None
    items, found = given_items(given, places)
    if problems is not None:
        problems += found
    return adjusted(row, items)


def parted(raws: Mapping[str, object], version: Version) -> tuple[Mapping[str, object], object]:
    """A row's raw figures, and the items that stand among them: a list under `adjustments`, or, where the version
    allows items, whatever stands there."""
    given = raws.get(GIVEN)
    if given is None or not (version.model.adjustments is not None or isinstance(given, list | tuple)):
        return raws, None
    return {name: value for name, value in raws.items() if name != GIVEN}, given
