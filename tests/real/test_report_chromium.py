"""Reports in a real browser: no errors, no sideways scrolling on a phone or a desk, links that work, and on paper."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

import kpicore
from kpicore.explain.record import explain
from kpicore.figure import Figure
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.report import write_report
from kpicore.row import Row
from kpicore.stretch import Month

pytestmark = pytest.mark.real("chromium")

SCHEME = "ecommerce/agent-indicators"
LONG = "N" * 70
CLIMBS = ("sales", "consumption")
EXAMS = ("profile_exam", "product_exam", "instrument_exam")
FACTS = {
    "payers": 260,
    "inquirers": 400,
    "orders_paid": 92,
    "orders_placed": 100,
    "agent_sales": Decimal("11200.00"),
    "agent_buyers": 100,
    "shop_sales": Decimal("10000.00"),
    "shop_buyers": 100,
    "chats_replied": 99,
    "chats_received": 100,
    "response_seconds": Decimal(30),
    "refunds": 2,
    "deals": 100,
}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--enable-logging=stderr",
    "--v=0",
]


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    registry = kpicore.load()
    scorer = registry.scheme(SCHEME).versions[-1].plain
    entries = []
    for number, name in enumerate(["王芳", "<script>document.title = 'caught'</script>", LONG]):
        facts = dict(FACTS) if number != 1 else {**FACTS, "deals": 0}
        sources = {id_: Place(f"{LONG}.csv", row=2, column=id_) for id_ in facts}
        row = Row(f"E{number}", parse_period("2024-03"), facts, name, "一班", sources=sources)
        entries.append((explain(scorer, row), row))
    folder = tmp_path_factory.mktemp("report") / "pages"
    write_report(entries, folder, request.param, templates=registry.templates)
    return folder


@pytest.fixture(scope="module", params=["zh", "en"])
def league(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Agents who compete, with long names and large figures, one of them incomplete."""
    registry = kpicore.load()
    scheme = registry.scheme("ecommerce/agent-pk")
    rows = []
    for number, name in enumerate(["王芳", LONG, "<b>b</b>"]):
        facts = {
            "order_value": None if number == 2 else Decimal("123456789.01"),
            "payers": 260,
            "inquirers": 400,
            "response_seconds": Decimal(30),
            "customers_received": 1234567,
        }
        rows.append(Row(f"E{number}", parse_period("2024-03"), facts, name, LONG))
    folder = tmp_path_factory.mktemp("league") / "pages"
    entries = [(explain(scheme.newest.plain, row), row) for row in scheme.remembering(rows)]
    write_report(entries, folder, request.param, templates=registry.templates)
    return folder


