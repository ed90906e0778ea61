"""The bytes of git's index, version 2: entries looked up, set and removed without a child of git.

Layout: `DIRC`, version, count; entries sorted by path, each padded to a multiple of eight (mode at byte 24, blob at 40,
flags at 60, path at 62); extensions (name, size, content); SHA-1 of all of it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from threading import Thread
from typing import Final

from svc.store.index_places import HEAD, find, first_extension, name_at

_MODE: Final = 0o100644
_KEPT: Final = frozenset({b"REUC"})
# Caches that hold positions or what was seen in folders: git makes them anew.
_DROPPED: Final = frozenset({b"UNTR", b"FSMN", b"EOIE", b"IEOT"})
OTHER: Final = "?"
"""Stands for an entry that is no plain file, or one in conflict."""
Pieces = Sequence[bytes | memoryview]


class Sum(Thread):
    """The SHA-1 of some bytes, worked out while others are read or written: an index may have twenty megabytes."""

    def __init__(self, pieces: Pieces) -> None:
        import hashlib

        super().__init__(daemon=True)
        self._pieces, self._sum = pieces, hashlib.sha1(usedforsecurity=False)
        self.start()

    def run(self) -> None:
        """Work it out."""
        for piece in self._pieces:
            self._sum.update(piece)

    def digest(self) -> bytes:
        """The sum, when it is ready."""
        self.join()
        return self._sum.digest()


class Soundness:
    """Whether bytes are an index whose checksum holds (or which has none); found out while others work on them."""

    def __init__(self, data: bytes) -> None:
        shaped = len(data) >= HEAD + 20 and data[:4] == b"DIRC" and data[4:8] in _VERSIONS
        self._stands = data[-20:] if shaped else None
        self._sum = Sum([memoryview(data)[:-20]]) if shaped and any(data[-20:]) else None

    def holds(self) -> bool:
        """The verdict, when it is ready."""
        return self._stands is not None and (self._sum is None or self._sum.digest() == self._stands)


_VERSIONS: Final = tuple(struct.pack(">L", version) for version in (2, 3, 4))


def sound(data: bytes) -> bool:
    """Whether the bytes are an index whose checksum holds (or which has none)."""
    return Soundness(data).holds()


def whole(pieces: Pieces) -> bytes:
    """The bytes of an index out of its pieces: their checksum at the end."""
    return b"".join([*pieces, Sum(pieces).digest()])


class Index:
    """An index that this module understands whole."""

    def __init__(self, data: bytes, end: int, extensions: list[tuple[bytes, bytes]]) -> None:
        self.data, self._end, self._extensions = data, end, extensions

    @classmethod
    def parse(cls, data: bytes) -> Index | None:
        """Read an index; None where only git can: other versions, split or sparse ones, unknown parts."""
        if data[4:8] != b"\0\0\0\2":
            return None
        try:
            end = first_extension(data)
            extensions = _extensions(data, end)
        except (IndexError, ValueError, struct.error):
            return None
        known = _KEPT | _DROPPED | {b"TREE"}
        return cls(data, end, extensions) if all(name in known for name, _ in extensions) else None

    def get(self, path: str) -> str | None:
        """The blob of a path, None without an entry, `OTHER` for what is no plain file or in conflict."""
        start, after = find(self.data, self._end, path.encode("utf-8"))
        if start == after:
            return None
        plain = struct.unpack_from(">L", self.data, start + 24)[0] == _MODE and not self.data[start + 60] & 0x30
        return self.data[start + 40 : start + 60].hex() if plain else OTHER

    def edited(self, changes: Mapping[str, str | None]) -> Pieces | None:
        """The index, but for its checksum, with each path set to its blob or removed (None).

        None where a file stands for a folder. The times of the new entries are empty, so git compares their content
        when it next looks.
        """
        pieces: list[bytes | memoryview] = []
        data = memoryview(self.data)
        last, count = HEAD, int(struct.unpack_from(">L", self.data, 8)[0])
        for name, oid in sorted((path.encode("utf-8"), oid) for path, oid in changes.items()):
            start, after = find(self.data, self._end, name)
            there = after > start
            if oid is not None and not there and self._clashes(name, start):
                return None
            pieces += [data[last:start], _entry(name, oid) if oid else b""]
            last = after
            count += (oid is not None) - there
        pieces.append(data[last : self._end])
        pieces += [
            _extension(name, _changed(name, body, changes)) for name, body in self._extensions if name not in _DROPPED
        ]
        return [b"DIRC" + struct.pack(">LL", 2, count), *pieces]

    def _clashes(self, name: bytes, at: int) -> bool:
        """Whether a file stands where a folder of this path belongs, or the other way round."""
        if at < self._end and name_at(self.data, at).startswith(name + b"/"):
            return True
        steps = name.split(b"/")
        places = (find(self.data, self._end, b"/".join(steps[:n])) for n in range(1, len(steps)))
        return any(after > start for start, after in places)


def _extensions(data: bytes, at: int) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    end = len(data) - 20
    while at < end:
        name, size = struct.unpack_from(">4sL", data, at)
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size
    if at != end:
        raise ValueError("extensions beyond the end")
    return found


def _entry(name: bytes, oid: str) -> bytes:
    body = struct.pack(">6L", 0, 0, 0, 0, 0, 0) + struct.pack(">4L", _MODE, 0, 0, 0) + bytes.fromhex(oid)
    body += struct.pack(">H", min(len(name), 0xFFF)) + name
    return body + bytes(8 - len(body) % 8)


def _extension(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">L", len(data)) + data


def _changed(name: bytes, data: bytes, paths: Iterable[str]) -> bytes:
    """An extension after the change: the kept trees of the folders above the paths are no longer valid."""
    if name != b"TREE":
        return data
    stale = {step for path in paths for step in path.encode("utf-8").split(b"/")[:-1]}
    return _invalidated(data, stale)


def _invalidated(data: bytes, stale: Iterable[bytes]) -> bytes:
    """The cached trees, those of all folders of `stale` names marked unknown, the root's too.

    Each node is: name NUL, entries, blank, subtrees, line feed, then 20 bytes unless entries is -1; subtrees follow.
    Which of several folders of a name is meant could be told only by reading every node, and there are as many as
    folders: git works out anew a few that it need not, which harms nothing.
    """
    data = _ROOT.sub(rb"\0-1 \1\n", data, count=1)
    for name in stale:
        data = re.sub(re.escape(name) + _NODE, name.replace(b"\\", rb"\\") + rb"\0-1 \1\n", data)
    return data


_NODE: Final = rb"\0[0-9]+ ([0-9]+)\n(?s:.{20})"
_ROOT: Final = re.compile(rb"\A" + _NODE)
