"""One contestant in a process of its own, so that nobody pays for memory that another has left; started by
population.py.

python benchmarks/population_alone.py SHEET OUTPUTS MODE CONTESTANT PEOPLE.parquet

Runs once and prints the mebibytes that it held before (packages, and in memory the people too) and at most during it.
Then it runs twice for each line that it is given, and prints the seconds of the second time.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
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
    """Runs once and prints what it held, then as often as it is told to, and prints the seconds."""
    contestant = population_field.made(name, SHEETS[sheet], outputs)
    with tempfile.TemporaryDirectory() as folder:
        if mode == "memory":
            given = contestant.ready(pl.read_parquet(people))
        target = Path(folder) / "scored.parquet"

        def run() -> None:
            if mode == "memory":
                contestant.score(given)
            else:
                contestant.file(Path(people), target)

        before = _held("VmRSS")
        _forget()
        run()
        print(json.dumps({"mebibytes_before": round(before), "mebibytes": round(_held("VmHWM"))}), flush=True)
        for _ in sys.stdin:
            run()  # the processor's caches are full of another's people
            begun = time.perf_counter()
            run()
            print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
