"""Git objects, written in process the way git writes them: aside, to disk, then under their name."""

from __future__ import annotations

import contextlib
import errno
import os
import zlib
from functools import partial
from pathlib import Path

from svc.store.files import drop, fsync_file, read_plain, sync_folder, write_aside
from svc.store.paths import oid_of
from svc.store.together import together


class ObjectStore:
    """Writes loose objects. `flush` puts them on disk, then in their places: nothing may name an object before that."""

    def __init__(self, folder: Path, aside: Path, *, durable: bool = True) -> None:
        self.folder, self.aside, self.durable = folder, aside, durable
        self._folders: set[Path] = set()
        self._waiting: dict[Path, Path] = {}

    def put(self, kind: str, data: bytes) -> str:
        """Store one object and give its name. Content that is there already, and sound, is not written again."""
        oid = oid_of(kind, data)
        folder = self.folder / oid[:2]
        path = folder / oid[2:]
        if path not in self._waiting and not _sound(path, kind, data):
            packed = zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data, 1)
            if not folder.is_dir():
                with contextlib.suppress(FileExistsError):
                    os.mkdir(folder)
                self._folders.add(self.folder)
            self._waiting[path] = write_aside(self.aside, packed, mode=0o444, durable=False)
        self._folders.add(folder)
        return oid

    def flush(self) -> None:
        """Force everything stored so far to disk: first what it holds, then, when it is in place, its names."""
        if self.durable:
            together([partial(fsync_file, source) for source in self._waiting.values()])
        for path, source in self._waiting.items():
            self._place(source, path)
        if self.durable:
            together([partial(_sync, folder) for folder in self._folders])
        self._waiting.clear()
        self._folders.clear()

    def _place(self, source: Path, path: Path) -> None:
        """Rename into place, in a folder made anew where git, packing beside us, has just removed the empty one."""
        try:
            _rename(source, path)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):
                os.mkdir(path.parent)
            self._folders.add(self.folder)
            _rename(source, path)


def _sync(folder: Path) -> None:
    """Force the names in a folder to disk; of one that is gone git has packed everything, and forced the pack."""
    with contextlib.suppress(FileNotFoundError):
        sync_folder(folder)


def _rename(source: Path, path: Path) -> None:
    """Rename into place, by way of a copy where that lies on another file system."""
    try:
        os.replace(source, path)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise
        packed = source.read_bytes() if error.errno == errno.EXDEV else None
        drop(source)
        if packed is None:
            raise
        os.replace(write_aside(path.parent, packed, mode=0o444), path)


def _sound(path: Path, kind: str, data: bytes) -> bool:
    """Whether the loose object at `path` exists and holds exactly this content."""
    there = read_plain(path)
    if there is None:
        return False
    try:
        return zlib.decompress(there) == b"%s %d\0" % (kind.encode(), len(data)) + data
    except zlib.error:
        return False
