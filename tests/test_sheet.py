"""What a scheme means: rounding, absence and policies, totals, gates, grades, pay. Figures are worked out by hand."""

from __future__ import annotations

import itertools

import pytest
from support.small import Small, codes, one, reasons, sheet_of

from kpicore.errors import SchemeError

STRAIGHT = '{ kind = "straight", of = 100 }'


def line(id_: str, weight: object = 50, more: str = "", rule: str = STRAIGHT) -> str:
    """An indicator that measures the fact of its own name."""
    given = "" if weight is None else f"weight = {weight}\n"
    return f'[[indicator]]\nid = "{id_}"\n{given}{more}\nrule = {rule}\n'


def facts(*names: str, kind: str = "number") -> str:
    return "[facts]\n" + "".join(f'{name} = {{ kind = "{kind}" }}\n' for name in names)


# Rounding


@pytest.mark.parametrize(
    ("kind", "x", "shown"),
    [
        ("ratio", "0.64995", "0.6500"),
        ("ratio", "0.649949", "0.6499"),
        ("money", "1.005", "1.01"),
        ("rating", "79.995", "80.00"),
        ("number", "-0.00005", "-0.0001"),
        ("number", "-0.00004999", "0.0000"),
        ("seconds", "30.05", "30.1"),
        ("hours", "2.449", "2.4"),
        ("days", "2.5", "3"),
        ("days", "2.4999", "2"),
    ],
)
def test_a_measure_rounds_half_away_from_zero_to_the_places_of_its_kind(kind: str, x: str, shown: str) -> None:
    assert str(Small(one(STRAIGHT, kind=kind)).line({"x": x}).measure) == shown


def test_a_measure_of_counts_has_no_places() -> None:
    small = Small(one(STRAIGHT, kind="count", more='measure = "x / 2"\nkind = "count"'))
    assert [str(small.line({"x": x}).measure) for x in (3, 4, 5)] == ["2", "2", "3"]


def test_an_indicator_may_ask_for_other_places() -> None:
    small = Small(one(STRAIGHT, kind="ratio", more='measure = "x"\nplaces = 2'))
    assert [str(small.line({"x": x}).measure) for x in ("0.645", "0.64499")] == ["0.65", "0.64"]


def test_a_ratio_is_judged_as_it_is_shown() -> None:
    bands = '{ kind = "bands", bands = [{ from = 0.65, points = 80 }, { otherwise = true, points = 60 }] }'
    text = facts("a", "b", kind="count") + line("i", 100, 'measure = "a / b"\nkind = "ratio"', bands)
    found = Small(text).line({"a": 64996, "b": 100000})
    assert (str(found.measure), str(found.points)) == ("0.6500", "80.00")


def test_weights_that_make_exactly_eighty() -> None:
    text = facts("a", "b", "c", "d", kind="rating") + 'x = { kind = "count" }\n'
    weights = {"a": 40, "b": 5, "c": 20, "d": 35}
    text += "".join(line(name, weight, rule='{ kind = "straight" }') for name, weight in weights.items())
    result = Small('rules_award = "percent"\n' + text).score({"a": "81.7", "b": "76.8", "c": "85.1", "d": "75.6"})
    assert [str(part.score) for part in result.indicators.values()] == ["32.68", "3.84", "17.02", "26.46"]
    assert (str(result.total), str(result.sum)) == ("80.00", "80.00")


@pytest.mark.parametrize(
    ("weight", "points", "score"),
    [("0.5", "1", "0.01"), ("12.5", "33.36", "4.17"), ("1", "49.99", "0.50"), ("1", "49.49", "0.49")],
)
def test_a_score_rounds_by_itself_after_the_points(weight: str, points: str, score: str) -> None:
    found = Small(one(STRAIGHT, head='rules_award = "percent"', weight=weight)).line({"x": points})
    assert (str(found.points), str(found.score)) == (f"{float(points):.2f}", score)


def test_a_weight_with_more_places_is_shown_rounded_and_reckoned_exactly() -> None:
    found = Small(one(STRAIGHT, head='rules_award = "percent"', weight='"100 / 6"')).line({"x": "60"})
    assert (str(found.full_marks), str(found.score)) == ("16.67", "10.00")


