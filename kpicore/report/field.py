"""Fields of the classes that templates are given: each says what it holds."""

from __future__ import annotations

from typing import Any

import attrs
from attrs import field

HELP = "help"


def told(help: str, *, default: Any = attrs.NOTHING) -> Any:
    """An attrs field with a help text."""
    return field(default=default, metadata={HELP: help}, kw_only=True)
