"""zen-engine by hand: one expression node that keeps all that is asked for, one person after another."""

from __future__ import annotations

from typing import Any

import polars as pl
import zen
import zen_rules
from population_contestant import Contestant
from population_sheets import Bands, Given, Line, Measure, Share

KEY = "sheet"


class ByHand(Contestant):
    """Rules in zen's language, which reckons in decimals and knows one person at a time."""

    name = "zen-engine by hand"
    how = "decimals, one expression node, a dict a person; one thread"
    most = 100_000
    sheets = ("agents",)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        nodes: dict[str, str] = {}
        for line in self.sheet.lines:
            assert line.measure is not None
            nodes[f"{line.name}_measure"] = _measure(line.measure, line.places)
            nodes[f"{line.name}_score"] = _score(line)
        nodes["total"] = " + ".join(f"$.{line.name}_score" for line in self.sheet.lines)
        grade = f"'{self.sheet.last}'"
        for end, label in reversed(self.sheet.grades):
            grade = f"($.total >= {end} ? '{label}' : {grade})"
        content = {KEY: zen_rules.chain(zen_rules.expressions("all", {**nodes, "grade": grade}))}
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
        self._kept = [_plain(name) for name in self.columns[2:]]

    def ready(self, people: pl.DataFrame) -> Any:
        """Names, and a dict a person."""
        return people.select("employee", "team"), people.drop("employee", "team").to_dicts()

    def score(self, given: Any) -> Any:
        """A dict a person."""
        names, people = given
        evaluate = self._engine.evaluate
        return names, [evaluate(KEY, person)["result"] for person in people]

    def frame(self, got: Any) -> pl.DataFrame:
        """A column a key."""
        names, results = got
        columns = [
            pl.Series(
                name, [result[key] for result in results], pl.String if name == "grade" else pl.Float64, strict=False
            )
            for name, key in zip(self.columns[2:], self._kept, strict=True)
        ]
        return pl.DataFrame([*names.get_columns(), *columns])


def _plain(name: str) -> str:
    return name.replace(".", "_")


def _measure(measure: Measure, places: int) -> str:
    if isinstance(measure, Given):
        return f"round({measure.fact}, {places})"
    if isinstance(measure, Share):
        return f"round({measure.top} / {measure.bottom}, {places})"
    top, bottom = f"{measure.sales} * {measure.shop_buyers}", f"{measure.buyers} * {measure.shop_sales}"
    return f"round(({top}) / ({bottom}), {places})"


def _score(line: Line) -> str:
    assert isinstance(line.rule, Bands)
    sign, found = "<=" if line.rule.lower else ">=", "0"
    for end, points in reversed(line.rule.rows):
        found = f"($.{line.name}_measure {sign} {end} ? {points} : {found})"
    return found
