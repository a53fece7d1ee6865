"""Plus and minus items as cells: what the total comes to, by both readers, and who is incomplete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpicore
from kpicore.adjustment import ITEMS, Adjustments, adjusted, repeated
from kpicore.cases.breaks import break_cases
from kpicore.figure import UNREADABLE
from kpicore.io.protocol import by_suffix
from kpicore.io.tablefile import write_table
from kpicore.io.write import WRITERS as ALL_WRITERS
from kpicore.io.write import write_results
from kpicore.loaded import LoadedScheme
from kpicore.result import Result, result_of
from kpicore.row import Adjustment, Reason, Row
from kpicore.sample.aim import aims

WRITERS = by_suffix(ALL_WRITERS)
MARCH = kpicore.parse_period("2024-03")
SCHEME = """\
id = "desk/month"
version = "1"
effective = 2024-01-01
periods = ["month"]
rank = "all"
{head}

[facts]
calls = {{ kind = "count" }}
sales = {{ kind = "money" }}

[params]
cap = {{ value = 5 }}

[[indicator]]
id = "calls"
group = "work"
weight = 50
rule = {{ kind = "proportion", to = 100 }}

[[indicator]]
id = "sales"
group = "work"
weight = 50
when_missing = "leave_out"
rule = {{ kind = "proportion", to = 1000 }}

[adjustments]
{bounds}

[[gate]]
id = "enough"
require = "total >= 60"
effect = {{ lower_by = 1 }}

[grade]
bands = [{{ from = 90, grade = "A" }}, {{ from = 40, grade = "B" }}, {{ otherwise = true, grade = "C" }}]

