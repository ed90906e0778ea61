"""Loose objects, while git packs the repository beside svc: `git commit` starts that by itself, in the background."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from svc.store.loose import ObjectStore
from svc.store.repository import Repository
from tests.store.conftest import AUTHOR, WHEN, Run


@pytest.fixture
def store(made: Path) -> ObjectStore:
    aside = made / ".git" / "svc" / "tmp"
    aside.mkdir(parents=True, exist_ok=True)
    return ObjectStore(made / ".git" / "objects", aside)


def test_a_folder_that_git_has_removed_is_made_again(store: ObjectStore, git: Run) -> None:
    oid = store.put("blob", b"waits to be moved into its place\n")
    os.rmdir(store.folder / oid[:2])
    store.flush()
    assert git("cat-file", "-p", oid) == "waits to be moved into its place\n"
    assert list(store.aside.iterdir()) == []


def test_an_object_that_git_has_packed_meanwhile_is_left_in_its_pack(store: ObjectStore, git: Run) -> None:
    oid = git("rev-parse", "HEAD^{tree}").strip()
    data = git_bytes(git, oid)
    assert store.put("tree", data) == oid
    git("gc", "--quiet", "--prune=now")
    assert not (store.folder / oid[:2]).exists()
    store.flush()
    assert git("cat-file", "-t", oid) == "tree\n"


def git_bytes(git: Run, oid: str) -> bytes:
    """The bytes of a tree, put together from its listing."""
    entries = [line.split(maxsplit=3) for line in git("ls-tree", oid).splitlines()]
    return b"".join(
        b"%s %s\0%s" % (mode.lstrip("0").encode(), name.encode(), bytes.fromhex(child))
        for mode, _, child, name in entries
    )


def test_deeds_go_on_while_git_packs(repo: Repository, git: Run) -> None:
    """Each commit between two packings, with what the one before it left."""
    for n in range(4):
        with repo.writing() as writer:
            writer.commit(
                {f"records/{n}.txt": b"%d\n" % n}, message=str(n), author=AUTHOR, when=WHEN + timedelta(hours=n)
            )
        git("gc", "--quiet", "--prune=now")
    assert git("rev-list", "--count", "HEAD") == "5\n"
    assert git("fsck", "--strict") == ""
    assert git("status", "--short") == ""