@pytest.mark.parametrize(("places", "points", "score"), [(0, "33", "10"), (1, "33.3", "10.0"), (3, "33.333", "10.000")])
def test_the_scheme_says_how_many_places(places: int, points: str, score: str) -> None:
    rule = '{ kind = "straight", of = 3 }'
    found = Small(one(rule, head=f'rules_award = "percent"\nplaces = {places}', weight="30")).line({"x": "1"})
    assert (str(found.points), str(found.score)) == (points, score)


def test_negative_points_round_away_from_zero_too() -> None:
    rule = '{ kind = "bands", bands = [{ otherwise = true, points = "-0.005 * 1" }] }'
    assert str(Small(one(rule)).line({"x": 1}).score) == "-0.01"


# Missing, undefined, unreadable

ABSENCE = """
[facts]
a = { kind = "number" }
b = { kind = "number" }
z = { kind = "number" }
f = { kind = "flag" }
"""
STATES = [
    ("a + b", {"a": 1}, "missing"),
    ("a / z", {"a": 1, "z": 0}, "undefined"),
    ("a / z + b", {"a": 1, "z": 0}, "missing"),
    ("b + a / z", {"a": 1, "z": 0}, "missing"),
    ("b / z", {"z": 0}, "missing"),
    ("a / b", {"a": 0}, "missing"),
    ("a + b", {"a": "?"}, "unreadable"),
    ("a / z + b", {"a": "?", "z": 0}, "unreadable"),
    ("coalesce(a, b)", {"b": 2}, "scored"),
    ("coalesce(a / z, b)", {"a": 1, "z": 0, "b": 3}, "scored"),
    ("coalesce(a, b)", {}, "missing"),
    ("coalesce(a, b)", {"a": "?", "b": 2}, "unreadable"),
    ("coalesce(a, b)", {"a": 1, "b": "?"}, "scored"),
    ("1 if given(a) else 2", {}, "scored"),
    ("1 if given(a / z) else 2", {"a": 1, "z": 0}, "scored"),
    ("1 if given(a) else 2", {"a": "?"}, "unreadable"),
    ("mean_given(a, b)", {"b": 2}, "scored"),
    ("mean_given(a, b)", {}, "missing"),
    ("mean_given(a, a / z)", {"a": 4, "z": 0}, "scored"),
    ("mean_given(a / z, b / z)", {"a": 4, "b": 4, "z": 0}, "undefined"),
    ("mean_given(a / z, b)", {"a": 4, "z": 0}, "missing"),
    ("mean_given(a, b)", {"a": 1, "b": "?"}, "unreadable"),
    ("mean(a, b)", {"a": 1}, "missing"),
    ("min(a, b)", {"a": 1}, "missing"),
    ("a if f else b", {"a": 1, "f": "yes"}, "scored"),
    ("a if f else b", {"a": 1, "b": "?", "f": "yes"}, "scored"),
    ("a if f else b", {"a": 1, "f": "no"}, "missing"),
    ("a if f else b", {"a": 1, "b": 2}, "missing"),
    ("1 if a > 0 or b > 0 else 0", {"a": 1}, "scored"),
    ("1 if a > 0 or b > 0 else 0", {"a": 1, "b": "?"}, "scored"),
    ("1 if a > 0 or b > 0 else 0", {"a": 0}, "missing"),
    ("1 if a > 0 and b > 0 else 0", {"a": 0}, "scored"),
    ("1 if a > 0 and b > 0 else 0", {"a": 0, "b": "?"}, "scored"),
    ("1 if a > 0 and b > 0 else 0", {"a": 1, "b": "?"}, "unreadable"),
    ("1 if a / z > 0 and b > 0 else 0", {"a": 1, "z": 0, "b": 1}, "undefined"),
    ("1 if not (a > 0) else 0", {}, "missing"),
    ("0 * a", {}, "missing"),
]


@pytest.mark.parametrize(("measure", "given", "state"), STATES)
def test_how_absence_spreads(measure: str, given: dict[str, object], state: str) -> None:
    text = ABSENCE + line("i", 100, f'measure = "{measure}"\nkind = "number"')
    assert Small(text).line(given).state == state


POLICIES = ("incomplete", "zero", "full", "leave_out")
SETTLED = {
    "incomplete": (None, None),
    "zero": ("scored", "0.00"),
    "full": ("scored", "50.00"),
    "leave_out": ("left_out", None),
}


