"""The ends of bands, and what lies beyond them."""

from collections.abc import Callable

import pytest

from kpicore.model import SchemeModel
from kpicore.problem import Problem

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]
HEAD = """\
id = "a/b"
version = "1"
effective = 2024-01-01
periods = ["month"]
facts = { x = { kind = "number" } }
params = { p = { value = 1 } }
[[indicator]]
id = "x"
weight = 1
"""


def bands(parse: Parse, *rows: str) -> list[Problem]:
    listed = ", ".join(f"{{ {row}, points = 1 }}" for row in rows)
    model, problems = parse(f'{HEAD}rule = {{ kind = "bands", bands = [{listed}] }}\n')
    assert (model is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.key.startswith("indicator.x.rule.bands") for problem in problems)
    return list(problems)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("from = 1, above = 1", "otherwise = true"), "'from' and 'above' stand in one band."),
        (("up_to = 1, below = 1", "otherwise = true"), "'up_to' and 'below' stand in one band."),
        (("exactly = 1, from = 1", "otherwise = true"), "'exactly' and 'from' stand in one band."),
        (("from = 1, otherwise = true",), "'otherwise' and 'from' stand in one band."),
        (("otherwise = false",), "The band has no end."),
        (("from = 5, up_to = 4", "otherwise = true"), "No value lies in the band"),
        (("from = 5, below = 5", "otherwise = true"), "No value lies in the band"),
        (("otherwise = true", "from = 5"), "No band after 'otherwise'"),
        (("from = 0.5", "from = 0.2"), "Values below 0.2 have no band."),
        (("above = 0.5",), "Values of 0.5 and below have no band."),
        (("up_to = 30", "up_to = 45"), "Values above 45 have no band."),
        (("below = 30",), "Values of 30 and above have no band."),
        (("from = 5", "up_to = 3"), "Values between 3 and 5 have no band."),
        (("above = 5", "below = 5"), "Values of exactly 5 have no band."),
    ],
)
def test_bands_that_are_wrong(parse: Parse, rows: tuple[str, ...], message: str) -> None:
    (problem,) = bands(parse, *rows)
    assert problem.severity == "error"
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "rows",
    [
        ("from = 1", "otherwise = true"),
        ("from = 5", "below = 5"),
        ("from = 4", "up_to = 5"),
        ("exactly = 0", "above = 0", "below = 0"),
        ("from = 5, up_to = 5", "otherwise = true"),
        ("from = 'p'",),
        ("from = 'p', up_to = 0", "otherwise = true"),
    ],
)
def test_bands_that_are_sound(parse: Parse, rows: tuple[str, ...]) -> None:
    assert bands(parse, *rows) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("from = 90, up_to = 100", "from = 0, below = 90"), "Values below 0 and above 100 have no band."),
        (("exactly = 0", "from = 1"), "Values below 0 have no band."),
    ],
)
def test_bands_with_two_ends_that_leave_values_out_are_only_warned_of(
    parse: Parse, rows: tuple[str, ...], message: str
) -> None:
    (problem,) = bands(parse, *rows)
    assert problem.severity == "warning"
    assert problem.message == message
    assert problem.hint == "Add { otherwise = true, points = 0 }."


def test_a_band_that_can_not_be_read_is_not_judged_further(parse: Parse) -> None:
    (problem,) = bands(parse, "from = true", "from = 5")
    assert problem.key == "indicator.x.rule.bands[1].from"


def test_grades_and_pay_are_bands_too(parse: Parse) -> None:
    text = (
        f'{HEAD}rule = {{ kind = "straight", of = 1 }}\n'
        '[grade]\nbands = [{ from = 60, grade = "A" }]\n'
        '[[pay]]\nid = "p"\namount = { by = "total", bands = [{ up_to = 60, amount = 1 }] }\n'
    )
    _, problems = parse(text)
    assert [(problem.key, problem.hint) for problem in problems] == [
        ("grade.bands", 'Add { otherwise = true, grade = "..." }.'),
        ("pay.p.amount.bands", "Add { otherwise = true, amount = 0 }."),
    ]
