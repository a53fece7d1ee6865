"""Plugins found and asked: each by itself, so that one that fails is named and the others go on."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from attrs import define, field, frozen
from pluggy import HookImpl, PluginManager, PluginValidationError

from kpicore.errors import PluginError
from kpicore.hookspecs import HOOKS, PROJECT, Hooks
from kpicore.problem import Problem, did_you_mean

FIRST = "standard"
_LONGEST_SHOWN = 200


@frozen
class PluginInfo:
    """A plugin at work. `version` and `distribution` are '' where it was handed over as an object."""

    name: str
    version: str = ""
    distribution: str = ""
    module: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})" if self.distribution else self.name


@frozen
class Given:
    """One thing that a plugin's hook returned, and who returned it."""

    plugin: PluginInfo
    value: object


@define
class Plugins:
    """The plugins of one registry, in the order in which they were loaded, and what was wrong with them."""

    infos: list[PluginInfo] = field(factory=list)
    problems: list[Problem] = field(factory=list)
    _manager: PluginManager = field(factory=lambda: PluginManager(PROJECT))

    def __attrs_post_init__(self) -> None:
        self._manager.add_hookspecs(Hooks)

    def find(self) -> None:
        """Loads and adds all installed plugins, kpicore's standard one first, then by name."""
        for entry in sorted(entry_points(group=PROJECT), key=_turn):
            info = _info_of(entry)
            try:
                plugin = entry.load()
            except (Exception, SystemExit) as error:
                self._lost(info, error)
            else:
                self.add(plugin, info)

    def add(self, plugin: object, info: PluginInfo) -> None:
        """Adds a plugin; raises PluginError where one of its hooks takes an argument that there is not."""
        held = next((held for held in self.infos if held.name == info.name), None)
        if held is not None or self._manager.is_registered(plugin):
            message = f"The plugin {info} ({info.module}) bears the name of {held or info}, so it is not used."
            self.problems.append(Problem("plugin_twice", message, key=info.name, hint="Give it another name."))
            return
        try:
            self._manager.register(plugin, info.name)
        except PluginValidationError as error:
            raise _wrong_hook(plugin, info, error) from None
        except (Exception, SystemExit) as error:
            self._lost(info, error)
        else:
            self.infos.append(info)

    def check(self) -> None:
        """Raises PluginError, naming plugins and hooks, where something marked as a hook is none."""
        problems = []
        for info in self.infos:
            plugin = self._manager.get_plugin(info.name)
            for caller in self._manager.get_hookcallers(plugin) or ():
                if not caller.has_spec() and any(_must(impl) for impl in _impls(caller.get_hookimpls(), plugin)):
                    message = f"The plugin {info} fills a hook '{caller.name}', and there is none of this name."
                    hint = did_you_mean(caller.name, HOOKS)
                    problems.append(Problem("unknown_hook", message, key=f"{info.name}.{caller.name}", hint=hint))
        if problems:
            raise PluginError(" ".join(f"{problem.message} {problem.hint}" for problem in problems), problems)
        self._manager.check_pending()

    def ask(self, hook: str, wanted: str) -> Iterator[Given]:
        """All that the plugins return from a `register_` hook, in the order of the plugins.

        `wanted` says in words what each should return a list of.
        """
        for info in self.infos:
            for impl in self._filled(hook, info):
                try:
                    answer = impl.function()
                    if answer is not None and (isinstance(answer, str) or not isinstance(answer, Iterable)):
                        self.wrong(info, hook, answer, wanted)
                        continue
                    found = list(answer or ())
                except (Exception, SystemExit) as error:
                    self.problems.append(_failed(info, hook, error))
                    continue
                for value in found:
                    yield Given(info, value)

    def tell(self, hook: str, argument: object) -> tuple[Problem, ...]:
        """Calls a hook of all plugins with its one argument; a warning for each that failed."""
        problems: list[Problem] = []
        for info in self.infos:
            for impl in self._filled(hook, info):
                try:
                    impl.function(*(argument for _ in impl.argnames))
                except (Exception, SystemExit) as error:
                    problems.append(_failed(info, hook, error, "warning"))
        return tuple(problems)

    def wrong(self, info: PluginInfo, hook: str, value: object, wanted: str, why: str = "") -> None:
        """Notes that a plugin returned something else than its hook asks for."""
        message = f"The hook {hook} of the plugin {info} returned {_shown(value)}{why}; {wanted} is expected."
        self.problems.append(Problem("bad_hook_value", message, key=f"{info.name}.{hook}"))

    def taken(self, info: PluginInfo, hook: str, what: str, holder: str) -> None:
        """Notes that a plugin brings what another has brought before."""
        message = f"The plugin {info} brings {what}, which the plugin {holder} brings already; that one is used."
        self.problems.append(Problem("brought_twice", message, key=f"{info.name}.{hook}"))

    def _lost(self, info: PluginInfo, error: BaseException) -> None:
        message = f"The plugin {info} can not be loaded: {sentence(error)}"
        hint = "Nothing of it can be used. Mend or remove its distribution."
        self.problems.append(Problem("plugin_failed", message, key=info.name, hint=hint))

    def _filled(self, hook: str, info: PluginInfo) -> Iterator[HookImpl]:
        plugin = self._manager.get_plugin(info.name)
        for impl in _impls(getattr(self._manager.hook, hook).get_hookimpls(), plugin):
            if impl.wrapper or impl.hookwrapper:
                message = f"The hook {hook} of the plugin {info} is a wrapper; kpicore asks each plugin by itself."
                self.problems.append(Problem("bad_hook", message, key=f"{info.name}.{hook}"))
            else:
                yield impl