@pytest.mark.parametrize(("missing", "undefined"), list(itertools.product(POLICIES, POLICIES)))
def test_each_policy_settles_its_own_absence_and_no_other(missing: str, undefined: str) -> None:
    more = f'measure = "a / z"\nkind = "number"\nwhen_missing = "{missing}"\nwhen_undefined = "{undefined}"'
    small = Small(ABSENCE + line("i", 50, more) + line("b", 50))
    cases = [
        ({"z": 1}, "missing", missing),
        ({"a": 1, "z": 0}, "undefined", undefined),
        ({"z": 0}, "missing", missing),
        ({"a": "?", "z": 0}, "unreadable", "incomplete"),
        ({"a": "?"}, "unreadable", "incomplete"),
    ]
    for given, because, policy in cases:
        result = small.score({"b": 40, **given})
        state, points = SETTLED[policy]
        found = result.indicators["i"]
        assert found.state == (state or because)
        assert (None if found.points is None else str(found.points)) == points
        assert found.measure is None
        total = {"incomplete": None, "zero": "20.00", "full": "70.00", "leave_out": "40.00"}[policy]
        assert (None if result.total is None else str(result.total)) == total
        assert result.status == ("incomplete" if policy == "incomplete" else "scored")
        if policy != "incomplete":
            code = "left_out" if policy == "leave_out" else f"counted_as_{policy}"
            assert reasons(result) == [{"code": code, "indicator": "i", "because": because}]


def test_full_means_the_weight_in_percent_and_in_marks() -> None:
    more = 'measure = "x"\nwhen_missing = "full"'
    rule = '{ kind = "bands", bands = [{ from = 1, points = 120 }, { otherwise = true, points = 0 }] }'
    marks = Small(one(rule, more=more, weight="37.5")).line({})
    percent = Small(one(rule, more=more, weight="37.5", head='rules_award = "percent"')).line({})
    assert (str(marks.points), str(marks.score)) == ("37.50", "37.50")
    assert (str(percent.points), str(percent.score)) == ("100.00", "37.50")


def test_only_if_false_gives_nothing_and_asks_nothing() -> None:
    more = 'only_if = "f"\nwhen_missing = "full"\nwhen_undefined = "full"'
    text = ABSENCE + line("a", 100, more)
    for given in ({"a": 80}, {}, {"a": "?"}):
        result = Small(text).score({"f": "no", **given})
        found = result.indicators["a"]
        assert (str(found.points), found.state, result.status, codes(result)) == ("0.00", "scored", "scored", [])
    assert str(Small(text).line({"f": "yes", "a": 80}).points) == "80.00"


@pytest.mark.parametrize(("given", "state"), [({"a": 80}, "missing"), ({"a": 80, "f": "?"}, "unreadable")])
def test_an_only_if_that_is_not_known_leaves_the_points_open(given: dict[str, object], state: str) -> None:
    result = Small(ABSENCE + line("a", 100, 'only_if = "f"')).score(given)
    assert (result.indicators["a"].state, result.status) == (state, "incomplete")
    assert [reason["fact"] for reason in reasons(result)] == ["f"]


def test_counts_when_leaves_out_whatever_the_measure() -> None:
    small = Small(ABSENCE + line("a", 30, 'counts_when = "f"') + line("b", 70))
    for given in ({"a": 30}, {}, {"a": "?"}):
        result = small.score({"f": "no", "b": 35, **given})
        assert (result.indicators["a"].state, str(result.total), str(result.sum)) == ("left_out", "35.00", "24.50")
        assert (str(result.counted_marks), str(result.full_marks)) == ("70.00", "100.00")
        assert reasons(result) == [{"code": "not_counted", "indicator": "a"}]
    counted = small.score({"f": "yes", "b": 35, "a": 30})
    assert (str(counted.total), codes(counted)) == ("33.50", [])


@pytest.mark.parametrize(("flag", "state"), [("", "missing"), ("?", "unreadable")])
@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_settles_whether_an_indicator_counts(policy: str, flag: str, state: str) -> None:
    text = ABSENCE + line("a", 30, f'counts_when = "f"\nwhen_missing = "{policy}"') + line("b", 70)
    result = Small(text).score({"a": 30, "b": 35, "f": flag})
    assert (result.indicators["a"].state, result.status, result.total) == (state, "incomplete", None)
    assert [reason["fact"] for reason in reasons(result)] == ["f"]


# Totals

THREE = facts("a", "b", "c", "d")
OUT = 'when_missing = "leave_out"'


