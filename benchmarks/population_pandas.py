"""pandas by hand: a frame in, a frame out; the columns are reckoned as by numpy, ranks by groupby."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from population_contestant import COMPRESSION, Contestant
from population_numpy import measured, rounded, scored
from population_sheets import Line, Rank


class ByHand(Contestant):
    """What a good engineer would write who has pandas and this one sheet."""

    name = "pandas by hand"
    how = "float64, np.select on columns, groupby for ranks, one thread"

    def ready(self, people: pl.DataFrame) -> Any:
        """A frame of pandas."""
        return people.to_pandas()

    def score(self, given: Any) -> Any:
        """Another one."""
        found: dict[str, Any] = {"employee": given["employee"], "team": given["team"]}
        for line in self.sheet.lines:
            if line.measure is not None:
                found[f"{line.name}.measure"] = measured(line.measure, line.places, given)
            found[f"{line.name}.score"] = _scored(line, found.get(f"{line.name}.measure"), given)
        found["total"] = total = rounded(sum(found[f"{line.name}.score"] for line in self.sheet.lines), 2)
        ends = sorted(float(end) for end, _ in self.sheet.grades)
        place = len(ends) - np.searchsorted(ends, total, side="right")
        gates, letters = self.sheet.gates, self.sheet.letters
        if gates is not None:
            failed = (given[gates.breaches] != 0) | (found[f"{gates.survey}.score"] < float(gates.least_survey))
            place = np.minimum(place + failed.to_numpy(), len(letters) - 1)
            barred = given[gates.discounts] > float(gates.most_discounts) * given[gates.sales]
            found["rank"] = _placed(pd.Series(total, given.index), given, lower=False)
            found["status"] = np.where(barred, "ineligible", "scored")
            pay = np.array([float(gates.pay[letter]) for letter in letters])
            found["pay_total"] = np.where(barred, 0.0, pay[place])
        found["grade"] = pd.Categorical.from_codes(place, letters)
        return pd.DataFrame({name: found[name] for name in self.columns})

    def frame(self, got: Any) -> pl.DataFrame:
        """The same in Polars."""
        return pl.from_pandas(got).with_columns(pl.col("grade").cast(pl.String))

    def file(self, source: Path, target: Path) -> None:
        """Read, scored, written."""
        self.score(pd.read_parquet(source)).to_parquet(target, compression=COMPRESSION, index=False)


def _scored(line: Line, measure: Any, given: Any) -> Any:
    if not isinstance(line.rule, Rank):
        return scored(line, measure, given)
    points = np.array([*map(float, line.rule.points), 0.0])
    place = _placed(measure, given, line.rule.lower).to_numpy().astype(np.int64)
    return points[np.minimum(place, len(points)) - 1]


def _placed(measure: Any, given: Any, lower: bool) -> Any:
    return measure.groupby(given["team"]).rank(method="min", ascending=lower)
