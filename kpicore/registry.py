"""The registry: what the plugins at hand bring, and the schemes among it. `load()` makes one; nothing is global."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
from attrs import define, evolve, field

from kpicore.catalogue import Catalogue, SchemeEntry
from kpicore.folder import TemplateFolder
from kpicore.formula.resolve import Function
from kpicore.formula.syntax import KEYWORDS
from kpicore.io.protocol import ResultWriter, TableReader
from kpicore.loaded import LoadedScheme
from kpicore.plugin import Given, PluginInfo, Plugins, info_of
from kpicore.problem import Problem
from kpicore.protocols import Rule
from kpicore.run import Run, TableRun
from kpicore.vocabulary import Vocabulary

Told = TypeVar("Told", Run, TableRun)

__all__ = ["PluginInfo", "Registry", "SchemeEntry", "load"]


@define(eq=False)
class Registry:
    """What the plugins at hand bring.

    `problems` names each plugin or hook that failed; `readers` and `writers` go by ending, in lower case.
    """

    vocabulary: Vocabulary
    readers: Mapping[str, TableReader]
    writers: Mapping[str, ResultWriter]
    templates: tuple[TemplateFolder, ...]
    _catalogue: Catalogue
    _plugins: Plugins = field(repr=False)

    @property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """The plugins at work, in the order in which they were loaded."""
        return tuple(self._plugins.infos)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with plugins and what they bring."""
        return tuple(self._plugins.problems)

    def schemes(self) -> tuple[SchemeEntry, ...]:
        """All schemes by id. Their files are not opened."""
        return self._catalogue.entries()

    def scheme(self, ref: str, version: str | None = None) -> LoadedScheme:
        """The scheme of an id, or of the path of a TOML file; with `version`, fixed to that one.

        Raises UnknownSchemeError where there is none, SchemeError where its file is wrong, PluginError where the
        plugin that makes it fails.
        """
        found = LoadedScheme(self._catalogue.versions(ref), self.announce)
        return found.fixed(version) if version is not None else found

    def announce(self, run: Told) -> Told:
        """Tells all plugins of a finished run, once; the run, with a warning for each plugin that failed."""
        if run.announced:
            return run
        run = evolve(run, announced=True)
        failed: Sequence[Problem] = self._plugins.tell("on_scored", run)
        return evolve(run, problems=(*run.problems, *failed)) if failed else run


def load(*, plugins: Iterable[object] | None = None, entry_points: bool = True) -> Registry:
    """A registry of the installed plugins (where `entry_points`) and of `plugins`: modules or objects with hooks.

    A plugin that fails is named in the registry's problems. Raises PluginError where a plugin fills a hook that
    there is not, or takes an argument that its hook does not get.
    """
    at_hand = Plugins()
    if entry_points:
        at_hand.find()
    for plugin in plugins or ():
        at_hand.add(plugin, _named(info_of(plugin), at_hand))
    at_hand.check()
    vocabulary = _vocabulary(at_hand)
    readers = _by_suffix(at_hand, "register_readers", TableReader, "a list of table readers")
    writers = _by_suffix(at_hand, "register_writers", ResultWriter, "a list of result writers")
    templates = tuple(_templates(at_hand))
    return Registry(vocabulary, readers, writers, templates, Catalogue.of(at_hand, vocabulary), at_hand)


def _named(info: PluginInfo, plugins: Plugins) -> PluginInfo:
    """With a number behind its name where another bears it: two objects of one class are two plugins."""
    names = {held.name for held in plugins.infos}
    name, count = info.name, 1
    while name in names:
        count += 1
        name = f"{info.name} {count}"
    return evolve(info, name=name)


