"""What the hash of a result covers besides the parameters: the scheme's content and the plugins that it stands on."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from kpicore.decimals import plain_text
from kpicore.model import SchemeModel
from kpicore.plugin import PluginInfo
from kpicore.protocols import Scheme
from kpicore.text import Title
from kpicore.vocabulary import Vocabulary

_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")


@frozen
class Identity:
    """How schemes of one owner are identified. `plugins` are those at work, by name."""

    vocabulary: Vocabulary
    plugins: Mapping[str, PluginInfo]
    owner: PluginInfo | None = None

    def text(self, scheme: Scheme, model: SchemeModel) -> str:
        """Canonical JSON; raises TypeError or ValueError where the scheme's content is no plain data."""
        content = scheme.content()
        names = {self.vocabulary.owners[word] for word in _words(content, model) if word in self.vocabulary.owners}
        versions = {name: self.plugins[name].version for name in names if name in self.plugins}
        if self.owner is not None:
            versions[self.owner.name] = self.owner.version
        whole = {"scheme": content, "plugins": versions}
        return json.dumps(
            whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
        )


def _words(content: object, model: SchemeModel) -> Iterator[str]:
    """The rule kinds and functions that a scheme uses; in a text, whatever reads like a call counts as one."""
    for line in model.indicators:
        yield f"rule:{line.rule.kind}"
    for part in _parts(content):
        if isinstance(part, str):
            yield from (f"function:{name}" for name in _CALL.findall(part))
        elif isinstance(part, Mapping):
            yield f"rule:{part.get('kind')}"


def _parts(content: object) -> Iterator[object]:
    waiting = [content]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Mapping):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part


def _plain(value: object) -> Any:
    match value:
        case Decimal():
            return plain_text(value)
        case datetime.date():
            return value.isoformat()
        case Title():
            return dict(value.texts)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"something of type {type(value).__name__} stands in it")
