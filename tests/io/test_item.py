"""One plus or minus item: whatever stands in it, it is read whole or what is wrong is told, and nothing is raised."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpicore
from kpicore.io.item import LONGEST_REASON, given_items, read_item

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/result.schema.json").read_text("utf-8"))
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
PARTS = st.one_of(st.none(), st.text(max_size=20), st.integers(), st.floats(), st.decimals(), st.booleans(), st.dates())


@given(PARTS, PARTS, PARTS, st.integers(0, 6))
def test_any_parts_make_an_item_or_faults(points: Any, reason: Any, author: Any, places: int) -> None:
    item, faults = read_item({"points": points, "reason": reason, "author": author}, places)
    assert (item is None) == bool(faults)
    for fault in faults:
        assert fault.error.sentence and fault.reason().value("part") == fault.part
    if item is not None:
        assert -int(item.points.as_tuple().exponent) == places
        assert not CONTROL.search(item.reason + item.author)
        assert 0 < len(item.reason) <= LONGEST_REASON and item.author == item.author.strip() != ""


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 6))
def test_points_keep_their_value_to_the_last_digit(units: int, places: int) -> None:
    text = format(Decimal((0 if units >= 0 else 1, tuple(map(int, str(abs(units)))), -places)), "f")
    item, faults = read_item({"points": text, "reason": "a", "author": "b"}, places)
    assert faults == () and item is not None
    assert Fraction(item.points) * 10**places == units and Decimal(item.to_dict()["points"]) == Decimal(text)


@given(st.lists(st.integers(-(10**20), 10**20), max_size=30))
def test_a_sum_is_exact_however_long(units: list[int]) -> None:
    few = [unit // 1000 for unit in units]
    texts = [format(Decimal(unit).scaleb(-2), "f") for unit in few]
    items, _ = given_items([{"points": t, "reason": str(n), "author": "b"} for n, t in enumerate(texts)], 2)
    assert Fraction(items.sum) * 100 == sum(few)  # type: ignore[arg-type]


@pytest.mark.parametrize("items", [[], [{"points": 2, "reason": "a", "author": "b"}], [{"points": "x"}]])
def test_results_keep_to_the_schema(tmp_path: Path, items: list[Any]) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own/agents"\nversion = "1"\neffective = 2024-01-01\nextends = "ecommerce/agent-indicators"\n'
        "[adjustments]\n",
        "utf-8",
    )
    result = kpicore.load().scheme(str(path)).score({}, employee="E1", period="2024-03", adjustments=items)
    jsonschema.validate(json.loads(result.to_json()), SCHEMA)
    assert "adjustments" in result.to_dict()
