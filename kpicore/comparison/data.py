"""Comparisons and cohorts as plain data, for JSON: numbers are texts, as in results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, BinaryIO

import polars as pl

from kpicore.comparison.cohort import Cohort, PaySum, Spread
from kpicore.comparison.narrow import Shape
from kpicore.comparison.record import Comparison, PayChange, Person, Stand, TeamChange
from kpicore.decimals import plain_text
from kpicore.text import Title

_SLICE = 50_000


def comparison_data(found: Comparison) -> dict[str, Any]:
    """Everything but the people, who are under `people_data`."""
    return {
        "old": _shape(found.old),
        "new": _shape(found.new),
        "settings": [
            {"id": each.id, "title": _title(each.title), "before": _value(each.before), "after": _value(each.after)}
            for each in found.settings
        ],
        "own_settings": found.own_settings,
        "periods": list(found.periods),
        "results": found.count,
        "moves": [
            {"before": _stand(move.before), "after": _stand(move.after), "people": move.people, "way": move.way}
            for move in found.moves
        ],
        "total": {
            "compared": found.compared,
            "mean_before": _value(found.mean_before),
            "mean_after": _value(found.mean_after),
            "up": found.total_up,
            "down": found.total_down,
        },
        "pay": {
            "people": found.paid,
            **_change(found.pay),
            "elements": [{"id": each.id, "title": _title(each.title), **_change(each)} for each in found.elements],
            "up": found.pay_up,
            "down": found.pay_down,
            "only_before": {"people": found.untold.before, "amount": _value(found.untold.paid_before)},
            "only_after": {"people": found.untold.after, "amount": _value(found.untold.paid_after)},
        },
        "teams": [_team(team) for team in found.teams],
        "indicators": [
            {
                "id": line.id,
                "title": _title(line.title),
                "only": line.only,
                "full_marks_before": _value(line.full_before),
                "full_marks_after": _value(line.full_after),
                "people": line.people,
                "mean_before": _value(line.mean_before),
                "mean_after": _value(line.mean_after),
                **{name: getattr(line, name) for name in ("rise", "fall", "stay", "lost", "won")},
            }
            for line in found.indicators
        ],
        "most_favoured": [_person(each) for each in found.favoured],
        "least_favoured": [_person(each) for each in found.unfavoured],
    }


def people_data(found: Comparison) -> Iterator[dict[str, Any]]:
    """Everybody before and after, one by one."""
    for part in found.people.iter_slices(_SLICE):
        texts = part.with_columns(pl.col(pl.Decimal).cast(pl.String))
        yield from texts.iter_rows(named=True)


def cohort_data(found: Cohort) -> dict[str, Any]:
    """The whole cohort."""
    return {
        "scheme": _shape(found.scheme),
        "periods": list(found.periods),
        "results": found.count,
        "stands": [{**_stand(stand), "people": count} for stand, count in found.stands],
        "total": _spread(found.spread),
        "distribution": [
            {
                "from": _value(each.stretch.low),
                "from_included": each.stretch.low_closed,
                "to": _value(each.stretch.high),
                "to_included": each.stretch.high_closed,
                "grade": each.stretch.grade,
                "people": each.people,
            }
            for each in found.bins
        ],
        "pay": {**_sum(found.pay), "unknown": found.unpaid, "elements": [_element(each) for each in found.elements]},
        "teams": [
            {
                "team": team.team,
                "people": team.people,
                "incomplete": team.incomplete,
                "ineligible": team.ineligible,
                "total": _spread(team.spread),
                "pay": {**_sum(team.pay), "elements": [_element(each) for each in team.elements]},
            }
            for team in found.teams
        ],
        "raters": [
            {
                "id": rater.id,
                "title": _title(rater.title),
                "judgements": rater.compared,
                "people": rater.people,
                "difference": _value(rater.difference),
                "indicators": [
                    {"id": item.id, "people": item.people, "difference": _value(item.difference)}
                    for item in rater.items
                ],
            }
            for rater in found.raters
        ],
    }


def write_json(data: dict[str, Any], target: BinaryIO, people: Iterable[dict[str, Any]] | None = None) -> None:
    """Writes the data as JSON, the people last, one a line, as they come."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if people is None:
        target.write(text.encode("utf-8", "replace") + b"\n")
        return
    target.write(text[:-2].encode("utf-8", "replace") + b',\n "people": [')
    comma = "\n"
    for person in people:
        target.write((comma + "  " + json.dumps(person, ensure_ascii=False)).encode("utf-8", "replace"))
        comma = ",\n"
    target.write(b"\n ]\n}\n")


def _shape(shape: Shape) -> dict[str, Any]:
    return {"scheme": shape.id, "versions": list(shape.versions), "title": _title(shape.title)}


def _title(title: Title) -> dict[str, str]:
    return dict(title.texts)


def _stand(stand: Stand) -> dict[str, Any]:
    return {"status": stand.status, "grade": stand.grade}


def _change(change: PayChange) -> dict[str, Any]:
    return {name: _value(getattr(change, name)) for name in ("before", "after", "change")}


def _team(team: TeamChange) -> dict[str, Any]:
    return {
        "team": team.team,
        "people": team.people,
        "up": team.up,
        "down": team.down,
        "compared": team.compared,
        "mean_before": _value(team.mean_before),
        "mean_after": _value(team.mean_after),
        "pay": {**_change(team.pay), "elements": [{"id": each.id, **_change(each)} for each in team.elements]},
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        **{name: getattr(person, name) for name in ("employee", "name", "team", "period", "occasion")},
        "before": _stand(person.before),
        "after": _stand(person.after),
        **{
            f"{part}_{side}": _value(getattr(person, f"{part}_{side}"))
            for part in ("total", "pay")
            for side in ("before", "after", "change")
        },
        "decision_before": person.decision_before,
        "decision_after": person.decision_after,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    names = ("mean", "least", "quarter", "median", "three_quarters", "most")
    return {"people": spread.count, **{name: _value(getattr(spread, name)) for name in names}}


def _sum(pay: PaySum) -> dict[str, Any]:
    return {"amount": _value(pay.amount), "people": pay.people}


def _element(pay: PaySum) -> dict[str, Any]:
    return {"id": pay.id, "title": _title(pay.title), **_sum(pay)}


def _value(value: object) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return plain_text(value)
    return value if value is None or isinstance(value, bool | str) else str(value)
