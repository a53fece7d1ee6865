"""What a template of an index is given, and that of the page of all problems.

The fields carry their help, as those of `kpicore.report.context` do.
"""

from __future__ import annotations

from attrs import frozen

from kpicore.report.chart import Bar
from kpicore.report.context import Figure, Held, Outcome, Person, SchemeHead
from kpicore.report.coursing import Course
from kpicore.report.field import told


@frozen
class EntryLine:
    """An indicator of a person in the index."""

    id: str = told("the indicator's id")
    title: str = told("its heading")
    figure: str = told("the measure with its unit; '–' where there is none")
    place: str = told("the place of the measure among others, for points by place; empty for who is not counted")
    points: str = told("the points; '–' where there are none")
    score: str = told("the score; '–' where there is none")
    full_marks: str = told("the full marks of the indicator")
    weight: str = told("its full marks, or, where rules award percent, its weight with the sign")
    tone: int = told("how much of the full points: 0 for none, 5 for all or more; -1 where there are no points")
    checked: str = told("how many items of its list were answered yes, of those that apply; empty without a list")
    state: str = told("scored, left_out, missing, undefined or unreadable: the word of the result")
    state_text: str = told("the same in the language of the page")
    shown_only: bool = told("whether it is shown and not scored: it has no full marks and can give none")


@frozen
class EntryPay:
    """An element of a person's pay in the index."""

    id: str = told("the element's id")
    title: str = told("its heading")
    amount: str = told("the money; '–' where it can not be told")


@frozen
class Entry:
    """A person and period in the index."""

    person: Person = told("who was scored")
    outcome: Outcome = told("what came out")
    href: str = told("where the page lies, seen from the index")
    lines: tuple[EntryLine, ...] = told("the indicators")
    pay: tuple[EntryPay, ...] = told("the elements of pay; empty where the sheet has none")


@frozen
class ClimbEntry:
    """A person on a ladder in the index, with the latest cycle."""

    person: Person = told("who it is; `period` is the latest cycle")
    level: str = told("the level held in it; '–' where it is not known")
    outcome_text: str = told("what was decided, with the levels")
    since: str = told("the month since when the level after it holds; '–' where nothing was decided")
    href: str = told("where the page of that cycle lies, seen from the index")
    letter: str = told("where the newest letter lies, seen from the index; empty where there is none")
    letter_of: str = told("the cycle of that letter, where it is an earlier one; else empty")
    reasons: tuple[str, ...] = told("sentences on why")


@frozen
class ClimbGroup:
    """The people on a ladder whose latest cycle came to the same."""

    outcome: str = told("promoted, demoted, stays, running or undecided")
    text: str = told("the same in words")
    count: int = told("how many they are")
    bar: Bar = told("that number against all")
    entries: tuple[ClimbEntry, ...] = told("the people, by team and employee; empty where there is nobody")


@frozen
class League:
    """People of one period who are ranked among one another."""

    team: str = told("the team; empty where all are ranked together, and for those without a team")
    period: str = told("the period, as people write it")
    entries: tuple[Entry, ...] = told("the people, by rank; those without one come last")
    ranked: int = told("how many of them have a rank")


@frozen
class Kind:
    """The people of an index by a kind of period."""

    kind: str = told("day, month, quarter, half, year or cycle")
    title: str = told("the same in words: 'Quarters'")
    entries: tuple[Entry, ...] = told("the people, in the order of the index")
    grades: tuple[Tally, ...] = told("how many have each grade, best first")
    statuses: tuple[Tally, ...] = told("how many have each status")


@frozen
class HeatMap:
    """People of one team and period with every indicator, the greatest total first."""

    team: str = told("the team; may be empty")
    period: str = told("the period, as people write it")
    entries: tuple[Entry, ...] = told("the people; those without a total come last")
    means: tuple[EntryLine, ...] = told("of each indicator the mean of the points and of the scores; `figure` is empty")
    mean: str = told("the mean of the totals; '–' where nobody has one")
    counted: int = told("how many have a total")


@frozen
class PersonCourse:
    """A person's periods one after another."""

    person: Person = told("who it is; `period` is the newest one that has a page")
    href: str = told("where that page lies, seen from the index")
    cells: tuple[CourseLink, ...] = told("the periods, in the order of the team's")
    course: Course = told("the totals as a small drawing")


@frozen
class CourseLink:
    """A period of a person in a row of periods."""

    text: str = told("the total; '–' where there is none")
    href: str = told("where its page lies, seen from the index; empty where it has none")
    status: str = told("scored, incomplete, ineligible or running; absent without figures")
    label: str = told("the period and what it came to, in words")


@frozen
class MeanRow:
    """A row of means over the people of a team, period by period."""

    title: str = told("the indicator's heading, or that of the total")
    full_marks: str = told("the full marks")
    cells: tuple[str, ...] = told("the means; '–' where nobody has a score")
    course: Course = told("the same as a small drawing")


