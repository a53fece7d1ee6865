"""A scheme file's text to its model: names first, then formulas, every mistake at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import define, evolve

from kpicore.cells import references
from kpicore.decimals import quoted
from kpicore.errors import SchemeError
from kpicore.formula.node import Node
from kpicore.model import (
    GIVEN_TOTAL,
    AppraisalSpec,
    FactSpec,
    GroupSpec,
    IndicatorSpec,
    ParamSpec,
    RaterSpec,
    SchemeModel,
)
from kpicore.problem import Problem
from kpicore.schemefile import scalar
from kpicore.schemefile.expression import Expressions, Names
from kpicore.schemefile.fact import Section, read_facts, read_params, read_seasons
from kpicore.schemefile.finding import EnoughError, Findings
from kpicore.schemefile.indicator import Lines, check_ids, check_places, unmeasured
from kpicore.schemefile.inherit import ROWS, resolve
from kpicore.schemefile.ladder import Ladders
from kpicore.schemefile.library import with_taken
from kpicore.schemefile.naming import LONGEST_NAME, SCHEME_ID, VERSION, reserved
from kpicore.schemefile.origin import Base, Resolved, alone
from kpicore.schemefile.outcome import Outcomes
from kpicore.schemefile.provider import read_providers, with_named_providers
from kpicore.schemefile.rater import known_raters, read_raters
from kpicore.schemefile.raw import RawScheme, raw_scheme
from kpicore.schemefile.reading import MOST_ROWS, Read, Reader
from kpicore.schemefile.rollup import GIVEN, ROLLUP, Rollups
from kpicore.season import SeasonSpec
from kpicore.vocabulary import Vocabulary

MOST_MONTHS_AFTER = 12
SECTIONS = (
    "extends",
    "without",
    "facts",
    "params",
    "seasons",
    "providers",
    "rater",
    "group",
    "indicator",
    "gate",
    "grade",
    "adjustments",
    "pay",
    "ladder",
    "rollup",
    "appraisal",
)


def parse_scheme(
    text: str, file: str, vocabulary: Vocabulary, *, base: Base | None = None
) -> tuple[SchemeModel | None, tuple[Problem, ...]]:
    """The model that a scheme file's text says, None where it has errors, and all its problems.

    `file` names the text in messages. `base` gives the file of the scheme that an `extends` names ('id' or
    'id@version'), as it stands, or None.
    """
    try:
        raw = raw_scheme(text, file)
    except SchemeError as error:
        return None, error.problems
    model, _, problems = parse_raw(raw, vocabulary, base)
    return model, problems


def parse_raw(
    raw: RawScheme, vocabulary: Vocabulary, base: Base | None
) -> tuple[SchemeModel | None, Resolved | None, tuple[Problem, ...]]:
    """The same of a file that is read as TOML already, with its tables after `extends`."""
    findings = Findings()
    resolved: Resolved | None = None
    model: SchemeModel | None = None
    more = False
    try:
        resolved = resolve(raw, base, findings)
        if resolved is not None:
            resolved = with_named_providers(with_taken(resolved, base, vocabulary, findings))
            model = _SchemeReader(resolved, Reader(findings, vocabulary, bool(resolved.lost))).read()
    except SchemeError as error:
        return None, None, error.problems
    except EnoughError:
        more = True
    if not findings.found and not findings.elsewhere:
        return model, resolved, ()
    placing = resolved or alone(raw)
    problems = findings.problems(placing.origin.place, placing.key, more)
    return (None if findings.errors else model), resolved, problems


@define
class _SchemeReader:
    resolved: Resolved
    reader: Reader
    shorter: str = ""

    def _add_given(self) -> None:
        """Where longer periods are made of totals, these may also be given as they were decided."""
        facts = self.resolved.table.get("facts", {})
        if ROLLUP in self.resolved.table and isinstance(facts, dict) and GIVEN_TOTAL not in facts:
            table = {**self.resolved.table, "facts": {**facts, GIVEN_TOTAL: GIVEN}}
            self.resolved = evolve(self.resolved, table=table)

    def _rollups(self, head: Read) -> list[SchemeModel]:
        """The sheets of longer periods, each read as a scheme of its own once the shorter ones are sound."""
        rows = self._rows(head, ROLLUP)
        if self.reader.findings.errors or not rows:
            return []
        if "indicator" not in head.sections:
            message = "There are no totals to take a mean of."
            self.reader.findings.error("does_not_fit", self._path(head, ROLLUP), message, "Add [[indicator]].")
            return []
        found: list[SchemeModel] = []
        for rolled in Rollups(self.reader, self.resolved, self._path(head, ROLLUP)).read(rows, head):
            findings = Findings()
            model = _SchemeReader(rolled.resolved, Reader(findings, self.reader.vocabulary), rolled.spec.of).read()
            self.reader.findings.take(findings, rolled.home)
            if model is not None:
                found.append(model)
        return found

    def read(self) -> SchemeModel | None:
        """The model; None or a part of it where there are errors."""
        reader = self.reader
        self._add_given()
        raw = self.resolved.table
        head = reader.table(SchemeModel, raw, (), "a scheme", SECTIONS)
        assert head is not None
        self._check_head(head)
        taken = reserved(reader.vocabulary, adjusting="adjustments" in head.sections)
        rows = {name: self._rows(head, name) for name in ROWS}
        facts = read_facts(reader, *self._section(head, "facts"), taken, known_raters(rows["rater"]))
        others = {"a fact": facts.named}
        params = read_params(reader, *self._section(head, "params"), taken, others)
        others["a parameter"] = params.nodes
        seasons = read_seasons(reader, *self._section(head, "seasons"), taken, others)
        self._check_seasons(head, _monthly(head))
        totals, graded = "indicator" in head.sections, "grade" in head.sections
        names = self._named(head, facts, params, seasons, rows["indicator"])
        reader.expressions = Expressions(evolve(names, pays=frozenset(_ids(rows["pay"]))))
        raters = read_raters(reader, rows["rater"], self._path(head, "rater"))
        providers = read_providers(reader, *self._section(head, "providers"), raw)
        groups = self._groups(head, rows["group"], rows["indicator"])
        known = {"parameter": params.nodes, "season": seasons.nodes}
        grouped = None if groups is None else list(_ids(rows["group"]))
        lines = self._lines(head, facts, known, taken, raters, grouped).read(
            rows["indicator"], self._path(head, "indicator")
        )
        outcomes = Outcomes(reader, facts.specs, totals, graded)
        grade = outcomes.grade(*self._section(head, "grade")) if graded else None
        adjusting = "adjustments" in head.sections
        adjustments = outcomes.adjustments(*self._section(head, "adjustments")) if adjusting else None
        gates = outcomes.gates(rows["gate"], self._path(head, "gate"))
        pay = outcomes.pay(rows["pay"], self._path(head, "pay"))
        ladder = None
        if "ladder" in head.sections:
            self._check_alone(head)
            ladder = Ladders(reader, facts.specs, facts.nodes, params.nodes, taken).read(*self._section(head, "ladder"))
        appraisal = self._appraisal(head)
        self._check_purpose(head)
        rollups = self._rollups(head)
        if reader.findings.errors:
            return None
        head.values |= {
            "facts": facts.specs,
            "params": params.specs,
            "providers": providers,
            "raters": tuple(raters),
            "rated_facts": facts.rated,
            "seasons": seasons.specs,
            "groups": _seen(lines) if groups is None else tuple(groups),
            "indicators": tuple(lines),
            "gates": tuple(gates),
            "grade": grade,
            "adjustments": adjustments,
            "pay": tuple(pay),
            "ladder": ladder,
            "rollups": tuple(rollups),
            "shorter": self.shorter,
            "appraisal": appraisal,
        }
        model: SchemeModel | None = head.build(reader.findings)
        return model

    def _lines(
        self,
        head: Read,
        facts: Section[FactSpec],
        known: Mapping[str, Mapping[str, Node]],
        taken: Mapping[str, str],
        raters: Sequence[RaterSpec],
        groups: list[str] | None,
    ) -> Lines:
        """The reader of the indicators."""
        return Lines(
            self.reader,
            facts,
            known,
            taken,
            {rater.id: rater for rater in raters},
            groups,
            percent=head.get("rules_award") == "percent",
            mean=head.get("total") == "mean",
            taken_from=self.resolved.taken,
            lost=self.resolved.lost,
        )

    def _named(
        self,
        head: Read,
        facts: Section[FactSpec],
        params: Section[ParamSpec],
        seasons: Section[SeasonSpec],
        lines: Sequence[Any],
    ) -> Names:
        """What the formulas of the scheme may use."""
        return Names(
            facts.nodes,
            params.nodes,
            list(_ids(lines)),
            self.reader.vocabulary.functions,
            monthly=_monthly(head),
            totals="indicator" in head.sections,
            graded="grade" in head.sections,
            unsure=frozenset(facts.unsure | params.unsure | seasons.unsure),
            lost=facts.lost or params.lost or seasons.lost or bool(self.resolved.lost),
            unmeasured=unmeasured(lines, facts, self.reader.vocabulary),
            rated=facts.rated,
            seasons=seasons.nodes,
        )

    def _check_head(self, head: Read) -> None:
        findings = self.reader.findings
        name, version, least = head.get("id"), head.get("version"), head.get("least_counted")
        if name is not None and (not SCHEME_ID.fullmatch(name) or len(name) > LONGEST_NAME):
            hint = "Small letters, digits and -, in parts with / between: 'shop/agent-indicators'."
            findings.error("bad_id", head.at("id"), "This can not be the id of a scheme.", hint)
        if version is not None and (not VERSION.fullmatch(version) or len(version) > LONGEST_NAME):
            hint = "Letters, digits, points and -, such as '2016.1'."
            findings.error("bad_id", head.at("version"), "This can not be the name of a version.", hint)
        if least is not None and not 0 <= least <= 1:
            hint = "0 to 1 are possible; half is 0.5."
            findings.error("bad_value", head.at("least_counted"), f"'least_counted' is {least}.", hint)
        if head.get("rank") is not None and "indicator" not in head.sections:
            hint = "Add [[indicator]], or leave it away."
            findings.error("does_not_fit", head.at("rank"), "There is no total to rank people by.", hint)
        check_places(self.reader, head)

    def _check_seasons(self, head: Read, monthly: bool) -> None:
        """A longer period lies in several months, so it is in no season."""
        if "seasons" in head.sections and not monthly:
            message = "Only a scheme of days or months has seasons."
            hint = "Leave [seasons] away, or write a scheme of months."
            self.reader.findings.error("does_not_fit", self._path(head, "seasons"), message, hint)

    def _check_alone(self, head: Read) -> None:
        """A ladder scores nothing else, and its periods are cycles."""
        for section in ("indicator", "gate", "grade", "adjustments", "pay"):
            if section in head.sections:
                message = f"A scheme with a ladder has no [{section}]."
                hint = "Write the ladder as a scheme of its own, and give it the other's results as figures."
                self.reader.findings.error("does_not_fit", self._path(head, section), message, hint)
        if head.get("occasions"):
            message = "A cycle of a ladder has no occasion."
            self.reader.findings.error("does_not_fit", head.at("occasions"), message, "Leave it away.")
        if head.get("periods", ("cycle",)) != ("cycle",):
            message = "A scheme with a ladder scores cycles."
            self.reader.findings.error("does_not_fit", head.at("periods"), message, 'Write periods = ["cycle"].')

    def _appraisal(self, head: Read) -> AppraisalSpec | None:
        """When the appraisal is held; None where the scheme does not say, or says it wrongly."""
        if "appraisal" not in head.sections:
            return None
        read = self.reader.table(AppraisalSpec, *self._section(head, "appraisal"), "[appraisal]")
        if read is None:
            return None
        for name, least, most in (("day", 1, 31), ("months_after", 0, MOST_MONTHS_AFTER)):
            given = read.get(name)
            if given is not None and not least <= given <= most:
                hint = f"{least} to {most} are possible."
                self.reader.findings.error("bad_value", read.at(name), f"'{name}' is {given}.", hint)
                read.bad.add(name)
        found: AppraisalSpec | None = read.build(self.reader.findings)
        return found

    def _check_purpose(self, head: Read) -> None:
        """A scheme that scores nothing is a mistake, unless another mistake is the reason."""
        if not self.reader.findings.errors and not {"indicator", "pay", "gate", "ladder"} & set(head.sections):
            message = "The scheme has neither indicators nor pay nor a ladder."
            self.reader.findings.error("empty", (), message, "Add [[indicator]], [[pay]] or [ladder].")

    def _path(self, head: Read, section: str) -> tuple[str]:
        return (head.sections.get(section, section),)

    def _section(self, head: Read, section: str) -> tuple[object, tuple[str]]:
        path = self._path(head, section)
        return self.resolved.table.get(path[0], {}), path

    def _rows(self, head: Read, section: str) -> list[Any]:
        """The rows of a list of tables; an empty list where it is none."""
        raw, path = self._section(head, section)
        if section not in head.sections:
            return []
        message, hint = "", ""
        if not isinstance(raw, list):
            message = scalar.wrong(raw, "a list of tables").message
            hint = f"Write [[{section}]] with two brackets, once for each."
        elif not raw:
            message, hint = "The list is empty.", f"Write [[{section}]], once for each, or leave it away."
        elif len(raw) > MOST_ROWS:
            message = f"There are {len(raw)} rows; at most {MOST_ROWS} are read."
        if message:
            self.reader.findings.error("wrong_type", path, message, hint)
            return []
        assert isinstance(raw, list)
        return raw

    def _groups(self, head: Read, rows: Sequence[object], lines: Sequence[Any]) -> list[GroupSpec] | None:
        """The declared groups, None where none are declared; `lines` are the rows of indicators."""
        if "group" not in head.sections or not rows:
            return None
        path = self._path(head, "group")
        reads = [self.reader.table(GroupSpec, row, (*path, place), "a group") for place, row in enumerate(rows)]
        check_ids(self.reader, reads, {}, {})
        for read in reads:
            if read is not None and read.get("id") is not None and read.get("only_if") is not None:
                inside = _ids([row for row in lines if isinstance(row, dict) and row.get("group") == read.get("id")])
                self._check_condition(read, inside)
        return [group for read in reads if read is not None and (group := read.build(self.reader.findings)) is not None]

    def _check_condition(self, group: Read, inside: Collection[str]) -> None:
        """The condition of a group is asked before any of its indicators is scored."""
        named = references(group.values["only_if"].node)
        own = next((name for name in (cell.partition(".")[0] for cell in named) if name in inside), None)
        if own is not None:
            message = f"{quoted(own)} stands in the group itself, so its points can not be asked before the condition."
            hint = "Ask its facts, or an indicator of another group."
            self.reader.findings.error("circular", group.at("only_if"), message, hint)
            group.bad.add("only_if")


def _ids(rows: Sequence[Any]) -> dict[str, None]:
    """The ids of rows, also of those that can not be read otherwise."""
    names = [row.get("id") for row in rows if isinstance(row, dict)]
    return {name: None for name in names if isinstance(name, str) and len(name) <= scalar.LONGEST_ID}


def _monthly(head: Read) -> bool:
    """Whether every period of the scheme has a month."""
    return set(head.get("periods", ())) <= {"day", "month"}


def _seen(lines: Sequence[IndicatorSpec]) -> tuple[GroupSpec, ...]:
    """Groups that nobody declared, in the order in which indicators name them."""
    names = dict.fromkeys(line.group for line in lines if line.group)
    return tuple(GroupSpec(id=name) for name in names)
