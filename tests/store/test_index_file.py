"""Git's index after a deed: others' entries kept, damage mended, git agrees with every byte."""

from __future__ import annotations

import os
import random
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from svc.store.index_bytes import OTHER, Index, sound, whole
from svc.store.repository import Repository
from tests.store.conftest import AUTHOR, RECORD, WHEN, Run, write

NEW = "records/2026/dispatch/0101/00/PG-2.yaml"


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip_path(data: bytes) -> bytes:
    return data.replace(b"records/svc.yaml", b"records/svd.yaml")


DAMAGES: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"",
    cut,
    lambda data: bytes(len(data)),
    lambda data: b"XIRC" + data[4:],
    lambda data: data[:4] + struct.pack(">L", 9) + data[8:],
    lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
    flip_path,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_mended_from_the_commit(repo: Repository, git: Run, damage: Callable[[bytes], bytes]) -> None:
    index = repo.git_dir / "index"
    index.write_bytes(damage(index.read_bytes()))
    write(repo, {NEW: b"a: b\n"})
    assert git("status", "--porcelain") == ""
    assert git("ls-tree", "-r", "--name-only", "HEAD").split() == [
        ".gitattributes",
        RECORD,
        NEW,
        "records/svc.yaml",
        "schemas/x@1/procedure.yaml",
    ]


def test_missing_index_is_made(repo: Repository, git: Run) -> None:
    (repo.git_dir / "index").unlink()
    write(repo, {NEW: b"a: b\n"})
    assert git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "settings",
    [("index.version", "4"), ("core.splitIndex", "true"), ("index.skipHash", "true"), ("core.untrackedCache", "true")],
)
def test_other_kinds_of_index_work(repo: Repository, git: Run, settings: tuple[str, str]) -> None:
    git("config", *settings)
    if settings[0] == "index.version":
        git("update-index", "--index-version", "4")
    if settings[0] == "core.splitIndex":
        git("update-index", "--split-index")
    if settings[0] == "core.untrackedCache":
        git("update-index", "--untracked-cache")
    (repo.root / "staged").write_text("x\n")
    git("add", "staged")
    assert git("status", "--porcelain") == "A  staged\n"
    write(repo, {NEW: b"a: b\n", RECORD: None})
    assert git("status", "--porcelain") == "A  staged\n"


def test_keeps_conflicts_and_intents_of_others(repo: Repository, git: Run) -> None:
    oid = git("rev-parse", f"HEAD:{RECORD}").strip()
    lines = "".join(f"100644 {oid} {stage}\tconflict.txt\n" for stage in (1, 2, 3))
    git("update-index", "--index-info", input=lines)
    (repo.root / "intent").touch()
    git("add", "--intent-to-add", "intent")
    before = git("ls-files", "-s").splitlines()
    write(repo, {NEW: b"a: b\n"})
    assert [line for line in git("ls-files", "-s").splitlines() if NEW not in line] == before


def test_change_in_the_same_second_is_seen(repo: Repository, git: Run) -> None:
    """A file edited right after git looked keeps its doubt when we write the index again."""
    for n in range(10):
        (repo.root / "notes").write_text(f"{n}\n")
        git("add", "notes")
        (repo.root / "notes").write_text(f"{n + 1}\n")
        write(repo, {NEW: b"a: %d\n" % n})
        assert git("status", "--porcelain") == "AM notes\n"


def test_edits_agree_with_git(tmp_path: Path) -> None:
    """Random sets and removals, git and this module side by side, cached trees valid and asked for after each."""
    chance = random.Random(7)
    folder = tmp_path / "r"
    subprocess.run(["git", "init", "-q", folder], check=True)
    oids = [
        subprocess.run(
            ["git", "-C", folder, "hash-object", "-w", "--stdin"], input=text, capture_output=True, check=True
        ).stdout.decode().strip()
        for text in (b"1", b"2")
    ]  # fmt: skip

    def git(*args: str, input: str = "") -> str:
        done = subprocess.run(["git", "-C", folder, *args], input=input, capture_output=True, text=True, check=True)
        return done.stdout

    mirror: dict[str, str] = {}
    index = folder / ".git/index"
    git("update-index", "--add", "--cacheinfo", f"100644,{oids[0]},first")
    mirror["first"] = oids[0]
    for turn in range(60):
        names = [
            f"{chance.choice('ab')}/{chance.choice('cd')}x{chance.randrange(9)}/{'n' * chance.randrange(1, 9)}"
            for _ in range(4)
        ]
        changes: dict[str, str | None] = {name: chance.choice([*oids, None]) for name in names}
        parsed = Index.parse(index.read_bytes())
        assert parsed is not None
        assert {name: parsed.get(name) for name in names} == {name: mirror.get(name) for name in names}
        pieces = parsed.edited(changes)
        assert pieces is not None
        edited = whole(pieces)
        assert sound(edited)
        index.write_bytes(edited)
        for name, oid in changes.items():
            mirror.pop(name, None)
            if oid is not None:
                mirror[name] = oid
        listed = {row.split("\t")[1]: row.split()[1] for row in git("ls-files", "-s").splitlines()}
        assert listed == mirror
        tree = git("write-tree").strip()
        if turn % 2:
            git("fsck", "--strict")
        (folder / ".git/other").unlink(missing_ok=True)
        lines = "".join(f"100644 {oid}\t{name}\n" for name, oid in mirror.items())
        environment = {**os.environ, "GIT_INDEX_FILE": str(folder / ".git/other")}
        command = ["git", "-C", folder, "update-index", "--add", "--index-info"]
        subprocess.run(command, input=lines, text=True, check=True, env=environment)
        fresh = subprocess.run(
            ["git", "-C", folder, "write-tree"], capture_output=True, text=True, check=True, env=environment
        )
        assert fresh.stdout.strip() == tree


