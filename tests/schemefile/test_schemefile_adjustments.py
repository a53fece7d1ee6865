"""The [adjustments] of a scheme file: what it says, what is refused, how it is taken over."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kpicore.errors import SchemeError
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.formula.node import Num
from kpicore.identity import Identity
from kpicore.model import AdjustmentsSpec
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import FileScheme, load_scheme, parse_scheme
from kpicore.schemefile.load import load_raw
from kpicore.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(RULES, FUNCTIONS)
HEAD = """\
id = "desk/month"
version = "1"
effective = 2024-01-01
periods = ["month"]

[facts]
calls = { kind = "count" }

[params]
cap = { value = 5 }

"""
LINE = """\
[[indicator]]
id = "calls"
weight = 100
rule = { kind = "proportion", to = 100 }

"""
LADDER = """\
[ladder]
months = 3

[[ladder.level]]
id = "low"

[[ladder.level]]
id = "high"

[[ladder.move]]
id = "up"
to = "up"
when = "over_cycle(sum, calls) > 9"
"""


def found(text: str) -> tuple[AdjustmentsSpec | None, list[str]]:
    """What a file says of items, and its problems as 'key: sentence hint'."""
    model, problems = parse_scheme(text, "desk.toml", VOCABULARY)
    told = [f"{problem.key}: {problem.message} {problem.hint}".strip() for problem in problems]
    return None if model is None else model.adjustments, told


def loaded(folder: Path, text: str, name: str = "desk.toml") -> FileScheme:
    path = folder / name
    path.write_text(text, "utf-8")
    return load_scheme(path, VOCABULARY, lambda _: load_raw(folder / "desk.toml"))


def test_an_empty_table_allows_items_without_bounds() -> None:
    assert found(f"{HEAD}{LINE}[adjustments]\n") == (AdjustmentsSpec(), [])
    assert found(HEAD + LINE) == (None, [])


def test_bounds_are_amounts() -> None:
    spec, problems = found(f"{HEAD}{LINE}[adjustments]\nleast = -2.5\nmost = 'cap if month > 6 else 0'\n")
    assert problems == []
    assert spec is not None and spec.least == Num(Fraction("-2.5"))
    assert spec.most is not None and spec.most.type == "number"


@pytest.mark.parametrize(
    ("table", "key", "told"),
    [
        ("most = -1", "adjustments.most", "'most' is -1, and without any item the sum is 0. Write 0 or more."),
        ("least = 0.5", "adjustments.least", "'least' is 0.5, and without any item the sum is 0. Write 0 or less."),
        ("most = 'calls'", "adjustments.most", "may not depend on figures"),
        ("most = 'total'", "adjustments.most", "total"),
        ("most = true", "adjustments.most", "True or false stands where a number or a formula is meant."),
        ("mots = 5", "adjustments.mots", "'mots' is no key of [adjustments]. Did you mean 'most'?"),
        ("id = 'x'", "adjustments.id", "'id' is no key of [adjustments]."),
        ("title = 3", "adjustments.title", "A number stands where"),
    ],
)
def test_a_mistake_is_told_with_its_key(table: str, key: str, told: str) -> None:
    _, problems = found(f"{HEAD}{LINE}[adjustments]\n{table}\n")
    assert len(problems) == 1 and problems[0].startswith(f"{key}: ") and told in problems[0]


def test_bounds_may_be_0() -> None:
    assert found(f"{HEAD}{LINE}[adjustments]\nleast = 0\nmost = 0\n")[1] == []


def test_it_is_one_table() -> None:
    _, (told,) = found(f"{HEAD}{LINE}[[adjustments]]\nmost = 1\n")
    assert told.startswith("adjustments: A list stands where a table is meant.")


def test_items_need_a_total() -> None:
    _, (told,) = found(f"{HEAD}[adjustments]\n[[pay]]\nid = 'p'\namount = 3\n")
    assert told == "adjustments: There is no total that items could change. Add [[indicator]], or leave it away."


def test_a_ladder_has_no_items() -> None:
    _, problems = found(HEAD.replace('"month"', '"cycle"') + "[adjustments]\n" + LADDER)
    assert any(told.startswith("adjustments: A scheme with a ladder has no [adjustments].") for told in problems)


@pytest.mark.parametrize("name", ["adjustment", "adjustments"])
def test_the_names_of_a_result_are_taken_only_where_there_are_items(name: str) -> None:
    text = HEAD.replace("calls =", f"{name} = {{ kind = 'count' }}\ncalls =") + LINE
    assert found(text)[1] == []
    _, (told,) = found(f"{text}[adjustments]\n")
    assert told == f"facts.{name}: '{name}' is taken. A result has a field of this name. Choose another."


class TestTakingOver:
    BASE = f"{HEAD}{LINE}[adjustments]\nleast = -3\nmost = 3\ntitle = 'Items'\n"
    CHILD = 'id = "own/month"\nversion = "1"\neffective = 2024-02-01\nextends = "desk/month"\n'

    @pytest.fixture(autouse=True)
    def base(self, tmp_path: Path) -> FileScheme:
        return loaded(tmp_path, self.BASE)

    def test_key_by_key(self, tmp_path: Path) -> None:
        scheme = loaded(tmp_path, f"{self.CHILD}[adjustments]\nmost = 9\n", "own.toml")
        spec = scheme.model.adjustments
        assert spec is not None and spec.title.text("en") == "Items"
        assert (spec.least, spec.most) == (Num(Fraction(-3)), Num(Fraction(9)))
        assert scheme.content()["adjustments"] == {"least": -3, "most": 9, "title": "Items"}

    def test_a_mistake_stands_where_it_was_written(self, tmp_path: Path) -> None:
        with pytest.raises(SchemeError) as caught:
            loaded(tmp_path, f"{self.CHILD}[adjustments]\nmost = -9\n", "own.toml")
        (problem,) = caught.value.problems
        assert (Path(problem.place.file or "").name, problem.place.line) == ("own.toml", 6)

    def test_without(self, tmp_path: Path) -> None:
        scheme = loaded(tmp_path, f'{self.CHILD}without = ["adjustments"]\n', "own.toml")
        assert scheme.model.adjustments is None
        assert "adjustments" not in scheme.content()

    def test_items_may_be_new(self, tmp_path: Path) -> None:
        loaded(tmp_path, HEAD + LINE)
        scheme = loaded(tmp_path, f"{self.CHILD}[adjustments]\n", "own.toml")
        assert scheme.model.adjustments == AdjustmentsSpec()


def test_the_hash_covers_them(tmp_path: Path) -> None:
    identity = Identity(VOCABULARY, {})
    texts = {
        identity.text(scheme, scheme.model)
        for scheme in (
            loaded(tmp_path, f"{HEAD}{LINE}{table}", f"{place}.toml")
            for place, table in enumerate(("", "[adjustments]\n", "[adjustments]\nmost = 3\n"))
        )
    }
    assert len(texts) == 3
