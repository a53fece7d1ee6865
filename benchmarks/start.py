"""Times how soon kpicore answers, as whole processes, against a Python that does nothing.

python benchmarks/start.py [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import timing

NOTHING = "python -c pass"
_FIRST = """
import kpicore
facts = {"payers": 260, "inquirers": 400}
kpicore.load().scheme("ecommerce/agent-indicators").score(facts, employee="E001", period="2024-03")
"""


def commands() -> dict[str, list[str]]:
    """What is started, by how it is shown. `-P`: what lies in the folder is no package."""
    python = [sys.executable, "-P", "-c"]
    kpicore = timing.program()
    return {
        NOTHING: [*python, "pass"],
        "python -c 'import kpicore'": [*python, "import kpicore"],
        "kpicore --help": [*kpicore, "--help"],
        "kpicore schemes": [*kpicore, "schemes"],
        "python: load, and score one person": [*python, _FIRST],
    }


def timed(rounds: int) -> dict[str, list[float]]:
    """Seconds of each command, round by round; raises CalledProcessError where one fails."""
    with tempfile.TemporaryDirectory() as folder:

        def task(command: list[str]) -> Callable[[], None]:
            def run() -> None:
                subprocess.run(command, check=True, capture_output=True, cwd=folder)

            return run

        return timing.taking_turns({name: task(command) for name, command in commands().items()}, rounds)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often all take their turn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("there must be one round at least")
    where = timing.where()
    print(timing.headed(where))
    times = timed(options.rounds)
    lines = [
        {
            "name": name,
            "milliseconds": round(1000 * median(taken), 1),
            "to_python": round(timing.against(taken, times[NOTHING]), 2),
        }
        for name, taken in times.items()
    ]
    print(f"{options.rounds} rounds; medians")
    print(f"{'':40}{'ms':>8}{'x python':>10}")
    for line in lines:
        print(f"{line['name']:40}{line['milliseconds']:8.1f}{line['to_python']:10.2f}")
    if options.json is not None:
        whole = {"where": where, "rounds": options.rounds, "commands": lines}
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
