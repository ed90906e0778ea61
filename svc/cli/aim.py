"""What `svc check` is asked for: files, folders and records, and which folders have to be looked at for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from svc.cli.desk import SITE, Desk, Shelf
from svc.cli.site import SCHEMAS
from svc.domain.ids import record_path
from svc.index.inspection import RECORDS, REPORTS, Wanted, record_depth

WHOLE = (RECORDS, REPORTS, SCHEMAS)


def heads(here: Desk, shelf: Shelf, targets: Sequence[str], known: Callable[[str], bool]) -> tuple[str, ...]:
    """The paths below the repository that are asked for; "" is all of it. What is neither file nor record is refused."""
    return tuple(_head(here, shelf, target, known) for target in targets)


def _head(here: Desk, shelf: Shelf, target: str, known: Callable[[str], bool]) -> str:
    """The path that a target names: a file or folder, else a record."""
    root = here.repository.root.resolve()
    for place in (Path(target), root / target):
        try:
            path = Path(place.absolute()).resolve(strict=False).relative_to(root).as_posix()
        except (ValueError, OSError, RuntimeError):
            continue
        if path == ".":
            return ""
        if under(path, WHOLE) and known(path):
            return path
    record = here.find(target, shelf)
    return record_path(record.form, record.id, record.year)


def on_disk(here: Desk) -> Callable[[str], bool]:
    """Whether anything stands at a path in the work tree or in the commit."""
    root, snapshot = here.repository.root, here.repository.snapshot()
    return lambda path: os.path.lexists(root / path) or snapshot.entry(path) is not None


def tops(asked: Sequence[str]) -> tuple[str, ...]:
    """The folders that have to be looked at for what is asked: with a file of a record the folder that the record lies
    in, for it may differ from its neighbours only in case. The contents of bound volumes are always looked at."""
    if not asked or "" in asked:
        return WHOLE
    wide = {*(_top(head) for head in asked), REPORTS, SITE}
    return tuple(sorted(top for top in wide if not under(top, wide - {top})))


def _top(head: str) -> str:
    steps = head.split("/")
    depth = record_depth(head)
    return "/".join(steps[: depth - 1]) if steps[0] == RECORDS and len(steps) >= depth else head


def wanted(asked: Sequence[str], changed: set[str] | None) -> Wanted:
    """Which paths are asked for: those under one of `asked`, those in `changed`; all where neither is said."""
    if not asked and changed is None:
        return lambda _path: True
    return lambda path: (not asked or under(path, asked)) and (changed is None or path in changed)


def under(path: str, tops: Sequence[str] | set[str]) -> bool:
    """Whether a path is one of some others or lies below one; below "" lies everything."""
    return any(path == top or not top or path.startswith(top + "/") for top in tops)
