"""Draws by lot: seed and roster decide, and nothing else."""

from __future__ import annotations

import datetime
import hashlib
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.draw import Terms, draw_people
from kpicore.draw.lot import heads_of, lot_of, number_of, roster_hash
from kpicore.errors import UsageError
from kpicore.io.roster import Person, Roster

DAY = datetime.date
ELEVEN = Roster(tuple(Person(f"E{number:03}", team="T1" if number % 2 else "T2") for number in range(1, 12)))


def drawn(roster: Roster, seed: str = "2024-03-15", **terms: object) -> list[str]:
    return [person.employee for person in draw_people(roster, Terms.of(seed, **terms)).drawn]  # type: ignore[arg-type]


def refused(roster: Roster = ELEVEN, seed: str = "S", **terms: object) -> list[str]:
    with pytest.raises(UsageError) as caught:
        drawn(roster, seed, **terms)
    assert all(problem.code == "bad_draw" for problem in caught.value.problems)
    return [f"{problem.message} {problem.hint}".strip() for problem in caught.value.problems]


def test_a_draw_that_was_worked_out_by_other_means() -> None:
    """The hashes are those that `printf ... | sha256sum` gives. They must never change: lists were drawn by them."""
    draw = draw_people(ELEVEN, Terms.of("2024-03-15", share="20%"))
    assert draw.roster == "sha256:f1a8f7cd4a47baae7f59f5bb19705546ba4a3775123c1b867ae71a57bcc3f144"
    assert (
        lot_of("2024-03-15", draw.roster, "E001") == "445391afa68a796abc0986dea42c3310e7dbc490291e679dcc2495ab643b305f"
    )
    assert [person.employee for person in draw.drawn] == ["E008", "E005", "E003"]
    assert draw.people == 11


def test_it_can_be_done_again_with_nothing_but_a_hash() -> None:
    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    roster = "sha256:" + digest("".join(sorted(f"{each.employee}\t{each.team}\n" for each in ELEVEN.people)))
    lots = {each.employee: digest(f"S\n{roster}\n{each.employee}") for each in ELEVEN.people}
    assert drawn(ELEVEN, "S", count=11) == sorted(lots, key=lots.__getitem__)


@pytest.mark.parametrize(
    ("share", "heads", "number"),
    [
        ("20 %", 11, 3),
        ("20%", 10, 2),
        ("0.2", 10, 2),
        ("20.0000001 %", 10, 3),
        ("19.9999999 %", 10, 2),
        ("10 %", 3, 1),
        ("0 %", 3, 1),
        ("100 %", 3, 3),
        ("33.3333333333 %", 3, 1),
        ("33.3333333334 %", 3, 2),
        ("7 %", 100, 7),
        ("14 %", 50, 7),
        ("29 %", 100, 29),
    ],
)
def test_the_share_of_the_heads_is_rounded_up_and_one_at_least(share: str, heads: int, number: int) -> None:
    assert number_of(Terms.of("S", share=share), heads) == number


def test_a_count_in_place_of_a_share() -> None:
    assert len(drawn(ELEVEN, count=4)) == 4
    assert drawn(ELEVEN, count=4)[:2] == drawn(ELEVEN, count=2)
    assert drawn(ELEVEN, count=11) == drawn(ELEVEN, share="100 %")


def test_another_seed_draws_others() -> None:
    draws = {tuple(drawn(ELEVEN, f"seed {number}", share="20 %")) for number in range(50)}
    assert len(draws) > 40


def test_everybody_has_the_same_chance() -> None:
    counts = dict.fromkeys((person.employee for person in ELEVEN.people), 0)
    for number in range(1100):
        for employee in drawn(ELEVEN, str(number), count=1):
            counts[employee] += 1
    assert all(60 < count < 140 for count in counts.values())  # 100 each, give or take four standard deviations


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_roster_makes_no_difference(random: object) -> None:
    people = list(ELEVEN.people)
    random.shuffle(people)  # type: ignore[attr-defined]
    for terms in ({"share": "20 %"}, {"count": 2, "within": "team"}, {"share": "50 %", "teams": ["T2", "T1"]}):
        one, other = (draw_people(each, Terms.of("S", **terms)) for each in (ELEVEN, Roster(tuple(people))))  # type: ignore[arg-type]
        assert one == other


def test_names_levels_and_places_make_no_difference_and_teams_do() -> None:
    first = ELEVEN.people[0]
    same = Roster((evolve(first, name="王芳", level="high", employed_from=DAY(2020, 1, 1)), *ELEVEN.people[1:]))
    other = Roster((evolve(first, team="T9"), *ELEVEN.people[1:]))
    assert drawn(same, share="20 %") == drawn(ELEVEN, share="20 %")
    assert roster_hash(same.people) == roster_hash(ELEVEN.people) != roster_hash(other.people)
    assert roster_hash([Person("E1", team=None)]) == roster_hash([Person("E1", team="")])
    assert roster_hash([Person("E1", team="T")]) != roster_hash([Person("E1T")])


