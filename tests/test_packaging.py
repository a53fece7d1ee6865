"""What is installed: wheel and sdist are built from the working tree, and used with the sources out of sight."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STRANGER = Path(__file__).parent / "stranger"
BUILD = "import sys; from setuptools import build_meta; getattr(build_meta, 'build_' + sys.argv[1])(sys.argv[2])"
NEEDED = ("attrs", "click", "jinja2", "pluggy", "polars", "tomli", "tree_sitter")
FIGURES = {
    "payers": 300, "inquirers": 400, "orders_paid": 92, "orders_placed": 100, "agent_sales": "11200",
    "agent_buyers": 100, "shop_sales": "1000000", "shop_buyers": 10000, "chats_replied": 99, "chats_received": 100,
    "response_seconds": 30, "refunds": 2, "deals": 100,
}  # fmt: skip


def run(*command: object, cwd: Path, **variables: str) -> str:
    """The output of a command that knows nothing of the sources but what `cwd` holds."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=clean | variables, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tree(target: Path) -> Path:
    """A copy of what git knows or would take: no caches and nothing that a build has left."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    return target


def build(what: str, source: Path, out: Path) -> Path:
    out.mkdir(parents=True)
    run(sys.executable, "-W", "ignore", "-c", BUILD, what, out, cwd=source)
    (made,) = out.iterdir()
    return made


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tree(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", source, tmp_path_factory.mktemp("wheel") / "out")


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with kpicore's wheel and the stranger's.

    The libraries that kpicore needs are those of the running interpreter, behind what is installed here.
    """
    place = tmp_path_factory.mktemp("home")
    stranger = tree_of_stranger(place)
    theirs = build("wheel", stranger, place / "out")
    venv.create(place / "venv", with_pip=False, symlinks=True)
    pip = ("-m", "pip", "--python", place / "venv" / "bin" / "python", "--disable-pip-version-check")
    run(sys.executable, *pip, "install", "-q", "--no-deps", "--no-index", wheel, theirs, cwd=place)
    found = {Path(importlib.import_module(name).__file__ or "").parents[1] for name in NEEDED}
    (site_packages(place) / "dependencies.pth").write_text("\n".join(map(str, sorted(found))))
    return place


def tree_of_stranger(place: Path) -> Path:
    shutil.copytree(STRANGER, place / "stranger", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    return place / "stranger"


def site_packages(home: Path) -> Path:
    (found,) = (home / "venv" / "lib").glob("python*/site-packages")
    return found


def python(home: Path, code: str) -> str:
    """What the environment's Python prints, run in a directory that has nothing to do with the sources."""
    away = home / "away"
    away.mkdir(exist_ok=True)
    return run(home / "venv" / "bin" / "python", "-W", "error", "-c", code, cwd=away)


def test_the_wheel_holds_all_schemes_templates_and_types(source: Path, wheel: Path) -> None:
    expected = {"kpicore/py.typed"}
    for folder in ("schemes", "templates"):
        for path in (source / folder).rglob("*"):
            if path.is_file():
                expected.add(f"kpicore/{folder}/{path.relative_to(source / folder).as_posix()}")
    for folder in ("kpicore", "plugins"):
        prefix = "" if folder == "kpicore" else "kpicore/"
        expected |= {prefix + path.relative_to(source).as_posix() for path in (source / folder).rglob("*.py")}
    expected |= {path.relative_to(source).as_posix() for path in (source / "kpicore" / "messages").glob("*.toml")}
    assert contents(wheel) == expected


def test_the_sdist_builds_the_same_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", source, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert contents(build("wheel", unpacked, tmp_path / "again")) == contents(wheel)


def test_only_kpicore_appears_at_the_top(home: Path) -> None:
    tops = {path.name for path in site_packages(home).iterdir() if not path.name.endswith((".dist-info", ".pth"))}
    assert tops == {"kpicore", "stranger"}


def test_the_installed_package_scores_from_anywhere(home: Path) -> None:
    code = f"""
import kpicore
registry = kpicore.load()
result = registry.scheme("ecommerce/agent-indicators").score({FIGURES!r}, employee="E001", period="2024-03")
print(kpicore.__file__)
print(result.to_json())
print([problem.key for problem in registry.problems])
print([str(folder.root) for folder in registry.templates])
"""
    file, told, problems, templates = python(home, code).splitlines()
    assert Path(file).is_relative_to(home)
    result = json.loads(told)
    assert (result["status"], result["total"], result["grade"]) == ("scored", "100.00", "A")
    assert problems == "['stranger_broken']"
    assert f"{site_packages(home)}/kpicore/templates/" in templates
    assert str(ROOT) not in templates


def test_each_thing_that_the_stranger_adds_is_used(home: Path) -> None:
    code = """
import json, kpicore
registry = kpicore.load()
scheme = registry.scheme("stranger/baker")
result = scheme.score({"loaves": 60, "ordered": 100}, employee="E001", period="2024-03")
template = next(folder for folder in registry.templates if folder.prefix == "stranger").root / "baker.html.j2"
print(json.dumps({
    "total": str(result.total),
    "measure": str(result.indicators["delivered"].measure),
    "owners": [registry.vocabulary.owners[name] for name in ("rule:up_to_goal", "function:percent")],
    "entry": next(entry.plugin for entry in registry.schemes() if entry.id == "stranger/baker"),
    "template": template.read_text(),
    "problems": [str(problem) for problem in registry.problems],
}))
"""
    told = json.loads(python(home, code))
    assert told["total"] == "75.00"
    assert told["measure"] == "60.0000"
    assert told["owners"] == ["stranger", "stranger"]
    assert told["entry"] == "stranger"
    assert told["template"] == "<p>Bread of the month</p>\n"
    (problem,) = told["problems"]
    assert "stranger_broken (kpicore-stranger 3.2)" in problem
    assert "RuntimeError: the licence server is away." in problem


def test_the_strangers_command_is_one_of_kpicores(home: Path) -> None:
    command = home / "venv" / "bin" / "kpicore"
    assert run(command, "stranger-hello", "Ann", cwd=home) == "hello Ann from a stranger\n"
    assert "stranger-hello" in run(command, "--help", cwd=home)
