"""The two sheets of the population benchmark as plain data, for those who are held against kpicore, and for the truth.

Polars, SQL and the others have no scheme files, so somebody must write the expressions. Twenty-four of them by five
contestants would be tiring to read and easy to get wrong; so each contestant says once how it writes a share, a band or
a ramp, and this data says which. What runs is what one would have typed. Numbers stand as texts, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

PERIOD = "2024-03"


@frozen
class Share:
    """One figure by another."""

    top: str
    bottom: str


@frozen
class Ticket:
    """What a buyer spends, by what the shop's buyers spend."""

    sales: str
    buyers: str
    shop_sales: str
    shop_buyers: str


@frozen
class Given:
    """A figure as it stands."""

    fact: str


Measure = Share | Ticket | Given


@frozen
class Bands:
    """The score of the first end that the measure reaches, or with `lower` does not exceed; else nothing."""

    rows: tuple[tuple[str, str], ...]
    lower: bool = False


@frozen
class Proportion:
    """Full x measure / `to`, nothing below `least`, full from `to` up."""

    to: str
    least: str = "0"


@frozen
class Ramp:
    """A line from nothing at `start` to full at `end`; `start` above `end` where less is better."""

    start: str
    end: str

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        return float(self.start) > float(self.end)


@frozen
class Deduct:
    """Full less `each` for each whole one beyond `free`; nothing from `wipe_out` on."""

    each: str
    free: int = 0
    wipe_out: int | None = None


@frozen
class Accrue:
    """`each` for each whole one, up to full."""

    each: str


@frozen
class Rank:
    """The points of the place in the team: the best measure first, equal ones share the better place."""

    points: tuple[str, ...]
    lower: bool = False


@frozen
class Conditions:
    """The points of each part of which all tests hold: a flag, or a count that is `most` at most."""

    parts: tuple[tuple[tuple[tuple[str, int | None], ...], str], ...]


Rule = Bands | Proportion | Ramp | Deduct | Accrue | Rank | Conditions


@frozen
class Line:
    """An indicator: its measure rounded half up to so many places, its full marks, its rule."""

    name: str
    full: int
    measure: Measure | None
    places: int
    rule: Rule

    @property
    def rounds(self) -> bool:
        """Whether its score may have more than two decimals before it is rounded."""
        return isinstance(self.rule, Proportion | Ramp)


@frozen
class Gates:
    """What stands beside the marks of the larger sheet."""

    breaches: str
    survey: str
    least_survey: str
    discounts: str
    sales: str
    most_discounts: str
    pay: Mapping[str, int]


@frozen
class Sheet:
    """A sheet: kpicore's name for it, its lines, where grades begin and the last grade."""

    name: str
    title: str
    scheme: str
    lines: tuple[Line, ...]
    grades: tuple[tuple[str, str], ...]
    last: str
    gates: Gates | None = None

    @property
    def letters(self) -> tuple[str, ...]:
        """The grades, best first."""
        return (*(grade for _, grade in self.grades), self.last)

    @property
    def decided(self) -> tuple[str, ...]:
        """The columns that decide something for somebody."""
        beside = ("rank", "status", "pay_total") if self.gates is not None else ()
        return (*(f"{line.name}.score" for line in self.lines), "total", "grade", *beside)

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns of the rounded measures."""
        return tuple(f"{line.name}.measure" for line in self.lines if line.measure is not None)

    def columns(self, outputs: str) -> tuple[str, ...]:
        """All that is asked for: everybody's names and what is decided, and with "measures" the measures too."""
        return ("employee", "team", *self.decided, *(self.measures if outputs == "measures" else ()))


def _bands(weight: int, *ends: str, lower: bool = False) -> Bands:
    """100, 80 and 60 percent of the weight."""
    scores = (f"{weight * percent / 100:g}" for percent in (100, 80, 60))
    return Bands(tuple(zip(ends, scores, strict=True)), lower)


