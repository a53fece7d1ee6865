"""The reasons of many results. Those of somebody who is complete follow from a few columns; all others are asked of the
exact reader, one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import polars as pl
from attrs import evolve, frozen

from kpicore.adjustment import HELD
from kpicore.decision import move_reason, standard_reason
from kpicore.engines.columnar.engine import Column, Output
from kpicore.formula.node import Absence
from kpicore.ladderspec import LadderSpec
from kpicore.model import Cell, GateSpec, IndicatorSpec, Sheet
from kpicore.protocols import Period
from kpicore.query import columns_of
from kpicore.rating import remarks
from kpicore.row import Reason
from kpicore.score import STATES, gate_reason, policy_reason

_AT_ONCE = 60
"""So many conditions fit into one whole number."""
_COUNTS = "counts_when"


@frozen(eq=False)
class Told:
    """A reason, and where it is to be told: a flag over the columns of the table `asked`."""

    when: pl.Expr
    reason: Reason | Callable[[Period], Reason]

    def of(self, period: Period) -> Reason:
        """The reason of a row of this period."""
        return self.reason if isinstance(self.reason, Reason) else self.reason(period)


def with_conditions(sheet: Sheet) -> Sheet:
    """The sheet with a cell for each condition on which an indicator counts."""
    more = {
        f"{line.id}.{_COUNTS}": Cell(f"{line.id}.{_COUNTS}", line.counts_when.node)
        for line in sheet.model.indicators
        if line.counts_when is not None
    }
    return evolve(sheet, cells={**sheet.cells, **more}) if more else sheet


def asked_for(sheet: Sheet) -> list[Output]:
    """What the reasons of complete people follow from."""
    found = [Output("status")]
    for line in sheet.model.indicators:
        if settles(sheet, line):
            found += [Output(f"{line.id}.score", "absence"), Output(f"{line.id}.awarded", "absence")]
            if line.counts_when is not None:
                found.append(Output(f"{line.id}.{_COUNTS}"))
    found += [Output(cell) for cell, _ in remarks(sheet.model)]
    for gate in sheet.model.gates:
        found += [Output(f"gate.{gate.id}"), Output(f"gate.{gate.id}", "absence")]
    found += [Output(cell) for cell in HELD if cell in sheet.cells]
    if sheet.model.ladder is not None:
        found += [Output("decided"), *(Output(cell) for _, _, cell in _standards(sheet.model.ladder))]
    return found


def _standards(ladder: LadderSpec) -> Iterator[tuple[str, int, str]]:
    """Each standard and month of a cycle, and the cell that says whether it was met."""
    for standard in ladder.standard:
        for month in range(ladder.months):
            yield standard.id, month, f"standard.{standard.id}.{month}"


def settles(sheet: Sheet, line: IndicatorSpec) -> bool:
    """Whether there can be something to say of an indicator of somebody who is complete: a policy settled it, or it,
    or one that it rests on, was left out."""
    settled = bool({line.when_missing, line.when_undefined} & {"zero", "full"})
    return settled or line.id in sheet.may_lack


def _column(output: Output) -> str:
    return f"{output.cell}/{output.want}"


def frame_of(sheet: Sheet, columns: Mapping[Output, Column]) -> pl.DataFrame:
    """The columns that the reasons follow from, under names of their own."""
    return pl.DataFrame([columns[output].values.alias(_column(output)) for output in asked_for(sheet)])


def _gravest_is(absent: pl.Expr, absence: Absence) -> pl.Expr:
    return (absent >= int(absence)) & (absent < 2 * int(absence))


def told(sheet: Sheet) -> list[Told]:
    """What can be told of somebody who is complete, in the order in which it is told."""
    found: list[Told] = []
    for line in sheet.model.indicators:
        if settles(sheet, line):
            found += _of_line(line)
    found += [Told(pl.col(_column(Output(cell))).fill_null(False), reason) for cell, reason in remarks(sheet.model)]
    for gate in sheet.model.gates:
        found.append(Told(_failed(gate), gate_reason(gate)))
    for cell, reason in HELD.items():
        if cell in sheet.cells:
            found.append(Told(pl.col(_column(Output(cell))).fill_null(False), reason))
    if sheet.model.ladder is not None:
        found += _of_ladder(sheet.model.ladder)
    return found


def _of_ladder(ladder: LadderSpec) -> Iterator[Told]:
    decided = pl.col(_column(Output("decided")))
    for place in range(len(ladder.move) + 1):
        yield Told((decided == place).fill_null(False), move_reason(ladder, place))
    for standard, month, cell in _standards(ladder):
        below = ~pl.col(_column(Output(cell))).fill_null(True)
        yield Told(below, partial(standard_reason, standard, month=month))


def _failed(gate: GateSpec) -> pl.Expr:
    value, absent = (pl.col(_column(Output(f"gate.{gate.id}", want))) for want in ("value", "absence"))
    return (absent == 0) & ~value


def _of_line(line: IndicatorSpec) -> Iterator[Told]:
    score = pl.col(_column(Output(f"{line.id}.score", "absence")))
    awarded = pl.col(_column(Output(f"{line.id}.awarded", "absence")))
    settles_points = bool({line.when_missing, line.when_undefined} & {"zero", "full"})
    here = [score == 0] if settles_points else []
    left_out = _gravest_is(score, Absence.LEFT_OUT)
    if line.counts_when is not None:
        counts = pl.col(_column(Output(f"{line.id}.{_COUNTS}"))).fill_null(True)
        yield Told(left_out & ~counts, Reason.of("not_counted", indicator=line.id))
        left_out = left_out & counts
    for where in (*here, left_out):
        for absence in STATES:
            yield Told(where & _gravest_is(awarded, absence), policy_reason(line, absence))


def codes(
    frame: pl.DataFrame, tellings: Sequence[Told], period: pl.Series, periods: Sequence[Period]
) -> tuple[pl.Series, list[str]]:
    """For each row the place of its reasons among the texts that are given beside; '' is the first."""
    texts: list[str] = [""]
    whole = pl.zeros(frame.height, dtype=pl.UInt32, eager=True)
    if not tellings:
        return whole, texts
    masks: list[pl.Expr] = []
    for start in range(0, len(tellings), _AT_ONCE):
        bits = [
            pl.when(each.when).then(pl.lit(1 << place, dtype=pl.UInt64)).otherwise(pl.lit(0, dtype=pl.UInt64))
            for place, each in enumerate(tellings[start : start + _AT_ONCE])
        ]
        masks.append(pl.sum_horizontal(bits).alias(f"m{start // _AT_ONCE}"))
    table = columns_of(frame, masks)
    by_period = any(not isinstance(each.reason, Reason) for each in tellings)
    table = table.with_columns((period if by_period else pl.lit(0)).alias("period"))
    unique = table.unique(maintain_order=True)
    found: list[int] = []
    for row in unique.iter_rows():
        reasons = [
            each.of(periods[row[-1]])
            for place, each in enumerate(tellings)
            if row[place // _AT_ONCE] >> (place % _AT_ONCE) & 1
        ]
        text = reasons_text(reasons)
        if text not in texts:
            texts.append(text)
        found.append(texts.index(text))
    if found == [0]:
        return whole, texts
    mapped = table.join(
        unique.with_columns(pl.Series("code", found, dtype=pl.UInt32)),
        on=table.columns,
        how="left",
        maintain_order="left",
    )
    return mapped["code"], texts


def reasons_text(reasons: Sequence[Reason]) -> str:
    """Reasons as the flat form of a result has them."""
    if not reasons:
        return ""
    return json.dumps([{"code": reason.code, **dict(reason.values)} for reason in reasons], ensure_ascii=False)


def with_exact(
    series: pl.Series,
    texts: list[str],
    places: Sequence[int],
    ask: Callable[[int], Sequence[Reason]],
    alike: Mapping[int, int],
) -> pl.Series:
    """The texts of all rows, those at `places` as the exact reader tells them; `alike` gives for some of them another
    row of which it would tell the same."""
    if places:
        known = {text: place for place, text in enumerate(texts)}
        asked: dict[int, int] = {}
        for place in dict.fromkeys(alike.get(place, place) for place in places):
            text = reasons_text(ask(place))
            if text not in known:
                known[text] = len(texts)
                texts.append(text)
            asked[place] = known[text]
        told_ = [asked[alike.get(place, place)] for place in places]
        series = series.scatter(list(places), pl.Series(told_, dtype=pl.UInt32))
    if len(texts) == 1:
        return pl.Series([""]).new_from_index(0, series.len())
    return pl.Series(texts, dtype=pl.String).gather(series)
