"""The [facts], [params] and [seasons] of a scheme file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import define, evolve, field

from kpicore.decimals import folded, plain_text, quoted
from kpicore.errors import FigureError
from kpicore.figure import ANSWER, ANSWERS, KINDS, Bounds, read
from kpicore.formula.node import Fact, Flag, Node, Param
from kpicore.model import ChoiceSpec, FactSpec, ParamSpec, RaterSpec
from kpicore.problem import did_you_mean
from kpicore.schemefile import scalar
from kpicore.schemefile.finding import Findings, KeyPath
from kpicore.schemefile.reading import MOST_ROWS, Read, Reader
from kpicore.schemefile.scalar import MistakeError
from kpicore.season import SeasonSpec
from kpicore.text import LANGUAGES, Title

S = TypeVar("S", FactSpec, ParamSpec, SeasonSpec)
_WHAT = {FactSpec: "a fact", ParamSpec: "a parameter", SeasonSpec: "a season"}


@define
class Section(Generic[S]):
    """The entries of [facts], [params] or [seasons]. `nodes` has every id, also of those that could not be read
    (`unsure`); `rated` are facts that several raters give, under their common name; `lost`: nothing could be read at
    all."""

    specs: dict[str, S] = field(factory=dict)
    nodes: dict[str, Node] = field(factory=dict)
    rated: dict[str, FactSpec] = field(factory=dict)
    unsure: set[str] = field(factory=set)
    lost: bool = False

    @property
    def named(self) -> Mapping[str, Node]:
        """What stands under each name, those of several raters included."""
        return {**self.nodes, **{name: spec.node for name, spec in self.rated.items()}}


def read_facts(
    reader: Reader, raw: object, path: KeyPath, taken: Mapping[str, str], raters: Mapping[str, RaterSpec]
) -> Section[FactSpec]:
    """Every declared fact; one that several raters give becomes a fact of each of them."""
    section: Section[FactSpec] = Section()
    for name, inner, where in _entries(reader.findings, raw, path, taken, section):
        found = _table(reader, FactSpec, inner, where, 'Write { kind = "count" }.')
        spec = None
        if found is not None:
            _check_fact(found, reader.findings)
            found.values["id"] = name
            spec = found.build(reader.findings)
        if name in section.nodes:
            message = f"{quoted(name)} is a fact already: a rater gives it."
            reader.findings.error("duplicate", where, message, "Give one of them another name.")
        elif spec is not None and spec.raters and found is not None:
            _by_raters(section, spec, raters, found, reader.findings)
        else:
            _keep(section, name, spec, Fact(name))
    return section


def _by_raters(
    section: Section[FactSpec],
    spec: FactSpec,
    raters: Mapping[str, RaterSpec],
    found: Read,
    findings: Findings,
) -> None:
    """A fact of each rater in place of one that all of them give."""
    section.rated[spec.id] = spec
    for place, name in enumerate(spec.raters):
        id_ = f"{spec.id}_{name}"
        message, hint, code = "", "", "unknown_name"
        if name not in raters:
            message, hint = f"There is no [[rater]] {quoted(name)}.", did_you_mean(name, raters)
        elif id_ in section.nodes:
            message, hint, code = f"{quoted(id_)} is a fact already.", "Choose another name.", "duplicate"
        elif len(id_) > scalar.LONGEST_ID:
            message, hint, code = f"{quoted(id_)} is too long for the id of a fact.", "Choose a shorter name.", "bad_id"
        if message:
            findings.error(code, (*found.at("raters"), place), message, hint)
            section.unsure.add(spec.id)
            continue
        rater = raters[name]
        own = evolve(
            spec, id=id_, raters=(), title=_of_rater(spec.title, rater.title), provider=spec.provider or rater.provider
        )
        _keep(section, id_, own, Fact(id_))


def _of_rater(fact: Title, rater: Title) -> Title:
    """What a rater gives, in each language: '仪容（直接上级）', 'Appearance (direct superior)'."""
    found = {}
    for language in LANGUAGES:
        what, who = fact.text(language), rater.text(language)
        form = "{what}（{who}）" if language == "zh" else "{what} ({who})"
        if what and who:
            found[language] = form.format(what=what, who=who)
    return Title.of(found)


def read_params(
    reader: Reader, raw: object, path: KeyPath, taken: Mapping[str, str], others: Mapping[str, Mapping[str, Node]]
) -> Section[ParamSpec]:
    """Every declared parameter; `others` are the names that stand for something else, by what they stand for."""
    section: Section[ParamSpec] = Section()
    for name, inner, where in _entries(reader.findings, raw, path, taken, section):
        _check_alone(reader.findings, name, where, "a parameter", others)
        found = _table(reader, ParamSpec, inner, where, "Write { value = 0.02 }.")
        spec = None
        if found is not None:
            _check_param(found, reader.findings)
            found.values["id"] = name
            spec = found.build(reader.findings)
        _keep(section, name, spec, Param(name))
    return section


def read_seasons(
    reader: Reader, raw: object, path: KeyPath, taken: Mapping[str, str], others: Mapping[str, Mapping[str, Node]]
) -> Section[SeasonSpec]:
    """Every declared season; `others` are the names that stand for something else, by what they stand for."""
    section: Section[SeasonSpec] = Section()
    known: dict[frozenset[int], str] = {}
    for name, inner, where in _entries(reader.findings, raw, path, taken, section):
        _check_alone(reader.findings, name, where, "a season", others)
        found = _table(reader, SeasonSpec, inner, where, "Write { months = [9, 10, 11] }.")
        spec = None
        if found is not None:
            _check_months(found, name, known, reader.findings)
            found.values["id"] = name
            spec = found.build(reader.findings)
        _keep(section, name, spec, Flag(True))
    return section


def _check_alone(
    findings: Findings, name: str, path: KeyPath, this: str, others: Mapping[str, Mapping[str, Node]]
) -> None:
    for what, names in others.items():
        if name in names:
            message = f"{quoted(name)} is {what} and {this}."
            findings.error("duplicate", path, message, "Give one of them another name.")


def _check_months(found: Read, name: str, known: dict[frozenset[int], str], findings: Findings) -> None:
    """Seasons of the same months could not be told apart where a formula is put into words."""
    months = found.get("months")
    if months is None:
        return
    other = known.setdefault(frozenset(months), name)
    if other != name:
        message = f"{quoted(name)} has the same months as {quoted(other)}."
        findings.error("duplicate", found.at("months"), message, "Use one season for both.")
        found.bad.add("months")


def _entries(
    findings: Findings, raw: object, path: KeyPath, taken: Mapping[str, str], section: Section[Any]
) -> list[tuple[str, object, KeyPath]]:
    if not isinstance(raw, dict) or len(raw) > MOST_ROWS:
        section.lost = True
        if isinstance(raw, dict):
            message, hint = f"There are {len(raw)} entries; at most {MOST_ROWS} are read.", ""
        else:
            mistake = scalar.wrong(raw, "a table", f"Write [{path[-1]}], and each on a line of its own.")
            message, hint = mistake.message, mistake.hint
        findings.error("wrong_type", path, message, hint)
        return []
    for name in raw:
        try:
            scalar.identifier(name)
        except MistakeError as mistake:
            findings.error(mistake.code, (*path, name), mistake.message, mistake.hint)
            continue
        if name in taken:
            findings.error("bad_id", (*path, name), f"{quoted(name)} is taken.", f"{taken[name]} Choose another.")
    return [(name, inner, (*path, name)) for name, inner in raw.items()]


def _table(reader: Reader, cls: type, raw: object, path: KeyPath, hint: str) -> Read | None:
    if not isinstance(raw, dict):
        reader.findings.error("wrong_type", path, scalar.wrong(raw, "a table").message, hint)
        return None
    return reader.table(cls, raw, path, _WHAT[cls], partial=reader.partial)


def _keep(section: Section[S], name: str, spec: S | None, stand_in: Node) -> None:
    if len(name) > scalar.LONGEST_ID:
        return
    if spec is None:
        section.unsure.add(name)
        section.nodes[name] = stand_in
    else:
        section.specs[name] = spec
        section.nodes[name] = spec.node


def _check_fact(found: Read, findings: Findings) -> None:
    """The bounds and choices against the kind, and the default against all of them."""
    if "choices" in found.values:
        _split_choices(found, found.values["choices"], findings)
    if "kind" in found.bad:
        return
    kind = KINDS[found.values["kind"]]
    least, most = found.get("least"), found.get("most")
    if kind.name == "choice" and "choices" not in found.keys and found.partial:
        found.bad.add("choices")
    elif kind.name == "choice" and "choices" not in found.keys:
        findings.error("missing_key", found.at("choices"), "'choices' is missing: a choice needs something to choose "
                       "from.", 'Write choices = ["a", "b"], best first.')  # fmt: skip
        found.bad.add("choices")
    if kind.name != "choice" and "choices" in found.keys:
        hint = 'For a list of choices write kind = "choice".'
        findings.error("does_not_fit", found.at("choices"), f"A {kind.name} has no choices.", hint)
        found.bad.add("choices")
    if found.get("na") and kind.name != "flag":
        hint = 'For a yes or no write kind = "flag".'
        findings.error("does_not_fit", found.at("na"), f"A {kind.name} can not be 'n/a'.", hint)
        found.bad.add("na")
    for name in ("least", "most"):
        if kind.type != "number" and name in found.keys:
            findings.error("does_not_fit", found.at(name), f"A {kind.name} has no '{name}'.", "Leave it away.")
            found.bad.add(name)
    if kind.type == "number" and least is not None and most is not None and least > most:
        message = f"'least' ({plain_text(least)}) is above 'most' ({plain_text(most)})."
        findings.error("does_not_fit", found.at("least"), message, "Swap them.")
        found.bad.add("least")
    if not found.bad & {"choices", "least", "most"}:
        choices = ANSWERS if found.get("na") else found.get("choices", ())
        bounds = Bounds(ANSWER if found.get("na") else kind, least, most, choices, found.get("choice_titles", ()))
        _read_value(found, "default", bounds, findings)


def _split_choices(found: Read, choices: Sequence[ChoiceSpec], findings: Findings) -> None:
    """The choices by themselves, and the titles of those that have one; what a figure says must mean one of them."""
    names = {folded(choice.value): choice.value for choice in choices}
    for place, choice in enumerate(choices):
        for text in dict.fromkeys(choice.title.all):
            other = names.setdefault(folded(text), choice.value)
            if other != choice.value:
                message = f"{quoted(text)} stands for two choices, {quoted(other)} and {quoted(choice.value)}."
                hint = "A figure may be given by its title: give each choice one of its own."
                findings.error("duplicate", (*found.at("choices"), place), message, hint)
                found.bad.add("choices")
    found.values["choices"] = tuple(choice.value for choice in choices)
    found.values["choice_titles"] = tuple((choice.value, choice.title) for choice in choices if choice.title)


def _check_param(found: Read, findings: Findings) -> None:
    """The value by its kind; without a kind, the kind by the value."""
    if {"kind", "value"} & found.bad:
        return
    value = found.values["value"]
    if "kind" not in found.values:
        found.values["kind"] = _kind_of(value)
    _read_value(found, "value", Bounds(KINDS[found.values["kind"]]), findings)


def _kind_of(value: object) -> str:
    return {"true or false": "flag", "a text": "text", "a date": "date"}.get(scalar.noun(value), "number")


def _read_value(found: Read, name: str, bounds: Bounds, findings: Findings) -> None:
    if name not in found.values:
        return
    try:
        value = read(found.values[name], bounds)
    except FigureError as error:
        expected = f"Expected is {error.expected}." if error.expected else ""
        findings.error("bad_value", found.at(name), error.sentence, " ".join(filter(None, (expected, error.hint))))
        found.bad.add(name)
        return
    if value is None:
        findings.error("empty", found.at(name), "The text is empty.", "Leave the key away where there is no value.")
        found.bad.add(name)
    else:
        found.values[name] = value
