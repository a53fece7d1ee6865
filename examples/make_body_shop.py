"""Makes examples/body-shop: fifteen months of forty made-up body-shop advisors, as three departments deliver them.

    python examples/make_body_shop.py [FOLDER]

The same files every time. The service desk's workbook has the mistakes that README.md beside them lists.
"""

from __future__ import annotations

import csv
import datetime
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import field, frozen

TEAMS = ("城东组", "城南组", "城西组", "城北组", "高新组")
_NAMES = (
    "陈志强 林晓燕 黄建国 吴丽娟 周文斌 郑海涛 孙玉梅 马俊杰 "
    "朱国华 胡秀英 郭振宇 何佳慧 高明远 罗思琪 梁启航 欧阳静怡 "
    "宋伟民 谢雨桐 韩冬梅 唐立新 冯一鸣 于洪波 董雪莹 萧正平 "
    "程晓东 曹美玲 袁志刚 邓子轩 许桂兰 傅长青 沈亦凡 曾庆红 "
    "彭建业 吕春生 苏婉清 卢德胜 蒋文静 蔡国栋 贾晨曦 丁佩瑶"
)
NAMES = _NAMES.split()
MONTHS = tuple((year, month) for year in (2023, 2024) for month in range(1, 13))[:15]
DESK_PAGES = {"一季度": (1, 2, 3), "二季度": (4, 5, 6), "三季度": (7, 8, 9), "四季度": (10, 11, 12)}

FINANCE = {
    "接车月产值": "intake_value",
    "接车月产值目标": "intake_value_target",
    "钣喷毛利": "gross_profit",
    "钣喷毛利目标": "gross_profit_target",
    "接车台次": "vehicles_received",
    "接车台次目标": "vehicles_received_target",
    "续保单数": "renewals",
    "三千元及以下作业产值": "small_job_value",
    "三千元及以下作业台数": "small_jobs",
    "三千元以上作业产值": "large_job_value",
    "三千元以上作业台数": "large_jobs",
    "已收款": "collected",
    "应收款": "contract_value",
    "呆账笔数": "bad_debts",
    "维修拒赔额": "rejected_claims_amount",
}
SHOP = (
    *("rework_jobs", "five_s_findings", "safety_findings", "safety_accidents", "intake_form_findings"),
    *("claim_form_findings", "uncooperative_jobs", "unaccompanied_handovers", "report_lapses", "training_absences"),
)
DESK = {
    "流失客户台次": "customers_lost",
    "客户保有数": "customers_retained",
    "抱怨投诉次数": "complaints",
    "客户满意度": "satisfaction",
    "重大抱怨最长处理天数": "major_complaint_days",
    "延迟交车次数": "late_deliveries",
}
TEAM = {
    "未能归人的投诉次数": "unattributed_complaints",
    "未能归人的延迟交车次数": "unattributed_late_deliveries",
    "同级班组最高产值": "crew_output_high",
    "同级班组最低产值": "crew_output_low",
}

NO_LAST_YEAR, NO_LAST_MONTH, NEW, MOVED, LEFT = "A107", "A137", "A121", "A128", "A134"
UNTARGETED = "高新组"
"""Its people have targets for their first month alone; later the month before is the target."""

Facts = dict[str, Any]
Month = tuple[int, int]


@frozen
class Advisor:
    """One made-up person. `skill` lies between 0 and 1."""

    employee: str
    name: str
    team: str
    skill: float
    employed_from: datetime.date
    employed_to: datetime.date | None = None
    away: tuple[Month, ...] = ()
    teams: Mapping[Month, str] = field(factory=dict)

    def works(self, month: Month) -> bool:
        """Whether the departments have figures of this month."""
        began = (self.employed_from.year, self.employed_from.month) <= month
        ended = self.employed_to is not None and (self.employed_to.year, self.employed_to.month) < month
        return began and not ended and month not in self.away

    def team_in(self, month: Month) -> str:
        """The team of a month: before a move it was another."""
        return next((team for until, team in self.teams.items() if month < until), self.team)


