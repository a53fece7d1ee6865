"""Compares the readers over many made-up examples: python tests/support/generated.py --examples 20000 --seed 1.

With `--engine exact` it checks what must hold of every result, and that the order of the rows is nothing. An example
that goes wrong is shown as small as it gets; `--first N --examples 1` makes that of number N again.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support.dice import Rolled
from support.feature import features
from support.populations import Example, differences, example, frame_of, items_of, placeless, rows_of, sound, texts
from support.promise import broken
from support.smaller import smaller

from kpicore.result import flat_names

by_exact: Counter[str] = Counter()
"""How many rows there were, and how many of them the columnar reader left to the exact one."""


def unlike(tried: Example) -> list[str]:
    """Where the columnar reader says something else than the exact one. The rows are those of the frame."""
    frame = frame_of(tried.rows)
    rows = rows_of(frame, tried.rows)
    results = tried.scheme.score_many(rows, params=tried.params).results
    names = flat_names(results)  # those of all versions together
    places = len(tried.scheme.versions) == 1
    expected = [texts(placeless(result.flat()), names, places) for result in results]
    run = tried.scheme.score_table(frame, params=tried.params, adjustments=items_of(tried.rows))
    by_exact.update(rows=len(rows), left=run.by_exact if isinstance(run.by_exact, int) else len(run.by_exact))
    rows_ = [texts(row, row, places) for row in map(placeless, run.frame.to_dicts())]
    found = differences(rows_, expected, ("columnar", "exact"))
    if results and not found and run.frame.columns != names:
        found = [f"columns in another order: {run.frame.columns} != {names}"]
    return found


CHECKS = {"exact": broken, "columnar": unlike}


def told(tried: Example, engine: str) -> list[str]:
    """What is wrong with an example, an exception included."""
    try:
        return CHECKS[engine](tried)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:]]
        return [f"{type(error).__name__}: {str(error)[:300]}", " > ".join(where)]


def alike(one: list[str], other: list[str]) -> bool:
    """Whether two examples go wrong in the same way: both with the same error, or both without one, and then in one
    column at least that goes wrong in both."""
    first = [found[0].partition(":")[0] if found and found[0].partition(":")[0].endswith("Error") else bool(found)
             for found in (one, other)]  # fmt: skip
    columns = [{line.split(": ")[1] for line in found if line.startswith("row ")} for found in (one, other)]
    return first[0] == first[1] and (not columns[0] or bool(columns[0] & columns[1]))


def main() -> int:
    """Runs; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--seed", default="0", help="another seed gives other examples")
    parser.add_argument("--first", type=int, default=0, help="the number of the first example")
    parser.add_argument("--engine", choices=sorted(CHECKS), default="exact")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--most", type=int, default=5, help="stop after so many that went wrong")
    parser.add_argument("--smaller", type=float, default=60, help="so many seconds to make one of them small")
    parser.add_argument("--passing", default="", help="the name of an error that is known, and passed over")
    parser.add_argument("--features", action="store_true", help="count what the examples have")
    given = parser.parse_args()
    end = time.monotonic() + given.seconds
    seen: Counter[str] = Counter()
    wrong = tried = 0
    for number in range(given.first, given.first + given.examples):
        if time.monotonic() > end or wrong >= given.most:
            break
        made = example(Rolled(f"{given.seed}/{number}"))
        tried += 1
        if not sound(made):
            seen["unsound"] += 1
            continue
        found = told(made, given.engine)
        if given.passing and found and found[0].startswith(given.passing):
            seen[f"passed over: {given.passing}"] += 1
        elif found:
            wrong += 1
            small = smaller(made, lambda other, found=found: alike(told(other, given.engine), found), given.smaller)  # type: ignore[misc]
            shown = told(small, given.engine)
            print(f"--- example {number} of seed {given.seed}", *shown[:20], small, sep="\n", flush=True)
        elif given.features:
            seen.update(features(made, made.scheme.score_many(made.rows, params=made.params)))
    print(f"{tried} examples, {seen.pop('unsound', 0)} of them unsound, {wrong} wrong", dict(by_exact) or "")
    for name, count in sorted(seen.items()):
        print(f"{100 * count / max(1, tried):6.1f} %  {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
