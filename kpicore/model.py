"""What a scheme says (`SchemeModel` and its parts) and what it becomes (`Sheet`, a table of cells).

The classes of the first kind declare, field by field, how a scheme file writes them (see `kpicore.form`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal

from attrs import define, field, frozen

from kpicore.figure import ANSWER, ANSWERS, KINDS, Bounds, Kind, KindName, Value
from kpicore.form import Formula as Formula
from kpicore.form import declared
from kpicore.formula.node import WITHIN, Absence, Absent, Choose, Compare, Fact, Node, Text, Type, Within
from kpicore.ladderspec import LadderSpec
from kpicore.occasion import OCCASIONS
from kpicore.partspec import KIND_NAMES
from kpicore.partspec import AdjustmentsSpec as AdjustmentsSpec
from kpicore.partspec import AppraisalSpec as AppraisalSpec
from kpicore.partspec import ChoiceSpec as ChoiceSpec
from kpicore.partspec import Ends as Ends
from kpicore.partspec import GradeBand as GradeBand
from kpicore.partspec import LevelBand as LevelBand
from kpicore.partspec import ParamSpec as ParamSpec
from kpicore.partspec import PayBand as PayBand
from kpicore.partspec import RaterSpec as RaterSpec
from kpicore.partspec import RollupSpec as RollupSpec
from kpicore.partspec import Tier as Tier
from kpicore.protocols import Rule
from kpicore.season import SeasonSpec
from kpicore.text import Title, Titled

MeasurePolicy = Literal["incomplete", "zero", "full", "leave_out"]
GIVEN_TOTAL = "given_total"
"""The fact that holds a shorter period's total as it was decided, where results and no figures of it are at hand."""
POLICIES = ("incomplete", "zero", "full", "leave_out")
PERIOD_KINDS = ("day", "month", "quarter", "half", "year", "cycle")


@frozen
class FactSpec:
    """A figure that somebody provides for a person, a team or everybody, for a period."""

    kind: KindName = declared("word", "what sort of figure it is", words=KIND_NAMES)
    title: Title = declared("title", "the heading that people know", default=Title())
    provider: str = declared("text", "who provides it", default="")
    unit: Title = declared("title", "the unit, where the kind does not say it", default=Title())
    least: Decimal | None = declared("decimal", "the least possible value", default=None)
    most: Decimal | None = declared("decimal", "the greatest possible value", default=None)
    choices: tuple[str, ...] = declared("choices", "the choices, best first", default=(), of=ChoiceSpec)
    default: Value | None = declared("value", "what a blank stands for; without it a blank is missing", default=None)
    fixed: bool = declared("flag", "true where the person can not change it", default=False)
    raters: tuple[str, ...] = declared(
        "words", "the raters who give it, each a fact of its own: <fact>_<rater>", default=()
    )
    na: bool = declared(
        "flag", "true where a yes or no may also be 'n/a': it does not apply, and is left out", default=False
    )
    note: Title = declared("title", "what a reader should know", default=Title())
    id: str = field(default="", kw_only=True)
    choice_titles: Titled = field(default=(), kw_only=True)
    """The titles of those choices that have one."""

    @property
    def figure(self) -> Kind:
        """The kind with its type, places and bounds."""
        return ANSWER if self.na else KINDS[self.kind]

    @property
    def bounds(self) -> Bounds:
        """What a value must keep to."""
        return Bounds(self.figure, self.least, self.most, ANSWERS if self.na else self.choices, self.choice_titles)

    @property
    def node(self) -> Node:
        """The node that stands for it in formulas: the fact, or whether its answer is yes."""
        fact = Fact(self.id, self.figure.type, self.figure.whole, self.positive)
        if not self.na:
            return fact
        yes = Compare("==", fact, Text("yes"))
        return Choose(Compare("==", fact, Text("n/a")), Absent(Absence.LEFT_OUT, "flag"), yes)

    @property
    def positive(self) -> bool:
        """Whether it is never below 0."""
        least, _ = self.bounds.ends
        return least is not None and least >= 0


