"""Reads a table that is at hand as columns, a row a person and period: keys and figures, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, evolve, field, frozen

from kpicore.beside import beside
from kpicore.columns import read_column, unreadable_cells
from kpicore.columns.textview import viewed
from kpicore.decimals import as_shown, quoted
from kpicore.errors import DataError, FigureError, PeriodError, UsageError
from kpicore.io.heading import Headings, Layout
from kpicore.io.key import LONGEST_KEY, Periods, key_text
from kpicore.io.table import MOST_COLUMNS, Table
from kpicore.io.tally import Tally
from kpicore.io.total import TOTALS, is_word
from kpicore.occasion import occasion_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.query import put_together

if TYPE_CHECKING:
    from kpicore.columns import Column

MOST_PROBLEMS = 10_000
"""So many cells that can not be read are named one by one; of more it is only said how many there are."""
_SUSPICIOUS = r"[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}#]"
_PLAIN = ord("$"), ord("~")
"""Between these there is no space, no control character and no # of a spreadsheet's errors."""
_WIDE = 0xE4, 0xE9
"""The first bytes of the characters from U+4000 to U+9FFF, among which there is none either; the others of such a
character lie from 0x80 to 0xBF."""
_BETWEEN = (0x7F, 0x7F), (0xC0, _WIDE[0] - 1)
"""What is neither within `_PLAIN` nor a byte of such a character."""
VOWELS = "auAU"
"""Each English word for a total has one of these."""
_TEXT_KEYS = ("employee", "name", "team", "occasion")


@frozen(eq=False)
class Framed:
    """The rows of a table whose keys could be read. `numbers` are their numbers in the table, `columns` the figures
    of each fact or parameter that has a column, `given` the columns' names by fact. Where it is known that they are
    `rising`, each employee comes after the one before in the order of texts, so nobody comes twice."""

    keys: pl.DataFrame
    period: pl.Series
    periods: Sequence[Period]
    numbers: pl.Series | range
    columns: Mapping[str, Column]
    given: Mapping[str, str]
    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    key_columns: tuple[str, ...] = ()
    set_aside: int = 0
    rising: bool = False

    def raw(self, place: int) -> dict[str, object]:
        """The figures of a row as they stand in the table."""
        return {name: self.frame[title][place] for name, title in self.given.items()}

    def count(self, tally: Tally) -> None:
        """Adds what was read to a count of rows and cells."""
        read = sum(column.values.len() - column.values.null_count() for column in self.columns.values())
        unread = sum(int(column.unreadable.sum()) for column in self.columns.values() if column.unreadable is not None)
        apart = sum(int(column.apart.sum()) for column in self.columns.values() if column.apart is not None)
        tally.rows_read += self.keys.height
        tally.cells_read += read + apart
        tally.cells_unreadable += unread
        tally.rows_set_aside += self.set_aside
        tally.cells_key += sum(self.keys.height - self.keys[key].null_count() for key in self.key_columns)

    def some(self, column: Column, attribute: str) -> list[int]:
        """The rows that a mask of a column names."""
        mask: pl.Series | None = getattr(column, attribute)
        return [] if mask is None else mask.arg_true().to_list()


def framed(
    frame: pl.DataFrame,
    headings: Headings,
    kinds: Sequence[str],
    *,
    default_period: Period | None = None,
    file: str = "",
    first_row: int = 1,
    numbers: pl.Series | range | None = None,
) -> Framed:
    """Reads a table. Raises DataError where its columns do not say whose figures they are, UsageError where there is
    no column of periods and no default; a bad row is set aside, a bad cell is unreadable, each with a problem.

    `first_row` is the number of the first row of figures, for problems; `numbers` those of all rows, where they do not
    follow one another.
    """
    if numbers is None:
        numbers = range(first_row, first_row + frame.height)
    reader = _Reader(frame, headings, Periods(kinds), file, numbers)
    return reader.read(default_period)


