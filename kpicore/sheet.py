"""A scheme's model to its sheet of cells. What indicators, gates, grades and pay mean is said here, once.

Besides the cells of a result (see `kpicore.model.Sheet`) a sheet has cells that only formulas use:
`<indicator>.awarded` (the points before a policy settles what is absent), `scored_sum` (the sum of the scores,
absent where one is), `marks` (the total before it is known whether the person is complete; where items change it,
`own_marks` is that before the items, see `kpicore.adjustment`), `graded` (the grade
before gates), `final` (its place after gates), `earned.<id>` (pay before eligibility), `complete`, `ineligible`, and
those of `kpicore.crossing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from kpicore.adjustment import ITEMS, ITEMS_FACT, OWN, adjustment_cells
from kpicore.cells import references
from kpicore.crossing import with_counted
from kpicore.curve import Curve, OnCurve
from kpicore.decimals import rounded
from kpicore.errors import FormulaError, SchemeError
from kpicore.figure import KINDS
from kpicore.form import Formula, forms
from kpicore.formula.node import (
    ANY_ABSENCE,
    HUNDRED,
    ZERO,
    Absence,
    Absent,
    Across,
    Choose,
    Compare,
    Every,
    Extreme,
    Flag,
    Instead,
    Is,
    Label,
    Lookup,
    Node,
    Not,
    Num,
    Portion,
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
from kpicore.ladder import ladder_cells, ladder_facts
from kpicore.model import BandedAmount, Cell, GateSpec, IndicatorSpec, MeasurePolicy, PaySpec, SchemeModel, Sheet
from kpicore.problem import Problem
from kpicore.protocols import Frame, Measured, MeasuringRule, Rule
from kpicore.rating import measure_cell, rated_cells, rated_points, remark_cells
from kpicore.rules.band import on_bands, on_tiers

MONEY_PLACES = 2
_NOT_LEFT_OUT = ANY_ABSENCE & ~Absence.LEFT_OUT


def frame_of(model: SchemeModel, line: IndicatorSpec) -> Frame:
    """What the rule of an indicator knows of it."""
    own = measured_of(line)
    kind = line.kind or (own.kind if own is not None else "number")
    places = line.places if line.places is not None else KINDS[kind].places
    full = HUNDRED if weighs(model) else weight_of(model, line)
    return Frame(full, kind, places, line.better, line.levels)


def weighs(model: SchemeModel) -> bool:
    """Whether a weight makes the score of points that are the same for every weight; else points are the score.

    So in a mean, where the only weight that there can be is the 0 of what is shown and not scored.
    """
    return model.rules_award == "percent" or model.total == "mean"


def weight_of(model: SchemeModel, line: IndicatorSpec) -> Node:
    """The weight; without one the full marks of the rule's own, or 100 where the scheme's total is a mean."""
    if line.weight is not None:
        return line.weight
    own = measured_of(line)
    return HUNDRED if model.total == "mean" or own is None or own.full is None else own.full


def measured_of(line: IndicatorSpec) -> Measured | None:
    """What the rule measures by itself, None where the indicator has a measure or none at all."""
    return line.rule.measured() if isinstance(line.rule, MeasuringRule) else None


def rule_curve(model: SchemeModel, line: IndicatorSpec, measure: Node, rule: Rule | None = None) -> Curve | None:
    """The curve of a measure that an indicator's rule is (or another one, of a rater); None where it is none."""
    node = (line.rule if rule is None else rule).lower(measure, frame_of(model, line))
    return node.curve if isinstance(node, OnCurve) and node.arg == measure else None


def items_of(rule: object) -> tuple[Formula, ...]:
    """The items of a rule that is a list of conditions, each answered by itself; none of any other rule."""
    lists = [name for name, (form, _) in forms(type(rule)).items() if form.name == "formulas"]
    return tuple(item for name in lists for item in getattr(rule, name))


def only_if_of(model: SchemeModel, line: IndicatorSpec) -> Node | None:
    """The condition without which an indicator has 0 points: its group's and its own; None where there is neither."""
    group = model.group_of(line)
    asked = [of.only_if.node for of in (group, line) if of is not None and of.only_if is not None]
    return Every(tuple(asked)) if len(asked) > 1 else asked[0] if asked else None


