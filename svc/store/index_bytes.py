"""The bytes of git's index, version 2: entries looked up, set and removed without a child of git.

Layout: `DIRC`, version, count; entries sorted by path, each padded to a multiple of eight (mode at byte 24, blob at 40,
flags at 60, path at 62); extensions (name, size, content); SHA-1 of all of it.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Final

_MODE: Final = 0o100644
_HEAD: Final = 12
_KEPT: Final = frozenset({b"REUC"})
# Caches that hold positions or what was seen in folders: git makes them anew.
_DROPPED: Final = frozenset({b"UNTR", b"FSMN", b"EOIE", b"IEOT"})
OTHER: Final = "?"
"""Stands for an entry that is no plain file, or one in conflict."""


def sound(data: bytes) -> bool:
    """Whether the bytes are an index whose checksum holds (or which has none)."""
    if len(data) < _HEAD + 20 or data[:4] != b"DIRC" or struct.unpack(">L", data[4:8])[0] not in (2, 3, 4):
        return False
    stands = data[-20:]
    return stands == bytes(20) or hashlib.sha1(memoryview(data)[:-20], usedforsecurity=False).digest() == stands


class Index:
    """An index that this module understands whole."""

    def __init__(self, data: bytes, starts: list[int], extensions: list[tuple[bytes, bytes]]) -> None:
        self.data, self.starts, self._extensions = data, starts, extensions

    @classmethod
    def parse(cls, data: bytes) -> Index | None:
        """Read a sound index; None where only git can: other versions, split or sparse ones, unknown parts."""
        if data[4:8] != b"\0\0\0\2":
            return None
        try:
            starts = _starts(data, struct.unpack(">L", data[8:12])[0])
            extensions = _extensions(data, starts[-1])
        except (IndexError, ValueError, struct.error):
            return None
        known = _KEPT | _DROPPED | {b"TREE"}
        return cls(data, starts, extensions) if all(name in known for name, _ in extensions) else None

    def get(self, path: str) -> str | None:
        """The blob of a path, None without an entry, `OTHER` for what is no plain file or in conflict."""
        name = path.encode("utf-8")
        at = self._find(name)
        if at == self._count or self._name(at) != name:
            return None
        start = self.starts[at]
        plain = struct.unpack_from(">L", self.data, start + 24)[0] == _MODE and not self.data[start + 60] & 0x30
        return self.data[start + 40 : start + 60].hex() if plain else OTHER

    def edited(self, changes: Mapping[str, str | None]) -> bytes | None:
        """The index with each path set to its blob or removed (None); None where a file stands for a folder.

        The times of the new entries are empty, so git compares their content when it next looks.
        """
        pieces: list[bytes | memoryview] = []
        data = memoryview(self.data)
        last, count = _HEAD, self._count
        for name, oid in sorted((path.encode("utf-8"), oid) for path, oid in changes.items()):
            at = self._find(name)
            there = at < self._count and self._name(at) == name
            if oid is not None and not there and self._clashes(name, at):
                return None
            start = self.starts[at]
            pieces += [data[last:start], _entry(name, oid) if oid else b""]
            last = self.starts[at + 1] if there else start
            count += (oid is not None) - there
        pieces.append(data[last : self.starts[-1]])
        pieces += [
            _extension(name, _changed(name, body, changes)) for name, body in self._extensions if name not in _DROPPED
        ]
        pieces.insert(0, b"DIRC" + struct.pack(">LL", 2, count))
        digest = hashlib.sha1(usedforsecurity=False)
        for piece in pieces:
            digest.update(piece)
        return b"".join([*pieces, digest.digest()])

    @property
    def _count(self) -> int:
        return len(self.starts) - 1

    def _name(self, at: int) -> bytes:
        start = self.starts[at] + 62
        return self.data[start : self.data.index(b"\0", start)]

    def _find(self, name: bytes) -> int:
        return bisect_left(range(self._count), name, key=self._name)

    def _clashes(self, name: bytes, at: int) -> bool:
        """Whether a file stands where a folder of this path belongs, or the other way round."""
        if at < self._count and self._name(at).startswith(name + b"/"):
            return True
        steps = name.split(b"/")
        parents = [b"/".join(steps[:n]) for n in range(1, len(steps))]
        places = [(self._find(parent), parent) for parent in parents]
        return any(found < self._count and self._name(found) == parent for found, parent in places)


def _starts(data: bytes, count: int) -> list[int]:
    """Where each entry starts, and where the last one ends."""
    at = _HEAD
    starts = [at]
    for _ in range(count):
        length = (data[at + 60] & 0x0F) << 8 | data[at + 61]
        if length == 0xFFF:
            length = data.index(b"\0", at + 62) - at - 62
        at += (70 + length) & ~7
        starts.append(at)
    if at > len(data) - 20:
        raise ValueError("entries beyond the end")
    return starts


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
    stale = {b""}
    for path in paths:
        steps = path.encode("utf-8").split(b"/")
        stale.update(b"/".join(steps[:n]) for n in range(1, len(steps)))
    return _invalidated(data, stale)


def _invalidated(data: bytes, stale: set[bytes]) -> bytes:
    """The cached trees, those of `stale` folders marked unknown.

    Each node is: name NUL, entries, blank, subtrees, line feed, then 20 bytes unless entries is -1; subtrees follow.
    """
    pieces: list[bytes] = []
    open_nodes: list[tuple[bytes, int]] = []
    at = 0
    while at < len(data):
        nul = data.index(b"\0", at)
        feed = data.index(b"\n", nul)
        entries, subtrees = data[nul + 1 : feed].split(b" ")
        end = feed + 1 + (0 if entries.startswith(b"-") else 20)
        while open_nodes and open_nodes[-1][1] == 0:
            open_nodes.pop()
        path = data[at:nul]
        if open_nodes:
            parent, left = open_nodes.pop()
            open_nodes.append((parent, left - 1))
            path = parent + b"/" + path if parent else path
        open_nodes.append((path, int(subtrees)))
        pieces.append(data[at : nul + 1] + b"-1 " + subtrees + b"\n" if path in stale else data[at:end])
        at = end
    return b"".join(pieces)
