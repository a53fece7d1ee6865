"""One contestant in a process of its own, for the memory that it takes; started by population.py.

python benchmarks/population_alone.py SHEET OUTPUTS MODE CONTESTANT PEOPLE.parquet

Prints the mebibytes that it held before its run (packages, and in memory the people too) and at most during it.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

import polars as pl
import population_field
from population_sheets import SHEETS

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def _held(field: str) -> float:
    """Mebibytes by the kernel's count; elsewhere than on Linux only the most of the whole process is known."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith(field))
        return int(line.split()[1]) / 2**10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def _forget() -> None:
    """Lets the count of the most begin anew, where the kernel can."""
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return


def main(sheet: str, outputs: str, mode: str, name: str, people: str) -> None:
    """Runs once and prints the figures as JSON."""
    contestant = population_field.made(name, SHEETS[sheet], outputs)
    with tempfile.TemporaryDirectory() as folder:
        if mode == "memory":
            given = contestant.ready(pl.read_parquet(people))
            before = _held("VmRSS")
            _forget()
            got = contestant.score(given)
            most = _held("VmHWM")
            del got
        else:
            before = _held("VmRSS")
            _forget()
            contestant.file(Path(people), Path(folder) / "scored.parquet")
            most = _held("VmHWM")
    print(json.dumps({"before": round(before), "most": round(most)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
