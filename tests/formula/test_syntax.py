import inspect
import sys
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.soon import soon

from kpicore.errors import FormulaError
from kpicore.formula.syntax import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_LEVELS,
    MOST_LINKS,
    CallSyntax,
    FlagSyntax,
    NameSyntax,
    NumberSyntax,
    OperationSyntax,
    RowSyntax,
    Syntax,
    TextSyntax,
    parse,
    tokens,
)

FRAMES = 450
"""The calls that reading any formula may take, so that it never meets Python's own limit of 1000."""


def within_frames(call: Callable[[], object]) -> object:
    """The call's result, with no more than FRAMES calls of Python left to it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + FRAMES)
    try:
        return call()
    finally:
        sys.setrecursionlimit(before)


def shown(syntax: Syntax) -> str:
    """The syntax with every bracket written."""
    match syntax:
        case NumberSyntax(value=value):
            return str(value)
        case TextSyntax(value=text):
            return repr(text)
        case FlagSyntax(value=flag):
            return str(flag).lower()
        case NameSyntax(name=name):
            return name
        case CallSyntax(name=name, args=args):
            return f"{name}({', '.join(shown(arg) for arg in args)})"
        case RowSyntax(first=first, links=links):
            return "[" + shown(first) + "".join(f" {link.sign} {shown(link.arg)}" for link in links) + "]"
        case OperationSyntax(sign=sign, args=args):
            return f"{sign}[{', '.join(shown(arg) for arg in args)}]"
    raise TypeError(syntax)


def refusal(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1", "1"),
        ("0.75", "3/4"),
        ("'a b'", "'a b'"),
        ('"it\'s"', '"it\'s"'),
        ("true", "true"),
        ("a + b * c", "[a + [b * c]]"),
        ("a * b + c", "[[a * b] + c]"),
        ("(a + b) * c", "[[a + b] * c]"),
        ("a - b - c", "[a - b - c]"),
        ("a - (b - c)", "[a - [b - c]]"),
        ("a / b * c / d", "[a / b * c / d]"),
        ("a - b * c / d + e", "[a - [b * c / d] + e]"),
        ("-a * b", "[neg[a] * b]"),
        ("a * -b", "[a * neg[b]]"),
        ("--a", "neg[neg[a]]"),
        ("a - -1", "[a - neg[1]]"),
        ("a < b", "[a < b]"),
        ("a < b <= c", "[a < b <= c]"),
        ("a + 1 < b * 2", "[[a + 1] < [b * 2]]"),
        ("not a < b", "not[[a < b]]"),
        ("not not a", "not[not[a]]"),
        ("a and b or c and d", "or[and[a, b], and[c, d]]"),
        ("a or b and not c or d", "or[a, and[b, not[c]], d]"),
        ("not a and b", "and[not[a], b]"),
        ("(a or b) and c", "and[or[a, b], c]"),
        ("x in (1, 2)", "in[x, 1, 2]"),
        ("x in (1, 2,)", "in[x, 1, 2]"),
        ("x + 1 in (1)", "in[[x + 1], 1]"),
        ("x not in (1, 2) and y", "and[not[in[x, 1, 2]], y]"),
        ("not x in (1)", "not[in[x, 1]]"),
        ("x in ()", "in[x]"),
        ("a if c else b", "if[c, a, b]"),
        ("a if c else b if d else e", "if[c, a, if[d, b, e]]"),
        ("(a if c else b) if d else e", "if[d, if[c, a, b], e]"),
        ("a if c or d else b + 1", "if[or[c, d], a, [b + 1]]"),
        ("f()", "f()"),
        ("f(a, b + 1)", "f(a, [b + 1])"),
        ("min(a if c else b, 2)", "min(if[c, a, b], 2)"),
        ("a\n  + b\t", "[a + b]"),
        ("nota", "nota"),
        ("infinite", "infinite"),
    ],
)
def test_what_binds_tighter(text: str, read: str) -> None:
    assert shown(parse(text)) == read


@pytest.mark.parametrize(
    ("text", "column", "sentence", "hint"),
    [
        ("", 1, "The formula is empty.", ""),
        ("   ", 1, "The formula is empty.", ""),
        ("a ** b", 3, "'**' has no meaning in a formula.", "Powers are not part of formulas."),
        ("a // b", 3, "'//' has no meaning", "Write floor(a / b)."),
        ("a && b", 3, "'&&' has no meaning", "Write 'and'."),
        ("a || b", 3, "'||' has no meaning", "Write 'or'."),
        ("!a", 1, "'!' has no meaning", "Write 'not'."),
        ("a = b", 3, "'=' has no meaning", "To compare, write '=='."),
        ("65%", 3, "'%' has no meaning", "Write 0.65 for 65 %."),
        ("a.b", 2, "'.' has no meaning", "Names have no parts"),
        ("a * .5", 5, "'.' has no meaning", "Write a 0 before the point."),
        ("a[0]", 2, "'[' has no meaning", "Write a list in round brackets"),
        ("'abc", 1, "''' has no meaning", "The text is not closed."),
        ('"abc\n"', 1, "'\"' has no meaning", "The text is not closed."),
        ("f（a）", 2, "'（' has no meaning", "Write a plain '('."),
        ("f(a，b)", 4, "'，' has no meaning", "Write a plain ','."),
        ("５ + a", 1, "'５' has no meaning", "Write a plain '5'."),
        ("a＞b", 2, "'＞' has no meaning", "Write a plain '>'."),
        ("a × b", 3, "'×' has no meaning", "Write '*'."),
        ("a ÷ b", 3, "'÷' has no meaning", "Write '/'."),
        ("a ≥ b", 3, "'≥' has no meaning", "Write '>='."),
        ("a ≤ b", 3, "'≤' has no meaning", "Write '<='."),
        ("a ≠ b", 3, "'≠' has no meaning", "Write '!='."),
        ("付款人数 / 2", 1, "'付' has no meaning", "Write the id in plain letters, not the title."),
        ("a \x00 b", 3, "'\\x00' has no meaning", ""),
        ("a @ b", 3, "'@' has no meaning", ""),
        ("1e3", 2, "A letter follows the number 1.", "Write the number out, without an exponent."),
        ("2x", 2, "A letter follows the number 2.", ""),
        ("a b", 3, "'b' is not expected here.", "A sign such as '*' or 'and' is missing before it."),
        ("2 (a)", 3, "'(' is not expected here.", "A sign such as"),
        ("f(a)(b)", 5, "'(' is not expected here.", "A sign such as"),
        ("1,000", 2, "',' is not expected here.", "Write numbers without commas: 1000."),
        ("a)", 2, "')' is not expected here.", ""),
        ("a < b in (1)", 7, "'in' is not expected here.", "Write brackets around"),
        ("x in (1) in (2)", 10, "'in' is not expected here.", "Write brackets around"),
        ("x in (1) == true", 10, "'==' is not expected here.", ""),
        ("(a", 3, "')' is missing before the end.", ""),
        ("f(a b)", 5, "')' is missing before 'b'.", ""),
        ("a if b", 7, "'else' is missing before the end.", ""),
        ("x in y", 6, "'(' is missing before 'y'.", "Behind 'in' stands a list"),
        ("x not y", 3, "'not' is not expected here.", "A sign such as"),
        ("a +", 4, "A value is missing before the end.", ""),
        ("a == not b", 6, "A value is missing before 'not'.", ""),
        ("+5", 1, "A value is missing before '+'.", "Write numbers without a plus sign."),
        ("* a", 1, "A value is missing before '*'.", ""),
        ("()", 2, "A value is missing before ')'.", ""),
        ("a and", 6, "A value is missing before the end.", ""),
        ("f(, a)", 3, "A value is missing before ','.", ""),
        ("else", 1, "A value is missing before 'else'.", ""),
        ("in", 1, "A value is missing before 'in'.", ""),
    ],
)
def test_each_mistake_has_its_place_and_hint(text: str, column: int, sentence: str, hint: str) -> None:
    error = refusal(text)
    assert error.sentence.startswith(sentence)
    assert error.column == column
    assert error.hint.startswith(hint) and bool(hint) == bool(error.hint)
    assert str(error).startswith(f"at character {column}: ")


HOSTILE = {
    "attribute access": "''.__class__.__mro__",
    "attribute of a number": "1 .real",
    "a call of a call": "f(a)(b)",
    "a call of a text": "'f'(a)",
    "a call of a bracket": "(f)(a)",
    "a comprehension": "[x for x in (1, 2)]",
    "a generator": "sum(x for x in (1, 2))",
    "a lambda": "lambda x: x",
    "an assignment": "x := 1",
    "a statement": "import os",
    "two statements": "a; b",
    "a dictionary": "{1: 2}",
    "an f-string": "f'{x}'",
    "a star": "f(*a)",
    "a keyword": "f(a=1)",
    "a backslash": "a \\ b",
    "a comment": "a # b",
    "a power": "9 ** 9 ** 9",
    "a shift": "1 << 1000000",
    "a huge number": "9" * 1900,
    "a long fraction": "0." + "1" * 1900,
    "a million characters": "a + " * 250_000 + "a",
    "a million digits": "9" * 1_000_000,
    "a million brackets": "(" * 1_000_000,
    "brackets a thousand deep": "(" * 999 + "a" + ")" * 999,
    "open brackets": "(" * 2000,
    "calls in calls": "f(" * 600 + "a" + ")" * 600,
    "not not not": "not " * 499 + "a",
    "minus signs": "-" * 1999 + "a",
    "minus and not": "not -" * 300 + "a",
    "a ladder of else": "a if b else " * 160 + "c",
    "a ladder of if": "(" * 150 + "a" + " if b else c)" * 150,
    "lists in lists": "a in (" * 300 + "b" + ")" * 300,
    "a mixed ladder": "(a or a and a<1+2*" * 100 + "a" + ")" * 100,
    "an endless row": "+".join("a" * 900),
    "an endless product": "*".join("a" * 900),
    "an endless quotient": "/".join("a" * 900),
    "rows in rows": "(" * 30 + "a" + ("+a" * 30 + ")") * 30 + "+" * 2,
    "commas": "f(" + "," * 1900,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_formulas_are_refused_at_once(text: str) -> None:
    with soon(), pytest.raises(FormulaError) as caught:
        within_frames(lambda: parse(text))
    assert len(str(caught.value)) < 400


def deepest(open_: str, close: str) -> str:
    """As deep as MOST_DEPTH lets these brackets go (the formula itself is the first level)."""
    return open_ * (MOST_DEPTH - 1) + "a" + close * (MOST_DEPTH - 1)


@pytest.mark.parametrize(
    ("open_", "close"), [("(", ")"), ("f(", ")"), ("-", ""), ("not ", ""), ("a if b else ", ""), ("a in (", ")")]
)
def test_the_depth_that_is_just_allowed(open_: str, close: str) -> None:
    within_frames(lambda: parse(deepest(open_, close)))
    error = refusal(open_ + deepest(open_, close) + close)
    assert f"deeper than {MOST_DEPTH} levels" in error.sentence and "own indicator" in error.hint


def test_operations_inside_one_another_count_as_levels() -> None:
    rung = "1+2*("
    within_frames(lambda: parse(rung * 29 + "a" + ")" * 29))
    assert f"deeper than {MOST_LEVELS} levels" in refusal(rung * 30 + "a" + ")" * 30).sentence
    # a row nests its left side without another call of the parser
    left = "(" * 39 + "a" + "+1*2)" * 39
    within_frames(lambda: parse(left))
    calls = "f(1 + " * 30 + "a" + ")" * 30
    assert f"deeper than {MOST_LEVELS} levels" in refusal(calls).sentence
    both = "(" * 31 + "a" + " < 1 and b)" * 31
    assert f"deeper than {MOST_LEVELS} levels" in refusal(both).sentence


@pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
def test_the_length_of_a_row(sign: str) -> None:
    row = parse(sign.join("a" * MOST_LINKS))
    assert isinstance(row, RowSyntax) and len(row.links) == MOST_LINKS - 1
    assert f"More than {MOST_LINKS} terms" in refusal(sign.join("a" * (MOST_LINKS + 1))).sentence


def test_the_length_of_a_formula() -> None:
    longest = "a" * MOST_CHARACTERS
    assert parse(longest) == NameSyntax(1, longest)
    assert refusal(longest + "a").sentence == "The formula has 2001 characters; at most 2000 are read."


def test_the_digits_of_a_number() -> None:
    assert parse("9" * 18 + "." + "9" * 18) == NumberSyntax(1, Fraction("9" * 18 + "." + "9" * 18))
    for text in ("9" * 19, "0." + "9" * 19):
        assert refusal(text).sentence == "A number has more than 18 digits."


def test_the_places_of_parts() -> None:
    row = parse("a  +  f(b)")
    assert isinstance(row, RowSyntax) and row.first.column == 1
    assert (row.links[0].column, row.links[0].arg.column) == (4, 7)
    call = row.links[0].arg
    assert isinstance(call, CallSyntax) and call.args[0].column == 9
    assert [token.column for token in tokens("a in ('x')")] == [1, 3, 6, 7, 10, 11]


# --- against Python's own reading of the same text ---

NUMBERS = st.integers(0, 99).map(str) | st.integers(1, 99).map(lambda n: f"{n}.5")


def binary(signs: list[str]) -> Callable[[st.SearchStrategy[str]], st.SearchStrategy[str]]:
    def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        part = inner | inner.map(lambda text: f"({text})") | inner.map(lambda text: f"-({text})")
        return st.lists(part, min_size=1, max_size=4).flatmap(
            lambda parts: st.lists(st.sampled_from(signs), min_size=len(parts) - 1, max_size=len(parts) - 1).map(
                lambda found: "".join(a + b for a, b in zip(parts, [f" {s} " for s in found] + [""], strict=True))
            )
        )

    return joined


SUMS = st.recursive(NUMBERS, binary(["+", "-", "*"]), max_leaves=12)
TRUTHS = st.recursive(
    SUMS.flatmap(lambda left: st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]).map(lambda s: f"{left} {s} 5")),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or", "and not", "or not"]), inner).map(" ".join)
        | inner.map(lambda text: f"not ({text})")
        | st.tuples(inner, inner, inner).map(lambda three: "({} if {} else {})".format(*three))
    ),
    max_leaves=6,
)


def value(syntax: Syntax) -> Fraction | bool:
    match syntax:
        case NumberSyntax(value=number):
            return number
        case RowSyntax(first=first, links=links):
            left = value(first)
            truths = []
            for link in links:
                right = value(link.arg)
                made = eval(f"a {link.sign} b", {"a": left, "b": right})
                truths.append(made)
                left = right if isinstance(made, bool) else made
            return all(truths) if isinstance(made, bool) else left
        case OperationSyntax(sign="neg", args=(arg,)):
            return Fraction(-value(arg))
        case OperationSyntax(sign="not", args=(arg,)):
            return not value(arg)
        case OperationSyntax(sign="if", args=(condition, then, otherwise)):
            return value(then) if value(condition) else value(otherwise)
        case OperationSyntax(sign=sign, args=args):
            return {"and": all, "or": any}[sign](value(arg) for arg in args)
    raise TypeError(syntax)


def pythons(text: str) -> Fraction | bool:
    """What Python makes of the same text; all numbers here are exact as floats."""
    found = eval(text)
    return found if isinstance(found, bool) else Fraction(found)


@given(SUMS)
def test_sums_are_read_as_python_reads_them(text: str) -> None:
    assert value(parse(text)) == pythons(text)


@given(TRUTHS)
def test_conditions_are_read_as_python_reads_them(text: str) -> None:
    assert value(parse(text)) is pythons(text)


@given(st.text(alphabet="ab1.5 ()+-*/<>=!,'\"ifelsnotdr%付（", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse(text)
    except FormulaError as error:
        assert error.sentence and (error.column is None or 1 <= error.column <= len(text) + 1)
    else:
        assert isinstance(read, Syntax)
