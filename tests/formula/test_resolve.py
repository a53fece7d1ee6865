import datetime
import inspect
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from support.soon import soon

from kpicore.errors import FormulaError
from kpicore.formula.node import (
    Choose,
    Compare,
    Day,
    DaysBetween,
    Every,
    Extreme,
    Fact,
    Flag,
    Moment,
    Negative,
    Node,
    Not,
    Num,
    Param,
    Product,
    Quotient,
    Ref,
    Round,
    Some,
    Sum,
    Text,
    number,
    replace,
    walk,
)
from kpicore.formula.resolve import MOST_NODES, Function, Parameter, Scope, constant, formula
from kpicore.formula.syntax import MOST_LEVELS, MOST_LINKS

A, B, C = Fact("a"), Fact("b"), Fact("c")
YES, NO = Fact("yes", "flag"), Fact("no", "flag")
START, END = Fact("start", "date"), Fact("end", "date")
LEVEL = Fact("level", "text")

X = Parameter("x")


def _round(x: Node, places: Node = number(0)) -> Node:
    if not isinstance(places, Num):
        raise FormulaError("The places must be a number.", None, "Write round(x, 2).")
    return Round(x, int(places.value))


def _triple(x: Node) -> Node:
    return Sum((x, x, x))


def _tower(x: Node) -> Node:
    for _ in range(5000):
        x = Negative(x)
    return x


FUNCTIONS = (
    Function("min", lambda *args: Extreme("least", args), (), X, 1),
    Function("max", lambda *args: Extreme("greatest", args), (), X, 2),
    Function("round", _round, (X, Parameter("places")), optional=1),
    Function("same", lambda x, y: Compare("==", x, y), (Parameter("x", "any"), Parameter("y", "any"))),
    Function("either", lambda x: Not(x), (Parameter("x", "flag"),)),
    Function("score", lambda name: Ref(f"{name}.score"), (Parameter("indicator", "indicator"),)),
    Function("rank", lambda x, way: Sum((x, number(len(way)))), (X, Parameter("direction", "word", ("high", "low")))),
    Function("tag", lambda word: Text(word), (Parameter("any word", "word"),)),
    Function("triple", _triple, (X,)),
    Function("tower", _tower, (X,)),
)
SCOPE = Scope(
    {
        "a": A,
        "b": B,
        "c": C,
        "yes": YES,
        "no": NO,
        "start": START,
        "end": END,
        "level": LEVEL,
        "payers": Fact("payers"),
        "inquirers": Fact("inquirers"),
        "target": Param("target"),
        "month": Moment("month"),
    },
    {function.name: function for function in FUNCTIONS},
    frozenset({"speed", "quality"}),
    {"total": "A measure can not look at the total.", "grade": "A grade stands only in gates and pay."},
)


def node(text: str, **more: Any) -> Node:
    return formula(text, SCOPE, **more)


def refusal(text: str, **more: Any) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        node(text, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0.75", Num(Fraction(3, 4))),
        ("'gold'", Text("gold")),
        ("true", Flag(True)),
        ("a", A),
        ("month", Moment("month")),
        ("target", Param("target")),
        ("a / b", Quotient(A, B)),
        ("a + b + c", Sum((A, B, C))),
        ("a + b - c", Sum((A, B, Negative(C)))),
        ("a - b - c", Sum((A, Negative(B), Negative(C)))),
        ("a - (b - c)", Sum((A, Negative(Sum((B, Negative(C))))))),
        ("a * b * c", Product((A, B, C))),
        ("a * b / c", Quotient(Product((A, B)), C)),
        ("a / b * c", Product((Quotient(A, B), C))),
        ("a / b / c", Quotient(Quotient(A, B), C)),
        ("a + b * c", Sum((A, Product((B, C))))),
        ("-a", Negative(A)),
        ("-2.5", number("-2.5")),
        ("--2", number(2)),
        ("end - start", DaysBetween(END, START)),
        ("end - start - 1", Sum((DaysBetween(END, START), Negative(number(1))))),
        ("a < b", Compare("<", A, B)),
        ("a < b <= c", Every((Compare("<", A, B), Compare("<=", B, C)))),
        ("level == 'gold'", Compare("==", LEVEL, Text("gold"))),
        ("yes != no", Compare("!=", YES, NO)),
        ("start < end", Compare("<", START, END)),
        ("not yes and no", Every((Not(YES), NO))),
        ("yes or no or yes", Some((YES, NO, YES))),
        (
            "month in (9, 10)",
            Some((Compare("==", Moment("month"), number(9)), Compare("==", Moment("month"), number(10)))),
        ),
        ("level in ('gold')", Compare("==", LEVEL, Text("gold"))),
        ("level not in ('gold')", Not(Compare("==", LEVEL, Text("gold")))),
        ("a if yes else b if no else c", Choose(YES, A, Choose(NO, B, C))),
        ("min(a, b, 1)", Extreme("least", (A, B, number(1)))),
        ("round(a / b)", Round(Quotient(A, B), 0)),
        ("round(a, 2)", Round(A, 2)),
        ("score(speed)", Ref("speed.score")),
        ("rank(a, high)", Sum((A, number(4)))),
        ("tag(anything)", Text("anything")),
        ("same(level, 'x')", Compare("==", LEVEL, Text("x"))),
    ],
)
def test_nodes(text: str, read: Node) -> None:
    assert node(text) == read


