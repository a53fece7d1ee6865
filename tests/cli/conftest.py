"""What the tests of commands share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpicore.cli.main import cli

DATA = Path(__file__).resolve().parent.parent / "data"
Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with a scheme (counter.toml), its cases and its figures (counter.csv)."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("counter.toml", "counter.cases.toml", "counter.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Runs `kpicore` with these arguments in this process. An exception that is no exit is the test's."""

    def run_(*args: str, **env: str) -> Result:
        result = CliRunner().invoke(cli, args, env=dict(env), prog_name="kpicore")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_


@pytest.fixture
def process() -> Process:
    """Runs `kpicore` with these arguments in a process of its own."""

    def process_(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", "from kpicore.cli.main import main; main()", *args],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **env},
            timeout=60,
            check=False,
        )

    return process_
