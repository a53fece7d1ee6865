from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from kpicore.errors import DataError
from kpicore.io.output import placed
from kpicore.io.tablefile import write_parquet

FRAME = pl.DataFrame({"x": [1, 2], "word": ["a", None]})


def test_tables_that_are_made_while_they_are_written(tmp_path: Path) -> None:
    with placed(tmp_path / "a.parquet") as handle:
        write_parquet(iter([FRAME, FRAME.reverse()]), FRAME.schema, handle, 3)
    assert pl.read_parquet(tmp_path / "a.parquet").equals(pl.concat([FRAME, FRAME.reverse()]))


def test_what_goes_wrong_while_they_are_made_comes_out_as_it_is(tmp_path: Path) -> None:
    def frames() -> Iterator[pl.DataFrame]:
        yield FRAME
        raise DataError("The rest can not be read.")

    with pytest.raises(DataError, match="The rest can not be read"), placed(tmp_path / "a.parquet") as handle:
        write_parquet(frames(), FRAME.schema, handle, 3)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_no_error_of_polars() -> None:
    long = pl.DataFrame({"x": range(100_000), "word": None}, schema=FRAME.schema)
    for frames in ([long] * 20, [FRAME]):
        with pytest.raises(OSError, match=r"transport|space left"), Path("/dev/full").open("wb") as handle:
            write_parquet(iter(frames), FRAME.schema, handle, 100_000)
