"""The `--real` option: without it such tests do not run; with it they fail where the real thing is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SAMPLE = """
import pytest

@pytest.mark.real("chromium")
def test_in_a_browser():
    pass

def test_anywhere():
    pass
"""


@pytest.fixture
def sample(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(SAMPLE)
    return pytester


def test_without_the_option_only_what_needs_python_runs(sample: pytest.Pytester) -> None:
    sample.runpytest().assert_outcomes(passed=1, deselected=1)


def test_with_the_option_a_missing_program_fails_and_names_its_install_line(
    sample: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    result = sample.runpytest("--real")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*chromium is not installed. Install it with: apt-get install*chromium*"])


def test_with_the_option_a_missing_module_fails_as_well(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    conftest = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest.replace('"java"', '"python3"').replace('"pyspark"', '"no_such_module"'))
    pytester.makepyfile(SAMPLE.replace("chromium", "spark"))
    result = pytester.runpytest("--real")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*spark is not installed. Install it with: apt-get install*jre*pip install*spark*"])
