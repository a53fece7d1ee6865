"""Looks along a person, in columns: the same person's rows of other periods, joined by period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import evolve

from kpicore.engines.columnar.lines import MISSING, UNREADABLE, flags
from kpicore.engines.columnar.look import Asked, gravest, whole
from kpicore.engines.columnar.term import Ints, Logic, Number, Term, TooWideError, Words, same, widest
from kpicore.formula.node import Along
from kpicore.history import cycle
from kpicore.protocols import Period

_ROW, _WHO, _PERIOD, _THEN = "#at", "#who", "#period", "#then"


def along(
    node: Along, arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str
) -> tuple[pl.DataFrame, Term]:
    """The frame with the columns of a look along each row's person, and the term over them.

    Each person has one row a period at most.
    """
    match node.way:
        case "previous":
            return _then(arg, frame, periods, name, lambda period: period.previous())
        case "year_ago":
            return _then(arg, frame, periods, name, lambda period: period.year_ago())
        case "mean_last_year":
            return _mean(arg, frame, periods, name)
        case "run":
            return _run(node, arg, frame, periods, name)
        case "cycle_at":
            assert node.month is not None
            return _then(arg, frame, periods, name, _month_of(node.month, node.part))
        case "cycle_only":
            return _only(node, arg, frame, periods, name)
    return _over_cycle(node, arg, frame, periods, name)


def _month_of(number: int, part: str) -> Callable[[Period], Any]:
    def then(period: Period) -> Any:
        months = cycle(period, part)
        return months[number] if number < len(months) else None

    return then


def _places(periods: Sequence[Period], then: Callable[[Period], Any]) -> pl.Series:
    """For each period the place of the one that it looks at; -1 where that has no rows."""
    known = {period: place for place, period in enumerate(periods)}
    return pl.Series([known.get(then(period), -1) for period in periods], dtype=pl.Int64)


def _then(
    arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str, then: Callable[[Period], Any]
) -> tuple[pl.DataFrame, Term]:
    places = _places(periods, then)
    table = frame.select(_WHO, places.gather(frame[_PERIOD]).alias(_THEN))
    there = frame.select(_WHO, pl.col(_PERIOD).cast(pl.Int64).alias(_THEN), *arg.columns, there=pl.lit(True))
    table = table.join(there, on=[_WHO, _THEN], how="left", maintain_order="left")
    found = Asked(name, arg.stored())
    gone = pl.col("there").is_null()
    absent = pl.when(gone).then(flags(MISSING))
    kept = absent.otherwise(flags(0) if arg.term.absent is None else pl.col(f"{arg.name}.a"))
    filled = [_filled(column, f"{name}{column.removeprefix(arg.name)}", arg.term) for column in _values(arg)]
    table = table.select(*filled, kept.alias(f"{name}.a"))
    return frame.with_columns(table.get_columns()), evolve(_widened(found), absent=pl.col(f"{name}.a"))


def _values(arg: Asked) -> list[str]:
    return [column for column in arg.columns if not column.endswith(".a")]


def _filled(column: str, name: str, term: Term) -> pl.Expr:
    """A column in which what is not there is harmless."""
    if isinstance(term, Logic):
        return pl.col(column).fill_null(False).alias(name)
    if isinstance(term, Words) and term.labels is None:
        return pl.col(column).fill_null("").alias(name)
    return pl.col(column).fill_null(1 if column.endswith(".d") else 0).alias(name)


def _widened(found: Asked) -> Term:
    """The term over the columns of a look, with the harmless values among its bounds."""
    term = found.stored()
    if isinstance(term, Number) and term.n is not None:
        return evolve(term, n=evolve(term.n, low=min(term.n.low, 0), high=max(term.n.high, 0)))
    return term


def _mean(arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str) -> tuple[pl.DataFrame, Term]:
    years: dict[tuple[str, int], int] = {}
    mine = [years.setdefault((period.kind, period.year), len(years)) for period in periods]
    before = [years.get((period.kind, period.year - 1), -1) for period in periods]
    now, then = pl.Series(mine, dtype=pl.Int64), pl.Series(before, dtype=pl.Int64)
    number = arg.stored()
    assert isinstance(number, Number)
    if number.n is None and number.d is None:
        number = evolve(number, n=same(1))
    ints = whole(number)
    carrier = widest(ints.size * max(len(periods), 1), "f64" if ints.carrier == "f64" else "i64")
    absent = pl.lit(0, dtype=pl.UInt8) if number.absent is None else number.absent
    table = frame.select(
        _WHO,
        now.gather(frame[_PERIOD]).alias(_THEN),
        value=pl.when(absent == 0).then(ints.as_(carrier)),
        unread=absent >= UNREADABLE,
    )
    sums = table.group_by(_WHO, _THEN).agg(
        pl.col("value").sum().alias("n"), pl.col("value").count().cast(pl.Int64).alias("d"), pl.col("unread").any()
    )
    looked = frame.select(_WHO, then.gather(frame[_PERIOD]).alias(_THEN))
    looked = looked.join(sums, on=[_WHO, _THEN], how="left", maintain_order="left")
    n, d, unread = pl.col("n").fill_null(0), pl.col("d").fill_null(0), pl.col("unread").fill_null(False)
    looked = looked.select(
        n.alias(f"{name}.n"),
        pl.max_horizontal(d, pl.lit(1)).alias(f"{name}.d"),
        pl.when(unread)
        .then(flags(UNREADABLE))
        .when(d == 0)
        .then(flags(MISSING))
        .otherwise(flags(0))
        .alias(f"{name}.a"),
    )
    size = ints.size * max(len(periods), 1)
    total = Ints(pl.col(f"{name}.n"), -size, size, carrier)
    count = Ints(pl.col(f"{name}.d"), 1, max(len(periods), 1), "i64")
    return frame.with_columns(looked.get_columns()), Number(number.factor, total, count, pl.col(f"{name}.a"))


def _run(
    node: Along, arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str
) -> tuple[pl.DataFrame, Term]:
    """How many periods directly before the row's own the flag has held; each is one more than that of the period
    before it, so the periods are gone through from the first to the last. `run` holds those that are certain, `may`
    those that are possible where some are absent (`gone`)."""
    places = _places(periods, lambda period: period.previous())
    rising = sorted(range(len(periods)), key=periods.__getitem__)
    held = frame.select(
        _WHO,
        pl.col(_PERIOD).cast(pl.Int64),
        holds=pl.col(f"{arg.name}.v"),
        lacks=flags(0) if arg.term.absent is None else gravest(pl.col(f"{arg.name}.a")),
    ).with_row_index(_ROW)
    nothing = {"run": pl.lit(0, dtype=pl.Int64), "may": pl.lit(0, dtype=pl.Int64), "gone": flags(0)}
    empty = held.clear().select(_ROW, **nothing)
    done: dict[int, pl.DataFrame] = {}
    found: list[pl.DataFrame] = [empty]
    for place in rising:
        here = held.filter(pl.col(_PERIOD) == place)
        before = done.get(int(places[place]))
        if before is None:
            here = here.with_columns(**nothing)
        else:
            here = here.join(before, on=_WHO, how="left", maintain_order="left").with_columns(
                pl.col("run", "may", "gone").fill_null(0)
            )
        found.append(here.select(_ROW, *nothing))
        # What the next period finds here.
        holds = pl.col("holds") & (pl.col("lacks") == 0)
        done[place] = here.select(
            _WHO,
            run=pl.when(holds).then(pl.col("run") + 1).otherwise(0),
            may=pl.when(holds | (pl.col("lacks") > 0)).then(pl.col("may") + 1).otherwise(0),
            gone=pl.when(pl.col("lacks") > 0)
            .then(pl.col("lacks"))
            .when(holds)
            .then(pl.col("gone"))
            .otherwise(flags(0)),
        )
    table = pl.concat(found).sort(_ROW)
    if node.enough is not None:
        told = (pl.col("run") >= node.enough) | (pl.col("may") < node.enough)
        table = table.with_columns(gone=pl.when(told).then(flags(0)).otherwise(pl.col("gone")))
    frame = frame.with_columns(table["run"].alias(f"{name}.n"), table["gone"].alias(f"{name}.a"))
    return frame, Number(Fraction(1), Ints(pl.col(f"{name}.n"), 0, len(periods), "i64"), None, pl.col(f"{name}.a"))


def _over_cycle(
    node: Along, arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str
) -> tuple[pl.DataFrame, Term]:
    way = node.way
    most = max((len(cycle(period, node.part)) for period in periods), default=1)
    term = arg.stored()
    value, unit, carrier, size = _valued(term, most)
    held = frame.select(
        _WHO,
        pl.col(_PERIOD).cast(pl.Int64).alias(_THEN),
        value=value,
        lacks=flags(0) if term.absent is None else gravest(term.absent),
    )
    looks = (
        _months(frame, periods, node.part)
        .join(held, on=[_WHO, _THEN], how="left")
        .with_columns(pl.col("lacks").fill_null(MISSING))
    )
    there = pl.col("value").filter(pl.col("lacks") == 0)
    lacking, count = pl.col("lacks").max(), pl.len().cast(pl.Int64)
    flag = way in ("cycle_any", "cycle_all")
    found = {
        "cycle_any": there.any(),
        "cycle_all": there.all(),
        "cycle_min": there.min(),
        "cycle_max": there.max(),
    }.get(way, there.sum())
    table = looks.group_by(_ROW).agg(found.alias("v"), lacking.alias("a"), count.alias("d")).sort(_ROW)
    v, a = pl.col("v"), pl.col("a")
    if flag:
        deciding = v if way == "cycle_any" else ~v
        table = table.with_columns(pl.when(deciding).then(flags(0)).otherwise(a).alias("a"), v.fill_null(False))
        frame = frame.with_columns(table["v"].alias(f"{name}.v"), table["a"].alias(f"{name}.a"))
        return frame, Logic(pl.col(f"{name}.v"), pl.col(f"{name}.a"))
    if unit < 0 and way in ("cycle_min", "cycle_max"):
        raise TooWideError
    frame = frame.with_columns(
        table["v"].fill_null(0).alias(f"{name}.n"), table["a"].alias(f"{name}.a"), table["d"].alias(f"{name}.d")
    )
    total = Ints(pl.col(f"{name}.n"), -size, size, carrier)
    bottom = Ints(pl.col(f"{name}.d"), 1, most, "i64") if way == "cycle_mean" else None
    return frame, Number(unit, total, bottom, pl.col(f"{name}.a"))


def _only(
    node: Along, arg: Asked, frame: pl.DataFrame, periods: Sequence[Period], name: str
) -> tuple[pl.DataFrame, Term]:
    """The one value that the months of a row's period have."""
    term = arg.stored()
    if isinstance(term, Number):
        if term.d is not None:
            raise TooWideError
        value = pl.lit(1, dtype=pl.Int64) if term.n is None else term.n.expr
    else:
        value = term.expr
    absent = flags(0) if term.absent is None else gravest(term.absent)
    held = frame.select(
        _WHO,
        pl.col(_PERIOD).cast(pl.Int64).alias(_THEN),
        value=pl.when(absent == 0).then(value),
        lacks=pl.when(absent == MISSING).then(flags(0)).otherwise(absent),
    )
    looks = _months(frame, periods, node.part).join(held, on=[_WHO, _THEN], how="left")
    found = looks.group_by(_ROW).agg(
        pl.col("value").min().alias("v"),
        pl.col("value").max().alias("most"),
        pl.col("lacks").fill_null(MISSING).max().alias("a"),
    )
    v = pl.col("v")
    lacks = pl.when(v.is_null()).then(flags(MISSING)).when(v != pl.col("most")).then(flags(UNREADABLE))
    found = found.sort(_ROW).with_columns(pl.when(pl.col("a") > 0).then("a").otherwise(lacks.otherwise(flags(0))))
    asked = Asked(name, evolve(term, absent=pl.col(f"{name}.a")))
    column = f"{name}.n" if isinstance(term, Number) else f"{name}.v"
    filled = _filled("v", column, term)
    frame = frame.with_columns(found.select(filled, pl.col("a").cast(pl.UInt8).alias(f"{name}.a")).get_columns())
    if isinstance(term, Number) and term.n is None:
        return frame, evolve(term, n=Ints(pl.col(column), 0, 1, "i64"), absent=pl.col(f"{name}.a"))
    return frame, _widened(asked)


def _months(frame: pl.DataFrame, periods: Sequence[Period], part: str) -> pl.DataFrame:
    """The months, or other shorter periods, that each row's period has, a row for each."""
    known = {period: place for place, period in enumerate(periods)}
    months = [(place, known.get(month, -1)) for place, period in enumerate(periods) for month in cycle(period, part)]
    mapping = pl.DataFrame(months, schema={_PERIOD: pl.Int64, _THEN: pl.Int64}, orient="row")
    return frame.select(_WHO, pl.col(_PERIOD).cast(pl.Int64)).with_row_index(_ROW).join(mapping, on=_PERIOD)


def _valued(term: Term, most: int) -> tuple[pl.Expr, Fraction, Any, int]:
    """The column that is gathered over a cycle, its unit, its kind, and how large a sum can be."""
    if isinstance(term, Logic):
        return term.expr, Fraction(1), "i64", 1
    assert isinstance(term, Number)
    if term.n is None and term.d is None:
        return pl.lit(1, dtype=pl.Int64), term.factor, "i64", most
    ints = whole(term)
    size = max(ints.size * most, 1)
    carrier = widest(size, "f64" if ints.carrier == "f64" else "i64")
    return ints.as_(carrier), term.factor, carrier, size
