"""Git objects, written in process the way git writes them: aside, to disk, then under their name."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path

from svc.store.files import drop, read_plain, sync_folder, write_aside
from svc.store.paths import oid_of


class ObjectStore:
    """Writes loose objects. `flush` forces the folders to disk: nothing may name an object before that."""

    def __init__(self, folder: Path, aside: Path, *, durable: bool = True) -> None:
        self.folder, self.aside, self.durable = folder, aside, durable
        self._folders: set[Path] = set()

    def put(self, kind: str, data: bytes) -> str:
        """Store one object and give its name. Content that is there already, and sound, is not written again."""
        oid = oid_of(kind, data)
        folder = self.folder / oid[:2]
        path = folder / oid[2:]
        if not _sound(path, kind, data):
            packed = zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data, 1)
            if not folder.is_dir():
                with contextlib.suppress(FileExistsError):
                    os.mkdir(folder)
                self._folders.add(self.folder)
            self._place(packed, path)
        self._folders.add(folder)
        return oid

    def _place(self, packed: bytes, path: Path) -> None:
        source = write_aside(self.aside, packed, mode=0o444, durable=self.durable)
        try:
            os.replace(source, path)
        except OSError as error:
            drop(source)
            if error.errno != 18:
                raise
            os.replace(write_aside(path.parent, packed, mode=0o444, durable=self.durable), path)

    def flush(self) -> None:
        """Force the names of everything stored so far to disk."""
        if self.durable:
            for folder in sorted(self._folders, reverse=True):
                sync_folder(folder)
        self._folders.clear()


def _sound(path: Path, kind: str, data: bytes) -> bool:
    """Whether the loose object at `path` exists and holds exactly this content."""
    there = read_plain(path)
    if there is None:
        return False
    try:
        return zlib.decompress(there) == b"%s %d\0" % (kind.encode(), len(data)) + data
    except zlib.error:
        return False
