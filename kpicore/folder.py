"""Folders that a plugin gives: of scheme files, and of templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

SCHEME_ENDING = ".toml"
CASES_ENDING = ".cases.toml"


@frozen
class SchemeFolder:
    """A folder of scheme files. What stands in `shop/agents.toml` below it is the scheme '<prefix>/shop/agents'.

    A further version of a scheme stands in a file `<name>@<anything>.toml` beside the first; `*.cases.toml` are
    worked cases, not schemes.
    """

    root: Path
    prefix: str = ""

    def files(self) -> Iterator[tuple[str, Path]]:
        """The id that each file must have, and the file; in the order of their names, no file opened."""
        for path in sorted(self.root.rglob(f"*{SCHEME_ENDING}")):
            if path.name.endswith(CASES_ENDING):
                continue
            below = path.relative_to(self.root)
            name = below.name.removesuffix(SCHEME_ENDING).partition("@")[0]
            yield "/".join(part for part in (self.prefix, *below.parts[:-1], name) if part), path


@frozen
class TemplateFolder:
    """A folder of Jinja templates. A scheme names one by '<prefix>/<file>'; the prefix is the plugin's name unless
    given."""

    root: Path
    prefix: str = ""
