"""Text to syntax: the closed formula language, with the place of each part for messages.

formula  = choice
choice   = either [ "if" either "else" choice ]
either   = both { "or" both }
both     = negated { "and" negated }
negated  = "not" negated | compared
compared = added { ("<" | "<=" | "==" | "!=" | ">=" | ">") added } | added ["not"] "in" "(" choice {"," choice} ")"
added    = times { ("+" | "-") times }
times    = signed { ("*" | "/") signed }
signed   = "-" signed | atom
atom     = number | text | "true" | "false" | name [ "(" choice {"," choice} ")" ] | "(" choice ")"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from kpicore.decimals import MOST_DIGITS, half_width, quoted
from kpicore.errors import FormulaError

MOST_CHARACTERS = 2000
MOST_DEPTH = 40
"""The most brackets, calls, signs, 'not' and 'else' inside one another."""
MOST_LEVELS = 60
"""The most operations of any kind inside one another: every reader walks the tree with some calls a level."""
MOST_LINKS = 200
"""The most terms in one row of + and -, or of * and /."""
_PARTS = "Give parts of it their own indicator or parameter."

COMPARISONS = ("<", "<=", "==", "!=", ">=", ">")
_NOTHING, _OR, _AND, _NOT, _COMPARE, _PLUS, _TIMES = range(7)
_LEVELS = {"or": _OR, "and": _AND, "in": _COMPARE, "+": _PLUS, "-": _PLUS, "*": _TIMES, "/": _TIMES}
_LEVELS.update(dict.fromkeys(COMPARISONS, _COMPARE))
KEYWORDS = frozenset({"and", "or", "not", "in", "if", "else", "true", "false"})

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>'[^'\n]*'|\"[^\"\n]*\")"
    r"|(?P<sign><=|>=|==|!=|\*\*|//|&&|\|\||[-+*/<>(),])"
)
_HINTS = {
    "**": "Powers are not part of formulas.",
    "//": "Write floor(a / b).",
    "&&": "Write 'and'.",
    "||": "Write 'or'.",
    "!": "Write 'not'.",
    "=": "To compare, write '=='.",
    "%": "Write 0.65 for 65 %.",
    ".": "Names have no parts: nothing stands behind a point.",
    "[": "Write a list in round brackets: month in (9, 10).",
    "'": "The text is not closed.",
    '"': "The text is not closed.",
    "×": "Write '*'.",
    "÷": "Write '/'.",
    "≥": "Write '>='.",
    "≤": "Write '<='.",
    "≠": "Write '!='.",
}


def _hint(sign: str, behind: str) -> str:
    if sign == "." and behind[:1].isdigit():
        return "Write a 0 before the point."
    if sign in _HINTS:
        return _HINTS[sign]
    plain = half_width(sign)
    if plain != sign and plain:
        return f"Write a plain '{plain}'."
    return "Write the id in plain letters, not the title." if sign.isalpha() else ""


@frozen
class Token:
    """A piece of the text; `column` counts from 1."""

    kind: str
    text: str
    column: int


@frozen
class Syntax:
    """A part of a formula as written. `column` counts from 1."""

    column: int


@frozen
class NumberSyntax(Syntax):
    value: Fraction


@frozen
class TextSyntax(Syntax):
    value: str


@frozen
class FlagSyntax(Syntax):
    value: bool


@frozen
class NameSyntax(Syntax):
    name: str


@frozen
class CallSyntax(Syntax):
    name: str
    args: tuple[Syntax, ...]


@frozen
class OperationSyntax(Syntax):
    """`sign` is 'and', 'or', 'not', 'neg', 'if' (condition, then, else) or 'in' (the first among the others)."""

    sign: str
    args: tuple[Syntax, ...]


@frozen
class Link:
    """A sign of a row and what stands behind it."""

    column: int
    sign: str
    arg: Syntax


@frozen
class RowSyntax(Syntax):
    """Values joined by signs that bind alike, from left to right: + and -, * and /, or comparisons."""

    first: Syntax
    links: tuple[Link, ...]


def tokens(text: str) -> list[Token]:
    """The pieces of a formula, 'end' last; raises FormulaError where a character has no place in one."""
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(f"The formula has {len(text)} characters; at most {MOST_CHARACTERS} are read.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            sign = text[place]
            raise FormulaError(f"{quoted(sign)} has no meaning here.", place + 1, _hint(sign, text[place + 1 :]))
        kind, word = match.lastgroup or "", match.group()
        if kind == "sign" and word in _HINTS:
            raise FormulaError(f"'{word}' has no meaning in a formula.", place + 1, _HINTS[word])
        if kind != "space":
            found.append(Token(kind, word, place + 1))
        place = match.end()
        if kind == "number" and text[place : place + 1].isalpha():
            hint = "Write the number out, without an exponent." if text[place] in "eE" else ""
            raise FormulaError(f"A letter follows the number {word}.", place + 1, hint)
    found.append(Token("end", "", len(text) + 1))
    return found


class _Reader:
    """Reads tokens one after another. `depth`: the brackets and signs, `levels`: the rows, that are open now."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0
        self.levels = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def take(self, *words: str) -> Token | None:
        token = self.here
        if token.kind in ("sign", "name") and token.text in words:
            self.place += 1
            return token
        return None

    def need(self, word: str) -> None:
        if self.take(word) is None:
            raise FormulaError(f"'{word}' is missing before {self._what()}.", self.here.column)

    def _what(self) -> str:
        return "the end" if self.here.kind == "end" else quoted(self.here.text)

    def choice(self) -> Syntax:
        self._deeper()
        then = self.part(_OR)
        token = self.take("if")
        if token is not None:
            condition = self.part(_OR)
            self.need("else")
            then = OperationSyntax(token.column, "if", (condition, then, self.choice()))
        self.depth -= 1
        return then

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError(f"The formula is nested deeper than {MOST_DEPTH} levels.", self.here.column, _PARTS)

    def part(self, level: int) -> Syntax:
        """What binds at least as tightly as `level`. One call, not one for each level, so that the stack stays low."""
        if level <= _NOT and (token := self.take("not")):
            self._deeper()
            left: Syntax = OperationSyntax(token.column, "not", (self.part(_NOT),))
            self.depth -= 1
            tightest = _NOT - 1
        else:
            left, tightest = self.signed(), _TIMES
        while level <= (binds := self._binds()) <= tightest:
            left = self._row(left, binds)
            tightest = binds - 1
        return left

    def _binds(self) -> int:
        token = self.here
        if token.kind == "name" and token.text == "not":
            return _COMPARE if self.tokens[self.place + 1].text == "in" else _NOTHING
        return _LEVELS.get(token.text, _NOTHING) if token.kind in ("sign", "name") else _NOTHING

    def _row(self, left: Syntax, level: int) -> Syntax:
        """`left` and all that is joined to it by operators of this level."""
        token = self.here
        if token.text in ("in", "not"):
            return self._among(left)
        signs = COMPARISONS if level == _COMPARE else tuple(sign for sign, binds in _LEVELS.items() if binds == level)
        links: list[Link] = []
        self.levels += 1
        if self.levels > MOST_LEVELS:
            raise FormulaError(f"The formula is nested deeper than {MOST_LEVELS} levels.", token.column, _PARTS)
        while found := self.take(*signs):
            links.append(Link(found.column, found.text, self.part(level + 1)))
            if level in (_PLUS, _TIMES) and len(links) >= MOST_LINKS:
                raise FormulaError(f"More than {MOST_LINKS} terms stand in one row.", found.column)
        self.levels -= 1
        if level in (_OR, _AND):
            return OperationSyntax(token.column, token.text, (left, *(link.arg for link in links)))
        return RowSyntax(token.column, left, tuple(links))

    def _among(self, left: Syntax) -> Syntax:
        negation = self.take("not")
        column = self.here.column
        self.need("in")
        if self.here.text != "(":
            raise FormulaError(
                f"'(' is missing before {self._what()}.", self.here.column, "Behind 'in' stands a list: (9, 10)."
            )
        self.need("(")
        among = OperationSyntax(column, "in", (left, *self._list()))
        return among if negation is None else OperationSyntax(negation.column, "not", (among,))

    def _list(self) -> list[Syntax]:
        if self.take(")"):
            return []
        options = [self.choice()]
        while self.take(","):
            if self.here.text == ")" and self.here.kind == "sign":
                break
            options.append(self.choice())
        self.need(")")
        return options

    def signed(self) -> Syntax:
        token = self.take("-")
        if token is None:
            return self.atom()
        self._deeper()
        read = OperationSyntax(token.column, "neg", (self.signed(),))
        self.depth -= 1
        return read

    def atom(self) -> Syntax:
        token = self.here
        self.place += 1
        if token.kind == "number":
            whole, _, part = token.text.partition(".")
            if len(whole) > MOST_DIGITS or len(part) > MOST_DIGITS:
                raise FormulaError(f"A number has more than {MOST_DIGITS} digits.", token.column)
            return NumberSyntax(token.column, Fraction(token.text))
        if token.kind == "text":
            return TextSyntax(token.column, token.text[1:-1])
        if token.kind == "name" and token.text in ("true", "false"):
            return FlagSyntax(token.column, token.text == "true")
        if token.kind == "name" and token.text not in KEYWORDS:
            if self.here.text == "(" and self.here.kind == "sign":
                self.place += 1
                return CallSyntax(token.column, token.text, tuple(self._list()))
            return NameSyntax(token.column, token.text)
        if token.kind == "sign" and token.text == "(":
            inner = self.choice()
            self.need(")")
            return inner
        self.place -= 1
        hint = "Write numbers without a plus sign." if token.text == "+" else ""
        raise FormulaError(f"A value is missing before {self._what()}.", token.column, hint)


