"""What all tests share: the `--real` option, and the tests that need the real thing."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

NEEDS = {
    "chromium": ("chromium", "apt-get install -y --no-install-recommends chromium fonts-noto-cjk"),
    "libreoffice": ("soffice", "apt-get install -y --no-install-recommends libreoffice-calc"),
    "postgresql": ("pg_ctlcluster", "apt-get install -y --no-install-recommends postgresql"),
    "spark": (
        "java",
        "apt-get install -y --no-install-recommends openjdk-17-jre-headless && pip install -e '.[spark]'",
    ),
}
"""What a test can need: the program that shows that it is there, and the line that installs it."""
MODULES = {"spark": "pyspark"}
"""What must be there for Python beside the program."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--real", action="store_true", help="also run the tests through the real thing (see README)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real(need): needs a program beside Python; runs under --real only")
    config.addinivalue_line("markers", "longer: tries many more examples under --real than without")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--real"):
        return
    real = [item for item in items if item.get_closest_marker("real")]
    config.hook.pytest_deselected(items=real)
    items[:] = [item for item in items if item not in real]


def pytest_runtest_setup(item: pytest.Item) -> None:
    marker = item.get_closest_marker("real")
    if marker is None:
        return
    (need,) = marker.args
    program, line = NEEDS[need]
    module = MODULES.get(need)
    if shutil.which(program) is None or (module is not None and find_spec(module) is None):
        pytest.fail(f"{need} is not installed. Install it with: {line}", pytrace=False)
