"""Scores a CSV file of ecommerce/agent-indicators by hand: csv, Decimal, json, and no more.

python benchmarks/file_by_hand.py IN.csv OUT.jsonl
"""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path

from by_hand import in_decimal

KEYS = ("employee", "period")
PARTS = ("agent_sales", "shop_sales", "response_seconds")


def main(source: Path, target: Path) -> None:
    """Reads every figure as what it is, trusting it, and writes a line a person."""
    with source.open(encoding="utf-8", newline="") as rows, target.open("w", encoding="utf-8") as out:
        for row in csv.DictReader(rows):
            whole = {key: row.pop(key) for key in KEYS}
            facts = {name: Decimal(text) if name in PARTS else int(text) for name, text in row.items()}
            out.write(json.dumps(whole | in_decimal(facts), default=str, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
