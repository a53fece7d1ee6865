"""docs/check.md, made from the codes of findings."""

from __future__ import annotations

from kpicore.check.finding import CODES

_INTRODUCTION = """# What `kpicore check` finds

This page is made from the code by `python docs/generate.py`.

```sh
kpicore check                          # every scheme at hand
kpicore check my-sheet.toml -v         # one, with its notes
kpicore check my-sheet.toml --json     # for programs: a list of findings
```

`check` looks at every value that a measure can have, on the measure's own grid (whole percents, cents, seconds),
within the bounds that the facts declare. What it says of bands, grades and amounts is proved, by the pieces of their
curves and by intervals; what it can not prove it calls **not decided**, and says how many made-up results it tried
instead. 86 to 90 and 91 to 95 leave no hole in whole percents; where the measure has two decimals there is one, and
90.01 is the witness.

It ends with exit code 1 where there is an **error**: the sheet says something that can not be meant. A **warning** is
something that may be meant so, but that people will ask about. **Notes**, listed with `-v` and in JSON, are what a
reader of the sheet should know: what can be reached, where the greatest steps lie, what nobody has confirmed yet.

With `--json` each finding is an object: `code`, `severity`, `message`, `file`, `line` (of the key in the scheme file),
`key`, and `witness`, a value that shows it, a list of two, or null. Where thresholds change with the month, every
month is looked at; a finding that not all have names the first month that has it.

## The findings
"""


def check_page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION]
    for name, code in CODES.items():
        parts.append(f"### `{name}` ({code.severity})\n\n{code.means}\n\n*How to mend it:* {code.mend}\n")
    return "\n".join(parts)
