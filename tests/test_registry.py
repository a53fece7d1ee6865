import datetime
import inspect
import sys
import types
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import pytest
from attrs import evolve, frozen

import kpicore
from kpicore import Frame, Function, Parameter, Registry, Run, SchemeFolder, TemplateFolder, hookimpl
from kpicore.errors import PluginError, SchemeError, UnknownSchemeError
from kpicore.form import declared
from kpicore.formula.node import Node, Product, Quotient, Sum, number
from kpicore.hookspecs import HOOKS
from kpicore.io.protocol import WriteContext
from kpicore.io.table import Table
from kpicore.model import SchemeModel, Sheet
from kpicore.result import Result
from kpicore.text import Title

SCHEME = """
id = "{id}"
version = "{version}"
effective = {effective}
periods = ["month"]

[facts]
done = {{ kind = "count" }}
wanted = {{ kind = "count" }}

[[indicator]]
id = "finished"
weight = 100
measure = "{measure}"
kind = "number"
rule = {rule}
"""
PLAIN = '{ kind = "proportion", to = 1 }'
FACTS = {"done": 3, "wanted": 4}


def scheme_text(
    id: str = "own/one",
    version: str = "1",
    effective: str = "2020-01-01",
    measure: str = "done / wanted",
    rule: str = PLAIN,
) -> str:
    return SCHEME.format(id=id, version=version, effective=effective, measure=measure, rule=rule)