def build_sheet(model: SchemeModel) -> Sheet:
    """The cells of a scheme, each after those that it needs; raises SchemeError where cells need each other."""
    if model.ladder is not None:
        steps = {cell.name: cell for cell in ladder_cells(model.ladder)}
        return Sheet(model, ordered(with_counted(ordered(steps))), ladder_facts(model.ladder))
    cells: dict[str, Cell] = {}
    problems: list[Problem] = []
    for line in model.indicators:
        try:
            cells.update((cell.name, cell) for cell in _indicator(model, line))
        except FormulaError as error:
            problems.append(Problem("bad_rule", error.sentence, key=f"indicator.{line.id}.rule", hint=error.hint))
    if problems:
        raise SchemeError(problems)
    may_lack = frozenset(line.id for line in model.indicators if _leaves_out(cells, line))
    for part in (_totals(model, may_lack), _gates(model), _grade(model), _pay(model), _outcome(model)):
        cells.update((cell.name, cell) for cell in part)
    own_cycle = bool({"day", "month"} & set(model.periods))
    given = {} if model.adjustments is None else {ITEMS: ITEMS_FACT}
    return Sheet(model, ordered(with_counted(ordered(cells, own_cycle)), own_cycle), given, may_lack)


def _settled(node: Node, policy: MeasurePolicy, absence: Absence, full: Node) -> Node:
    if policy == "incomplete":
        return node
    other = {"zero": ZERO, "full": full, "leave_out": Absent(Absence.LEFT_OUT)}[policy]
    return Instead(node, absence, other)


def _indicator(model: SchemeModel, line: IndicatorSpec) -> Iterator[Cell]:
    frame = frame_of(model, line)
    weight = weight_of(model, line)
    full_marks = Round(weight, model.places)
    yield Cell(f"{line.id}.full_marks", full_marks, model.places)
    measure: Node = ZERO
    if line.by_points:
        yield from rated_cells(line, frame)
    elif (cell := measure_cell(line.id, line, frame)) is not None:
        yield cell
        measure = Ref(cell.name, cell.type)
    raw = rated_points(line, frame) if line.by_points else line.rule.lower(measure, frame)
    if raw.type != "number":
        raise FormulaError(f"The rule gives {raw.type}, not points.")
    only_if = only_if_of(model, line)
    if only_if is not None:
        raw = Choose(only_if, raw, ZERO)
    yield Cell(f"{line.id}.awarded", Round(raw, model.places), model.places)
    full = Round(frame.full, model.places)
    points = _settled(Ref(f"{line.id}.awarded"), line.when_undefined, Absence.UNDEFINED, full)
    points = _settled(points, line.when_missing, Absence.MISSING, full)
    if line.counts_when is not None:
        points = Choose(line.counts_when.node, points, Absent(Absence.LEFT_OUT))
    yield Cell(f"{line.id}.points", points, model.places)
    score: Node = Ref(f"{line.id}.points")
    if weighs(model) and weight != HUNDRED:
        score = Round(Quotient(Product((score, weight)), HUNDRED), model.places)
    elif not isinstance(weight, Num):
        # Marks stand by themselves; but without its weight an indicator can not be counted.
        marks = Ref(f"{line.id}.full_marks")
        score = Choose(Is(marks, ANY_ABSENCE), marks, score)
    yield Cell(f"{line.id}.score", score, model.places)
    yield from remark_cells(model, line, frame)


def _leaves_out(cells: Mapping[str, Cell], line: IndicatorSpec) -> bool:
    """Whether the indicator can be left out, by itself or with another that it rests on."""
    waiting, seen = [f"{line.id}.score"], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in cells:
            continue
        seen.add(name)
        node = cells[name].node
        if any(isinstance(part, Absent) and part.absence is Absence.LEFT_OUT for part in walk(node)):
            return True
        waiting += references(node)
    return False


