"""The shape of a result, its hash, defaults and parameters, and the reasons that it gives."""

from __future__ import annotations

import json

import pytest
from support.small import Small, codes, reasons

from kpicore.result import flat_names
from kpicore.row import Reason

SHOP = """
title = "Shop"
[facts]
payers = { kind = "count" }
inquirers = { kind = "count" }
rating = { kind = "rating" }
breaches = { kind = "count", default = 0 }
bonus_base = { kind = "money" }
[params]
line = { value = 0.6, kind = "ratio" }
share = { value = 40 }
strict = { value = false }
[[group]]
id = "sales"
[[group]]
id = "care"
[[indicator]]
id = "conversion"
group = "sales"
weight = 60
measure = "payers / inquirers"
kind = "ratio"
rule = { kind = "bands", bands = [{ from = "line", points = 100 }, { otherwise = true, points = 50 }] }
[[indicator]]
id = "rating"
group = "care"
weight = "share"
rule = { kind = "straight" }
[[indicator]]
id = "calm"
weight = 0
rule = { kind = "conditions", when = "breaches == 0 or not strict" }
[[gate]]
id = "no_breach"
require = "breaches == 0"
effect = { grade = "C" }
[grade]
bands = [{ from = 80, grade = "A" }, { from = 60, grade = "B" }, { otherwise = true, grade = "C" }]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 300, B = "bonus", C = 0 } }
[[pay]]
id = "extra"
amount = "0.01 * bonus_base"
""".replace('B = "bonus"', "B = 200").replace('title = "Shop"', 'rules_award = "percent"\ntitle = "Shop"')
GIVEN: dict[str, object] = {"payers": 66, "inquirers": 100, "rating": "66.25", "bonus_base": "1234.5"}


def test_the_json_of_a_result() -> None:
    result = Small(SHOP).score(GIVEN, team="T1", name="李雷")
    expected = {
        "employee": "E1", "name": "李雷", "team": "T1", "period": "2024-03",
        "scheme": "t/small", "version": "1", "hash": result.hash,
        "status": "scored", "sum": "86.50", "counted_marks": "100.00", "full_marks": "100.00", "total": "86.50",
        "grade": "A", "rank": None,
        "groups": {"sales": "60.00", "care": "26.50"},
        "indicators": {
            "conversion": {"measure": "0.6600", "points": "100.00", "score": "60.00", "full_marks": "60.00",
                           "state": "scored"},
            "rating": {"measure": "66.25", "points": "66.25", "score": "26.50", "full_marks": "40.00",
                       "state": "scored"},
            "calm": {"measure": None, "points": "100.00", "score": "0.00", "full_marks": "0.00", "state": "scored"},
        },
        "gates": {"no_breach": "passed"},
        "pay": {"bonus": "300.00", "extra": "12.35"}, "pay_total": "312.35",
        "decision": None, "reasons": [],
    }  # fmt: skip
    assert result.to_json() == json.dumps(expected, ensure_ascii=False)
    assert result.hash.startswith("sha256:") and len(result.hash) == 71


def test_the_json_of_an_incomplete_result() -> None:
    data = json.loads(Small(SHOP).score({"payers": "66", "rating": 50}).to_json())
    assert (data["status"], data["total"], data["grade"], data["pay_total"]) == ("incomplete", None, None, None)
    assert (data["sum"], data["counted_marks"], data["full_marks"]) == ("20.00", "40.00", "100.00")
    assert data["indicators"]["conversion"] == {
        "measure": None, "points": None, "score": None, "full_marks": "60.00", "state": "missing",
    }  # fmt: skip
    assert (data["groups"], data["pay"]) == ({"sales": "0.00", "care": "20.00"}, {"bonus": None, "extra": None})
    assert data["reasons"] == [
        {"code": "missing_figure", "indicator": "conversion", "fact": "inquirers"},
        {"code": "missing_figure", "pay": "extra", "fact": "bonus_base"},
    ]