def write(root: Path, name: str, **parts: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(scheme_text(**parts), "utf-8")
    return path


class Plugin:
    """A plugin that fills the hooks that it is given."""

    def __new__(cls, name: str = "Plugin", /, **hooks: Any) -> Any:
        filled = {hook: hookimpl(staticmethod(_function(hook, value))) for hook, value in hooks.items()}
        return type(name, (), filled)()


def _function(hook: str, value: Any) -> Any:
    if callable(value) and not isinstance(value, type):
        return value
    return lambda: value


def loaded(*plugins: object) -> Registry:
    return kpicore.load(plugins=plugins)


def codes(registry: Registry) -> list[tuple[str, str]]:
    return [(problem.code, problem.key) for problem in registry.problems if not _of_kpicore(problem.key)]


def _of_kpicore(key: str) -> bool:
    return key.partition(".")[0] in ("standard", "ecommerce")


def message(registry: Registry) -> str:
    (found,) = [problem for problem in registry.problems if not _of_kpicore(problem.key)]
    return str(found)


@frozen
class Twofold:
    """Points: the measure, `by` times."""

    kind: ClassVar[str] = "twofold"
    measures: ClassVar[bool] = True
    by: Node = declared("amount", "how many times", default=number(2))

    def lower(self, measure: Node, frame: Frame) -> Node:
        return Product((measure, self.by))


class Reader:
    suffixes = (".Own",)

    def read(self, path: Path) -> Iterable[Table]:
        yield Table(str(path), None, ["employee"], [(2, ["E1"])])


class Writer:
    suffixes = (".own",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        for result in results:
            target.write(result.employee.encode())


class PythonScheme:
    """A scheme in Python: the sheet of a file's model, said otherwise."""

    id = "own/python"
    version = "7"
    effective = datetime.date(2020, 1, 1)
    title = Title.of("In Python")
    periods = ("month",)

    def __init__(self, model: SchemeModel, content: Any = None) -> None:
        self.model = model
        self.said = {"weight": Decimal("1.50"), "day": datetime.date(2020, 1, 1)} if content is None else content

    def sheet(self) -> Sheet:
        from kpicore.sheet import build_sheet

        return build_sheet(self.model)

    def content(self) -> Any:
        return self.said


@pytest.fixture
def model(tmp_path: Path) -> SchemeModel:
    model = kpicore.load().scheme(str(write(tmp_path, "a.toml"))).newest.model
    return evolve(model, id="own/python", version="7")


def test_hook_register_schemes(tmp_path: Path, model: SchemeModel) -> None:
    write(tmp_path / "folder", "one.toml")
    write(tmp_path / "folder", "deep/two.toml", id="own/deep/two")
    write(tmp_path / "folder", "one.cases.toml")
    single = write(tmp_path, "three.toml", id="elsewhere/three")
    write(tmp_path / "bare", "four.toml", id="four")
    python = PythonScheme(model)
    given = [SchemeFolder(tmp_path / "folder", "own"), single, tmp_path / "bare", python]
    registry = kpicore.load(plugins=[Plugin(register_schemes=given)])
    assert codes(registry) == []
    entries = {entry.id: entry for entry in registry.schemes() if entry.plugin == "Plugin"}
    assert set(entries) == {"own/one", "own/deep/two", "elsewhere/three", "four", "own/python"}
    assert entries["own/one"].path == tmp_path / "folder" / "one.toml"
    assert entries["own/python"].path is None
    for id_ in entries:
        assert registry.scheme(id_).score(FACTS, employee="E1", period="2024-03").total == Decimal(75), id_


def test_hook_register_rules(tmp_path: Path) -> None:
    rule = '{ kind = "twofold", by = 3 }'
    registry = loaded(Plugin(register_rules=[Twofold]))
    result = registry.scheme(str(write(tmp_path, "a.toml", rule=rule))).score(FACTS, employee="E1", period="2024-03")
    assert result.total == Decimal("2.25")
    assert registry.vocabulary.owners["rule:twofold"] == "Plugin"


def test_hook_register_functions(tmp_path: Path) -> None:
    halves = Function("half", lambda x: Quotient(x, number(2)), (Parameter("x"),))
    registry = loaded(Plugin(register_functions=[halves]))
    path = write(tmp_path, "a.toml", measure="half(done / wanted)")
    assert registry.scheme(str(path)).score(FACTS, employee="E1", period="2024-03").total == Decimal("37.50")


def test_hook_register_templates(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    given = [TemplateFolder(tmp_path / "a"), TemplateFolder(tmp_path / "b", "mine")]
    registry = loaded(Plugin(register_templates=given))
    found = {folder.prefix: folder.root for folder in registry.templates}
    assert found["Plugin"] == tmp_path / "a"
    assert found["mine"] == tmp_path / "b"
    assert codes(registry) == []


def test_hook_register_readers() -> None:
    reader = Reader()
    registry = loaded(Plugin(register_readers=[reader]))
    assert registry.readers[".own"] is reader
    assert {".csv", ".parquet"} <= set(registry.readers)


def test_hook_register_writers() -> None:
    writer = Writer()
    registry = loaded(Plugin(register_writers=[writer]))
    assert registry.writers[".own"] is writer
    assert {".json", ".jsonl", ".csv", ".parquet"} <= set(registry.writers)


def test_hook_on_scored(tmp_path: Path) -> None:
    runs: list[Run] = []
    counted: list[int] = []

    def keep(run: Run) -> None:
        runs.append(run)

    def fail(run: Run) -> None:
        raise OSError("the mail server is away")

    def count() -> None:
        counted.append(1)

    plugins = [Plugin("First", on_scored=fail), Plugin("Second", on_scored=keep), Plugin("Third", on_scored=count)]
    registry = loaded(*plugins)
    scheme = registry.scheme(str(write(tmp_path, "a.toml")))
    run = scheme.score_many([{"employee": "E1", "period": "2024-03", **FACTS}])
    assert [result.total for result in run] == [Decimal(75)]
    assert len(runs) == len(counted) == 1
    assert runs[0].results == run.results
    assert runs[0].scheme is scheme
    (problem,) = run.problems
    assert (problem.code, problem.severity, problem.key) == ("hook_failed", "warning", "First.on_scored")
    assert "OSError: the mail server is away." in problem.message
    assert registry.announce(run) is run, "a run is announced once"


def test_every_hook_has_a_test() -> None:
    """A table over `Hooks`: a hook without a function test_hook_<name> here fails."""
    missing = [hook for hook in HOOKS if not inspect.isfunction(globals().get(f"test_hook_{hook}"))]
    assert missing == []
    assert set(HOOKS) == {name for name in dir(kpicore.hookspecs.Hooks) if not name.startswith("_")}


REGISTERING = [hook for hook in HOOKS if hook.startswith("register_")]


@pytest.mark.parametrize("hook", REGISTERING)
def test_a_hook_that_raises_is_named_and_the_others_go_on(hook: str) -> None:
    def broken() -> Iterable[object]:
        yield from ()
        raise KeyError("nobody home\nand a second line")

    registry = loaded(Plugin("Bad", **{hook: broken}), Plugin("Good", register_rules=[Twofold]))
    assert codes(registry) == [("hook_failed", f"Bad.{hook}")]
    text = message(registry)
    assert hook in text
    assert "Bad" in text
    assert "KeyError" in text
    assert "\n" not in text
    assert "twofold" in registry.vocabulary.rules


@pytest.mark.parametrize("hook", REGISTERING)
@pytest.mark.parametrize("value", ["text", 3, [3], [object]], ids=str)
def test_a_hook_that_returns_something_else_is_named(hook: str, value: object) -> None:
    registry = loaded(Plugin("Bad", **{hook: value}))
    assert codes(registry) == [("bad_hook_value", f"Bad.{hook}")]
    assert "is expected" in message(registry)


def test_a_hook_may_return_nothing() -> None:
    assert codes(loaded(Plugin(**dict.fromkeys(REGISTERING)))) == []


class NoAttrs:
    kind = "bare"
    measures = True

    def lower(self, measure: Node, frame: Frame) -> Node:
        return measure


@pytest.mark.parametrize(
    ("hook", "value", "said"),
    [
        ("register_rules", NoAttrs, "the class NoAttrs, which is no attrs class"),
        ("register_rules", frozen(type("Mute", (), {})), "does not say 'kind'"),
        ("register_rules", frozen(type("Idle", (), {"kind": "idle", "measures": True})), "no method 'lower'"),
        ("register_functions", Function("not", lambda: number(1)), "which no formula can call"),
        ("register_readers", type("R", (), {"suffixes": "csv", "read": print})(), "are no endings"),
        ("register_writers", type("W", (), {"suffixes": ("csv",), "write": print})(), "are no endings"),
        ("register_templates", TemplateFolder(Path("/nowhere/at/all")), "a folder that is there is expected"),
        ("register_schemes", SchemeFolder(Path("/nowhere/at/all")), "there is no folder"),
        ("register_schemes", Path("/nowhere/at/all.toml"), "There is no such file"),
        ("register_schemes", "schemes", "a str"),
    ],
)
def test_what_is_wrong_with_a_thing_is_said_and_the_next_one_is_taken(hook: str, value: Any, said: str) -> None:
    plugin = Plugin("Bad", **{hook: [value]} | ({} if hook == "register_rules" else {"register_rules": [Twofold]}))
    registry = loaded(plugin)
    assert codes(registry) == [("bad_hook_value", f"Bad.{hook}")]
    assert said in message(registry)
    if hook != "register_rules":
        assert "twofold" in registry.vocabulary.rules


def test_a_misspelled_hook_is_an_error_that_names_plugin_and_hook() -> None:
    with pytest.raises(PluginError, match=r"Wrong.*'register_rule', .*Did you mean 'register_rules'\?"):
        loaded(Plugin("Wrong", register_rule=[]))


def test_a_hook_with_an_argument_that_there_is_not_is_an_error() -> None:
    def on_scored(runs: Run) -> None:
        raise AssertionError

    with pytest.raises(PluginError, match=r"on_scored of the plugin Wrong .*'runs'.*Did you mean 'run'\?"):
        loaded(Plugin("Wrong", on_scored=on_scored))


def test_a_wrapper_is_refused() -> None:
    class Wraps:
        @hookimpl(wrapper=True)
        def register_rules(self) -> Any:
            return (yield)

    assert codes(loaded(Wraps())) == [("bad_hook", "Wraps.register_rules")]


def test_two_that_bring_the_same_are_both_named_and_the_first_wins(tmp_path: Path) -> None:
    write(tmp_path, "a/one.toml")
    write(tmp_path, "b/one.toml")
    write(tmp_path, "b/one@2.toml", version="2", effective="2022-01-01")
    hooks: list[dict[str, Any]] = [
        {
            "register_rules": [Twofold],
            "register_functions": [Function("twice", lambda x: Sum((x, x)), (Parameter("x"),))],
            "register_readers": [Reader()],
            "register_writers": [Writer()],
            "register_templates": [TemplateFolder(tmp_path, "same")],
            "register_schemes": [SchemeFolder(tmp_path / folder, "own")],
        }
        for folder in ("a", "b")
    ]
    registry = loaded(Plugin("First", **hooks[0]), Plugin("Second", **hooks[1]))
    assert sorted(codes(registry)) == sorted(("brought_twice", f"Second.{hook}") for hook in REGISTERING)
    for problem in registry.problems:
        if problem.code == "brought_twice":
            assert "First" in problem.message
            assert "Second" in problem.message
    assert registry.readers[".own"] is hooks[0]["register_readers"][0]
    assert [version.version for version in registry.scheme("own/one").versions] == ["1", "2"]
    assert registry.scheme("own/one").versions[0].owner == registry.plugins[-2]


def test_a_plugin_can_not_take_a_built_in_rule_kind() -> None:
    bands = frozen(type("Bands", (), {"kind": "bands", "measures": True, "lower": Twofold.lower}))
    registry = loaded(Plugin("Second", register_rules=[bands]))
    assert codes(registry) == [("brought_twice", "Second.register_rules")]
    assert "the rule kind 'bands', which the plugin standard brings already" in message(registry)
    assert registry.vocabulary.rules["bands"] is not bands


def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **modules: str) -> None:
    """Puts a distribution 'stranger-things' 4.1 with these modules, each a plugin, on the path."""
    info = tmp_path / "stranger_things-4.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger-things\nVersion: 4.1\n")
    lines = [f"{name} = {name}_module" for name in modules]
    (info / "entry_points.txt").write_text("[kpicore]\n" + "\n".join(lines) + "\n")
    for name, code in modules.items():
        (tmp_path / f"{name}_module.py").write_text(code)
        monkeypatch.delitem(sys.modules, f"{name}_module", raising=False)
    monkeypatch.syspath_prepend(tmp_path)


def test_an_installed_plugin_that_can_not_be_imported_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(
        monkeypatch,
        tmp_path,
        aaa="import no_such_module_at_all",
        bbb="raise SystemExit(3)",
        ccc="import kpicore\n@kpicore.hookimpl\ndef on_scored(run): pass\n",
    )
    registry = kpicore.load()
    assert codes(registry) == [("plugin_failed", "aaa"), ("plugin_failed", "bbb")]
    first = next(str(problem) for problem in registry.problems if problem.key == "aaa")
    assert "aaa (stranger-things 4.1)" in first
    assert "ModuleNotFoundError: No module named 'no_such_module_at_all'." in first
    names = [info.name for info in registry.plugins]
    industries = ["aftersales", "auto", "beauty", "callcentre", "ccc", "ecommerce", "property", "service"]
    assert names == ["standard", *industries]
    assert [str(info) for info in registry.plugins][5] == "ccc (stranger-things 4.1)"
    assert registry.scheme("ecommerce/agent-indicators").id == "ecommerce/agent-indicators"


def test_installed_plugins_of_one_name_are_named_and_the_first_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(monkeypatch, tmp_path, ecommerce="")
    registry = kpicore.load()
    problem = next(problem for problem in registry.problems if problem.code == "plugin_twice")
    assert "ecommerce (stranger-things 4.1)" in problem.message
    assert "ecommerce (kpicore " in problem.message


def test_without_entry_points_there_is_only_what_is_handed_over() -> None:
    registry = kpicore.load(plugins=[Plugin(register_rules=[Twofold])], entry_points=False)
    assert set(registry.vocabulary.rules) == {"twofold"}
    assert registry.schemes() == ()
    assert [info.name for info in registry.plugins] == ["Plugin"]


def test_two_registries_know_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = loaded(Plugin(register_rules=[Twofold])), loaded()
    path = str(write(tmp_path, "a.toml", rule='{ kind = "twofold" }'))
    assert one.scheme(path).score(FACTS, employee="E1", period="2024-03").total == Decimal("1.5")
    with pytest.raises(SchemeError, match="twofold"):
        other.scheme(path)


def test_a_module_is_a_plugin_and_two_objects_of_a_class_are_two() -> None:
    module = types.ModuleType("handed_over")
    module.__version__ = "9"  # type: ignore[attr-defined]
    module.register_rules = hookimpl(lambda: [Twofold])  # type: ignore[attr-defined]
    registry = loaded(module, Plugin(), Plugin())
    found = [(info.name, info.version) for info in registry.plugins[-3:]]
    assert found == [("handed_over", "9"), ("Plugin", ""), ("Plugin 2", "")]
    assert "twofold" in registry.vocabulary.rules


def test_files_are_opened_when_their_scheme_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "one.toml")
    (tmp_path / "two.toml").write_text("this is [not TOML")
    registry = loaded(Plugin(register_schemes=[SchemeFolder(tmp_path, "own")]))
    assert {"own/one", "own/two"} <= {entry.id for entry in registry.schemes()}
    assert codes(registry) == []
    assert registry.scheme("own/one").id == "own/one"
    assert registry.scheme("own/one").newest is registry.scheme("own/one").newest
    with pytest.raises(SchemeError, match=r"two\.toml:1"):
        registry.scheme("own/two")


