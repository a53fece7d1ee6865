"""What a template of a report is given: classes whose fields carry their help. docs/templates.md is made from them.

All texts are ready to be shown, in the language of the page, and are escaped by the template's autoescape.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from kpicore.report.adjusting import Adjustments
from kpicore.report.chart import Bar, CurveChart, GradeScale, Trend
from kpicore.report.climbing import Asked, Climb
from kpicore.report.coursing import Course, PeriodRow
from kpicore.report.field import told
from kpicore.report.judging import Beside, Checked, Judgement, Legend, RaterHead


@frozen
class SchemeHead:
    """The scheme that a page speaks of."""

    title: str = told("the sheet's name")
    id: str = told("the scheme's id")
    version: str = told("the name of the version that scored; of several, all of them")
    note: str = told("what the scheme's author wants readers to know; may be empty")


@frozen
class Person:
    """Who was scored, and for what period."""

    employee: str = told("the employee's number, as in the figures")
    name: str = told("the name; the number where there is none")
    team: str = told("the team; may be empty")
    period: str = told("the period, as people write it")
    occasion: str = told("on which occasion, where the scheme knows some, or the figures name one; may be empty")


@frozen
class Held:
    """The day on which the appraisal for a period is held."""

    period: str = told("the period, as people write it")
    day: str = told("the day; '–' where it can not be told")
    unknown: str = told("a sentence that the calendar of a year is not known; empty where the day can be told")
    rule: str = told("the rule: 'on the 15th of the following month, moved to the next working day'")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves it open")


@frozen
class Outcome:
    """What came out."""

    status: str = told("scored, incomplete, ineligible or running: the word of the result")
    status_text: str = told("the same in the language of the page")
    total: str = told("the total; '–' where there is none")
    full_marks: str = told("the full marks; empty for a sheet without a total")
    of_full: str = told("'of 70.00 (88.57 %)', to stand behind a total whose full marks are not 100; else empty")
    grade: str = told("the grade; '–' where there is none")
    has_total: bool = told("whether the sheet has a total")
    has_grade: bool = told("whether the sheet has grades")
    rank: str = told("the place by total; '–' where there is none")
    has_rank: bool = told("whether the sheet ranks people")
    pay_total: str = told("the sum of the pay elements; empty where the sheet has none")


@frozen
class BandText:
    """A stretch of a curve, or a row of a table, in words."""

    text: str = told("the stretch: 'from 65 %'; for a row of a table, the choice")
    value: str = told("what it gives: points, money, or 'in a straight line'")
    reached: bool = told("whether this is the one that decided for the person")


@frozen
class Condition:
    """A condition, in words and in figures."""

    label: str = told("what it decides: 'Counts when', 'Points only if', 'Condition'")
    words: str = told("the condition with the titles of its figures")
    figures: str = told("the same with the person's figures")
    state: str = told("holds, fails or unknown")
    state_text: str = told("the same in the language of the page")
    parts: tuple[Condition, ...] = told("the conditions that it joins by 'and'; empty where it joins none")


@frozen
class Line:
    """An indicator and how its score came about."""

    id: str = told("the indicator's id")
    title: str = told("its heading")
    group: str = told("the heading of its group; may be empty")
    weight: str = told("its full marks, or, where rules award percent, its weight with the sign")
    figure: str = told("the measure with its unit; '–' where there is none")
    measured: bool = told("whether the indicator has a measure at all")
    by_place: bool = told("whether points are given by the place of the measure among others")
    place: str = told("the place of the measure among others, for points by place; empty for who is not counted")
    words: str = told("the measure's formula in the titles of its figures; empty where it is a single figure")
    figures: str = told("the same formula with the person's figures, and its value; may be empty")
    verdict: tuple[str, ...] = told("sentences on the band or row that decided, and what it gives")
    sum: str = told("how the points became the score, where a weight does: '80.00 × 35 % = 28.00'; may be empty")
    points: str = told("the points; '–' where there are none")
    score: str = told("the score; '–' where there is none")
    full_marks: str = told("the full marks of the indicator")
    state: str = told("scored, left_out, missing, undefined or unreadable: the word of the result")
    state_text: str = told("the same in the language of the page")
    shown_only: bool = told("whether it is shown and not scored: it has no full marks and can give none")
    plain: str = told("the score up to the full marks; '–' where there is none")
    bonus: str = told("how far the score lies above the full marks; empty where it does not")
    bar: Bar = told("the score against the full marks of this indicator")
    scaled: Bar = told("the same on a scale that all indicators of the page share")
    curves: tuple[CurveChart, ...] = told("the drawings of its curves, with the person's point on each")
    bands: tuple[BandText, ...] = told("the stretches of its curve, or the rows of its table, in their order")
    tabled: bool = told("whether `bands` should be shown as a table, since nothing can be drawn")
    conditions: tuple[Condition, ...] = told("the conditions that it asks")
    seasons: tuple[str, ...] = told("sentences on the seasons that it follows, and whether the period lies in them")
    reasons: tuple[str, ...] = told("sentences on why the score is as it is, beyond the formula")
    checked: Checked | None = told("how the items of its list were answered; none where it has none")
    judgements: tuple[Judgement, ...] = told("what each rater of the page made of it; empty where it has no raters")
    mean: str = told("how the raters' points made the indicator's, in a sentence; may be empty")
    level: str = told("the level in which its measure stands; may be empty")
    beside: Beside | None = told("the choice beside that level; none where none is asked")
    tone: int = told("how much of the full points: 0 for none, 5 for all or more; -1 where there are no points")
    apart: bool = told("whether its judgements lie so far apart that it is to be told")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the line rests on something that the source leaves open")


@frozen
class Group:
    """A group of indicators and the sum of their scores."""

    title: str = told("its heading")
    score: str = told("the sum of its scores; '–' where there is none")
    full_marks: str = told("the sum of its full marks")
    weight: str = told("the same without idle decimals")
    counted: str = told("the full marks that could be counted, where those are not all; else empty")
    plain: str = told("the sum of the scores up to the full marks of each; '–' where there is none")
    bonus: str = told("what lies above the full marks of its indicators, added up; empty where no score does")
    bar: Bar = told("the sum against the full marks")
    lines: tuple[Line, ...] = told("its indicators")
    condition: Condition | None = told("the condition without which its indicators have no points, or none")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves the condition open")


@frozen
class Gate:
    """A condition beside the points."""

    title: str = told("what it asks")
    condition: Condition = told("the condition, in words and in figures")
    state: str = told("passed, failed or unknown: the word of the result")
    state_text: str = told("the same in the language of the page")
    effect: str = told("what missing it means")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves it open")


@frozen
class Grading:
    """How the grade came about."""

    by: str = told("by the total, by the lowest indicator, or by the place among others")
    place: str = told("the place by total, where grades go by that; else empty")
    scale: GradeScale | None = told("the drawing of the grades, with the person's mark on it; none where it can not be")
    bands: tuple[BandText, ...] = told("the grades, best first: `text` is the stretch, `value` the grade")
    changed: str = told("a sentence where conditions have lowered the grade; may be empty")
    seasons: tuple[str, ...] = told("sentences on the seasons that the grades follow; may be empty")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves the grades open")


@frozen
class Pay:
    """An element of pay."""

    title: str = told("its heading")
    amount: str = told("the money; '–' where it can not be told")
    words: str = told("the formula, or the value that decides, in words")
    figures: str = told("the same with the person's figures")
    bands: tuple[BandText, ...] = told("the bands of the amount; may be empty")
    pool: tuple[str, ...] = told("sentences on the money that is shared out, and the person's part of it; may be empty")
    condition: Condition | None = told("the condition for it to be paid at all, or none")
    seasons: tuple[str, ...] = told("sentences on the seasons that it follows; may be empty")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves it open")


@frozen
class Figure:
    """A figure or parameter that the result rests on, and where it came from."""

    title: str = told("its title")
    value: str = told("its value with its unit; '–' where there is none")
    origin: str = told("given, default, scheme, set, missing, unreadable, or assumed for a scheme's assumption")
    origin_text: str = told("the same in the language of the page")
    file: str = told("the file that it was read from; may be empty")
    place: str = told("the page and row in that file; may be empty")
    column: str = told("the heading of the column; may be empty")


@frozen
class Totals:
    """How the scores became the total, before any plus and minus items."""

    sum: str = told("the sum of the scores; empty where the sheet has no total")
    counted: str = told("the full marks that could be counted, where those are not all; else empty")
    words: tuple[str, ...] = told("sentences on how the total came about")
    rescaled: tuple[str, ...] = told("of these, the one on how the sum became the total; empty where both are one")
    weight: str = told("the sum of the weights of all indicators")
    plain: str = told("the sum of the scores up to the full marks of each; empty where no score lies above")
    bonus: str = told("what lies above the full marks, added up; empty where no score does")


@frozen
class NextStep:
    """What lifts a grade or a band, or what loses the grade: the least changes of figures."""

    title: str = told("what they do: 'What lifts the grade to A:'")
    moves: tuple[str, ...] = told("a change each, the smallest first, with what it brings; or that there is none")


@frozen
class PersonPage:
    """The page of one person and period."""

    title: str = told("the title of the browser's window")
    language: str = told("the language tag of the page: zh-CN or en")
    index: str = told("where the index lies, seen from this page")
    scheme: SchemeHead = told("the scheme")
    hash: str = told("the hash of the result")
    person: Person = told("who was scored")
    appraisal: Held | None = told("when the appraisal is held; none where the scheme does not say")
    outcome: Outcome = told("what came out")
    trend: Trend | None = told("the totals of the periods before and of this one; none where there are none before")
    ladder: Climb | None = told("where the person stands on the ladder; none where the sheet has none")
    reasons: tuple[str, ...] = told("sentences that concern the whole result: why it is incomplete, and the like")
    groups: tuple[Group, ...] = told("the groups; empty where the sheet has none")
    lines: tuple[Line, ...] = told("the indicators")
    weighted: bool = told("whether a weight turns points into scores; else both are the same")
    totals: Totals = told("how the scores became the total, before any items")
    adjustments: Adjustments | None = told("the plus and minus items; none where the person has none")
    gates: tuple[Gate, ...] = told("the conditions beside the points")
    grading: Grading | None = told("how the grade came about; none where the sheet has no grades")
    pay: tuple[Pay, ...] = told("the pay slip; empty where the sheet has no pay")
    figures: tuple[Figure, ...] = told("the figures that the result rests on")
    params: tuple[Figure, ...] = told("the parameters of the scheme as they were in force")
    checked: Checked | None = told("the items of all lists together; none where the sheet has none")
    raters: tuple[RaterHead, ...] = told("all who judge; empty where nobody does")
    legends: tuple[Legend, ...] = told("the levels that raters go by")
    courses: Sequence[Course] = told("the scores of the periods so far, each indicator by itself, the total first")
    periods: Sequence[PeriodRow] = told("the periods so far, the newest first, with those that have no figures")
    parts: tuple[PeriodRow, ...] = told("the shorter periods that it is made of; empty where it is made of none")
    parts_title: str = told("what these are: 'Made of these months'; empty without them")
    next_steps: tuple[NextStep, ...] = told("what the person can do next; empty where that was not asked for")


@frozen
class LetterValue:
    """A value of the cycle that the decision of a letter rests on."""

    title: str = told("its heading")
    value: str = told("the value over the cycle")
    months: str = told("the figures of its months in one line; may be empty")


@frozen
class LetterPage:
    """A letter that tells a person what was decided at the end of a cycle."""

    title: str = told("the title of the browser's window")
    language: str = told("the language tag of the page: zh-CN or en")
    index: str = told("where the index lies, seen from this page")
    back: str = told("where the person's page of this cycle lies, seen from this page")
    heading: str = told("the heading of the letter")
    scheme: SchemeHead = told("the scheme")
    hash: str = told("the hash of the result")
    person: Person = told("to whom it is written; `period` is the cycle")
    greeting: str = told("the words with the name before which a letter begins")
    opening: str = told("a sentence that names the scheme and the cycle")
    outcome: str = told("promoted, stays or demoted")
    decision: str = told("what was decided, in a sentence")
    holds: str = told("from which day on, in a sentence")
    next: str = told("the next cycle and its first day, in a sentence")
    reasons: tuple[str, ...] = told("sentences on why")
    rule: Asked | None = told("the move that decided; none where no move did")
    values: tuple[LetterValue, ...] = told("the values that it rests on; may be empty")