def test_the_flat_form_has_the_same_names_with_dots() -> None:
    small = Small(SHOP)
    result = small.score({**GIVEN, "breaches": 1}, occasion="spot")
    flat = result.flat()
    assert list(flat) == [
        "employee", "name", "team", "period", "scheme", "version", "hash", "status", "occasion",
        "sum", "counted_marks", "full_marks", "total", "grade", "rank", "groups.sales", "groups.care",
        *(f"{name}.{part}" for name in ("conversion", "rating", "calm")
          for part in ("measure", "points", "score", "full_marks", "state")),
        "gates.no_breach", "pay.bonus", "pay.extra", "pay_total", "reasons",
    ]  # fmt: skip
    assert (flat["grade"], flat["rating.score"], flat["pay.extra"], flat["occasion"]) == ("C", "26.50", "12.35", "spot")
    assert json.loads(str(flat["reasons"])) == [{"code": "gate_failed", "gate": "no_breach", "grade": "C"}]
    assert flat_names([result, result]) == list(flat)


def test_an_occasion_stands_in_the_json_only_where_one_is_given() -> None:
    small = Small(SHOP)
    assert "occasion" not in small.score(GIVEN).to_dict()
    data = small.score(GIVEN, occasion="random").to_dict()
    assert list(data)[7:10] == ["status", "occasion", "sum"] and data["occasion"] == "random"


def test_reasons_of_the_figures_come_last() -> None:
    said = (Reason.of("unknown_figure", fact="payer", did_you_mean="payers"),)
    small = Small(SHOP)
    assert small.score(GIVEN, reasons=said).reasons == said
    assert codes(small.score({**GIVEN, "breaches": 1}, reasons=said)) == ["gate_failed", "unknown_figure"]


def test_results_of_any_places_keep_them() -> None:
    result = Small("places = 0\n" + SHOP).score(GIVEN)
    assert (str(result.total), str(result.sum), str(result.full_marks)) == ("86", "86", "100")
    assert str(result.pay_total) == "312.35"


# Defaults


def test_a_default_stands_for_a_blank_and_never_for_what_can_not_be_read() -> None:
    small = Small(SHOP)
    assert small.score({**GIVEN, "breaches": ""}).gates == {"no_breach": "passed"}
    assert small.score({**GIVEN, "breaches": 2}).gates == {"no_breach": "failed"}
    result = small.score({**GIVEN, "breaches": "?"})
    assert (result.gates, result.status) == ({"no_breach": "unknown"}, "incomplete")
    assert reasons(result) == [{"code": "unreadable_figure", "gate": "no_breach", "fact": "breaches"}]


def test_defaults_of_every_kind() -> None:
    text = """
[facts]
m = { kind = "money", default = 2.5 }
f = { kind = "flag", default = true }
c = { kind = "choice", choices = ["a", "b"], default = "b" }
d = { kind = "date", default = 2024-01-31 }
e = { kind = "date" }
[[pay]]
id = "p"
amount = "m * (e - d) if f and c == 'b' else 0"
"""
    small = Small(text)
    assert str(small.score({"e": "2024-02-02"}).pay["p"]) == "5.00"
    assert str(small.score({"e": "2024-02-02", "f": "no"}).pay["p"]) == "0.00"


# Parameters

FILE = """
[params]
line = 0.7
[team."T1".params]
line = 0.8
strict = true
[employee."E2".params]
line = 0.66
"""


@pytest.mark.parametrize(
    ("employee", "team", "figure", "points"),
    [
        ("E1", None, {}, "50.00"),
        ("E1", "T1", {"payers": 80}, "100.00"),
        ("E1", "T1", {"payers": 79}, "50.00"),
        ("E1", "T2", {"payers": 70}, "100.00"),
        ("E2", "T1", {}, "100.00"),
        ("E2", "T1", {"line": "0.67"}, "50.00"),
        ("E2", "T1", {"line": ""}, "100.00"),
        ("E1", "T1", {"line": "", "payers": 79}, "50.00"),
        ("E1", "T1", {"line": "0.5"}, "100.00"),
    ],
)
def test_the_nearest_setting_of_a_parameter_holds(
    employee: str, team: str | None, figure: dict[str, object], points: str
) -> None:
    result = Small(SHOP, FILE).score({**GIVEN, **figure}, employee=employee, team=team)
    assert str(result.indicators["conversion"].points) == points


def test_parameters_move_weights_and_conditions() -> None:
    small = Small(SHOP, "[params]\nshare = 20\nstrict = true\n")
    result = small.score({**GIVEN, "breaches": 1})
    assert (str(result.full_marks), str(result.total)) == ("80.00", "73.25")
    assert str(result.indicators["calm"].points) == "0.00"


