"""`checklist`: so many of the items that apply."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small import BAD, Small, model_of, reasons
from support.small import HEAD as HEAD_OF_FILE

import kpicore
from kpicore.errors import FigureError, SchemeError

HEAD = """
[facts]
a = { kind = "flag", na = true }
b = { kind = "flag", na = true }
c = { kind = "flag", na = true }
n = { kind = "count" }
"""
LIST = f"""{HEAD}
[[indicator]]
id = "i"
rule = {{ kind = "checklist", items = ["a", "b", "c"] }}
"""
WEIGHED = LIST.replace("rule =", "weight = 10\nrule =")


def line(text: str, a: object, b: object, c: object) -> tuple[str | None, ...]:
    found = Small(text).line({"a": a, "b": b, "c": c})
    values = (found.measure, found.points, found.full_marks)
    return (*(None if value is None else str(value) for value in values), found.state)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("yes", "yes", "yes"), ("3", "3.00", "3.00", "scored")),
        (("yes", "no", "yes"), ("2", "2.00", "3.00", "scored")),
        (("yes", "n/a", "no"), ("1", "1.00", "2.00", "scored")),
        (("n/a", "n/a", "no"), ("0", "0.00", "1.00", "scored")),
        (("n/a", "n/a", "n/a"), ("0", None, "0.00", "left_out")),
        (("yes", "", "n/a"), (None, None, "2.00", "missing")),
        (("yes", BAD, "n/a"), (None, None, "2.00", "unreadable")),
    ],
)
def test_each_item_that_applies_is_a_mark(answers: tuple[str, ...], expected: tuple[str | None, ...]) -> None:
    assert line(LIST, *answers) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("yes", "yes", "no"), ("2", "6.67", "10.00", "scored")),
        (("yes", "n/a", "no"), ("1", "5.00", "10.00", "scored")),
        (("n/a", "n/a", "n/a"), ("0", None, "10.00", "left_out")),
    ],
)
def test_with_a_weight_it_is_a_share_of_that(answers: tuple[str, ...], expected: tuple[str | None, ...]) -> None:
    assert line(WEIGHED, *answers) == expected


def test_in_percent_it_is_a_share_of_a_hundred() -> None:
    found = Small('rules_award = "percent"\n' + WEIGHED).line({"a": "y", "b": "n", "c": "na"})
    assert (str(found.points), str(found.score)) == ("50.00", "5.00")


SPELT = {"yes": (1, "1", True, 1.0, "Yes", "y", "TRUE", "是", " 是 "), "no": (0, "0", False, "no", "N", "false", "否"),
         "n/a": ("n/a", "N/A", "na", "NA", "不适用", " Ｎ/Ａ ")}  # fmt: skip


@pytest.mark.parametrize(("meant", "spelt"), [(key, each) for key, those in SPELT.items() for each in those])
def test_every_spelling_of_an_answer(meant: str, spelt: object) -> None:
    assert line(LIST, spelt, "yes", "no") == line(LIST, meant, "yes", "no")


@pytest.mark.parametrize("odd", ["2", 2, "nein", "n.a.", "-", 0.5])
def test_what_is_no_answer_can_not_be_read(odd: object) -> None:
    with pytest.raises(FigureError, match="neither yes nor no") as caught:
        line(LIST, odd, "yes", "no")
    assert caught.value.expected == "1 yes y true 是, or 0 no n false 否, or n/a 不适用"


def test_a_yes_or_no_that_always_applies_takes_no_other_answer() -> None:
    text = LIST.replace('a = { kind = "flag", na = true }', 'a = { kind = "flag" }')
    with pytest.raises(FigureError, match="not possible here"):
        line(text, "n/a", "yes", "no")


def test_a_list_of_nothing_that_applies_is_told() -> None:
    result = Small(LIST + '[[indicator]]\nid = "j"\nweight = 5\nrule = { kind = "conditions", when = "n == 0" }').score(
        {"a": "na", "b": "na", "c": "na", "n": 0}
    )
    assert (str(result.total), str(result.counted_marks)) == ("5.00", "5.00")
    assert reasons(result) == [{"code": "left_out", "indicator": "i"}]


def test_an_item_may_be_a_condition() -> None:
    text = LIST.replace('"c"]', '"n <= 2"]')
    assert Small(text).line({"a": "y", "b": "n", "n": 2}).measure == 2
    assert Small(text).line({"a": "y", "b": "n", "n": 3}).measure == 1
    assert Small(text).line({"a": "y", "b": "n"}).state == "missing"


def test_a_condition_on_what_does_not_apply_is_not_asked() -> None:
    gate = '[[gate]]\nid = "g"\nrequire = "a and b"\neffect = { ineligible = true }\n'
    result = Small(LIST + gate).score({"a": "n/a", "b": "yes", "c": "yes"})
    assert result.gates == {"g": "passed"}
    assert Small(LIST + gate).score({"a": "n/a", "b": "no", "c": "yes"}).gates == {"g": "failed"}


def test_its_measure_can_be_asked() -> None:
    gate = '[[gate]]\nid = "g"\nrequire = "measure(i) >= 2"\neffect = { ineligible = true }\n'
    assert Small(LIST + gate).score({"a": "y", "b": "y", "c": "n"}).gates == {"g": "passed"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"c"]', '"a"]', "The item 'a' stands there twice"),
        ('items = ["a", "b", "c"]', "items = []", "The list is empty"),
        ('"c"]', '"n"]', "number"),
        ('"c"]', '"d"]', "'d'"),
        ('n = { kind = "count" }', 'n = { kind = "count", na = true }', "A count can not be 'n/a'"),
    ],
)
def test_what_a_list_can_not_be(old: str, new: str, told: str) -> None:
    with pytest.raises(SchemeError, match=told):
        model_of(LIST.replace(old, new))


def test_percent_needs_a_weight() -> None:
    with pytest.raises(SchemeError, match="'weight' is missing"):
        model_of('rules_award = "percent"\n' + LIST)


@pytest.fixture(scope="module")
def schemes(tmp_path_factory: pytest.TempPathFactory) -> tuple[kpicore.LoadedScheme, kpicore.LoadedScheme]:
    """The list without a weight and with one, as files."""
    loaded = []
    for number, text in enumerate((LIST, WEIGHED)):
        path = tmp_path_factory.mktemp("lists") / f"list{number}.toml"
        path.write_text(HEAD_OF_FILE + text, encoding="utf-8")
        loaded.append(kpicore.load().scheme(str(path)))
    return loaded[0], loaded[1]


@settings(deadline=None)
@given(
    answers=st.lists(st.sampled_from(["yes", "no", "n/a", None, "?"]), min_size=3, max_size=3), weighed=st.booleans()
)
def test_a_column_of_answers_says_what_a_single_one_does(
    schemes: tuple[kpicore.LoadedScheme, ...], answers: list[str | None], weighed: bool
) -> None:
    row: dict[str, str | None] = {"employee": "E1", "period": "2024-03", **dict(zip("abc", answers, strict=True))}
    scheme = schemes[weighed]
    (expected,) = scheme.score_many([row])
    (found,) = scheme.score_table(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))
    assert found.to_dict()["indicators"] == expected.to_dict()["indicators"]
    assert (found.status, found.total) == (expected.status, expected.total)