@frozen
class GroupSpec:
    """A group of indicators whose scores are added up and shown."""

    id: str = declared("id", "the name that indicators give in `group`")
    title: Title = declared("title", "its heading", default=Title())
    only_if: Formula | None = declared(
        "formula", "a condition; where it does not hold every indicator of the group has 0 points", wants="flag",
        default=None,
    )  # fmt: skip
    assumed: bool = declared("flag", "true where the source does not give the condition", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class Taken:
    """A step of the way on which an indicator was taken from another scheme: the scheme and what it is called there."""

    scheme: str
    version: str
    indicator: str


@frozen
class Rated:
    """What one of its raters makes of an indicator: the measure and the rule over the rater's own facts."""

    rater: str
    weight: Node | None
    measure: Formula | None
    rule: Rule


@frozen
class IndicatorSpec:
    """One line of the sheet: a measure, a rule that turns it into points, and its weight.

    `taken` says from where it was taken over, the nearest scheme first.
    """

    id: str = declared("id", "its name, fixed once released")
    from_: str = declared("text", "the scheme from which the indicator is taken: its id, or id@version", default="")
    take: str = declared("text", "its id there, where that is another", default="")
    title: Title = declared("title", "its heading", default=Title())
    group: str = declared("text", "the group that it belongs to", default="")
    weight: Node | None = declared(
        "amount", "its full marks, or, where rules award percent, its weight; not for a mean", default=None
    )
    measure: Formula | None = declared(
        "formula", "what is measured; without it the fact of the same name", scope="rated", default=None
    )
    kind: KindName | None = declared(
        "word", "the kind of the measure, where it is not that of a single fact", words=KIND_NAMES, default=None
    )
    places: int | None = declared(
        "integer", "the decimals of the measure, where its kind's are not meant", default=None
    )
    better: Literal["higher", "lower"] | None = declared(
        "word", "which way is better", words=("higher", "lower"), default=None
    )
    rule: Rule = declared("rule", "how the measure becomes points")
    levels: tuple[LevelBand, ...] = declared(
        "rows", "names for bands of the measure, best first", of=LevelBand, default=()
    )
    combine: Literal["points", "measures"] = declared(
        "word",
        "of several raters: the mean of the points that the rule gives for each, or the rule for the mean of their "
        "measures",
        words=("points", "measures"),
        default="points",
    )
    missing_rater: Literal["incomplete", "leave_out"] = declared(
        "word",
        "what a rater means who gave nothing: the indicator is missing, or the others count alone",
        words=("incomplete", "leave_out"),
        default="incomplete",
    )
    beside: str = declared("text", "a choice of the same levels beside the judged one, such as one's own", default="")
    apart: int | None = declared(
        "integer",
        "from so many levels apart the raters, or the judged level and the one beside, are flagged",
        default=None,
    )
    only_if: Formula | None = declared(
        "formula", "a condition; where it does not hold the points are 0", wants="flag", default=None
    )
    counts_when: Formula | None = declared(
        "formula", "a condition; where it does not hold the indicator is left out", wants="flag", default=None
    )
    when_missing: MeasurePolicy = declared("word", "what a missing measure means", words=POLICIES, default="incomplete")
    when_undefined: MeasurePolicy = declared(
        "word", "what a division by zero means", words=POLICIES, default="incomplete"
    )
    assumed: bool = declared("flag", "true where the source leaves the line to the reader", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())
    taken: tuple[Taken, ...] = field(default=(), kw_only=True)
    rated: tuple[Rated, ...] = field(default=(), kw_only=True)
    judged: Formula | None = field(default=None, kw_only=True)
    """What is asked of each rater, by the names that all of them share."""

    @property
    def by_points(self) -> bool:
        """Whether each rater's measure is given points, so that there is no measure of all."""
        return bool(self.rated) and self.combine == "points"


@frozen
class GateEffect:
    """What a gate that is not passed does: exactly one of the three."""

    ineligible: bool = declared("flag", "true: the person gets no pay from the scheme", default=False)
    grade: str | None = declared("text", "the grade is this one at best", default=None)
    lower_by: int | None = declared("integer", "the grade falls by so many steps", default=None)


@frozen
class GateSpec:
    """A condition beside the points, and what missing it means."""

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "what it asks", default=Title())
    require: Formula = declared("formula", "the condition that must hold", wants="flag", scope="result")
    effect: GateEffect = declared("table", "what happens where it does not hold", of=GateEffect)
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class GradeSpec:
    """How the grade is found. The order of the bands is the order of the grades, best first."""

    by: Literal["total", "lowest", "heads"] = declared(
        "word",
        "the total; the lowest indicator; or the share of heads (0 to 1) with the same total or a better one",
        words=("total", "lowest", "heads"),
        default="total",
    )
    within: Within = declared("word", "by heads: of the team, or of all in the period", words=WITHIN, default="all")
    bands: tuple[GradeBand, ...] = declared("rows", "the grades, best first", of=GradeBand)
    assumed: bool = declared("flag", "true where the source gives no grades", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())

    @property
    def grades(self) -> tuple[str, ...]:
        """Each grade once, best first."""
        return tuple(dict.fromkeys(band.grade for band in self.bands))


