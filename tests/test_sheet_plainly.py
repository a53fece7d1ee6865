"""Made-up schemes and figures near their breaks, scored by kpicore and by `support.plain`, which shares nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.plain import PlainScore, absent
from support.small import BAD, Small

Table = dict[str, Any]
BREAKS = ["0.5", "1", "1.5", "2", "3.3333", "5"]
SHIFTS = ["0", "0.0001", "-0.0001", "0.00005", "-0.00005", "0.00004"]
WEIGHTS = ["10", "12.5", "33.333", "0.005", "25", "7.125", "0"]
POLICIES = ["incomplete", "zero", "full", "leave_out"]
POINTS = ["0", "10", "33.335", "7.005", "20", "100", "-2.5"]


def toml(value: Any) -> str:
    """A value as TOML; numbers stand as texts in the tables here."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + " }"
    return str(value)


def banded(rows: list[tuple[str | None, str]], name: str, quote: str = "") -> str:
    shown = [
        f"{{ {'otherwise = true' if end is None else f'from = {end}'}, {name} = {quote}{value}{quote} }}"
        for end, value in rows
    ]
    return "[ " + ", ".join(shown) + " ]"


def rule_text(rule: Table) -> str:
    match rule["kind"]:
        case "bands":
            rows = []
            for band in rule["bands"]:
                ends = ", ".join(f"{word} = {end}" for word, end in band["ends"]) or "otherwise = true"
                rows.append(f"{{ {ends}, points = {band['points']} }}")
            return '{ kind = "bands", bands = [ ' + ", ".join(rows) + " ] }"
        case "conditions":
            rows = [f'{{ when = "{name}", points = {points} }}' for name, points in rule["each"]]
            return '{ kind = "conditions", each = [ ' + ", ".join(rows) + " ] }"
        case "choice":
            return f'{{ kind = "choice", points = {toml(rule["points"])} }}'
    return toml({"kind": f'"{rule["kind"]}"', **{key: value for key, value in rule.items() if key != "kind"}})


def condition_text(tree: Any) -> str:
    if tree[0] == "compare":
        names: Mapping[str, Callable[[Any], str]] = {
            "fact": lambda term: term[1],
            "total": lambda term: "total",
            "attained": lambda term: f"attainment({term[1]})",
        }
        return f"{names[tree[1][0]](tree[1])} {tree[2]} {tree[3]}"
    return "(" + f" {tree[0]} ".join(condition_text(part) for part in tree[1:]) + ")"


def scheme_text(scheme: Table) -> str:
    lines = [
        f'rules_award = "{scheme["award"]}"\ntotal = "{scheme["total"]}"\nplaces = {scheme["places"]}',
        f"least_counted = {scheme['least_counted']}\n[facts]",
        *(f"{name} = {kind}" for name, kind in scheme["facts"].items()),
    ]
    for name, only_if in scheme["groups"].items():
        lines.append(f'[[group]]\nid = "{name}"' + (f'\nonly_if = "{only_if}"' if only_if else ""))
    for line in scheme["lines"]:
        lines.append(f'[[indicator]]\nid = "{line["id"]}"\ngroup = "{line["group"]}"\nweight = {line["weight"]}')
        kind = line["rule"]["kind"]
        if kind != "conditions":
            lines.append(f'measure = "{" / ".join(line["facts"])}"')
            lines += ['kind = "number"'] if kind != "choice" else []
        lines += [
            f'{key} = "{line[key]}"'
            for key in ("only_if", "counts_when", "when_missing", "when_undefined")
            if line[key]
        ]
        lines.append(f"rule = {rule_text(line['rule'])}")
    for gate in scheme["gates"]:
        effect = {key: f'"{value}"' if key == "grade" else value for key, value in gate["effect"].items()}
        require = condition_text(gate["require"])
        lines.append(f'[[gate]]\nid = "{gate["id"]}"\nrequire = "{require}"\neffect = {toml(effect)}')
    quoted = '"'
    lines.append(f'[grade]\nby = "{scheme["by"]}"\nbands = {banded(scheme["grades"], "grade", quoted)}')
    for element in scheme["pay"]:
        lines.append(f'[[pay]]\nid = "{element["id"]}"')
        match element["form"]:
            case "bands":
                lines.append(f'amount = {{ by = "total", bands = {banded(element["bands"], "amount")} }}')
            case "grades":
                lines.append(f'amount = {{ by = "grade", amounts = {toml(element["amounts"])} }}')
            case _:
                lines.append(f'amount = "{element["rate"]} * {element["base"]}"\nwhen = "{element["when"]}"')
    return "\n".join(lines) + "\n"


