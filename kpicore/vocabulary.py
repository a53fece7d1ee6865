"""The rule kinds and formula functions at hand: a value that is passed in, so that two can live side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from kpicore.formula.resolve import Function
from kpicore.protocols import Rule


@frozen
class Vocabulary:
    """What scheme files may say beyond the format itself.

    `owners` names the plugin that each rule kind and function came from ('rule:bands', 'function:min').
    """

    rules: Mapping[str, type[Rule]] = field(factory=dict)
    functions: Mapping[str, Function] = field(factory=dict)
    owners: Mapping[str, str] = field(factory=dict)

    @classmethod
    def of(cls, rules: Iterable[type[Rule]] = (), functions: Iterable[Function] = (), owner: str = "") -> Vocabulary:
        """The vocabulary of one plugin."""
        by_kind = {rule.kind: rule for rule in rules}
        by_name = {function.name: function for function in functions}
        owners = {f"rule:{kind}": owner for kind in by_kind} | {f"function:{name}": owner for name in by_name}
        return cls(by_kind, by_name, owners)

    def joined(self, other: Vocabulary) -> Vocabulary:
        """Both; the caller has made sure that no name stands in both."""
        return Vocabulary(
            {**self.rules, **other.rules},
            {**self.functions, **other.functions},
            {**self.owners, **other.owners},
        )