def test_a_value_in_the_middle_of_a_comparison_is_read_once() -> None:
    every = node("a < b + 1 < c")
    assert isinstance(every, Every)
    one, other = every.args
    assert isinstance(one, Compare) and isinstance(other, Compare) and one.right is other.left


@pytest.mark.parametrize(
    ("text", "column", "sentence", "hint"),
    [
        ("payer / 2", 1, "'payer' is not known.", "Did you mean 'payers'?"),
        ("a + Inquirers", 5, "'Inquirers' is not known.", "Did you mean 'inquirers'?"),
        ("a + zzzzz", 5, "'zzzzz' is not known.", "There is: a, b, c, yes"),
        ("total > 80", 1, "'total' can not stand here.", "A measure can not look at the total."),
        ("a if grade == 'A' else b", 6, "'grade' can not stand here.", "A grade stands only"),
        ("round + 1", 1, "'round' is a function.", "Write round(x, [places])."),
        ("rond(a)", 1, "There is no function 'rond'.", "Did you mean 'round'?"),
        ("a(b)", 1, "'a' is a value, not a function.", ""),
        ("eval(a)", 1, "There is no function 'eval'.", ""),
        ("__import__('os')", 1, "There is no function '__import__'.", ""),
        ("round()", 1, "'round' is given 0 values.", "Write round(x, [places])."),
        ("round(a, 1, 2)", 1, "'round' is given 3 values.", "Write round(x, [places])."),
        ("min()", 1, "'min' is given 0 values.", "Write min(x, ...)."),
        ("max(a)", 1, "'max' is given 1 value.", "Write max(x, ...)."),
        ("either()", 1, "'either' is given 0 values.", "Write either(x)."),
        ("1 + round(a, b)", 5, "The places must be a number.", "Write round(x, 2)."),
        ("a + yes", 5, "'+' takes a number, not a yes or no.", ""),
        ("level * 2", 1, "'*' takes a number, not a text.", ""),
        ("a * 2 / start", 9, "'/' takes a number, not a date.", ""),
        ("a - start", 5, "'-' takes a number, not a date.", ""),
        ("start - 1", 1, "'-' takes a number, not a date.", ""),
        ("start + end", 1, "'+' takes a number, not a date.", ""),
        ("-level", 2, "'-' takes a number, not a text.", ""),
        ("not a", 5, "'not' takes a yes or no, not a number.", ""),
        ("yes and a", 9, "'and' takes a yes or no, not a number.", ""),
        ("a or yes", 1, "'or' takes a yes or no, not a number.", ""),
        ("a if b else c", 6, "'if' takes a yes or no, not a number.", ""),
        ("a if yes else level", 3, "Before 'if' stands a number, after 'else' a text.", ""),
        ("a == level", 3, "A number is compared with a text.", ""),
        ("start > 1", 7, "A date is compared with a number.", ""),
        ("yes == 1", 5, "A yes or no is compared with a number.", ""),
        ("a < b < yes", 7, "A number is compared with a yes or no.", ""),
        ("level < 'x'", 7, "Texts and yes-or-no are compared with '==' and '!=', not '<'.", ""),
        ("yes >= no", 5, "Texts and yes-or-no", ""),
        ("month in ()", 7, "The list behind 'in' is empty.", ""),
        ("month in (1, 'x')", 14, "A number is compared with a text.", ""),
        ("a / 0", 3, "This divides by zero.", ""),
        ("a / 0.00", 3, "This divides by zero.", ""),
        ("a / -0", 3, "This divides by zero.", ""),
        ("min(a, yes)", 8, "'min' takes a number, not a yes or no.", ""),
        ("either(a)", 8, "'either' takes a yes or no, not a number.", ""),
        ("score(sped)", 7, "'sped' is no indicator.", "Did you mean 'speed'?"),
        ("score('speed')", 7, "'score' takes the name of indicator here.", ""),
        ("score(1 + 2)", 9, "'score' takes the name of indicator here.", ""),
        ("rank(a, hihg)", 9, "'hihg' is no direction.", "Did you mean 'high'?"),
        ("rank(a, 1)", 9, "'rank' takes the name of direction here.", ""),
    ],
)
def test_each_mistake_has_its_place_and_hint(text: str, column: int, sentence: str, hint: str) -> None:
    error = refusal(text)
    assert error.sentence.startswith(sentence)
    assert error.column == column
    assert error.hint.startswith(hint)