@define(eq=False)
class _Reader:
    frame: pl.DataFrame
    headings: Headings
    known: Periods
    file: str
    numbers: pl.Series | range
    problems: list[Problem] = field(factory=list)
    _looks: dict[str, Callable[[], tuple[bool, bool]]] = field(factory=dict)
    _bad: dict[int, bool] = field(factory=dict)
    """The rows that are not used, and whether they are set aside for a mistake."""

    def read(self, default_period: Period | None) -> Framed:
        layout = self._layout()
        if "period" not in layout.keys and default_period is None:
            raise UsageError("The table has no column period. Add one, or say which period all rows are of.")
        given = {column.target.id: column.title for column in layout.columns if not column.again}
        by_title = {column.title: column for column in layout.columns}
        frame = self.frame

        def figures(title: str) -> Column:
            return read_column(frame[title], by_title[title].target.bounds)

        numbers, schema = self.numbers, frame.schema
        run = beside(frame.height)
        self._looks = {key: run(self._look, layout, key) for key in _TEXT_KEYS}
        longest_last = sorted(given, key=lambda name: not schema[given[name]].is_integer())
        reading = {name: run(figures, given[name]) for name in longest_last}
        texts = {key: self._key(layout, key) for key in _TEXT_KEYS}
        codes, periods = self._periods(layout, default_period)
        columns = {name: reading[name]() for name in given}
        _, rising = self._looks["employee"]()
        if self._bad:
            kept = pl.int_range(frame.height, eager=True)
            kept = kept.filter(~kept.is_in(list(self._bad)))
            texts = {key: series[kept] for key, series in texts.items()}
            codes, frame, numbers = codes[kept], frame[kept], pl.Series(numbers)[kept]
            columns = {name: figures(title) for name, title in given.items()}
        for name, column in columns.items():
            if column.unreadable is not None:
                self._tell_unreadable(frame, by_title[given[name]], column, numbers)
        labels = pl.Series([str(period) for period in periods], dtype=pl.String)
        period = pl.lit(labels[0]) if len(periods) == 1 else pl.lit(labels.gather(codes))
        order = ("employee", "name", "team", "period", "occasion")
        keys = pl.DataFrame([texts[key].alias(key) for key in _TEXT_KEYS])
        keys = put_together(keys, [period.alias("period")], order)
        problems = tuple(self.problems)
        there = tuple(key for key in order if key in layout.keys)
        aside = sum(self._bad.values())
        return Framed(keys, codes, periods, numbers, columns, given, frame, problems, there, aside, rising)

    def _layout(self) -> Layout:
        table = Table(self.file, None, [name.strip() for name in self.frame.columns], ())
        self.frame = self.frame.rename(dict(zip(self.frame.columns, table.columns, strict=True)))
        if len(table.columns) > MOST_COLUMNS:
            problem = table.problem("too_large", f"The table has {len(table.columns):,} columns.")
            raise DataError(str(problem), [problem])
        if self.headings.of_items(table.columns):
            message = "The table gives plus and minus items, and no figures."
            problem = table.problem("no_key_column", message, hint="Give it as adjustments, beside one of figures.")
            raise DataError(str(problem), [problem])
        layout, problems = self.headings.layout(table)
        if not self.file:  # what is no file has no row of headings
            problems = [evolve(each, place=evolve(each.place, row=None)) for each in problems]
        self.problems += problems
        if layout is None or layout.level != "employee" or layout.long:
            told = [problem for problem in problems if problem.severity == "error"]
            if not told:
                message = "The table has no column employee, so nobody can be scored."
                told = [table.problem("no_key_column", message, hint="Give a row for each person and period.")]
            raise DataError("\n".join(map(str, told)), told)
        return layout

    def _key(self, layout: Layout, key: str) -> pl.Series:
        """What a key column says of each row, null where blank."""
        declared = key == "occasion" and self.headings.occasions
        return self._occasions(layout) if declared else self._texts(layout, key)

    def _texts(self, layout: Layout, key: str) -> pl.Series:
        """The texts of a key column, null where blank; a row without an employee is set aside."""
        if key not in layout.keys:
            return pl.Series([None], dtype=pl.String).new_from_index(0, self.frame.height)
        series = self.frame[layout.title(key)]
        must = key == "employee"
        if series.dtype.is_integer():
            texts, doubtful = series.cast(pl.String), series.is_null() if must else None
        elif series.dtype in (pl.String, pl.Categorical, pl.Enum):
            series = series.cast(pl.String)
            if self._looks[key]()[0]:
                return series
            texts, doubtful = _plain_texts(series, must)
        else:
            texts, doubtful = pl.Series([None], dtype=pl.String).new_from_index(0, len(series)), series.is_not_null()
        if doubtful is None or not doubtful.any():
            return texts
        places = doubtful.arg_true()
        found = [self._text(layout, key, place, series[place]) for place in places.to_list()]
        return texts.scatter(places, pl.Series(found, dtype=pl.String))

    def _look(self, layout: Layout, key: str) -> tuple[bool, bool]:
        """Whether a column of texts needs no look at each of them, and whether it is rising as it stands, which is how
        it is read."""
        series = self.frame[layout.title(key)] if key in layout.keys else None
        if series is None or series.dtype not in (pl.String, pl.Categorical, pl.Enum):
            return False, False
        return _looked_at(series.cast(pl.String), key == "employee")

    def _text(self, layout: Layout, key: str, place: int, raw: object) -> str | None:
        must = key == "employee"
        try:
            text = key_text(raw)
            if must and not text:
                raise FigureError("The row names no employee.", "the employee's number or name")
        except FigureError as error:
            problem = Problem(f"bad_{key}", error.sentence, hint=error.hint, expected=error.expected)
            if must:
                self._set_aside(layout, key, place, raw, problem)
            else:
                self._tell(layout, layout.title(key), self.numbers[place], raw, problem)
            return None
        if must and is_word(text):
            self._bad[place] = False
            message = f"The row of {quoted(text)} is a total of others; it is left out."
            problem = Problem("total_row", message, "warning")
            self._tell(layout, layout.title(key), self.numbers[place], raw, problem)
        return text or None

    def _periods(self, layout: Layout, default: Period | None) -> tuple[pl.Series, list[Period]]:
        """For each row the place of its period among those that occur."""
        height = self.frame.height
        if "period" not in layout.keys:
            assert default is not None
            return pl.Series([0], dtype=pl.Int64).new_from_index(0, height), [default]
        series = self.frame[layout.title("period")]
        unique, numbers = _numbered(series)
        places: dict[str, int] = {}
        codes: list[int] = []
        wrong: dict[int, Problem] = {}
        for number, raw in enumerate(unique.to_list()):
            try:
                text = self.known.text(raw)
            except PeriodError as error:
                wrong[number] = error.problems[0]
                codes.append(0)
            else:
                codes.append(places.setdefault(text, len(places)))
        for number, problem in wrong.items():
            for place in (numbers == number).arg_true().to_list():
                self._set_aside(layout, "period", place, unique[number], problem)
        periods = [self.known[text] for text in places]
        return pl.Series(codes, dtype=pl.Int64).gather(numbers), periods

    def _occasions(self, layout: Layout) -> pl.Series:
        """For each row the occasion, one of those that the scheme declares; a row of any other is set aside."""
        declared = self.headings.occasions
        if "occasion" not in layout.keys:
            return pl.Series([declared[0]], dtype=pl.String).new_from_index(0, self.frame.height)
        unique, numbers = _numbered(self.frame[layout.title("occasion")])
        found: list[str | None] = []
        for number, raw in enumerate(unique.to_list()):
            try:
                found.append(occasion_of(key_text(raw), declared))
            except FigureError as error:
                found.append(None)
                problem = Problem("bad_occasion", error.sentence, hint=error.hint, expected=error.expected)
                for place in (numbers == number).arg_true().to_list():
                    self._set_aside(layout, "occasion", place, raw, problem)
        return pl.Series(found, dtype=pl.String).gather(numbers)

    def _tell_unreadable(self, frame: pl.DataFrame, column: Any, read: Column, numbers: pl.Series | range) -> None:
        """A problem for each cell of a column that can not be read."""
        assert read.unreadable is not None
        for place, raw, error in unreadable_cells(frame[column.title], column.target.bounds, read, MOST_PROBLEMS):
            problem = Problem("bad_figure", error.sentence, hint=error.hint, expected=error.expected)
            self._tell(None, column.title, numbers[place], raw, problem)
        count = int(read.unreadable.sum())
        if count > MOST_PROBLEMS:
            message = f"{count - MOST_PROBLEMS:,} more cells of the column can not be read."
            self.problems.append(self._table().problem("bad_figure", message, column=column.title))

    def _table(self) -> Table:
        return Table(self.file, None, self.frame.columns, ())

    def _set_aside(self, layout: Layout, key: str, place: int, raw: object, problem: Problem) -> None:
        if place in self._bad:
            return
        if not any(value is not None and value != "" for value in self.frame.row(place)):
            self._bad[place] = False  # a blank row
        else:
            self._bad[place] = True
            message = f"{problem.message} The row is set aside."
            self._tell(layout, layout.title(key), self.numbers[place], raw, evolve(problem, message=message))

    def _tell(self, layout: Layout | None, title: str, number: int, raw: object, problem: Problem) -> None:
        shown = as_shown(raw)
        where = self._table().place(number, title)
        self.problems.append(evolve(problem, place=where, value=shown))