@frozen
class BandedAmount:
    """Money by bands of a value, by grade, or by rates of the value's parts."""

    by: Formula = declared("formula", "the value that decides: total, grade, or a formula", scope="result")
    bands: tuple[PayBand, ...] = declared("rows", "the bands, best first", of=PayBand, default=())
    amounts: tuple[tuple[str, Node], ...] = declared("amounts", "the money for each grade or text", default=())
    tiers: tuple[Tier, ...] = declared(
        "rows", "rates of the parts of the value that lie in each tier, the lowest first", of=Tier, default=()
    )


@frozen
class PaySpec:
    """One element of pay."""

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "its heading", default=Title())
    amount: BandedAmount | Formula = declared(
        "table", "bands, or a formula; with a pool, each one's weight in it", of=BandedAmount, scope="result"
    )
    pool: Formula | None = declared(
        "formula", "money that is shared out by weight, to the cent", wants="number", scope="result", default=None
    )
    within: Within = declared(
        "word", "who shares the pool: the team, or all in the period", words=WITHIN, default="all"
    )
    when: Formula | None = declared(
        "formula", "a condition; where it does not hold the element is 0", wants="flag", scope="result", default=None
    )
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class SchemeModel:
    """All that a scheme says."""

    id: str = declared("text", "plugin/name, fixed once released")
    version: str = declared("text", "the version's name")
    effective: datetime.date = declared("date", "the day from which the version is in force")
    periods: tuple[str, ...] = declared("words", "the kinds of period that it scores", words=PERIOD_KINDS)
    occasions: tuple[str, ...] = declared(
        "words",
        "the occasions on which people are appraised, the first for figures that name none; "
        "without it, figures may name any",
        words=OCCASIONS,
        default=(),
    )
    rules_award: Literal["marks", "percent"] = declared(
        "word", "whether rules award marks, or percent of the weight", words=("marks", "percent"), default="marks"
    )
    total: Literal["sum", "mean", "share"] = declared(
        "word", "how scores make the total", words=("sum", "mean", "share"), default="sum"
    )
    rank: Within | None = declared(
        "word",
        "the result gives the rank by total: in the team, or among all in the period",
        words=WITHIN,
        default=None,
    )
    places: int = declared("integer", "the decimals of points, scores and totals", default=2)
    least_counted: Decimal = declared(
        "decimal",
        "the share of the full marks that must be left, else the person is incomplete",
        default=Decimal("0.5"),
    )
    title: Title = declared("title", "the sheet's name", default=Title())
    source: str = declared("text", "where the sheet was read", default="")
    industry: Title = declared("title", "the industry", default=Title())
    template: str = declared("text", "the template of its report", default="")
    note: Title = declared("title", "what a reader should know", default=Title())
    facts: Mapping[str, FactSpec] = field(factory=dict, kw_only=True)
    params: Mapping[str, ParamSpec] = field(factory=dict, kw_only=True)
    providers: Mapping[str, Title] = field(factory=dict, kw_only=True)
    """What people call who provides figures, by the names that facts and raters give."""
    raters: tuple[RaterSpec, ...] = field(default=(), kw_only=True)
    rated_facts: Mapping[str, FactSpec] = field(factory=dict, kw_only=True)
    seasons: Mapping[str, SeasonSpec] = field(factory=dict, kw_only=True)
    groups: tuple[GroupSpec, ...] = field(default=(), kw_only=True)
    indicators: tuple[IndicatorSpec, ...] = field(default=(), kw_only=True)
    gates: tuple[GateSpec, ...] = field(default=(), kw_only=True)
    grade: GradeSpec | None = field(default=None, kw_only=True)
    adjustments: AdjustmentsSpec | None = field(default=None, kw_only=True)
    pay: tuple[PaySpec, ...] = field(default=(), kw_only=True)
    ladder: LadderSpec | None = field(default=None, kw_only=True)
    appraisal: AppraisalSpec | None = field(default=None, kw_only=True)
    rollups: tuple[SchemeModel, ...] = field(default=(), kw_only=True)
    """The sheets of longer periods that are made of the totals of shorter ones, a sheet for each kind of period."""
    shorter: str = field(default="", kw_only=True)
    """The kind of period of whose totals this sheet is made."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of period that it scores, the longer ones that are made of them included."""
        return (*self.periods, *(kind for model in self.rollups for kind in model.periods))

    def of(self, kind: str) -> SchemeModel:
        """What it says of periods of a kind."""
        return next((model for model in self.rollups if kind in model.periods), self)

    def fact(self, id_: str) -> FactSpec:
        """A fact, or what several raters give under one name; raises KeyError."""
        return self.facts[id_] if id_ in self.facts else self.rated_facts[id_]

    def rater(self, id_: str) -> RaterSpec:
        """The rater of this name; raises KeyError."""
        return {rater.id: rater for rater in self.raters}[id_]

    def group_of(self, line: IndicatorSpec) -> GroupSpec | None:
        """The group that an indicator stands in."""
        return next((group for group in self.groups if group.id == line.group), None) if line.group else None

    @property
    def totals(self) -> bool:
        """Whether the scheme has a total (a pay-only scheme has none)."""
        return bool(self.indicators)


