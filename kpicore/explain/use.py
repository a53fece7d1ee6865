"""What explanations are made of: plain records. Readers (text, pages) put them into words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from attrs import frozen

from kpicore.curve import Curve, number_of, partition
from kpicore.figure import KindName, Value
from kpicore.formula.node import Node, Within
from kpicore.model import GateEffect, SchemeModel
from kpicore.problem import Place
from kpicore.result import GateState, IndicatorResult, Result, Status
from kpicore.row import Adjustment, Reason
from kpicore.season import SeasonSpec
from kpicore.text import Title, Titled, title_of

Origin = Literal["given", "default", "scheme", "set", "missing", "unreadable"]


@frozen
class Heads:
    """Whom a look across people found: in the team, or all; how many counted; and whether the person is of them."""

    within: Within
    count: int
    counted: bool


@frozen
class FigureUse:
    """A fact or parameter that a formula names, and what stood for it.

    `origin`: a figure `given`; a fact's `default`; a parameter's value of the `scheme`, or `set` otherwise;
    `missing`; `unreadable`. `place` is where a given figure was read. `way` says how a formula looked along the
    person for it ('previous', 'streak', ...), with the `period` that it found, or the year; `id` is then the formula
    asked, and `parts` are the figures of the periods that it was taken of. `heads` are the people whom a formula
    looked across ('rank_high', 'mean', ...). With the way 'passed' or 'taken' it is what a ladder's formula asks of a
    set of checks, and the parts, 'first' and 'again', are the two tries. `titles` are those of the choices that it may
    be.
    """

    id: str
    title: Title
    kind: KindName
    value: Value | Fraction | None
    origin: Origin
    place: Place | None = None
    assumed: bool = False
    way: str | None = None
    period: str | None = None
    parts: tuple[FigureUse, ...] = ()
    heads: Heads | None = None
    over: str = "month"
    titles: Titled = ()

    def said(self, language: str) -> Value | Fraction | None:
        """The value, a choice by its title in this language."""
        return title_of(self.value, self.titles, language) if isinstance(self.value, str) else self.value


@frozen
class FormulaUse:
    """A formula, what it rests on, and its exact value (None where it has none). `parts` are the conditions that it
    joins by 'and', where it does. `titles` are those of the choices that it may give."""

    text: str
    node: Node
    figures: tuple[FigureUse, ...]
    value: Fraction | str | bool | None
    parts: tuple[FormulaUse, ...] = ()
    titles: Titled = ()

    def said(self, language: str) -> Fraction | str | bool | None:
        """The value, a choice by its title in this language."""
        return title_of(self.value, self.titles, language) if isinstance(self.value, str) else self.value


@frozen
class CurveUse:
    """A curve as it stood for this person, the value that it was asked at, and the piece that decided.

    `labels` are the grades of a grading curve, or the levels of a measure, by the value of its pieces. `piece` is None
    in a hole. `place` is the place among others where the curve gives points by that, and then `at` is its number.
    """

    curve: Curve
    at: Fraction | None
    piece: int | None
    labels: tuple[str, ...] = ()
    place: FigureUse | None = None


@frozen
class TableUse:
    """A table from choices to values: its rows, the choice that was made, and the titles of choices."""

    rows: tuple[tuple[str, Fraction | None], ...]
    at: str | None
    titles: Titled = ()


@frozen
class RaterUse:
    """What one rater made of an indicator: the measure, what of its rule decided, and the exact points.

    `weight` is None where all raters count alike; points are None where the rater has none. `level` is the one that
    the measure stands in, where the indicator has levels.
    """

    id: str
    title: Title
    weight: Fraction | None
    measure: FormulaUse | None
    value: Fraction | str | None
    curves: tuple[CurveUse, ...]
    table: TableUse | None
    conditions: tuple[FormulaUse, ...]
    points: Fraction | None
    level: str | None = None

    def said(self, language: str) -> Fraction | str | None:
        """The value, a choice by its title in this language."""
        titles = () if self.measure is None else self.measure.titles
        return title_of(self.value, titles, language) if isinstance(self.value, str) else self.value


@frozen
class SeasonUse:
    """A season that a part of the sheet asks for, and whether the period lies in it."""

    season: SeasonSpec
    holds: bool


@frozen
class GroupExplanation:
    """A group, and the condition without which its indicators have 0 points, where it has one."""

    id: str
    title: Title
    only_if: FormulaUse | None
    note: Title
    assumed: bool


@frozen
class LineExplanation:
    """How an indicator's score came about. `awards`: what its rule gives for a full result. `conditions` go by the key
    of the scheme file under which each stands; 'group_only_if' is that of its group. `seasons` are those that any part
    of it asks for, amounts included. `shown_only`: it has no full marks, and can give no score.
    `levels` are those that the indicator has names for, with the one that the measure stands in, and `beside` is the
    choice beside it. `worth` are the points of conditions that have some of their own.
    """

    id: str
    title: Title
    group: str
    kind: KindName | None
    places: int
    better: str | None
    weight: Decimal | None
    awards: Decimal
    measure: FormulaUse | None
    curves: tuple[CurveUse, ...]
    table: TableUse | None
    conditions: tuple[tuple[str, FormulaUse], ...]
    result: IndicatorResult
    reasons: tuple[Reason, ...]
    note: Title
    assumed: bool
    items: tuple[FormulaUse, ...] = ()
    raters: tuple[RaterUse, ...] = ()
    levels: CurveUse | None = None
    beside: FigureUse | None = None
    seasons: tuple[SeasonUse, ...] = ()
    shown_only: bool = False
    worth: tuple[tuple[Node, Fraction], ...] = ()

    @property
    def idle(self) -> bool:
        """Whether the rule gives 0 points for every measure."""
        given = [] if self.table is None else [value for _, value in self.table.rows]
        for use in self.curves:
            if not use.curve.bound:
                return False
            deciding = {part.piece for part in partition(use.curve) if part.piece is not None}
            pieces = [use.curve.pieces[place] for place in deciding]
            given += [number_of(part) for piece in pieces for part in (piece.base, piece.slope)]
        return bool(given) and not any(given)

    @property
    def barred(self) -> str | None:
        """The condition that does not hold, so that the points are 0 whatever the measure is: 'only_if', or
        'group_only_if'; None where there is no such."""
        names = ("group_only_if", "only_if") if self.result.state == "scored" else ()
        return next((name for name, use in self.conditions if name in names and use.value is False), None)


@frozen
class GateExplanation:
    """Whether a gate was passed, and what missing it does."""

    id: str
    title: Title
    require: FormulaUse
    state: GateState
    effect: GateEffect
    note: Title
    assumed: bool


@frozen
class GradeExplanation:
    """The curve of grades, the grade that it gave, and the grade after the gates; by heads, the place by total."""

    by: str
    curve: CurveUse
    before_gates: str | None
    grade: str | None
    note: Title
    assumed: bool
    place: FigureUse | None = None
    seasons: tuple[SeasonUse, ...] = ()


@frozen
class AdjustmentsUse:
    """The plus and minus items of a result: each of them that could be read, their `sum`, and what `counts` of it,
    which is another where it was `held` to a bound. `before` is the total without them. What can not be told is None.
    """

    title: Title
    items: tuple[Adjustment, ...]
    sum: Decimal | None
    held: Literal["most", "least"] | None
    counts: Decimal | None
    before: Decimal | None
    note: Title
    assumed: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to tell of them."""
        return bool(self.items) or self.counts is None or self.counts != 0