def _vocabulary(plugins: Plugins) -> Vocabulary:
    found = Vocabulary()
    rules: list[tuple[Given, type[Rule]]] = []
    for given in plugins.ask("register_rules", "a list of rule classes"):
        why = _rule_fault(given.value)
        if why is None:
            rules.append((given, given.value))  # type: ignore[arg-type]
        else:
            plugins.wrong(given.plugin, "register_rules", given.value, "a list of rule classes", why)
    for given, rule in rules:
        held = found.owners.get(f"rule:{rule.kind}")
        if held is not None:
            plugins.taken(given.plugin, "register_rules", f"the rule kind '{rule.kind}'", held)
        else:
            found = found.joined(Vocabulary.of([rule], owner=given.plugin.name))
    for given in plugins.ask("register_functions", "a list of Function"):
        function = given.value
        if not isinstance(function, Function):
            plugins.wrong(given.plugin, "register_functions", function, "a list of Function")
        elif not function.name.isidentifier() or function.name in KEYWORDS:
            why = f" of the name '{function.name}', which no formula can call"
            plugins.wrong(given.plugin, "register_functions", function, "a Function with a plain name", why)
        elif (held := found.owners.get(f"function:{function.name}")) is not None:
            plugins.taken(given.plugin, "register_functions", f"the function '{function.name}'", held)
        else:
            found = found.joined(Vocabulary.of(functions=[function], owner=given.plugin.name))
    return found


def _rule_fault(value: object) -> str | None:
    """What keeps a value from being a rule kind, to stand behind what it is; None where nothing does."""
    if not isinstance(value, type):
        return ""
    if not attrs.has(value):
        return ", which is no attrs class"
    if not isinstance(getattr(value, "kind", None), str) or not isinstance(getattr(value, "measures", None), bool):
        return ", which does not say 'kind' (a text) and 'measures' (a bool)"
    if not callable(getattr(value, "lower", None)):
        return ", which has no method 'lower'"
    return None


def _by_suffix(plugins: Plugins, hook: str, protocol: type[Any], wanted: str) -> dict[str, Any]:
    """Readers or writers by ending; the first that claims an ending keeps it."""
    found: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for given in plugins.ask(hook, wanted):
        suffixes = _suffixes(given.value, protocol)
        if suffixes is None:
            why = "" if not _meets(given.value, protocol) else ", whose 'suffixes' are no endings such as ('.csv',)"
            plugins.wrong(given.plugin, hook, given.value, wanted, why)
            continue
        for suffix in suffixes:
            if suffix in found:
                plugins.taken(given.plugin, hook, f"the ending {suffix}", owners[suffix])
            else:
                found[suffix], owners[suffix] = given.value, given.plugin.name
    return found


def _meets(value: object, protocol: type[Any]) -> bool:
    try:
        return isinstance(value, protocol) and not isinstance(value, type)
    except Exception:  # a property of a stranger's object may raise anything
        return False


def _suffixes(value: Any, protocol: type[Any]) -> tuple[str, ...] | None:
    if not _meets(value, protocol):
        return None
    given = value.suffixes
    if not isinstance(given, tuple | list) or not given:
        return None
    if not all(isinstance(suffix, str) and suffix.startswith(".") for suffix in given):
        return None
    return tuple(suffix.lower() for suffix in given)


def _templates(plugins: Plugins) -> Iterable[TemplateFolder]:
    hook, wanted = "register_templates", "a list of TemplateFolder"
    owners: dict[str, str] = {}
    for given in plugins.ask(hook, wanted):
        folder = given.value
        if not isinstance(folder, TemplateFolder):
            plugins.wrong(given.plugin, hook, folder, wanted)
            continue
        folder = evolve(folder, prefix=folder.prefix or given.plugin.name)
        if not Path(folder.root).is_dir():
            plugins.wrong(given.plugin, hook, folder, "a folder that is there", f" for {folder.root}")
        elif folder.prefix in owners:
            plugins.taken(given.plugin, hook, f"the templates '{folder.prefix}'", owners[folder.prefix])
        else:
            owners[folder.prefix] = given.plugin.name
            yield folder
