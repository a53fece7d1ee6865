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
from collections.abc import Callable
from fractions import Fraction

from attrs import frozen

from kpicore.decimals import MOST_DIGITS
from kpicore.errors import FormulaError

MOST_CHARACTERS = 2000
MOST_DEPTH = 40
MOST_LINKS = 200
"""The most terms in one row of + and -, or of * and /."""

COMPARISONS = ("<", "<=", "==", "!=", ">=", ">")
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
    "，": "Write a plain comma.",
    "（": "Write plain brackets.",
    "）": "Write plain brackets.",
    "×": "Write '*'.",
    "÷": "Write '/'.",
    "≥": "Write '>='.",
    "≤": "Write '<='.",
    "≠": "Write '!='.",
}


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
    """`sign` is an arithmetic sign, a comparison, 'and', 'or', 'not', 'neg', 'if' (condition, then, else)
    or 'in' (the first argument among the others)."""

    sign: str
    args: tuple[Syntax, ...]


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
            raise FormulaError(f"'{sign}' has no meaning here.", place + 1, _HINTS.get(sign, ""))
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


_Below = Callable[[], Syntax]


class _Reader:
    """Reads tokens one after another; `depth` is how deep the brackets and signs are nested now."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0

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
        return "the end" if self.here.kind == "end" else f"'{self.here.text}'"

    def choice(self) -> Syntax:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError(
                f"The formula is nested deeper than {MOST_DEPTH} levels.",
                self.here.column,
                "Give parts of it their own indicator or parameter.",
            )
        then = self.either()
        token = self.take("if")
        if token is not None:
            condition = self.either()
            self.need("else")
            then = OperationSyntax(token.column, "if", (condition, then, self.choice()))
        self.depth -= 1
        return then

    def either(self) -> Syntax:
        return self._joined("or", self.both)

    def both(self) -> Syntax:
        return self._joined("and", self.negated)

    def _joined(self, word: str, below: _Below) -> Syntax:
        args = [below()]
        column = self.here.column
        while self.take(word):
            args.append(below())
        return args[0] if len(args) == 1 else OperationSyntax(column, word, tuple(args))

    def negated(self) -> Syntax:
        return self._prefixed("not", "not", self.negated, self.compared)

    def _prefixed(self, word: str, sign: str, again: _Below, below: _Below) -> Syntax:
        token = self.take(word)
        if token is None:
            return below()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError(f"The formula is nested deeper than {MOST_DEPTH} levels.", token.column)
        read = OperationSyntax(token.column, sign, (again(),))
        self.depth -= 1
        return read

    def compared(self) -> Syntax:
        left = self.added()
        negation = self.here
        if negation.text == "not" and self.tokens[self.place + 1].text == "in":
            self.place += 1
            return OperationSyntax(negation.column, "not", (self._among(left),))
        if self.here.kind == "name" and self.here.text == "in":
            return self._among(left)
        compared: list[Syntax] = []
        while token := self.take(*COMPARISONS):
            right = self.added()
            compared.append(OperationSyntax(token.column, token.text, (left, right)))
            left = right
        if not compared:
            return left
        return compared[0] if len(compared) == 1 else OperationSyntax(compared[0].column, "and", tuple(compared))

    def _among(self, left: Syntax) -> Syntax:
        column = self.here.column
        self.need("in")
        self.need("(")
        options = self._list()
        return OperationSyntax(column, "in", (left, *options))

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

    def added(self) -> Syntax:
        return self._chained(("+", "-"), self.times)

    def times(self) -> Syntax:
        return self._chained(("*", "/"), self.signed)

    def _chained(self, signs: tuple[str, ...], below: _Below) -> Syntax:
        left = below()
        links = 0
        while token := self.take(*signs):
            left = OperationSyntax(token.column, token.text, (left, below()))
            links += 1
            if links > MOST_LINKS:
                raise FormulaError(f"More than {MOST_LINKS} terms stand in one row.", token.column)
        return left

    def signed(self) -> Syntax:
        return self._prefixed("-", "neg", self.signed, self.atom)

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
        raise FormulaError(f"'{unexpected.text}' is not expected here.", unexpected.column, hint)
    return read
