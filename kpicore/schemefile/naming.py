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
ADJUSTED_WORDS = frozenset(["adjustment", "adjustments"])
"""Those that only the results of schemes with plus and minus items have."""
SCHEME_ID = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LONGEST_NAME = 100


def reserved(vocabulary: Vocabulary, adjusting: bool = False) -> Mapping[str, str]:
    """Names that no fact, parameter or indicator may bear, each with the reason; some only where the scheme allows
    items (`adjusting`)."""
    words = RESULT_WORDS | ADJUSTED_WORDS if adjusting else RESULT_WORDS
    return {
        **dict.fromkeys(vocabulary.functions, "It is the name of a function."),
        **dict.fromkeys(words, "A result has a field of this name."),
        **dict.fromkeys(FORMULA_WORDS, "It is a word of the formula language."),
    }
