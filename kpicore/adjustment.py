"""Plus and minus items: what is added to a person's total or taken from it, each with a reason and an author.

The items of one person and period are added up when they are read, and kpicore itself puts the sum into the row, as a
fact that no file of figures gives (`Sheet.given`). So readers know of no items, but of a fact and these cells:
`own_marks` (the total before the items), `adjustment` (the sum of the items, held to its bounds), `adjustment.above`
and `adjustment.below` (whether it had to be held), and `marks`, the total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import evolve, frozen

from kpicore.decimals import scaled_decimal
from kpicore.figure import UNREADABLE, Unreadable
from kpicore.formula.node import Compare, Extreme, Fact, Node, Ref, Round, Sum
from kpicore.model import AdjustmentsSpec, Cell, FactSpec
from kpicore.protocols import Period
from kpicore.row import Adjustment, Reason, Row
from kpicore.text import Title

ITEMS = "adjustments.sum"
"""The fact that is the sum of a row's items. No declared fact has such a name, so no figure can stand for it."""
ITEMS_FACT = FactSpec(
    id=ITEMS,
    kind="number",
    default=Decimal(0),
    title=Title.of({"zh": "加减分合计", "en": "The sum of the plus and minus items"}),
)
PARTS = ("points", "reason", "author")
OWN, ADJUSTMENT = "own_marks", "adjustment"
ABOVE, BELOW = f"{ADJUSTMENT}.above", f"{ADJUSTMENT}.below"
HELD = {ABOVE: Reason("adjustments_held_to_most"), BELOW: Reason("adjustments_held_to_least")}
"""What there is to say where the sum of the items was held to a bound, by the cell that says so."""

Allowed = Callable[[Period], int]
"""The decimals that the points of an item of a period may have; raises FigureError where it may not have any items."""


def adjustment_cells(spec: AdjustmentsSpec, places: int) -> Iterator[Cell]:
    """The cells that make the total of the total before the items and of these."""
    given: Node = Round(Fact(ITEMS, "number"), places)
    held = given
    if spec.most is not None:
        held = Extreme("least", (held, Round(spec.most, places)))
    if spec.least is not None:
        held = Extreme("greatest", (held, Round(spec.least, places)))
    yield Cell(ADJUSTMENT, held, places)
    if held is not given:
        yield Cell(ABOVE, Compare(">", given, Ref(ADJUSTMENT)))
        yield Cell(BELOW, Compare("<", given, Ref(ADJUSTMENT)))
    yield Cell("marks", Sum((Ref(OWN), Ref(ADJUSTMENT))), places)


@frozen
class Adjustments:
    """The items of one person and period that could be read. `faults` say what is wrong with the others, or with all
    of them together; where there are any, the sum can not be told.
    """

    items: tuple[Adjustment, ...] = ()
    faults: tuple[Reason, ...] = ()

    @property
    def sum(self) -> Decimal | Unreadable:
        """The points added up, exactly."""
        if self.faults:
            return UNREADABLE
        places = max((-int(item.points.as_tuple().exponent) for item in self.items), default=0)
        return scaled_decimal(sum(int(Fraction(item.points) * 10**places) for item in self.items), places)


def adjusted(row: Row, adjustments: Adjustments | None) -> Row:
    """The row with its items; the same where it has none."""
    if adjustments is None or not (adjustments.items or adjustments.faults):
        return row
    return evolve(
        row,
        facts={**row.facts, ITEMS: adjustments.sum},
        reasons=(*row.reasons, *adjustments.faults),
        adjustments=adjustments.items,
    )


def repeated(items: Sequence[Adjustment]) -> Iterator[tuple[Adjustment, Adjustment]]:
    """Items that say the same as one before, each with that one: it can not be told whether both are meant."""
    first: dict[Adjustment, Adjustment] = {}
    for item in items:
        before = first.setdefault(item, item)
        if before is not item:
            yield item, before
