"""A guard against work without end, which is no measurement: what is refused at once takes milliseconds, what runs away
takes minutes or all the memory. The processor's time counts, so that other work on the machine makes no test fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

ENOUGH = 5.0


@contextmanager
def soon() -> Iterator[None]:
    """Fails where the block kept the processor busy for more than ENOUGH seconds."""
    began = time.process_time()
    yield
    assert time.process_time() - began < ENOUGH