def large(folder: Path, chance: random.Random) -> tuple[dict[str, str], list[str]]:
    """An index of some thousand entries with names that look like parts of an index; what it holds."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    blobs = ["0" * 39 + "1", "a" * 40]
    odd = ["TREE", "x" * 300, "REUC", "DIRC-0002", "0", "00", "中文"]
    names = {
        f"records/20{year}/{form}/{lane}/{n // 100:02}/{chance.choice(odd)}-{n:05}.yaml"
        for year in (24, 25, 26)
        for form in ("intake", "TREE")
        for lane in ("0101", "2026")
        for n in chance.sample(range(900), 300)
    }
    held = {name: chance.choice(blobs) for name in names}
    lines = "".join(f"{chance.choice(['100644', '100755'])} {oid}\t{name}\n" for name, oid in held.items())
    subprocess.run(["git", "-C", folder, "update-index", "--index-info"], input=lines, text=True, check=True)
    subprocess.run(["git", "-C", folder, "write-tree", "--missing-ok"], capture_output=True, check=True)
    return held, blobs


def test_large_indexes_are_searched_and_edited_in_place(tmp_path: Path) -> None:
    chance = random.Random(7)
    held, blobs = large(tmp_path, chance)
    index = tmp_path / ".git/index"
    assert index.stat().st_size > 300_000
    for _ in range(40):
        parsed = Index.parse(index.read_bytes())
        assert parsed is not None
        known = chance.sample(sorted(held), 5)
        new = [f"records/20{chance.randrange(23, 28)}/intake/0101/{chance.randrange(10):02}/n-{chance.random()}.yaml"]
        new += [name + ".z" for name in known[:2]] + ["a", "zz/z"]
        assert [parsed.get(name) for name in new] == [held.get(name) for name in new]
        assert {parsed.get(name) for name in known} <= {*blobs, OTHER}
        changes: dict[str, str | None] = {name: chance.choice([*blobs, None]) for name in known + new}
        pieces = parsed.edited(changes)
        assert pieces is not None
        index.write_bytes(whole(pieces))
        held = {name: oid for name, oid in {**held, **changes}.items() if oid}
        listed = subprocess.run(
            ["git", "-C", tmp_path, "ls-files", "-s", "-z"], capture_output=True, check=True
        ).stdout.decode()
        assert {row.split("\t")[1]: row.split()[1] for row in listed.split("\0") if row} == held
        kept = subprocess.run(["git", "-C", tmp_path, "write-tree", "--missing-ok"], capture_output=True, check=True)
        fresh = listed
        other = {**os.environ, "GIT_INDEX_FILE": str(tmp_path / "other")}
        (tmp_path / "other").unlink(missing_ok=True)
        command = ["git", "-C", tmp_path, "update-index", "-z", "--index-info"]
        subprocess.run(command, input=fresh.encode(), check=True, env=other)
        anew = subprocess.run(
            ["git", "-C", tmp_path, "write-tree", "--missing-ok"], capture_output=True, check=True, env=other
        )
        assert kept.stdout == anew.stdout


def test_a_file_where_a_folder_belongs_is_left_to_git(repo: Repository, git: Run) -> None:
    parsed = Index.parse((repo.git_dir / "index").read_bytes())
    assert parsed is not None
    oid = "1" * 40
    assert parsed.edited({"records/svc.yaml/below": oid}) is None
    assert parsed.edited({"records": oid}) is None
    assert parsed.get("records") is None
    git("update-index", "--chmod=+x", RECORD)
    parsed = Index.parse((repo.git_dir / "index").read_bytes())
    assert parsed is not None and parsed.get(RECORD) == OTHER


def test_waits_for_nobody_who_holds_the_index(repo: Repository, git: Run) -> None:
    """A living git keeps index.lock: the deed counts, the entry follows with the next one."""
    lock = repo.git_dir / "index.lock"
    lock.write_bytes(b"")
    write(repo, {NEW: b"a: 1\n"})
    write(repo, {RECORD: b"a: 2\n", NEW: b"a: 3\n"})
    assert lock.exists()
    assert (repo.root / NEW).read_bytes() == b"a: 3\n"
    lock.unlink()
    assert git("status", "--porcelain") != ""
    assert repo.heal() == []
    assert git("status", "--porcelain") == ""
    assert not (repo.git_dir / "svc/pending.json").exists()


def test_own_stale_lock_goes(repo: Repository, git: Run) -> None:
    lock = repo.git_dir / "index.lock"
    lock.symlink_to("svc index lock, process 1")
    write(repo, {NEW: b"a: 1\n"})
    lock.write_text("svc index lock, process 1")
    write(repo, {NEW: b"a: 2\n"})
    assert not lock.is_symlink() and not lock.exists()
    assert git("status", "--porcelain") == ""


def test_git_cannot_take_the_index_from_us(repo: Repository, git: Run) -> None:
    (repo.git_dir / "index.lock").symlink_to("svc index lock, process 1")
    (repo.root / "x").touch()
    assert "x" not in git("add", "x", ok=False) and git("ls-files", "x") == ""


def test_new_entry_of_a_file_edited_by_hand_shows_the_edit(repo: Repository, git: Run) -> None:
    (repo.root / NEW).write_text("by hand")
    with repo.writing() as writer:
        writer.commit({NEW: b"by deed"}, message="m", author=AUTHOR, when=WHEN)
        assert len(writer.warnings) == 1
    assert git("status", "--porcelain") == f" M {NEW}\n"
