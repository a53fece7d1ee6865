"""How an element of pay came about, or why it is not paid, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from kpicore.explain.use import PayExplanation
from kpicore.formula.node import Fact, Param
from kpicore.wording import amount_text

if TYPE_CHECKING:
    from kpicore.explain.prose import Prose

_INDENT = "  "


def pay_lines(prose: Prose, element: PayExplanation) -> Iterator[str]:
    """An element of pay: its amount, its condition, and the way to the amount where there is one to be paid."""
    title = element.title.text(prose.language, element.id)
    if element.paid is None:
        yield prose.say("explain.pay_without", title=title)
    else:
        yield prose.say("explain.pay", title=title, amount=amount_text(element.paid, "money", 2, prose.language))
    yield from (_INDENT + text for text in _way(prose, element))
    yield from prose.remarks(element)


def unpaid(prose: Prose, element: PayExplanation) -> str:
    """Why an element is not paid whatever its amount is; '' where it is not so."""
    if element.paid is None or element.paid != 0:
        return ""
    if element.when is not None and element.when.value is False:
        return prose.say("explain.unpaid.when" if element.pool is None else "explain.unpaid.no_weight")
    if prose.result.status == "ineligible" and element.pool is None:
        gates = [gate for gate in prose.explanation.gates if gate.state == "failed" and gate.effect.ineligible]
        titles = prose.say("word.list").join(gate.title.text(prose.language, gate.id) for gate in gates)
        return prose.say("explain.unpaid.gate", gates=titles)
    return ""


def _way(prose: Prose, element: PayExplanation) -> Iterator[str]:
    barred = unpaid(prose, element)
    if element.when is not None:
        yield prose.condition("when", element.when)
        yield from prose.missed(element.when)
    if barred:
        yield barred
    if element.when is not None:
        yield from prose.figures(element.when.figures)
    if not barred:
        yield from prose.seasons(element.seasons)
        yield from _amount(prose, element)
        named = () if element.when is None else element.when.figures
        yield from prose.figures(figure for figure in element.amount.figures if figure not in named)
    if element.pool is not None:
        yield from prose.pool(element.pool, element.paid)
        yield from prose.figures(element.pool.amount.figures)


def _amount(prose: Prose, element: PayExplanation) -> Iterator[str]:
    """The formula with its figures, unless it is a figure that is told anyhow, and the band or row that decided."""
    amount, banded = element.amount, element.curve is not None or element.table is not None
    pooled = element.pool is not None
    if banded or pooled or not isinstance(amount.node, Fact | Param):
        yield prose.say(
            "explain.pool_weight" if pooled else "explain.pair",
            formula=prose.worded(amount.node),
            figures=prose.figured(amount),
        )
    worth = "weight" if pooled else "amount"
    use = element.curve
    if use is not None and use.piece is not None and isinstance(use.at, Fraction):
        yield prose.piece(use, "number", worth)
    if element.table is not None:
        yield from prose.table(element.table, worth)
