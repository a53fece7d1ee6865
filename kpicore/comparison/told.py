"""A comparison in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field

from kpicore.comparison.narrow import Shape
from kpicore.comparison.record import Comparison, PayChange, Person, Stand
from kpicore.comparison.section import Column, Section, Table, Told, Value
from kpicore.comparison.summary import summary_lines
from kpicore.comparison.words import Words, percent_of

MOST_ROWS = 20
"""So many teams stand on a screen and a page; all of them in the workbook."""


def told_of(comparison: Comparison, language: str, most: int | None = MOST_ROWS) -> Told:
    """The comparison in a language; of long tables so many rows, or all."""
    return _Teller(comparison, language, most).told()


@define
class _Teller:
    found: Comparison
    language: str
    most: int | None
    words: Words = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.words = Words(self.language, self.found.periods)

    def told(self) -> Told:
        words, say = self.words, self.words.say
        return Told(
            say("compare.kicker"), say("compare.title"), tuple(self._about()), tuple(self._sections()), words.language
        )

    def _about(self) -> Iterator[str]:
        words, found = self.words, self.found
        yield words.say("compare.before", side=words.side(found.old))
        settings = [words.setting(setting) for setting in found.settings]
        if found.own_settings:
            settings.append(words.say.count("compare.own_settings", found.own_settings))
        side = words.side(found.new)
        if settings:
            yield words.say("compare.after_set", side=side, settings=words.say("word.list").join(settings))
        else:
            yield words.say("compare.after", side=side)
        yield words.say("compare.covers", all=words.all(found.count), periods=words.of_periods())

    def _sections(self) -> Iterator[Section]:
        words, found = self.words, self.found
        yield Section("summary", words.section("summary"), tuple(summary_lines(found, words)))
        if any(move.before != Stand("scored") or move.after != Stand("scored") for move in found.moves):
            yield self._heads()
            yield self._matrix()
        if found.pay.before is not None or found.pay.after is not None:
            yield self._pay()
        if len(found.teams) > 1 or found.teams[0].team is not None:
            yield self._teams()
        for name, people in (("favoured", found.favoured), ("unfavoured", found.unfavoured)):
            if people:
                yield self.people(name, people)
            else:
                up = "up" if name == "favoured" else "down"
                yield Section(name, words.section(name), (words.say(f"compare.nobody_favoured.{up}"),))
        if found.indicators:
            yield self._indicators()

    def _heads(self) -> Section:
        words, column = self.words, self.words.column
        rows = []
        for stand in self.found.stands:
            before = sum(move.people for move in self.found.moves if move.before == stand)
            after = sum(move.people for move in self.found.moves if move.after == stand)
            if before or after:
                rows.append((words.stand(stand), before, after, after - before))
        columns = (
            Column(column("decided" if self.found.decides else "stands")),
            Column(column("before"), "number", bars="heads"),
            Column(column("after"), "number", bars="heads"),
            Column(column("change"), "difference"),
        )
        return Section("heads", words.section("heads"), table=Table(columns, tuple(rows)))

    def _matrix(self) -> Section:
        words, found = self.words, self.found
        before = [stand for stand in found.stands if any(move.before == stand for move in found.moves)]
        after = [stand for stand in found.stands if any(move.after == stand for move in found.moves)]
        counts = {(move.before, move.after): move for move in found.moves}
        rows, ways = [], []
        for at, stand in enumerate(before):
            row: list[Value] = [words.stand(stand)]
            for number, to in enumerate(after, 1):
                move = counts.get((stand, to))
                row.append("" if move is None else move.people)
                if move is not None:
                    ways.append((at, number, move.way))
            rows.append((*row, sum(move.people for move in found.moves if move.before == stand)))
        sums = [sum(move.people for move in found.moves if move.after == stand) for stand in after]
        whole = words.say("compare.sum")
        columns = [Column(words.stand(stand), "number") for stand in after]
        table = Table(
            (Column(words.column("stand")), *columns, Column(whole, "number")),
            tuple(rows),
            (whole, *sums, found.count),
            tuple(ways),
        )
        name = "decisions" if found.decides else "grades"
        return Section("matrix", words.section(name), (words.say("compare.matrix_help"),), table)

    def _pay(self) -> Section:
        words, column = self.words, self.words.column
        columns = (
            Column(column("element")),
            Column(column("before"), "number"),
            Column(column("after"), "number"),
            Column(column("change"), "change"),
            Column(column("percent"), "percent"),
        )
        rows = tuple((words.title(each.title, each.id), *_change(each)) for each in self.found.elements)
        sums = (words.say("compare.sum"), *_change(self.found.pay))
        return Section("pay", words.section("pay"), table=Table(columns, rows, sums))

    def _teams(self) -> Section:
        words, column, found = self.words, self.words.column, self.found
        ranked = any(move.way in ("up", "down") for move in found.moves) or bool(found.new.grades or found.decides)
        paid = found.pay.change is not None
        columns = [Column(column("team"), "name"), Column(column("people"), "number")]
        columns += [Column(column(name), "number") for name in ("up", "down") if ranked]
        columns += [Column(column(name), "number") for name in ("mean_before", "mean_after") if found.compared]
        columns += [Column(column(name), "number") for name in ("pay_before", "pay_after") if paid]
        columns += [Column(column("pay_change"), "change")] if paid else []
        by_element = self.most is None and paid
        if by_element:
            titles = [words.title(each.title, each.id) for each in found.elements]
            columns += [Column(f"{column('change')} {title}", "change") for title in titles]
        rows = []
        for team in found.teams[: self.most]:
            row: list[Value] = [words.team(team.team), team.people]
            row += [team.up, team.down] if ranked else []
            row += [team.mean_before, team.mean_after] if found.compared else []
            row += [team.pay.before, team.pay.after, team.pay.change] if paid else []
            row += [each.change for each in team.elements] if by_element else []
            rows.append(tuple(row))
        lines = (words.say("compare.teams_help"),) if found.compared else ()
        table = Table(tuple(columns), tuple(rows))
        return Section("teams", words.section("teams"), lines, table, self.more(len(found.teams) - len(rows)))

    def more(self, count: int) -> tuple[str, ...]:
        """That there are more rows than these."""
        return (self.words.say.count("compare.more_rows", count),) if count > 0 else ()

    def people(self, name: str, people: Sequence[Person]) -> Section:
        """People one by one."""
        words, column, found = self.words, self.words.column, self.found
        several = len(found.periods) > 1
        total, paid = bool(found.compared), found.pay.change is not None
        columns = [Column(column("employee"), "name"), Column(column("name"), "name"), Column(column("team"), "name")]
        columns += [Column(column("period"))] if several else []
        columns += [Column(column("before")), Column(column("after"))]
        columns += [Column(column(f"decision_{side}")) for side in ("before", "after") if found.decides]
        columns += [Column(column(each), "number") for each in ("total_before", "total_after") if total]
        columns += [Column(column("total_change"), "change")] if total else []
        columns += [Column(column(each), "number") for each in ("pay_before", "pay_after") if paid]
        columns += [Column(column("pay_change"), "change")] if paid else []
        rows = []
        for each in people:
            row: list[Value] = [each.employee, each.name, each.team]
            row += [words.period(each.period)] if several else []
            row += [words.stand(each.before), words.stand(each.after)]
            if found.decides:
                row.append(_level(words, found.old, each.decision_before))
                row.append(_level(words, found.new, each.decision_after))
            row += [each.total_before, each.total_after, each.total_change] if total else []
            row += [each.pay_before, each.pay_after, each.pay_change] if paid else []
            rows.append(tuple(row))
        return Section(name, words.section(name), table=Table(tuple(columns), tuple(rows)))

    def _indicators(self) -> Section:
        words, column = self.words, self.words.column
        lines = self.found.indicators
        absent = any(line.lost or line.won for line in lines)
        noted = any(line.only for line in lines)
        full = any(line.full_before is not None or line.full_after is not None for line in lines)
        columns = [Column(column("indicator"))]
        columns += [Column(column("full_marks"), "text")] if full else []
        columns += [Column(column(name), "number") for name in ("mean_before", "mean_after")]
        columns += [Column(column(name), "number") for name in ("rise", "fall", "stay")]
        columns += [Column(column(name), "number") for name in ("lost", "won") if absent]
        columns += [Column(column("note"))] if noted else []
        rows = []
        for line in lines:
            row: list[Value] = [words.title(line.title, line.id)]
            if full:
                marks = [each for each in (line.full_before, line.full_after) if each is not None]
                row.append(" → ".join(dict.fromkeys(f"{each:,}" for each in marks)))
            row += [line.mean_before, line.mean_after]
            row += [None, None, None] if line.only else [line.rise, line.fall, line.stay]
            row += [line.lost, line.won] if absent else []
            row += [words.say(f"compare.only.{line.only}") if line.only else ""] if noted else []
            rows.append(tuple(row))
        help = words.say("compare.indicators_help")
        return Section("indicators", words.section("indicators"), (help,), Table(tuple(columns), tuple(rows)))


def _level(words: Words, shape: Shape, decision: Mapping[str, str] | None) -> str | None:
    """The title of the level that a decision leads to."""
    return None if decision is None else words.level(shape.levels, decision["to"])


def _change(change: PayChange) -> tuple[Value, ...]:
    percent = percent_of(change.change, change.before)
    return change.before, change.after, change.change, percent
