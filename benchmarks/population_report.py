"""What the population benchmark says: tables on the terminal, a section of docs/population.md, a plot beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import timing
from population_sheets import SHEETS, Sheet

Line = Mapping[str, Any]
BEGIN, END = "<!-- population: made by benchmarks/population.py -->", "<!-- population: end -->"
PAGE, PLOT = "population.md", "population.svg"
_GIVES = {"scores": "scores, total, grade", "measures": "with the rounded measures"}
_MODES = {"memory": "in memory", "parquet": "Parquet to Parquet"}
_COLOURS = {
    "kpicore": "#b2182b",
    "polars": "#2166ac",
    "numpy": "#1b7837",
    "pandas": "#762a83",
    "duckdb": "#e08214",
    "openfisca": "#35978f",
    "zen": "#636363",
}


def show(sheet: Sheet, lines: Sequence[Line]) -> None:
    """Prints one group: a sheet, a size, what is given, and where from and to."""
    if not lines:
        return
    first = lines[0]
    gives = _GIVES[first["outputs"]] + (", rank, status, pay" if sheet.gates is not None else "")
    print(f"\n{sheet.title}, {first['people']:,} people, {_MODES[first['mode']]}; {gives}")
    print(
        f"{'':22}{'ms':>10}{'people/s':>12}{'x Polars':>10}{'wrong':>9}{'grades':>8}{'measures':>10}{'exact':>8}"
        f"{'MiB':>7}{'before':>8}"
    )
    for line in lines:
        print(
            f"{line['name']:22}{line['milliseconds']:>10,.1f}{line['people_a_second']:>12,}"
            f"{_or(line['to_polars'], '.2f'):>10}{line['wrong']:>9,}{line['wrong_grades']:>8,}"
            f"{_or(line['wrong_measures'], ','):>10}{_or(line['by_exact'], ','):>8}"
            f"{_or(line.get('mebibytes'), ','):>7}{_or(line.get('mebibytes_before'), ','):>8}",
            flush=True,
        )


def show_first_calls(lines: Sequence[Line]) -> None:
    """Prints how soon a fresh contestant has its first results."""
    for name, some in groupby(lines, key=lambda line: str(line["sheet"])):
        print(f"\n{SHEETS[name].title}, a fresh contestant and 100 people; milliseconds")
        print(f"{'':22}{'made':>9}{'first':>9}{'second':>9}")
        for line in some:
            print(f"{line['name']:22}{line['made']:>9.2f}{line['first']:>9.2f}{line['second']:>9.2f}")


def _or(value: Any, form: str) -> str:
    return "" if value is None else format(value, form)


def write_docs(folder: Path, whole: Mapping[str, Any]) -> None:
    """Puts the section between its markers in the page of this folder, and writes the plot beside it.

    Raises ValueError where the page has one of the markers only.
    """
    page = folder / PAGE
    text = page.read_text(encoding="utf-8") if page.exists() else f"# Whole populations\n\n{BEGIN}\n{END}\n"
    head, found, rest = text.partition(BEGIN)
    _, closed, tail = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"{page}: the lines '{BEGIN}' and '{END}' are not there.")
    page.write_text(f"{head}{BEGIN}\n\n{markdown(whole)}\n{END}{tail}", encoding="utf-8")
    plot(folder / PLOT, whole["lines"])


def markdown(whole: Mapping[str, Any]) -> str:
    """The section: where it ran, a table a sheet and set of outputs, first calls, who the contestants are."""
    parts = [f"Measured: {timing.headed(whole['where'])}. {whole['rounds']} rounds; medians.\n\n![]({PLOT})\n"]

    def group(line: Line) -> tuple[str, str]:
        return line["sheet"], line["outputs"]

    lines = sorted(whole["lines"], key=group)
    for (name, outputs), some in groupby(lines, key=group):
        parts.append(f"### {SHEETS[name].title}: {_GIVES[outputs]}\n\n{_table(list(some))}")
    rows = [
        (SHEETS[line["sheet"]].title, line["name"], *(f"{line[key]:.2f}" for key in ("made", "first", "second")))
        for line in whole["first_calls"]
    ]
    headings = ("sheet", "who", "made, ms", "first call, ms", "second call, ms")
    parts.append(f"### The first call\n\nA fresh contestant and 100 people.\n\n{_rows(headings, rows)}")
    who = [
        (each["name"], each["how"], "" if each["most"] is None else f"{each['most']:,} people")
        for each in whole["contestants"].values()
    ]
    parts.append(f"### Who they are\n\n{_rows(('who', 'how', 'only up to'), who)}")
    return "\n".join(parts)


def _table(lines: Sequence[Line]) -> str:
    """A row for a size, a way and a contestant; the people come first."""
    rows = [
        (
            f"{line['people']:,}",
            _MODES[line["mode"]],
            line["name"],
            f"{line['milliseconds']:,.1f}",
            f"{line['people_a_second']:,}",
            _or(line["to_polars"], ".2f"),
            f"{line['wrong']:,}",
            f"{line['wrong_grades']:,}",
            _or(line["wrong_measures"], ","),
            _or(line.get("mebibytes"), ","),
        )
        for line in sorted(lines, key=lambda line: (line["mode"], line["people"]))
    ]
    headings = (
        *("people", "way", "who", "ms", "people a second", "to Polars"),
        *("wrongly decided", "wrong grades", "wrong measures", "MiB at most"),
    )
    return _rows(headings, rows)


def _rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def plot(target: Path, lines: Sequence[Line]) -> None:
    """Seconds by people, both by powers of ten: a panel for each sheet and way, of the smaller set of outputs."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "kpicore"  # the same figures make the same file
    mpl.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot

    outputs = lines[0]["outputs"] if lines else "scores"
    panels = sorted({(line["sheet"], line["mode"]) for line in lines})
    figure, axes = pyplot.subplots(1, max(1, len(panels)), figsize=(4 * max(1, len(panels)), 4.2), squeeze=False)
    for (sheet, mode), axis in zip(panels, axes[0], strict=False):
        for name, colour in _COLOURS.items():
            some = [
                line
                for line in lines
                if (line["sheet"], line["mode"], line["outputs"], line["contestant"]) == (sheet, mode, outputs, name)
            ]
            if some:
                sizes, seconds = (line["people"] for line in some), (line["milliseconds"] / 1000 for line in some)
                label = f"{some[0]['name']}{'' if some[-1]['wrong'] else ' (nobody wrong)'}"
                axis.plot(list(sizes), list(seconds), marker="o", markersize=4, color=colour, label=label)
        axis.set(xscale="log", yscale="log", xlabel="people", title=f"{SHEETS[sheet].title},\n{_MODES[mode]}")
        axis.title.set_fontsize(9)
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("seconds")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=max(1, len(labels)), fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    figure.savefig(target, format="svg", metadata={"Date": None})
    pyplot.close(figure)
