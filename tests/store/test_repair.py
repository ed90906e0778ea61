"""Repairs that a person asks for."""

from __future__ import annotations

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store import repair
from svc.store.repository import Repository
from tests.store.conftest import Run, write


def test_locks_are_listed_and_removed(repo: Repository) -> None:
    assert repair.locks(repo) == []
    names = ("index.lock", "refs/heads/main.lock", "packed-refs.lock")
    for name in names:
        (repo.git_dir / name).touch()
    found = repair.locks(repo)
    assert [str(lock.path.relative_to(repo.git_dir)) for lock in found] == sorted(names)
    (repo.git_dir / "index.lock").write_text("a newer one")
    for lock in found:
        repair.unlock(repo, repair.GitLock(lock.path, lock.since - 1))
        repair.unlock(repo, lock)
    assert len(repair.locks(repo)) <= 1


@pytest.mark.parametrize("damage", ["truncated", "gone"])
def test_a_branch_comes_back_from_its_log(repo: Repository, git: Run, damage: str) -> None:
    sha = write(repo, {"records/a.yaml": b"a: b\n"})
    file = repo.git_dir / "refs/heads/main"
    file.write_text("") if damage == "truncated" else file.unlink()
    with pytest.raises(Refusal):
        repo.tip()
    assert repair.restore_branch(repo) == repo.tip() == sha
    assert git("fsck", "--full", "--strict") == ""
    assert git("status", "--porcelain") == ""


def test_a_sound_branch_and_an_empty_log_are_refused(repo: Repository) -> None:
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            repair.restore_branch(repo)
        assert caught.value.exit is Exit.CONFLICT
        (repo.git_dir / "refs/heads/main").write_text("")
        (repo.git_dir / "logs/refs/heads/main").write_text("nonsense\n")


def test_fsck_names_damage(repo: Repository) -> None:
    assert repair.fsck(repo) == []
    oid = repo.snapshot().oid("records/svc.yaml")
    assert oid is not None
    path = repo.git_dir / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    assert any(oid in line for line in repair.fsck(repo))
    with pytest.raises(Refusal) as caught:
        repo.snapshot().read("records/svc.yaml")
    assert caught.value.exit is Exit.CONFLICT and oid[:12] in caught.value.what.en
    path.write_bytes(b"x\x01nonsense")
    with pytest.raises(Refusal) as caught:
        repo.snapshot().read("records/svc.yaml")
    assert caught.value.exit is Exit.CONFLICT
    assert repo.snapshot().read("schemas/x@1/procedure.yaml") == b"procedure: x\n"
