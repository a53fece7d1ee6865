"""The JSON Schema of scheme files agrees with what the reader takes."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from kpicore.form import forms
from kpicore.schemefile import json_schema
from kpicore.vocabulary import Vocabulary


def as_json(value: Any) -> Any:
    """Tables as an editor sees them: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.fixture
def check(vocabulary: Vocabulary) -> Callable[[str], list[str]]:
    """The paths of what the schema finds wrong in a text."""
    schema = json_schema(vocabulary)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    return lambda text: [error.json_path for error in validator.iter_errors(as_json(tomli.loads(text)))]


def test_a_sound_file_fits(check: Callable[[str], list[str]], agents: str) -> None:
    assert check(agents) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight = 65", "wieght = 65"),
        ("weight = 65", "weight = true"),
        ("effective = 2024-05-01\n", ""),
        ('periods = ["month"]', 'periods = ["mouth"]'),
        ('kind = "straight"', 'kind = "straigt"'),
        ('kind = "straight"', 'kind = "straight", off = 1'),
        ("{ from = 0.5, points = 20 }", "{ from = 0.5 }"),
        ("line = {", "Line = {"),
        ("amount = 12.5", "amount = true"),
        ("least_counted", "colour = 1\nleast_counted"),
        ('version = "2024.1"', 'version = "2024.1"\nwithout = ["x"]'),
        ("effect = { lower_by = 1 }", 'effect = { lower_by = "1" }'),
        ("[params]", "[appraisal]\nmoved = 'next'\n[params]"),
        ("[params]", "[appraisal]\nday = 15\nmoved = 'nxt'\n[params]"),
        ("least_counted", "occasions = ['sport']\nleast_counted"),
    ],
)
def test_a_mistake_does_not_fit(
    check: Callable[[str], list[str]], changed: Callable[..., str], old: str, new: str
) -> None:
    assert check(changed(old, new)) != []


def test_a_file_that_extends_another_may_leave_things_away(check: Callable[[str], list[str]]) -> None:
    head = 'id = "a"\nversion = "1"\neffective = 2024-01-01\nextends = "b"\nwithout = ["x"]\n'
    assert check(head + '[[indicator]]\nid = "y"\nweight = 3\n[params]\nz = { value = 3 }\n') == []
    assert check(head + "[[indicator]]\nweight = 3\n") != []
    assert check(head + "[appraisal]\nmoved = 'none'\n") == []


def test_an_appraisal_day_and_occasions_fit(check: Callable[[str], list[str]], agents: str) -> None:
    text = f"occasions = ['spot']\n{agents}\n[appraisal]\nday = 15\nmonths_after = 1\nmoved = 'next'\n"
    assert check(text) == []


TAKING = 'id = "a"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n[[indicator]]\nid = "y"\n'


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        ('from = "lib/one"\n', True),
        ('from = "lib/one"\ntake = "x"\nweight = 3\n', True),
        ('from = "lib/one"\nrule = { kind = "straight" }\n', True),
        ("from = 3\n", False),
        ('form = "lib/one"\n', False),
        ('take = "x"\nrule = { kind = "straight" }\n', False),
        ('rule = { kind = "straight" }\n', True),
        ("weight = 3\n", False),
    ],
)
def test_an_indicator_that_is_taken_from_another_scheme_needs_no_rule(
    check: Callable[[str], list[str]], row: str, fits: bool
) -> None:
    assert (check(TAKING + row) == []) == fits


def test_every_field_and_rule_kind_is_described(vocabulary: Vocabulary) -> None:
    schema = json_schema(vocabulary)
    for kind, cls in vocabulary.rules.items():
        rule = schema["$defs"][f"rule_{kind}"]
        assert rule["properties"]["kind"]["const"] == kind
        assert rule["description"]
        for name, (form, must) in forms(cls).items():
            key = name.rstrip("_")
            assert rule["properties"][key]["description"] == form.help
            assert (key in rule["required"]) == must
    assert {"$ref": "#/$defs/rule_bands"} in schema["$defs"]["rule"]["oneOf"]
    indicator = schema["else"]["properties"]["indicator"]["items"]
    assert indicator["additionalProperties"] is False
    assert all("description" in field for field in indicator["properties"].values())


def test_without_rule_kinds_a_rule_is_any_table_with_a_kind() -> None:
    assert json_schema(Vocabulary())["$defs"]["rule"] == {"type": "object", "required": ["kind"]}