def test_a_rescaled_total_rounds_once() -> None:
    rule = '{ kind = "straight", of = 30 }'
    text = (
        THREE
        + "".join(line(name, 30, OUT, rule) for name in "abc")
        + line("d", 10, OUT, '{ kind = "straight", of = 10 }')
    )
    result = Small(text).score({"a": "10", "b": "11", "c": "12"})
    assert (str(result.sum), str(result.counted_marks), str(result.total)) == ("33.00", "90.00", "36.67")


def test_a_rescaling_tie_goes_up() -> None:
    text = THREE + line("a", 80, OUT, '{ kind = "straight", of = 80 }') + line("b", 20, OUT)
    result = Small("places = 1\n" + text).score({"a": "20.2"})
    assert (str(result.sum), str(result.total)) == ("20.2", "25.3")


def least(share: str, lost: int) -> Small:
    text = f"least_counted = {share}\n" if share else ""
    return Small(text + THREE + line("a", 100 - lost, OUT) + line("b", lost, OUT))


@pytest.mark.parametrize(
    ("share", "lost", "total"),
    [("", 50, "40.00"), ("", 51, None), ("0.6", 40, "40.00"), ("0.6", 41, None), ("0", 99, "40.00"), ("1", 1, None)],
)
def test_at_the_least_share_a_person_is_scored_and_below_it_incomplete(
    share: str, lost: int, total: str | None
) -> None:
    result = least(share, lost).score({"a": "40"})
    assert (None if result.total is None else str(result.total)) == total
    assert result.status == ("incomplete" if total is None else "scored")
    assert str(result.counted_marks) == f"{100 - lost}.00"
    if total is None:
        assert reasons(result)[1:] == [{"code": "too_little_counted", "counted_marks": str(100 - lost)}]


def test_nothing_left_at_all_is_incomplete_even_where_no_share_is_asked() -> None:
    result = least("0", 50).score({})
    assert (result.status, result.total, str(result.sum), str(result.counted_marks)) == (
        "incomplete",
        None,
        "0.00",
        "0.00",
    )
    assert codes(result) == ["left_out", "left_out", "too_little_counted"]


def test_sums_and_groups_stand_also_where_the_person_is_incomplete() -> None:
    text = THREE + line("a", 50, 'group = "g"') + line("b", 30, 'group = "g"') + line("c", 20, 'group = "h"')
    result = Small(text).score({"a": 50, "c": 10})
    assert (result.status, result.total, str(result.sum), str(result.counted_marks)) == (
        "incomplete",
        None,
        "27.00",
        "70.00",
    )
    assert result.groups is not None
    assert {name: str(value) for name, value in result.groups.items()} == {"g": "25.00", "h": "2.00"}


@pytest.mark.parametrize("award", ["marks", "percent"])
def test_a_mean_counts_each_alike_and_leaves_out_without_a_hole(award: str) -> None:
    text = f'rules_award = "{award}"\ntotal = "mean"\n' + THREE + "".join(line(name, None, OUT) for name in "abc")
    small = Small(text)
    result = small.score({"a": 80, "b": 70, "c": 65})
    assert (str(result.sum), str(result.total), str(result.full_marks)) == ("215.00", "71.67", "100.00")
    result = small.score({"a": 80, "b": "70.01"})
    assert (str(result.sum), str(result.counted_marks), str(result.total)) == ("150.01", "200.00", "75.01")
    assert small.score({"a": 80}).status == "incomplete"


def test_a_share_is_of_the_counted_marks() -> None:
    text = 'total = "share"\n' + THREE + line("a", 10, OUT) + line("b", 14, OUT) + line("c", 6, OUT)
    small = Small(text)
    result = small.score({"a": 70, "b": 50, "c": 100})
    assert (str(result.sum), str(result.counted_marks), str(result.full_marks)) == ("20.00", "30.00", "100.00")
    assert str(result.total) == "66.67"
    result = small.score({"a": 70, "b": 50})
    assert (str(result.sum), str(result.counted_marks), str(result.total)) == ("14.00", "24.00", "58.33")


def test_what_rests_on_an_indicator_that_is_left_out_is_left_out_with_it() -> None:
    text = (
        THREE + line("a", 20, OUT) + line("b", 20, 'measure = "attainment(a) * 100"\nkind = "number"') + line("c", 60)
    )
    result = Small(text).score({"c": 50})
    assert (result.indicators["b"].state, str(result.total), result.status) == ("left_out", "50.00", "scored")
    assert reasons(result) == [
        {"code": "left_out", "indicator": "a", "because": "missing"},
        {"code": "left_out", "indicator": "b"},
    ]


