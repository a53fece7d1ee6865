"""What people call the parts of a sheet, and its formulas in their words and with a person's figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from kpicore.explain.choice import Choices, TitledText
from kpicore.explain.constant import Constant, with_attainments, with_kinds
from kpicore.explain.formulas import formulas_of, formulas_of_cycle
from kpicore.explain.ladder import asked_check
from kpicore.explain.use import (
    Explanation,
    FigureUse,
    FormulaUse,
    Heads,
    LadderExplanation,
    LineExplanation,
    SeasonUse,
)
from kpicore.formula.node import (
    RANKS,
    Absent,
    Across,
    Along,
    Choose,
    Fact,
    Flag,
    Instead,
    Moment,
    Node,
    Param,
    Ref,
    Text,
    children,
    replace,
    walk,
)
from kpicore.messages import Messages, occasion_text
from kpicore.model import SchemeModel
from kpicore.period import parse_period
from kpicore.result import Result
from kpicore.season import season_of
from kpicore.wording import (
    amount_text,
    formula_text,
    given_of,
    means_of,
    number_text,
    plain_name,
    season_text,
    season_texts,
    streak_of,
    total_of,
    weighed_of,
)

Look = tuple[str, str, str | None]


class Titles:
    """The names of the parts of a sheet, and its formulas in words, in one language."""

    def __init__(self, model: SchemeModel, language: str) -> None:
        self.model = model
        self.language = language
        self.say = Messages(language)

    def worded(self, node: Node) -> str:
        """A formula with the titles of what it names."""
        node = with_attainments(with_kinds(self.model, self._choices.named(node)))
        return formula_text(node, self.title, words=self.say, phrases=self.phrase, seasons=self._seasons)

    @cached_property
    def _choices(self) -> Choices:
        return Choices(self.model)

    @cached_property
    def _seasons(self) -> dict[Node, str]:
        return season_texts(self.model.seasons, self.language)

    def phrase(self, node: Node) -> str | None:
        """What a formula of a ladder asks of a set of checks; None for any other."""
        asked = asked_check(self.model, node)
        if asked is None:
            return None
        title = asked.check.title.text(self.language, asked.check.id)
        if asked.mark is None:
            return self.say(f"explain.check.{asked.way}", title=title)
        return self.say("explain.check.passed_at", title=title, mark=self.worded(asked.mark))

    def level(self, level: str) -> str:
        """What people call a level of the ladder."""
        levels = () if self.model.ladder is None else self.model.ladder.level
        return next((found.title.text(self.language, level) for found in levels if found.id == level), level)

    def grade_name(self, grade: str) -> str:
        """What people call a grade."""
        bands = () if self.model.grade is None else self.model.grade.bands
        return next((band.title.text(self.language, grade) for band in bands if band.grade == grade), grade)

    def title(self, node: Node) -> str:
        """What people call a fact, a parameter or a cell."""
        if isinstance(node, Fact):
            return self.model.fact(node.id).title.text(self.language, node.id)
        if isinstance(node, Param):
            return self.model.params[node.id].title.text(self.language, node.id)
        if isinstance(node, Along):
            return self._over(node.way, node.part, self._looked(node.arg, node.way))
        if isinstance(node, Across):
            return self.say(f"explain.across.{node.way}.{node.within}", title=self.worded(node.arg))
        condition = streak_of(node)
        if condition is not None:
            return self.say("explain.streak", condition=self.worded(condition))
        if isinstance(node, Moment):
            return self.say(f"cell.{node.part}")
        if isinstance(node, Ref):
            name, _, part = node.cell.partition(".")
            if self.model.ladder is not None:
                values = {value.id: value.title.text(self.language, value.id) for value in self.model.ladder.value}
                return values[part] if name == "value" else self.say(f"explain.ladder.{part or name}")
            if name == "earned":
                return {pay.id: pay.title.text(self.language, pay.id) for pay in self.model.pay}[part]
            titles = {line.id: line.title.text(self.language, line.id) for line in self.model.indicators}
            if part and name in titles:
                return self.say(f"explain.cell.{part}", title=titles[name])
            return self.say(f"explain.cell.{node.cell}")
        return self._constant(node)

    def _over(self, way: str, part: str, title: str) -> str:
        """A look along the person: 'previous sales', 'mean of the sales over the quarters'."""
        if part == "month":
            return self.say(f"explain.along.{way}", title=title)
        return self.say(f"explain.along_parts.{way}", title=title, parts=self.say(f"explain.parts.{part}"))

    def _looked(self, node: Node, way: str) -> str:
        """What a look asks, in brackets where it is more than a name and the look is over the months of a cycle."""
        text = self.worded(node)
        long = total_of(node) is None and any(children(node))
        return f"({text})" if way.startswith("cycle_") and long else text

    def level_word(self, indicator: str, level: str) -> str:
        """A level of an indicator by itself: as the choice of this name is called that is measured, or compared with
        it; else a usual one in the words of the language."""
        line = next(line for line in self.model.indicators if line.id == indicator)
        asked = [formula.node for formula in (line.judged, line.measure) if formula is not None]
        asked += [self.model.facts[line.beside].node] if line.beside else []
        usual = self.say(f"level.{level}") if f"level.{level}" in self.say else level
        titles = dict(self._choices.titles(*asked))
        return titles[level].text(self.language, usual) if level in titles else usual

    def _constant(self, node: Node) -> str:
        if isinstance(node, TitledText):
            return node.title.text(self.language, node.value)
        if isinstance(node, Constant):
            return amount_text(node.value, node.kind, None, self.language)
        if isinstance(node, Text) and self.model.ladder is not None:
            return self.level(node.value)
        if isinstance(node, Flag):
            return self.say("word.yes" if node.value else "word.no")
        return self.say("word.blank") if isinstance(node, Absent) else plain_name(node)


class Naming(Titles):
    """The names and formulas of one explanation in one language."""

    def __init__(self, explanation: Explanation, language: str) -> None:
        super().__init__(explanation.model, language)
        self.explanation = explanation
        self.result: Result = explanation.result

    def occasion(self) -> str:
        """On which occasion the person was appraised, '' where nobody says."""
        return occasion_text(self.result.occasion, self.model.occasions, self.language)

    def figured(self, use: FormulaUse) -> str:
        """A formula with the figures in place of the names, and what cells it names came to. Where one figure
        stands for another that is missing, the one that was taken is shown."""
        values = {figure.id: figure for figure in use.figures if figure.way is None}
        looks: dict[Look, FigureUse] = {}
        for figure in use.figures:
            if figure.way is not None:
                looks[figure.way, figure.id, None if figure.heads is None else figure.heads.within] = figure

        def shown(node: Node) -> str:
            if isinstance(node, Fact | Param):
                figure = values[node.id]
                if figure.value is None:
                    return self.say(f"explain.origin.{figure.origin}")
                return amount_text(figure.said(self.language), figure.kind, None, self.language)
            look = look_of(node)
            if look is not None:
                return self.then(looks[look])
            if isinstance(node, Ref):
                return self.cell(node)
            if isinstance(node, Moment):
                return str(getattr(parse_period(self.result.period), node.part))
            return self._constant(node)

        def told(node: Node) -> str | None:
            season = season_of(self.model.seasons, node)
            if season is not None:
                return self.say("word.yes" if self._month in season.months else "word.no")
            asked = asked_check(self.model, node)
            return None if asked is None else self.then(looks[asked.way, asked.text, None])

        def taken(node: Node) -> Node | None:
            if (
                means_of(node)
                or weighed_of(node)
                or look_of(node) is not None
                or asked_check(self.model, node) is not None
            ):
                return node
            held = given_of(node)
            if held is not None:
                return replace(held, taken)
            if not isinstance(node, Instead):
                return None
            look = look_of(node.arg)
            if isinstance(node.arg, Fact | Param):
                figure = values[node.arg.id]
            elif look is not None:
                figure = looks[look]
            else:
                return None
            return replace(node.other, taken) if figure.origin == "missing" else node.arg

        node = self._choices.named(use.node)
        node = replace(node, taken) if _has_choices(node) else node
        return formula_text(with_kinds(self.model, node), shown, words=self.say, phrases=told)

    @property
    def _month(self) -> int | None:
        """The number of the period's month; None where it touches several."""
        return parse_period(self.result.period).month

    @property
    def share(self) -> str:
        """The share of the full marks that the total is: '88.57 %'; '' where these are 100, since the total says it."""
        total, full = self.result.total, self.result.full_marks
        if total is None or full is None or full in (0, 100):
            return ""
        return amount_text(Fraction(total) / Fraction(full), "ratio", 4, self.language)

    def seasons(self, uses: Iterable[SeasonUse]) -> Iterator[str]:
        """In which seasons the period lies, of those that a part of the sheet asks for."""
        period = parse_period(self.result.period).label(self.language)
        for use in uses:
            text = season_text(use.season, self.language)
            said = self.say("season.holds" if use.holds else "season.fails", period=period, season=text)
            yield self.say("season.assumed", text=said) if use.season.assumed else said

    def then(self, figure: FigureUse) -> str:
        """What stood for a look along the person or across people."""
        if figure.value is None:
            return self.say(f"explain.origin.{figure.origin}")
        mean = self._mean(figure)
        return (
            amount_text(figure.said(self.language), figure.kind, None, self.language) if mean is None else f"({mean})"
        )

    def _mean(self, figure: FigureUse) -> str | None:
        """A mean of people as sum / count, where no decimals give it exactly and they do the sum."""
        if figure.way != "mean" or figure.heads is None or not isinstance(figure.value, Fraction):
            return None
        texts = [
            amount_text(value, figure.kind, None, self.language)
            for value in (figure.value, figure.value * figure.heads.count)
        ]
        inexact = [text.startswith("≈") for text in texts]
        return f"{texts[1]} / {figure.heads.count}" if inexact == [True, False] else None

    def of_heads(self, figure: FigureUse) -> str:
        """What a look across people came to, and over how many."""
        assert figure.heads is not None
        value = amount_text(figure.value, figure.kind, None, self.language)
        if figure.way == "count":
            return value
        heads, mean = self.heads(figure.heads), self._mean(figure)
        if mean is not None:
            value = f"{mean} {value}"
        if figure.way not in RANKS:
            return self.say("explain.over_heads", value=value, heads=heads)
        key = "rank_of" if figure.heads.counted else "rank_beside"
        return self.say(f"explain.{key}", rank=value, count=figure.heads.count, heads=heads)

    def heads(self, heads: Heads) -> str:
        """How many people, and of what."""
        return self.say.count(f"explain.heads.{heads.within}", heads.count)

    def group_title(self, id_: str) -> str:
        """What people call a group."""
        title = next((group.title for group in self.model.groups if group.id == id_), None)
        return id_ if title is None else title.text(self.language, id_)

    def condition_label(self, name: str, group: str = "") -> str:
        """What a condition decides, by the key of the scheme file under which it stands; `group` is the id of the
        indicator's group."""
        key = f"explain.condition.{name}"
        return self.say(key if key in self.say else "explain.condition.when", group=self.group_title(group))

    def barred(self, line: LineExplanation) -> str:
        """That a condition does not hold and the points are 0; '' where it is not so."""
        if line.barred is None:
            return ""
        return self.say(f"explain.barred.{line.barred}", group=self.group_title(line.group))

    def level_name(self, indicator: str, level: str) -> str:
        """A level of an indicator with the words that say what it means."""
        bands = next((line.levels for line in self.model.indicators if line.id == indicator), ())
        title = next((band.title.text(self.language) for band in bands if band.level == level), "")
        word = self.level_word(indicator, level)
        return self.say("show.rated.level_title", level=word, title=title) if title and title != word else word

    def cell(self, node: Ref) -> str:
        """What another cell of the sheet came to, as the result has it."""
        if self.explanation.ladder is not None:
            return self._of_cycle(node, self.explanation.ladder)
        name, _, part = node.cell.partition(".")
        result = self.result
        values: dict[str, object] = {"marks": result.total, "sum": result.sum}
        grade = self.explanation.grade
        if grade is not None:
            before, after = (
                None if name is None else self.grade_name(name) for name in (grade.before_gates, grade.grade)
            )
            values |= {"graded": before, "final_grade": after}
        if name == "earned":
            values[node.cell] = result.pay.get(part)
        value = getattr(result.indicators[name], part) if part and name in result.indicators else values.get(node.cell)
        if value is None:
            return self.say("explain.origin.missing")
        if part == "measure" and isinstance(value, Decimal):
            line = next(line for line in self.explanation.lines if line.id == name)
            return amount_text(value, line.kind or "number", line.places, self.language)
        return plain(value)

    def _of_cycle(self, node: Ref, ladder: LadderExplanation) -> str:
        """What a cell of a ladder came to: a value of the cycle, the level, the months in it."""
        value = next((value for value in ladder.values if f"value.{value.id}" == node.cell), None)
        if value is not None and value.formula.value is not None:
            return amount_text(value.formula.said(self.language), value.kind, None, self.language)
        if value is not None:
            return self.say(f"explain.origin.{value.origin}")
        if node.type == "text":
            return self.say("explain.origin.missing") if ladder.level is None else self.level(ladder.level)
        months = ladder.months_in_level
        return self.say("explain.origin.missing") if months is None else number_text(months)

    def figure_title(self, figure: FigureUse) -> str:
        """What people call a figure; one of another period with that period."""
        title = figure.title.text(self.language, figure.id)
        if figure.way is None or figure.period is None:
            return title
        if not figure.title and figure.id in self._asked:
            title = self._looked(self._asked[figure.id], figure.way)
        if figure.way in ("first", "again"):
            return self.say(f"explain.check.{figure.way}")
        if figure.way in ("passed", "taken"):
            return title
        if figure.heads is not None:
            return self.say(f"explain.across.{figure.way}.{figure.heads.within}", title=title)
        if figure.way == "streak":
            return self.say("explain.streak", condition=title)
        period = parse_period(figure.period).label(self.language)
        if figure.way.startswith("cycle_") and figure.way != "cycle_at":
            return self.say("explain.of_period", title=self._over(figure.way, figure.over, title), period=period)
        key = "mean_of_period" if figure.way == "mean_last_year" else "of_period"
        return self.say(f"explain.{key}", title=title, period=period)

    @cached_property
    def _asked(self) -> dict[str, Node]:
        """What the formulas asked of other periods or people, by its text."""
        uses = [use for line in self.explanation.lines for use in formulas_of(line)]
        uses += [gate.require for gate in self.explanation.gates]
        for element in self.explanation.pay:
            uses += [element.amount] if element.when is None else [element.amount, element.when]
            uses += [] if element.pool is None else [element.pool.amount]
        if self.explanation.ladder is not None:
            uses += formulas_of_cycle(self.explanation.ladder)
        found: list[Node] = [Ref("marks")]
        checks: dict[str, Node] = {}
        for node in walk(*(use.node for use in uses)):
            condition, asked = streak_of(node), asked_check(self.model, node)
            found += [node.arg] if isinstance(node, Along | Across) else [] if condition is None else [condition]
            if asked is not None:
                checks[asked.text] = node
        return {formula_text(node, times="*"): node for node in found} | checks


def look_of(node: Node) -> Look | None:
    """How a formula looks along the person or across people, at what, and within what; None for any other."""
    condition = streak_of(node)
    if condition is not None:
        return "streak", formula_text(condition, times="*"), None
    if isinstance(node, Along | Across):
        return node.way, formula_text(node.arg, times="*"), node.within if isinstance(node, Across) else None
    return None


@lru_cache(maxsize=1024)
def _has_choices(node: Node) -> bool:
    """Whether a formula asks if something is given, or takes one thing for another."""
    return any(isinstance(inner, Instead | Choose) for inner in walk(node))


def plain(value: object) -> str:
    """A result's value with the places that it has."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
