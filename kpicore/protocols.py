"""What kpicore expects of periods, schemes, rules and results, whoever made them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

from attrs import frozen

from kpicore.formula.node import Node
from kpicore.text import Title

if TYPE_CHECKING:
    from kpicore.model import LevelBand, Sheet


@runtime_checkable
class Period(Protocol):
    """A stretch of time that is scored. Periods of one kind are ordered."""

    @property
    def kind(self) -> str:
        """day, month, quarter, half, year or cycle."""

    @property
    def start(self) -> datetime.date:
        """Its first day."""

    @property
    def end(self) -> datetime.date:
        """Its last day."""

    @property
    def year(self) -> int:
        """The year in which it starts."""

    @property
    def month(self) -> int | None:
        """The number of its month, 1..12; None where it touches several."""

    @property
    def months(self) -> tuple[Period, ...]:
        """The months that it touches, in order."""

    def previous(self) -> Period:
        """The period of the same kind directly before."""

    def year_ago(self) -> Period:
        """The same period of the year before."""

    def contains(self, other: Period) -> bool:
        """Whether `other` lies wholly inside."""

    def label(self, language: str) -> str:
        """How people write it in this language."""

    def __lt__(self, other: Any) -> bool: ...


@frozen
class Frame:
    """What a rule knows of the indicator that it stands in.

    `full`: the marks (or 100 percent) for a full result. `kind` and `places` are those of the measure, `levels` the
    names that the indicator gives to bands of it.
    """

    full: Node
    kind: str
    places: int
    better: str | None = None
    levels: tuple[LevelBand, ...] = ()


@frozen
class Measured:
    """What a rule that reads facts by itself measures: a number of this kind. `full`: the full marks that follow from
    what it reads, where the indicator gives no weight; None where it must give one."""

    measure: Node
    kind: str
    full: Node | None = None


@runtime_checkable
class MeasuringRule(Protocol):
    """A rule whose `measures` is False and that still has a measure, made of what it reads."""

    def measured(self) -> Measured:
        """The measure; `lower` is given what it comes to, rounded to the places of its kind."""


@runtime_checkable
class Rule(Protocol):
    """A rule of some kind, its fields filled in. It lowers itself to nodes; every reader works on those.

    `kind` is the word that scheme files give. `measures`: False for a rule that reads facts by itself, so that
    its indicator has no measure.
    """

    kind: ClassVar[str]
    measures: ClassVar[bool]

    def lower(self, measure: Node, frame: Frame) -> Node:
        """The points for this (already rounded) measure; raises FormulaError where the fields do not fit."""


@runtime_checkable
class Scheme(Protocol):
    """A scheme, from a file or in Python. Its heart is `sheet()`."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def effective(self) -> datetime.date: ...
    @property
    def title(self) -> Title: ...
    @property
    def periods(self) -> tuple[str, ...]: ...

    def sheet(self) -> Sheet:
        """The scheme's cells."""

    def content(self) -> Mapping[str, Any]:
        """Plain data (texts, numbers, lists, tables) that says all that the scheme says, for its hash."""


@runtime_checkable
class Indicator(Protocol):
    """An indicator's part of a result; see DESIGN section 6 for the states."""

    @property
    def measure(self) -> Decimal | str | None: ...
    @property
    def points(self) -> Decimal | None: ...
    @property
    def score(self) -> Decimal | None: ...
    @property
    def full_marks(self) -> Decimal | None: ...
    @property
    def state(self) -> Literal["scored", "left_out", "missing", "undefined", "unreadable"]: ...


@runtime_checkable
class Result(Protocol):
    """What one person got for one period."""

    @property
    def employee(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def status(self) -> Literal["running", "incomplete", "ineligible", "scored"]: ...
    @property
    def total(self) -> Decimal | None: ...
    @property
    def grade(self) -> str | None: ...

    def to_json(self) -> str:
        """The JSON object of DESIGN section 6."""
