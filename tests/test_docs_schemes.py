"""The scheme files in docs/ and examples/: they are read, tried by their cases, and the reference lacks nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

from kpicore.cli.test import tried as try_by_cases
from kpicore.form import forms
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.ladderspec import PARTS, LadderSpec
from kpicore.loaded import LoadedScheme
from kpicore.model import (
    AdjustmentsSpec,
    BandedAmount,
    ChoiceSpec,
    Ends,
    FactSpec,
    GateEffect,
    GateSpec,
    GradeBand,
    GradeSpec,
    GroupSpec,
    IndicatorSpec,
    LevelBand,
    ParamSpec,
    PayBand,
    PaySpec,
    RaterSpec,
    RollupSpec,
    SchemeModel,
    Tier,
)
from kpicore.registry import load
from kpicore.rules import STANDARD as RULES
from kpicore.season import SeasonSpec

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "docs" / name for name in ("scheme-files.md", "arithmetic.md", "embedding.md")]
REFERENCE = (ROOT / "docs" / "scheme-files.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WHOLE = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, text in enumerate(BLOCK.findall(page.read_text("utf-8")))
    if re.search(r"^id = ", text, re.MULTILINE) and re.search(r"^(version|effective) = ", text, re.MULTILINE)
]
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.toml") if not path.name.endswith(".cases.toml"))


def tried(path: Path) -> LoadedScheme:
    """The scheme of a file, tried by its worked cases and by those at its breaks."""
    scheme = load().scheme(str(path))
    for report in try_by_cases(scheme):
        failed = {outcome.case.name: outcome.differences for outcome in report.cases or () if outcome.differences}
        assert (failed, report.failures, report.problems) == ({}, (), ())
        assert report.cases and not report.own
        assert report.at_breaks or scheme.climbs  # a ladder has no curves
    return scheme


@pytest.mark.parametrize("text", WHOLE)
def test_each_whole_scheme_of_the_pages_is_sound(text: str, tmp_path: Path) -> None:
    path = tmp_path / "scheme.toml"
    path.write_text(text, "utf-8")
    scheme = load().scheme(str(path))
    assert [version.model.id for version in scheme.versions] == [tomli.loads(text)["id"]]


def test_each_other_block_is_toml() -> None:
    blocks = BLOCK.findall(REFERENCE)
    assert len(blocks) >= 14
    for text in blocks:
        assert tomli.loads(text)


def test_the_first_scheme_of_the_reference_keeps_to_its_cases(tmp_path: Path) -> None:
    named = re.compile(r"in the file `(front-desk[^`]*)`:\n\n```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    for name, text in named.findall(REFERENCE):
        (tmp_path / name).write_text(text, "utf-8")
    assert len(list(tmp_path.iterdir())) == 2
    tried(tmp_path / "front-desk.toml")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_keeps_to_its_cases(path: Path) -> None:
    tried(path)


def test_the_examples_use_each_means_of_the_format() -> None:
    text = "".join(path.read_text("utf-8") for path in EXAMPLES)
    models = [load().scheme(str(path)).newest.model for path in EXAMPLES]
    lines = [line for model in models for line in model.indicators]
    assert {line.rule.kind for line in lines} == {rule.kind for rule in RULES}
    effects = [gate.effect for model in models for gate in model.gates]
    for name in ("ineligible", "grade", "lower_by"):
        assert any(getattr(effect, name) for effect in effects), name
    policies = {policy for line in lines for policy in (line.when_missing, line.when_undefined)}
    assert policies == {"incomplete", "zero", "full", "leave_out"}
    assert {"heads"} <= {model.grade.by for model in models if model.grade is not None}
    for key in (
        *forms(Ends), "only_if", "counts_when", "seasons", "default", "choices", "value", "providers", "assumed",
        "amounts", "when", "pool", "within", "rank", "streak", "adjustments",
    ):  # fmt: skip
        assert re.search(rf"\b{key.rstrip('_')}\b", text), key


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_has_its_titles_in_both_languages(path: Path) -> None:
    model = load().scheme(str(path)).newest.model
    for title in (
        model.title,
        *(line.title for line in model.indicators),
        *(fact.title for fact in model.facts.values()),
    ):
        assert {language for language, _ in title.texts} == {"zh", "en"}


@pytest.mark.parametrize(
    "of",
    [SchemeModel, FactSpec, ChoiceSpec, ParamSpec, RaterSpec, SeasonSpec, GroupSpec, IndicatorSpec, LevelBand, GateSpec,
     GateEffect, Ends, GradeBand, GradeSpec, AdjustmentsSpec, BandedAmount, Tier, PayBand, PaySpec, LadderSpec,
     RollupSpec, *(part for part, _ in PARTS.values()), *RULES],
    ids=lambda of: of.__name__,
)  # fmt: skip
def test_the_reference_has_every_key(of: type) -> None:
    lacking = [name for name in forms(of) if not re.search(rf"`[^`\n]*\b{name.rstrip('_')}\b[^`\n]*`", REFERENCE)]
    assert lacking == []


def test_the_reference_has_every_rule_and_function() -> None:
    for rule in RULES:
        assert f"\n### `{rule.kind}`\n" in REFERENCE
    for function in FUNCTIONS:
        assert f"`{function.signature}`" in REFERENCE