AGENTS = Sheet(
    "agents",
    "ecommerce/agent-indicators",
    "ecommerce/agent-indicators",
    (
        Line("inquiry_conversion", 35, Share("payers", "inquirers"), 4, _bands(35, "0.75", "0.65", "0.5")),
        Line("payment_rate", 20, Share("orders_paid", "orders_placed"), 4, _bands(20, "0.92", "0.85", "0.72")),
        Line(
            "ticket_ratio",
            10,
            Ticket("agent_sales", "agent_buyers", "shop_sales", "shop_buyers"),
            4,
            _bands(10, "1.12", "1.08", "1.06"),
        ),
        Line("reply_rate", 5, Share("chats_replied", "chats_received"), 4, _bands(5, "0.99", "0.97", "0.95")),
        Line("response_time", 5, Given("response_seconds"), 1, _bands(5, "30", "45", "55", lower=True)),
        Line("refund_rate", 25, Share("refunds", "deals"), 4, _bands(25, "0.02", "0.05", "0.08", lower=True)),
    ),
    (("90", "A"), ("80", "B"), ("60", "C")),
    "D",
)

_SELLING = (
    Line("turnover", 10, Share("sales", "sales_target"), 4, Proportion("1", "0.6")),
    Line("margin", 5, Share("gross_profit", "sales"), 4, Ramp("0.08", "0.2")),
    Line("conversion", 5, Share("orders", "visitors"), 4, Bands((("0.3", "5"), ("0.22", "3.5"), ("0.15", "1.5")))),
    Line(
        "ticket",
        4,
        Ticket("sales", "orders", "shop_sales", "shop_orders"),
        4,
        Bands((("1.12", "4"), ("1", "3"), ("0.9", "1"))),
    ),
    Line("collection", 5, Share("collected", "invoiced"), 4, Proportion("1")),
    Line("referrals", 2, Given("referred"), 0, Accrue("0.5")),
    Line("new_business", 5, Share("new_customers", "new_target"), 4, Proportion("1.2", "0.5")),
    Line("follow_up", 2, Share("offers_followed", "offers"), 4, Bands((("0.95", "2"), ("0.85", "1")))),
    Line("sales_rank", 5, Given("sales"), 2, Rank(("5", "4", "3", "2", "1"))),
    Line("conversion_rank", 3, Share("orders", "visitors"), 4, Rank(("3", "2", "1"))),
)
_SERVING = (
    Line(
        "reply_rate",
        4,
        Share("chats_replied", "chats_received"),
        4,
        Bands((("0.99", "4"), ("0.97", "3"), ("0.95", "2"))),
    ),
    Line("response_time", 3, Given("response_seconds"), 1, Bands((("30", "3"), ("45", "2"), ("55", "1")), lower=True)),
    Line("first_contact", 5, Share("solved_first", "contacts"), 4, Ramp("0.6", "0.9")),
    Line("satisfaction", 5, Given("survey"), 2, Proportion("100")),
    Line(
        "refund_rate",
        4,
        Share("refunds", "deals"),
        4,
        Bands((("0.02", "4"), ("0.05", "3"), ("0.08", "1.5")), lower=True),
    ),
    Line("complaint_marks", 5, Given("complaints"), 0, Deduct("1.5", free=1)),
    Line("return_rate", 5, Share("returned", "delivered"), 4, Ramp("0.05", "0.01")),
    Line("response_rank", 3, Given("response_seconds"), 1, Rank(("3", "2", "1"), lower=True)),
    Line("delivery_time", 4, Given("delivery_hours"), 1, Ramp("72", "24")),
)
_ORDER = (
    Line("punctuality", 4, Given("late_days"), 0, Deduct("0.5", wipe_out=6)),
    Line("training", 3, Given("training_hours"), 1, Proportion("8")),
    Line(
        "display",
        4,
        None,
        0,
        Conditions((((("display_tidy", None),), "2.5"), ((("prices_complete", None),), "1.5"))),
    ),
    Line("stock", 3, None, 0, Conditions((((("stocktake_done", None), ("stock_errors", 2)), "3"),))),
    Line("audit_marks", 2, Given("audit"), 2, Proportion("100")),
)

LARGER = Sheet(
    "sheet24",
    "24 indicators, with ranks and gates",
    str(Path(__file__).with_name("sheet24.toml")),
    (*_SELLING, *_SERVING, *_ORDER),
    (("75", "A"), ("65", "B"), ("55", "C")),
    "D",
    Gates(
        "safety_breaches", "satisfaction", "4.25", "discounts", "sales", "0.07", {"A": 800, "B": 400, "C": 200, "D": 0}
    ),
)

SHEETS: Mapping[str, Sheet] = {sheet.name: sheet for sheet in (AGENTS, LARGER)}
