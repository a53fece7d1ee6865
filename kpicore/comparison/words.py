"""The words that comparisons and cohorts share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import define, field

from kpicore.comparison.narrow import OUTCOMES, Part, Shape
from kpicore.comparison.record import Setting, Stand
from kpicore.decimals import half_up
from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.text import Title
from kpicore.wording import amount_text


@define(eq=False)
class Words:
    """The words in one language for so many results; of several periods a person has several."""

    language: str
    periods: Sequence[str]
    say: Messages = field(init=False)
    noun: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.say = Messages(self.language)
        self.noun = "people" if len(self.periods) == 1 else "results"

    def section(self, name: str) -> str:
        """A heading."""
        return self.say(f"compare.section.{name}")

    def column(self, name: str) -> str:
        """The heading of a column."""
        return self.say(f"compare.column.{name}")

    def all(self, count: int) -> str:
        """'400 people', '1,200 results'."""
        return self._counted("all", count)

    def some(self, count: int) -> str:
        """So many of them."""
        return self._counted("some", count)

    def _counted(self, key: str, count: int) -> str:
        form = "one" if count == 1 else "many"
        return self.say(f"compare.{key}.{self.noun}.{form}", count=f"{count:,}")

    def told(self, key: str, count: int, **values: str) -> str:
        """A sentence on so many of them."""
        return self.say.count(f"compare.{key}", count, some=self.some(count), **values)

    def title(self, title: Title, name: str) -> str:
        """A title, else the id."""
        return title.text(self.language, name)

    def side(self, shape: Shape) -> str:
        """A scheme with its versions."""
        versions = self.say("word.list").join(shape.versions)
        return self.say("compare.side", title=self.title(shape.title, shape.id), version=versions)

    def stand(self, stand: Stand) -> str:
        """The grade, or the word for what a person is instead: for a table."""
        if stand.grade is None or stand.grade in OUTCOMES:
            return self.say(f"compare.stand.{stand.grade or stand.status}")
        return stand.grade

    def standing(self, stand: Stand) -> str:
        """The same for a sentence: 'grade A'."""
        plain = self.stand(stand)
        return plain if stand.grade is None or stand.grade in OUTCOMES else self.say("compare.stand.grade", grade=plain)

    def team(self, team: str | None) -> str:
        """A team's name, or that there is none."""
        return self.say("compare.no_team") if team is None else team

    def of_periods(self) -> str:
        """'March 2024', or the first and the last of several."""
        found = [parse_period(period) for period in self.periods]
        if len(found) > 1:
            last = max(found, key=lambda period: period.end)
            return self.say("page.span", first=found[0].label(self.language), last=last.label(self.language))
        return found[0].label(self.language)

    def period(self, period: str) -> str:
        """A period as people write it."""
        return parse_period(period).label(self.language)

    def setting(self, setting: Setting) -> str:
        """'Excellent refund rate 1.00 % (before 2.00 %)'."""
        title, after = self.title(setting.title, setting.id), self.value(setting.after, setting.kind)
        if setting.before is None:
            return self.say("compare.setting_new", title=title, after=after)
        return self.say("compare.setting", title=title, after=after, before=self.value(setting.before, setting.kind))

    def value(self, value: object, kind: str) -> str:
        """The value of a parameter."""
        return amount_text(value, kind, None, self.language)  # type: ignore[arg-type]

    def level(self, levels: Sequence[Part], name: str | None) -> str | None:
        """The title of a level of a ladder."""
        found = next((level for level in levels if level.id == name), None)
        return name if found is None or name is None else self.title(found.title, name)


def money(value: Decimal | None) -> str:
    """'1,234.50'."""
    return "–" if value is None else f"{value:,}"


def percent_of(change: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By how many percent something changes, with one decimal; None where that can not be said."""
    if change is None or not before or before < 0:
        return None
    return half_up(100 * Fraction(change) / Fraction(before), 1)
