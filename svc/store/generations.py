"""A file that is only ever followed by a newer one beside it: nobody's open copy is pulled away or mixed with another's.

The newest counts. A new one is made aside, whole, under a lock, and then given the next number; older ones go, with
whatever other programs have laid beside them under their name.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from svc.store.files import disk, drop, fsync_file, sync_folder
from svc.store.lock import Lock

_ASIDE: Final = "made-"
_LOCK: Final = "lock"


class Generations(NamedTuple):
    """The files `1.db`, `2.db` … of one folder; `ending` has its point."""

    folder: Path
    ending: str

    def newest(self) -> Path | None:
        """The one that counts, None where there is none (or the folder cannot be read)."""
        last = max(self._numbers(), default=0)
        return self._file(last) if last else None

    @contextlib.contextmanager
    def renewing(self, wait: float) -> Iterator[None]:
        """Under the lock of those who make a new one; refuses (exit 5) when somebody else keeps it for `wait` seconds,
        (exit 6) where nothing can be written."""
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        lock = Lock(self.folder / _LOCK)
        lock.take(wait)
        try:
            yield
        finally:
            lock.drop()

    def aside(self) -> Path:
        """Where to make a new one, under the lock; what a dead maker left there goes."""
        self._sweep(lambda name: name.startswith(_ASIDE))
        return self.folder / f"{_ASIDE}{os.getpid()}"

    def publish(self, made: Path) -> Path:
        """Force what was made aside to disk and let it count; older ones go. Refuses (exit 6) what the disk refuses."""
        older = self._numbers()
        target = self._file(max(older, default=0) + 1)
        with disk(target):
            fsync_file(made)
            os.rename(made, target)
            sync_folder(self.folder)
        for number in older:
            self.drop(self._file(number))
        return target

    def drop(self, path: Path) -> None:
        """Remove one, with what lies beside it under its name; nothing happens when that cannot be."""
        self._sweep(lambda name: name == path.name or name.startswith(path.name + "-"))

    def _file(self, number: int) -> Path:
        return self.folder / f"{number}{self.ending}"

    def _numbers(self) -> list[int]:
        names = [name.removesuffix(self.ending) for name in self._names() if name.endswith(self.ending)]
        return [int(name) for name in names if name.isascii() and name.isdigit() and str(int(name)) == name != "0"]

    def _names(self) -> list[str]:
        try:
            return os.listdir(self.folder)
        except OSError:
            return []

    def _sweep(self, goes: Callable[[str], bool]) -> None:
        for name in filter(goes, self._names()):
            drop(self.folder / name)
