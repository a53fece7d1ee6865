"""Work on many rows by several threads at once: Polars and numpy work outside of Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from typing import Any

MANY_ROWS = 60_000
"""From so many rows on threads pay."""

Run = Callable[..., Callable[[], Any]]


def beside(rows: int) -> Run:
    """What takes a function and its arguments and gives what gives its result. Where there are many rows other threads
    begin with what was given first, and whoever waits for a result works on what was given last."""
    import polars as pl

    others = pl.thread_pool_size() - 1
    if rows < MANY_ROWS or not others:
        return lambda call, *args: cache(partial(call, *args))
    return _Shared(_threads(others))


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    """Threads that stay: what they have got memory for, they use again, which new ones would have to get anew."""
    return ThreadPoolExecutor(count, "kpicore")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not come along


class _Shared:
    """Tasks that other threads, and whoever waits, take from a list."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._tasks: list[_Task] = []

    def __call__(self, call: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        task = _Task(self._threads.submit(call, *args), partial(call, *args))
        self._tasks.append(task)
        return partial(self._result, task)

    def _result(self, task: _Task) -> Any:
        task.taken()
        while not task.future.done() and self._tasks:
            self._tasks.pop().taken()
        return task.future.result()


class _Task:
    """Something to be done, by another thread unless it is taken before that begins."""

    def __init__(self, future: Future[Any], call: Callable[[], Any]) -> None:
        self.future, self._call = future, call

    def taken(self) -> None:
        """Does it here and now, where nobody has begun with it."""
        if self.future.cancel():
            self.future = Future()
            try:
                self.future.set_result(self._call())
            except BaseException as error:  # it is raised where the result is asked for
                self.future.set_exception(error)
