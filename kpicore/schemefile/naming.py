"""Which names are taken: by the formula language, by its functions, by the parts of a result."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpicore.formula.syntax import KEYWORDS
from kpicore.vocabulary import Vocabulary

FORMULA_WORDS = KEYWORDS | {"month", "year", "total", "sum", "grade", "level"}
RESULT_WORDS = frozenset(
    [
        "groups",
        "gates",
        "pay",
        "decision",
        "group",
        "gate",
        "employee",
        "name",
        "team",
        "period",
        "scheme",
        "version",
        "hash",
        "status",
        "sum",
        "counted_marks",
        "full_marks",
        "total",
        "grade",
        "rank",
        "reasons",
        "occasion",
    ]
)
SCHEME_ID = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LONGEST_NAME = 100


def reserved(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Names that no fact, parameter or indicator may bear, each with the reason."""
    return {
        **dict.fromkeys(vocabulary.functions, "It is the name of a function."),
        **dict.fromkeys(RESULT_WORDS, "A result has a field of this name."),
        **dict.fromkeys(FORMULA_WORDS, "It is a word of the formula language."),
    }
