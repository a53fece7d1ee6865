"""The pages of every family in a real browser: nothing complains or scrolls sideways, and a pay slip is one sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from real.test_report_chromium import browse, complaints, scrolls_sideways

import kpicore
from kpicore.cli.job import open_job
from kpicore.cli.report import explained
from kpicore.report import write_report

pytestmark = pytest.mark.real("chromium")

FAMILIES = ("checklist", "heatmap", "league", "payslip", "person", "rating", "scorecard", "trend")
LONG = "N" * 60
SHEET = """
id = "test/family"
version = "1"
effective = 2023-01-01
periods = ["month"]
rank = "team"
title = { zh = "一张各样都有的表", en = "A sheet with a bit of everything in it" }
[facts]
neat = { kind = "count", default = 0, raters = ["direct", "boss", "panel"], title = { zh = "违规", en = "Violations" } }
greeted = { kind = "flag", na = true, title = { zh = "主动问候并感谢来电的客户", en = "Greeted and thanked unasked" } }
named = { kind = "flag", na = true, title = { zh = "报出姓名和职位", en = "Own name and position given" } }
sales = { kind = "money", title = { zh = "销售额", en = "Sales of the whole month against the plan" } }
own = { kind = "choice", choices = ["A", "B"], title = { zh = "自评", en = "Own judgement" } }
[[rater]]
id = "direct"
weight = 50
title = { zh = "直接上级", en = "Direct superior" }
[[rater]]
id = "boss"
weight = 30
title = { zh = "物业经理", en = "Manager of the property" }
[[rater]]
id = "panel"
weight = 20
title = { zh = "评审小组", en = "Panel of assessors" }
[[indicator]]
id = "neat"
title = { zh = "仪容仪表与着装规范", en = "Appearance and dress" }
weight = 20
better = "lower"
rule = { kind = "deduct", each = 5, wipe_out_at = 3 }
[[indicator]]
id = "walk"
title = { zh = "接待流程", en = "Reception" }
weight = 30
rule = { kind = "checklist", items = ["greeted", "named"] }
[[indicator]]
id = "sales"
title = { zh = "销售额", en = "Sales" }
weight = 50
beside = "own"
apart = 1
levels = [{ from = 1000000, level = "A" }, { otherwise = true, level = "B" }]
rule = { kind = "proportion", to = 2000000 }
[[gate]]
id = "clean"
title = { zh = "着装合格", en = "Dressed as is asked" }
require = "neat_direct <= 2 and neat_boss <= 2 and sales >= 1000"
effect = { ineligible = true }
[grade]
bands = [{ from = 80, grade = "excellent", title = { zh = "优秀", en = "excellent" } },
         { otherwise = true, grade = "fair", title = { zh = "合格", en = "fair" } }]
