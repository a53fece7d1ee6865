"""A sheet that has a bit of everything, people for it, and reports of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.page import Page

from kpicore import load
from kpicore.cli.job import open_job
from kpicore.cli.report import explained
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.figure import UNREADABLE, Figure
from kpicore.folder import TemplateFolder
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.params import Settings
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.registry import Registry
from kpicore.report import write_report
from kpicore.row import Row
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import load_scheme
from kpicore.score import Scorer
from kpicore.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = Path(__file__).parent / "data" / "everything.toml"
SHOP = TemplateFolder(ROOT / "templates" / "ecommerce", "ecommerce")
HEAD = 'id = "test/sheet"\nversion = "1"\neffective = 2023-01-01\n'
"""What every sheet of a test begins with."""
Entry = tuple[Explanation, Row]
GOOD: dict[str, Figure] = {
    "calls": 83,
    "planned": 100,
    "errors": 2,
    "sales": Decimal("43210.50"),
    "attitude": "b",
    "breaches": 0,
    "trained": True,
    "rating": Decimal(91),
    "visits": 12,
}
AGENT: dict[str, Figure] = {
    "payers": 260,
    "inquirers": 400,
    "orders_paid": 90,
    "orders_placed": 100,
    "agent_sales": Decimal("30000.00"),
    "agent_buyers": 200,
    "shop_sales": Decimal("480000.00"),
    "shop_buyers": 4500,
    "chats_replied": 99,
    "chats_received": 100,
    "response_seconds": Decimal("31.5"),
    "refunds": 3,
    "deals": 100,
    "first_response_seconds": Decimal(5),
    "tasks_done": 19,
    "tasks_planned": 20,
}


@pytest.fixture(scope="session")
def scorers() -> dict[str, Scorer]:
    """Of the sheet that has a bit of everything, and of the sheets of the plugin ecommerce."""
    files = {
        "everything": EVERYTHING,
        "agent-indicators": ROOT / "schemes" / "ecommerce" / "agent-indicators.toml",
        "agent-monthly": ROOT / "schemes" / "ecommerce" / "agent-monthly.toml",
    }
    vocabulary = Vocabulary.of(RULES, FUNCTIONS, "standard")
    schemes = {name: load_scheme(path, vocabulary) for name, path in files.items()}
    return {
        name: Scorer(scheme.sheet(), Settings.of(scheme.model), f"test of {name}") for name, scheme in schemes.items()
    }


@pytest.fixture(scope="session")
def person(scorers: dict[str, Scorer]) -> Callable[..., Entry]:
    """Makes a person with good figures but for those given, each read from a row of a file."""

    def make(
        employee: str = "E1",
        *,
        sheet: str = "everything",
        name: str | None = "张伟",
        team: str | None = "T1",
        period: str = "2024-03",
        **figures: Any,
    ) -> Entry:
        scorer = scorers[sheet]
        known = GOOD if sheet == "everything" else AGENT
        facts = {**{id_: value for id_, value in known.items() if id_ in scorer.sheet.facts}, **figures}
        sources = {id_: Place("figures.csv", row=2, column=id_) for id_, value in facts.items() if value is not None}
        row = Row(employee, parse_period(period), facts, name, team, sources=sources)
        return explain(scorer, row), row

    return make


@pytest.fixture(scope="session")
def everybody(person: Callable[..., Entry]) -> list[Entry]:
    """People in every state."""
    return [
        person(),
        person("E2", name="王芳", team="T2", breaches=1, errors=9),
        person("E3", name="李娜", attitude=None, planned=0),
        person("E4", name="刘洋", rating=None, sales=UNREADABLE),
        person("E5", name="陈静", rating=None, period="2024-04", calls=250, visits=1000),
        person("E6", name="赵磊", team=None, errors=UNREADABLE),
    ]


@pytest.fixture
def report(everybody: list[Entry], tmp_path: Path) -> Callable[..., Path]:
    """Writes a report of these entries (everybody without), and gives its folder."""

    def write(entries: Iterable[Entry] | None = None, language: str = "en", **more: Any) -> Path:
        folder = tmp_path / f"report-{language}"
        write_report(everybody if entries is None else entries, folder, language, **more)
        return folder

    return write


@pytest.fixture(scope="session")
def registry() -> Registry:
    """All that is installed."""
    return load()


@pytest.fixture
def family(registry: Registry, tmp_path: Path) -> Callable[..., Path]:
    """Writes the report of a sheet that names a template, from the texts of its file and of its figures."""

    def write(template: str, sheet: str, figures: str, language: str = "en", periods: Sequence[str] = ()) -> Path:
        (tmp_path / "sheet.toml").write_text(f'{HEAD}template = "{template}"\n{sheet}', "utf-8")
        (tmp_path / "figures.csv").write_text(figures, "utf-8")
        scheme = registry.scheme(str(tmp_path / "sheet.toml"))
        job = open_job(registry, scheme, [str(tmp_path / "figures.csv")], periods, None, ())
        folder = tmp_path / f"{template.replace('/', '-')}-{language}"
        entries = explained(job, job.run(""))
        write_report(entries, folder, language, templates=registry.templates, problems=tuple(job.problems))
        return folder

    return write


@pytest.fixture
def shop() -> TemplateFolder:
    """The templates of the plugin ecommerce."""
    return SHOP


@pytest.fixture
def parsed() -> Callable[[Path], Page]:
    """Reads a page."""
    return lambda path: Page.of(path.read_text("utf-8"))