def _totals(model: SchemeModel, may_lack: frozenset[str]) -> Iterator[Cell]:
    if not model.indicators:
        return
    scores = [Ref(f"{line.id}.score") for line in model.indicators]
    fulls = [Ref(f"{line.id}.full_marks") for line in model.indicators]
    places = model.places
    for group in model.groups:
        inside = [Ref(f"{line.id}.score") for line in model.indicators if line.group == group.id]
        yield Cell(f"group.{group.id}", Sum(tuple(Instead(score, ANY_ABSENCE, ZERO) for score in inside)), places)
    yield Cell("sum", Sum(tuple(Instead(score, ANY_ABSENCE, ZERO) for score in scores)), places)
    counted = tuple(Choose(Is(score, ANY_ABSENCE), ZERO, full) for score, full in zip(scores, fulls, strict=True))
    yield Cell("counted_marks", Sum(counted), places)
    yield Cell("all_marks", Sum(tuple(fulls)), places)
    yield Cell("full_marks", Ref("all_marks") if model.total == "sum" else HUNDRED, places)
    total: Node = Sum(
        tuple(
            Instead(score, Absence.LEFT_OUT, ZERO) if line.id in may_lack else score
            for line, score in zip(model.indicators, scores, strict=True)
        )
    )
    yield Cell("scored_sum", total, places)
    total = Ref("scored_sum")
    if may_lack or model.total != "sum":
        total = Round(Quotient(Product((total, Ref("full_marks"))), Ref("counted_marks")), places)
    if may_lack:
        least = Product((number(model.least_counted), Ref("all_marks")))
        total = Choose(Compare(">=", Ref("counted_marks"), least), total, Absent(Absence.MISSING))
    yield Cell("marks" if model.adjustments is None else OWN, total, places)
    if model.adjustments is not None:
        yield from adjustment_cells(model.adjustments, places)


def _failed(gate: GateSpec) -> Node:
    return Not(Instead(Ref(f"gate.{gate.id}", "flag"), Absence.LEFT_OUT, Flag(True)))


def _gates(model: SchemeModel) -> Iterator[Cell]:
    for gate in model.gates:
        yield Cell(f"gate.{gate.id}", for_gates(gate.require.node))


def _attained(model: SchemeModel, line: IndicatorSpec) -> Node:
    """What an indicator reached, in percent; left out where it has no full marks to compare with."""
    marks, weight = Ref(f"{line.id}.full_marks"), weight_of(model, line)
    if model.rules_award == "percent":
        reached: Node = Ref(f"{line.id}.points")
        if isinstance(weight, Num) and rounded(weight.value.numerator, weight.value.denominator, model.places):
            return reached
    else:
        reached = Quotient(Product((Ref(f"{line.id}.score"), HUNDRED)), marks)
    return Choose(Compare("==", marks, ZERO), Absent(Absence.LEFT_OUT), reached)


def _grade(model: SchemeModel) -> Iterator[Cell]:
    if model.grade is None:
        return
    grades = model.grade.grades
    if model.grade.by == "lowest":
        attained = tuple(_attained(model, line) for line in model.indicators)
        judged: Node = Extreme("least", attained, Absence.LEFT_OUT)
    elif model.grade.by == "heads":
        # The place shared by equals, over all heads: so equals share the better grade.
        within = model.grade.within
        judged = Quotient(Across("rank_high", Ref("marks"), within), Across("count", Ref("marks"), within))
    else:
        judged = Ref("marks")
    bands = model.grade.bands
    place = on_bands(judged, bands, [number(grades.index(band.grade)) for band in bands])
    yield Cell("graded_at", place, 0)
    yield Cell("graded", Label(Ref("graded_at"), grades))
    steps = [Choose(_failed(gate), number(gate.effect.lower_by), ZERO) for gate in model.gates if gate.effect.lower_by]
    caps = [
        Choose(_failed(gate), number(grades.index(gate.effect.grade)), ZERO)
        for gate in model.gates
        if gate.effect.grade is not None
    ]
    final: Node = Ref("graded_at")
    if steps:
        final = Extreme("least", (number(len(grades) - 1), Sum((final, *steps))))
    if caps:
        final = Extreme("greatest", (final, *caps))
    yield Cell("final", final, 0)
    yield Cell("final_grade", Label(Ref("final"), grades))


def for_gates(node: Node) -> Node:
    """A gate's formula as the sheet reckons it: it may not be passed or failed by a sum that lacks a score."""
    return replace(node, lambda part: Ref("scored_sum") if part == Ref("sum") else None)


def for_pay(node: Node) -> Node:
    """A formula of pay as the sheet reckons it: it sees the grade after the gates, and no sum that lacks a score."""
    return replace(for_gates(node), lambda part: Ref("final_grade", "text") if part == Ref("graded", "text") else None)


def _pay(model: SchemeModel) -> Iterator[Cell]:
    for element in model.pay:
        earned = _earned(element)
        if element.pool is not None:
            weight = Choose(Ref("ineligible", "flag"), ZERO, Extreme("greatest", (ZERO, earned)))
            earned = Portion(for_pay(element.pool.node), weight, element.within, MONEY_PLACES)
        yield Cell(f"earned.{element.id}", Round(earned, MONEY_PLACES), MONEY_PLACES)