[[pay]]
id = "base"
title = { zh = "基本工资", en = "Base salary of the post" }
amount = "4000"
[[pay]]
id = "commission"
title = { zh = "提成", en = "Commission on the sales of the month" }
amount = "0.003 * sales"
when = "neat_direct <= 1 and neat_boss <= 1 and neat_panel <= 1 and sales >= 100000"
[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = { by = "total", bands = [{ from = 90, amount = 300 }, { otherwise = true, amount = -50 }] }
"""


def written(name: str, folder: Path) -> dict[str, Path]:
    """The reports of one family in both languages: long names, large figures, gaps, and somebody incomplete."""
    (folder / "sheet.toml").write_text(f'template = "base/{name}"\n{SHEET}', "utf-8")
    rows = ["employee,name,team,period,neat_direct,neat_boss,neat_panel,greeted,named,sales,own"]
    for month in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        rows.append(f"E1,王芳,{LONG},2024-{month:02d},1,0,{month % 3},1,{month % 2},1234567.89,B")
        rows.append(f"E2,{LONG},{LONG},2024-{month:02d},3,0,,n/a,0,{'' if month == 6 else 98765432.1},A")
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", "utf-8")
    registry = kpicore.load()
    job = open_job(registry, registry.scheme(str(folder / "sheet.toml")), [str(folder / "figures.csv")], (), None, ())
    entries = list(explained(job, job.run("")))
    for language in ("zh", "en"):
        write_report(entries, folder / language, language, templates=registry.templates)
    return {"zh": folder / "zh", "en": folder / "en"}


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written("payslip", tmp_path_factory.mktemp("slips"))


NARROW = """
id = "test/narrow"
version = "1"
effective = 2023-01-01
periods = ["month"]
title = { zh = "一张有队内平均的表", en = "A sheet with a mean of the team" }
[facts]
sales = { kind = "money", title = { zh = "销售额", en = "Sales" } }
[[indicator]]
id = "sales"
title = { zh = "销售额", en = "Sales against the mean of the team" }
weight = 100
measure = "sales / within(mean, sales, team)"
kind = "ratio"
rule = { kind = "proportion", to = 2 }
[grade]
bands = [{ from = 90, grade = "excellent" }, { from = 80, grade = "good" }, { from = 60, grade = "pass" },
         { otherwise = true, grade = "to improve" }]
"""


@pytest.mark.parametrize("width", [390, 1200])
def test_grades_do_not_lie_over_one_another_and_long_figures_break(tmp_path: Path, width: int) -> None:
    (tmp_path / "sheet.toml").write_text(NARROW, "utf-8")
    rows = [f"E{number},T1,2024-03,{1234567 + number % 2}" for number in range(14)]
    (tmp_path / "figures.csv").write_text("\n".join(["employee,team,period,sales", *rows, ""]), "utf-8")
    registry = kpicore.load()
    job = open_job(
        registry, registry.scheme(str(tmp_path / "sheet.toml")), [str(tmp_path / "figures.csv")], (), None, ()
    )
    write_report(explained(job, job.run("")), tmp_path / "pages", "en", templates=registry.templates)
    page = tmp_path / "pages" / "people" / "E1__2024-03.html"
    assert scrolls_sideways([page], tmp_path, width) == []
    harness = tmp_path / "scale.html"
    harness.write_text(
        f"""<iframe id=f src="{page.as_uri()}" style="width:{width}px;height:900px"></iframe><script>onload = () => {{
        const texts = [...f.contentDocument.querySelectorAll(".grade-text")].filter(t => t.checkVisibility());
        const boxes = texts.map(t => t.getBoundingClientRect()).sort((a, b) => a.left - b.left);
        const over = boxes.filter((box, n) => n && box.left < boxes[n - 1].right);
        document.title = [boxes.length, over.length].join("|");
        }};</script>""",
        "utf-8",
    )
    dumped = browse(harness, tmp_path / "profile", "--dump-dom", f"--window-size={width + 200},1000").stdout
    title = re.search(r"<title>([^<]*)</title>", dumped)
    assert title is not None and title[1] in ("4|0", "3|0", "2|0"), title


def pages(folder: Path) -> list[Path]:
    return [folder / "index.html", *(folder / "people" / f"{name}.html" for name in ("E1__2024-12", "E2__2024-06"))]


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_open_without_a_complaint_and_scroll_not_sideways(
    family: dict[str, Path], tmp_path: Path, language: str, width: int
) -> None:
    found = pages(family[language])
    assert scrolls_sideways(found, tmp_path, width) == []
    assert [complaints(browse(page, tmp_path / "profile", "--dump-dom")) for page in found] == [[]] * 3


@pytest.mark.parametrize("paper", ["A5", "A4"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_pay_slip_is_one_sheet(slips: dict[str, Path], tmp_path: Path, language: str, paper: str) -> None:
    text = pages(slips[language])[1].read_text("utf-8")
    assert "size: auto" in text
    sized = tmp_path / "sized.html"
    sized.write_text(text.replace("size: auto", f"size: {paper}"), "utf-8")
    browse(sized, tmp_path / "profile", f"--print-to-pdf={tmp_path / 'slip.pdf'}")
    data = (tmp_path / "slip.pdf").read_bytes()
    assert {int(count) for count in re.findall(rb"/Count (\d+)", data)} == {1}
