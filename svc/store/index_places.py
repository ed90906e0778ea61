"""Where the entries of git's index stand, found without reading all of them: a large index has a hundred thousand.

An entry begins twelve bytes after a multiple of eight or directly behind the one before. That a place is a beginning is
seen by what stands there and by the entries that follow; every answer is checked against two ends that are known.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

HEAD: Final = 12
_MODES: Final = frozenset(struct.pack(">L", mode) for mode in (0o100644, 0o100755, 0o120000, 0o160000, 0o40000))
_RUN: Final = 8
"""So many sound entries in a row make a place a beginning; anything else looks like that by chance never."""
_NEAR: Final = 4096
"""Bytes that are walked rather than halved: some dozens of entries."""


def first_extension(data: bytes) -> int:
    """Where the entries end; raises IndexError, ValueError or struct.error for what is no whole index.

    The cached trees nearly always stand there; else every entry is walked.
    """
    at = data.rfind(b"TREE", HEAD)
    while at > 0:
        if _leads_to_the_end(data, at) and _is_end(data, at):
            return at
        at = data.rfind(b"TREE", HEAD, at)
    return _walked(data)


def find(data: bytes, end: int, name: bytes) -> tuple[int, int]:
    """(start, next) of the entry `name`; where it belongs twice when there is none. `end` is the end of the entries."""
    low, high = HEAD, end
    while high - low > _NEAR:
        middle = _beginning(data, (low + high) // 2, high)
        if middle is None or middle <= low or middle >= high:
            break
        low, high = (middle, high) if _name(data, middle) <= name else (low, middle)
    found = None
    for at, after in _entries(data, low, high):
        here = _name(data, at)
        if found is None and here >= name:
            found = (at, after) if here == name else (at, at)
    return found or (high, high)


def name_at(data: bytes, start: int) -> bytes:
    """The path of the entry that starts there."""
    return _name(data, start)


def _name(data: bytes, start: int) -> bytes:
    return data[start + 62 : data.index(b"\0", start + 62)]


def _next(data: bytes, at: int) -> int:
    length = (data[at + 60] & 0x0F) << 8 | data[at + 61]
    if length == 0xFFF:
        length = data.index(b"\0", at + 62) - at - 62
    return at + ((70 + length) & ~7)


def _entries(data: bytes, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The entries between two beginnings; ValueError when the second is none after all."""
    at = low
    while at < high:
        after = _next(data, at)
        yield at, after
        at = after
    if at != high:
        raise ValueError("no entry begins there")


def _walked(data: bytes) -> int:
    at = HEAD
    for _ in range(struct.unpack_from(">L", data, 8)[0]):
        at = _next(data, at)
    if at > len(data) - 20:
        raise ValueError("entries beyond the end")
    return at


def _leads_to_the_end(data: bytes, at: int) -> bool:
    end = len(data) - 20
    while at + 8 <= end:
        at += 8 + int(struct.unpack_from(">L", data, at + 4)[0])
    return at == end


def _is_end(data: bytes, end: int) -> bool:
    at = HEAD if end <= HEAD + _NEAR else _beginning(data, end - _NEAR, end)
    while at is not None and at < end:
        at = _next(data, at)
    return at == end


def _beginning(data: bytes, near: int, end: int) -> int | None:
    """The first place from `near` on at which an entry begins; None where none can be told."""
    start = near + (HEAD - near) % 8
    return next((at for at in range(start, min(end, start + 2 * _NEAR), 8) if _begins(data, at, end)), None)


def _begins(data: bytes, at: int, end: int) -> bool:
    for _ in range(_RUN):
        if at == end:
            return True
        after = _next(data, at) if at + 70 < end and data[at + 24 : at + 28] in _MODES else end + 1
        if after > end:
            return False
        name_end = data.index(b"\0", at + 62)
        if (
            not 0 < after - name_end <= 8
            or name_end == at + 62
            or data.count(b"\0", name_end, after) != after - name_end
        ):
            return False
        at = after
    return True