def _earned(element: PaySpec) -> Node:
    amount = element.amount
    if not isinstance(amount, BandedAmount):
        node = amount.node
    elif amount.amounts:
        node = Lookup(amount.by.node, amount.amounts)
    elif amount.tiers:
        node = on_tiers(amount.by.node, amount.tiers)
    else:
        node = on_bands(amount.by.node, amount.bands, [band.amount for band in amount.bands])
    if element.when is not None:
        # A condition on what is left out is not asked, as in a gate.
        node = Choose(Instead(element.when.node, Absence.LEFT_OUT, Flag(True)), node, ZERO)
    return for_pay(node)


def _needed(model: SchemeModel) -> Iterator[Node]:
    """A condition for each thing without which the person is incomplete."""
    if model.indicators:
        yield Not(Is(Ref("marks"), ANY_ABSENCE))
    for gate in model.gates:
        yield Not(Is(Ref(f"gate.{gate.id}", "flag"), _NOT_LEFT_OUT))
    if model.grade is not None:
        yield Not(Is(Ref("final"), ANY_ABSENCE))
    for element in model.pay:
        yield Not(Is(Ref(f"earned.{element.id}"), ANY_ABSENCE))


def _published(node: Node, otherwise: Node) -> Node:
    return Choose(Ref("complete", "flag"), node, otherwise)


def _outcome(model: SchemeModel) -> Iterator[Cell]:
    yield Cell("complete", Every(tuple(_needed(model))))
    barred = tuple(_failed(gate) for gate in model.gates if gate.effect.ineligible)
    yield Cell("ineligible", Some(barred) if barred else Flag(False))
    status = Choose(Ref("ineligible", "flag"), Text("ineligible"), Text("scored"))
    yield Cell("status", _published(status, Text("incomplete")))
    unknown = Absent(Absence.MISSING)
    if model.indicators:
        yield Cell("total", _published(Ref("marks"), unknown), model.places)
    if model.rank is not None and model.indicators:
        yield Cell("rank", _published(Across("rank_high", Ref("marks"), model.rank), unknown), 0)
    if model.grade is not None:
        yield Cell("grade", _published(Ref("final_grade", "text"), evolve(unknown, type="text")))
    for element in model.pay:
        paid = Choose(Ref("ineligible", "flag"), ZERO, Ref(f"earned.{element.id}"))
        yield Cell(f"pay.{element.id}", _published(paid, unknown), MONEY_PLACES)
    if model.pay:
        yield Cell("pay_total", Sum(tuple(Ref(f"pay.{element.id}") for element in model.pay)), MONEY_PLACES)


def ordered(cells: Mapping[str, Cell], own_cycle: bool = False) -> Mapping[str, Cell]:
    """The cells, each after those that it needs; raises SchemeError with the circle where there is one.

    `own_cycle`: a period may be its own cycle, as a month's is, so that a look over it is one at the row itself.
    """
    done: dict[str, Cell] = {}
    for start in cells:
        path: list[str] = []
        open_: set[str] = set()
        waiting: list[tuple[str, Iterator[str]]] = [(start, iter((start,)))] if start not in done else []
        while waiting:
            owner, needed = waiting[-1]
            following = next(needed, None)
            if following is None:
                waiting.pop()
                if waiting:
                    done.setdefault(owner, cells[owner])
                    open_.discard(owner)
                    path.pop()
                continue
            if following in done:
                continue
            if following in open_:
                raise SchemeError([_circle([*path[path.index(following) :], following])])
            if following not in cells:
                raise SchemeError([Problem("unknown_cell", f"There is no cell '{following}'.", key=owner)])
            open_.add(following)
            path.append(following)
            waiting.append((following, iter(references(cells[following].node, own_cycle=own_cycle))))
    return done


def _circle(path: Iterable[str]) -> Problem:
    names = list(path)
    key = next((name for name in names if "." in name), names[0])
    line = key.partition(".")[0] if not key.startswith(("gate.", "earned.", "group.", "pay.")) else key
    return Problem(
        "circular",
        f"These need each other: {' -> '.join(names)}.",
        key=f"indicator.{line}" if line != key else key.replace("earned.", "pay."),
        hint="A formula may only use what can be known before it.",
    )
