"""Results as CSV, opened in a spreadsheet: Chinese stays Chinese, and a name that looks like a formula stays a name."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

import pytest

import kpicore
from kpicore.io.write import write_results

FACTS: dict[str, object] = {
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
    "response_seconds": 30,
    "refunds": 2,
    "deals": 100,
}
NAMES = ["王芳", "=1+1", "+86 139", "-2+3", "@SUM(1)", "李,强", '他说"好"']
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.mark.real("libreoffice")
def test_a_spreadsheet_shows_results_as_they_are(tmp_path: Path) -> None:
    registry = kpicore.load()
    rows = [{"employee": f"E{i}", "name": name, "period": "2024-03", **FACTS} for i, name in enumerate(NAMES)]
    run = registry.scheme("ecommerce/agent-indicators").score_many(rows)
    write_results(run.results, tmp_path / "results.csv", registry.writers)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "fods"]
    subprocess.run(
        [*command, "--infilter=CSV:44,34,76,1", "--outdir", str(tmp_path), str(tmp_path / "results.csv")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    sheet = ET.parse(tmp_path / "results.fods")
    assert [cell for cell in sheet.iter(f"{TABLE}table-cell") if cell.get(f"{TABLE}formula")] == []
    shown = ["".join(part.itertext()) for part in sheet.iter(f"{TEXT}p")]
    for name in NAMES:
        plain = name[0] in "=+-@"
        assert (f"'{name}" if plain else name) in shown, name
    assert shown.count("93.00") >= 1 or shown.count("93") >= 1
