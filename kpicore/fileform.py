"""How a file of results holds texts: where it is known which texts a column can have, as numbers of these.

Parquet keeps such a column in a third of the time that texts take. Whoever reads the file sees texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define

from kpicore.io.heading import Headings
from kpicore.io.table import Table
from kpicore.model import GIVEN_TOTAL
from kpicore.period import period_of
from kpicore.population.plan import chosen
from kpicore.population.setting import varying_of
from kpicore.population.words import words_of
from kpicore.query import put_together

if TYPE_CHECKING:
    import polars as pl

    from kpicore.bulk import Asked
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

_KEYS = ("name", "team", "occasion", "period")


@define(eq=False)
class FileForm:
    """The columns of a file of results, once the first of its tables is known: those that have the same text in every
    row (`same`), and the types of all."""

    same: Mapping[str, str | None]
    schema: Mapping[str, Any]

    @classmethod
    def of(cls, scheme: LoadedScheme, titles: Sequence[str], first: pl.DataFrame, asked: Asked) -> FileForm:
        """For results of figures with these column titles, of which the first are there."""
        import polars as pl

        same: dict[str, str | None] = {}
        words: dict[str, dict[str, None]] = {}
        versions = scheme.among(asked.version)
        known = not scheme.climbs and not any(each.views or each.model.shorter for each in versions)
        headings = Headings(scheme.joined_model)
        layout, _ = headings.layout(Table("", None, [title.strip() for title in titles], ()))
        given = {column.target.id for column in layout.columns} if layout is not None else set()
        if known and layout is not None and GIVEN_TOTAL not in given:
            values = {
                "period": None if asked.period is None else str(period_of(asked.period, scheme.asked)),
                "occasion": headings.occasions[0] if headings.occasions else None,
            }
            same = {key: values.get(key) for key in _KEYS if key not in layout.keys}
            if len(versions) == 1:
                same |= {"scheme": versions[0].id, "version": versions[0].version}
                settings = scheme.scorer(versions[0], asked.params).settings
                if not varying_of(settings, given) and "hash" in first.columns and first.height:
                    same["hash"] = first["hash"][0]
            for each in versions:
                sheet = each.sheet()
                for made in chosen(sheet, asked.outputs, asked.numbers):
                    texts = words_of(sheet, made)
                    if texts is not None:
                        words.setdefault(made.name, {}).update(dict.fromkeys(texts))
        same = {name: text for name, text in same.items() if name in first.columns}
        schema: dict[str, Any] = {}
        for name, dtype in first.schema.items():
            if name in same:
                dtype = pl.Enum([text for text in (same[name],) if text is not None])
            elif isinstance(dtype, pl.Enum):
                every = dict.fromkeys((*dtype.categories, *words.get(name, ())))
                dtype = pl.Enum(list(every)) if name in words else pl.String()
            schema[name] = dtype
        return cls(same, schema)

    def table(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Results with these types."""
        import polars as pl

        texts = [pl.lit(text, dtype=self.schema[name]).alias(name) for name, text in self.same.items()]
        return put_together(frame, texts, frame.columns).cast(pl.Schema(self.schema))