@frozen
class PoolUse:
    """A pool: its money, the person's own weight in it, which is 0 where a condition bars from pay, and the weights of
    all who share it."""

    amount: FormulaUse
    weight: Fraction | None
    weights: Fraction | None
    heads: Heads
    barred: bool = False


@frozen
class PayExplanation:
    """How an element of pay came about; with a `pool`, `amount` is the person's weight in it."""

    id: str
    title: Title
    amount: FormulaUse
    curve: CurveUse | None
    table: TableUse | None
    when: FormulaUse | None
    paid: Decimal | None
    note: Title
    assumed: bool
    pool: PoolUse | None = None
    seasons: tuple[SeasonUse, ...] = ()


@frozen
class Earlier:
    """What another period of the same person came to, before this one or within it.

    `paged`: the report has a page of it. `decided`: its total was given as decided, and nothing else of it is known.
    """

    period: str
    status: Status
    total: Decimal | None
    grade: str | None
    indicators: Mapping[str, IndicatorResult] = {}
    paged: bool = False
    decided: bool = False


@frozen
class MonthUse:
    """A formula as it stood in a month; None where there are no figures of that month, or two rows of them."""

    period: str
    formula: FormulaUse | None


@frozen
class ValueUse:
    """A value of a cycle. `months` are those of what it asks of each month, where that is more than one figure.
    `origin`: whether it is `given`, `missing` or `unreadable`."""

    id: str
    title: Title
    kind: KindName
    formula: FormulaUse
    origin: Origin
    months: tuple[MonthUse, ...]
    note: Title


@frozen
class CheckUse:
    """A set of checks: what was taken at the first try and at the second, with the months in `parts`."""

    id: str
    title: Title
    first: tuple[FigureUse, ...]
    again: tuple[FigureUse, ...]
    note: Title


@frozen
class MoveUse:
    """A move: whether it is asked at the person's level (None where that is not known), to which level it leads, and
    whether it decided the cycle."""

    id: str
    title: Title
    asked: bool | None
    to: str | None
    when: FormulaUse
    decides: bool
    note: Title
    assumed: bool


@frozen
class StandardUse:
    """A standard, month by month; no months where it is not asked at the person's level."""

    id: str
    title: Title
    asked: bool | None
    months: tuple[MonthUse, ...]
    note: Title
    assumed: bool


@frozen
class LadderExplanation:
    """How a cycle came about: the level with which it began, and what the decision rests on.

    `begins`: the level is that of the roster, at `place`, or of the decision at the end of the cycle `before`; it is
    held since the month `since`, and for `months_in_level` at the end of the cycle. `as_of`: the months of a cycle that
    is not over as far as there are figures; all values are those of these months then, and there are none without.
    """

    months: int
    level: str | None
    since: str | None
    months_in_level: Fraction | None
    begins: Literal["roster", "decision"]
    place: Place | None
    before: str | None
    as_of: str | None
    values: tuple[ValueUse, ...]
    checks: tuple[CheckUse, ...]
    moves: tuple[MoveUse, ...]
    standards: tuple[StandardUse, ...]
    note: Title
    assumed: bool


@frozen
class Explanation:
    """The whole of one result. `params` are the parameters as they were in force for it; `ladder` is there where the
    scheme has one, `adjustments` where it allows items. `earlier` are the person's periods before, `shorter` those of
    whose totals a longer one is made, both rising. `where` is the row of the file in which the figures stand."""

    model: SchemeModel
    result: Result
    lines: tuple[LineExplanation, ...]
    gates: tuple[GateExplanation, ...]
    grade: GradeExplanation | None
    pay: tuple[PayExplanation, ...]
    params: tuple[FigureUse, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    ladder: LadderExplanation | None = None
    shorter: tuple[Earlier, ...] = ()
    where: Place = Place()
    groups: tuple[GroupExplanation, ...] = ()
    adjustments: AdjustmentsUse | None = None
