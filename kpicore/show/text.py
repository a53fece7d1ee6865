"""The text of a scheme's data (see `kpicore.show`) in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kpicore.decimals import plain_text
from kpicore.messages import Messages
from kpicore.show.heading import head_lines
from kpicore.show.ladder import ladder_lines
from kpicore.show.rater import rated_lines, raters_lines
from kpicore.text import Title
from kpicore.wording import amount_text, interval_text, number_text

Data = Mapping[str, Any]
_STEP = "  "
_LONG, _MANY = 30, 3
"""The longest formula that is shown beside its value, and the most parameters that are named there instead of it."""


def sheet_text(data: Data, language: str) -> str:
    """The sheet as a person reads it, a line a thing."""
    return "\n".join(_Writer(data, language).lines()) + "\n"


def is_idle(rule: Data) -> bool:
    """Whether a rule gives 0 points for every measure."""
    rows = [*rule.get("pieces", ()), *rule.get("choices", ())]
    return bool(rows) and all("value" in row and row["value"]["value"] == "0" for row in rows)


class _Writer:
    def __init__(self, data: Data, language: str) -> None:
        self.data = data
        self.messages = Messages(language)
        self.language = self.messages.language
        self.names = {param["id"]: self.title(param) for param in data["params"]}

    def lines(self) -> Iterator[str]:
        """The whole sheet."""
        data = self.data
        yield f"{self.title(data)}  {data['id']} {data['version']}"
        yield from self._head()
        sections = (
            ("facts", self._facts),
            ("params", self._params),
            ("seasons", self._seasons),
            ("raters", self._raters),
            ("indicators", self._indicators),
            ("gates", self._gates),
            ("grade", self._grade),
            ("adjustments", self._adjustments),
            ("pay", self._pay),
            ("ladder", self._ladder),
        )
        for name, section in sections:
            if data[name]:
                yield ""
                yield self.messages(f"show.section.{name}")
                for line in section():
                    yield f"{_STEP}{line}"
        for longer in data["rollups"]:
            yield ""
            yield from _Writer(longer, self.language).rollup()

    def rollup(self) -> Iterator[str]:
        """A longer period's sheet, as far as it is its own."""
        words = {kind: self.messages(f"period.{kind}") for kind in (self.data["made_of"], *self.data["periods"])}
        yield self.messages("show.rollup", period=words[self.data["periods"][0]], of=words[self.data["made_of"]])
        for section in (self._indicators, self._gates, self._grade, self._pay):
            if self.data[section.__name__.lstrip("_")]:
                for line in section():
                    yield f"{_STEP}{line}"

    def title(self, part: Data, key: str = "title") -> str:
        """A title in this language; the id where there is none."""
        return Title(tuple(part[key].items())).text(self.language, part.get("id", "") if key == "title" else "")

    def named(self, part: Data, name: str) -> str:
        """The title of what has a name that is no id."""
        return Title(tuple(part["title"].items())).text(self.language, name)

    def _choice(self, choice: Data, name: str) -> str:
        """A choice with its title: where that is another text, both, since results have the choice."""
        title = self.named(choice, name)
        same = title.casefold() == name.casefold()
        return title if same else self.messages("show.titled", title=title, name=name)

    def _ladder(self) -> Iterator[str]:
        yield from ladder_lines(self.data["ladder"], self.data["facts"], self.language)

    def notes(self, part: Data, step: str = _STEP) -> Iterator[str]:
        """What a reader should know of a part."""
        if part.get("assumed"):
            yield step + self.messages("show.assumed_line")
        note = self.title(part, "note")
        if note:
            yield step + self.messages("show.note", note=note)

    def _head(self) -> Iterator[str]:
        yield from head_lines(self)
        yield from self.notes(self.data)

    def _facts(self) -> Iterator[str]:
        titles = {provider["name"]: self.named(provider, provider["name"]) for provider in self.data["providers"]}
        for provider in dict.fromkeys(fact["provider"] for fact in self.data["facts"]):
            name = titles.get(provider, provider) or self.messages("show.no_provider")
            yield self.messages("show.provider", provider=name)
            for fact in self.data["facts"]:
                if fact["provider"] == provider:
                    yield f"{_STEP}{self.title(fact)}  {fact['id']}  {self._fact(fact)}"
                    yield from self.notes(fact, _STEP * 2)

    def _fact(self, fact: Data) -> str:
        messages, default = self.messages, fact["default"]
        kind = self.kind(fact["kind"], fact["least"], fact["most"])
        words = [messages("show.answer") if fact["na"] else kind]
        unit = self.title(fact, "unit")
        if unit:
            words.append(unit)
        if kind == messages(f"kind.{fact['kind']}") and (fact["least"] is not None or fact["most"] is not None):
            low, high = (None if fact[end] is None else Fraction(fact[end]) for end in ("least", "most"))
            words.append(interval_text(low, True, high, True, fact["kind"], self.language))
        if fact["choices"]:
            choices = {choice["value"]: self._choice(choice, choice["value"]) for choice in fact["choices"]}
            words.append(messages("show.choices", choices=messages("word.list").join(choices.values())))
            default = choices.get(default, default)
        if default is not None:
            words.append(messages("show.default", value=self.plain(default, fact["kind"])))
        if fact["fixed"]:
            words.append(messages("show.fixed"))
        return f"({messages('word.comma').join(words)})"

    def plain(self, value: str | bool, kind: str) -> str:
        """A plain value of the data as people write it."""
        if isinstance(value, bool) or kind in ("choice", "text", "date", "flag"):
            return amount_text(value, kind, None, self.language)
        return amount_text(Fraction(value), kind, None, self.language)

    def _raters(self) -> Iterator[str]:
        yield from raters_lines(self)

    def _params(self) -> Iterator[str]:
        for param in self.data["params"]:
            yield from self._named(param, self.plain(param["value"], param["kind"]))

    def _seasons(self) -> Iterator[str]:
        for season in self.data["seasons"]:
            yield from self._named(season, season["words"][self.language])

    def _named(self, part: Data, value: str) -> Iterator[str]:
        """What formulas know by a name, and what that stands for."""
        mark = self.messages("show.assumed") if part["assumed"] else ""
        yield f"{self.title(part)}  {part['id']} = {self.aside(value, mark)}"
        yield from self.notes({**part, "assumed": False})

    def amount(self, amount: Data, kind: str) -> str:
        """'65 %', '2 % (Excellent refund rate, assumed)'."""
        return self.aside(*self._known(amount, kind))

    def aside(self, text: str, aside: str) -> str:
        """A text with a remark in brackets, where there is one."""
        return self.messages("show.aside", text=text, aside=aside) if aside else text

    def _known(self, amount: Data, kind: str) -> tuple[str, str]:
        """The value of an amount, or, where it has none, its words; and what is to be said beside it."""
        told = [self.messages("show.assumed")] if amount["assumed"] else []
        if amount["value"] is None:
            shown = str(amount["words"][self.language])
        else:
            shown = amount_text(Fraction(amount["value"]), kind, None, self.language)
            told = [self._by(amount), *told] if "words" in amount else told
        return shown, self.messages("word.comma").join(told)

    def _by(self, amount: Data) -> str:
        """What the value of an amount comes from: the title of a parameter, a short formula, or what it depends on."""
        words = str(amount["words"][self.language])
        names = list(dict.fromkeys(self.names.get(id_, id_) for id_ in amount["params"]))
        if words in names or ("(" not in amount["text"] and len(words) <= _LONG):
            return words
        if len(names) > _MANY:
            return self.messages.count("show.by_params", len(names))
        return self.messages("show.by_names", names=self.messages("word.list").join(names))

    def _formula(self, formula: Data) -> str:
        return str(formula["words"][self.language])

    def _indicators(self) -> Iterator[str]:
        groups = {group["id"]: group for group in self.data["groups"]}
        shown: str | None = None
        for line in self.data["indicators"]:
            if line["group"] != shown and (line["group"] or shown):
                shown = line["group"]
                yield from self._group(groups[shown] if shown else None)
            yield from self._indicator(line)

    def _group(self, group: Data | None) -> Iterator[str]:
        name = self.messages("show.no_group") if group is None else self.title(group)
        yield self.messages("show.group", group=name)
        if group is not None and group["only_if"] is not None:
            yield _STEP + self.messages("show.asked.group_only_if", condition=self._formula(group["only_if"]))
        if group is not None:
            yield from self.notes(group)

    def _indicator(self, line: Data) -> Iterator[str]:
        messages = self.messages
        weight = "" if self.data["total"] == "mean" else self._weight(line["weight"])
        if line["shown_only"]:
            weight = messages("show.shown_only")
        yield f"{self.title(line)}  {line['id']}  {weight}".rstrip()
        for place, step in enumerate(line["taken"]):
            yield _STEP + messages("show.taken_on" if place else "show.taken", **step)
        if line["measure"] is not None:
            yield _STEP + messages("show.measure", formula=self._formula(line["measure"]), kind=self._measured(line))
        for name in ("only_if", "counts_when"):
            if line[name] is not None:
                yield _STEP + messages(f"show.asked.{name}", condition=self._formula(line[name]))
        yield from (_STEP + row for row in rated_lines(line, self))
        said = any("points" in level for level in line["levels"])
        if not (said or (line["shown_only"] and is_idle(line["rule"]))):
            yield from (_STEP * 2 + row for row in self.rule(line["rule"], line["kind"] or "number"))
        for name in ("when_missing", "when_undefined"):
            if line[name] != "incomplete":
                yield _STEP + messages(f"show.absent.{name}", policy=messages(f"policy.{line[name]}"))
        yield from self.notes(line)

    def _measured(self, line: Data) -> str:
        """The kind of a measure, and to how many decimals it is judged, where that is not plain."""
        kind, places = line["kind"], line["places"]
        shown = self.kind(kind, line["least"], line["most"])
        if kind in ("choice", "text") or (kind == "count" and not places):
            return shown
        decimals = self.messages.count("show.places", max(places - 2, 0) if kind == "ratio" else places)
        return self.messages("word.comma").join((shown, decimals))

    def kind(self, kind: str, least: str | None, most: str | None) -> str:
        """What people call a kind; a rating with its own bounds."""
        if kind != "rating" or (least is None and most is None):
            return self.messages(f"kind.{kind}")
        low, high = number_text(Fraction(least or 0)), number_text(Fraction(most or 100))
        return self.messages("show.rating", least=low, most=high)

    def _weight(self, weight: Data) -> str:
        if self.data["rules_award"] == "marks":
            marks, aside = self._known(weight, "number")
            return self.aside(self.messages("show.weight_marks", weight=marks), aside)
        if weight["value"] is not None:
            weight = {**weight, "value": plain_text(Fraction(weight["value"]) / 100)}
        return self.messages("show.weight_percent", weight=self.amount(weight, "ratio"))

    def points(self, amount: Data) -> str:
        """'80 points', '0 points (Points for the last band, assumed)'."""
        value, aside = self._known(amount, "number")
        return self.aside(self.messages(f"show.points.{'one' if value == '1' else 'many'}", points=value), aside)

    def rule(self, rule: Data, kind: str) -> Iterator[str]:
        """A rule, a line a piece, choice or condition."""
        messages = self.messages
        if "within" in rule:
            yield messages(f"show.ranked_{rule['order']}_{rule['within']}")
            yield from self.places(rule["pieces"])
        elif "pieces" in rule:
            yield from self.pieces(rule["pieces"], kind)
        elif "choices" in rule:
            for choice in rule["choices"]:
                otherwise = choice["choice"] is None
                name = messages("interval.otherwise") if otherwise else self.named(choice, choice["choice"])
                yield messages("show.piece", ends=name, value=self.points(choice["value"]))
        elif "items" in rule:
            yield messages("show.items")
            yield from (_STEP + self._formula(item) for item in rule["items"])
        elif "conditions" in rule:
            for condition in rule["conditions"]:
                asked = self.title(condition) or self._formula(condition["when"])
                yield messages("show.condition", condition=asked, value=self.points(condition["points"]))
        else:
            yield messages("show.formula", formula=self._formula(rule["formula"]))

    def places(self, pieces: Sequence[Data]) -> Iterator[str]:
        """The points of each place, and of all after them."""
        for piece in pieces:
            if piece["low"] is None:
                yield self.messages("show.places_after", value=self.points(piece["value"]))
            else:
                yield self.messages("show.place", place=piece["low"]["text"], value=self.points(piece["value"]))

    def pieces(self, pieces: Sequence[Data], kind: str) -> Iterator[str]:
        """The pieces of a curve, in the order in which they are asked."""
        for place, piece in enumerate(pieces):
            if "value" in piece:
                value = self.points(piece["value"])
            elif piece["step"] is not None:
                value = self._stair(piece, kind)
            elif piece["from_value"] is not None and piece["to_value"] is not None:
                ends = (number_text(Fraction(piece[end])) for end in ("from_value", "to_value"))
                value = self.messages("show.line", low=next(ends), high=next(ends))
            else:
                value = self._slope(piece, kind)
            yield self.messages("show.piece", ends=self.ends(piece, kind, place), value=value)

    def _stair(self, piece: Data, kind: str) -> str:
        """'100 points, less 5 for each whole 1 above 0'."""
        slope = piece["slope"]
        falls = slope["value"] is not None and Fraction(slope["value"]) < 0
        falls = falls or (slope["value"] is None and slope["text"].startswith("-"))
        each = self.amount(_negated(slope) if falls else slope, "number")
        step, start = self.amount(piece["step"], kind), self.amount(piece["origin"], kind)
        key = "show.stair_down" if falls else "show.stair_up"
        return self.messages(key, base=self.points(piece["base"]), each=each, step=step, start=start)

    def _slope(self, piece: Data, kind: str) -> str:
        base, slope = self.points(piece["base"]), self.amount(piece["slope"], "number")
        return self.messages("show.slope", base=base, slope=slope, start=self.amount(piece["origin"], kind))

    def ends(self, piece: Data, kind: str, place: int) -> str:
        """The ends of a piece or band in words."""
        low, high = (None if piece[end] is None else self.amount(piece[end], kind) for end in ("low", "high"))
        if low is None and high is None and place:
            return self.messages("interval.otherwise")
        return interval_text(low, piece["low_closed"], high, piece["high_closed"], kind, self.language)

    def _gates(self) -> Iterator[str]:
        for gate in self.data["gates"]:
            effect = gate["effect"]
            name = next(name for name in ("ineligible", "grade", "lower_by") if effect[name])
            yield f"{self.title(gate)}  {gate['id']}"
            yield _STEP + self.messages("show.require", condition=self._formula(gate["require"]))
            value = self._grade_name(effect[name]) if name == "grade" else effect[name]
            yield _STEP + self.messages(f"effect.{name}", value=value)
            yield from self.notes(gate)

    def _grade(self) -> Iterator[str]:
        grade = self.data["grade"]
        by = grade["by"] if grade["within"] is None else f"{grade['by']}_{grade['within']}"
        kind = "number" if grade["within"] is None else "ratio"
        yield self.messages(f"show.grade_by_{by}")
        for place, band in enumerate(grade["bands"]):
            name = self.title({**band, "id": band["grade"]})
            shown = self.aside(name, "" if name == band["grade"] else band["grade"])
            yield _STEP + self.messages("show.piece", ends=self.ends(band, kind, place), value=shown)
        yield from self.notes(grade)

    def _grade_name(self, grade: str) -> str:
        """What people call a grade."""
        bands = () if self.data["grade"] is None else self.data["grade"]["bands"]
        return next((self.title({**band, "id": grade}) for band in bands if band["grade"] == grade), grade)

    def _adjustments(self) -> Iterator[str]:
        spec = self.data["adjustments"]
        if self.title(spec):
            yield self.title(spec)
        yield _STEP + self.messages("show.adjustments.added")
        for name in ("least", "most"):
            if spec[name] is not None:
                yield _STEP + self.messages(f"show.adjustments.{name}", bound=self.amount(spec[name], "number"))
        yield from self.notes(spec)

    def _pay(self) -> Iterator[str]:
        messages = self.messages
        for element in self.data["pay"]:
            yield f"{self.title(element)}  {element['id']}"
            pooled = element["pool"] is not None
            if pooled:
                yield _STEP + messages(f"show.pool_{element['within']}", formula=self._formula(element["pool"]))
            if "amount" in element:
                key = "show.weight" if pooled else "show.amount"
                yield _STEP + messages(key, formula=self._formula(element["amount"]))
            else:
                yield _STEP + messages("show.weight_by" if pooled else "show.by", formula=self._formula(element["by"]))
            kind = "number" if pooled else "money"
            for place, band in enumerate(element.get("bands", ())):
                ends = self.ends(band, element["by_kind"], place)
                yield _STEP * 2 + messages("show.piece", ends=ends, value=self.amount(band["value"], kind))
            for place, tier in enumerate(element.get("tiers", ())):
                ends = self.ends(tier, element["by_kind"], place)
                yield _STEP * 2 + messages("show.tier", ends=ends, rate=self.amount(tier["rate"], "ratio"))
            for choice in element.get("choices", ()):
                paid = self.amount(choice["value"], kind)
                ends = self.named(choice, choice["choice"])
                yield _STEP * 2 + messages("show.piece", ends=ends, value=paid)
            if element["when"] is not None:
                yield _STEP + messages("show.pay_when", condition=self._formula(element["when"]))
            yield from self.notes(element)


def _negated(amount: Data) -> Data:
    value = None if amount["value"] is None else amount["value"].removeprefix("-")
    found = {**amount, "value": value, "text": amount["text"].removeprefix("-")}
    if "words" in amount:
        found["words"] = {language: text.removeprefix("-") for language, text in amount["words"].items()}
    return found
