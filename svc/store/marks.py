"""A look at the work tree: which files and folders are there, the blob of each file, and how a change would show.

A file's mark is what git's index keeps of it: the times, place, owner and size that the operating system told when the
file was read, and the name of the blob that was read. Whoever finds all of that unchanged need not read the file again.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from svc.store.asked import ABSENT
from svc.store.files import NOFOLLOW, NONBLOCK, READ, drop, write_aside

MARK: Final = 62
"""Bytes of a mark: ten numbers, the blob's name, two bytes of flags; as in git's index, version 2."""
_NUMBERS: Final = struct.Struct(">10L20sH")
UNSURE: Final = -1
_LOW: Final = 0xFFFFFFFF
_LONGEST: Final = 0xFFF
_SECOND: Final = 1_000_000_000
_SETTLED: Final = 2 * _SECOND
"""So long ago a change must lie that another one would show in the times: some file systems count by two seconds."""


class Reading(NamedTuple):
    """How a look is taken: below which folder, and before which time (nanoseconds) a change must lie to be settled."""

    root: str
    before: int = 0


def reading(root: Path, aside: Path) -> Reading:
    """A look that begins now, by the clock of the file system: what changed just before could change again unseen."""
    beside = write_aside(aside, b"", durable=False)
    try:
        return Reading(str(root), os.stat(beside).st_mtime_ns - _SETTLED)
    finally:
        drop(beside)


class Walk(NamedTuple):
    """What lies under some folders. `files`: paths; `odd`: path -> link or unreadable; `folders`: path -> time.

    The time of a folder is that of its last change (nanoseconds), `ABSENT`, or `UNSURE` where it is not settled.
    """

    files: list[str]
    odd: dict[str, str]
    folders: dict[str, int]


def walk(how: Reading, tops: Iterable[str]) -> Walk:
    """Everything under `tops`, links not followed; a folder that cannot be read is empty."""
    found = Walk([], {}, {})
    waiting = [*tops]
    for path in waiting:
        found.folders[path] = ABSENT
    while waiting:
        waiting += step(how, waiting.pop(), found)
    return found


def step(how: Reading, path: str, found: Walk) -> list[str]:
    """Add one path to a walk, a folder with what lies directly in it; the folders among that."""
    place = f"{how.root}/{path}"
    folders: list[str] = []
    try:
        there = os.lstat(place)
        if not stat.S_ISDIR(there.st_mode):
            found.folders.pop(path, None)
            _sort_in(path, stat.S_ISREG(there.st_mode), stat.S_ISLNK(there.st_mode), found)
            return []
        # The time is taken before the names: one that comes meanwhile shows next time.
        found.folders[path] = there.st_ctime_ns if there.st_ctime_ns < how.before else UNSURE
        with os.scandir(place) as entries:
            for entry in entries:
                below = f"{path}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(below)
                else:
                    _sort_in(below, entry.is_file(follow_symlinks=False), entry.is_symlink(), found)
    except (OSError, ValueError):
        return folders
    return folders


def _sort_in(path: str, plain: bool, link: bool, found: Walk) -> None:
    if plain:
        found.files.append(path)
    else:
        found.odd[path] = "link" if link else "unreadable"


def marker(how: Reading) -> Callable[[Sequence[str]], list[bytes]]:
    """The marking of files, for a process of its own."""
    return partial(mark_files, how)


def mark_files(how: Reading, paths: Iterable[str]) -> list[bytes]:
    """The mark of each file, b"" for what is no regular file that can be read."""
    return [_mark(how, path) for path in paths]


def _mark(how: Reading, path: str) -> bytes:
    found = read(f"{how.root}/{path}")
    if found is None:
        return b""
    there, data = found
    return _packed(there, data, min(len(os.fsencode(path)), _LONGEST), there.st_ctime_ns < how.before)


def read(place: str) -> tuple[os.stat_result, bytes] | None:
    """What the system tells of a file, and its bytes; None for what is no regular file that can be read."""
    try:
        fd = os.open(place, READ | NOFOLLOW | NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        there = os.fstat(fd)
        return (there, b"".join(_pieces(fd, there.st_size))) if stat.S_ISREG(there.st_mode) else None
    except OSError:
        return None
    finally:
        os.close(fd)


def _pieces(fd: int, size: int) -> Iterator[bytes]:
    """The file's bytes: one piece and the end, unless it grows meanwhile."""
    while piece := os.read(fd, size + 1):
        yield piece
        if len(piece) == size:
            return


def _packed(there: os.stat_result, data: bytes, length: int, settled: bool) -> bytes:
    """A mark. Of a file that is not settled, or grew while it was read, it agrees with no file: it is read again."""
    blob = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    blob.update(data)
    mode = 0o100755 if there.st_mode & 0o100 else 0o100644
    if not settled or len(data) != there.st_size:
        return _NUMBERS.pack(0, 0, 0, 0, 0, 0, mode, 0, 0, 0, blob.digest(), length)
    changed, written = divmod(there.st_ctime_ns, _SECOND), divmod(there.st_mtime_ns, _SECOND)
    place = (there.st_dev & _LOW, there.st_ino & _LOW)
    owner = (there.st_uid & _LOW, there.st_gid & _LOW)
    times = (changed[0] & _LOW, changed[1], written[0] & _LOW, written[1])
    return _NUMBERS.pack(*times, *place, mode, *owner, there.st_size & _LOW, blob.digest(), length)


class Seen(NamedTuple):
    """What a look found: path -> mark of every plain file, path -> kind of what is none, folder -> time."""

    marks: dict[str, bytes]
    odd: dict[str, str]
    folders: dict[str, int]


def seen(found: Walk, marked: Iterable[bytes]) -> Seen:
    """A walk and the marks of its files, in their order."""
    known = dict(zip(found.files, marked, strict=True))
    odd = {**found.odd, **{path: "unreadable" for path, mark in known.items() if not mark}}
    return Seen({path: mark for path, mark in known.items() if mark}, odd, found.folders)


def oid(mark: bytes) -> str:
    """The name of the blob that a mark tells."""
    return mark[40:60].hex()


class Blobs(Mapping[str, str]):
    """Path -> blob, out of path -> mark: there are very many, and few are ever asked for."""

    def __init__(self, marked: Mapping[str, bytes]) -> None:
        self._marks = marked

    def __getitem__(self, path: str) -> str:
        return oid(self._marks[path])

    def __contains__(self, path: object) -> bool:
        return path in self._marks

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)
