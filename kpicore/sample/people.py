"""Made-up people: their numbers, names and teams, and a roster of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from kpicore.sample.chance import happens, one_of

if TYPE_CHECKING:
    import polars

    from kpicore.sample.start import Starts

PERSON = "#person"
"""The column of people's places, called as no fact can be."""

_SURNAMES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余",
    *"于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹",
    *("欧阳", "上官", "司徒", "诸葛"),
)
_FIRST = tuple("文志建晓海玉春国永秀德立明嘉思雨子佳俊一若天启宏金庆兰桂新小正景")
_SECOND = tuple("华强军平燕红涛杰敏静丽娟艳勇磊洋芳超峰波辉宁婷欣怡涵宇轩航琪瑶珊")
_ALONE = 0.15
_LEAST_DIGITS, _LEAST_TEAM_DIGITS = 6, 2
_DATED = 0.1
_MONTHS = 96


@frozen
class People:
    """So many people in teams of about `team_size`."""

    count: int
    team_size: int
    seed: str

    @property
    def teams(self) -> int:
        """How many teams there are."""
        return max(1, round(self.count / self.team_size))

    def team(self) -> polars.Expr:
        """The place of a person's team, from 0 on."""
        import polars

        return polars.col(PERSON) * self.teams // self.count

    def columns(self) -> list[polars.Expr]:
        """employee, name and team of the people whose places, from 0 on, stand in the column `PERSON`."""
        import polars

        person = polars.col(PERSON)
        digits = max(_LEAST_DIGITS, len(str(self.count)))
        team_digits = max(_LEAST_TEAM_DIGITS, len(str(self.teams)))
        surname, first, second = (
            _series(texts).gather(one_of(person, len(texts), self.seed, purpose))
            for purpose, texts in (("surname", _SURNAMES), ("first", _FIRST), ("second", _SECOND))
        )
        alone = happens(person, _ALONE, self.seed, "alone")
        return [
            polars.concat_str(polars.lit("E"), _padded(person + 1, digits)).alias("employee"),
            polars.concat_str(surname, polars.when(alone).then(polars.lit("")).otherwise(first), second).alias("name"),
            polars.concat_str(polars.lit("T"), _padded(self.team() + 1, team_digits)).alias("team"),
        ]

    def roster(self, start: int, stop: int, year: int, starts: Starts | None = None) -> polars.DataFrame:
        """The lines of a roster for some of them, as text. Levels are blank, unless `starts` says where people begin,
        and so are dates, but for a few people who came in the years before `year`."""
        import polars

        blank, person = polars.lit(None, dtype=polars.String), polars.col(PERSON)
        since = one_of(person, _MONTHS, self.seed, "since").cast(polars.Int64)
        month = polars.concat_str(year - 1 - since // 12, polars.lit("-"), _padded(since % 12 + 1, 2))
        dated = happens(person, _DATED, self.seed, "dated")
        level, begun = (blank, blank) if starts is None else (starts.level(), starts.since())
        if starts is not None:
            dated = dated & ~starts.early()
        return self.places(start, stop).select(
            *self.columns(),
            level.alias("level"),
            begun.alias("level_since"),
            polars.when(dated).then(month).otherwise(blank).alias("employed_from"),
            blank.alias("employed_to"),
        )

    def places(self, start: int, stop: int) -> polars.DataFrame:
        """The places of some of the people, in a column of their own."""
        import polars

        return polars.select(polars.int_range(start, stop, dtype=polars.UInt64).alias(PERSON))


def _series(texts: Sequence[str]) -> polars.Expr:
    import polars

    return polars.lit(polars.Series(texts))


def _padded(number: polars.Expr, digits: int) -> polars.Expr:
    import polars

    return number.cast(polars.String).str.zfill(digits)
