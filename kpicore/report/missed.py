"""Which items of lists were answered no, over all people and visits."""

from __future__ import annotations

from decimal import Decimal

from attrs import define, field

from kpicore.explain.use import Explanation
from kpicore.messages import Messages
from kpicore.report.chart import bar
from kpicore.report.listing import MissedItem
from kpicore.report.phrase import Phrases

MOST_MISSED = 20
"""The most items that are listed."""


@define
class Misses:
    """Counts of answers, by list and item, in the order in which they were met."""

    _no: dict[tuple[str, str], int] = field(factory=dict)
    _answered: dict[tuple[str, str], int] = field(factory=dict)

    def add(self, explanation: Explanation, phrases: Phrases) -> None:
        """Takes note of the answers of one page."""
        for line in explanation.lines:
            for use in line.items:
                if isinstance(use.value, bool):
                    key = phrases.title(line.title, line.id), phrases.worded(use.node)
                    self._answered[key] = self._answered.get(key, 0) + 1
                    self._no[key] = self._no.get(key, 0) + (not use.value)

    def items(self, say: Messages) -> tuple[MissedItem, ...]:
        """The items that were missed most often, those that are always missed before others of the same number."""
        found = sorted(
            (key for key, count in self._no.items() if count),
            key=lambda key: (-self._no[key], self._answered[key]),
        )
        return tuple(self._item(key, say) for key in found[:MOST_MISSED])

    def _item(self, key: tuple[str, str], say: Messages) -> MissedItem:
        (line, title), count, applying = key, self._no[key], self._answered[key]
        label = say("page.missed_label", title=title, count=count, applying=applying)
        return MissedItem(
            title=title,
            line=line,
            count=count,
            applying=applying,
            bar=bar(Decimal(count), Decimal(applying), label),
        )