def test_a_formula_may_go_on_without_what_is_left_out() -> None:
    measures = {"coalesce(attainment(a), 0.5)": "50.00", "mean_given(attainment(a), attainment(c))": "30.00"}
    for measure, points in measures.items():
        text = (
            THREE + line("a", 20, OUT) + line("b", 20, f'measure = "{measure} * 100"\nkind = "number"') + line("c", 60)
        )
        found = Small(text).score({"c": 30}).indicators["b"]
        assert str(found.measure) == f"{points}00"


# Gates

GATED = """
[facts]
a = { kind = "number" }
b = { kind = "number" }
r = { kind = "ratio" }
s = { kind = "ratio" }
[[indicator]]
id = "a"
weight = 100
rule = { kind = "straight", of = 100 }
[[gate]]
id = "g"
require = "REQUIRE"
effect = EFFECT
[grade]
bands = [{ from = 90, grade = "A" }, { from = 80, grade = "B" }, { from = 60, grade = "C" },
    { otherwise = true, grade = "D" }]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 400, B = 300, C = 200, D = -50 } }
"""


def gated(require: str = "r <= 0.05", effect: str = "{ ineligible = true }", extra: str = "") -> Small:
    return Small(GATED.replace("REQUIRE", require).replace("EFFECT", effect) + extra)


@pytest.mark.parametrize(
    ("r", "state"), [("0.05", "passed"), ("0.05004", "failed"), ("0.0501", "failed"), ("0.0499", "passed")]
)
def test_a_gate_compares_the_figure_as_given(r: str, state: str) -> None:
    assert gated().score({"a": 95, "r": r}).gates == {"g": state}


def test_a_gate_reads_the_total_as_rounded() -> None:
    small = gated("total >= 60")
    assert small.score({"a": "59.995", "r": 0}).gates == {"g": "passed"}
    assert small.score({"a": "59.9949", "r": 0}).gates == {"g": "failed"}


def test_ineligible_pays_nothing_and_keeps_total_and_grade() -> None:
    result = gated().score({"a": 95, "r": "0.06"})
    assert (result.status, str(result.total), result.grade) == ("ineligible", "95.00", "A")
    assert (str(result.pay["bonus"]), str(result.pay_total)) == ("0.00", "0.00")
    assert reasons(result) == [{"code": "gate_failed", "gate": "g"}]


@pytest.mark.parametrize(
    ("a", "grade", "pay"), [(95, "C", "200.00"), (85, "C", "200.00"), (65, "C", "200.00"), (5, "D", "-50.00")]
)
def test_a_grade_at_best_never_lifts(a: int, grade: str, pay: str) -> None:
    result = gated(effect='{ grade = "C" }').score({"a": a, "r": 1})
    assert (result.status, result.grade, str(result.pay_total)) == ("scored", grade, pay)
    assert reasons(result) == [{"code": "gate_failed", "gate": "g", "grade": "C"}]


@pytest.mark.parametrize(("a", "grade"), [(95, "C"), (85, "D"), (65, "D"), (5, "D")])
def test_lowering_stops_at_the_last_grade(a: int, grade: str) -> None:
    result = gated(effect="{ lower_by = 2 }").score({"a": a, "r": 1})
    assert (result.status, result.grade) == ("scored", grade)
    assert reasons(result) == [{"code": "gate_failed", "gate": "g", "lower_by": "2"}]


MORE = """
[[gate]]
id = "h"
require = "s <= 0.5"
effect = { lower_by = 1 }
[[gate]]
id = "k"
require = "b == 0"
effect = { grade = "C" }
"""


@pytest.mark.parametrize(
    ("r", "s", "b", "grade"),
    [(0, 0, 0, "A"), (0, 1, 0, "B"), (1, 1, 0, "C"), (0, 0, 1, "C"), (0, 1, 1, "C"), (1, 1, 1, "C")],
)
def test_several_gates_add_their_steps_and_the_worst_cap_holds(r: int, s: int, b: int, grade: str) -> None:
    result = gated(effect="{ lower_by = 1 }", extra=MORE).score({"a": 95, "r": r, "s": s, "b": b})
    assert result.grade == grade


