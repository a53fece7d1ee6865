"""The words of a page: those of `kpicore.explain.prose`, and those that only pages need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import PurePath

from attrs import frozen

from kpicore.curve import Curve, Interval, Piece, interval, number_of, piece_value
from kpicore.explain.naming import look_of
from kpicore.explain.prose import Prose
from kpicore.explain.use import CurveUse, Explanation, FigureUse, FormulaUse, LineExplanation, TableUse
from kpicore.formula.node import Fact, Node, Param, Ref
from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.report.context import BandText, Condition, Figure
from kpicore.report.curvechart import stretches
from kpicore.text import Title, title_of
from kpicore.wording import Shown, amount_text, interval_text, number_text

Valued = Callable[[Piece], str]
NONE = "–"
"""What stands where there is no value."""
_SIGNS = ((" - ", " − "), (" = ≈ ", " ≈ "))


class Phrases:
    """The words for one explanation in one language."""

    def __init__(self, explanation: Explanation, language: str) -> None:
        self.prose = Prose(explanation, language)
        self.say = Messages(language)
        self.language = self.say.language
        self.model = explanation.model
        self.lines = explanation.lines

    @cached_property
    def weighted(self) -> bool:
        """Whether weights turn points into scores; where each is 100 %, points are scores already."""
        weights = {line.weight for line in self.lines if not line.shown_only}
        return self.model.rules_award == "percent" and not weights <= {None, 100}

    def word(self, key: str, **values: object) -> str:
        """A word of the pages."""
        return self.say(f"page.{key}", **values)

    def title(self, title: Title, id_: str) -> str:
        """A title in this language, else the id."""
        return title.text(self.language, id_)

    def marks(self, value: Decimal | None) -> str:
        """Points, scores and totals, with the places that they have."""
        return NONE if value is None else f"{value:,f}"

    def amount(self, value: Shown, kind: str, places: int | None) -> str:
        """A value of a kind, or the sign for none."""
        return NONE if value is None else amount_text(value, kind, places, self.language)

    def signs(self, text: str) -> str:
        """A sentence with the signs of print."""
        return _signs(text)

    def worded(self, node: Node) -> str:
        """A formula with the titles of what it names."""
        return _signs(self.prose.worded(node))

    def figured(self, use: FormulaUse) -> str:
        """A formula with the person's figures."""
        return _signs(self.prose.figured(use))

    def reckoned(self, use: FormulaUse, value: Decimal | None, kind: str, places: int | None) -> str:
        """A formula with the person's figures and its value, rounded as it stands in the result (where not None).

        The sign says where it had to be rounded. A formula that is a single name has no figures beside its value.
        """
        way = self.figured(use)
        if not isinstance(use.value, Fraction):
            return way
        exact = value is None or use.value == Fraction(value)
        shown = amount_text(use.value if value is None else value, kind, places, self.language)
        if exact and (isinstance(use.node, Fact | Param | Ref) or look_of(use.node) is not None):
            return ""
        return f"{way} {'=' if exact else '≈'} {shown}"

    def condition(self, name: str, use: FormulaUse, group: str = "") -> Condition:
        """A condition in words and in figures, and those that it joins; `group` is the id of the indicator's group."""
        state = "unknown" if use.value is None else "holds" if use.value else "fails"
        return Condition(
            label=self.prose.condition_label(name, group),
            words=self.worded(use.node),
            figures=self.figured(use),
            state=state,
            state_text=self.say(f"explain.{state}"),
            parts=tuple(self.condition(name, part) for part in use.parts),
        )

    def verdict(self, line: LineExplanation) -> tuple[str, ...]:
        """The bands or rows that decided, and what they give; that there are no points where a condition fails."""
        if line.shown_only and line.idle:
            return ()
        if line.barred is not None:
            return (self.prose.barred(line),)
        return tuple(_signs(sentence) for sentence in self.prose.judged(line))

    def piece(self, use: CurveUse, kind: str) -> str:
        """The piece that decided, with the points that it gives."""
        return _signs(self.prose.piece(use, kind))

    def figure(self, use: FigureUse) -> Figure:
        """A figure and where it came from."""
        origin = "assumed" if use.assumed else use.origin
        fact = self.model.facts.get(use.id)
        unit = "" if fact is None or use.value is None else fact.unit.text(self.language)
        file, place, column = self.where(use.place)
        value = self.amount(use.said(self.language), use.kind, None)
        if use.value is not None and use.heads is not None:
            value = self.prose.of_heads(use)
        return Figure(
            title=self.prose.figure_title(use),
            value=f"{value} {unit}".rstrip(),
            origin=origin,
            origin_text=self._origin(use, origin),
            file=file,
            place=place,
            column=column,
        )

    def where(self, place: Place | None) -> tuple[str, str, str]:
        """A place as the name of its file, the page and row in words, and the column; '' where it is not known."""
        if place is None:
            return "", "", ""
        parts = [] if place.page is None else [self.say("explain.place.page", page=place.page)]
        parts += [] if place.row is None else [self.say("explain.place.row", row=place.row)]
        return file_name(place), self.say("explain.separator").join(parts), place.column or ""

    def _origin(self, use: FigureUse, origin: str) -> str:
        """Where a figure without a place of its own came from."""
        if use.way is not None and use.period is not None and use.value is not None:
            return self.word("taken", period=parse_period(use.period).label(self.language))
        return self.say(f"explain.origin.{origin}")

    def bands(self, use: CurveUse, kind: str, valued: Valued | None = None) -> Iterator[BandText]:
        """The pieces of a bound curve in their order, in words; those that never decide are left away.

        `valued` gives the text of what a piece is worth, where that is not points.
        """
        curve = use.curve
        if use.place is not None:
            yield from self._places(use)
            return
        spans = stretches(curve)
        for place, piece in enumerate(curve.pieces):
            own = [span for span in spans if span.piece == place]
            if own:
                value = self.piece_value(piece, own, kind) if valued is None else valued(piece)
                yield BandText(text=self.band(curve, place, own, kind), value=value, reached=use.piece == place)

    def _places(self, use: CurveUse) -> Iterator[BandText]:
        """The points of each place, and of all after them."""
        for place, piece in enumerate(use.curve.pieces):
            low = interval(piece).low
            text = self.word("places_after") if low is None else self.word("place", place=number_text(low))
            yield BandText(text=text, value=number_text(number_of(piece.base)), reached=use.piece == place)

    def band(self, curve: Curve, place: int, spans: list[Interval], kind: str) -> str:
        """The ends of a piece: as the scheme gives them, or, for one that takes what is left, where it decides."""
        piece = curve.pieces[place]
        span = interval(piece)
        if (span.low is None and span.high is None) or number_of(piece.slope) != 0:
            if len(spans) > 1:
                return self.say("interval.otherwise")
            span = spans[0]
        return interval_text(span.low, span.low_closed, span.high, span.high_closed, kind, self.language)

    def piece_value(self, piece: Piece, spans: list[Interval], kind: str) -> str:
        """What a piece gives: a number, or how it runs."""
        base, slope = number_of(piece.base), number_of(piece.slope)
        if slope == 0:
            return number_text(base)
        if piece.step is not None:
            key = "show.stair_up" if slope > 0 else "show.stair_down"
            each = number_text(abs(slope))
            start = amount_text(number_of(piece.origin), kind, None, self.language)
            step = amount_text(number_of(piece.step), kind, None, self.language)
            return self.say(key, base=number_text(base), each=each, step=step, start=start)
        low, high = spans[0].low, spans[0].high
        if len(spans) == 1 and low is not None and high is not None:
            ends = [number_text(piece_value(piece, end)) for end in (low, high)]
            return self.word("line", low=ends[0], high=ends[1])
        return self.word("straight")

    def rows(self, table: TableUse, kind: str = "number") -> Iterator[BandText]:
        """The rows of a table of choices; `kind` is that of what they are worth."""
        for choice, value in table.rows:
            shown = NONE if value is None else amount_text(value, kind, None, self.language)
            text = title_of(choice, table.titles, self.language)
            yield BandText(text=text, value=shown, reached=choice == table.at)

    def axis(self, kind: str) -> _Axis:
        """The texts along an axis of this kind."""
        return _Axis(kind, self.language)


@frozen
class _Axis:
    kind: str
    language: str

    def __call__(self, value: Fraction) -> str:
        return amount_text(value, self.kind, None, self.language)


def file_name(place: Place) -> str:
    """The name of a place's file: in which folder it lay is nothing to those who are handed a page."""
    return PurePath(place.file).name if place.file and "://" not in place.file else place.file or ""


def _signs(formula: str) -> str:
    """A formula with the signs of print."""
    for sign, printed in _SIGNS:
        formula = formula.replace(sign, printed)
    return formula