def test_the_type_that_is_wanted() -> None:
    assert node("a < b", wants="flag") == Compare("<", A, B)
    error = refusal("a + b", wants="flag")
    assert str(error) == "The formula gives a number; a yes or no is needed here."
    assert "gives a text; a number is needed" in refusal("level", wants="number").sentence


def test_an_unknown_indicator_where_there_is_none() -> None:
    with pytest.raises(FormulaError, match="'speed' is no indicator"):
        formula("score(speed)", Scope(functions=SCOPE.functions))


def test_long_names_are_cut_in_messages() -> None:
    for text in ("z" * 1900, "z" * 1900 + "(a)", f"score({'z' * 1900})"):
        assert len(str(refusal(text))) < 300


def test_signatures() -> None:
    assert [function.signature for function in FUNCTIONS[:4]] == [
        "min(x, ...)",
        "max(x, ...)",
        "round(x, [places])",
        "same(x, y)",
    ]


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (True, Flag(True)),
        (3, Num(Fraction(3))),
        (Decimal("0.02"), Num(Fraction(1, 50))),
        (Fraction(1, 3), Num(Fraction(1, 3))),
        (datetime.date(2024, 3, 1), Day(datetime.date(2024, 3, 1))),
        ("gold", Text("gold")),
    ],
)
def test_constants(value: object, made: Node) -> None:
    assert constant(value) == made


# --- bounds ---


def within_frames(call: Callable[[], object], frames: int = 450) -> object:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + frames)
    try:
        return call()
    finally:
        sys.setrecursionlimit(before)


def doubled(levels: int) -> str:
    """A chained comparison whose middle holds another: read twice at each level, it would have 2**levels nodes."""
    return "(true == " * levels + "yes" + " == true)" * levels


LARGE = {
    "comparisons in comparisons": doubled(28),
    "lists in lists": "(" * 28 + "yes" + " in (true, false))" * 28,
    "a function that repeats its argument": "triple(" * 30 + "a" + ")" * 30,
    "a function that builds a tower": "tower(a)",
    "towers in towers": "tower(" * 20 + "a" + ")" * 20,
    "a quotient of quotients": "/".join("a" * 150),
    "an alternating row": "a*b/" * 49 + "*".join("a" * 100),
    "rows in rows": "(" * 9 + "a" + ("*b/c" * 20 + ")") * 9,
    "a deep mixture": "min(1, 1 if not 1 + 2 * " * 8 + "a" + " < 3 else 2)" * 8 + "/a" * 58,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_formulas_that_grow_too_large_are_refused_at_once(text: str) -> None:
    with soon(), pytest.raises(FormulaError) as caught:
        within_frames(lambda: node(text))
    assert "too large" in str(caught.value) or "deeper than" in str(caught.value)


def test_the_messages_of_the_bounds() -> None:
    assert refusal(doubled(28)).sentence == "The formula becomes too large."
    error = refusal("/".join("a" * 150))
    assert error.sentence == f"The formula becomes deeper than {MOST_LEVELS} levels."
    assert error.hint == "Write it in several parts."


def test_the_nodes_that_are_just_allowed() -> None:
    wide = Function("wide", lambda x, n: Sum((x,) * int(n.value)), (X, Parameter("n")))
    scope = Scope({"a": A}, {"wide": wide})
    assert len(set(walk(formula(f"wide(a, {MOST_NODES - 1})", scope)))) == 2
    with pytest.raises(FormulaError, match="too large"):
        formula(f"wide(a, {MOST_NODES})", scope)


ALLOWED = {
    "a long sum": "+".join("a" * MOST_LINKS),
    "a long difference": "-".join("a" * MOST_LINKS),
    "a long product": "*".join("a" * MOST_LINKS),
    "alternating signs": "a" + " - b + a" * 90,
    "a long list": "a in (" + ", ".join("1" * 600) + ")",
    "a long condition": " or ".join(["yes"] * 280),
    "a long comparison": " < ".join("a" * 500),
    "a quotient of just the depth": "/".join("a" * MOST_LEVELS),
    "an alternating row of just the depth": "a*b/" * 29 + "c",
    "a long else": "a if yes else " * 38 + "b",
    "deep brackets": "(" * 39 + "a" + ")" * 39,
    "deep minus": "-" * 39 + "a",
    "deep not": "not " * 39 + "yes",
    "calls in calls": "min(1, " * 38 + "a" + ")" * 38,
    "deep products": "(a + 2 * " * 29 + "b" + ")" * 29,
}


def count(part: Node) -> int:
    return sum(1 for _ in walk(part))


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_can_be_walked_compared_and_replaced(text: str) -> None:
    """Every reader takes a few calls a level; these are the longest walks that the nodes themselves offer."""
    with soon():
        one = within_frames(lambda: node(text))
        other = node(text)
        assert isinstance(one, Node)
        assert within_frames(lambda: one == other)
        assert within_frames(lambda: hash(node(text)) == hash(other))
        within_frames(lambda: count(other))
        assert within_frames(lambda: replace(other, lambda part: B if part == A else None)) != one or A not in walk(one)
