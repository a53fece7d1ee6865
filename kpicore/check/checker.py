"""`check_scheme`: all checks of every version of a scheme, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from kpicore.check.bands import grade_findings, indicator_findings
from kpicore.check.finding import Finding
from kpicore.check.ground import Ground, Row, Rows, Told
from kpicore.check.hold import condition_findings, ladder_findings
from kpicore.check.pay import pay_findings
from kpicore.check.reach import reach_findings
from kpicore.check.whole import unused_findings, whole_findings
from kpicore.problem import Place, Problem
from kpicore.schemefile import FileScheme

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
    from kpicore.version import Version

PEOPLE, PERIODS, SEED = 120, 2, 1
"""The made-up people who are tried where a proof fails."""
_ORDER = ("error", "warning", "note")


@frozen
class Checked:
    """What was found in a version of a scheme, the gravest first, each in the order of the scheme."""

    id: str
    version: str
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether there are no errors."""
        return not any(finding.severity == "error" for finding in self.findings)


def check_scheme(scheme: LoadedScheme) -> list[Checked]:
    """Every version of a scheme (or the one that it is fixed to), checked. Raises SchemeError and PluginError."""
    versions = scheme.among()
    found = [_checked(scheme, version) for version in versions]
    begun: dict[object, str] = {}
    for place, version in enumerate(versions):
        first = begun.setdefault(version.effective, version.version)
        if first != version.version:
            again = Finding(
                "versions", "effective", {"first": first, "second": version.version}, str(version.effective)
            )
            found[place] = evolve(found[place], findings=(_placed(version, again), *found[place].findings))
    return found


def _checked(scheme: LoadedScheme, version: Version) -> Checked:
    grounds: list[Ground] = []
    kinds: dict[str, Ground] = {}
    for view in version.sheets:
        ground = _ground(scheme, version, view, kinds.get(view.model.shorter))
        kinds |= dict.fromkeys(view.model.periods, ground)
        grounds.append(ground)
    findings = [finding for ground in grounds for finding in _of_longer(ground, _findings(ground))]
    findings += unused_findings(grounds)
    unique: dict[tuple[str, str, str], Finding] = {}
    for each in findings:  # of a scheme and of its longer periods
        unique.setdefault((each.code, each.key, repr(each.values)), each)
    ordered = sorted(unique.values(), key=lambda each: _ORDER.index(each.severity))
    return Checked(version.id, version.version, tuple(_placed(version, each) for each in ordered))


def _findings(ground: Ground) -> Iterator[Finding]:
    for line in ground.model.indicators:
        yield from indicator_findings(ground, line)
    yield from grade_findings(ground)
    for element in ground.model.pay:
        yield from pay_findings(ground, element)
    yield from condition_findings(ground)
    yield from ladder_findings(ground)
    yield from reach_findings(ground)
    yield from whole_findings(ground)


def _of_longer(ground: Ground, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings of a longer period's sheet, with the keys by which files name its parts."""
    if ground.shorter is None:
        yield from findings
        return
    mean = ground.model.indicators[0].id
    said = ground.content.get("rollup")
    rows = {row.get("id"): row for row in said} if isinstance(said, list) else {}
    own = {"total", *rows.get(mean, ())}
    for finding in findings:
        head, _, rest = finding.key.partition(".")
        if head == "indicator" and (rest == mean or rest.startswith(f"{mean}.")):
            yield evolve(finding, key=f"rollup.{rest}")
        elif head.partition("[")[0] in own:
            yield evolve(finding, key=f"rollup.{mean}.{finding.key}")
        else:
            yield finding


def _ground(scheme: LoadedScheme, version: Version, view: Version, shorter: Ground | None) -> Ground:
    return Ground(view.sheet(), partial(_made, scheme, version, view), version.content(), shorter)


def _made(scheme: LoadedScheme, version: Version, view: Version) -> Rows:
    """Results of made-up people; none of a ladder, nor of longer periods, which are made of others' results."""
    if view is not version or version.model.ladder is not None:
        return ()
    from kpicore.sample import sample_frame

    figures = sample_frame(version, people=PEOPLE, months=PERIODS, seed=SEED, blanks=0.0)
    run = scheme.fixed(version.version).score_many(figures.to_dicts())
    return [dict(result.flat()) for result in run]


def _placed(version: Version, finding: Finding) -> Finding:
    """The finding with the file and line of its key, and the lines of the rows that it names."""
    scheme = version.scheme
    if not isinstance(scheme, FileScheme):
        return finding

    def place(key: str) -> Place:
        return scheme.placed(Problem(finding.code, "", key=key)).place

    def lined(value: object) -> object:
        if isinstance(value, Row):
            return evolve(value, line=place(value.key).line)
        return evolve(value, values=changed(value.values)) if isinstance(value, Told) else value

    def changed(values: Mapping[str, object]) -> dict[str, object]:
        return {name: lined(value) for name, value in values.items()}

    return evolve(finding, place=place(finding.key), values=changed(finding.values))
