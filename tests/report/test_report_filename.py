"""Names of pages: safe, bounded and different, whatever people are called."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kpicore.report.filename import page_name

SAFE = re.compile(r"[A-Za-z0-9_-]+\.html")


def test_a_plain_number_stays_readable() -> None:
    assert page_name("E001", "2024-03") == "E001__2024-03.html"


def test_a_way_out_of_the_folder_becomes_letters() -> None:
    assert re.fullmatch(r"_2e_2e_2f_2e_2e_2fx-[0-9a-f]{12}__2024-03\.html", page_name("../../x", "2024-03"))


def test_a_later_visit_has_a_name_of_its_own() -> None:
    assert page_name("E1", "2024-03-15#2") == "E1__2024-03-15_232.html"


def test_capitals_make_a_difference_where_the_file_system_sees_none() -> None:
    names = {page_name(employee, "2024").lower() for employee in ("a1", "A1", "zhang", "Zhang", "ZHANG")}
    assert len(names) == 5


def test_a_long_number_is_cut_and_still_told_apart() -> None:
    first, second = page_name("9" * 400 + "1", "2024"), page_name("9" * 400 + "2", "2024")
    assert len(first) < 120 and first != second


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_different_people_never_share_a_safe_name(people: list[str]) -> None:
    first, second = (page_name(employee, "2024-03") for employee in people)
    assert SAFE.fullmatch(first) and SAFE.fullmatch(second)
    assert first.lower() != second.lower()
    assert len(first) < 200