@settings(deadline=None)
@given(st.sets(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cc", "Cs"]), min_size=1), min_size=2))
def test_the_lines_stand_in_the_order_of_their_bytes(employees: set[str]) -> None:
    lines = sorted(f"{employee}\tT\n".encode() for employee in employees)
    expected = f"sha256:{hashlib.sha256(b''.join(lines)).hexdigest()}"
    assert roster_hash([Person(employee, team="T") for employee in employees]) == expected


def test_within_each_team() -> None:
    people = Roster((*ELEVEN.people, Person("E900"), Person("E901")))
    draw = draw_people(people, Terms.of("S", share="20 %", within="team"))
    assert [person.team for person in draw.drawn] == ["T1", "T1", "T2", None]  # 6, 5 and 2 heads
    assert draw.people == 13
    lots = [lot_of("S", draw.roster, person.employee) for person in draw.drawn if person.team == "T1"]
    assert lots == sorted(lots)


def test_among_some_teams() -> None:
    draw = draw_people(ELEVEN, Terms.of("S", share="100 %", teams=["T2", " T2 "]))
    assert draw.people == len(draw.drawn) == 5
    assert draw.terms.teams == ("T2",)
    others = Roster((*(person for person in ELEVEN.people if person.team == "T2"), Person("X", team="T3")))
    assert draw_people(others, Terms.of("S", share="100 %", teams=["T2"])) == draw  # who is not asked plays no part


def test_among_those_in_post_on_a_day() -> None:
    people = Roster(
        (
            Person("E1"),
            Person("E2", employed_from=DAY(2024, 3, 15)),
            Person("E3", employed_from=DAY(2024, 3, 16)),
            Person("E4", employed_to=DAY(2024, 3, 15)),
            Person("E5", employed_to=DAY(2024, 3, 14)),
            Person("E6", employed_from=DAY(2024, 3, 1), employed_to=DAY(2024, 3, 31)),
        )
    )
    terms = Terms.of("S", share="100 %", on=DAY(2024, 3, 15))
    assert {person.employee for person in heads_of(people, terms)} == {"E1", "E2", "E4", "E6"}
    assert draw_people(people, terms).people == 4
    gone = Roster(people.people[4:5])
    assert refused(gone, count=1, on=DAY(2024, 3, 15)) == [
        "Of the roster nobody who could be drawn is in post on 2024-03-15. "
        "Correct the day, or the columns employed_from and employed_to of the roster."
    ]


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"share": "120 %"}, "The share can not be used: '120 %' is outside what is possible. Write it as 20 %."),
        ({"share": "-1 %"}, "The share can not be used: '-1 %' is outside what is possible. Write it as 20 %."),
        ({"share": "20"}, "The share can not be used: '20' is outside what is possible. Write 20 % or 0.2."),
        ({"share": "a fifth"}, "The share can not be used: 'a fifth' is not a number. Write it as 20 %."),
        ({"share": " "}, "The share is blank. Write it as 20 %."),
        ({}, "How many are to be drawn? Give either a share, such as 20 %, or a count."),
        ({"share": "20%", "count": 2}, "How many are to be drawn is said twice. Give either a share, such as 20 %, or "
         "a count."),
        ({"count": 0}, "0 can not be drawn. Draw 1 at least."),
        ({"count": 12}, "12 can not be drawn: there are only 11 people."),
        ({"count": 6, "within": "team"}, "6 can not be drawn: there are only 5 people in the team 'T2'."),
        ({"count": 1, "within": "teams"}, "'teams' is not possible here. Did you mean 'team'?"),
        ({"count": 1, "teams": ["T3"]}, "Nobody on the roster is in the team 'T3'. There is: T1, T2."),
    ],
)  # fmt: skip
def test_what_can_not_be_drawn(terms: dict[str, object], told: str) -> None:
    (found,) = refused(**terms)
    assert found == told


def test_a_count_is_of_those_without_a_team_too() -> None:
    people = Roster((Person("E1", team="T1"), Person("E2", team="T1"), Person("E3")))
    assert refused(people, count=2, within="team") == ["2 can not be drawn: there is only 1 person without a team."]


def test_nobody_can_be_drawn_from_an_empty_roster() -> None:
    assert refused(Roster(), count=1) == ["The roster names nobody, so nobody can be drawn."]


@pytest.mark.parametrize("seed", ["", "  ", "a\nb", "x" * 201, "=1+1", "+5", "@x", "-x", "'x", "＝x"])
def test_a_seed_that_can_not_be_kept(seed: str) -> None:
    (told,) = refused(seed=seed, count=1)
    assert "seed" in told


@pytest.mark.parametrize("seed", ["2024-03-15", "-5", "种子", "a b", "007", "1.50"])
def test_a_seed_may_be_any_other_word(seed: str) -> None:
    assert Terms.of(f" {seed} ", count=1).seed == seed


def test_all_mistakes_of_a_call_are_told_at_once() -> None:
    assert len(refused(seed=" ", share="200 %", count=0, within="x")) == 5


def test_a_share_is_exact() -> None:
    assert Terms.of("S", share="12.5 %").share == Fraction(1, 8)
    assert Terms.of("S", share="12.50%").share_text == "12.5 %"
    assert Terms.of("S", share=0.07).share == Fraction(7, 100)
    assert Terms.of("S", count=1).share_text == ""