@pytest.mark.parametrize("require", ["r <= 0.05 and s <= 0.05", "s <= 0.05 and r <= 0.05"])
@pytest.mark.parametrize("other", ["", "?"])
def test_a_gate_that_fails_already_asks_no_more(require: str, other: str) -> None:
    result = gated(require).score({"a": 95, "r": "0.06", "s": other})
    assert (result.gates, result.status) == ({"g": "failed"}, "ineligible")


@pytest.mark.parametrize(("other", "code"), [("", "missing_figure"), ("?", "unreadable_figure")])
def test_a_gate_that_is_open_leaves_the_person_incomplete(other: str, code: str) -> None:
    result = gated("r <= 0.05 and s <= 0.05").score({"a": 95, "r": "0.04", "s": other})
    assert (result.gates, result.status, result.total, result.grade) == ({"g": "unknown"}, "incomplete", None, None)
    assert (result.pay, result.pay_total) == ({"bonus": None}, None)
    assert (str(result.sum), str(result.counted_marks)) == ("95.00", "100.00")
    assert reasons(result) == [{"code": code, "gate": "g", "fact": "s"}]


def test_incomplete_comes_before_ineligible() -> None:
    result = gated().score({"r": "0.06"})
    assert (result.gates, result.status, result.pay_total) == ({"g": "failed"}, "incomplete", None)
    assert codes(result) == ["missing_figure", "gate_failed"]


@pytest.mark.parametrize(
    "require", ["total >= 60", "sum >= 60", "attainment(a) >= 0.6", "points(a) >= 60", "grade != 'D'"]
)
def test_a_gate_on_what_is_not_known_is_open(require: str) -> None:
    result = gated(require).score({})
    assert (result.gates, result.status) == ({"g": "unknown"}, "incomplete")
    assert {reason["fact"] for reason in reasons(result)} == {"a"}


@pytest.mark.parametrize(
    ("require", "given", "state"),
    [
        ("attainment(b) >= 0.6", {}, "passed"),
        ("attainment(b) >= 0.6", {"b": 59}, "failed"),
        ("attainment(b) >= 0.6 and attainment(a) >= 0.6", {"a": 59}, "failed"),
        ("attainment(b) >= 0.6 and attainment(a) >= 0.6", {"a": 60}, "passed"),
        ("attainment(b) >= 0.6 or attainment(a) >= 0.6", {"a": 59}, "failed"),
        ("attainment(b) >= 0.6 and r <= 0.05", {"r": ""}, "unknown"),
        ("min(attainment(a), attainment(b)) >= 0.6", {"a": 59}, "failed"),
        ("min(attainment(b), attainment(a)) >= 0.6", {"a": 60}, "passed"),
        ("not (attainment(b) < 0.6)", {}, "passed"),
    ],
)
def test_what_is_left_out_is_not_asked(require: str, given: dict[str, object], state: str) -> None:
    result = gated(require, extra=line("b", 100, OUT)).score({"a": 70, "r": 0, **given})
    assert result.gates == {"g": state}


def test_gates_see_the_grade_before_gates_and_pay_the_one_after() -> None:
    small = gated("grade == 'A' or r <= 0.05", '{ grade = "C" }')
    assert small.score({"a": 95, "r": 1}).grade == "A"
    result = small.score({"a": 85, "r": 1})
    assert (result.grade, str(result.pay_total)) == ("C", "200.00")


# Grades


@pytest.mark.parametrize(
    ("a", "grade"), [("90", "A"), ("89.995", "A"), ("89.9949", "B"), ("60", "C"), ("59.99", "D"), ("0", "D")]
)
def test_a_grade_by_the_rounded_total(a: str, grade: str) -> None:
    assert gated().score({"a": a, "r": 0}).grade == grade


LOWEST = """
[facts]
a = { kind = "rating" }
b = { kind = "rating" }
c = { kind = "rating" }
[params]
good = { value = 80 }
[[indicator]]
id = "a"
weight = 50
rule = { kind = "straight" }
[[indicator]]
id = "b"
weight = 30
when_missing = "leave_out"
rule = { kind = "straight" }
[[indicator]]
id = "c"
weight = "third"
rule = { kind = "straight" }
[grade]
by = "lowest"
bands = [{ from = 90, grade = "top" }, { from = "good", grade = "good" }, { otherwise = true, grade = "fail" }]
"""


