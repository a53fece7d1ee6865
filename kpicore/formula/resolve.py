"""Syntax to nodes: names looked up in a scope, types checked, functions expanded."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

from attrs import evolve, field, frozen

from kpicore.decimals import quoted
from kpicore.errors import FormulaError
from kpicore.formula.node import (
    Along,
    Choose,
    Compare,
    Day,
    DaysBetween,
    Every,
    Flag,
    Negative,
    Node,
    Not,
    Num,
    Product,
    Quotient,
    Some,
    Sum,
    Text,
    Type,
    children,
)
from kpicore.formula.syntax import (
    COMPARISONS,
    MOST_LEVELS,
    CallSyntax,
    FlagSyntax,
    Link,
    NameSyntax,
    NumberSyntax,
    OperationSyntax,
    RowSyntax,
    Syntax,
    TextSyntax,
    parse,
)
from kpicore.problem import did_you_mean

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
MOST_NODES = 4000
"""The most nodes of one formula, functions expanded."""
ARTICLES: dict[Type, str] = {"number": "a number", "flag": "a yes or no", "text": "a text", "date": "a date"}


@frozen
class Parameter:
    """What a function takes in one place.

    `wants`: the type of a value; 'any' value; 'indicator', 'pay' (an element of it) or 'word': a bare name that is
    handed on as text.
    `past`: the value is taken of another period, so the names that are only known afterwards may be used too.
    `measured`: of an indicator, its measure is taken, so it must have one in numbers.
    `months`: it is taken of each month of the row's period, so the names that months have may be used, and no others
    where the scope says which those are.
    `now`: it is also taken of the row's own period, so that the function gets two nodes for it, that one first.
    """

    name: str
    wants: Type | Literal["any", "indicator", "pay", "word"] = "number"
    words: tuple[str, ...] = ()
    past: bool = False
    now: bool = False
    measured: bool = False
    months: bool = False


@frozen
class Function:
    """A function of the formula language: a macro that turns its arguments into nodes.

    `parameters` are taken in order; `rest`, where given, takes any number more (at least `least_rest`).
    `optional` counts the parameters at the end that may be left away. `expand` gets the nodes (or the word,
    or the indicator's id) and returns a node, or raises FormulaError.
    """

    name: str
    expand: Callable[..., Node]
    parameters: tuple[Parameter, ...] = ()
    rest: Parameter | None = None
    least_rest: int = 0
    optional: int = 0
    help: str = ""

    @property
    def signature(self) -> str:
        """The call as a person writes it: `round(x, places)`."""
        shown = [parameter.name for parameter in self.parameters]
        for place in range(len(shown) - self.optional, len(shown)):
            shown[place] = f"[{shown[place]}]"
        if self.rest is not None:
            shown.append(f"{self.rest.name}, ...")
        return f"{self.name}({', '.join(shown)})"


@frozen
class Scope:
    """The names that a formula may use: values, functions, indicators.

    `refused` says of names that exist why they can not be used here; `past` are those of them that may be used of
    another period, since they are known there. `unmeasured` says of indicators without a measure in numbers what they
    have instead. `months` is the scope of what is taken of the months of a longer period, where it is another. `pays`
    are the elements of pay.
    """

    names: Mapping[str, Node] = field(factory=dict)
    functions: Mapping[str, Function] = field(factory=dict)
    indicators: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(factory=dict)
    past: Mapping[str, Node] = field(factory=dict)
    unmeasured: Mapping[str, str] = field(factory=dict)
    months: Scope | None = None
    pays: frozenset[str] = frozenset()


def formula(text: str, scope: Scope, wants: Type | None = None) -> Node:
    """The node of a formula; raises FormulaError with the character's place and a hint.

    `wants`: the type that the formula's value must have.
    """
    node = _resolve(parse(text), scope)
    if wants is not None and node.type != wants:
        raise FormulaError(f"The formula gives {ARTICLES[node.type]}; {ARTICLES[wants]} is needed here.")
    _check_size(node)
    return node


def _check_size(node: Node) -> None:
    """Bounds what readers walk: how deep the tree is, and its nodes, one that stands in two places counted twice.

    By identity and without recursion, since a function may have made anything of its arguments.
    """
    sizes: dict[int, tuple[int, int]] = {}
    waiting = [node]
    while waiting:
        part = waiting[-1]
        below = list(children(part))
        unknown = [child for child in below if id(child) not in sizes]
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        count = 1 + sum(sizes[id(child)][0] for child in below)
        level = 1 + max((sizes[id(child)][1] for child in below), default=0)
        if count > MOST_NODES:
            raise FormulaError("The formula becomes too large.", None, "Write it in several parts.")
        if level > MOST_LEVELS:
            raise FormulaError(
                f"The formula becomes deeper than {MOST_LEVELS} levels.", None, "Write it in several parts."
            )
        sizes[id(part)] = count, level


def constant(value: Any) -> Node:
    """The node of a value from a file: a number, flag, text or date."""
    if isinstance(value, bool):
        return Flag(value)
    if isinstance(value, int | Decimal | Fraction):
        return Num(Fraction(value))
    if isinstance(value, datetime.date):
        return Day(value)
    return Text(str(value))


def _resolve(syntax: Syntax, scope: Scope) -> Node:
    match syntax:
        case NumberSyntax(value=value):
            return Num(value)
        case TextSyntax(value=text):
            return Text(text)
        case FlagSyntax(value=flag):
            return Flag(flag)
        case NameSyntax():
            return _name(syntax, scope)
        case CallSyntax():
            return _call(syntax, scope)
        case RowSyntax():
            return _row(syntax, scope)
        case OperationSyntax():
            return _operation(syntax, scope)
    raise TypeError(f"no syntax: {syntax!r}")


def _name(syntax: NameSyntax, scope: Scope) -> Node:
    found = scope.names.get(syntax.name)
    if found is not None:
        return found
    if syntax.name in scope.refused:
        raise FormulaError(f"{quoted(syntax.name)} can not stand here.", syntax.column, scope.refused[syntax.name])
    if syntax.name in scope.functions:
        raise FormulaError(
            f"'{syntax.name}' is a function.", syntax.column, f"Write {scope.functions[syntax.name].signature}."
        )
    raise FormulaError(f"{quoted(syntax.name)} is not known.", syntax.column, did_you_mean(syntax.name, scope.names))


def _typed(syntax: Syntax, scope: Scope, wants: Type, what: str) -> Node:
    node = _resolve(syntax, scope)
    if node.type != wants:
        raise FormulaError(f"{what} takes {ARTICLES[wants]}, not {ARTICLES[node.type]}.", syntax.column)
    return node


def _operation(syntax: OperationSyntax, scope: Scope) -> Node:
    sign, args = syntax.sign, syntax.args
    if sign in ("and", "or"):
        flags = tuple([_typed(arg, scope, "flag", f"'{sign}'") for arg in args])
        return Every(flags) if sign == "and" else Some(flags)
    if sign == "not":
        return Not(_typed(args[0], scope, "flag", "'not'"))
    if sign == "if":
        return _choose(syntax, scope)
    if sign == "in":
        return _among(syntax, scope)
    inner = _typed(args[0], scope, "number", "'-'")
    return Num(-inner.value) if isinstance(inner, Num) else Negative(inner)


def _row(syntax: RowSyntax, scope: Scope) -> Node:
    """A row from left to right. Each value is resolved once, the middle ones of a chained comparison too."""
    left, column = _resolve(syntax.first, scope), syntax.first.column
    compared: list[Node] = []
    for link in syntax.links:
        right = _resolve(link.arg, scope)
        if link.sign in COMPARISONS:
            compared.append(_compare(link, left, right))
            left = right
        else:
            left = _reckoned(link, left, right, column)
        column = link.arg.column
    if not compared:
        return left
    return compared[0] if len(compared) == 1 else Every(tuple(compared))


def _reckoned(link: Link, left: Node, right: Node, left_column: int) -> Node:
    if link.sign == "-" and left.type == right.type == "date":
        return DaysBetween(left, right)
    for node, column in ((left, left_column), (right, link.arg.column)):
        if node.type != "number":
            raise FormulaError(f"'{link.sign}' takes a number, not {ARTICLES[node.type]}.", column)
    match link.sign:
        case "+":
            return Sum((*_flat(Sum, left), right))
        case "-":
            return Sum((*_flat(Sum, left), Negative(right)))
        case "*":
            return Product((*_flat(Product, left), right))
    if isinstance(right, Num) and not right.value:
        raise FormulaError("This divides by zero.", link.column)
    return Quotient(left, right)


def _flat(of: type[Sum] | type[Product], left: Node) -> tuple[Node, ...]:
    """What a longer row begins with: a + b + c is one sum of three, so that long sums are not deep trees."""
    return left.args if isinstance(left, Sum | Product) and isinstance(left, of) else (left,)


def _same_types(left: Node, right: Node, column: int) -> None:
    if left.type != right.type:
        raise FormulaError(f"{ARTICLES[left.type].capitalize()} is compared with {ARTICLES[right.type]}.", column)


def _compare(link: Link, left: Node, right: Node) -> Node:
    _same_types(left, right, link.column)
    if left.type in ("text", "flag") and link.sign not in ("==", "!="):
        raise FormulaError(f"Texts and yes-or-no are compared with '==' and '!=', not '{link.sign}'.", link.column)
    left, right = _enough(left, link.sign, right), _enough(right, _FLIPPED.get(link.sign, ""), left)
    return Compare(link.sign, left, right)  # type: ignore[arg-type]


def _enough(streak: Node, sign: str, bound: Node) -> Node:
    """A streak that is held against a known number need not be known to its end, only whether it is so long."""
    match streak, bound:
        case Choose(then=Sum(args=(Along(way="run") as run, Num() as now))), Num(value=value) if sign in _FLIPPED:
            least = ceil(value) if sign in (">=", "<") else floor(value) + 1
            return evolve(streak, then=Sum((evolve(run, enough=max(least - 1, 0)), now)))
    return streak


def _choose(syntax: OperationSyntax, scope: Scope) -> Node:
    condition = _typed(syntax.args[0], scope, "flag", "'if'")
    then = _resolve(syntax.args[1], scope)
    otherwise = _resolve(syntax.args[2], scope)
    if then.type != otherwise.type:
        raise FormulaError(
            f"Before 'if' stands {ARTICLES[then.type]}, after 'else' {ARTICLES[otherwise.type]}.", syntax.column
        )
    return Choose(condition, then, otherwise)


def _among(syntax: OperationSyntax, scope: Scope) -> Node:
    arg = _resolve(syntax.args[0], scope)
    if len(syntax.args) == 1:
        raise FormulaError("The list behind 'in' is empty.", syntax.column)
    options = []
    for option in syntax.args[1:]:
        node = _resolve(option, scope)
        _same_types(arg, node, option.column)
        options.append(Compare("==", arg, node))
    return options[0] if len(options) == 1 else Some(tuple(options))


def _call(syntax: CallSyntax, scope: Scope) -> Node:
    function = scope.functions.get(syntax.name)
    if function is None:
        if syntax.name in scope.names:
            raise FormulaError(f"'{syntax.name}' is a value, not a function.", syntax.column)
        raise FormulaError(
            f"There is no function {quoted(syntax.name)}.", syntax.column, did_you_mean(syntax.name, scope.functions)
        )
    _check_count(function, syntax)
    taken: list[Parameter] = list(function.parameters[: len(syntax.args)])
    if function.rest is not None:
        taken += [function.rest] * (len(syntax.args) - len(taken))
    args: list[Node | str] = []
    for arg, parameter in zip(syntax.args, taken, strict=True):
        if parameter.now:
            args.append(_argument(arg, evolve(parameter, past=False), function, scope))
        args.append(_argument(arg, parameter, function, scope))
    try:
        return function.expand(*args)
    except FormulaError as error:
        raise FormulaError(error.sentence, error.column or syntax.column, error.hint) from error


def _check_count(function: Function, syntax: CallSyntax) -> None:
    given, most = len(syntax.args), len(function.parameters)
    least = most - function.optional + function.least_rest
    if given < least or (function.rest is None and given > most):
        raise FormulaError(
            f"'{function.name}' is given {given} value{'' if given == 1 else 's'}.",
            syntax.column,
            f"Write {function.signature}.",
        )


def _argument(syntax: Syntax, parameter: Parameter, function: Function, scope: Scope) -> Node | str:
    if parameter.wants == "indicator" or parameter.wants == "pay" or parameter.wants == "word":
        bare = {"indicator": scope.indicators, "pay": scope.pays, "word": frozenset(parameter.words)}
        known = bare[parameter.wants]
        if not isinstance(syntax, NameSyntax):
            raise FormulaError(f"'{function.name}' takes the name of {parameter.name} here.", syntax.column)
        if (known or parameter.wants != "word") and syntax.name not in known:
            raise FormulaError(
                f"{quoted(syntax.name)} is no {parameter.name}.",
                syntax.column,
                did_you_mean(syntax.name, sorted(known)),
            )
        if parameter.measured and syntax.name in scope.unmeasured:
            message = f"'{function.name}' takes a measure in numbers, and {quoted(syntax.name)} has none."
            raise FormulaError(message, syntax.column, scope.unmeasured[syntax.name])
        return syntax.name
    if parameter.months and scope.months is not None:
        scope = scope.months
    elif parameter.past and scope.past:
        scope = evolve(scope, names={**scope.names, **scope.past})
    if parameter.wants == "any":
        return _resolve(syntax, scope)
    return _typed(syntax, scope, parameter.wants, f"'{function.name}'")