def test_a_file_that_says_another_id_than_its_place_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "other.toml")
    registry = loaded(Plugin(register_schemes=[SchemeFolder(tmp_path, "own")]))
    with pytest.raises(SchemeError, match=r'other\.toml:2: id: .*own/one.*own/other.*\n.*Write id = "own/other"'):
        registry.scheme("own/other")


def test_an_unknown_scheme_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "assembly-line.toml")
    registry = loaded(Plugin(register_schemes=[SchemeFolder(tmp_path, "own")]))
    for wrong in ("own/assembly-lime", "assembly-line", "Own/Assembly-line"):
        with pytest.raises(UnknownSchemeError, match=r"Did you mean 'own/assembly-line'\?"):
            registry.scheme(wrong)
    for hopeless in ("", "x" * 300, "a\0b", "own/"):
        with pytest.raises(UnknownSchemeError, match="There is no scheme"):
            registry.scheme(hopeless)
    with pytest.raises(SchemeError, match="no such file"):
        registry.scheme("nowhere.toml")


def test_a_file_needs_no_ending_where_it_is_there(tmp_path: Path) -> None:
    assert kpicore.load().scheme(str(write(tmp_path, "mine"))).id == "own/one"


def test_extends_finds_its_base_in_the_registry(tmp_path: Path, model: SchemeModel) -> None:
    write(tmp_path, "one.toml")
    write(tmp_path, "one@late.toml", version="2", effective="2022-01-01", measure="done / wanted / 2")
    python = PythonScheme(model)
    registry = loaded(Plugin(register_schemes=[SchemeFolder(tmp_path, "own"), python]))
    child = tmp_path / "elsewhere" / "child.toml"
    child.parent.mkdir()

    def total(base: str) -> Decimal | None:
        child.write_text(f'id = "mine/child"\nversion = "1"\neffective = 2023-01-01\nextends = "{base}"\n')
        return registry.scheme(str(child)).score(FACTS, employee="E1", period="2024-03").total

    assert total("own/one@1") == Decimal(75)
    assert total("own/one") == Decimal("37.50"), "the version in force last"
    for base, said in (
        ("own/on", "Did you mean 'own/one'"),
        ("own/one@3", "has no version '3'"),
        ("own/python", "made in Python"),
    ):
        with pytest.raises(SchemeError, match=rf"child\.toml:4: extends: .*{said}"):
            total(base)


