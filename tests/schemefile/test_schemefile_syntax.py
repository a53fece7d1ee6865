"""What is no TOML, explained in words."""

from collections.abc import Callable

import pytest

from kpicore.model import SchemeModel
from kpicore.problem import Problem

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id = \n", 1, "Behind '=' stands no value (character 6)."),
        ("a = 1\nid = True\n", 2, "Behind '=' stands no value"),
        ("a = 1\nid\n", 2, "A key without '=' and a value"),
        ('a = 1\n\nid = "x\n', 3, "A text is not closed on its line"),
        ("a = 'x\nb = 'y'", 1, "A text is not closed on its line"),
        ("a = 'x", 1, "A text is not closed."),
        ("a = '''x", 1, "A text is not closed."),
        ("a = [1 2]", 1, "a comma is missing in it"),
        ("a = { b = 1 c = 2 }", 1, "a comma is missing in it"),
        ("a = 1\na = 2\nb = 3", 2, "given twice"),
        ("[a]\nb = 1\n[c]\n[a]\n", 4, "given twice"),
        ("a = { b = 1, b = 2 }", 1, "given twice"),
        ("a = 1 b = 2", 1, "Something follows the value"),
        ("[a\nb = 1", 1, "The heading of a table is not closed"),
        ("= 1", 1, "Neither a key nor a table begins here"),
        ('a = "\\q"', 1, "A backslash in a text begins no known sign"),
        ("a = 2024-02-30", 1, "This is no day of the calendar"),
    ],
)
def test_syntax_is_explained_in_words(parse: Parse, text: str, line: int, message: str) -> None:
    model, (problem,) = parse(text)
    assert model is None
    assert problem.place.line == line
    assert message in problem.message
    assert "line" not in problem.message.replace("on its line", "")
