"""Work beside other work gives the same results, whoever does it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from kpicore import beside as module
from kpicore.beside import MANY_ROWS, beside


@pytest.fixture(params=[0, MANY_ROWS])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 3)
    found: int = request.param
    return found


def test_each_result_is_its_own_and_made_once(rows: int) -> None:
    made: list[int] = []

    def square(number: int) -> int:
        made.append(number)
        return number * number

    run = beside(rows)
    results = [run(square, number) for number in range(50)]
    assert [result() for result in results] == [number * number for number in range(50)]
    assert results[7]() == 49
    assert sorted(made) == [*range(50)]


def test_a_mistake_is_raised_where_its_result_is_asked_for(rows: int) -> None:
    def half(number: int) -> float:
        return 1 / number

    run = beside(rows)
    results = [run(half, number) for number in (1, 0, 2)]
    assert results[2]() == 0.5
    assert results[0]() == 1
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            results[1]()


def test_whoever_waits_works_on_what_nobody_has_begun_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 2)
    go_on, who = threading.Event(), dict[str, str]()

    def wait() -> None:
        assert go_on.wait(60)

    def note(name: str) -> None:
        who[name] = threading.current_thread().name
        go_on.set()

    run = beside(MANY_ROWS)
    results: list[Callable[[], Any]] = [run(wait), run(note, "last")]
    results[0]()
    results[1]()
    assert who == {"last": threading.main_thread().name}


def test_one_thread_does_one_thing_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 1)
    monkeypatch.setattr(module, "ThreadPoolExecutor", None)
    run = beside(MANY_ROWS)
    assert run(threading.current_thread)() is threading.main_thread()
