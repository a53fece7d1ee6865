"""The JSON Schema of results holds for every shape that a result can have."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from attrs import evolve

from kpicore.result import IndicatorResult, Result
from kpicore.row import Reason
from kpicore.schema import result_schema

SCORED = IndicatorResult(Decimal("0.6600"), Decimal("80.00"), Decimal("28.00"), Decimal("35.00"), "scored")
MISSING = IndicatorResult(None, None, None, Decimal("5.00"), "missing")
BASE = Result(
    employee="E1",
    name=None,
    team="T1",
    period="2024-03",
    scheme="t/t",
    version="1",
    hash="sha256:" + "0" * 64,
    status="scored",
    sum=Decimal("28.00"),
    counted_marks=Decimal("35.00"),
    full_marks=Decimal("40.00"),
    total=Decimal("32.00"),
    grade="B",
    rank=None,
    groups={"sales": Decimal("28.00")},
    indicators={"conversion": SCORED, "reply": MISSING},
    gates={"no_breach": "passed"},
    pay={"bonus": Decimal("-50.00")},
    pay_total=Decimal("-50.00"),
    decision=None,
    reasons=(Reason.of("missing_figure", indicator="reply", fact="replied"),),
)
VALIDATOR = jsonschema.Draft202012Validator(result_schema())


def test_the_schema_itself_is_sound() -> None:
    jsonschema.Draft202012Validator.check_schema(result_schema())


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"occasion": "spot", "name": "王芳"},
        {"status": "incomplete", "total": None, "grade": None, "pay": {"bonus": None}, "pay_total": None},
        {"sum": None, "counted_marks": None, "full_marks": None, "total": None, "groups": None, "indicators": {}},
        {"rank": 3, "gates": {"no_breach": "unknown"}},
        {"indicators": {"quality": evolve(SCORED, measure="a")}},
        {"decision": {"outcome": "stays", "from": "a", "to": "a", "since": "2024-01", "next_cycle": "2024-04+3"}},
    ],
)
def test_results_of_every_shape_are_allowed(change: dict[str, Any]) -> None:
    VALIDATOR.validate(json.loads(evolve(BASE, **change).to_json()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total",), 83.0),
        (("total",), "83,00"),
        (("status",), "done"),
        (("hash",), "md5:1"),
        (("indicators", "conversion", "state"), "absent"),
        (("gates", "no_breach"), True),
        (("pay", "bonus"), -50),
        (("extra",), 1),
        (("reasons",), ["missing_figure"]),
    ],
)
def test_what_is_no_result_is_refused(path: tuple[str, ...], value: Any) -> None:
    data = BASE.to_dict()
    place: Any = data
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(data)


def test_a_result_that_lacks_a_field_is_refused() -> None:
    for name in BASE.to_dict():
        data = BASE.to_dict()
        del data[name]
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate(data)


def test_the_flat_form_has_the_same_values_under_names_with_dots() -> None:
    flat = BASE.flat()
    assert flat["total"] == "32.00"
    assert flat["conversion.score"] == "28.00"
    assert flat["reply.state"] == "missing"
    assert flat["groups.sales"] == "28.00"
    assert flat["gates.no_breach"] == "passed"
    assert flat["pay.bonus"] == "-50.00"
    assert json.loads(str(flat["reasons"])) == [{"code": "missing_figure", "indicator": "reply", "fact": "replied"}]