breaks, awarded = st.sampled_from(BREAKS), st.sampled_from(POINTS)
pairs = st.lists(breaks, min_size=2, max_size=2, unique=True)


@st.composite
def bands(draw: st.DrawFn) -> Table:
    ends = sorted(draw(st.lists(breaks, min_size=1, max_size=3, unique=True)), key=Fraction)
    form = draw(st.sampled_from(["from", "above", "up_to", "below", "both"]))
    rows: list[Table] = []
    if form == "both":
        low, high = draw(st.sampled_from(["from", "above"])), draw(st.sampled_from(["up_to", "below"]))
        cuts = [*ends, "9"]
        rows = [{"ends": [(low, a), (high, b)], "points": draw(awarded)} for a, b in itertools.pairwise(cuts)]
        rows.append({"ends": [("below", cuts[0])], "points": draw(awarded)})
    else:
        ordered = ends if form in ("up_to", "below") else ends[::-1]
        rows = [{"ends": [(form, end)], "points": draw(awarded)} for end in ordered]
        rows.append({"ends": [], "points": draw(awarded)})
    return {"kind": "bands", "bands": rows}


def sloping(ends: list[str]) -> Table:
    low, high = sorted(ends, key=Fraction)
    return {"kind": "proportion", "from": low, "to": high}


each, per = st.sampled_from(["1", "4", "0.25", "3.335", "30"]), st.sampled_from(["1", "0.5", "0.3"])
rules: st.SearchStrategy[Table] = st.one_of(
    bands(),
    pairs.map(sloping),
    breaks.map(lambda of: {"kind": "straight", "of": of}),
    st.builds(
        lambda ends, least, most: {"kind": "ramp", "from": ends[0], "to": ends[1], "least": least, "most": most},
        pairs, awarded, awarded,
    ),
    st.builds(
        lambda each, per, free, floor, out: {"kind": "deduct", "each": each, "per": per, "free": free, "floor": floor}
        | ({"wipe_out_at": out} if out else {}),
        each, per, st.sampled_from(["0", "1", "0.5"]), st.sampled_from(["0", "0.003", "-1"]), st.none() | breaks,
    ),
    st.builds(
        lambda each, per, start, most: {"kind": "accrue", "each": each, "per": per, "start": start, "most": most},
        each, per, st.sampled_from(["0", "1", "-1"]), st.sampled_from(["10", "3.335", "100"]),
    ),
    st.builds(lambda a, b: {"kind": "choice", "points": {"x": a, "y": b}}, awarded, awarded),
    st.builds(lambda a, b: {"kind": "conditions", "each": [("f0", a), ("f1", b)]}, awarded, awarded),
)  # fmt: skip
flags = st.sampled_from(["", "", "", "f0", "f1"])


@st.composite
def conditions(draw: st.DrawFn, ids: list[str], depth: int = 1) -> Any:
    if depth and draw(st.booleans()):
        parts = [draw(conditions(ids, 0)) for _ in range(2)]
        return (draw(st.sampled_from(["and", "or"])), *parts)
    term, values = draw(
        st.sampled_from(
            [
                (("fact", "g"), ["0.05", "1"]),
                (("total",), ["20", "50.5"]),
                *((("attained", id_), ["0.5", "1"]) for id_ in ids),
            ]
        )
    )
    return ("compare", term, draw(st.sampled_from(["<", "<=", ">", ">="])), draw(st.sampled_from(values)))