@pytest.fixture(scope="module", params=["zh", "en"])
def ladder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody who climbs and falls over nine cycles, somebody with a long name, and somebody who is not decided."""
    registry = kpicore.load()
    scheme = registry.scheme("beauty/consultant-ladder")
    ways = {"E0": "usddeusfr", "E1": "b" * 9, "E2": "sxs"}
    rows = []
    for employee, way in ways.items():
        for number, fate in enumerate(way):
            for place in range(1 if fate in "xr" else 3):
                facts: dict[str, Figure] = dict.fromkeys(CLIMBS, Decimal(30000))
                facts |= {"store_sales_plan": Decimal(100000), "store_consumption_plan": Decimal(100000)}
                facts |= {"new_customers": 0 if fate == "d" else 2, "apply": fate == "u", "mentored": 1}
                if fate in "uef" and place == 1:
                    facts |= dict.fromkeys(EXAMS, Decimal(70 if fate == "f" else 96)) | {"reception_ok": True}
                if fate == "b":
                    facts |= {"sales": Decimal(1)}
                sources = {id_: Place(f"{LONG}.csv", row=2, column=id_) for id_ in facts}
                month = Month(2023, 1).later(3 * number + place)
                name = {"E0": "王芳", "E1": LONG}.get(employee)
                rows.append(Row(employee, month, facts, name, LONG, sources=sources))
    roster = [{"employee": employee, "level": "trainee", "level_since": "2023-01"} for employee in ways]
    whole = scheme.remembering(scheme.climbing(rows, roster, []))
    entries = [(explain(scheme.newest.plain, row), row) for row in whole if row.period.kind == "cycle"]
    folder = tmp_path_factory.mktemp("ladder") / "pages"
    write_report(entries, folder, request.param, templates=registry.templates)
    return folder


def browse(page: Path, profile: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = ["chromium", *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)


def complaints(browser: subprocess.CompletedProcess[str]) -> list[str]:
    """What pages wrote to the console."""
    return [line for line in browser.stderr.splitlines() if ":CONSOLE" in line]


def test_the_pages_open_without_a_complaint(report: Path, tmp_path: Path) -> None:
    index = browse(report / "index.html", tmp_path, "--dump-dom")
    assert complaints(index) == []
    links = re.findall(r'<a href="(people/[^"]+)"', index.stdout)
    assert len(links) == 3 and "<script" not in index.stdout
    page = browse(report / links[0], tmp_path, "--dump-dom")
    assert complaints(page) == []
    assert "<b>93.00</b>" in page.stdout and "<b>A</b>" in page.stdout
    assert page.stdout.count("<svg") >= 13 and 'href="../index.html"' in page.stdout
    hostile = browse(report / links[1], tmp_path, "--dump-dom")
    assert complaints(hostile) == [] and "<title>caught" not in hostile.stdout


def test_a_link_of_the_index_leads_to_the_page(report: Path, tmp_path: Path) -> None:
    """A harness clicks the first link of the index in a frame, and then the link back."""
    harness = tmp_path / "click.html"
    harness.write_text(
        f"""<iframe id=f src="{(report / "index.html").as_uri()}"></iframe><script>
        const seen = [];
        f.onload = () => {{
            const inner = f.contentDocument;
            seen.push(inner.querySelector("h1").textContent.trim());
            document.title = seen.join("|");
            if (seen.length < 3) inner.querySelector("a").click();
        }};</script>""",
        encoding="utf-8",
    )
    dumped = browse(harness, tmp_path / "profile", "--dump-dom", "--virtual-time-budget=20000").stdout
    found = re.search(r"<title>([^<]*)</title>", dumped)
    assert found is not None, dumped[:500]
    seen = html.unescape(found[1]).split("|")
    assert seen[1] == "王芳" and seen[0] == seen[2] != "王芳"


def scrolls_sideways(pages: Sequence[Path], folder: Path, width: int) -> list[str]:
    """The widths that pages need, of those that they have, where they need more."""
    frames = "".join(f'<iframe src="{page.as_uri()}" style="width:{width}px;height:900px"></iframe>' for page in pages)
    harness = folder / "widths.html"
    harness.write_text(
        f"""{frames}<script>onload = () => {{
        document.title = [...document.querySelectorAll("iframe")].map(f =>
            f.contentDocument.documentElement.scrollWidth + " of " + f.contentWindow.innerWidth).join("|");
        }};</script>""",
        encoding="utf-8",
    )
    size = f"--window-size={width + 200},1000"
    dumped = browse(harness, folder / "profile", "--dump-dom", "--hide-scrollbars", size).stdout
    found = re.search(r"<title>([^<]*)</title>", dumped)
    assert found is not None, dumped[:500]
    widths = [tuple(map(int, text.split(" of "))) for text in found[1].split("|")]
    assert len(widths) == len(pages) and all(given > width - 30 for _, given in widths)
    return [f"{needed} of {given}" for needed, given in widths if needed > given]


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_scrolls_sideways(report: Path, tmp_path: Path, width: int) -> None:
    assert scrolls_sideways([report / "index.html", *sorted((report / "people").iterdir())], tmp_path, width) == []


@pytest.mark.parametrize("width", [390, 1200])
def test_a_league_table_opens_without_a_complaint_and_scrolls_not_sideways(
    league: Path, tmp_path: Path, width: int
) -> None:
    pages = [league / "index.html", *sorted((league / "people").iterdir())]
    assert len(pages) == 4
    assert scrolls_sideways(pages, tmp_path, width) == []
    assert [complaints(browse(page, tmp_path, "--dump-dom")) for page in pages] == [[]] * 4


def test_a_page_prints(report: Path, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    browse(report / "people" / "E0__2024-03.html", tmp_path / "profile", f"--print-to-pdf={paper}")
    data = paper.read_bytes()
    assert data.startswith(b"%PDF-")
    counts = [int(count) for count in re.findall(rb"/Count (\d+)", data)]
    assert counts and 1 <= max(counts) <= 4
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert boxes and all(round(float(w)) in (595, 596) and round(float(h)) in (841, 842) for w, h in boxes)


@pytest.mark.parametrize("width", [390, 1200])
def test_pages_of_a_ladder_open_without_a_complaint_and_scroll_not_sideways(
    ladder: Path, tmp_path: Path, width: int
) -> None:
    people = [ladder / "people" / f"{name}_2b3.html" for name in ("E0__2025-01", "E1__2025-01", "E2__2023-07")]
    pages = [ladder / "index.html", *people, *sorted((ladder / "letters").iterdir())[-3:]]
    assert scrolls_sideways(pages, tmp_path, width) == []
    assert [complaints(browse(page, tmp_path, "--dump-dom")) for page in pages[:3]] == [[]] * 3


@pytest.mark.parametrize("width", [390, 1200])
def test_no_text_of_a_timeline_is_clipped_or_lies_over_another(ladder: Path, tmp_path: Path, width: int) -> None:
    page = ladder / "people" / "E0__2025-01_2b3.html"
    harness = tmp_path / "timeline.html"
    harness.write_text(
        f"""<iframe id=f src="{page.as_uri()}" style="width:{width}px;height:900px"></iframe><script>onload = () => {{
        const all = [...f.contentDocument.querySelectorAll("svg.timeline")];
        const drawn = all.filter(svg => svg.getBoundingClientRect().width);
        const edge = drawn[0].getBoundingClientRect(), found = [];
        const texts = [...drawn[0].querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
        for (const [text, box] of texts) {{
            if (box.left < edge.left || box.right > edge.right || box.top < edge.top || box.bottom > edge.bottom)
                found.push(text + " is clipped");
            for (const [other, its] of texts)
                if (its !== box && its.left < box.right && box.left < its.right && its.top + 2 < box.bottom - 2
                    && box.top + 2 < its.bottom - 2) found.push(text + " lies over " + other);
        }}
        document.title = [drawn.length, texts.length, ...found].join("|");
        }};</script>""",
        encoding="utf-8",
    )
    size = f"--window-size={width + 200},1000"
    dumped = browse(harness, tmp_path / "profile", "--dump-dom", "--hide-scrollbars", size).stdout
    title = re.search(r"<title>([^<]*)</title>", dumped)
    assert title is not None, dumped[:500]
    count, texts, *found = title[1].split("|")
    assert count == "1" and int(texts) > 10 and found == []


def test_a_letter_fits_on_one_sheet(ladder: Path, tmp_path: Path) -> None:
    letters = sorted((ladder / "letters").iterdir())
    assert len(letters) == 18
    for number, letter in enumerate(
        (letters[0], letters[1], letters[-2])
    ):  # a rise, a stay, a long name below standard
        paper = tmp_path / f"{number}.pdf"
        browse(letter, tmp_path / "profile", f"--print-to-pdf={paper}")
        data = paper.read_bytes()
        assert data.startswith(b"%PDF-")
        assert {int(count) for count in re.findall(rb"/Count (\d+)", data)} == {1}, letter.name


@pytest.fixture(scope="module", params=["zh", "en"])
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A comparison and a cohort, with long and hostile names and large pay."""
    from kpicore.comparison.cohort_told import cohort_told
    from kpicore.comparison.page import page_text
    from kpicore.comparison.told import told_of
    from kpicore.sample import sample_frame

    registry = kpicore.load()
    folder = tmp_path_factory.mktemp("compared")
    scheme = registry.scheme("service/base-bonus")
    table = sample_frame(scheme.newest, people=60, months=2)
    names = [LONG, "<script>document.title = 'caught'</script>", *table["name"].to_list()[2:]]
    table = table.with_columns(table["name"].clone().scatter(range(table.height), names))
    change = kpicore.compare(scheme, scheme, table, params={"commission_rate": "0.5"})
    graded = registry.scheme(SCHEME)
    agents = sample_frame(graded.newest, people=60)
    told = {
        "change": told_of(change, request.param),
        "grades": told_of(kpicore.compare(graded, graded, agents, params={"grade_a": 97}), request.param),
        "cohort": cohort_told(kpicore.cohort(scheme, table), request.param),
    }
    for name, each in told.items():
        (folder / f"{name}.html").write_text(page_text(each), "utf-8")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("width", [420, 1280])
def test_comparisons_open_without_a_complaint_and_scroll_not_sideways(
    compared: list[Path], tmp_path: Path, width: int
) -> None:
    assert scrolls_sideways(compared, tmp_path, width) == []
    for page in compared:
        opened = browse(page, tmp_path, "--dump-dom")
        assert complaints(opened) == [] and "<title>caught" not in opened.stdout and "<table" in opened.stdout
