"""Scores a CSV file of auto/body-shop-advisor by hand: csv, Decimal, json, and no more.

python benchmarks/advisor_file_by_hand.py IN.csv OUT.jsonl
"""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from advisor_by_hand import in_decimal

PARTS = (
    *("intake_value", "intake_value_target", "gross_profit", "gross_profit_target", "small_job_value"),
    *("large_job_value", "collected", "contract_value", "rejected_claims_amount", "crew_output_high"),
    *("crew_output_low", "satisfaction"),
)


def main(source: Path, target: Path) -> None:
    """Reads every figure as what it is, trusting it, and writes a line a person and month."""
    people: dict[str, dict[str, dict[str, Any]]] = {}
    with source.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            employee, period = row.pop("employee"), row.pop("period")
            facts = {name: Decimal(text) if name in PARTS else int(text) for name, text in row.items() if text}
            people.setdefault(employee, {})[period] = facts
    with target.open("w", encoding="utf-8") as out:
        for employee, months in people.items():
            for period, facts in months.items():
                year, month = int(period[:4]), int(period[5:])
                before = f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"
                last_year = [other for known, other in months.items() if known.startswith(f"{year - 1}-")]
                scored = in_decimal(facts, months.get(before), months.get(f"{year - 1}-{month:02}"), last_year)
                whole = {"employee": employee, "period": period, **scored}
                out.write(json.dumps(whole, default=str, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
