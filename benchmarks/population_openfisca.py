"""OpenFisca by hand: a small tax-benefit system whose persons are the employees; float32, as OpenFisca stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.model_api import MONTH, Variable
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from population_contestant import Contestant
from population_numpy import Arrays, measured, placed, rounded, scored
from population_sheets import PERIOD, Gates, Line, Sheet

Formula = Callable[[Any, Any], Any]


class ByHand(Contestant):
    """A variable for each figure, measure and score; formulas with numpy, as OpenFisca's are."""

    name = "OpenFisca by hand"
    how = "a variable for each figure, measure and score; float32 as it comes; one thread; teams are whole numbers"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._system = _system(self.sheet)

    def ready(self, people: pl.DataFrame) -> Arrays:
        """An array a figure."""
        facts = {name: people[name].to_numpy() for name in people.columns[2:]}
        facts = {name: value.astype(_dtype(value)) for name, value in facts.items()}
        teams = people["team"].str.slice(1).cast(pl.Int64).to_numpy().astype(np.int32)
        return {"employee": people["employee"], "team": people["team"], "teams": teams, **facts}

    def score(self, given: Arrays) -> Arrays:
        """A simulation of everybody, and an array a column of results."""
        simulation = SimulationBuilder().build_default_simulation(self._system, count=len(given["employee"]))
        for name, values in given.items():
            if name not in ("employee", "team"):
                simulation.set_input(name, PERIOD, values)
        found: Arrays = {"employee": given["employee"], "team": given["team"]}
        for name in self.columns[2:]:
            found[name] = simulation.calculate(_plain(name), PERIOD)
        found["grade"] = np.array(self.sheet.letters)[found["grade"]]
        if self.sheet.gates is not None:
            found["status"] = np.where(found["status"], "ineligible", "scored")
        return found

    def frame(self, got: Arrays) -> pl.DataFrame:
        """A column an array."""
        return pl.DataFrame(got)


class _Seen(dict[str, Any]):
    """The figures of a population by name, as the formulas of numpy look them up."""

    def __init__(self, person: Any, period: Any) -> None:
        super().__init__()
        self._person, self._period = person, period

    def __missing__(self, name: str) -> Any:
        return self._person(_plain(name), self._period)


def _plain(name: str) -> str:
    return name.replace(".", "__")


def _dtype(values: Any) -> Any:
    return {"f": np.float32, "i": np.int32, "b": np.bool_}[values.dtype.kind]


def _system(sheet: Sheet) -> Any:
    person = build_entity(key="person", plural="persons", label="Employee", is_person=True)
    system = TaxBenefitSystem([person])

    def add(name: str, type_: type, formula: Formula | None = None) -> None:
        inside: dict[str, Any] = {"value_type": type_, "entity": person, "definition_period": MONTH, "label": name}
        if formula is not None:
            inside["formula"] = formula
        system.add_variable(type(_plain(name), (Variable,), inside))

    for name, type_ in _facts(sheet):
        add(name, type_)
    for line in sheet.lines:
        if line.measure is not None:
            add(f"{line.name}.measure", float, _measure(line))
        add(f"{line.name}.score", float, _score(line))
    add("total", float, _total(sheet))
    if sheet.gates is None:
        add("grade", int, _place(sheet))
    else:
        add("before_gates", int, _place(sheet))
        for name, type_ in (("grade", int), ("rank", int), ("status", bool), ("pay_total", float)):
            add(name, type_, _gated(sheet, sheet.gates, name))
    return system


def _facts(sheet: Sheet) -> list[tuple[str, type]]:
    """Names and types of the figures, from two people."""
    from population_people import frame

    kinds = {pl.Int64: int, pl.Float64: float, pl.Boolean: bool}
    columns = frame(sheet.name, 2, 0).schema.items()
    return [
        ("teams", int),
        *((name, kinds[type(dtype)]) for name, dtype in columns if name not in ("employee", "team")),
    ]


def _measure(line: Line) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        assert line.measure is not None
        return measured(line.measure, line.places, _Seen(person, period))

    return formula


def _score(line: Line) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        seen = _Seen(person, period)
        measure: Any = None if line.measure is None else seen[f"{line.name}.measure"]
        return scored(line, measure, seen)

    return formula


def _total(sheet: Sheet) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        seen = _Seen(person, period)
        return rounded(sum(seen[f"{line.name}.score"] for line in sheet.lines), 2)

    return formula


def _place(sheet: Sheet) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        total = person("total", period)
        return np.select([total >= float(end) for end, _ in sheet.grades], range(len(sheet.grades)), len(sheet.grades))

    return formula


def _gated(sheet: Sheet, gates: Gates, name: str) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        seen = _Seen(person, period)
        if name == "grade":
            failed = (seen[gates.breaches] != 0) | (seen[f"{gates.survey}.score"] < float(gates.least_survey))
            return np.minimum(seen["before_gates"] + failed, len(sheet.letters) - 1)
        if name == "rank":
            return placed(-seen["total"], seen["teams"])
        if name == "status":
            return seen[gates.discounts] > float(gates.most_discounts) * seen[gates.sales]
        pay = np.array([float(gates.pay[letter]) for letter in sheet.letters])
        return np.where(seen["status"], 0.0, pay[seen["grade"]])

    return formula