def parse(text: str) -> Syntax:
    """The syntax of a formula; raises FormulaError with the character's place for anything else."""
    reader = _Reader(text)
    if reader.here.kind == "end":
        raise FormulaError("The formula is empty.", 1)
    read = reader.choice()
    if reader.here.kind != "end":
        unexpected = reader.here
        hint = ""
        if unexpected.kind in ("name", "number", "text") or unexpected.text == "(":
            hint = "A sign such as '*' or 'and' is missing before it."
        if unexpected.text == "in":
            hint = "Write brackets around what stands before it."
        if unexpected.text == ",":
            hint = "Write numbers without commas: 1000."
        raise FormulaError(f"{quoted(unexpected.text)} is not expected here.", unexpected.column, hint)
    _check_levels(read)
    return read


def below(syntax: Syntax) -> Iterator[Syntax]:
    """The parts directly below."""
    match syntax:
        case CallSyntax(args=args) | OperationSyntax(args=args):
            yield from args
        case RowSyntax(first=first, links=links):
            yield first
            yield from (link.arg for link in links)


def _check_levels(syntax: Syntax) -> None:
    waiting = [(syntax, 1)]
    while waiting:
        part, level = waiting.pop()
        if level > MOST_LEVELS:
            raise FormulaError(f"The formula is nested deeper than {MOST_LEVELS} levels.", part.column, _PARTS)
        waiting += [(inner, level + 1) for inner in below(part)]
