"""What a check finds, and the codes that it can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from kpicore.problem import Place

Weight = Literal["error", "warning", "note"]
Witness = str | tuple[str, ...] | None


@frozen
class Code:
    """A kind of finding: how grave it is, what it means and how it is mended (for docs/check.md)."""

    severity: Weight
    means: str
    mend: str


@frozen
class Finding:
    """Something that was found in a scheme.

    `key` is the place in the scheme as files name it, `values` what the sentence of the code is filled with, `witness`
    a value, or two, that shows it.
    """

    code: str
    key: str
    values: Mapping[str, object] = field(factory=dict)
    witness: Witness = None
    place: Place = Place()

    @property
    def severity(self) -> Weight:
        """How grave it is."""
        return CODES[self.code].severity


CODES: Mapping[str, Code] = {
    "hole": Code(
        "error",
        "A value that the measure can have lies in no band. Whoever has it is incomplete, whatever the policies.",
        "Let one of the two bands beside it reach the other (`up_to = 90` and `above = 90`, or bands with one end), or "
        "end the list with `otherwise = true`.",
    ),
    "overlap": Code(
        "warning",
        "Two bands claim the same value. The one that is written first wins.",
        "Let one of them end below the other: `from = 80, below = 90`. Where the first is meant to win, keep it "
        "and say so in a `note`.",
    ),
    "hidden_band": Code(
        "warning",
        "A band is never asked: the bands before it claim all of its values.",
        "Put the bands in order, the best first; or take the band away.",
    ),
    "unreachable_band": Code(
        "warning",
        "No figure that the facts allow leads into this band: nobody gets this grade, these points, this money.",
        "Look at the ends of the band and at the bounds (`least`, `most`, the kind) of the facts.",
    ),
    "missing_choice": Code(
        "error",
        "A choice that somebody can make has no points, or no money. Whoever makes it is incomplete.",
        "Write a row for it, or `otherwise`.",
    ),
    "unreachable_choice": Code(
        "warning",
        "Points or money stand beside a choice that nobody can make.",
        "Look at the `choices` of the fact, or take the row away.",
    ),
    "falls": Code(
        "warning",
        "Points fall where `better` says that they should rise.",
        "Look at the two values: one band of them has the wrong points or ends, or `better` says the wrong way.",
    ),
    "grade_falls": Code(
        "error",
        "A higher total leads to a worse grade. Grades are written best first.",
        "Put the grades in order, the best first.",
    ),
    "pay_falls": Code(
        "warning",
        "Somebody is paid less for a higher total, or for a better grade.",
        "Look at the amounts at the two values.",
    ),
    "cliff": Code(
        "note",
        "The smallest step of the measure that changes the points most. Disputes are about this one.",
        "Nothing needs mending. More bands, or a ramp, make it smaller.",
    ),
    "above_full": Code(
        "warning",
        "The rule can give more than full marks, or less than none.",
        "Lower the points, or raise the weight; where it is a bonus that is meant, say so in a `note`.",
    ),
    "reach": Code(
        "note",
        "The least and the most that an indicator, a group or the total can come to.",
        "Nothing needs mending.",
    ),
    "gate_never_fails": Code(
        "warning",
        "Whatever the figures, this gate is passed.",
        "Look at its condition and at the bounds of the facts that it asks.",
    ),
    "gate_never_passes": Code(
        "error",
        "Whatever the figures, nobody passes this gate.",
        "Look at its condition and at the bounds of the facts that it asks.",
    ),
    "move_never": Code(
        "warning",
        "This move of the ladder never applies, whatever the figures.",
        "Look at its condition and at the bounds of the facts that it asks.",
    ),
    "move_always": Code(
        "warning",
        "This move of the ladder always applies: nobody keeps a level that it leaves, and none after it is asked.",
        "Look at its condition and at the bounds of the facts that it asks.",
    ),
    "move_hidden": Code(
        "warning",
        "Wherever this move of the ladder would apply, one before it does first.",
        "Put the moves in another order, or take this one away.",
    ),
    "level_not_kept": Code(
        "warning",
        "Whoever comes to this level leaves it at the end of the cycle: some move away from it always applies.",
        "Look at the conditions of the moves that are asked at this level.",
    ),
    "never_holds": Code(
        "warning",
        "A condition that asks figures never holds, whatever they are.",
        "Look at the condition and at the bounds of the facts that it asks.",
    ),
    "always_holds": Code(
        "warning",
        "A condition that asks figures always holds, whatever they are.",
        "Look at the condition and at the bounds of the facts that it asks, or take it away.",
    ),
    "weights": Code(
        "warning",
        "The weights do not add up to 100.",
        "Correct the weights; where another sum is meant, say so in a `note`.",
    ),
    "group_weight": Code(
        "note",
        "What the weights of a group add up to, to be held against the sheet.",
        "Nothing needs mending, where the sheet says the same.",
    ),
    "no_provider": Code(
        "warning",
        "Nobody is named who provides the figures of an indicator.",
        'Write `provider = "..."` at the fact.',
    ),
    "no_aim": Code(
        "warning",
        "An indicator with a measured number does not say which way is better, and nor does the kind of its rule.",
        'Write `better = "higher"` or `better = "lower"`.',
    ),
    "judged": Code(
        "note",
        "An indicator rests on somebody's judgement alone, and no words say what earns which rating.",
        "Count something instead, or describe the levels (`levels` with titles), so that two raters come to the same.",
    ),
    "empty_group": Code(
        "warning",
        "A group has no indicators.",
        "Take it away, or write its id in `group` of an indicator.",
    ),
    "versions": Code(
        "error",
        "Two versions of a scheme begin on the same day, so that none of them is the one in force.",
        "Give one of them another `effective`, or take it away.",
    ),
    "unused_fact": Code(
        "warning",
        "A fact is asked of people, and no formula uses it.",
        "Take it away, or use it.",
    ),
    "unused_param": Code(
        "warning",
        "A parameter is declared, and no formula uses it.",
        "Take it away, or use it.",
    ),
    "assumed": Code(
        "note",
        "The source does not give this figure or rule; somebody has to confirm it.",
        "Ask the owner of the sheet, then take `assumed = true` away.",
    ),
    "zero_division": Code(
        "warning",
        "A divisor can be 0, and the indicator does not say what that means: whoever has it is incomplete.",
        'Write `when_undefined`: "incomplete" where that is meant, "leave_out", "zero" or "full".',
    ),
    "zero_division_beside": Code(
        "warning",
        "A divisor in a gate or in pay can be 0: whoever has it is incomplete.",
        "Say in the formula what is meant then: `a / b if b > 0 else 0`, or `coalesce(a / b, 0)`.",
    ),
    "no_title": Code(
        "warning",
        "A title is missing in a language that others of the sheet have; people see the other language, or the id.",
        'Write `title = { zh = "...", en = "..." }`.',
    ),
    "season_gap": Code(
        "note",
        "Months lie in none of the seasons.",
        "Give every month to one season, unless it is meant so.",
    ),
    "season_overlap": Code(
        "warning",
        "Months lie in two seasons. What asks for either of them holds in these months.",
        "Take them out of one of the two, unless it is meant so.",
    ),
    "not_decided": Code(
        "note",
        "Whether it can happen was not proved either way: the formula rests on one figure in several places, or looks "
        "beyond the row. Made-up people were tried instead, as the sentence says.",
        "Nothing needs mending. Simpler formulas can be proved.",
    ),
}
"""Every code that a finding can have."""
