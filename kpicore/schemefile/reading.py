"""Tables of a scheme file to classes, field by field as their forms say, going on after each mistake."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from attrs import define, field

from kpicore.decimals import plain_text, quoted
from kpicore.errors import FormulaError
from kpicore.form import Form, forms
from kpicore.formula.node import Node, Num
from kpicore.model import ChoiceSpec, Ends, Formula
from kpicore.problem import closest, did_you_mean
from kpicore.schemefile import scalar
from kpicore.schemefile.band import check_bands, check_ends
from kpicore.schemefile.expression import Expressions
from kpicore.schemefile.finding import Findings, KeyPath
from kpicore.schemefile.scalar import MistakeError
from kpicore.vocabulary import Vocabulary

MOST_ROWS = 500


class _Mark(enum.Enum):
    BAD = "bad"


BAD: Final = _Mark.BAD
"""Stands for a value that could not be read; its problem is found already."""
Bad = Literal[_Mark.BAD]

_SCALARS: Mapping[str, Callable[[object], Any]] = {
    "title": scalar.title,
    "id": scalar.identifier,
    "flag": scalar.flag,
    "integer": scalar.integer,
    "decimal": lambda raw: Decimal(scalar.number(raw)),
    "date": scalar.date,
    "value": scalar.plain_value,
}


@define
class Read:
    """What was read of one table. `bad`: fields that are missing or could not be read; `keys`: the key under
    which each given field stands (it may be misspelt); `sections`: the same for keys that are no fields. `partial`: a
    part of the table could not be had, so that nobody is told what it lacks but its id."""

    cls: type
    path: KeyPath
    values: dict[str, Any] = field(factory=dict)
    bad: set[str] = field(factory=set)
    keys: dict[str, str] = field(factory=dict)
    sections: dict[str, str] = field(factory=dict)
    partial: bool = False

    def at(self, name: str) -> KeyPath:
        """The path of a field."""
        return (*self.path, self.keys.get(name, name.rstrip("_")))

    def get(self, name: str, otherwise: Any = None) -> Any:
        """A value that was given and could be read."""
        return self.values.get(name, otherwise)

    def build(self, findings: Findings) -> Any:
        """The record, or None where a part of it is bad."""
        if self.bad:
            return None
        try:
            return self.cls(**self.values)
        except FormulaError as error:
            findings.error("bad_rule", self.path, error.sentence, error.hint)
        except (TypeError, ValueError) as error:
            findings.error("bad_rule", self.path, f"{str(error).rstrip('.')}.")
        return None


@define
class Reader:
    """Reads the tables of one scheme. `expressions` is set once the names are known. `partial`: an indicator could not
    be taken over, so that what a declaration lacks may stand in another scheme."""

    findings: Findings
    vocabulary: Vocabulary
    partial: bool = False
    expressions: Expressions | None = None
    _forms: dict[type, dict[str, tuple[Form, bool]]] = field(factory=dict)

    def forms(self, cls: type) -> dict[str, tuple[Form, bool]]:
        """The fields of a class with their forms."""
        found = self._forms.get(cls)
        if found is None:
            found = self._forms[cls] = forms(cls)
        return found

    def table(
        self,
        cls: type,
        raw: object,
        path: KeyPath,
        what: str = "this table",
        sections: Collection[str] = (),
        partial: bool = False,
    ) -> Read | None:
        """The fields that a table gives; None where it is no table. `sections` are keys read elsewhere."""
        if not isinstance(raw, dict):
            self._mistake(path, scalar.wrong(raw, "a table"))
            return None
        read = Read(cls, path, partial=partial)
        declared = self.forms(cls)
        self._match(read, raw, {name.rstrip("_"): name for name in declared}, what, sections)
        for name, (form, must) in declared.items():
            if name not in read.keys:
                if must and partial and name != "id":
                    read.bad.add(name)
                elif must:
                    self.missing(read, name, form)
                continue
            value = self.value(form, raw[read.keys[name]], read.at(name), must)
            if value is BAD:
                read.bad.add(name)
            else:
                read.values[name] = value
        return read

    def missing(self, read: Read, name: str, form: Form) -> None:
        """A field that must be given is not."""
        read.bad.add(name)
        key = name.rstrip("_")
        self.findings.error("missing_key", (*read.path, key), f"'{key}' is missing: {form.help or form.name}.",
                            _example(key, form))  # fmt: skip

    def _match(
        self, read: Read, raw: Mapping[str, Any], fields: Mapping[str, str], what: str, sections: Collection[str]
    ) -> None:
        """Which key stands for which field. A misspelt key is read as what it is near to, so that it is one
        mistake and not two."""
        known = [*fields, *sections]
        unknown = []
        for key in raw:
            if key in fields:
                read.keys[fields[key]] = key
            elif key in sections:
                read.sections[key] = key
            else:
                unknown.append(key)
        for key in unknown:
            near = closest(key, [name for name in known if name not in raw])
            hint = f"Did you mean '{near}'?" if near else did_you_mean(key, known)
            self.findings.error("unknown_key", (*read.path, key), f"{quoted(key)} is no key of {what}.", hint)
            if near is None:
                continue
            if near in fields:
                read.keys.setdefault(fields[near], key)
            else:
                read.sections.setdefault(near, key)

    def _mistake(self, path: KeyPath, mistake: MistakeError) -> Bad:
        self.findings.error(mistake.code, path, mistake.message, mistake.hint)
        return BAD

    def value(self, form: Form, raw: object, path: KeyPath, must: bool = False) -> Any:
        """The value of one field, or BAD."""
        try:
            match form.name:
                case "text":
                    return self._text(raw, must)
                case "word":
                    return _word(scalar.text(raw), form.words)
                case "words":
                    return self._words(form, raw, path)
                case "choices":
                    return self._choices(raw, path)
                case "months":
                    return self._months(raw, path)
                case "amount":
                    return self.amount(raw, path)
                case "formula":
                    return self.formula(form, raw, path)
                case "amounts":
                    return self._amounts(raw, path)
                case "list":
                    return self._list(raw, path)
                case "formulas":
                    return self._formulas(form, raw, path)
                case "table":
                    return self._inner(form, raw, path)
                case "rows":
                    return self._rows(form, raw, path)
                case "rule":
                    return self.rule(raw, path)
            return _SCALARS[form.name](raw)
        except MistakeError as mistake:
            return self._mistake(path, mistake)

    def _text(self, raw: object, must: bool) -> str:
        text = scalar.text(raw)
        if must and not text.strip():
            raise MistakeError("empty", "The text is empty.")
        return text

    def _words(self, form: Form, raw: object, path: KeyPath) -> Any:
        found: list[str] = []
        good = True
        for place, item in enumerate(_listed(raw, "a list of texts")):
            try:
                word = scalar.text(item)
                if form.words:
                    _word(word, form.words)
                if word in found:
                    raise MistakeError("duplicate", f"{quoted(word)} is given twice.")
                found.append(word)
            except MistakeError as mistake:
                good = False
                self._mistake((*path, place), mistake)
        return tuple(found) if good else BAD

    def _choices(self, raw: object, path: KeyPath) -> Any:
        """Each choice with its title, where it has one."""
        found: dict[str, ChoiceSpec] = {}
        good = True
        for place, item in enumerate(_listed(raw, "a list of choices")):
            choice: ChoiceSpec | None = ChoiceSpec(value=item) if isinstance(item, str) else None
            if isinstance(item, dict):
                read = self.table(ChoiceSpec, item, (*path, place), "a choice")
                choice = None if read is None else read.build(self.findings)
            elif choice is None:
                hint = 'Put it in quotes, or write { value = "good", title = { zh = "...", en = "Good" } }.'
                self._mistake((*path, place), scalar.wrong(item, "a text, or a table of a value and its title,", hint))
            if choice is not None and choice.value in found:
                mistake = MistakeError("duplicate", f"{quoted(choice.value)} is given twice.")
                self._mistake((*path, place), mistake)
                choice = None
            good = good and choice is not None
            if choice is not None:
                found[choice.value] = choice
        return tuple(found.values()) if good else BAD

    def _months(self, raw: object, path: KeyPath) -> Any:
        found: list[int] = []
        good = True
        for place, item in enumerate(_listed(raw, "a list of months", "Write the numbers of months: [9, 10, 11].")):
            try:
                month = scalar.month(item)
                if month in found:
                    raise MistakeError("duplicate", f"Month {month} is given twice.", "Write each month once.")
                found.append(month)
            except MistakeError as mistake:
                good = False
                self._mistake((*path, place), mistake)
        return tuple(found) if good else BAD

    def amount(self, raw: object, path: KeyPath) -> Node | Bad:
        """A number, or a formula over parameters and the period."""
        if isinstance(raw, str):
            return self._node(raw, Form("amount", wants="number", scope="amount"), path)
        return Num(Fraction(scalar.number(raw, "a number or a formula")))

    def formula(self, form: Form, raw: object, path: KeyPath) -> Formula | Bad:
        """A formula; a plain number where a number is wanted."""
        if form.wants == "number" and not isinstance(raw, str):
            value = scalar.number(raw, "a number or a formula")
            return Formula(plain_text(value), Num(Fraction(value)))
        if not isinstance(raw, str):
            raise scalar.wrong(raw, "a formula", "Put the formula in quotes.")
        node = self._node(raw, form, path)
        return BAD if node is BAD else Formula(raw, node)

    def _node(self, text: str, form: Form, path: KeyPath) -> Node | Bad:
        if self.expressions is None:
            raise MistakeError("bad_formula", "No formula can stand here.")
        found = self.expressions.read(text, form.scope, form.wants)
        if isinstance(found, Node):
            return found
        for error in found:
            where = f"At character {error.column}: " if error.column is not None else ""
            self.findings.error("bad_formula", path, where + error.sentence, error.hint)
        return BAD

    def _amounts(self, raw: object, path: KeyPath) -> Any:
        if not isinstance(raw, dict):
            raise scalar.wrong(raw, "a table of amounts", "Write { name = 100, other_name = 80 }.")
        if not raw:
            raise MistakeError("empty", "The table is empty.")
        if len(raw) > MOST_ROWS:
            raise MistakeError("too_many", f"The table has {len(raw)} entries; at most {MOST_ROWS} are read.")
        found = [(name, self.value(Form("amount"), inner, (*path, name))) for name, inner in raw.items()]
        return BAD if any(node is BAD for _, node in found) else tuple(found)

    def _list(self, raw: object, path: KeyPath) -> Any:
        rows = _listed(raw, "a list of numbers")
        if len(rows) > MOST_ROWS:
            raise MistakeError("too_many", f"The list has {len(rows)} entries; at most {MOST_ROWS} are read.")
        found = [self.value(Form("amount"), inner, (*path, place)) for place, inner in enumerate(rows)]
        return BAD if any(node is BAD for node in found) else tuple(found)

    def _formulas(self, form: Form, raw: object, path: KeyPath) -> Any:
        rows = _listed(raw, "a list of formulas")
        if len(rows) > MOST_ROWS:
            raise MistakeError("too_many", f"The list has {len(rows)} entries; at most {MOST_ROWS} are read.")
        one = Form("formula", wants=form.wants, scope=form.scope)
        found = [self.value(one, inner, (*path, place)) for place, inner in enumerate(rows)]
        return BAD if any(each is BAD for each in found) else tuple(found)

    def _inner(self, form: Form, raw: object, path: KeyPath) -> Any:
        assert form.of is not None
        if or_formula(form) and not isinstance(raw, dict):
            return self.formula(Form("formula", wants="number", scope=form.scope), raw, path)
        read = self.table(form.of, raw, path)
        record = None if read is None else read.build(self.findings)
        return BAD if record is None else record

    def _rows(self, form: Form, raw: object, path: KeyPath) -> Any:
        assert form.of is not None
        rows = _listed(raw, "a list of tables")
        if len(rows) > MOST_ROWS:
            raise MistakeError("too_many", f"The list has {len(rows)} rows; at most {MOST_ROWS} are read.")
        reads = [self.table(form.of, row, (*path, place)) for place, row in enumerate(rows)]
        if issubclass(form.of, Ends):
            own = next((name for name in self.forms(form.of) if name not in self.forms(Ends)), "")
            sound = [read is not None and check_ends(read.values, read.bad, read.path, self.findings) for read in reads]
            check_bands([read.values if read else {} for read in reads], all(sound), own, path, self.findings)
        records = [None if read is None else read.build(self.findings) for read in reads]
        return BAD if any(record is None for record in records) else tuple(records)

    def rule(self, raw: object, path: KeyPath) -> Any:
        """A rule, by the kind that its table names."""
        if not isinstance(raw, dict):
            raise scalar.wrong(raw, "a table", 'Write rule = { kind = "..." }.')
        kinds = self.vocabulary.rules
        key = "kind" if "kind" in raw else closest("kind", raw)
        here = (*path, key or "kind")
        if key is None:
            self.findings.error("missing_key", here, "'kind' is missing: which rule it is.", did_you_mean("", kinds))
            return BAD
        if key != "kind":
            self.findings.error("unknown_key", here, f"{quoted(key)} is no key of a rule.", "Did you mean 'kind'?")
        kind = self.value(Form("word", words=tuple(kinds)), raw[key], here)
        if kind is BAD:
            return BAD
        rest = {name: value for name, value in raw.items() if name != key}
        read = self.table(kinds[kind], rest, path, f"a rule of kind '{kind}'")
        record = None if read is None else read.build(self.findings)
        return BAD if record is None else record


def or_formula(form: Form) -> bool:
    """Whether a formula may stand in place of the table: pay is given by bands, or by one formula."""
    return form.name == "table" and form.scope == "result"


def _listed(raw: object, meant: str, hint: str = "Put it in square brackets: [...]") -> Sequence[object]:
    if not isinstance(raw, list):
        raise scalar.wrong(raw, meant, hint)
    if not raw:
        raise MistakeError("empty", "The list is empty.")
    return raw


def _word(word: str, words: Sequence[str]) -> str:
    if word not in words:
        raise MistakeError("unknown_word", f"{quoted(word)} is not possible here.", did_you_mean(word, words))
    return word


def _example(key: str, form: Form) -> str:
    examples = {"date": f"Write {key} = 2024-05-01.", "rows": f"Write {key} = [ {{ ... }} ]."}
    if form.words:
        quoted_words = ", ".join(f"'{word}'" for word in form.words)
        return f"One of {quoted_words}."
    return examples.get(form.name, "")
