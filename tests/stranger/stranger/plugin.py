"""What the stranger adds: a scheme, a rule kind, a formula function and a template."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from kpicore import Frame, Function, Parameter, SchemeFolder, TemplateFolder, declared, hookimpl
from kpicore.formula.node import HUNDRED, Extreme, Node, Product, Quotient

HERE = Path(__file__).parent


@frozen
class UpTo:
    """Full marks x measure / `goal`, at most full marks."""

    kind: ClassVar[str] = "up_to_goal"
    measures: ClassVar[bool] = True
    goal: Node = declared("amount", "the measure that gives full marks")

    def lower(self, measure: Node, frame: Frame) -> Node:
        """The smaller of both."""
        return Extreme("least", (frame.full, Quotient(Product((frame.full, measure)), self.goal)))


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The one scheme."""
    return [SchemeFolder(HERE / "schemes")]


@hookimpl
def register_rules() -> Iterable[type]:
    """The one rule kind."""
    return [UpTo]


@hookimpl
def register_functions() -> Iterable[Function]:
    """`percent(x, y)`."""
    parameters = (Parameter("x"), Parameter("y"))
    return [Function("percent", lambda x, y: Quotient(Product((x, HUNDRED)), y), parameters, help="x in percent of y")]


@hookimpl
def register_templates() -> Iterable[TemplateFolder]:
    """The one template."""
    return [TemplateFolder(HERE / "templates")]
