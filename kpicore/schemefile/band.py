"""Bands in words: whether the ends of each fit together, and whether the list says what happens beyond its ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from kpicore.decimals import plain_text
from kpicore.formula.node import Num
from kpicore.schemefile.finding import Findings, KeyPath

_LOW = ("from_", "above")
_HIGH = ("up_to", "below")
_NAMES = (*_LOW, *_HIGH, "exactly")


@frozen
class _Span:
    """A band with constant ends; None is without end."""

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool


def check_ends(values: Mapping[str, Any], bad: Collection[str], path: KeyPath, findings: Findings) -> bool:
    """Whether the ends of one band fit together; else the mistake is found. Ends that could not be read are
    not judged."""
    if any(name in bad for name in (*_NAMES, "otherwise")):
        return False
    given = [name for name in _NAMES if name in values]
    words = [name.rstrip("_") for name in given]
    otherwise = bool(values.get("otherwise"))
    message, hint = "", ""
    if otherwise and given:
        message, hint = f"'otherwise' and '{words[0]}' stand in one band.", "'otherwise' takes all that is left."
    elif not otherwise and not given:
        message = "The band has no end."
        hint = "Give from, above, up_to, below, exactly, or otherwise = true."
    elif "exactly" in given and len(given) > 1:
        message, hint = f"'exactly' and '{words[0]}' stand in one band.", "Keep one of them."
    else:
        for pair in (_LOW, _HIGH):
            if all(name in given for name in pair):
                first, second = (name.rstrip("_") for name in pair)
                message = f"'{first}' and '{second}' stand in one band."
                hint = f"'{first}' includes the value, '{second}' does not; keep one of them."
        span = _span(values)
        if not message and span is not None and _empty(span):
            message, hint = "No value lies in the band: its lower end is above its upper end.", "Swap the ends."
    if message:
        findings.error("bad_band", path, message, hint)
    return not message


def check_bands(rows: Sequence[Mapping[str, Any]], sound: bool, own: str, path: KeyPath, findings: Findings) -> None:
    """Whether 'otherwise' stands last, and whether values beyond the ends have a band. `own` is the field that
    a band gives beside its ends."""
    last = len(rows) - 1
    early = [place for place, row in enumerate(rows) if row.get("otherwise") and place != last]
    for place in early:
        findings.error("bad_band", (*path, place), "No band after 'otherwise' can ever be reached.", "Put it last.")
    if not sound or early or rows[last].get("otherwise"):
        return
    found = [_span(row) for row in rows]
    spans = [span for span in found if span is not None]
    if len(spans) < len(found):
        return
    holes = _beyond(spans)
    if not holes:
        return
    message = f"Values {' and '.join(holes)} have no band."
    value = '"..."' if own == "grade" else "0"
    hint = f"Add {{ otherwise = true, {own} = {value} }}." if own else "Add { otherwise = true }."
    if all(span.low is None or span.high is None for span in spans):
        findings.error("no_band", path, message, hint)
    else:
        findings.warning("no_band", path, message, hint)


def _span(values: Mapping[str, Any]) -> _Span | None:
    """The band's ends, None where one is a formula."""
    if any(not isinstance(values[name], Num) for name in _NAMES if name in values):
        return None
    ends = {name: values[name].value for name in _NAMES if name in values}
    if "exactly" in ends:
        return _Span(ends["exactly"], True, ends["exactly"], True)
    low = ends.get("from_", ends.get("above"))
    high = ends.get("up_to", ends.get("below"))
    return _Span(low, "from_" in ends, high, "up_to" in ends)


def _empty(span: _Span) -> bool:
    if span.low is None or span.high is None:
        return False
    return span.low > span.high or (span.low == span.high and not (span.low_closed and span.high_closed))


def _beyond(spans: Sequence[_Span]) -> list[str]:
    """In words, the stretches beyond the outer ends that no band claims; holes between two ends on one side of
    a list are for `check` to find, which knows the measure's grid."""
    lows = [(span.low, not span.low_closed) for span in spans if span.low is not None]
    highs = [(span.high, span.high_closed) for span in spans if span.high is not None]
    down = [(span.high, span.high_closed) for span in spans if span.low is None and span.high is not None]
    up = [(span.low, not span.low_closed) for span in spans if span.high is None and span.low is not None]
    holes = []
    if not down and lows:
        low, open_ = min(lows)
        holes.append(f"of {plain_text(low)} and below" if open_ else f"below {plain_text(low)}")
    if not up and highs:
        high, closed = max(highs)
        holes.append(f"above {plain_text(high)}" if closed else f"of {plain_text(high)} and above")
    if down and up and len(down) + len(up) == len(spans):
        (top, top_closed), (bottom, bottom_open) = max(down), min(up)
        if top < bottom:
            holes.append(f"between {plain_text(top)} and {plain_text(bottom)}")
        elif top == bottom and not top_closed and bottom_open:
            holes.append(f"of exactly {plain_text(top)}")
    return holes
