"""Whatever stands under a key of a scheme, alone or in a base, becomes problems and never a traceback."""

import copy
import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from kpicore.schemefile import raw_scheme
from kpicore.schemefile.parse import parse_raw
from kpicore.schemefile.raw import RawScheme
from kpicore.vocabulary import Vocabulary

# Each value is put in every fourth place, beginning elsewhere each time, to keep this quick.
VALUES: list[Any] = [
    True,
    0,
    -1,
    10**30,
    Decimal("1.5"),
    Decimal("NaN"),
    "",
    "x",
    "payers",
    "1 / 0",
    "grade",
    [],
    [[]],
    [{}],
    ["x", 1],
    {},
    {"x": {"id": []}},
    {"kind": "bands"},
    {"id": ["x"]},
    datetime.date(2024, 1, 1),
    datetime.datetime(2024, 1, 1),
    datetime.time(1),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in these tables."""
    inside: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key)
        yield from places(inner, (*path, key))


def replaced(table: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(table)
    here = changed
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return changed


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_where_another_is_meant(vocabulary: Vocabulary, agents: str, value: Any) -> None:
    raw = raw_scheme(agents, "a.toml")
    taking = "".join(f'[[indicator]]\nid = "i{n}"\nfrom = "a"\ntake = "{row["id"]}"\n'
                     for n, row in enumerate(raw.table["indicator"]))  # fmt: skip
    taker = raw_scheme(f'id = "t"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n{taking}', "t.toml")
    child = raw_scheme('id = "c"\nversion = "1"\neffective = 2024-01-01\nextends = "a"\nwithout = ["care"]\n', "c.toml")
    for path in list(places(raw.table))[VALUES.index(value) % 4 :: 4]:
        table = replaced(raw.table, path, value)
        changed = RawScheme("a.toml", "", table)
        for model, _, problems in (
            parse_raw(changed, vocabulary, None),
            parse_raw(child, vocabulary, lambda _, base=changed: base),  # type: ignore[misc]
            parse_raw(RawScheme("d.toml", "", {**table, "extends": "a"}), vocabulary, lambda _: raw),
            parse_raw(taker, vocabulary, lambda _, base=changed: base),  # type: ignore[misc]
        ):
            assert (model is None) == any(problem.severity == "error" for problem in problems), path


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_where_another_is_meant_in_a_scheme_that_takes_from_another(
    vocabulary: Vocabulary, agents: str, value: Any
) -> None:
    base = raw_scheme(agents, "a.toml")
    text = """
id = "t"
version = "1"
effective = 2024-01-01
periods = ["month"]
[facts]
payers = { least = 1 }
[params]
line = { value = 0.5 }
[seasons]
peak = { months = [3] }
[[indicator]]
id = "conversion"
from = "a"
weight = 5
[[indicator]]
id = "mood"
from = "a"
take = "attitude"
group = "g"
measure = "attitude + 1"
kind = "number"
better = "higher"
rule = { kind = "ramp", from = "line", to = "2 if peak else 3" }
"""
    raw = raw_scheme(text, "t.toml")
    model, _, problems = parse_raw(raw, vocabulary, lambda _: base)
    assert [str(problem) for problem in problems] == []
    assert model is not None
    for path in places(raw.table):
        changed = RawScheme("t.toml", text, replaced(raw.table, path, value))
        model, _, problems = parse_raw(changed, vocabulary, lambda _: base)
        assert (model is None) == any(problem.severity == "error" for problem in problems), path
