"""Where the sheets that kpicore ships contradict themselves or leave a hole, and a Reading settles it: the source's own
bands, written down as they stand, and what `check` finds in them.

No finding can exist for the Readings that are not about bands, marks or weights, since nothing in a sheet contradicts
itself there; somebody has to read the source:

- what a word means ('weights not below 80 %' of the service advisors means attainment; 'take the integer' is a
  rounding, which is `places`; 'one or more a day' is seven a week);
- where a line belongs (calls listed inside the efficiency of a courier; courtesy and appearance of a steward);
- that all three ratings of a service advisor must lie in one band: 95/85/75 lies in a band each, only not in the same
  one. The bands themselves leave holes between whole marks, which are found below;
- a condition of a whole block (more than five complaints and the block is 0);
- the order of numbered rules that bears no meaning (7 9 8 of the consultants' ladder).
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.populations import loaded

from kpicore.check.checker import check_scheme
from kpicore.check.finding import Finding, Witness

HEAD = 'id = "made/literal"\nversion = "1"\neffective = 2016-01-01\nperiods = ["month"]\n'
Found = list[tuple[str, str, Witness]]
TOLD = (
    "hole",
    "overlap",
    "hidden_band",
    "unreachable_band",
    "falls",
    "above_full",
    "grade_falls",
    "pay_falls",
)


def findings(text: str) -> Sequence[Finding]:
    (checked,) = check_scheme(loaded(HEAD + text))
    return checked.findings


def found(text: str, codes: Sequence[str] = TOLD) -> Found:
    """What is found of bands and full marks: the code, the end of the key, the witness."""
    return [(each.code, each.key.split(".")[-1], each.witness) for each in findings(text) if each.code in codes]


def single(
    kind: str, bands: str, *, weight: int = 100, better: str = "higher", places: str = "", ratio: bool = False
) -> str:
    """A sheet of one indicator with these bands; a ratio is one of two counts."""
    facts = 'x = { kind = "count" }\ny = { kind = "count" }\n' if ratio else f'x = {{ kind = "{kind}" }}\n'
    measure = "x / y" if ratio else "x"
    rows = "".join(f"  {{ {row} }},\n" for row in bands.split("; "))
    return (
        f'[facts]\n{facts}\n[[indicator]]\nid = "i"\nweight = {weight}\nmeasure = "{measure}"\nkind = "{kind}"\n'
        f"{places}"
        f'better = "{better}"\nrule = {{ kind = "bands", bands = [\n{rows}] }}\n'
    )


# Source 000, the body shop's advisor.

SATISFACTION = (
    "from = 0.91, up_to = 0.95, points = 3; from = 0.86, up_to = 0.90, points = 2; "
    "from = 0.80, up_to = 0.85, points = 1; "
    "below = 0.80, points = 0; above = 0.95, points = 4; above = 0.98, points = 5"
)


def test_satisfaction_has_no_hole_in_whole_percents_and_two_in_decimals() -> None:
    whole = found(single("ratio", SATISFACTION, weight=5, places="places = 2\n"))
    assert whole == [("hidden_band", "bands[6]", None)]  # 'over 98 %' stands behind 'over 95 %'
    assert found(single("ratio", SATISFACTION, weight=5)) == [
        ("hole", "bands", "0.8501"),
        ("hole", "bands", "0.9001"),
        ("hidden_band", "bands[6]", None),
    ]


def test_86_to_90_and_91_to_95() -> None:
    bands = "above = 95, points = 4; from = 91, up_to = 95, points = 3; from = 86, up_to = 90, points = 2"
    bands += "; below = 86, points = 0"
    assert found(single("rating", bands, places="places = 0\n")) == []
    assert found(single("rating", bands, places="places = 1\n")) == [("hole", "bands", "90.1")]


def test_ten_percent_stands_in_two_steps_of_the_balanced_output() -> None:
    bands = "from = 0.10, up_to = 0.15, points = 1; up_to = 0.10, points = 2; above = 0.15, points = 0"
    assert found(single("ratio", bands, weight=2, better="lower")) == [("overlap", "bands[2]", "0.1")]


def test_two_uncooperative_jobs_are_in_two_steps() -> None:
    bands = "exactly = 0, points = 4; exactly = 1, points = 3; up_to = 2, points = 2; from = 2, points = 0"
    assert found(single("count", bands, weight=2, better="lower")) == [
        ("overlap", "bands[4]", "2"),
        ("above_full", "rule", "0"),
    ]


@pytest.mark.parametrize(
    ("weight", "bands"),
    [
        (2, "below = 3, points = 3; otherwise = true, points = 0"),  # intake forms: 3 points at a weight of 2
        (3, "from = 20, points = 4; from = 10, points = 3; otherwise = true, points = 0"),  # customers retained
        (5, "from = 100, points = 10; from = 90, points = 5; otherwise = true, points = 0"),  # visits of 002 section 18
    ],
)
def test_an_award_above_the_weight(weight: int, bands: str) -> None:
    codes = [
        code
        for code, _, _ in found(single("count", bands, weight=weight, better="lower" if "below" in bands else "higher"))
    ]
    assert codes == ["above_full"]


def test_as_many_points_as_policies_renewed() -> None:
    text = single("count", "otherwise = true, points = 0", weight=3)
    rule = text[text.index("rule = ") :]
    assert [code for code, _, _ in found(text.replace(rule, 'rule = { kind = "accrue", each = 1, most = 999 }\n'))] == [
        "above_full"
    ]


# Source 000, the service advisor of the insurer: five grades, each ten marks wide.


def test_grades_of_whole_marks_leave_holes_between_them() -> None:
    bands = (
        "from = 90, points = 100; from = 80, up_to = 89, points = 80; from = 70, up_to = 79, points = 70; "
        "from = 60, up_to = 69, points = 60; below = 60, points = 0"
    )
    assert found(single("rating", bands)) == [("hole", "bands", value) for value in ("69.01", "79.01", "89.01")]
    assert found(single("rating", bands, places="places = 0\n")) == []


# Source 002 section 20: the comparison signs are lost, and one award is 800.


def conversion(low: str, high: str) -> str:
    """Bands with these words for their ends."""
    return (
        f"{low} = 0.75, points = 100; {low} = 0.65, {high} = 0.75, points = 80; "
        f"{low} = 0.50, {high} = 0.65, points = 60; "
        f"{high} = 0.50, points = 0"
    )


def test_lost_signs_read_as_both_ends_included() -> None:
    assert found(single("ratio", conversion("from", "up_to"), ratio=True)) == [
        ("overlap", "bands[2]", "0.75"),
        ("overlap", "bands[3]", "0.65"),
        ("overlap", "bands[4]", "0.5"),
    ]


def test_lost_signs_read_as_neither_end_included() -> None:
    assert found(single("ratio", conversion("above", "below"), ratio=True)) == [
        ("hole", "bands", "0.5"),
        ("hole", "bands", "0.65"),
        ("hole", "bands", "0.75"),
    ]


def test_lost_signs_read_as_the_better_end_included() -> None:
    assert found(single("ratio", conversion("from", "below"), ratio=True)) == []


def test_an_award_of_800() -> None:
    bands = (
        "from = 0.99, points = 100; from = 0.97, points = 800; from = 0.95, points = 60; otherwise = true, points = 0"
    )
    assert found(single("ratio", bands, ratio=True)) == [
        ("falls", "rule", ("0.9899", "0.99")),
        ("above_full", "rule", "0.97"),
    ]


def test_a_sheet_that_is_cut_off_lacks_weight() -> None:
    """002 section 20 without its last item, section 14 without its fourth, section 10 without what is cut."""
    for weights in ((35, 20, 10, 5, 5), (5, 5, 5), (30, 30, 10)):
        names = [f"i{place}" for place in range(len(weights))]
        facts = "".join(f'{name} = {{ kind = "rating" }}\n' for name in names)
        lines = "".join(
            f'\n[[indicator]]\nid = "{name}"\nweight = {weight}\nrule = {{ kind = "straight" }}\n'
            for name, weight in zip(names, weights, strict=True)
        )
        assert found("[facts]\n" + facts + lines, ["weights"]) == [("weights", "indicator", None)]


# Source 002 section 6.


@pytest.mark.parametrize(
    "bands",
    [
        "from = 1.35, points = 20; from = 1.25, points = 15; from = 1.16, points = 12; from = 1.10, points = 10"
        "; below = 1.10, points = 0",
        "above = 30, points = 0; up_to = 6, points = 20; up_to = 12, points = 15; up_to = 20, points = 12"
        "; up_to = 30, points = 10",
    ],
)
def test_top_awards_of_20_at_a_weight_of_15(bands: str) -> None:
    kind, better = ("number", "higher") if "1.35" in bands else ("seconds", "lower")
    assert [code for code, _, _ in found(single(kind, bands, weight=15, better=better))] == ["above_full"]


# Source 002 section 11.


def test_the_steps_of_a_week_overlap_at_three_and_at_two() -> None:
    bands = (
        "from = 7, points = 30; from = 5, up_to = 6, points = 25; from = 3, up_to = 4, points = 15; "
        "from = 2, up_to = 3, points = 10; up_to = 2, points = 0"
    )
    whole = single("number", bands, weight=30, places="places = 0\n")
    assert found(whole) == [("overlap", "bands[4]", "3"), ("overlap", "bands[5]", "2")]
    mean = single("number", bands, weight=30, places="places = 2\n")  # a mean over the weeks of the month
    assert [each for each in found(mean) if each[0] == "hole"] == [("hole", "bands", "4.01"), ("hole", "bands", "6.01")]


def test_sixty_percent_is_at_least_and_at_most_sixty() -> None:
    bands = "from = 0.80, points = 20; from = 0.60, points = 10; up_to = 0.60, points = 0"
    assert found(single("ratio", bands, weight=20, ratio=True)) == [("overlap", "bands[3]", "0.6")]


# Source 002 section 9: A and B have one text, 100 % and 90 % stand in two bands each.


def test_two_levels_with_one_text_and_ends_in_two_bands() -> None:
    bands = (
        "from = 1, points = 120; from = 1, points = 100; from = 0.90, up_to = 1, points = 80; "
        "from = 0.80, up_to = 0.90, points = 60; below = 0.80, points = 0"
    )
    text = single("ratio", bands, weight=120, ratio=True)
    assert found(text) == [
        ("overlap", "bands[3]", "1"),
        ("overlap", "bands[3]", "1"),
        ("overlap", "bands[4]", "0.9"),
        ("hidden_band", "bands[2]", None),
    ]


# Source 002 section 15: the header says 60-79, the row 70-79.

RATING = """
[facts]
x = { kind = "rating" }

[[indicator]]
id = "i"
weight = 100
measure = "x"
better = "higher"
rule = { kind = "straight" }
"""


@pytest.mark.parametrize(
    ("places", "third", "holes"),
    [
        ("places = 0\n", 70, ["60"]),
        ("places = 0\n", 60, []),
        ("", 70, ["59.01", "79.01", "89.01"]),
        ("", 60, ["59.01", "79.01", "89.01"]),
    ],
)
def test_the_bonus_from_60_or_from_70(places: str, third: int, holes: list[str]) -> None:
    bands = (
        "{ from = 90, up_to = 100, amount = 300 }, { from = 80, up_to = 89, amount = 200 }, "
        f"{{ from = {third}, up_to = 79, amount = 100 }}, {{ from = 0, up_to = 59, amount = -50 }}"
    )
    text = places + RATING + f'\n[[pay]]\nid = "bonus"\namount = {{ by = "total", bands = [ {bands} ] }}\n'
    assert found(text) == [("hole", "bands", hole) for hole in holes]