@pytest.mark.parametrize("award", ["marks", "percent"])
@pytest.mark.parametrize(
    ("given", "grade"),
    [
        ({"a": 95, "b": 85, "c": 90}, "good"),
        ({"a": 95, "b": "79.9", "c": 90}, "fail"),
        ({"a": 90, "b": 90, "c": 90}, "top"),
        ({"a": 95, "c": 92}, "top"),
        ({"a": 95, "b": "?", "c": 92}, None),
        ({"a": 95, "b": 90}, None),
    ],
)
def test_a_grade_by_the_lowest(award: str, given: dict[str, object], grade: str | None) -> None:
    small = Small(f'rules_award = "{award}"\n' + LOWEST.replace('"third"', "20"))
    assert small.score(given).grade == grade


def test_breaks_of_grades_follow_parameters() -> None:
    text = LOWEST.replace('"third"', "20")
    given = {"a": 95, "b": 82, "c": 90}
    assert Small(text).score(given).grade == "good"
    assert Small(text, "[params]\ngood = 83\n").score(given).grade == "fail"


@pytest.mark.parametrize("weight", ["0", '"third"'])
def test_an_indicator_without_marks_has_no_say_in_the_lowest(weight: str) -> None:
    text = LOWEST.replace("good = {", "third = { value = 0 }\ngood = {").replace('"third"', weight)
    result = Small(text).score({"a": 95, "b": 92, "c": 10})
    assert (result.status, result.grade) == ("scored", "top")


def test_a_total_that_no_grade_claims_leaves_the_person_incomplete() -> None:
    bands = '[grade]\nbands = [{ from = 50, grade = "A" }, { from = 0, up_to = 49, grade = "B" }]\n'
    result = Small(facts("a") + line("a", 100) + bands).score({"a": "49.5"})
    assert (result.status, result.total, result.grade, codes(result)) == ("incomplete", None, None, ["no_grade"])


# Pay

PAID = """
[facts]
a = { kind = "number" }
sales = { kind = "money" }
late = { kind = "flag" }
plan = { kind = "choice", choices = ["x", "y"] }
[params]
rate = { value = 0.003 }
[[indicator]]
id = "a"
weight = 100
rule = { kind = "straight", of = 100 }
[[pay]]
id = "bonus"
amount = { by = "total", bands = [{ from = 90, amount = 300 }, { from = 80, amount = 200 }, { from = 60, amount = 100 },
    { otherwise = true, amount = -50 }] }
[[pay]]
id = "commission"
amount = "rate * sales"
when = "not late"
[[pay]]
id = "plan"
amount = { by = "plan", amounts = { x = 10, y = "5 / 3" } }
"""


@pytest.mark.parametrize(
    ("a", "bonus"),
    [("90", "300.00"), ("89.995", "300.00"), ("89.9949", "200.00"), ("60", "100.00"), ("59.99", "-50.00")],
)
def test_pay_by_bands_of_the_rounded_total(a: str, bonus: str) -> None:
    result = Small(PAID).score({"a": a, "sales": 0, "late": "no", "plan": "x"})
    assert str(result.pay["bonus"]) == bonus


def test_each_element_rounds_and_the_total_is_their_sum() -> None:
    result = Small(PAID).score({"a": 50, "sales": "1001.67", "late": "no", "plan": "y"})
    assert {name: str(value) for name, value in result.pay.items()} == {
        "bonus": "-50.00",
        "commission": "3.01",
        "plan": "1.67",
    }
    assert str(result.pay_total) == "-45.32"


@pytest.mark.parametrize(("sales", "commission"), [("1.66", "0.00"), ("1.67", "0.01"), ("5", "0.02"), ("4.99", "0.01")])
def test_money_rounds_half_up(sales: str, commission: str) -> None:
    assert str(Small(PAID).score({"a": 0, "sales": sales, "late": "no", "plan": "x"}).pay["commission"]) == commission