@frozen
class TeamCourse:
    """The people of a team over some periods, and the means of the team."""

    team: str = told("the team; may be empty")
    span: str = told("the first and the last of the periods, in words")
    periods: tuple[str, ...] = told("the periods in short, rising")
    counts: tuple[int, ...] = told("how many have a total, in each")
    total: MeanRow = told("the means of the totals")
    lines: tuple[MeanRow, ...] = told("of each indicator the means of the scores")
    people: tuple[PersonCourse, ...] = told("the people, by employee")


@frozen
class Payroll:
    """What the people of one period are paid."""

    period: str = told("the period, as people write it")
    titles: tuple[str, ...] = told("the headings of the elements")
    entries: tuple[Entry, ...] = told("the people, by team and employee")
    sums: tuple[str, ...] = told("the sum of each element, over those whose pay can be told")
    total: str = told("the sum of all")
    untold: int = told("of how many it can not be told")


@frozen
class MissedItem:
    """An item of a list that was answered no."""

    title: str = told("what it asks")
    line: str = told("the heading of its list")
    count: int = told("how often it was answered no")
    applying: int = told("how often it applied and was answered")
    bar: Bar = told("the one against the other")


@frozen
class Tally:
    """How many people have a grade or a status."""

    text: str = told("the grade, or the status in words")
    count: int = told("how many")
    bar: Bar = told("that number against all")


@frozen
class Trouble:
    """Something in the figures that was set aside, or deserves a look."""

    text: str = told("what was found")
    todo: str = told("what to do about it; may be empty")
    value: str = told("the text that was found; may be empty")
    expected: str = told("what is expected instead; may be empty")
    file: str = told("the file; may be empty")
    place: str = told("the page and row in that file, in words; may be empty")
    page: str = told("the page of a workbook; may be empty")
    row: str = told("the number of the row; may be empty")
    column: str = told("the heading of the column; may be empty")
    severity: str = told("error or warning")


@frozen
class IndexPage:
    """The page that lists the people."""

    title: str = told("the title of the browser's window")
    language: str = told("the language tag of the page: zh-CN or en")
    heading: str = told("the heading of the page")
    scheme: SchemeHead = told("the scheme")
    periods: str = told("the periods that were scored")
    appraisal: Held | None = told("when the appraisal for the last period is held; none where the scheme does not say")
    entries: tuple[Entry, ...] = told("the people: as the leagues stand, then the others by team, employee and period")
    has_total: bool = told("whether anybody can have a total")
    has_grade: bool = told("whether anybody can have a grade")
    has_rank: bool = told("whether any sheet ranks people")
    has_pay: bool = told("whether anybody can have pay")
    ladder: tuple[ClimbGroup, ...] = told("people by what their latest cycle came to; empty without a ladder")
    leagues: tuple[League, ...] = told("who is ranked among whom, the newest period first, then by team")
    kinds: tuple[Kind, ...] = told("the people by the kind of their period, the longest first; empty of one kind alone")
    heats: tuple[HeatMap, ...] = told(
        "the people of each team and period, the longest kind of period first, of one kind the newest"
    )
    courses: tuple[TeamCourse, ...] = told("each team over the periods, the newest first, at most twelve at a time")
    payrolls: tuple[Payroll, ...] = told("what is paid, in the same order of periods; empty where the sheet has no pay")
    missed: tuple[MissedItem, ...] = told("the items of lists that were answered no, the most frequent first")
    grades: tuple[Tally, ...] = told("how many have each grade, best first")
    statuses: tuple[Tally, ...] = told("how many have each status")
    assumed: tuple[Figure, ...] = told("the parameters that the scheme assumes")
    assumed_lines: tuple[str, ...] = told("the headings of lines that rest on something that the source leaves open")
    troubles: tuple[Trouble, ...] = told("the first problems of the run")
    problems: str = told("where the page of all problems lies, seen from the index; empty where there are none")
    problem_count: str = told("how many problems there are, in words; empty where there are none")
    problems_text: str = told("words for a link to that page")


@frozen
class ProblemsPage:
    """The page that lists all problems of a run."""

    title: str = told("the title of the browser's window")
    language: str = told("the language tag of the page: zh-CN or en")
    index: str = told("where the index lies, seen from this page")
    heading: str = told("the heading of the index")
    periods: str = told("the periods that were scored")
    count: str = told("how many problems there are, in words")
    kinds: tuple[Tally, ...] = told("how many there are of each kind, most first; `text` is what was found")
    troubles: tuple[Trouble, ...] = told("the problems, in the order of the run")
    more: int = told("how many further problems are not listed")
    has_page: bool = told("whether any stands on a page of a workbook")
    has_expected: bool = told("whether of any it is known what is expected")