def advisors(chance: random.Random) -> list[Advisor]:
    """The forty, eight to a team; some with a story."""
    found = []
    for place, name in enumerate(NAMES):
        employee = f"A{101 + place}"
        began = datetime.date(chance.randint(2015, 2021), chance.randint(1, 12), 1)
        story: dict[str, Any] = {
            NO_LAST_YEAR: {"employed_from": datetime.date(2024, 1, 1)},
            NO_LAST_MONTH: {"away": ((2024, 2),)},
            NEW: {"employed_from": datetime.date(2024, 3, 11)},
            MOVED: {"teams": {(2023, 7): TEAMS[1]}},
            LEFT: {"employed_to": datetime.date(2023, 9, 15)},
        }.get(employee, {})
        skill = 0.04 + 0.95 * ((place * 17) % 40) / 39
        found.append(Advisor(employee, name, TEAMS[place // 8], skill, **{"employed_from": began, **story}))
    return found


def _money(value: float) -> Decimal:
    return Decimal(round(value * 100)).scaleb(-2)


def _times(chance: random.Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average."""
    return sum(chance.random() < mean / 12 for _ in range(12))


def _month_of(chance: random.Random, skill: float, size: float) -> Facts:
    """What a person of this skill comes to in one month; `size` is that of the person's shop."""
    now = min(1.0, max(0.0, skill + chance.gauss(0, 0.08)))
    lack = 0.7 * (1 - now)
    vehicles_target = round(60 * size)
    vehicles = round(vehicles_target * (0.66 + 0.42 * now + chance.gauss(0, 0.04)))
    large = round(vehicles * chance.uniform(0.15, 0.3))
    small = vehicles - large
    small_value = small * (760 + 560 * now + chance.gauss(0, 60))
    large_value = large * (4100 + 2600 * now + chance.gauss(0, 250))
    value = small_value + large_value
    profit_target = 38_000 * size
    contract = value * chance.uniform(0.5, 0.7)
    return {
        "intake_value": _money(value),
        "intake_value_target": _money(1000 * round(135 * size)),
        "gross_profit": _money(profit_target * (0.66 + 0.38 * now + chance.gauss(0, 0.03))),
        "gross_profit_target": _money(profit_target),
        "vehicles_received": vehicles,
        "vehicles_received_target": vehicles_target,
        "renewals": _times(chance, 1 + 3 * now),
        "small_job_value": _money(small_value),
        "small_jobs": small,
        "large_job_value": _money(large_value),
        "large_jobs": large,
        "collected": _money(contract * (1 - lack * chance.uniform(0, 0.3))),
        "contract_value": _money(contract),
        "bad_debts": _times(chance, 0.6 * lack),
        "rejected_claims_amount": _money(chance.randint(3, 40) * 100) if chance.random() < 0.7 * lack else _money(0),
        "rework_jobs": _times(chance, 1.3 * lack),
        "five_s_findings": _times(chance, 5.5 * lack),
        "safety_findings": _times(chance, 2.4 * lack),
        "safety_accidents": int(chance.random() < 0.08 * lack),
        "intake_form_findings": _times(chance, 3.2 * lack),
        "claim_form_findings": _times(chance, 3 * lack),
        "uncooperative_jobs": _times(chance, 3.2 * lack),
        "unaccompanied_handovers": _times(chance, 1.2 * lack),
        "report_lapses": _times(chance, 3 * lack),
        "training_absences": int(chance.random() < 0.75 * lack),
        "complaints": _times(chance, 3.4 * lack),
        "satisfaction": Decimal(round(1000 * min(1, 0.78 + 0.21 * now + chance.gauss(0, 0.015)))).scaleb(-3),
        "major_complaint_days": _times(chance, 1 + 4 * lack) or None if chance.random() < 0.35 * lack else None,
        "late_deliveries": _times(chance, 2.8 * lack),
    }


def figures(people: Iterable[Advisor], chance: random.Random) -> dict[tuple[str, Month], Facts]:
    """The true figures of every person and month in which the person worked."""
    found = {}
    for who in people:
        size = 1 + 0.1 * TEAMS.index(who.team) + chance.uniform(-0.05, 0.05)
        retained = chance.randint(240, 420)
        lost = chance.uniform(4, 13)
        worked = False
        for month in MONTHS:
            facts = _month_of(chance, who.skill, size)
            retained += chance.randint(-2, 3) + round(1.5 * who.skill)
            lost -= 0.12 * who.skill
            facts["customers_lost"] = max(0, round(lost + chance.gauss(0, 1.6)))
            facts["customers_retained"] = retained
            if not who.works(month):
                continue
            if worked and who.team_in(month) == UNTARGETED:
                facts["intake_value_target"] = facts["vehicles_received_target"] = None
            worked = True
            found[who.employee, month] = facts
    return found


def team_figures(chance: random.Random) -> dict[tuple[str, Month], Facts]:
    """What is known of a team alone."""
    found = {}
    for team in TEAMS:
        for month in MONTHS:
            high = chance.randint(90_000, 140_000)
            found[team, month] = {
                "unattributed_complaints": int(chance.random() < 0.2) or None,
                "unattributed_late_deliveries": int(chance.random() < 0.25) or None,
                "crew_output_high": _money(high),
                "crew_output_low": _money(high * chance.uniform(0.82, 0.97)),
            }
    return found


def _text(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"


def _write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def _desk_rows(people: Sequence[Advisor], found: Mapping[tuple[str, Month], Facts]) -> dict[Month, list[list[Any]]]:
    """The service desk's rows, month by month, with its mistakes."""
    rows: dict[Month, list[list[Any]]] = {}
    for month in MONTHS:
        said = f"{month[0]}年{month[1]}月"
        rows[month] = [
            [who.employee, who.name, said, *(found[who.employee, month][fact] for fact in DESK.values())]
            for who in people
            if (who.employee, month) in found
        ]

    def row(employee: str, month: Month) -> list[Any]:
        return next(row for row in rows[month] if row[0] == employee)

    def at(title: str) -> int:
        return 3 + list(DESK).index(title)

    row("A125", (2023, 6))[2] = None
    row("A104", (2023, 8))[at("客户满意度")] = "#N/A"
    rows[2023, 9].remove(row("A131", (2023, 9)))
    row("A116", (2023, 10))[1] = "欧阳静宜"
    row("A110", (2023, 11))[at("流失客户台次")] = "1O"
    stranger = ["A190", "陆振华", "2023年12月", 7, 305, 1, Decimal("0.912"), None, 1]
    rows[2023, 12].append(stranger)
    row("A119", (2024, 1))[at("客户满意度")] = Decimal("1.03")
    first = row("A109", (2024, 2))
    again = list(first)
    again[at("延迟交车次数")] += 2
    rows[2024, 2].insert(rows[2024, 2].index(first) + 4, again)
    return rows


def _workbook(path: Path, rows: Mapping[Month, list[list[Any]]]) -> None:
    """One page a quarter, each with a title above its header and a total at its end."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime.datetime(2024, 4, 3, tzinfo=datetime.UTC)})
        bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
        middle = book.add_format({"bold": True, "align": "center"})
        for year in (2023, 2024):
            for quarter, months in DESK_PAGES.items():
                lines = [line for month in months for line in rows.get((year, month), ())]
                if lines:
                    page = book.add_worksheet(f"{year}年{quarter}")
                    titles = ["工号", "姓名", "月份", *DESK]
                    page.merge_range(0, 0, 0, len(titles) - 1, f"{year}年{quarter}钣喷服务顾问服务台数据", middle)
                    page.write_row(2, 0, titles, bold)
                    _lines(page, lines, percent)


def _lines(page: Any, lines: Sequence[Sequence[Any]], percent: Any) -> None:
    share = 3 + list(DESK.values()).index("satisfaction")
    first, end = 4, 4 + len(lines)
    for number, line in enumerate(lines, first - 1):
        for index, value in enumerate(line):
            if value == "#N/A":
                page.write_formula(number, index, f"VLOOKUP(A{number + 1},Z:AA,2,FALSE)", percent, value)
            elif isinstance(value, str):
                page.write_string(number, index, value)
            elif value is not None:
                page.write_number(number, index, float(value), percent if index == share else None)
    page.write_string(end - 1, 0, "合计")
    for index in range(3, 3 + len(DESK)):
        if index != share:
            letter = chr(ord("A") + index)
            total = sum(line[index] for line in lines if isinstance(line[index], int))
            page.write_formula(end - 1, index, f"SUM({letter}{first}:{letter}{end - 1})", None, total)


def make(folder: Path) -> None:
    """Writes all files into the folder."""
    chance = random.Random(20240331)
    people = advisors(chance)
    found = figures(people, chance)
    teams = team_figures(chance)
    finance: list[list[object]] = [["工号", "姓名", "班组", "月份", *FINANCE]]
    shop: list[list[object]] = [["employee", "period", "fact", "value"]]
    for month in MONTHS:
        for who in people:
            facts = found.get((who.employee, month))
            if facts is not None:
                head = [who.employee, who.name, who.team_in(month), _text(month)]
                finance.append([*head, *(facts[fact] for fact in FINANCE.values())])
                shop += [[who.employee, _text(month), fact, facts[fact]] for fact in SHOP]
    roster = [[who.employee, who.name, who.team, who.employed_from, who.employed_to] for who in people]
    by_team = [[team, _text(month), *(teams[team, month][fact] for fact in TEAM.values())] for team, month in teams]
    _write(folder / "finance.csv", finance)
    _write(folder / "shop.csv", shop)
    _write(folder / "teams.csv", [["班组", "月份", *TEAM], *by_team])
    _write(folder / "roster.csv", [["employee", "name", "team", "employed_from", "employed_to"], *roster])
    _workbook(folder / "service-desk.xlsx", _desk_rows(people, found))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "body-shop")
