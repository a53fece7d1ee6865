"""Parquet files of results have the same types, whichever reader made them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import kpicore
from kpicore.sample import sample_frame

from .conftest import Run


@pytest.mark.parametrize("ref", ["property/steward", "auto/body-shop-advisor"])
def test_both_readers_give_files_of_the_same_types(ref: str, run: Run, tmp_path: Path) -> None:
    """Also where nobody has a value in a column; tests/test_fileform.py does it for every scheme."""
    figures = sample_frame(kpicore.load().scheme(ref).newest, people=4, months=1, seed=1, blanks=0.5)
    figures.write_parquet(tmp_path / "in.parquet")
    found = {}
    for engine in ("exact", "columnar"):
        target = tmp_path / f"{engine}.parquet"
        result = run("score", ref, str(tmp_path / "in.parquet"), "-o", str(target), "--engine", engine)
        assert result.exit_code in (0, 3), result.stderr
        found[engine] = pl.read_parquet(target)
    exact = found["exact"]
    columnar = found["columnar"].select(exact.columns)
    assert columnar.schema == exact.schema and columnar.equals(exact)
