"""Parameters that differ from row to row, as columns: the row's figure, else the employee's, the team's, all's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from kpicore.engines.columnar.rows import Blank, Figures, listed
from kpicore.figure import KINDS, Value
from kpicore.params import Settings
from kpicore.score import Scorer


def varying_of(settings: Settings, figures: Iterable[str]) -> frozenset[str]:
    """The parameters that a row, an employee or a team may have otherwise; `figures` are the names of rows' figures."""
    found = {name for name in figures if name in settings.names}
    for layer in (*settings.teams.values(), *settings.employees.values()):
        found |= set(layer)
    return frozenset(found)


def param_columns(
    scorer: Scorer, figures: Mapping[str, Figures], keys: pl.DataFrame, varying: frozenset[str]
) -> dict[str, Figures]:
    """Each varying parameter as a column."""
    return {name: _column(scorer, name, figures.get(name), keys) for name in sorted(varying)}


def _column(scorer: Scorer, name: str, own: Figures | None, keys: pl.DataFrame) -> Figures:
    settings, spec = scorer.settings, scorer.sheet.params[name]
    common = settings.everybody.get(name, spec.value)
    teams = {team: layer[name] for team, layer in settings.teams.items() if name in layer}
    people = {who: layer[name] for who, layer in settings.employees.items() if name in layer}
    values: list[Value] = [common, *teams.values(), *people.values()]
    place = pl.Series([0], dtype=pl.Int64).new_from_index(0, keys.height)
    for column, layer, start in (("team", teams, 1), ("employee", people, 1 + len(teams))):
        if layer:
            where = pl.Series(list(layer), dtype=pl.String)
            found = keys.select(
                pl.col(column).replace_strict(where, pl.Series(range(start, start + len(layer))), default=None)
            ).to_series()
            place = found.fill_null(place) if found.null_count() < found.len() else place
    kind = KINDS[spec.kind]
    known = listed(values, kind)
    set_ = Blank(known.values.gather(place), known.places, known.least, known.most)
    return set_ if own is None else _joined(own, set_)


def _joined(own: Figures, other: Blank) -> Figures:
    """A row's own figure, or the other where it is blank; what can not be read is not replaced."""
    unread = own.unreadable
    if own.values.dtype not in (pl.Int64, pl.Float64, pl.Int128):
        return Blank(_filled(own.values, other.values, unread), unreadable=unread)
    places = max(own.places, other.places)
    sides = [_scaled(side, places) for side in (own, other)]
    values = _filled(sides[0], sides[1], unread)
    least, most = values.min(), values.max()
    numbers = [0 if end is None else int(end) for end in (least, most)]  # type: ignore[arg-type]
    fits = max(map(abs, numbers)) < 2**63
    return Blank(values.cast(pl.Int64) if fits else values, places, numbers[0], numbers[1], unread)


def _scaled(side: Any, places: int) -> pl.Series:
    values: pl.Series = side.values.cast(pl.Int128)
    power = pl.lit(10 ** (places - side.places), dtype=pl.Int128)
    return values.to_frame("x").select(pl.col("x") * power).to_series() if places > side.places else values


def _filled(own: pl.Series, other: pl.Series, unread: pl.Series | None) -> pl.Series:
    filled = own.fill_null(other)
    if unread is None:
        return filled
    frame = pl.DataFrame([filled.alias("v"), unread.alias("u")])
    return frame.select(pl.when(~pl.col("u")).then("v")).to_series()
