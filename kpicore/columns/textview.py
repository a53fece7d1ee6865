"""The bytes of a column of texts where they lie in memory: a look at all of them at once is many times as quick as one
at each text.

Polars hands its columns on by Arrow's C interface, in which a text is a *view* of 16 bytes: its length (4 bytes), and
behind that the text itself, filled up with noughts, where it has up to 12 bytes; else its first 4 bytes and where it
stands in one of the buffers beside.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from attrs import frozen

if TYPE_CHECKING:
    import polars as pl

Bytes = npt.NDArray[np.uint8]
Wholes = npt.NDArray[np.int64]
Sorted = npt.NDArray[np.uint64]

VIEW = 16
SHORT = 12
"""A text of up to so many bytes stands in its view, behind its length."""
_LENGTH = 4
_ROOM = 1 << 16
"""So many views fit a processor's cache, and are enough that threads seldom wait for one another."""
_MOST = 2**62
_ABREAST = 256
"""So many views are held against each other at once."""
_EIGHT = [np.dtype({"names": ["bytes"], "formats": [">u8"], "offsets": [at], "itemsize": VIEW}) for at in range(9)]
_LAST = np.dtype({"names": ["bytes"], "formats": [">u4"], "offsets": [_LENGTH + 8], "itemsize": VIEW})
"""8 bytes of a view from a place on, and its last 4, as numbers that are in the order of texts."""


@frozen(eq=False)
class TextView:
    """The texts of a column, blanks left out: `views` of 16 bytes each, in stretches as they lie in memory, and the
    `buffers` of those longer than 12 bytes. `low` and `high` are the least and the greatest of what stands in each of
    the 16 places. `rising`: whether each text comes after the one before in the order of bytes, where that was asked,
    and none is long or has a byte of nought; None where it is not known.

    It can be used only inside of `viewed`."""

    views: tuple[Bytes, ...]
    buffers: tuple[Bytes, ...]
    low: Bytes
    high: Bytes
    rising: bool | None = None

    def within(self, least: int, most: int, longest: int) -> bool:
        """Whether each text has from 1 to `longest` bytes, all of them from `least`, above 12, to `most`. False too
        where that can not be told quickly."""
        same = int(self.low[0])
        if not self.buffers and (self.low[:_LENGTH] == self.high[:_LENGTH]).all():  # all are equally long
            text = slice(_LENGTH, _LENGTH + same)
            return 0 < same <= longest and bool(self.low[text].min() >= least and self.high[text].max() <= most)
        size = 0
        for views in self._pieces():
            lengths = views.view(np.uint32)[:, 0].copy()
            if not 0 < lengths.min() <= lengths.max() <= longest:
                return False
            if lengths.max() > SHORT:
                short = lengths <= SHORT
                size += int(lengths[~short].sum())
                views, lengths = views[short], lengths[short]
            # What is no text in a view, its length and the noughts behind it, lies outside for certain.
            outside = np.count_nonzero((views - np.uint8(least)) > np.uint8(most - least))
            if outside != views.size - int(lengths.sum()):
                return False
        if sum(map(len, self.buffers)) > 2 * size:
            return False  # the buffers hold more than these texts
        return all(least <= buffer.min() and buffer.max() <= most for buffer in self.buffers)

    def has(self, first: int, last: int) -> bool:
        """Whether a byte from `first`, above 12, to `last` occurs; also told of other texts in the same buffers."""
        if not self.buffers and not ((self.low <= last) & (self.high >= first)).any():
            return False
        short = (views[views.view(np.uint32)[:, 0] <= SHORT] if self.buffers else views for views in self._pieces())
        span = np.uint8(last - first)
        return any((piece - np.uint8(first) <= span).any() for piece in (*self.buffers, *short))

    def numbers(self) -> tuple[Wholes, int] | None:
        """A whole number for each text, the same for the same text and greater for one that comes later, all of them
        below the second number given. None where some are long, or the numbers would be.

        They are the texts themselves, read as numbers whose digits are the bytes that occur in each place.
        """
        places = [*range(_LENGTH, VIEW), 0]  # the length tells texts apart that end in bytes of nought
        spans = {at: int(self.high[at]) - int(self.low[at]) + 1 for at in places if self.low[at] < self.high[at]}
        above = math.prod(spans.values())
        if self.buffers or above > _MOST:
            return None
        found = np.zeros(sum(map(len, self.views)), dtype=np.int64)
        start = 0
        for views in self._pieces():
            made = found[start : start + len(views)]
            start += len(views)
            for at, span in spans.items():
                made *= span
                made += views[:, at]
                made -= int(self.low[at])
        return found, above

    def _pieces(self) -> Iterator[Bytes]:
        for stretch in self.views:
            for start in range(0, len(stretch), _ROOM):
                yield stretch[start : start + _ROOM]


