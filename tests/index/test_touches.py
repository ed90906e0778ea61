"""Which commits made a record what it is: the index says what git says, or leaves it to git."""

from __future__ import annotations

from svc.store.repository import Repository
from tests.index.conftest import Home, path_of, sheet, some


def by_git(home: Home, path: str) -> list[tuple[str, str | None]]:
    """The commits that changed a path, oldest first, and the blob after each, as git lists them."""
    found = [commit.sha for commit in home.repo.history([path])]
    return [(sha, home.repo.snapshot(sha).oid(path)) for sha in reversed(found)]


def agree(home: Home, *asked: str) -> int:
    """How many records the index answered for; each answer is git's."""
    snapshot, told = home.repo.snapshot(), 0
    for path in asked or [path for path in snapshot.walk("records") if path.endswith(".yaml")]:
        made = home.index.made(snapshot, path, home.repo.git)
        if made is not None:
            assert made == by_git(home, path)
            told += 1
    return told


FIRST, SECOND = path_of(sheet(1)), path_of(sheet(2))
PHOTO = FIRST.removesuffix(".yaml") + "/photo-1.jpg"


def test_step_by_step(home: Home) -> None:
    assert agree(home) == 27
    home.put(sheet(1, fault="a"), sheet(50))
    home.put(sheet(1, fault="b"), raw={PHOTO: b"1"})
    home.put(sheet(2, fault="c"))
    assert agree(home) == 28
    made = home.index.made(home.repo.snapshot(), FIRST, home.repo.git)
    assert made is not None and len(made) == 3
    assert home.index.made(home.repo.snapshot(), "records/2026/sheet/0101/00/nothing.yaml", home.repo.git) is None


def test_history_that_moves(home: Home) -> None:
    """Amended, reset, on another branch, and with the old commits gone: only what is in the history counts."""
    agree(home)
    home.put(sheet(1, fault="a"))
    assert agree(home) == 27
    home.git("commit", "-q", "--amend", "-m", "again")
    assert agree(home) == 27
    home.git("reset", "-q", "--hard", "HEAD~1")
    home.put(sheet(1, fault="b"))
    assert agree(home) == 27
    home.git("switch", "-q", "-c", "other", "HEAD~1")
    home.put(sheet(1, fault="c"), sheet(60))
    assert agree(home) == 28
    home.git("branch", "-q", "-D", "main")
    home.git("reflog", "expire", "--expire=now", "--all")
    home.git("gc", "-q", "--prune=now")
    home.repo.close()
    home.repo = Repository.open(home.root)
    home.fresh()
    assert agree(home) == 28


def test_merges(home: Home) -> None:
    """Each side's records by the commits of their side; what a merge made itself is left to git."""
    home.put(sheet(1, fault="a"))
    home.git("switch", "-q", "-c", "side")
    home.put(sheet(1, fault="b"), sheet(60))
    home.put(sheet(1, fault="c"))
    home.git("switch", "-q", "main")
    home.put(sheet(2, fault="d"))
    home.put(sheet(3, fault="e"))
    home.git("merge", "-q", "--no-ff", "-m", "both", "side")
    assert agree(home) == 28
    home.git("switch", "-q", "-c", "dropped", "HEAD~1")
    home.put(sheet(4, fault="lost"))
    home.git("switch", "-q", "main")
    home.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "ours", "dropped")
    assert agree(home) == 28
    made = home.index.made(home.repo.snapshot(), path_of(sheet(4)), home.repo.git)
    assert made is not None and len(made) == 1
    home.git("switch", "-q", "-c", "third", "HEAD~1")
    home.put(sheet(5, fault="f"))
    home.git("switch", "-q", "main")
    home.git("merge", "-q", "--no-ff", "--no-commit", "third")
    (home.root / path_of(sheet(6))).write_bytes(b"id: made by the merge\n")
    home.git("commit", "-q", "-a", "-m", "evil")
    assert home.index.made(home.repo.snapshot(), path_of(sheet(6)), home.repo.git) is None
    assert agree(home) == 27


def test_what_comes_back_is_left_to_git(home: Home) -> None:
    before = home.repo.snapshot().read(FIRST)
    home.put(sheet(1, fault="a"))
    home.put(raw={FIRST: before})
    assert agree(home, FIRST) == 0
    home.put(raw={SECOND: None})
    home.put(sheet(2, fault="anew"))
    assert agree(home, SECOND) == 0
    assert agree(home) == 25


def test_several_roots(home: Home) -> None:
    home.git("switch", "-q", "--orphan", "elsewhere")
    home.put(sheet(70), raw={"records/svc.yaml": b"format: 1\n"})
    home.git("switch", "-q", "main")
    home.git("merge", "-q", "--allow-unrelated-histories", "-m", "both", "elsewhere")
    assert agree(home) == 28


def test_another_process_in_between(home: Home) -> None:
    with Repository.open(home.root, durable=False) as repo:
        other = Home(home.root, repo)
        for n in range(3):
            home.put(*some(4), sheet(1, fault=str(n)))
            assert agree(home) == agree(other) > 20
