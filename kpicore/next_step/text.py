"""Advice and boundaries in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from kpicore.decimals import half_up
from kpicore.explain.naming import Titles
from kpicore.figure import Value
from kpicore.formula.node import Fact
from kpicore.messages import reason_text
from kpicore.model import SchemeModel
from kpicore.next_step.advice import Advice, Chance, Lift, Margin
from kpicore.next_step.boundary import Near
from kpicore.next_step.search import Move, Step
from kpicore.period import parse_period
from kpicore.result import Result
from kpicore.wording import amount_text

_INDENT = "  "


class Words(Titles):
    """How a sheet's facts and what results say are worded in one language."""

    def indicator(self, name: str) -> str:
        """The title of an indicator; of 'total' the word for it."""
        line = next((line for line in self.model.indicators if line.id == name), None)
        return self.say("next.total") if line is None else line.title.text(self.language, name)

    def value(self, fact: str, value: Value | None) -> str:
        """A figure; a blank where there is none."""
        spec = self.model.facts[fact]
        title = dict(spec.choice_titles).get(value) if isinstance(value, str) else None
        return amount_text(value, spec.kind, None, self.language) if title is None else title.text(self.language)

    def step(self, step: Step) -> str:
        """'Customers who paid 259 -> 260'."""
        before, after = self.value(step.fact, step.before), self.value(step.fact, step.after)
        return self.say("next.step", fact=self.title(Fact(step.fact)), before=before, after=after)

    def steps(self, move: Move) -> str:
        """One step, or two."""
        return self.say("next.both").join(map(self.step, move.steps))

    def gained(self, move: Move, now: Result) -> str:
        """What a result has more or less, and what it becomes."""
        then, found = move.result, []
        for name, before, after, told in (
            ("total", now.total, then.total, _plain), ("pay", now.pay_total, then.pay_total, _money),
        ):  # fmt: skip
            if before is not None and after is not None and before != after:
                found.append(self.say(f"next.{name}_becomes", value=told(after), change=f"{after - before:+f}"))
        if then.grade is not None and then.grade != now.grade:
            found.append(self.say("next.grade_becomes", grade=self.grade_name(then.grade)))
        if then.status != now.status:
            found.append(self.say(f"next.status.{then.status}"))
        if then.decision is not None and now.decision is not None and then.decision != now.decision:
            found.append(self.say("next.level_becomes", level=self.level(then.decision["to"])))
        return self.say("word.list").join(found)

    def move(self, move: Move, now: Result) -> str:
        """A move with what it brings."""
        gained = self.gained(move, now)
        steps = self.steps(move)
        return self.say("next.move", steps=steps, gained=gained) if gained else steps


Section = tuple[str, tuple[str, ...]]
"""A heading and the lines below it."""


def advice_text(advice: Advice, language: str) -> str:
    """All that there is to say to a person, line by line."""
    lines = [_head(advice, Words(advice.model, language))]
    for title, below in advice_sections(advice, language):
        lines += [_INDENT + title, *(_INDENT * 2 + line for line in below)]
    return "\n".join(lines) + "\n"


def advice_sections(advice: Advice, language: str) -> list[Section]:
    """What there is to say to a person: the way to the next grade, to each next band, and what holds the grade."""
    return list(_sections(advice, Words(advice.model, language)))


def _head(advice: Advice, words: Words) -> str:
    say, now = words.say, advice.result
    who = f"{now.name} ({now.employee})" if now.name else now.employee
    period = parse_period(now.period).label(words.language)
    standing = [say("next.head_total", total=_plain(now.total))] if now.total is not None else []
    standing += [say("next.head_grade", grade=words.grade_name(now.grade))] if now.grade is not None else []
    standing += [say("next.head_pay", pay=_money(now.pay_total))] if now.pay_total is not None else []
    standing += [say("next.head_level", level=words.level(now.decision["to"]))] if now.decision is not None else []
    head = say("next.head", who=who, period=period)
    return say("next.with", head=head, standing=say("word.list").join(standing)) if standing else head


def _sections(advice: Advice, words: Words) -> Iterator[Section]:
    say, now = words.say, advice.result
    if advice.lacking:
        yield say("next.lacking"), tuple(reason_text(each, advice.model, words.language) for each in now.reasons)
        return
    if advice.chance is not None:
        yield _chance(advice.chance, now, words)
    for lift in advice.lifts:
        yield _lift(lift, now, words)
    if advice.margin is not None:
        yield _margin(advice.margin, now, words)
    if advice.chance is None and not advice.lifts and advice.margin is None:
        yield say("next.nothing"), ()


def _chance(chance: Chance, now: Result, words: Words) -> Section:
    if not chance.moves:
        return words.say(f"next.no_way.{chance.aim}"), ()
    to = words.level(chance.to) if chance.aim == "decision" else words.grade_name(chance.to)
    return words.say(f"next.way.{chance.aim}", to=to), tuple(words.move(move, now) for move in chance.moves)


def _lift(lift: Lift, now: Result, words: Words) -> Section:
    say = words.say
    points = _plain(now.indicators[lift.indicator].points)
    title = say("next.indicator", indicator=words.indicator(lift.indicator), points=points)
    moves = [(words.move(move, now), _plain(move.result.indicators[lift.indicator].points)) for move in lift.moves]
    return title, tuple(say("next.lift", move=move, points=then) for move, then in moves) or (say("next.no_fact"),)


def _margin(margin: Margin, now: Result, words: Words) -> Section:
    say = words.say
    total = margin.total
    title = say(f"next.held.{margin.aim}") if total is None else say("next.margin", total=_plain(total))
    return title, tuple(words.move(move, now) for move in margin.moves) or (say("next.safe"),)


def boundary_text(found: Iterable[Near], model: SchemeModel, language: str) -> Iterator[str]:
    """A line for everybody beside a threshold."""
    words = Words(model, language)
    for near in found:
        shown = half_up(near.value, near.places)
        values = {
            "who": near.employee,
            "period": parse_period(near.period).label(language),
            "part": words.indicator(near.part),
            "value": amount_text(shown, near.kind, near.places, language),
            "threshold": amount_text(near.threshold, near.kind, None, language),
        }
        yield words.say("next.near_by_rounding" if near.by_rounding else "next.near", **values)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _money(value: Decimal) -> str:
    return amount_text(Fraction(value), "money", None, "en")  # alike in all languages
