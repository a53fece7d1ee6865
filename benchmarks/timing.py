"""What the benchmarks share: rounds that take turns, medians, and a line on where they ran."""

from __future__ import annotations

import datetime
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median


def taking_turns(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each task in each round; in a round all run one after another, so that a busy moment hits all."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(rounds):
        for name, task in tasks.items():
            begun = time.perf_counter()
            task()
            found[name].append(time.perf_counter() - begun)
    return found


def against(times: Iterable[float], reference: Iterable[float]) -> float:
    """The median, over the rounds, of one task's time by another's in the same round."""
    return median(one / other for one, other in zip(times, reference, strict=True))


def where(packages: Iterable[str] = ()) -> dict[str, str]:
    """The day, the machine and the versions that a figure belongs to; also those of `packages`."""
    found = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": platform.python_version(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "",
    }
    for package in ("kpicore", "polars", "zen-engine", *packages):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def headed(found: Mapping[str, str]) -> str:
    """The same as one line."""
    return ", ".join(f"{name} {value}" for name, value in found.items() if value)


def program() -> list[str]:
    """The command line of this Python's kpicore."""
    beside = shutil.which("kpicore", path=Path(sys.executable).parent)
    if beside is None:
        sys.exit("The command kpicore does not stand beside this Python; pip install . first.")
    return [beside]
