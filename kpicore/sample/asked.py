"""What a ladder asks of people's months and cycles, as far as made-up figures aim at it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from kpicore.formula.node import Along, Fact, Node, walk
from kpicore.ladderspec import LadderSpec
from kpicore.model import Sheet
from kpicore.sample.aim import Aim, aim_of, facts_of

_PARTS = ("value.", "move.", "standard.")
_LONGEST_SPELL = 12


@frozen
class Asked:
    """The comparisons of a ladder, and how the facts in them are looked at.

    `months` are aims at the figures of a month, `cycles` those at what a cycle comes to. `tries` are facts that are
    given together or not at all, `once` others of which a cycle may have one value only, `any` yes-or-no facts that
    one month answers for all. So many cycles alike as `spell` satisfy every streak that is asked for.
    """

    months: tuple[Aim, ...]
    cycles: tuple[Aim, ...]
    tries: tuple[tuple[str, ...], ...]
    once: tuple[str, ...]
    any: tuple[str, ...]
    spell: int

    @classmethod
    def of(cls, sheet: Sheet, ladder: LadderSpec) -> Asked:
        """What the ladder of a sheet asks."""
        months: dict[Aim, None] = {}
        cycles: dict[Aim, None] = {}
        looks: list[Along] = []
        for node, monthly in _nodes(sheet):
            if isinstance(node, Along):
                looks.append(node)
            aim = aim_of(sheet, node)
            if aim is not None and sheet.given.keys().isdisjoint(aim.facts):
                (months if monthly else cycles).setdefault(aim)
        tries = tuple(names for check in ladder.check for names in (check.first, check.again) if names)
        tried = {name for names in tries for name in names}
        once = facts_of(sheet, [look.arg for look in looks if look.way == "cycle_only"])
        any_ = [look.arg.id for look in looks if look.way == "cycle_any" and isinstance(look.arg, Fact)]
        return cls(
            tuple(months),
            tuple(cycles),
            tries,
            tuple(name for name in once if name not in tried),
            tuple(dict.fromkeys(name for name in any_ if name not in tried)),
            _spell(looks),
        )


def _nodes(sheet: Sheet) -> Iterator[tuple[Node, bool]]:
    """Every node of what is asked, also inside of looks along a person, and whether it is one of a single month."""
    waiting = [(cell.node, False) for cell in sheet.cells.values() if cell.name.startswith(_PARTS)]
    seen: set[tuple[Node, bool]] = set()
    while waiting:
        root, monthly = waiting.pop(0)
        for node in walk(root):
            if (node, monthly) in seen:
                continue
            seen.add((node, monthly))
            yield node, monthly
            if isinstance(node, Along):
                waiting.append((node.arg, monthly or node.way.startswith("cycle_")))


def _spell(looks: list[Along]) -> int:
    runs = [_LONGEST_SPELL // 2 if look.enough is None else look.enough + 1 for look in looks if look.way == "run"]
    longest = max(runs, default=1)
    return min(longest, _LONGEST_SPELL)
