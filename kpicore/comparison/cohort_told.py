"""A cohort in words and tables."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from kpicore.comparison.cohort import Bin, Cohort, PaySum, Spread
from kpicore.comparison.section import Column, Section, Table, Told, Value
from kpicore.comparison.told import MOST_ROWS
from kpicore.comparison.words import Words, money
from kpicore.wording import interval_text

_SPREAD = ("least", "quarter", "median", "three_quarters", "most")


def cohort_told(found: Cohort, language: str, most: int | None = MOST_ROWS) -> Told:
    """The cohort in a language; of long tables so many rows, or all."""
    return _Teller(found, language, most).told()


@define
class _Teller:
    found: Cohort
    language: str
    most: int | None
    words: Words = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.words = Words(self.language, self.found.periods)

    def told(self) -> Told:
        words, say, found = self.words, self.words.say, self.found
        covers = say("compare.cohort.covers", all=words.all(found.count), periods=words.of_periods())
        return Told(
            say("compare.cohort.kicker"),
            say("compare.cohort.title"),
            (words.side(found.scheme), covers),
            tuple(self._sections()),
            words.language,
        )

    def _sections(self) -> Iterator[Section]:
        words, found = self.words, self.found
        yield Section("summary", words.section("summary"), tuple(self._summary()))
        if found.bins:
            yield self._bins()
        yield self._heads()
        if found.elements:
            yield self._pay()
        if len(found.teams) > 1 or found.teams[0].team is not None:
            yield self._teams()
        if found.raters:
            yield self._raters()
            if any(rater.items for rater in found.raters):
                yield self._items()

    def _summary(self) -> Iterator[str]:
        words, say, found = self.words, self.words.say, self.found
        spread = found.spread
        if spread.mean is not None:
            values = {name: money(getattr(spread, name)) for name in ("mean", *_SPREAD)}
            yield say("compare.cohort.mean", **values)
        for status in ("incomplete", "ineligible", "running"):
            count = sum(count for stand, count in found.stands if stand.status == status)
            if count:
                yield words.told(f"cohort.status.{status}", count)
        if found.pay.amount is not None:
            amounts = {"some": words.some(found.pay.people), "all": words.all(found.count)}
            yield say("compare.cohort.pay", amount=money(found.pay.amount), **amounts)
        if found.unpaid:
            yield words.told("cohort.unpaid", found.unpaid, all=words.all(found.count))
        yield from self._rated()

    def _rated(self) -> Iterator[str]:
        words, say = self.words, self.words.say
        known = [rater for rater in self.found.raters if rater.difference is not None]
        if len(known) < 2:
            return
        names = [words.title(rater.title, rater.id) for rater in known]
        most, least = known[0].difference or 0, known[-1].difference or 0
        if most > 0:
            yield say("compare.cohort.lenient", rater=_begun(names[0]), difference=f"{most:,}")
        if least < 0:
            yield say("compare.cohort.harsh", rater=_begun(names[-1]), difference=f"{-least:,}")
        if not most and not least:
            yield say("compare.cohort.alike")

    def _bins(self) -> Section:
        words, column = self.words, self.words.column
        graded = any(each.stretch.grade for each in self.found.bins)
        columns = [Column(column("stretch"))]
        columns += [Column(column("grade"))] if graded else []
        columns += [Column(column("people"), "number", bars="bins")]
        rows = []
        for each in reversed(self.found.bins):
            row: list[Value] = [self._stretch(each)]
            row += [each.stretch.grade] if graded else []
            rows.append((*row, each.people))
        return Section("distribution", words.section("distribution"), table=Table(tuple(columns), tuple(rows)))

    def _stretch(self, each: Bin) -> str:
        of = each.stretch
        return interval_text(of.low, of.low_closed, of.high, of.high_closed, "number", self.language)

    def _heads(self) -> Section:
        words, column = self.words, self.words.column
        columns = (
            Column(column("decided" if self.found.scheme.climbs else "stands")),
            Column(column("people"), "number", bars="heads"),
        )
        rows = tuple((words.stand(stand), count) for stand, count in self.found.stands)
        return Section("heads", words.section("cohort_heads"), table=Table(columns, rows))

    def _pay(self) -> Section:
        words, column = self.words, self.words.column
        columns = (
            Column(column("element")),
            Column(column("amount"), "number", bars="pay"),
            Column(column("people"), "number"),
        )
        rows = tuple((words.title(each.title, each.id), each.amount, each.people) for each in self.found.elements)
        sums = (words.say("compare.sum"), *_paid(self.found.pay))
        return Section("pay", words.section("cohort_pay"), table=Table(columns, rows, sums))

    def _teams(self) -> Section:
        words, column, found = self.words, self.words.column, self.found
        total, paid = bool(found.spread.count), bool(found.elements)
        columns = [Column(column("team"), "name"), Column(column("people"), "number")]
        columns += [Column(column("incomplete"), "number")]
        columns += [Column(column(name), "number") for name in ("mean", *_SPREAD) if total]
        columns += [Column(column("pay"), "number")] if paid else []
        by_element = paid and self.most is None
        if by_element:
            columns += [Column(words.title(each.title, each.id), "number") for each in found.elements]
        rows = []
        for team in found.teams[: self.most]:
            row: list[Value] = [words.team(team.team), team.people, team.incomplete]
            row += _spread(team.spread) if total else []
            row += [team.pay.amount] if paid else []
            row += [each.amount for each in team.elements] if by_element else []
            rows.append(tuple(row))
        help = (words.say("compare.cohort.quarters_help"),) if total else ()
        left = len(found.teams) - len(rows)
        more = (words.say.count("compare.more_rows", left),) if left else ()
        return Section("teams", words.section("teams"), help, Table(tuple(columns), tuple(rows)), more)

    def _raters(self) -> Section:
        words, column = self.words, self.words.column
        columns = (
            Column(column("rater")),
            Column(column("people"), "number"),
            Column(column("judged"), "number"),
            Column(column("difference"), "difference"),
        )
        rows = tuple(
            (words.title(rater.title, rater.id), rater.people, rater.compared, rater.difference)
            for rater in self.found.raters
        )
        help = (words.say("compare.cohort.raters_help"),)
        return Section("raters", words.section("raters"), help, Table(columns, rows))

    def _items(self) -> Section:
        words, column, raters = self.words, self.words.column, self.found.raters
        titles = {item.id: item.title for rater in raters for item in rater.items}
        of = [{item.id: item for item in rater.items} for rater in raters]
        columns = [Column(column("indicator"))]
        columns += [Column(words.title(rater.title, rater.id), "difference") for rater in raters]
        rows = [
            (words.title(title, name), *(items[name].difference if name in items else None for items in of))
            for name, title in titles.items()
        ]
        return Section("items", words.section("items"), table=Table(tuple(columns), tuple(rows)))


def _begun(name: str) -> str:
    """A title as a sentence begins with it."""
    return name[:1].upper() + name[1:]


def _spread(spread: Spread) -> list[Value]:
    return [getattr(spread, name) for name in ("mean", *_SPREAD)]


def _paid(pay: PaySum) -> tuple[Value, ...]:
    return pay.amount, pay.people