def test_a_parameter_that_can_not_be_read_spoils_what_needs_it_and_nothing_else() -> None:
    result = Small(SHOP, FILE).score({**GIVEN, "line": "?"}, team="T1")
    assert (result.status, result.indicators["conversion"].state) == ("incomplete", "unreadable")
    assert result.indicators["rating"].state == "scored"
    assert reasons(result) == [{"code": "unreadable_figure", "indicator": "conversion", "fact": "line"}]


@pytest.mark.parametrize("award", ["marks", "percent"])
def test_a_weight_that_can_not_be_read(award: str) -> None:
    result = Small(SHOP.replace('"percent"', f'"{award}"')).score({**GIVEN, "share": "?"})
    line = result.indicators["rating"]
    assert (line.state, line.points, line.score, line.full_marks, str(line.measure)) == (
        "unreadable", None, None, None, "66.25",
    )  # fmt: skip
    assert (result.status, result.full_marks, str(result.counted_marks)) == ("incomplete", None, "60.00")
    assert reasons(result) == [{"code": "unreadable_figure", "indicator": "rating", "fact": "share"}]


def test_breaks_of_grades_and_pay_by_a_parameter_that_can_not_be_read() -> None:
    text = """
[facts]
a = { kind = "rating" }
[params]
top = { value = 90 }
rate = { value = 2 }
[[indicator]]
id = "a"
weight = 100
rule = { kind = "straight" }
[grade]
bands = [{ from = 95, grade = "S" }, { from = "top", grade = "A" }, { otherwise = true, grade = "B" }]
[[pay]]
id = "p"
amount = { by = "total", bands = [{ from = 50, amount = 1 }, { otherwise = true, amount = "rate" }] }
"""
    small = Small(text)
    result = small.score({"a": 70, "top": "?", "rate": "?"})
    assert reasons(result) == [{"code": "unreadable_figure", "fact": "top"}]
    assert small.score({"a": 96, "top": "?", "rate": "?"}).status == "scored"
    result = small.score({"a": 20, "rate": "?"})
    assert reasons(result) == [{"code": "unreadable_figure", "pay": "p", "fact": "rate"}]


def digest(settings: str = "", facts: dict[str, object] | None = None, text: str = SHOP, **keys: object) -> str:
    return Small(text, settings).score({**GIVEN, **(facts or {})}, **keys).hash


def test_the_hash_follows_the_parameters_in_force_and_nothing_else() -> None:
    plain = digest()
    assert digest(facts={"payers": 1}) == plain
    assert digest("[params]\nline = 0.60\n") == plain
    assert digest("[params]\nline = 0.600\nshare = 40.0\n") == plain
    assert digest(facts={"line": "60%"}) == plain
    assert digest("[params]\nline = 0.61\n") != plain
    assert digest("[params]\nline = 0.61\n") == digest(facts={"line": "0.610"})
    assert digest(FILE, team="T1") == digest('[params]\nline = "80 %"\nstrict = true\n')
    assert digest(FILE, team="T1") != digest(FILE)
    assert digest(FILE) == digest(FILE, team="T9")
    assert digest(FILE, {"line": "?"}) not in {digest(FILE), plain}
    assert digest("[params]\nstrict = true\n") != plain


def test_the_hash_covers_the_identity() -> None:
    small, other = Small(SHOP), Small(SHOP)
    other.scorer.identity = "other"
    assert small.score(GIVEN).hash != other.score(GIVEN).hash
    assert small.score(GIVEN).hash == small.score(GIVEN).hash


# Breaks that move with the month

SEASON = """
[facts]
calls = { kind = "count" }
[params]
busy = { value = 300 }
[[indicator]]
id = "calls"
weight = 40
rule = { kind = "bands", bands = [{ from = "busy if month >= 9 or month <= 2 else 200", points = 40 },
    { otherwise = true, points = 0 }] }
"""


@pytest.mark.parametrize(
    ("month", "calls", "points"),
    [(8, 200, 40), (9, 299, 0), (9, 300, 40), (12, 299, 0), (2, 299, 0), (2, 300, 40), (3, 200, 40), (3, 199, 0)],
)
def test_breaks_follow_the_season(month: int, calls: int, points: int) -> None:
    assert Small(SEASON).line({"calls": calls}, f"2024-{month:02}").points == points


@pytest.mark.parametrize(("busy", "points"), [("299", 40), ("301", 0)])
def test_a_season_may_be_set_by_a_parameter(busy: str, points: int) -> None:
    assert Small(SEASON, f"[params]\nbusy = {busy}\n").line({"calls": 300}, "2024-10").points == points