@st.composite
def schemes(draw: st.DrawFn) -> Table:
    facts = {"g": '{ kind = "number" }', "m": '{ kind = "money" }'}
    facts |= dict.fromkeys(("f0", "f1"), '{ kind = "flag" }')
    lines = []
    for place in range(draw(st.integers(2, 4))):
        rule, ratio = draw(rules), draw(st.booleans())
        own = [f"a{place}", f"b{place}"] if ratio and rule["kind"] != "choice" else [f"a{place}"]
        kind = '{ kind = "choice", choices = ["x", "y", "w"] }' if rule["kind"] == "choice" else '{ kind = "number" }'
        facts |= dict.fromkeys(own, kind)
        line = {"id": f"i{place}", "group": draw(st.sampled_from("gh")), "weight": draw(st.sampled_from(WEIGHTS))}
        line |= {"facts": own, "rule": rule, "only_if": draw(flags), "counts_when": draw(flags)}
        line |= {f"when_{why}": draw(st.sampled_from(POLICIES)) for why in ("missing", "undefined")}
        lines.append(line)
    # Full marks that round to nothing have no share: kept to schemes with places for them.
    places = draw(st.sampled_from([2, 2, 1, 0]))
    for line in lines:
        if line["weight"] == "0.005" and places < 2:
            line["weight"] = "10"
    if all(line["weight"] == "0" for line in lines):
        lines[0]["weight"] = "25"
    ids = [line["id"] for line in lines]
    effects = [{"ineligible": True}, {"lower_by": 1}, {"lower_by": 2}, {"grade": "B"}, {"grade": "C"}]
    gates = [
        {"id": f"gate{place}", "require": draw(conditions(ids)), "effect": draw(st.sampled_from(effects))}
        for place in range(draw(st.integers(0, 2)))
    ]
    grades = [("90", "A"), (draw(st.sampled_from(["50", "20.5"])), "B"), (None, "C")]
    pay = [
        {"id": "p0", "form": "bands", "bands": [("50", "300"), (None, "-50.005")]},
        {"id": "p1", "form": "grades", "amounts": {"A": "300", "B": "0.125", "C": "-1"}},
        {"id": "p2", "form": "formula", "rate": "0.003", "base": "m", "when": "f0"},
    ]
    return {
        "award": draw(st.sampled_from(["marks", "percent"])),
        "total": draw(st.sampled_from(["sum", "sum", "share"])),
        "places": places,
        "least_counted": draw(st.sampled_from(["0.5", "0", "1"])),
        "facts": facts,
        "groups": {name: draw(flags) for name in "gh"},
        "lines": lines,
        "gates": gates,
        "grades": grades,
        "by": draw(st.sampled_from(["total", "lowest"])),
        "pay": draw(st.lists(st.sampled_from(pay), max_size=3, unique_by=lambda element: str(element["id"]))),
    }


near = st.builds(lambda end, shift: Decimal(end) + Decimal(shift), breaks, st.sampled_from(SHIFTS))
numbers = near | st.sampled_from(["0", "-1", "2", "99"]).map(Decimal)
gone = st.sampled_from([None, None, BAD])


def figure(name: str, kind: str) -> st.SearchStrategy[Any]:
    if "flag" in kind:
        given = st.sampled_from([True, True, False])
    elif "choice" in kind:
        given = st.sampled_from(["x", "y", "x", "y", "w"])  # type: ignore[assignment]
    elif "money" in kind:
        given = st.sampled_from(["0", "1.67", "1.66", "500", "5"]).map(Decimal)  # type: ignore[assignment]
    elif name == "g":
        given = st.sampled_from(["0.05", "0.05004", "1", "0"]).map(Decimal)  # type: ignore[assignment]
    else:
        given = numbers  # type: ignore[assignment]
    return st.one_of(*[given] * 12, gone)


def plain(raw: Any) -> Any:
    if raw is None:
        return "missing"
    if raw == BAD:
        return "unreadable"
    return Fraction(raw) if isinstance(raw, Decimal) else raw


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemes(), st.data())
def test_any_scheme_scores_as_it_does_by_hand(scheme: Table, data: st.DataObject) -> None:
    small = Small(scheme_text(scheme))
    rows = st.fixed_dictionaries({name: figure(name, kind) for name, kind in scheme["facts"].items()})
    for given_figures in data.draw(st.lists(rows, min_size=2, max_size=4)):
        result = small.score(given_figures)
        expected = PlainScore(scheme, {name: plain(raw) for name, raw in given_figures.items()}).found
        whole = result.to_dict()
        names = (
            "status",
            "sum",
            "counted_marks",
            "full_marks",
            "total",
            "grade",
            "pay",
            "pay_total",
            "groups",
            "gates",
        )
        got = {name: whole[name] for name in names} | whole["indicators"]
        assert got == expected
        assert result.reasons or result.status == "scored"


def test_words_for_absence_are_told_from_choices() -> None:
    assert [absent(value) for value in ("missing", "x", True, Fraction(1), None)] == [True, False, False, False, False]
