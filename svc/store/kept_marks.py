"""The marks of all files of a look, kept so that the next one need not read what has not changed.

They are kept in the form of git's index, version 2: each entry is a mark, then the path, then NULs up to a multiple of
eight. Who asks it for changes is `asked`.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from svc.store.files import drop, move, read_plain, write_aside
from svc.store.marks import MARK

_HEAD: Final = 12
_SUM: Final = 20


def keep_marks(index: Path, marks: Mapping[str, bytes]) -> str:
    """Keep the marks of all files under their paths; the look's name. OSError where it cannot be written."""
    checksum = hashlib.sha1(usedforsecurity=False)

    def told() -> Iterator[bytes]:
        for piece in _pieces(marks):
            checksum.update(piece)
            yield piece
        yield checksum.digest()

    aside = write_aside(index.parent, *(), durable=False)
    try:
        with open(aside, "wb") as file:
            file.writelines(told())
        move(aside, index, durable=False)
    except BaseException:
        drop(aside)
        raise
    return checksum.hexdigest()


def _pieces(marks: Mapping[str, bytes]) -> Iterator[bytes]:
    """Head and entries, by the bytes of their paths."""
    yield b"DIRC" + struct.pack(">LL", 2, len(marks))
    for path in sorted(marks, key=os.fsencode):
        name = os.fsencode(path)
        yield marks[path] + name + bytes(8 - (MARK + len(name)) % 8)


def read_marks(index: Path) -> dict[str, bytes] | None:
    """The marks of a kept look by path; None when it is not there or damaged."""
    data = read_plain(index) or b""
    if len(data) < _HEAD + _SUM or data[:8] != b"DIRC\0\0\0\2":
        return None
    if hashlib.sha1(memoryview(data)[:-_SUM], usedforsecurity=False).digest() != data[-_SUM:]:
        return None
    return dict(_rows(data))


def _rows(data: bytes) -> Iterator[tuple[str, bytes]]:
    at, end_ = _HEAD, len(data) - _SUM
    decode = os.fsdecode
    while at < end_:
        start = at + MARK
        stop = data.index(b"\0", start)
        yield decode(data[start:stop]), data[at:start]
        at += (MARK + stop - start + 8) & ~7
