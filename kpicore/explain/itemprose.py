"""Plus and minus items in words: each with its reason and author, and what they make of the total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from kpicore.explain.naming import plain
from kpicore.explain.use import AdjustmentsUse
from kpicore.row import Adjustment

if TYPE_CHECKING:
    from kpicore.explain.prose import Prose

_INDENT = "  "


def item_lines(prose: Prose, use: AdjustmentsUse) -> Iterator[str]:
    """The items one by one, then how the total came about; nothing where there are none."""
    if not use.any:
        return
    counts = prose.say("explain.items.unknown") if use.counts is None else signed(use.counts)
    yield prose.say("explain.items.sum", title=items_title(prose, use), sum=counts)
    yield from (_INDENT + item_text(prose, item) for item in use.items)
    if use.held is not None:
        yield _INDENT + held_text(prose, use)
    yield from prose.remarks(use)
    yield from filter(None, [total_text(prose, use)])


def items_title(prose: Prose, use: AdjustmentsUse) -> str:
    """What people call the items."""
    return use.title.text(prose.language, prose.say("explain.items.title"))


def item_text(prose: Prose, item: Adjustment) -> str:
    """'+2.00: Helped at the fair (Wang, items.csv, row 3)'."""
    author = prose.say("explain.separator").join(part for part in (item.author, prose.place_text(item.place)) if part)
    return prose.say("explain.items.item", points=signed(item.points), reason=item.reason, author=author)


def held_text(prose: Prose, use: AdjustmentsUse) -> str:
    """That the sum was held to a bound; '' where it was not."""
    if use.held is None or use.sum is None or use.counts is None:
        return ""
    return prose.say(f"explain.items.held.{use.held}", sum=signed(use.sum), bound=signed(use.counts))


def total_text(prose: Prose, use: AdjustmentsUse) -> str:
    """'Total 86.50 + items 2.00 = 88.50'; '' where there is no total."""
    total = prose.result.total
    if total is None or use.before is None or use.counts is None:
        return ""
    sign = "-" if use.counts < 0 else "+"
    items = plain(use.counts.copy_abs())
    return prose.say("explain.items.total", before=plain(use.before), sign=sign, items=items, total=plain(total))


def signed(points: Decimal) -> str:
    """Points with the sign that they have, also where that is a plus."""
    return f"{points:+f}"
