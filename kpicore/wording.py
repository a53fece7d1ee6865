"""How values, stretches of numbers and formulas are written for people."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

from kpicore.decimals import plain_text, rounded, scaled_text
from kpicore.formula import node as nodes
from kpicore.formula.node import Node, Num, children
from kpicore.messages.words import Messages
from kpicore.model import GIVEN_TOTAL
from kpicore.season import MONTHS, SeasonSpec, Span
from kpicore.stretch import month_name

Shown = Fraction | Decimal | int | bool | str | datetime.date | None
End = Fraction | Decimal | int | str | None
_LONG = 4
"""The decimals of a value that no decimal gives exactly."""
_UNITS = ("seconds", "hours", "days")
_ANSWERS = {"yes": "yes", "no": "no", "n/a": "not_applicable"}


def amount_text(value: Shown, kind: str, places: int | None, language: str) -> str:
    """A value of this kind as people write it: '65.00 %', '1,234.50', '30 s', 'yes'.

    `places` are the decimals of the value itself (4 for a ratio shown as 65.00 %); None shows as many as it has.
    """
    messages = Messages(language)
    if value is None:
        return messages("word.blank")
    if isinstance(value, bool):
        return messages("word.yes" if value else "word.no")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return messages(f"word.{_ANSWERS[value]}") if kind == "flag" and value in _ANSWERS else value
    exact = Fraction(value)
    if kind == "ratio":
        return f"{number_text(exact * 100, None if places is None else max(places - 2, 0))} %"
    if kind == "money" and places is None and 100 % exact.denominator == 0:
        places = 2
    shown = number_text(exact, places)
    if kind in _UNITS:
        return messages(f"unit.{kind}.{'one' if exact == 1 else 'many'}", number=shown)
    return shown


def number_text(value: Fraction, places: int | None = None) -> str:
    """'1,234.50': rounded half up to `places`, or with as many decimals as it has ('≈ 0.6667' where no number of
    them is enough)."""
    about = ""
    if places is None:
        plain = plain_text(value)
        if "/" in plain:
            about = "≈ "
            plain = scaled_text(rounded(value.numerator, value.denominator, _LONG), _LONG)
    else:
        plain = scaled_text(rounded(value.numerator, value.denominator, places), places)
    whole, point, part = plain.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{about}{sign}{int(digits):,}{point}{part}"


def interval_text(low: End, low_closed: bool, high: End, high_closed: bool, kind: str, language: str) -> str:
    """A stretch of numbers in words: 'from 75 %', 'above 0 up to 5', 'exactly 3'. A text as an end stays as it is."""
    messages = Messages(language)

    def end(value: End) -> str:
        return value if isinstance(value, str) else amount_text(value, kind, None, language)

    if low is None and high is None:
        return messages("interval.all")
    if low is not None and low == high:
        return messages("interval.exactly", value=end(low))
    from_, to = "from" if low_closed else "above", "up_to" if high_closed else "below"
    if high is None:
        return messages(f"interval.{from_}", value=end(low))
    if low is None:
        return messages(f"interval.{to}", value=end(high))
    return messages(f"interval.{from_}_{to}", low=end(low), high=end(high))


def months_text(season: SeasonSpec, language: str) -> str:
    """The months of a season: 'September to February', '9月至次年2月', 'March, June to August'."""
    messages = Messages(language)

    def span(part: Span) -> str:
        first, last = part
        if first == last:
            return month_name(first, language)
        key = "season.span" if first < last else "season.span_over"
        return messages(key, first=month_name(first, language), last=month_name(last, language))

    return messages("word.list").join(map(span, season.spans))


def season_text(season: SeasonSpec, language: str) -> str:
    """That it is this season: 'in the peak season (September to February)', '旺季（9月至次年2月）'."""
    messages = Messages(language)
    title, months = season.title.text(language), months_text(season, language)
    if not title:
        return messages("season.unnamed", id=season.id, months=months)
    if messages.language == "en" and _is_sentence(title):
        title = title[0].lower() + title[1:]
    return messages("season.inside", title=title, months=months)


def _is_sentence(title: str) -> bool:
    """Whether a title has its capital only since it stands as a heading: not so 'Golden Week', 'May sale', 'Lent'."""
    words = title.split()
    months = map(partial(month_name, language="en"), MONTHS)
    return len(words) > 1 and title[1:] == title[1:].lower() and words[0] not in months


def season_texts(seasons: Mapping[str, SeasonSpec], language: str) -> dict[Node, str]:
    """The conditions that the names of seasons stand for, each with its text."""
    return {season.node: season_text(season, language) for season in seasons.values()}


_OR, _AND, _NOT, _COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _ATOM = range(1, 9)
_CHOSEN = 0
_SIGNS = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}
_LANGUAGE = {
    "and": " and ",
    "or": " or ",
    "not": "not {part}",
    "if": "{then} if {condition} else {otherwise}",
    "in": "{value} in ({args})",
    "given": "given({part})",
    "coalesce": "coalesce({first}, {other})",
    "mean_given": "mean_given({args})",
    "mean_weighed": "mean_weighed({args})",
    "least": "min({args})",
    "greatest": "max({args})",
    "half_up": "round({part})",
    "half_up_to": "round({part}, {places})",
    "floor": "floor({part})",
    "floor_to": "floor({part}, {places})",
    "abs": "abs({part})",
    "along": "{way}({part})",
    "cycle": "over_cycle({way}, {part})",
    "cycle_of": "over_cycle({way}, {part}, {kind})",
    "cycle_at": "over_cycle(month {number}, {part})",
    "streak": "streak({part})",
    "rank": "rank({part}, {better})",
    "rank_team": "rank({part}, {better}, team)",
    "within": "within({way}, {part}, {within})",
    "pool": "pool({amount}, {weight}, {within})",
    "list": ", ",
}
"""The language of formulas, as the messages `formula.*` are it in the languages of people."""
_ACROSS = {"least": "min", "greatest": "max"}
Names = Callable[[Node], str]


def plain_name(node: Node) -> str:
    """The text of a leaf in the language of formulas: its id, or the constant."""
    match node:
        case nodes.Fact(id=name) | nodes.Param(id=name) | nodes.Ref(cell=name) | nodes.Moment(part=name):
            return name
        case Num(value=number):
            return plain_text(number)
        case nodes.Text(value=text):
            return f"'{text}'"
        case nodes.Flag(value=flag):
            return "true" if flag else "false"
        case nodes.Day(value=day):
            return day.isoformat()
    return "blank"


def formula_text(
    node: Node,
    names: Names = plain_name,
    times: str = "×",
    words: Messages | None = None,
    phrases: Callable[[Node], str | None] | None = None,
    seasons: Mapping[Node, str] | None = None,
) -> str:
    """A formula with as few brackets as it needs. `names` gives the text of each leaf: fact, parameter, cell, part
    of the period, constant. `times` is the sign of multiplication. With `words`, functions, conditions and
    comparisons are worded for people, and looks along a person or across people are leaves; without, they are those
    of the language of formulas. `phrases` gives the text of a part that is to be read as one thing; None for any
    other. `seasons` has the texts of conditions that the names of seasons stand for."""
    return _Printer(names, times, words, phrases, seasons or {}).at(node, _CHOSEN)


def given_of(node: Node) -> Node | None:
    """x, where a formula is what given(x) makes; else None."""
    match node:
        case nodes.Choose(condition=nodes.Is(arg=arg), then=nodes.Absent(), otherwise=nodes.Not()):
            return arg
    return None


def means_of(node: Node) -> list[Node]:
    """What mean_given(...) was made from; nothing where a formula is no such mean."""
    match node:
        case nodes.Choose(condition=nodes.Some(args=args), otherwise=nodes.Sum()):
            found = [given_of(arg) for arg in args]
            return [] if None in found else [arg for arg in found if arg is not None]
    return []


def weighed_of(node: Node) -> list[tuple[Node, Node]]:
    """Each value with its weight, where a formula is the mean by weight of those that are given; else nothing."""
    match node:
        case nodes.Choose(
            condition=nodes.Every(args=gone),
            then=nodes.Sum(args=values),
            otherwise=nodes.Quotient(top=nodes.Sum(args=tops), bottom=nodes.Sum(args=bottoms)),
        ) if len(gone) == len(values) == len(tops) == len(bottoms) and all(isinstance(one, nodes.Is) for one in gone):
            found = []
            for value, bottom in zip(values, bottoms, strict=True):
                if not isinstance(bottom, nodes.Choose):
                    return []
                found.append((value, bottom.otherwise))
            return found
    return []


def streak_of(node: Node) -> Node | None:
    """The condition, where a formula is what streak(...) makes; else None."""
    match node:
        case nodes.Choose(
            condition=condition,
            then=nodes.Sum(args=(nodes.Along(way="run"), nodes.ONE)),
            otherwise=nodes.ZERO,
        ):
            return condition
    return None


def total_of(node: Node) -> nodes.Ref | None:
    """The total, where a formula takes the one that was given as decided, or else the one that is reckoned."""
    match node:
        case nodes.Instead(arg=nodes.Fact(id=name), other=nodes.Ref() as total) if name == GIVEN_TOTAL:
            return total
    return None


def answer_of(node: Node) -> nodes.Fact | None:
    """The fact, where a formula is what the name of a yes or no that may not apply makes; else None."""
    match node:
        case nodes.Choose(
            condition=nodes.Compare(left=nodes.Fact() as fact, right=nodes.Text("n/a")),
            then=nodes.Absent(),
            otherwise=nodes.Compare(right=nodes.Text("yes")),
        ):
            return fact
    return None


class _Printer:
    def __init__(
        self,
        names: Names,
        times: str,
        words: Messages | None,
        phrases: Callable[[Node], str | None] | None,
        seasons: Mapping[Node, str],
    ) -> None:
        self.names = names
        self.phrases = phrases
        self.seasons = seasons
        self.times = times
        self.words = words

    def say(self, key: str, **parts: object) -> str:
        """A turn of speech with its parts."""
        return _LANGUAGE[key].format_map(parts) if self.words is None else self.words(f"formula.{key}", **parts)

    def at(self, node: Node, least: int) -> str:
        """The text, in brackets where it binds less than `least`."""
        level, text = self.printed(node)
        return text if level >= least else f"({text})"

    def printed(self, node: Node) -> tuple[int, str]:
        """How much it binds, and its text."""
        phrase = self.seasons.get(node) if self.phrases is None else self.phrases(node) or self.seasons.get(node)
        if phrase is not None:
            return _COMPARED, phrase
        match node:
            case Num(value=value) if value < 0:
                return _SIGNED, self.names(node)
            case nodes.Sum(args=args) if len(args) > 1:
                return _ADDED, self._sum(args)
            case nodes.Product(args=args) if len(args) > 1:
                first, *rest = args
                factors = [self.at(first, _MULTIPLIED), *(self.at(arg, _SIGNED) for arg in rest)]
                return _MULTIPLIED, f" {self.times} ".join(factors)
            case nodes.Quotient(top=top, bottom=bottom):
                return _MULTIPLIED, f"{self.at(top, _MULTIPLIED)} / {self.at(bottom, _SIGNED)}"
            case nodes.Sum(args=(only,)) | nodes.Product(args=(only,)):
                return self.printed(only)
            case nodes.DaysBetween(later=later, earlier=earlier):
                return _ADDED, f"{self.at(later, _ADDED)} - {self.at(earlier, _MULTIPLIED)}"
            case nodes.Negative(arg=arg):
                return _SIGNED, f"-{self.at(arg, _SIGNED)}"
        return self._logic(node)

    def _sum(self, args: Sequence[Node]) -> str:
        text = self.at(args[0], _ADDED)
        for arg in args[1:]:
            if isinstance(arg, nodes.Negative):
                text += f" - {self.at(arg.arg, _MULTIPLIED)}"
            else:
                text += f" + {self.at(arg, _MULTIPLIED)}"
        return text

    def _logic(self, node: Node) -> tuple[int, str]:
        match node:
            case nodes.Compare(sign=sign, left=left, right=right):
                shown = sign if self.words is None else _SIGNS.get(sign, sign)
                return _COMPARED, f"{self.at(left, _ADDED)} {shown} {self.at(right, _ADDED)}"
            case nodes.Every(args=args):
                return _AND, self.say("and").join(self.at(arg, _NOT) for arg in args)
            case nodes.Some(args=args) if (listed := _listed(args)) is not None:
                return _COMPARED, self.say("in", value=self.at(listed[0], _ADDED), args=self._args(listed[1:]))
            case nodes.Some(args=args):
                return _OR, self.say("or").join(self.at(arg, _AND) for arg in args)
            case nodes.Not(arg=nodes.Is(arg=arg)):
                return self._given(arg)
            case nodes.Not(arg=arg) if self.words is not None and (held := given_of(arg)) is not None:
                return _COMPARED, self.say("not_given", part=self.at(held, _ADDED))
            case nodes.Not(arg=arg):
                return _NOT, self.say("not", part=self.at(arg, _NOT))
            case nodes.Choose() if (condition := streak_of(node)) is not None:
                if self.words is not None:
                    return _ATOM, self.names(node)
                return _ATOM, self.say("streak", part=self.at(condition, _CHOSEN))
            case nodes.Choose() if (fact := answer_of(node)) is not None:
                return _ATOM, self.names(fact)
            case nodes.Choose(condition=nodes.Is(), then=nodes.Absent(), otherwise=otherwise):
                return self.printed(otherwise)  # so is given(x) made: what can not be read stays so
            case nodes.Choose() if weighed := weighed_of(node):
                products = (nodes.Product((value, weight)) for value, weight in weighed)
                return _ATOM, self.say("mean_weighed", args=self._args(tuple(products)))
            case nodes.Choose() if means := means_of(node):
                return _ATOM, self.say("mean_given", args=self._args(means))
            case nodes.Choose(condition=condition, then=then, otherwise=otherwise):
                parts = {"then": self.at(then, _OR), "condition": self.at(condition, _OR)}
                key = "season" if self.words is not None and condition in self.seasons else "if"
                return _CHOSEN, self.say(key, otherwise=self.at(otherwise, _CHOSEN), **parts)
        return _ATOM, self._called(node)

    def _given(self, arg: Node) -> tuple[int, str]:
        if self.words is None:
            return _ATOM, self.say("given", part=self.at(arg, _CHOSEN))
        return _COMPARED, self.say("given", part=self.at(arg, _ADDED))

    def _called(self, node: Node) -> str:
        match node:
            case nodes.Round(arg=arg, places=places, mode=mode):
                key = f"{mode}_to" if places else mode
                return self.say(key, part=self.at(arg, _CHOSEN), places=places)
            case nodes.Extreme(which=which, args=args):
                return self.say(which, args=self._args(args))
            case nodes.Along() | nodes.Across() | nodes.Portion():
                return self._look(node) if self.words is None else self.names(node)
            case nodes.Magnitude(arg=arg):
                return self.say("abs", part=self.at(arg, _CHOSEN))
            case nodes.Instead():
                total = total_of(node)
                return self._instead(node) if total is None else self.names(total)
            case nodes.Is(arg=arg):
                return self.say("not", part=self._given(arg)[1])
        below = tuple(children(node))
        if not below:
            return self.names(node)
        return f"{type(node).__name__.lower()}({self._args(below)})"

    def _look(self, node: nodes.Along | nodes.Crossing) -> str:
        """A look along a person or across people, in the language of formulas."""
        if isinstance(node, nodes.Portion):
            amount, weight = self.at(node.amount, _CHOSEN), self.at(node.weight, _CHOSEN)
            return self.say("pool", amount=amount, weight=weight, within=node.within)
        part = self.at(node.arg, _CHOSEN)
        if isinstance(node, nodes.Along):
            way = node.way.removeprefix("cycle_")
            if node.month is not None:
                return self.say("cycle_at", part=part, number=node.month + 1)
            if way != node.way and node.part != "month":
                return self.say("cycle_of", way=way, part=part, kind=node.part)
            return self.say("along" if way == node.way else "cycle", way=way, part=part)
        if node.way in nodes.RANKS:
            key = "rank" if node.within == "all" else "rank_team"
            return self.say(key, part=part, better=node.way.removeprefix("rank_"))
        return self.say("within", way=_ACROSS.get(node.way, node.way), part=part, within=node.within)

    def _instead(self, node: nodes.Instead) -> str:
        least = _CHOSEN if self.words is None else _SIGNED
        first, *others = (self.at(arg, least) for arg in _alternatives(node))
        return self.say("coalesce", first=first, other=self.say("list").join(others))

    def _args(self, args: Sequence[Node]) -> str:
        return self.say("list").join(self.at(arg, _CHOSEN) for arg in args)


def _alternatives(node: nodes.Instead) -> list[Node]:
    found: list[Node] = [node.arg]
    other: Node = node.other
    while isinstance(other, nodes.Instead):
        found.append(other.arg)
        other = other.other
    return [*found, other]


def _listed(args: Sequence[Node]) -> list[Node] | None:
    """What `x in (a, b)` was made from, x first; None where these are no such."""
    found: list[Node] = []
    for arg in args:
        if not isinstance(arg, nodes.Compare) or arg.sign != "==" or (found and arg.left != found[0]):
            return None
        found += [arg.right] if found else [arg.left, arg.right]
    return found if len(args) > 1 else None
