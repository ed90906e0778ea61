"""The journal of one deed: written before the branch moves, so that whoever comes next can finish or forget it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from svc.store.files import drop, read_plain, replace, sync_folder

NAME: Final = "pending.json"
Known = dict[str, list[str | None]]
"""Path -> the blobs (None: no file) that may stand there and be replaced."""


@dataclass
class Journal:
    """The commit that was about to be made on `ref`, the paths it changes, and older ones still to be refreshed."""

    ref: str
    old: str | None
    new: str
    paths: Known
    before: Known = field(default_factory=dict)

    def all(self) -> Known:
        """Every path with everything that may stand there."""
        return merged(self.before, self.paths)

    def write(self, folder: Path, aside: Path, *, durable: bool) -> None:
        """Put the journal on disk."""
        raw = {"ref": self.ref, "old": self.old, "new": self.new, "paths": self.paths, "before": self.before}
        replace(folder / NAME, json.dumps(raw).encode("ascii"), aside, durable=durable)


def merged(first: Mapping[str, list[str | None]], second: Mapping[str, list[str | None]]) -> Known:
    """Both, the blobs of a path that is in both put together."""
    both = {path: list(known) for path, known in first.items()}
    for path, known in second.items():
        both[path] = list(dict.fromkeys([*both.get(path, []), *known]))
    return both


def read(folder: Path) -> Journal | None:
    """The journal that was left, None where there is none or where it cannot be read."""
    data = read_plain(folder / NAME)
    if data is None:
        return None
    try:
        raw: dict[str, Any] = json.loads(data)
        return Journal(raw["ref"], raw["old"], raw["new"], dict(raw["paths"]), dict(raw["before"]))
    except (ValueError, KeyError, TypeError):
        return None


def remove(folder: Path, *, durable: bool = True) -> None:
    """Take the journal away."""
    drop(folder / NAME)
    if durable:
        sync_folder(folder)


def restore(folder: Path, waiting: Known, aside: Path) -> None:
    """Forget the deed that did not come to count; what was waiting before it still waits."""
    if waiting:
        Journal("", None, "", {}, waiting).write(folder, aside, durable=False)
    else:
        remove(folder, durable=False)