def test_an_element_whose_condition_fails_asks_nothing() -> None:
    for sales in ("", "?"):
        result = Small(PAID).score({"a": 90, "sales": sales, "late": "yes", "plan": "x"})
        assert (result.status, str(result.pay["commission"]), str(result.pay_total)) == ("scored", "0.00", "310.00")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"sales": ""}, [{"code": "missing_figure", "pay": "commission", "fact": "sales"}]),
        ({"sales": "?"}, [{"code": "unreadable_figure", "pay": "commission", "fact": "sales"}]),
        ({"late": ""}, [{"code": "missing_figure", "pay": "commission", "fact": "late"}]),
        ({"plan": ""}, [{"code": "missing_figure", "pay": "plan", "fact": "plan"}]),
        (
            {"a": "", "plan": ""},
            [
                {"code": "missing_figure", "indicator": "a", "fact": "a"},
                {"code": "missing_figure", "pay": "plan", "fact": "plan"},
            ],
        ),
    ],
)
def test_pay_that_lacks_a_figure_leaves_the_person_incomplete(given: dict[str, object], found: list[object]) -> None:
    result = Small(PAID).score({"a": 90, "sales": 1, "late": "no", "plan": "x", **given})
    assert (result.status, result.total, result.pay_total) == ("incomplete", None, None)
    assert set(result.pay.values()) == {None}
    assert reasons(result) == found


def test_pay_by_a_value_that_no_band_claims_is_a_hole() -> None:
    text = PAID.replace("otherwise = true", "from = 0, up_to = 59")
    result = Small(text).score({"a": "59.5", "sales": 1, "late": "no", "plan": "x"})
    assert (result.status, reasons(result)) == ("incomplete", [{"code": "no_band", "pay": "bonus"}])


def test_negative_money_rounds_away_from_zero() -> None:
    text = '[facts]\nx = { kind = "number" }\n[[pay]]\nid = "p"\namount = "-x"\n'
    assert str(Small(text).score({"x": "0.005"}).pay["p"]) == "-0.01"


def test_a_scheme_of_pay_alone_has_no_total() -> None:
    text = '[facts]\nbase = { kind = "money" }\n[[pay]]\nid = "p"\namount = "base"\n'
    result = Small(text).score({"base": "5000.005"})
    assert (result.status, str(result.pay["p"]), str(result.pay_total)) == ("scored", "5000.01", "5000.01")
    assert (result.sum, result.counted_marks, result.full_marks, result.total, result.grade) == (None,) * 5
    assert (result.indicators, result.gates, result.groups) == ({}, {}, None)
    result = Small(text).score({})
    assert (result.status, result.pay, result.pay_total, codes(result)) == (
        "incomplete",
        {"p": None},
        None,
        ["missing_figure"],
    )


def test_a_gate_can_bar_from_a_scheme_of_pay_alone() -> None:
    text = '[facts]\nn = { kind = "count" }\n[[gate]]\nid = "g"\nrequire = "n == 0"\neffect = { ineligible = true }\n'
    small = Small(text + '[[pay]]\nid = "p"\namount = 100\n')
    assert [small.score({"n": n}).status for n in (0, 1, "")] == ["scored", "ineligible", "incomplete"]
    assert str(small.score({"n": 1}).pay_total) == "0.00"


def test_pay_conditions_on_what_is_left_out_are_not_asked_but_amounts_need_it() -> None:
    def small(pay: str) -> Small:
        return Small(THREE + line("a", 50) + line("b", 50, OUT) + f'[[pay]]\nid = "p"\n{pay}\n')

    assert str(small('amount = 100\nwhen = "attainment(b) >= 0.9"').score({"a": 50}).pay_total) == "100.00"
    assert str(small('amount = "100 * coalesce(attainment(b), 0)"').score({"a": 50}).pay_total) == "0.00"
    result = small('amount = "100 * attainment(b)"').score({"a": 50})
    assert (result.status, result.pay_total) == ("incomplete", None)
    assert {"code": "left_out", "pay": "p"} in reasons(result)


# Circles


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ("attainment(a)", "1", "a.score -> a.points -> a.awarded -> a.measure -> a.score"),
        ("attainment(b)", "points(a)", "a.measure -> b.score"),
    ],
)
def test_indicators_that_need_themselves_are_refused_by_name(first: str, second: str, named: str) -> None:
    text = facts("x") + "".join(
        line(name, 50, f'measure = "{measure}"\nkind = "number"') for name, measure in (("a", first), ("b", second))
    )
    with pytest.raises(SchemeError) as caught:
        sheet_of(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("circular", "indicator.a")
    assert "need each other" in problem.message and problem.message.count("a.measure") >= 1
    assert named in problem.message.replace("a.measure -> a.score -> a.points -> a.awarded -> a.measure", named)


def test_each_cell_stands_after_those_that_it_needs() -> None:
    sheet = sheet_of(PAID)
    seen: set[str] = set()
    from kpicore.sheet import references

    for name, cell in sheet.cells.items():
        assert set(references(cell.node)) <= seen
        seen.add(name)