def info_of(plugin: object) -> PluginInfo:
    """What is known of a plugin that was handed over as a module or an object."""
    if isinstance(plugin, ModuleType):
        return PluginInfo(plugin.__name__, str(getattr(plugin, "__version__", "")), "", plugin.__name__)
    cls = plugin if isinstance(plugin, type) else type(plugin)
    return PluginInfo(cls.__name__, str(getattr(plugin, "__version__", "")), "", cls.__module__)


def sentence(error: BaseException) -> str:
    """An exception in one sentence: its kind and the first line of what it says."""
    said = str(error).strip().partition("\n")[0][:_LONGEST_SHOWN].strip()
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _turn(entry: EntryPoint) -> tuple[bool, str, str]:
    owner = entry.dist.name if entry.dist is not None else ""
    return (entry.name, owner) != (FIRST, PROJECT), entry.name, owner


def _info_of(entry: EntryPoint) -> PluginInfo:
    if entry.dist is None:
        return PluginInfo(entry.name, module=entry.value)
    return PluginInfo(entry.name, entry.dist.version, entry.dist.name, entry.value)


def _impls(impls: Iterable[HookImpl], plugin: object) -> Iterator[HookImpl]:
    return (impl for impl in impls if impl.plugin is plugin)


def _must(impl: HookImpl) -> bool:
    return not impl.optionalhook


def _failed(info: PluginInfo, hook: str, error: BaseException, severity: str = "error") -> Problem:
    message = f"The hook {hook} of the plugin {info} failed: {sentence(error)}"
    return Problem("hook_failed", message, "warning" if severity == "warning" else "error", key=f"{info.name}.{hook}")


def _wrong_hook(plugin: object, info: PluginInfo, error: PluginValidationError) -> PluginError:
    """Which hook takes what it should not; pluggy's own words where that can not be told."""
    for hook in HOOKS:
        filled = getattr(plugin, hook, None)
        if not callable(filled):
            continue
        known = [name for name in inspect.signature(getattr(Hooks, hook)).parameters if name != "self"]
        for name in inspect.signature(filled).parameters:
            if name not in known and name != "self":
                message = f"The hook {hook} of the plugin {info} takes an argument '{name}', which it does not get."
                hint = did_you_mean(name, known) or "It takes no argument."
                problem = Problem("bad_hook", message, key=f"{info.name}.{hook}", hint=hint)
                return PluginError(f"{message} {hint}", [problem])
    message = f"The plugin {info} can not be used: {' '.join(str(error).split())}"
    return PluginError(message, [Problem("bad_hook", message, key=info.name)])


def _shown(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
