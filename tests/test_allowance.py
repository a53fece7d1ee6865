"""Plus and minus items from Python: of one person, of many, of tables, files and batches, and what is refused."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow
import pytest

import kpicore
from kpicore import DataError, LoadedScheme, UsageError
from kpicore.adjustment import ITEMS
from kpicore.parcels import ParcelScorer, _parcels
from kpicore.problem import Problem
from kpicore.result import Result
from kpicore.shape import Shape

FIRST = """\
id = "desk/month"
version = "1"
effective = 2023-01-01
periods = ["month"]

[facts]
calls = { kind = "count" }
reason = { kind = "text" }

[[indicator]]
id = "calls"
weight = 100
rule = { kind = "straight", of = 100 }

"""
SECOND = FIRST.replace('"1"', '"2"').replace("2023-01-01", "2024-01-01") + "[adjustments]\nleast = -5\nmost = 5\n"
LOOKING = (
    SECOND.replace('"desk/month"', '"desk/looking"') + "\n[[pay]]\nid = 'more'\namount = 'total - previous(total)'\n"
)
LEAGUE = SECOND.replace('"desk/month"', '"desk/league"').replace("[facts]", "rank = 'all'\n[facts]", 1)
GOOD = {"points": "2.5", "reason": "Fair", "author": "Wang"}
LATE = {"points": -1, "reason": "Late", "author": "Zhao"}
Items = list[dict[str, Any]]


def loaded(folder: Path, *texts: str) -> LoadedScheme:
    found = []
    for place, text in enumerate(texts):
        path = folder / f"{place}.toml"
        path.write_text(text, "utf-8")
        found.append(kpicore.load().scheme(str(path)))
    return found[0] if len(found) == 1 else LoadedScheme(tuple(each.newest for each in found), lambda run: run)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return loaded(tmp_path_factory.mktemp("desk"), SECOND)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return loaded(tmp_path_factory.mktemp("closed"), FIRST)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return loaded(tmp_path_factory.mktemp("versions"), FIRST, SECOND)


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return loaded(tmp_path_factory.mktemp("looking"), LOOKING)


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    return loaded(tmp_path_factory.mktemp("league"), LEAGUE)


def of(employee: str, *items: Mapping[str, Any], period: str = "2024-03") -> Items:
    return [{"employee": employee, "period": period, **item} for item in items]


def told(problems: object) -> list[tuple[str, int | None, str | None]]:
    assert isinstance(problems, list | tuple)
    return [(problem.code, problem.place.row, problem.place.column) for problem in problems]


class TestOnePerson:
    def test_score_and_the_brief_answer_and_the_explanation(self, desk: LoadedScheme) -> None:
        keys: dict[str, Any] = {"period": "2024-03", "adjustments": [GOOD, LATE]}
        result = desk.score({"calls": 80}, employee="E1", **keys)
        assert (str(result.total), str(result.adjustment)) == ("81.50", "1.50")
        assert [item.to_dict() for item in result.adjustments or ()] == [{**GOOD, "points": "2.50"},
                                                                         {**LATE, "points": "-1.00"}]  # fmt: skip
        assert desk.total_and_grade({"calls": 80}, **keys) == ("scored", result.total, None)
        assert desk.explain({"calls": 80}, employee="E1", **keys).result == result

    @pytest.mark.parametrize("none", [None, [], ()])
    def test_without_any(self, desk: LoadedScheme, closed: LoadedScheme, none: Any) -> None:
        for scheme in (desk, closed):
            result = scheme.score({"calls": 80}, employee="E1", period="2024-03", adjustments=none)
            assert str(result.total) == "80.00"

    def test_any_iterable_will_do(self, desk: LoadedScheme) -> None:
        result = desk.score({"calls": 80}, employee="E1", period="2024-03", adjustments=iter([GOOD]))
        assert str(result.total) == "82.50"

    def test_one_that_can_not_be_read_is_told_in_the_reasons(self, desk: LoadedScheme) -> None:
        items = [{"points": 2}, {**GOOD, "points": float("nan")}, LATE, LATE]
        result = desk.score({"calls": 80}, employee="E1", period="2024-03", adjustments=items)
        assert (result.status, result.total, result.adjustment) == ("incomplete", None, None)
        assert [(reason.code, reason.value("part")) for reason in result.reasons] == [
            ("unreadable_figure", None),
            ("adjustment_without", "reason"),
            ("adjustment_without", "author"),
            ("bad_adjustment", "points"),
            ("same_adjustment_twice", None),
        ]
        assert desk.total_and_grade({"calls": 80}, period="2024-03", adjustments=items)[0] == "incomplete"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"points": 2}, "Adjustments are a list of mappings; this is of type dict."),
            ("two", "Adjustments are a list of mappings; this is of type str."),
            (3, "Adjustments are a list of mappings; this is of type int."),
            ([2], "An item is a mapping; this is of type int."),
            ([{"point": 2, "reason": "a", "author": "b"}], "An item has no 'point'. Did you mean 'points'?"),
        ],
    )
    def test_what_are_no_items_is_a_mistake_of_the_call(self, desk: LoadedScheme, given: Any, words: str) -> None:
        with pytest.raises(UsageError) as caught:
            desk.score({"calls": 80}, employee="E1", period="2024-03", adjustments=given)
        assert str(caught.value).startswith(words) and "adjustments=[{" in str(caught.value)

    def test_a_scheme_that_allows_none_says_what_to_write(self, closed: LoadedScheme, versions: LoadedScheme) -> None:
        for scheme, period in ((closed, "2024-03"), (versions, "2023-12")):
            with pytest.raises(
                UsageError, match=r"allows no plus and minus items\. Write \[adjustments\] in the scheme"
            ):
                scheme.score({"calls": 80}, employee="E1", period=period, adjustments=[GOOD])
        assert str(versions.score({"calls": 80}, employee="E1", period="2024-01", adjustments=[GOOD]).total) == "82.50"

    def test_items_of_other_periods_stand_in_the_history(self, looking: LoadedScheme) -> None:
        before = {"2024-02": {"calls": 80, "adjustments": [GOOD]}}
        result = looking.score({"calls": 80}, employee="E1", period="2024-03", history=before)
        assert str(result.pay["more"]) == "-2.50"
        bad = {"2024-02": {"calls": 80, "adjustments": [{**GOOD, "author": ""}]}}
        result = looking.score({"calls": 80}, employee="E1", period="2024-03", history=bad)
        assert (result.status, result.total) == ("incomplete", None)
        (reason,) = result.reasons
        assert dict(reason.values) == {"pay": "more", "fact": ITEMS, "period": "2024-02"}
        with pytest.raises(UsageError, match="An item is a mapping"):
            looking.score({"calls": 80}, employee="E1", period="2024-03", history={"2024-02": {"adjustments": [1]}})


class TestMany:
    def rows(self) -> Items:
        return [
            {"employee": "E1", "period": "2024-03", "calls": 80, "adjustments": [GOOD, LATE]},
            {"employee": "E2", "period": "2024-03", "calls": 80},
            {"employee": "E3", "period": "2024-03", "facts": {"calls": 80, "adjustments": [{**GOOD, "points": 9}]}},
            {"employee": "E4", "period": "2024-03", "calls": 80, "adjustments": [{**GOOD, "reason": " "}, LATE, LATE]},
        ]

    def test_each_row_may_have_some(self, desk: LoadedScheme) -> None:
        run = desk.score_many(self.rows())
        assert [str(result.total) for result in run] == ["81.50", "80.00", "85.00", "None"]
        assert told(run.problems) == [("bad_adjustment", 4, None), ("same_adjustment_twice", 4, None)]

    def test_a_row_that_may_have_none_is_set_aside(self, closed: LoadedScheme, versions: LoadedScheme) -> None:
        run = closed.score_many(self.rows())
        assert [result.employee for result in run] == ["E2"]
        assert told(run.problems) == [("adjustments_not_allowed", row, None) for row in (1, 3, 4)]
        assert run.problems[0].message.endswith("allows no plus and minus items. The row is set aside.")
        early = [{**row, "period": "2023-05"} for row in self.rows()]
        assert [result.employee for result in versions.score_many(early)] == ["E2"]

    def test_a_fact_of_that_name_is_a_fact(self, tmp_path: Path) -> None:
        text = FIRST.replace('reason = { kind = "text" }', 'adjustments = { kind = "count" }')
        scheme = loaded(tmp_path, text + "[[pay]]\nid = 'p'\namount = 'adjustments'\n")
        (result,) = scheme.score_many([{"employee": "E1", "period": "2024-03", "calls": 1, "adjustments": 7}])
        assert str(result.pay["p"]) == "7.00"

    def test_rows_before_the_first_version_have_theirs_as_history(self, looking: LoadedScheme) -> None:
        rows = [
            {"employee": "E1", "period": "2024-01", "calls": 80},
            {"employee": "E1", "period": "2023-12", "calls": 80, "adjustments": [GOOD]},
            {"employee": "E2", "period": "2023-12", "calls": 80, "adjustments": [3]},
        ]
        run = looking.score_many(rows)
        assert [str(result.pay["more"]) for result in run] == ["-2.50"]
        assert [code for code, *_ in told(run.problems)] == ["no_version", "no_version"]

    def test_months_of_a_scheme_of_quarters_have_none(self, tmp_path: Path) -> None:
        text = SECOND.replace('"month"', '"quarter"').replace(
            'id = "calls"', 'id = "calls"\nmeasure = "over_cycle(sum, calls)"\nkind = "count"'
        )
        scheme = loaded(tmp_path, text)
        months = [{"employee": "E1", "period": f"2024-0{month}", "calls": 20} for month in (1, 2, 3)]
        quarter = {"employee": "E1", "period": "2024-Q1", "adjustments": [GOOD]}
        (result,) = scheme.score_many([*months, quarter])
        assert str(result.total) == "62.50"
        run = scheme.score_many([*months[:2], {**months[2], "adjustments": [GOOD]}, {**quarter, "adjustments": []}])
        assert told(run.problems) == [("adjustments_not_allowed", 3, None)]
        assert "Items of 2024-03 would count nowhere: desk/month scores by quarter." in run.problems[0].message


FRAME = pl.DataFrame({"employee": ["E1", "E2", "E3"], "period": ["2024-03"] * 3, "calls": [80, 90, 70]})
ITEMS_OF_ALL = [
    *of("E1", GOOD, LATE),
    *of("E3", {**GOOD, "points": 20}),
    *of("E2", {**GOOD, "author": None}),
    *of("E9", GOOD),
    *of("E1", GOOD, period="2024-04"),
]
PROBLEMS = [
    ("bad_adjustment", 4, "author"),
    ("unused_adjustment", 5, "employee"),
    ("unused_adjustment", 6, "employee"),
]


class TestTables:
    def check(self, results: list[Result]) -> None:
        assert [(each.employee, str(each.total), str(each.adjustment)) for each in results] == [
            ("E1", "81.50", "1.50"),
            ("E2", "None", "None"),
            ("E3", "75.00", "5.00"),
        ]
        assert [[reason.code for reason in each.reasons] for each in results] == [
            [],
            ["unreadable_figure", "adjustment_without"],
            ["adjustments_held_to_most"],
        ]

    @pytest.mark.parametrize("form", ["mappings", "polars", "pandas", "arrow", "csv", "parquet"])
    def test_a_table_of_items_in_every_form(self, desk: LoadedScheme, tmp_path: Path, form: str) -> None:
        frame = pl.DataFrame(ITEMS_OF_ALL, schema_overrides={"points": pl.String}, strict=False)
        path = tmp_path / f"items.{form}"
        if form == "csv":
            frame.write_csv(path)
        if form == "parquet":
            frame.write_parquet(path)
        forms = {"mappings": lambda: ITEMS_OF_ALL, "polars": lambda: frame, "pandas": frame.to_pandas,
                 "arrow": frame.to_arrow}  # fmt: skip
        given = forms[form]() if form in forms else str(path)
        run = desk.score_table(FRAME, adjustments=given)
        self.check(list(run))
        assert run.by_exact == 0 and run.reasons_by_exact == 1
        shift = 1 if form in ("csv", "parquet") else 0
        assert told(run.problems) == [(code, row + shift, column) for code, row, column in PROBLEMS]
        assert {problem.place.file for problem in run.problems} == {str(path) if shift else "adjustments"}

    def test_both_ways_say_the_same(self, desk: LoadedScheme) -> None:
        given: dict[str, Items] = {}
        for item in ITEMS_OF_ALL:
            if item["period"] == "2024-03":
                given.setdefault(item["employee"], []).append({name: item[name] for name in GOOD})
        alone = desk.score_many({**row, "adjustments": given[row["employee"]]} for row in FRAME.to_dicts())
        for one, other in zip(alone, desk.score_table(FRAME, adjustments=ITEMS_OF_ALL), strict=True):
            flats = [{k: v for k, v in each.flat().items() if k != "reasons"} for each in (one, other)]
            assert flats[0] == flats[1]

    def test_a_table_that_was_read_takes_other_items_each_time(self, desk: LoadedScheme) -> None:
        read = desk.read_table(FRAME.drop("period"), period="2024-03")
        for points, total in ((1, "81.00"), (-1, "79.00")):
            items = [{"employee": "E1", **GOOD, "points": points}]
            run = desk.score_table(read, adjustments=items, outputs=["total", "adjustment", "adjustments"])
            assert run.problems == () and str(run.frame["total"][0]) == total
        assert str(desk.score_table(read).frame["total"][0]) == "80.00"

    def test_outputs_are_asked_for_by_name(self, desk: LoadedScheme) -> None:
        run = desk.score_table(FRAME, adjustments=ITEMS_OF_ALL, outputs=["adjustment"], numbers="float")
        assert run.frame.columns == ["employee", "name", "team", "period", "adjustment"]
        assert run.frame["adjustment"].to_list() == [1.5, None, 5.0]

    def test_explained_on_demand(self, desk: LoadedScheme) -> None:
        run = desk.score_table(FRAME, adjustments=ITEMS_OF_ALL)
        (explanation,) = run.explain("E1")
        assert str(explanation.result.total) == "81.50"

    def test_ranks_see_them(self, league: LoadedScheme) -> None:
        assert [
            each.rank for each in league.score_table(FRAME, adjustments=of("E1", *[{**GOOD, "points": 5}] * 1))
        ] == [
            2,
            1,
            3,
        ]
        lifted = [*of("E1", {**GOOD, "points": 5}), *of("E2", {**GOOD, "points": -5.01})]
        assert [each.rank for each in league.score_table(FRAME, adjustments=lifted)] == [1, 1, 3]

    def test_looks_along_a_person_see_them(self, looking: LoadedScheme) -> None:
        frame = pl.DataFrame({"employee": ["E1", "E1"], "period": ["2024-02", "2024-03"], "calls": [80, 80]})
        run = looking.score_table(frame, adjustments=of("E1", GOOD, period="2024-02"))
        assert run.by_exact == 0 and str(run.frame["pay.more"][1]) == "-2.50"

    def test_two_versions(self, versions: LoadedScheme) -> None:
        frame = pl.DataFrame({"employee": ["E1", "E1"], "period": ["2023-12", "2024-01"], "calls": [80, 80]})
        items = [*of("E1", GOOD, period="2024-01"), *of("E1", GOOD, period="2023-12")]
        run = versions.score_table(frame, adjustments=items)
        assert told(run.problems) == [("adjustments_not_allowed", 2, "period")]
        before, after = run
        assert (str(before.total), before.adjustments) == ("80.00", None)
        assert str(after.total) == "82.50" and len(after.adjustments or ()) == 1

    def test_figures_too_long_for_columns(self, desk: LoadedScheme) -> None:
        items = of("E1", {**GOOD, "points": "-999999999999999999.99"}, {**GOOD, "points": "999999999999999999.99"})
        assert str(next(iter(desk.score_table(FRAME, adjustments=items))).total) == "80.00"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ([{"employee": "E1", "period": "2024-03", "reason": "a"}], "needs a column points"),
            ([{"employee": "E1", "period": "2024-03", "points": 1}], "needs a column reason"),
            ([{"period": "2024-03", **GOOD}], "needs a column employee"),
            ([{"employee": "E1", **GOOD}], "no column period"),
        ],
    )
    def test_columns_that_do_not_do(self, desk: LoadedScheme, given: Items, words: str) -> None:
        with pytest.raises(DataError, match=words):
            desk.score_table(FRAME, adjustments=given)

    @pytest.mark.parametrize("given", [3, [1, 2], object()])
    def test_what_is_no_table(self, desk: LoadedScheme, given: object) -> None:
        with pytest.raises(UsageError):
            desk.score_table(FRAME, adjustments=given)

    def test_a_file_that_is_not_there(self, desk: LoadedScheme) -> None:
        with pytest.raises(DataError, match="there is no such file"):
            desk.score_table(FRAME, adjustments="nowhere.csv")

    def test_a_scheme_that_allows_none(self, closed: LoadedScheme) -> None:
        with pytest.raises(UsageError, match=r"the scheme allows none\.\s+Write \[adjustments\]"):
            closed.score_table(FRAME, adjustments=ITEMS_OF_ALL)
        assert closed.score_table(FRAME, adjustments=[]).problems == ()

    def test_items_in_place_of_figures(self, desk: LoadedScheme, closed: LoadedScheme) -> None:
        items = pl.DataFrame(of("E1", {"加减分": 1, "事由": "a", "author": "b"}))
        for scheme in (desk, closed):
            with pytest.raises(
                DataError, match=r"gives plus and minus items, and no figures\.\s+Give it as adjustments"
            ):
                scheme.score_table(items)

    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_file_piece_by_piece(self, desk: LoadedScheme, tmp_path: Path, ending: str) -> None:
        from kpicore.bulk import Asked, score_file

        source, target = tmp_path / f"figures.{ending}", tmp_path / f"results.{ending}"
        FRAME.write_csv(source) if ending == "csv" else FRAME.write_parquet(source)
        run = desk.score_file(source, target, adjustments=ITEMS_OF_ALL)
        assert told(run.problems) == PROBLEMS
        pieces = tmp_path / f"pieces.{ending}"
        again = score_file(desk, source, pieces, Asked(claims=desk.claims(ITEMS_OF_ALL, None, None)), piece=1)
        assert told(again.problems) == PROBLEMS
        for path in (target, pieces):
            found = pl.read_csv(path) if ending == "csv" else pl.read_parquet(path)
            assert [None if total is None else float(total) for total in found["total"]] == [81.5, None, 75.0]
            assert json.loads(found["adjustments"][0])[1] == {**LATE, "points": "-1.00"}
            assert not found["adjustments"][1]


class TestBatches:
    def test_record_batches(self, desk: LoadedScheme) -> None:
        problems: list[Problem] = []
        reader = pyarrow.Table.from_batches(
            FRAME.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
        ).to_reader(1)
        found = desk.score_batches(reader, adjustments=ITEMS_OF_ALL, problems=problems).read_all()
        assert [str(total) for total in found["total"].to_pylist()] == ["81.50", "None", "75.00"]
        assert told(problems) == PROBLEMS

    def test_a_scorer_that_travels(self, league: LoadedScheme) -> None:
        from support.spread import spread

        scorer = league.batch_scorer(adjustments=ITEMS_OF_ALL)
        expected = league.score_table(FRAME, adjustments=ITEMS_OF_ALL).frame
        found = spread(FRAME, pickle.loads(pickle.dumps(scorer)), 2).sort("employee")
        assert found["total"].to_list() == expected["total"].to_list()
        assert found["rank"].to_list() == expected["rank"].to_list() == [1, None, 2]
        assert found["adjustments"].to_list() == expected["adjustments"].to_list()

    def test_a_scheme_that_allows_none(self, closed: LoadedScheme) -> None:
        with pytest.raises(UsageError, match="the scheme allows none"):
            closed.batch_scorer(adjustments=ITEMS_OF_ALL)

    def test_parcels_carry_them(self, desk: LoadedScheme) -> None:
        rows = [row for _, row in desk_rows(desk)]
        scorer = ParcelScorer(desk, None, None, Shape(desk.versions, None, "decimal"))
        (parcel,) = _parcels(desk, None, rows, [True] * len(rows), 2)
        found = pickle.loads(pickle.dumps(scorer)).score(parcel)
        assert [str(total) for total in found["total"].to_pylist()] == ["81.50", "80.00"]


def desk_rows(desk: LoadedScheme) -> list[Any]:
    from kpicore.mapping import MappingReader

    reader = MappingReader(desk, None, desk.recall(None, None))
    return list(reader.rows(TestMany().rows()[:2]))
