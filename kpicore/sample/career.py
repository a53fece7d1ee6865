"""The table that people's cycles on a ladder are drawn from, in which every move decides somebody."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import frozen

from kpicore.model import Sheet
from kpicore.sample.asked import Asked
from kpicore.sample.cycle import Cycles
from kpicore.sample.solve import Facts
from kpicore.sample.table import SLOTS, STRENGTHS, Table
from kpicore.stretch import Month

_CYCLES, _MOST_CYCLES, _FEWEST_OF_A_MOVE = 360, 1_440, 12
_ODD_SLOTS = SLOTS // 64
_TILTS = (-3, -2, -1, 0, 0, 1, 2, 3)
assert len(_TILTS) == len(STRENGTHS)


@frozen
class _Judged:
    """A cycle, the moves that it brings at each level, and whether it leads upwards; None where nothing is decided."""

    months: Sequence[Facts]
    moves: frozenset[tuple[int, int]]
    worth: float


def career_table(sheet: Sheet, first: Month, seed: str) -> Table:
    """Whole cycles for the ladder of a sheet, `months` rows each, drawn so that each move is about as common as the
    others of its level. Of a strong person more cycles lead upwards, of a weak one downwards."""
    ladder = sheet.model.ladder
    assert ladder is not None
    chance = random.Random(f"{seed}/cycles")
    asked = Asked.of(sheet, ladder)
    cycles = Cycles(sheet, asked, ladder.levels, first, ladder.months, chance)
    wanted = {(at, place) for place, move in enumerate(ladder.move) for at in ladder.at(move.levels)}
    wanted |= {(at, len(ladder.move)) for at in range(len(ladder.levels))}
    made: list[_Judged] = []
    counts: Counter[tuple[int, int]] = Counter()
    for number, judged in enumerate(itertools.islice(_judged(cycles), _MOST_CYCLES)):
        made.append(judged)
        counts.update(judged.moves)
        if number >= _CYCLES and all(counts[move] >= _FEWEST_OF_A_MOVE for move in wanted):
            break
    rows = [facts for judged in made for facts in judged.months]
    return Table(tuple(sheet.model.facts), rows, _drawn(made, counts, chance), months=ladder.months, spell=asked.spell)


def _judged(cycles: Cycles) -> Iterator[_Judged]:
    while True:
        months = cycles.one()
        steps = [step for level in range(len(cycles.levels)) for step in cycles.tale(months, level)]
        known = [step for step in steps if step is not None]
        moves = frozenset((at, move) for at, move, _ in known) if len(known) == len(steps) else frozenset()
        risen = [(after > at) - (after < at) for at, _, after in known]
        yield _Judged(months, moves, sum(risen) / len(risen) if risen else 0.0)


def _drawn(made: Sequence[_Judged], counts: Counter[tuple[int, int]], chance: random.Random) -> list[int]:
    """The cycle of each draw, all strengths one after the other."""
    plain = [place for place, judged in enumerate(made) if judged.moves]
    odd = [place for place, judged in enumerate(made) if not judged.moves]
    plain, odd = plain or odd, odd if plain else []
    found: list[int] = []
    for tilt in _TILTS:
        weights = [sum(1 / counts[move] for move in made[place].moves) or 1.0 for place in plain]
        weights = [each * 2.0 ** round(tilt * made[place].worth) for each, place in zip(weights, plain, strict=True)]
        few = _ODD_SLOTS if odd else 0
        found += chance.choices(plain, weights, k=SLOTS - few) + (chance.choices(odd, k=few) if odd else [])
    return found
