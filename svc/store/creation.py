"""Making a records repository: built beside its place, then moved there, so that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from svc.domain.refusal import Refusal, Text
from svc.store.files import disk, sync_folder
from svc.store.git import Git, check_version

ATTRIBUTES: Final = b"""\
# Every byte stays as it was written, and records are never merged line by line.
* -text -ident -filter !working-tree-encoding
/records/** -merge
/reports/** -merge
"""
FIXED: Final = {".gitattributes": ATTRIBUTES}


@contextlib.contextmanager
def aside(target: Path) -> Iterator[Path]:
    """An empty git repository on branch main to fill; it becomes `target` when the block ends well.

    Refuses (exit 4) a target that exists and is not an empty folder.
    """
    refuse_used(target)
    work = target.parent / f".{target.name}.svc-{os.getpid()}"
    try:
        with disk(target):
            work.mkdir(parents=True)
            git = Git(work)
            check_version(git.text(("--version",)))
            git.run(("init", "--quiet", "--initial-branch=main", "--template=", "--object-format=sha1", "."))
        yield work
        with disk(target):
            _move(work, target)
            sync_folder(target.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _move(work: Path, target: Path) -> None:
    """Rename, or fill an empty folder that somebody stands in; `.git` goes last: before that it is no repository."""
    if not target.exists():
        os.rename(work, target)
        return
    for child in sorted(work.iterdir(), key=lambda path: path.name == ".git"):
        os.rename(child, target / child.name)


def refuse_used(target: Path) -> None:
    """Refuse (exit 4) a target that exists and is not an empty folder."""
    with disk(target):
        used = os.path.lexists(target) and (not target.is_dir() or any(target.iterdir()))
    if used:
        raise Refusal(
            Text("此处已有内容，不能在这里新建仓库", "something is there already; a repository is made in a new place"),
            where=Text.same(str(target)),
            remedy=Text("换一个空文件夹", "choose an empty folder"),
        )