def _numbered(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The values that occur in a column, and for each row the place of its own among them."""
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    unique = series.unique(maintain_order=True)
    if len(unique) == 1:
        return unique, pl.Series([0], dtype=pl.Int64).new_from_index(0, len(series))
    table = pl.DataFrame({"x": unique, "n": pl.int_range(len(unique), eager=True)})
    joined = series.to_frame("x").join(table, on="x", how="left", nulls_equal=True, maintain_order="left")
    return unique, joined["n"]


def _looked_at(series: pl.Series, must: bool) -> tuple[bool, bool]:
    """Whether all texts consist of plain characters, so that there is nothing to look at: told from their bytes, many
    texts at a time, which takes a fraction of looking at each. Those of an employee (`must`) are no words either, and
    for them the answer has whether each comes after the one before, too."""
    if must and series.null_count():
        return False, False
    with viewed(series, in_order=must) as texts:
        if texts is None:
            return series.null_count() == len(series), False
        if not must:
            return texts.within(_PLAIN[0], _WIDE[1], LONGEST_KEY) and not any(
                texts.has(*each) for each in _BETWEEN
            ), False
        if not texts.within(*_PLAIN, LONGEST_KEY) or any(texts.has(ord(each), ord(each)) for each in VOWELS):
            return False, False
        rising = texts.rising
    if rising is None:
        rising = bool((series.slice(1) > series.head(len(series) - 1)).all())
    return True, rising


def _plain_texts(series: pl.Series, must: bool) -> tuple[pl.Series, pl.Series]:
    """Texts without the spaces around them, null where blank; and which are to be looked at one by one."""
    text = pl.col("x")
    doubtful = text.str.contains(_SUSPICIOUS) | (text.str.len_chars() > LONGEST_KEY)
    if must:
        doubtful = doubtful | (text == "") | text.str.to_lowercase().str.contains(TOTALS)
    found = (
        series.to_frame("x")
        .lazy()
        .with_columns(text.str.strip_chars())
        .select(pl.when(text != "").then(text).alias("x"), doubtful.fill_null(must).alias("doubtful"))
        .collect()
    )
    return found["x"], found["doubtful"]
