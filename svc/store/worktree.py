"""The files people see: brought up to the commit, never over somebody's own edits, compared byte by byte."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from svc.domain.refusal import Exit, Refusal, Text
from svc.store.files import move, read_plain, write_aside
from svc.store.paths import oid_of

EMPTY: Final = oid_of("blob", b"")
_OTHER: Final = "?"


def refuse_links(root: Path, paths: Sequence[str]) -> None:
    """Refuse (exit 5) when a folder on the way to one of `paths` is a symbolic link or no folder."""
    seen: set[str] = set()
    for path in paths:
        steps = path.split("/")[:-1]
        for n in range(1, len(steps) + 1):
            folder = "/".join(steps[:n])
            if folder in seen:
                continue
            seen.add(folder)
            if not _is_folder(root / folder, absent=True):
                raise Refusal(
                    Text("此处应为文件夹，却是链接或文件", "a link or a file stands where a folder belongs"),
                    exit=Exit.CONFLICT,
                    where=Text.same(folder),
                    remedy=Text.same(f"git checkout -- '{folder}'"),
                )


def refresh(
    root: Path,
    targets: Mapping[str, bytes | None],
    known: Mapping[str, Sequence[str | None]],
    aside: Path,
    *,
    durable: bool = True,
) -> tuple[list[Text], OSError | None]:
    """Give each path its content (None: no file) and say which were left alone, and what error kept a path from it.

    A path is left alone when what stands there is neither the new content nor one of the blobs `known` for it (an
    edit by hand), or when a folder above it is a link.
    """
    left: list[Text] = []
    trouble: OSError | None = None
    for path, data in targets.items():
        try:
            if not _refresh(root, path, data, known[path], aside, durable):
                left.append(_edited(path))
        except OSError as error:
            trouble = error
    return left, trouble


def _refresh(
    root: Path, path: str, data: bytes | None, known: Sequence[str | None], aside: Path, durable: bool
) -> bool:
    file = root / path
    parents = [root.joinpath(*path.split("/")[:n]) for n in range(1, path.count("/") + 1)]
    if not all(_is_folder(folder, absent=True) for folder in parents):
        return False
    there = _standing(file)
    if there == (None if data is None else oid_of("blob", data)):
        return True
    if there not in known and there != EMPTY:
        return False
    if data is None:
        os.unlink(file)
        _prune(parents)
        return True
    for folder in parents:
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)
    move(write_aside(aside, data, durable=durable), file, durable=durable)
    return True


def _standing(file: Path) -> str | None:
    """The blob that stands at `file`, None for nothing, something never known for what is no plain file."""
    data = read_plain(file)
    if data is not None:
        return oid_of("blob", data)
    return _OTHER if os.path.lexists(file) else None


def _prune(folders: list[Path]) -> None:
    """Remove the folders that became empty, innermost first, but never the topmost."""
    with contextlib.suppress(OSError):
        for folder in reversed(folders[1:]):
            os.rmdir(folder)


def _is_folder(path: Path, *, absent: bool) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return absent
    except OSError:
        return False


def _edited(path: str) -> Text:
    return Text(
        f"工作区文件 {path} 有手工改动，未更新", f"the work tree file {path} has edits by hand; it was left alone"
    )


def changed(root: Path, prefix: str, committed: Mapping[str, str]) -> list[str]:
    """Paths under `prefix` whose bytes differ from `committed` (path -> blob), are missing, or are not in it.

    Reads every file: no index, no ignore rules and no time stamps are believed. Links count as changed.
    """
    differing = {path for path, oid in committed.items() if _standing(root / path) != oid}
    differing.update(path for path in _listed(root, prefix) if path not in committed)
    return sorted(differing)


def _listed(root: Path, prefix: str) -> Iterator[str]:
    top = root / prefix if prefix else root
    if os.path.lexists(top) and not _is_folder(top, absent=False):
        yield prefix
        return
    for folder, names, files in os.walk(top):
        if ".git" in names and Path(folder) == root:
            names.remove(".git")
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        for name in (*files, *links):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
