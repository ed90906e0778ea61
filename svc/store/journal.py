"""The journal of one deed: written before the branch moves, so that whoever comes next can finish or forget it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from svc.store.files import drop, read_plain, replace, sync_folder
from svc.store.place import PENDING

Known = dict[str, list[str | None]]
"""Path -> the blobs (None: no file) that may stand there and be replaced."""


class Journal(NamedTuple):
    """The commit that was about to be made on `ref`, the paths it changes, and older ones still to be refreshed.

    `foreign` are the locks on the branch that somebody else held before we began: they are not ours to remove.
    """

    ref: str
    old: str | None
    new: str
    paths: Known
    before: Known
    foreign: list[str]

    def all(self) -> Known:
        """Every path with everything that may stand there."""
        return merged(self.before, self.paths)

    def write(self, folder: Path, aside: Path, *, durable: bool) -> None:
        """Put the journal on disk."""
        replace(folder / PENDING, json.dumps(self._asdict()).encode("ascii"), aside, durable=durable)


def merged(first: Mapping[str, list[str | None]], second: Mapping[str, list[str | None]]) -> Known:
    """Both, the blobs of a path that is in both put together."""
    both = {path: list(known) for path, known in first.items()}
    for path, known in second.items():
        both[path] = list(dict.fromkeys([*both.get(path, []), *known]))
    return both


def read(folder: Path) -> Journal | None:
    """The journal that was left, None where there is none or where it cannot be read."""
    data = read_plain(folder / PENDING)
    if data is None:
        return None
    try:
        raw: dict[str, Any] = json.loads(data)
        paths, before = dict(raw["paths"]), dict(raw["before"])
        return Journal(raw["ref"], raw["old"], raw["new"], paths, before, list(raw["foreign"]))
    except (ValueError, KeyError, TypeError):
        return None


def remove(folder: Path, *, durable: bool = True) -> None:
    """Take the journal away."""
    drop(folder / PENDING)
    if durable:
        sync_folder(folder)


def restore(folder: Path, waiting: Known, aside: Path) -> None:
    """Forget the deed that did not come to count; what was waiting before it still waits."""
    if waiting:
        Journal("", None, "", {}, waiting, []).write(folder, aside, durable=False)
    else:
        remove(folder, durable=False)
