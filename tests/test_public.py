import ast
import subprocess
import sys
from pathlib import Path

import kpicore

ROOT = Path(__file__).parents[1]


def modules_after(statement: str) -> set[str]:
    """The modules outside the standard library that a fresh Python has loaded after this statement."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    return {name for name in run.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names}


def test_importing_kpicore_loads_nothing() -> None:
    assert modules_after("import kpicore") == {"kpicore"}


def test_errors_and_records_come_without_anything_heavy() -> None:
    found = modules_after("from kpicore import KpicoreError, Problem, SchemeFolder, hookimpl, parse_period")
    assert {name.partition(".")[0] for name in found} <= {"kpicore", "attr", "attrs", "pluggy"}


def test_scoring_loads_no_frames_templates_or_commands() -> None:
    statement = (
        "import kpicore; kpicore.load().scheme('ecommerce/agent-indicators')"
        ".score({}, employee='E001', period='2024-03')"
    )
    tops = {name.partition(".")[0] for name in modules_after(statement)}
    assert not tops & {"polars", "pyarrow", "jinja2", "click", "tree_sitter", "tree_sitter_toml"}


def test_every_public_name_is_there_and_documented() -> None:
    assert list(kpicore.__all__) == sorted(kpicore.__all__)
    for name in kpicore.__all__:
        value = getattr(kpicore, name)
        assert name == "__version__" or value.__doc__, name
    assert set(kpicore.__all__) <= set(dir(kpicore))


def test_what_is_typed_is_what_is_fetched() -> None:
    tree = ast.parse((ROOT / "kpicore" / "__init__.py").read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == {name: f"kpicore.{home}" for name, home in kpicore._HOME.items()}
    assert set(kpicore.__all__) == {*typed, "__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(kpicore, "lode")


def test_the_api_is_typed() -> None:
    """mypy --strict over code that uses the API rightly, and wrongly where a comment says so."""
    command = [sys.executable, "-m", "mypy", "--strict", "tests/typing/api.py"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