def _ends(views: Bytes) -> tuple[Bytes, Bytes]:
    """The least and the greatest of what stands in each place: hundreds of views abreast."""
    low, high = np.full(VIEW, 255, dtype=np.uint8), np.zeros(VIEW, dtype=np.uint8)
    even = len(views) // _ABREAST * _ABREAST
    for rows, width in ((views[:even], VIEW * _ABREAST), (views[even:], VIEW)):
        if len(rows):
            abreast = rows.reshape(-1, width)
            low = np.minimum(low, abreast.min(axis=0).reshape(-1, VIEW).min(axis=0))
            high = np.maximum(high, abreast.max(axis=0).reshape(-1, VIEW).max(axis=0))
    return low, high


def _rising(views: Bytes, room: Sorted, low: Bytes, high: Bytes) -> bool:
    """Whether each of these short texts comes after the one before; `room` is for as many numbers. What stands in each
    of their places lies between `low` and `high`: where it is the same in all there is nothing to look at."""
    differ = _LENGTH + np.flatnonzero(low[_LENGTH:] < high[_LENGTH:])
    if len(views) < 2 or not len(differ):
        return len(views) < 2
    at = min(int(differ[0]), VIEW - 8)
    texts, first = views.reshape(-1), room[: len(views)]
    first[:] = texts.view(_EIGHT[at])["bytes"]
    after = first[1:] > first[:-1]
    if after.all():
        return True
    if differ[-1] < at + 8:
        return False
    last = texts.view(_LAST)["bytes"].astype(np.uint32)
    return bool((after | ((first[1:] == first[:-1]) & (last[1:] > last[:-1]))).all())


def _text_view(stretches: tuple[Bytes, ...], buffers: tuple[Bytes, ...], in_order: bool) -> TextView:
    """One way through the views, so many at a time as fit a cache."""
    room, rising = np.empty(_ROOM + 1, dtype=np.uint64), in_order
    low, high = np.full(VIEW, 255, dtype=np.uint8), np.zeros(VIEW, dtype=np.uint8)
    for views in stretches:
        for start in range(0, len(views), _ROOM):
            least, most = _ends(views[start : start + _ROOM])
            low, high = np.minimum(low, least), np.maximum(high, most)
            rising = rising and _rising(views[max(start - 1, 0) : start + _ROOM], room, low, high)
    if high[0] > SHORT or high[1:_LENGTH].any():
        return TextView(stretches, buffers, low, high)
    for one, other in pairwise(stretches):
        rising = rising and _rising(np.concatenate((one[-1:], other[:1])), room, low, high)
    return TextView(stretches, (), low, high, rising if in_order else None)


@contextmanager
def viewed(series: pl.Series, in_order: bool = False) -> Iterator[TextView | None]:
    """The bytes of a series of texts, and with `in_order` whether they rise; None where there are none, or Polars keeps
    them in another form."""
    there = series.drop_nulls() if series.null_count() else series
    if not len(there):
        yield None
        return
    with _exported(there) as (form, arrays):
        held = [_held(array) for array in arrays if array.length] if form == b"vu" else []
        if held:
            views, buffers = zip(*held, strict=True)
            yield _text_view(views, tuple(chain.from_iterable(buffers)), in_order)
        else:
            yield None


def _held(array: _Array) -> tuple[Bytes, tuple[Bytes, ...]]:
    """The views and buffers of an Arrow array: validity, views, data buffers, and the sizes of these."""
    count = array.n_buffers - 3
    views = _bytes_at(array.buffers[1], VIEW * (array.offset + array.length))
    sizes = _bytes_at(array.buffers[2 + count], 8 * count).view(np.int64)
    buffers = tuple(_bytes_at(array.buffers[2 + at], int(size)) for at, size in enumerate(sizes) if size)
    return views.reshape(-1, VIEW)[array.offset :], buffers


def _bytes_at(address: int | None, size: int) -> Bytes:
    if not address or not size:
        return np.empty(0, dtype=np.uint8)
    return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))


class _Schema(ctypes.Structure):
    """ArrowSchema of Arrow's C data interface."""

    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_void_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private_data", ctypes.c_void_p),
    )


class _Array(ctypes.Structure):
    """ArrowArray of Arrow's C data interface."""

    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private_data", ctypes.c_void_p),
    )


class _Stream(ctypes.Structure):
    """ArrowArrayStream of Arrow's C stream interface."""

    _fields_ = (
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


@contextmanager
def _exported(series: pl.Series) -> Iterator[tuple[bytes, list[_Array]]]:
    """Arrow's name of the form of a series, and its arrays; none where they can not be had."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    capsule = series.__arrow_c_stream__()  # it releases the stream when it goes
    address = pointer(capsule, b"arrow_array_stream")
    stream = _Stream.from_address(address)
    schema, arrays = _Schema(), list[_Array]()
    try:
        wrong = stream.get_schema(address, ctypes.addressof(schema))
        while not wrong:
            array = _Array()
            wrong = stream.get_next(address, ctypes.addressof(array))
            if wrong or not array.release:  # the end
                break
            arrays.append(array)
        yield (b"", []) if wrong else (schema.format, arrays)
    finally:
        for each in (*arrays, schema):
            if each.release:
                each.release(ctypes.addressof(each))