def test_a_python_scheme_that_fails_is_its_plugins_failure_when_it_is_used(model: SchemeModel) -> None:
    class Broken(PythonScheme):
        id = "own/broken"

        def sheet(self) -> Sheet:
            raise ZeroDivisionError("no figures")

    class Odd(PythonScheme):
        id = "own/odd"

        def sheet(self) -> Sheet:
            return 3  # type: ignore[return-value]

    class Unsaid(PythonScheme):
        id = "own/unsaid"

    schemes = [Broken(model), Odd(model), Unsaid(model, {"made": object()}), PythonScheme(model)]
    registry = loaded(Plugin("Maker", register_schemes=schemes))
    assert codes(registry) == []
    for id_, said in (
        ("own/broken", r"its sheet\(\) failed: ZeroDivisionError: no figures\."),
        ("own/odd", r"its sheet\(\) failed: It gives something of type int"),
        ("own/unsaid", r"its content\(\) failed: TypeError: something of type object stands in it\."),
    ):
        with pytest.raises(PluginError, match=rf"'{id_}' of the plugin Maker .*{said}"):
            registry.scheme(id_).score(FACTS, employee="E1", period="2024-03")
    assert registry.scheme("own/python").score(FACTS, employee="E1", period="2024-03").status == "scored"


def test_the_hash_covers_content_and_the_plugins_that_the_scheme_stands_on(tmp_path: Path, model: SchemeModel) -> None:
    half = Function("half", lambda x: Quotient(x, number(2)), (Parameter("x"),))
    path = str(write(tmp_path, "a.toml", measure="half(done) / wanted", rule='{ kind = "twofold" }'))

    def hashed(rules: str, functions: str, other: str, path: str = path) -> str:
        plugins = [
            Plugin("Rules", register_rules=[Twofold]),
            Plugin("Functions", register_functions=[half]),
            Plugin("Other", register_writers=[Writer()]),
        ]
        for plugin, version in zip(plugins, (rules, functions, other), strict=True):
            plugin.__class__.__version__ = version
        return loaded(*plugins).scheme(path).score(FACTS, employee="E1", period="2024-03").hash

    first = hashed("1", "1", "1")
    assert first == hashed("1", "1", "2"), "a plugin that the scheme does not use changes nothing"
    again = str(write(tmp_path, "b.toml", measure="half(done) / wanted", rule='{ kind = "twofold" }'))
    assert first == hashed("1", "1", "1", again), "nor does the file's name"
    changed = str(write(tmp_path, "c.toml", measure="half(done) / wanted", rule='{ kind = "twofold", by = 2 }'))
    hashes = {first, hashed("2", "1", "1"), hashed("1", "2", "1"), hashed("1", "1", "1", changed)}
    assert len(hashes) == 4

    def python(content: Any, version: str) -> str:
        plugin = Plugin("Maker", register_schemes=[PythonScheme(model, content)])
        plugin.__class__.__version__ = version
        return loaded(plugin).scheme("own/python").score(FACTS, employee="E1", period="2024-03").hash

    assert python({"a": 1, "b": [2]}, "1") == python({"b": (2,), "a": 1}, "1")
    assert len({python({"a": 1}, "1"), python({"a": 2}, "1"), python({"a": 1}, "2")}) == 3
