"""Made-up bands and rules as tables, with the values at which they break."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from support.dice import Dice
from support.formula_text import Draft, Table

PERCENT = ("100", "80", "60", "0", "33.335", "7.005", "120", "-2.5", "64.99")
SHARES = ("1", "0.8", "0.5", "0", "0.3333", "1.2", "-0.1")
SCALES = {
    "ratio": ("0.6", "0.75", "0.5", "0.65", "0.9", "1", "0.05", "0.3333"),
    "count": ("1", "3", "5", "2", "10", "0"),
    "rating": ("60", "80", "90.5", "70", "33.33", "100"),
    "money": ("100", "1000.5", "20000", "0.01", "999999.99"),
    "number": ("1", "2", "1.5", "0", "3.3333", "5", "-1", "0.5", "60"),
    "seconds": ("30", "60.5", "15", "90"),
    "hours": ("8", "40.5", "24", "72"),
    "days": ("3", "7", "1", "22"),
}
MARGINS = ("0", "0.5", "1", "2")


def rising(dice: Dice, scale: Sequence[str], least: int, most: int) -> list[str]:
    """Some values of a scale, each once, from the least up."""
    return sorted(dice.some(scale, least, most), key=Decimal)


def bands(draft: Draft, scale: Sequence[str], *, loose: int = 12, holes: int = 12) -> tuple[list[Table], list[str]]:
    """The ends of bands, of every form that there is, and where they break; now and then they leave a hole."""
    dice = draft.dice
    cuts = rising(dice, scale, 1, 4)

    def end(cut: str) -> Decimal | str:
        return draft.amount(cut, loose)

    form = dice.weighted((4, "falling"), (3, "rising"), (3, "both"), (1, "exactly"))
    rows: list[Table] = []
    if form == "falling":
        same = dice.pick(("from", "above", ""))
        rows = [{same or dice.pick(("from", "above")): end(cut)} for cut in cuts[::-1]]
    elif form == "rising":
        same = dice.pick(("up_to", "below", ""))
        rows = [{same or dice.pick(("up_to", "below")): end(cut)} for cut in cuts]
    elif form == "both":
        low, high = dice.pick((("from", "below"), ("above", "up_to"), ("from", "up_to"), ("above", "below")))
        rows = [{low: end(a), high: end(b)} for a, b in itertools.pairwise(cuts)]
        rows.append({low if dice.chance(50) else "from": end(cuts[-1])})
        if dice.chance(50):
            rows = dice.mixed(rows)
    else:
        rows = [{"exactly": end(cut)} for cut in cuts] + [{"from": end(cuts[0])}]
    if form != "both" and len(rows) > 1 and dice.chance(10):
        rows = dice.mixed(rows)
    if not (any(len(row) == 2 or "exactly" in row for row in rows) and dice.chance(3 * holes)):
        rows.append({"otherwise": True})
    return rows, cuts


def worth(draft: Draft, full: str, percent: bool) -> Decimal | str:
    """Points, as one of many shares of the full ones."""
    dice = draft.dice
    if percent:
        return draft.amount(dice.pick(PERCENT), 8)
    points = Decimal(dice.pick(SHARES)) * Decimal(full)
    return draft.amount(format(points, "f"), 8)


def rule(draft: Draft, scale: Sequence[str], full: str, percent: bool, *, looks: bool) -> tuple[Table, list[str]]:
    """A rule for a measure that is a number, and where it breaks. Percent rules award 0 to 100, others marks."""
    dice = draft.dice
    kind = dice.weighted(
        (8, "bands"), (3, "proportion"), (3, "straight"), (3, "ramp"), (4, "deduct"), (4, "accrue"),
        (5 if looks else 0, "rank"),
    )  # fmt: skip

    def points() -> Decimal | str:
        return worth(draft, full, percent)

    def end(cut: str) -> Decimal | str:
        return draft.amount(cut, 12)

    positive = [cut for cut in scale if Decimal(cut) > 0]
    found: Table = {"kind": kind}
    cuts = rising(dice, positive, 2, 2)
    match kind:
        case "bands":
            rows, cuts = bands(draft, scale)
            found["bands"] = [row | {"points": points()} for row in rows]
        case "proportion":
            found |= {"to": end(cuts[1])} | ({"from": end(cuts[0])} if dice.chance(60) else {})
        case "straight":
            found["of"] = end(cuts[1])
        case "ramp":
            falls = dice.chance(50)
            found |= dict(zip(("from", "to"), map(end, cuts[::-1] if falls else cuts), strict=True))
            found |= {name: points() for name in ("least", "most") if dice.chance(30)}
        case "rank":
            found |= {"points": [points() for _ in range(dice.among(1, 4))], "within": dice.pick(("all", "team"))}
            found |= {"otherwise": points()} if dice.chance(40) else {}
            cuts = []
        case "deduct":
            found |= _stepped(draft, cuts, "free", full, percent)
            found |= {"wipe_out_at": end(cuts[1])} if dice.chance(40) else {}
            found |= {"floor": points()} if dice.chance(30) else {}
        case _:
            found |= _stepped(draft, cuts, "start", full, percent)
            found |= {"most": points()} if dice.chance(50) else {}
    return found, cuts


def _stepped(draft: Draft, cuts: list[str], start: str, full: str, percent: bool) -> Table:
    """What `deduct` and `accrue` have in common; the first steps are added to the cuts."""
    dice = draft.dice
    step = Decimal(100 if percent else full) * Decimal(dice.pick(("0.1", "0.2", "0.03335", "0.3", "1")))
    found: Table = {"each": draft.amount(format(step, "f") if step else "1", 10)}
    per = Decimal(cuts[0])
    if per != 1 or dice.chance(30):
        found["per"] = draft.amount(cuts[0], 10)
    origin = Decimal(dice.pick(MARGINS)) * per
    if origin:
        found[start] = draft.amount(format(origin, "f"), 10)
    cuts += [format(origin + times * per, "f") for times in (0, 1, 2)]
    return found


def choice(draft: Draft, full: str, percent: bool) -> Table:
    """A rule for a choice."""
    dice = draft.dice
    names = dice.some(("a", "b", "c"), 2, 3)
    found: Table = {"kind": "choice", "points": {name: worth(draft, full, percent) for name in names}}
    return found | ({"otherwise": worth(draft, full, percent)} if dice.chance(50) else {})


def checklist(draft: Draft) -> Table:
    """A rule of items that are answered yes or no."""
    dice = draft.dice
    items = [draft.fact(("flag",)) for _ in range(dice.among(1, 4))]
    return {"kind": "checklist", "items": list(dict.fromkeys([*items, *([draft.flag(1)] if dice.chance(30) else [])]))}


def conditions(draft: Draft, full: str, percent: bool) -> Table:
    """A rule of conditions."""
    dice = draft.dice
    if dice.chance(40):
        return {"kind": "conditions", "when": draft.flag(2)}
    rows = [{"when": draft.flag(1), "points": worth(draft, full, percent)} for _ in range(dice.among(1, 3))]
    return {"kind": "conditions", "each": rows}