@frozen
class Cell:
    """A named formula of the sheet. `places`: the decimals to which its node rounds, None for texts and flags."""

    name: str
    node: Node
    places: int | None = None

    @property
    def type(self) -> Type:
        """The type of its value."""
        return self.node.type


@define(frozen=True, slots=False, eq=False)
class Sheet:
    """A scheme as cells over facts and parameters: what every reader reads.

    The cells that a result is made of have fixed names: `<indicator>.measure .points .score .full_marks`,
    `group.<id>`, `sum`, `counted_marks`, `full_marks`, `gate.<id>`, `pay.<id>`, `pay_total`, `status`, `total`,
    `grade`, `rank`, where items may change the total `adjustment`, and of a ladder `decision.outcome .from .to .since`.

    `given` are facts beside those that the scheme declares: no figures, but what kpicore itself puts into a row.
    `may_lack` are the indicators that can be left out, by themselves or with another that they rest on.
    """

    model: SchemeModel
    cells: Mapping[str, Cell]
    given: Mapping[str, FactSpec] = field(factory=dict)
    may_lack: frozenset[str] = frozenset()

    @cached_property
    def facts(self) -> Mapping[str, FactSpec]:
        """All facts by id."""
        return {**self.model.facts, **self.given} if self.given else self.model.facts

    @cached_property
    def params(self) -> Mapping[str, ParamSpec]:
        """The declared parameters by id."""
        return self.model.params
