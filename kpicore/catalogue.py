"""The schemes that plugins register: known by id at once, read when they are asked for."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import define, field, frozen

from kpicore.errors import KpicoreError, SchemeError, UnknownSchemeError
from kpicore.folder import SCHEME_ENDING, SchemeFolder
from kpicore.identity import Identity
from kpicore.plugin import PluginInfo, Plugins, sentence
from kpicore.problem import Problem, did_you_mean
from kpicore.protocols import Scheme
from kpicore.schemefile import FileScheme, RawScheme, load_raw, load_scheme
from kpicore.version import Version
from kpicore.vocabulary import Vocabulary

HOOK = "register_schemes"
WANTED = "a list of SchemeFolder, Path or schemes"


@frozen
class SchemeEntry:
    """A scheme as registered: its id, the plugin that owns it, and a source for each version (a file, or an object
    that is the scheme)."""

    id: str
    plugin: str
    sources: tuple[Path | Scheme, ...]

    @property
    def path(self) -> Path | None:
        """The file of its first version; None where that is made in Python."""
        first = self.sources[0]
        return first if isinstance(first, Path) else None


@frozen
class _Source:
    """Where one version of a scheme comes from."""

    plugin: PluginInfo
    made: Path | Scheme


@define(eq=False)
class Catalogue:
    """The registered schemes of one registry."""

    vocabulary: Vocabulary
    _plugins: Plugins
    _sources: dict[str, list[_Source]] = field(factory=dict)
    _raws: dict[Path, RawScheme] = field(factory=dict)
    _read: dict[str, tuple[Version, ...]] = field(factory=dict)

    @classmethod
    def of(cls, plugins: Plugins, vocabulary: Vocabulary) -> Catalogue:
        """Asks the plugins for their schemes."""
        catalogue = cls(vocabulary, plugins)
        for given in plugins.ask(HOOK, WANTED):
            try:
                for id_, made in catalogue._found(given.value):
                    catalogue._sources.setdefault(id_, []).append(_Source(given.plugin, made))
            except KpicoreError as error:
                plugins.wrong(given.plugin, HOOK, given.value, "a scheme file that can be read", f": {error}")
            except (Exception, SystemExit) as error:
                plugins.wrong(given.plugin, HOOK, given.value, WANTED, f" ({sentence(error)})")
        for id_, sources in catalogue._sources.items():
            if len({source.plugin.name for source in sources}) > 1:
                catalogue._sources[id_] = catalogue._first_of_each(id_, sources)
        return catalogue

    def entries(self) -> tuple[SchemeEntry, ...]:
        """Every scheme, by id."""
        return tuple(
            SchemeEntry(id_, sources[0].plugin.name, tuple(source.made for source in sources))
            for id_, sources in sorted(self._sources.items())
        )

    def versions(self, ref: str) -> tuple[Version, ...]:
        """All versions of an id, or the one of a file; see `Registry.scheme`."""
        if ref not in self._sources:
            if ref.endswith(SCHEME_ENDING) or _is_file(ref):
                return (Version(self._file(Path(ref)), self._identity_plugins(None)),)
            raise UnknownSchemeError(self._unknown(ref))
        if ref not in self._read:
            self._read[ref] = self._all(ref, self._sources[ref])
        return self._read[ref]

    def _found(self, given: object) -> Iterable[tuple[str, Path | Scheme]]:
        """The id and the source of each scheme in what a plugin gave."""
        if isinstance(given, Path) and given.is_dir():
            given = SchemeFolder(given)
        if isinstance(given, SchemeFolder):
            if not given.root.is_dir():
                raise FileNotFoundError(f"there is no folder {given.root}")
            yield from given.files()
        elif isinstance(given, Path):
            id_ = self._raw(given).table.get("id")
            if not isinstance(id_, str):
                raise ValueError(f"{given} names no id")
            yield id_, given
        elif isinstance(given, Scheme) and not isinstance(given, type):
            if not isinstance(given.id, str) or not isinstance(given.version, str):
                raise TypeError("its id and version are to be texts")
            yield given.id, given
        else:
            raise TypeError("it is none of these")

    def _first_of_each(self, id_: str, sources: list[_Source]) -> list[_Source]:
        """Of two plugins that bring the same version of an id the first; only then are files opened at once."""
        kept: list[_Source] = []
        owners: dict[str, str] = {}
        for source in sources:
            version = self._version_of(source.made)
            held = owners.get(version) if version is not None else None
            if held is not None and held != source.plugin.name:
                self._plugins.taken(source.plugin, HOOK, f"version {version} of the scheme '{id_}'", held)
                continue
            if version is not None:
                owners[version] = source.plugin.name
            kept.append(source)
        return kept

    def _version_of(self, made: Path | Scheme) -> str | None:
        if not isinstance(made, Path):
            return made.version
        try:
            return str(self._raw(made).table.get("version"))
        except SchemeError:
            return None  # the file is complained of when it is used

    def _all(self, id_: str, sources: Iterable[_Source]) -> tuple[Version, ...]:
        """Every version, by the day from which it is in force; raises SchemeError with the mistakes of all."""
        found: list[Version] = []
        problems: list[Problem] = []
        for source in sources:
            try:
                scheme = self._file(source.made, id_) if isinstance(source.made, Path) else source.made
            except SchemeError as error:
                problems += error.problems
            else:
                found.append(Version(scheme, self._identity_plugins(source.plugin), source.plugin))
        problems += _clashes(found)
        if problems:
            raise SchemeError(problems)
        return tuple(sorted(found, key=lambda version: version.effective))

    def _file(self, path: Path, id_: str | None = None) -> FileScheme:
        """The scheme of a file, which must bear this id; raises SchemeError."""
        scheme = load_scheme(path, self.vocabulary, base=self._base)
        if id_ is not None and scheme.id != id_:
            message = f"The file says the id '{scheme.id}', and where it lies makes it '{id_}'."
            hint = f'Write id = "{id_}", or move the file.'
            raise SchemeError([scheme.placed(Problem("wrong_id", message, key="id", hint=hint))])
        return scheme

    def _raw(self, path: Path) -> RawScheme:
        if path not in self._raws:
            self._raws[path] = load_raw(path)
        return self._raws[path]

    def _base(self, reference: str) -> RawScheme | None:
        """The file that `extends` or an indicator's `from` names: 'id@version', or 'id' for the newest version."""
        id_, _, version = reference.partition("@")
        if id_ not in self._sources:
            raise UnknownSchemeError(self._unknown(id_))
        raws = [self._raw(source.made) for source in self._sources[id_] if isinstance(source.made, Path)]
        if not raws:
            raise UnknownSchemeError(f"The scheme '{id_}' is made in Python, so no file can take it over.")
        if version:
            named = [raw for raw in raws if raw.table.get("version") == version]
            if not named:
                known = [str(raw.table.get("version")) for raw in raws]
                hint = did_you_mean(version, known)
                raise UnknownSchemeError(f"The scheme '{id_}' has no version '{version}'. {hint}")
            return named[0]
        return max(raws, key=lambda raw: str(raw.table.get("effective")))

    def _unknown(self, ref: str) -> str:
        message = f"There is no scheme '{ref}'."
        whole = did_you_mean(ref, self._sources)
        if whole.startswith("There is"):
            # Somebody who leaves the plugin's part of an id away is near only to what stands behind it.
            lasts = {id_.rpartition("/")[2]: id_ for id_ in self._sources}
            near = difflib.get_close_matches(ref.rpartition("/")[2], lasts, n=1, cutoff=0.6)
            whole = f"Did you mean '{lasts[near[0]]}'?" if near else whole
        return f"{message} {whole}".rstrip()

    def _identity_plugins(self, owner: PluginInfo | None) -> Identity:
        return Identity(self.vocabulary, {info.name: info for info in self._plugins.infos}, owner)


def _clashes(versions: Iterable[Version]) -> Iterator[Problem]:
    """A problem for each version that bears another's name, or is in force from the same day."""
    names: dict[str, Version] = {}
    days: dict[datetime.date, Version] = {}
    for version in versions:
        id_, name = version.id, version.version
        if names.setdefault(name, version) is not version:
            message = f"The version '{name}' of {id_} is there twice."
            yield version.problem("version_twice", message, "version", "Name one of them otherwise.")
            continue
        held = days.setdefault(version.effective, version)
        if held is not version:
            message = f"Both '{held.version}' and '{name}' of {id_} are in force from {held.effective}."
            yield version.problem("version_twice", message, "effective", "Give one of them another day.")


def _is_file(ref: str) -> bool:
    try:
        return Path(ref).is_file()
    except (OSError, ValueError):
        return False