[[pay]]
id = "bonus"
amount = "total * 10 + sum"
"""


def scheme(folder: Path, bounds: str = "", head: str = "", text: str = SCHEME) -> LoadedScheme:
    path = folder / "desk.toml"
    path.write_text(text.format(bounds=bounds, head=head), "utf-8")
    return kpicore.load().scheme(str(path))


@pytest.fixture(scope="module")
def open_(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return scheme(tmp_path_factory.mktemp("open"))


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return scheme(tmp_path_factory.mktemp("bounded"), "least = -5\nmost = 'cap'")


def items(points: Sequence[str]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(Decimal(text), f"for {place}", "Li") for place, text in enumerate(points))


def row(*points: str, faults: Sequence[Reason] = (), employee: str = "E", **facts: object) -> Row:
    """80 calls and sales of 500 make 40 + 25."""
    figures = {"calls": 80, "sales": Decimal(500), **facts}
    bare = Row(employee, MARCH, {name: value for name, value in figures.items() if value is not None})  # type: ignore[misc]
    return adjusted(bare, Adjustments(items(points), tuple(faults)))


def both(scheme: LoadedScheme, rows: Sequence[Row]) -> tuple[Result, ...]:
    """The results by the exact reader, once those of the columnar one are the same to the last digit."""
    results = scheme.score_rows(rows).results
    table = scheme.score_rows_to_table(rows)
    assert table.by_exact == 0
    assert [each.to_dict() for each in table] == [each.to_dict() for each in results]
    return results


def one(scheme: LoadedScheme, *points: str, **more: object) -> Result:
    (result,) = both(scheme, [row(*points, **more)])  # type: ignore[arg-type]
    return result


def test_the_sum_of_the_items_is_added_to_the_total_and_to_nothing_else(open_: LoadedScheme) -> None:
    plain, with_items = one(open_), one(open_, "3.00", "-1.50")
    assert (str(plain.total), str(plain.adjustment), plain.adjustments) == ("65.00", "0.00", ())
    assert (str(with_items.total), str(with_items.adjustment)) == ("66.50", "1.50")
    for name in ("sum", "counted_marks", "full_marks", "groups", "indicators", "hash"):
        assert getattr(with_items, name) == getattr(plain, name)
    assert str(with_items.pay["bonus"]) == "730.00"  # 66.50 x 10 + 65
    assert with_items.reasons == ()


def test_grades_gates_and_ranks_see_it(open_: LoadedScheme) -> None:
    results = both(open_, [row("25.00", employee="A"), row(employee="B"), row("-5.01", employee="C")])
    assert [(each.grade, each.gates["enough"], each.rank) for each in results] == [
        ("A", "passed", 1),
        ("B", "passed", 2),
        ("C", "failed", 3),
    ]


def test_it_comes_after_the_total_was_taken_to_the_full_marks(open_: LoadedScheme) -> None:
    result = one(open_, "2.00", sales=None)
    assert (str(result.sum), str(result.counted_marks), str(result.total)) == ("40.00", "50.00", "82.00")


def test_the_total_may_leave_0_and_the_full_marks_behind(open_: LoadedScheme) -> None:
    assert str(one(open_, "1000.00").total) == "1065.00"
    low = one(open_, "-65.01")
    assert (str(low.total), low.grade, low.status) == ("-0.01", "C", "scored")


@pytest.mark.parametrize(
    ("points", "counts", "code"),
    [
        (("4.99",), "4.99", None),
        (("5.00",), "5.00", None),
        (("5.01",), "5.00", "adjustments_held_to_most"),
        (("9.00", "-3.99"), "5.00", "adjustments_held_to_most"),
        (("9.00", "-4.00"), "5.00", None),
        (("-4.99",), "-4.99", None),
        (("-5.00",), "-5.00", None),
        (("-2.00", "-3.01"), "-5.00", "adjustments_held_to_least"),
    ],
)
def test_the_sum_is_held_to_its_bounds(
    bounded: LoadedScheme, points: tuple[str, ...], counts: str, code: str | None
) -> None:
    result = one(bounded, *points)
    assert (str(result.adjustment), result.total) == (counts, 65 + Decimal(counts))
    assert [reason.code for reason in result.reasons] == ([] if code is None else [code])
    assert [str(item.points) for item in result.adjustments or ()] == list(points)


def test_a_bound_may_follow_a_parameter_of_the_row(bounded: LoadedScheme) -> None:
    results = both(bounded, [row("8.00", cap=Decimal("7.255")), row("8.00", cap=Decimal(20), employee="F")])
    assert [str(each.adjustment) for each in results] == ["7.26", "8.00"]
    assert [len(each.reasons) for each in results] == [1, 0]


def test_a_bound_that_can_not_be_read_leaves_the_total_open(bounded: LoadedScheme) -> None:
    result = one(bounded, "1.00", cap=UNREADABLE)
    assert (result.status, result.total, result.adjustment) == ("incomplete", None, None)
    assert Reason.of("unreadable_figure", fact="cap") in result.reasons


def test_a_sum_that_can_not_be_read_makes_the_person_incomplete(open_: LoadedScheme) -> None:
    fault = Reason.of("adjustment_without", part="author")
    results = both(open_, [row("3.00", faults=[fault], employee="A"), row(employee="B")])
    first, second = results
    assert (first.status, first.total, first.adjustment, first.rank) == ("incomplete", None, None, None)
    assert (str(first.sum), second.rank) == ("65.00", 1)
    assert first.reasons == (Reason.of("unreadable_figure", fact=ITEMS), fault)
    assert [str(item.points) for item in first.adjustments or ()] == ["3.00"]


def test_too_little_that_counts_is_still_told_so(open_: LoadedScheme) -> None:
    result = one(open_, "3.00", calls=None)
    codes = [reason.code for reason in result.reasons]
    assert result.status == "incomplete" and "missing_figure" in codes and "unreadable_figure" not in codes
    assert str(result.adjustment) == "3.00"


def test_somebody_without_any_figures_has_no_items(open_: LoadedScheme) -> None:
    absent = Row("E", MARCH, {}, absent=True, reasons=(Reason.of("not_in_figures"),))
    (result,) = open_.score_rows([absent]).results
    (again,) = open_.score_rows_to_table([absent])
    assert (str(result.adjustment), result.adjustments, result.status) == ("0.00", (), "incomplete")
    assert again == result


def test_a_result_comes_back_from_its_flat_form(open_: LoadedScheme) -> None:
    result = one(open_, "3.00", "-0.50")
    flat = result.flat()
    assert list(flat)[list(flat).index("rank") + 1 :][:2] == ["adjustment", "adjustments"]
    numbers = {"sum", "counted_marks", "full_marks", "total", "adjustment", "pay_total"}
    typed = {
        name: Decimal(str(value))
        if value is not None and (name in numbers or name.endswith((".points", ".score", ".full_marks", ".measure")))
        else value
        for name, value in flat.items()
    }
    assert result_of(typed).adjustments == result.adjustments


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_a_file_of_results_has_them_as_numbers_and_as_a_text(open_: LoadedScheme, tmp_path: Path, ending: str) -> None:
    rows = [row("3.00", "-4.50"), row(employee="F")]
    for name, write in (
        ("exact", lambda out: write_results(open_.score_rows(rows), out, WRITERS)),
        ("columnar", lambda out: write_table(open_.score_rows_to_table(rows), out, WRITERS)),
    ):
        path = tmp_path / f"{name}.{ending}"
        write(path)
        if ending == "json":
            first, second = json.loads(path.read_text("utf-8"))
            said = [{"points": "3.00", "reason": "for 0", "author": "Li"}, {"points": "-4.50", "reason": "for 1",
                    "author": "Li"}]  # fmt: skip
            assert (first["adjustment"], first["adjustments"], second["adjustments"]) == ("-1.50", said, [])
            assert list(first)[list(first).index("rank") + 1 :][:2] == ["adjustment", "adjustments"]
            continue
        if ending == "xlsx":
            table = polars.read_excel(path, sheet_name="people", engine="openpyxl")
        else:
            table = {"csv": polars.read_csv, "parquet": polars.read_parquet}[ending](path)
        assert [float(value) for value in table["adjustment"]] == [-1.5, 0.0]
        assert json.loads(table["adjustments"][0])[1] == {"points": "-4.50", "reason": "for 1", "author": "Li"}
        assert not table["adjustments"][1]


def test_a_scheme_without_items_has_no_word_of_them(tmp_path: Path) -> None:
    text = SCHEME.replace("[adjustments]\n{bounds}\n", "")
    result = one(scheme(tmp_path, text=text))
    assert "adjustment" not in result.to_json() and result.adjustments is None
    assert not any("adjustment" in name for name in result.flat())


def test_the_points_have_the_places_of_the_total(tmp_path: Path) -> None:
    whole = scheme(tmp_path, head="places = 0", bounds="most = 2.5")
    bare = Row("E", MARCH, {"calls": 80, "sales": Decimal(500)})
    (result,) = both(whole, [adjusted(bare, Adjustments(items(["7"])))])
    assert (str(result.adjustment), str(result.total)) == ("3", "68")


def test_a_version_that_travelled_knows_items(open_: LoadedScheme) -> None:
    import pickle

    again = pickle.loads(pickle.dumps(open_))
    assert both(again, [row("3.00")]) == both(open_, [row("3.00")])


def test_the_short_way_takes_no_items_from_the_figures(open_: LoadedScheme) -> None:
    figures = {"calls": 80, "sales": 500}
    short = open_.newest.plain.short(MARCH)
    for raw in (figures, {**figures, ITEMS: 100}):
        told = short(raw)
        assert told is not None and str(told[1]) == "65.00"
        assert open_.total_and_grade(raw, period="2024-03") == told
    (result,) = open_.score_many([{**figures, "employee": "E", "period": "2024-03", ITEMS: 100}])
    assert str(result.total) == "65.00"


def test_made_up_figures_and_cases_at_breaks_give_no_items(bounded: LoadedScheme) -> None:
    sheet = bounded.newest.sheet()
    assert ITEMS in sheet.facts
    cases = break_cases(sheet).cases
    assert cases and not any(ITEMS in {**case.facts, **case.colleague} for case in cases)
    assert list(aims(sheet)) and not any(ITEMS in aim.facts for aim in aims(sheet))


def test_who_says_the_same_twice() -> None:
    first, other, again = items(["1.00"])[0], items(["1.00", "2.00"])[1], items(["1.0"])[0]
    assert list(repeated([first, other, again])) == [(again, first)]
    assert list(repeated([first, other])) == []


MONEY = st.integers(-99_999, 99_999).map(lambda cents: f"{Decimal(cents).scaleb(-2):.2f}")


@given(st.lists(st.lists(MONEY, max_size=5), min_size=1, max_size=6))
def test_any_items_come_to_what_they_add_up_to(bounded: LoadedScheme, people: list[list[str]]) -> None:
    results = both(bounded, [row(*points, employee=f"E{place}") for place, points in enumerate(people)])
    for points, result in zip(people, results, strict=True):
        whole = sum(map(Fraction, points), Fraction(0))
        assert Fraction(result.adjustment or 0) == min(max(whole, Fraction(-5)), Fraction(5))
        assert result.total == 65 + (result.adjustment or 0)
