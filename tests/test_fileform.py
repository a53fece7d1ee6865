"""Files of results hold texts as numbers of words, which nobody who reads them sees."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pyarrow
import pyarrow.parquet
import pytest

import kpicore
from kpicore.bulk import Asked, score_file
from kpicore.io.flatfile import ParquetWriter
from kpicore.io.protocol import WriteContext
from kpicore.io.tablefile import plain
from kpicore.loaded import LoadedScheme
from kpicore.params import read_settings
from kpicore.population.plan import places_of, whole_table
from kpicore.population.words import texts_of, words_of
from kpicore.sample import sample_frame

ROOT = Path(__file__).parents[1]
REGISTRY = kpicore.load()
BARE = sorted(str(path) for path in (ROOT / "examples").glob("*.toml") if not path.name.endswith(".cases.toml"))
SCHEMES = {ref: REGISTRY.scheme(ref) for ref in (*(entry.id for entry in REGISTRY.schemes()), *BARE)}
FLAT = [ref for ref, scheme in SCHEMES.items() if not scheme.climbs]


def written(scheme: LoadedScheme, figures: pl.DataFrame, folder: Path, asked: Asked = Asked()) -> Path:
    """The file of results of figures, made in pieces of 25 rows where nothing is looked at beyond a row."""
    figures.write_parquet(folder / "in.parquet")
    score_file(scheme, folder / "in.parquet", folder / "out.parquet", asked, piece=25)
    return folder / "out.parquet"


@pytest.mark.parametrize("ref", FLAT, ids=lambda ref: Path(ref).stem)
def test_a_file_has_the_texts_of_the_table(ref: str, tmp_path: Path) -> None:
    scheme = SCHEMES[ref]
    figures = sample_frame(scheme.newest, people=30, months=2, seed=11, blanks=0.1)
    file = written(scheme, figures, tmp_path)
    found, expected = pl.read_parquet(file), plain(scheme.score_table(figures).frame)
    assert found.schema == expected.schema and found.equals(expected)
    texts = [name for name, dtype in found.schema.items() if dtype == pl.String]
    held = pyarrow.parquet.read_schema(file)
    assert {str(held.field(name).type) for name in texts} == {"large_string"}
    told = duckdb.sql(f"select * from '{file}'").fetchall()
    assert [row[:5] for row in told] == [row[:5] for row in expected.rows()]


@pytest.mark.parametrize("ref", FLAT, ids=lambda ref: Path(ref).stem)
def test_no_result_has_a_text_that_was_not_foreseen(ref: str) -> None:
    version = SCHEMES[ref].newest
    sheet = version.sheet()
    figures = sample_frame(version, people=100, months=3, seed=5, blanks=0.1)
    frame = plain(SCHEMES[ref].score_table(figures).frame)
    foreseen = {made.name: words_of(sheet, made) for made in whole_table(sheet)}
    assert (foreseen["status"] is not None and foreseen.get("grade") is not None) or "grade" not in sheet.cells
    for name, words in foreseen.items():
        if words is not None and not version.views:
            assert set(frame[name].drop_nulls().to_list()) <= {*words}, name


@pytest.mark.parametrize(
    ("columns", "same"),
    [
        ({"name": ["A", "B"], "team": ["T1", None], "period": ["2024-03", "2024-04"]}, set()),
        ({"period": ["2024-03", "2024-03"]}, {"name", "team"}),
        ({"team": ["T1", "T2"]}, {"name", "period"}),
    ],
)
def test_keys_that_no_column_gives(columns: dict[str, list[str | None]], same: set[str], tmp_path: Path) -> None:
    """What a column of the figures says may differ from piece to piece, what none says can not."""
    from kpicore.fileform import FileForm

    scheme = REGISTRY.scheme("ecommerce/agent-indicators")
    figures = pl.DataFrame({"employee": ["E1", "E2"], **columns, "payers": [1, 2], "inquirers": [4, 4]})
    period = None if "period" in columns else "2024-03"
    first = scheme.score_table(figures, period=period).frame
    form = FileForm.of(scheme, figures.columns, first, Asked(period=period))
    assert {*form.same} == {*same, "occasion", "scheme", "version", "hash"}
    found = pl.read_parquet(written(scheme, figures, tmp_path, Asked(period=period)))
    assert found.equals(plain(first))


def test_parameters_of_a_team_give_other_hashes(tmp_path: Path) -> None:
    scheme = REGISTRY.scheme("ecommerce/agent-indicators")
    figures = sample_frame(scheme.newest, people=40, months=1, seed=3)
    team = figures["team"][0]
    text = f'["{scheme.id}".team."{team}".params]\ngrade_a = 99\n'
    known, problems = read_settings(text, scheme.joined_model)
    assert not problems
    file = written(scheme, figures, tmp_path, Asked(params=known))
    assert pl.read_parquet(file)["hash"].n_unique() == 2
    assert pl.read_parquet(file).equals(plain(scheme.score_table(figures, params=known).frame))


def test_a_text_that_is_given_can_be_any() -> None:
    sheet = REGISTRY.scheme("ecommerce/agent-indicators").newest.sheet()
    assert texts_of(sheet, "grade") == ("A", "B", "C", "D")
    assert set(texts_of(sheet, "status") or ()) >= {"scored", "incomplete"}


@pytest.mark.parametrize("ref", FLAT, ids=lambda ref: Path(ref).stem)
def test_both_readers_give_files_of_the_same_types(ref: str, tmp_path: Path) -> None:
    """Also where nobody has a value in a column."""
    scheme = SCHEMES[ref]
    figures = sample_frame(scheme.newest, people=4, months=1, seed=1, blanks=0.5)
    context = WriteContext(places=places_of(version.sheet() for version in scheme.among()))
    with (tmp_path / "exact.parquet").open("wb") as target:
        ParquetWriter().write(scheme.score_many(figures.to_dicts()).results, target, context)
    exact = pl.read_parquet(tmp_path / "exact.parquet")
    columnar = pl.read_parquet(written(scheme, figures, tmp_path)).select(exact.columns)
    assert columnar.schema == exact.schema and columnar.equals(exact)
