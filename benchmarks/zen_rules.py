"""The sheet `ecommerce/agent-indicators` for zen-engine, as JDM: with decision tables, and as short as it can be said.

zen reckons in decimals of 28 digits and rounds half away from zero; it takes numbers as int or float, not as Decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Facts = Mapping[str, Any]
Node = dict[str, Any]

_MEASURES = {
    "inquiry": "round(payers / inquirers, 4)",
    "payment": "round(orders_paid / orders_placed, 4)",
    "ticket": "round((agent_sales * shop_buyers) / (agent_buyers * shop_sales), 4)",
    "reply": "round(chats_replied / chats_received, 4)",
    "response": "round(response_seconds, 1)",
    "refund": "round(refunds / deals, 4)",
}
_BANDS: dict[str, tuple[int, str, tuple[str, str, str]]] = {
    "inquiry": (35, ">=", ("0.75", "0.65", "0.50")),
    "payment": (20, ">=", ("0.92", "0.85", "0.72")),
    "ticket": (10, ">=", ("1.12", "1.08", "1.06")),
    "reply": (5, ">=", ("0.99", "0.97", "0.95")),
    "response": (5, "<=", ("30", "45", "55")),
    "refund": (25, "<=", ("0.02", "0.05", "0.08")),
}
_GRADES = (("90", "'A'"), ("80", "'B'"), ("60", "'C'"))


def plain(facts: Facts) -> dict[str, int | float]:
    """The figures as zen takes them."""
    return {name: value if isinstance(value, int) else float(value) for name, value in facts.items()}


def engine() -> Any:
    """An engine that has both models, ready to be asked; raises ImportError without zen-engine."""
    import zen

    content = {"tables": _with_tables(), "short": _short()}
    return zen.ZenEngine({"loader": {"type": "static", "content": content}})


def asked(made: Any, model: str) -> Callable[[Facts], Any]:
    """A function from figures to zen's answer."""
    evaluate = made.evaluate
    return lambda facts: evaluate(model, facts)


def _scores(name: str) -> list[tuple[str, str]]:
    weight, sign, ends = _BANDS[name]
    return [(f"{sign} {end}", str(points * weight / 100)) for end, points in zip(ends, (100, 80, 60), strict=True)]


def _with_tables() -> Node:
    """As people draw it: the measures, a table for each indicator, the sum, a table of grades."""
    tables = [_table(f"{name} bands", name, [*_scores(name), ("", "0")], f"{name}_score") for name in _BANDS]
    grades = [*((f">= {end}", grade) for end, grade in _GRADES), ("", "'D'")]
    total = " + ".join(f"{name}_score" for name in _BANDS)
    return chain(
        expressions("measures", _MEASURES),
        *tables,
        expressions("sum", {"total": total}, keep=True),
        _table("grades", "total", grades, "grade"),
    )


def _short() -> Node:
    """In one node that keeps nothing but total and grade: what zen answers soonest."""
    parts = []
    for name, measure in _MEASURES.items():
        nested = "0"
        for test, score in reversed(_scores(name)):
            nested = f"({measure} {test} ? {score} : {nested})"
        parts.append(nested)
    grade = "'D'"
    for end, label in reversed(_GRADES):
        grade = f"($.total >= {end} ? {label} : {grade})"
    return chain(expressions("all", {"total": " + ".join(parts), "grade": grade}))


def chain(*nodes: Node) -> Node:
    """A model of nodes that follow one another."""
    first: Node = {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}}
    last: Node = {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}}
    every = [first, *nodes, last]
    edges = [
        {"id": f"{a['id']} {b['id']}", "type": "edge", "sourceId": a["id"], "targetId": b["id"]}
        for a, b in pairwise(every)
    ]
    return {"nodes": every, "edges": edges}


def expressions(name: str, pairs: Mapping[str, str], keep: bool = False) -> Node:
    lines = [{"id": key, "key": key, "value": value} for key, value in pairs.items()]
    content = {"expressions": lines, "passThrough": keep}
    return {"id": name, "name": name, "type": "expressionNode", "position": {"x": 0, "y": 0}, "content": content}


def _table(name: str, field: str, rows: list[tuple[str, str]], output: str) -> Node:
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": "if", "name": field, "field": field}],
        "outputs": [{"id": "then", "name": output, "field": output}],
        "rules": [{"_id": str(place), "if": test, "then": value} for place, (test, value) in enumerate(rows)],
    }
    return {"id": name, "name": name, "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": content}
