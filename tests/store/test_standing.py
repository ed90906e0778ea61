"""The work tree and the index over the commit, whatever stands there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from svc.store.repository import Repository
from svc.store.standing import Standing

RECORD = "records/2026/dispatch/0101/00/PG-1.yaml"


def test_what_is_as_committed_is_read_from_the_commit(repo: Repository) -> None:
    view = Standing.of_worktree(repo, ["records"])
    assert (view.over, view.odd, view.differing) == ({}, {}, set())
    assert view.read(RECORD) == b"id: PG-1\nstate: issued\n"
    assert view.walk("records") == sorted(view.plain) == ["records/2026/dispatch/0101/00/PG-1.yaml", "records/svc.yaml"]
    assert view.children("records") == [("2026", "folder"), ("svc.yaml", "file")]
    assert "schemas/x@1/procedure.yaml" not in view.plain
    # It lists only the folders it was made for, and reads what it is asked for.
    assert view.read("schemas/x@1/procedure.yaml") == b"procedure: x\n"


def test_the_work_tree_lies_over_it(repo: Repository, made: Path) -> None:
    (made / RECORD).write_bytes(b"mine\n")
    (made / "records/svc.yaml").unlink()
    (made / "records/new").write_bytes(b"new\n")
    (made / "records/link").symlink_to("/")
    os.mkfifo(made / "records/pipe")
    view = Standing.of_worktree(repo, ["records"])
    assert view.over == {
        RECORD: b"mine\n",
        "records/link": None,
        "records/new": b"new\n",
        "records/pipe": None,
        "records/svc.yaml": None,
    }
    assert view.odd == {"records/link": "link", "records/pipe": "unreadable"}
    assert dict(view.read_many([RECORD, "records/svc.yaml", "records/new"])) == {
        RECORD: b"mine\n",
        "records/new": b"new\n",
    }
    assert view.since(repo.snapshot(), ["records"]) == view.differing == set(view.over)
    assert view.committed.keys() == {RECORD, "records/svc.yaml"}


def test_the_index_lies_over_it(repo: Repository, made: Path, git: Any) -> None:
    (made / RECORD).write_bytes(b"mine\n")
    (made / "records/run").write_bytes(b"x")
    (made / "records/run").chmod(0o755)
    (made / "records/link").symlink_to("svc.yaml")
    git("add", "records")
    git("rm", "-q", "--cached", "records/svc.yaml")
    (made / RECORD).write_bytes(b"not staged\n")
    view = Standing.of_index(repo, ["records"])
    assert view.over == {RECORD: b"mine\n", "records/link": None, "records/run": None, "records/svc.yaml": None}
    assert view.odd == {"records/link": "link", "records/run": "executable"}


def test_strange_entries_of_a_commit_are_named(repo: Repository, made: Path, git: Any) -> None:
    (made / "records/link").symlink_to("svc.yaml")
    git("add", "records")
    git("commit", "-qm", "x")
    view = Standing.of_index(repo, ["records"])
    assert view.odd == {"records/link": "link"}
    assert "records/link" not in view.plain
