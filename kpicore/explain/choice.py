"""What people call the choices that formulas name and give."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from kpicore.formula.node import Along, Choose, Compare, Fact, Instead, Node, Text, replace
from kpicore.model import FactSpec, SchemeModel
from kpicore.text import Title, Titled


@frozen(cache_hash=True)
class TitledText(Text):
    """A constant that is a choice, with its title."""

    title: Title


class Choices:
    """The titles of the choices of one scheme."""

    def __init__(self, model: SchemeModel) -> None:
        specs: dict[str, FactSpec] = {**model.rated_facts, **model.facts}
        self._specs = specs if any(spec.choice_titles for spec in specs.values()) else {}

    def titles(self, *nodes: Node) -> Titled:
        """The titles of what these formulas may give. A choice that two facts call otherwise has none."""
        found: dict[str, Title] = {}
        for node in nodes if self._specs else ():
            for choice, title in self._given(node).items():
                found[choice] = title if found.get(choice, title) == title else Title()
        return tuple((choice, title) for choice, title in found.items() if title)

    def _given(self, node: Node) -> Mapping[str, Title]:
        """Each choice that a formula may give, with its title."""
        match node:
            case Fact(id=id_) if id_ in self._specs:
                spec = self._specs[id_]
                return dict.fromkeys(spec.choices, Title()) | dict(spec.choice_titles)
            case Along(arg=arg):
                return self._given(arg)
            case Choose(then=one, otherwise=other) | Instead(arg=one, other=other):
                return dict(self.titles(one, other))
        return {}

    def named(self, node: Node) -> Node:
        """The formula with the titles of the choices that it compares with, or gives."""
        return replace(self._titled(node, self.titles(node)), self._compared) if self._specs else node

    def _compared(self, node: Node) -> Node | None:
        """A comparison with titles; None for any other node."""
        if not isinstance(node, Compare) or node.left.type != "text":
            return None
        titles = self.titles(node.left, node.right)
        left, right = (replace(self._titled(side, titles), self._compared) for side in (node.left, node.right))
        return Compare(node.sign, left, right)

    def _titled(self, node: Node, titles: Titled) -> Node:
        """A formula that gives a text, with the titles of the constants that it may give."""
        match node:
            case Text(value=value) if value in dict(titles):
                return TitledText(value, dict(titles)[value])
            case Choose(condition=condition, then=then, otherwise=otherwise):
                return Choose(condition, self._titled(then, titles), self._titled(otherwise, titles))
            case Instead(arg=arg, absence=absence, other=other):
                return Instead(self._titled(arg, titles), absence, self._titled(other, titles))
        return node
