"""Marks of files: what is unchanged need not be read again, and nothing that changed is ever passed over."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svc.store.asked import ABSENT, Asked, moved, name_of
from svc.store.crew import Crew
from svc.store.git import Git
from svc.store.kept_marks import keep_marks, read_marks
from svc.store.marks import UNSURE, Reading, Seen, mark_files, oid, reading, seen, walk
from svc.store.paths import oid_of
from svc.store.seeing import Before, see_again, see_all

TOPS = ("records", "reports")
SIZES = (0, 1, 5, 4096, 70_000)


@pytest.fixture(scope="module")
def rested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose files changed so long ago that the next change shows in their times."""
    root = tmp_path_factory.mktemp("rested") / "repo"
    chance = random.Random(7)
    for year in ("2025", "2026", "register"):
        for n in range(8):
            folder = root / "records" / year / f"f{n % 3}" / "00"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"R-{n}.yaml").write_bytes(b"id: %d\n" % n)
            if n % 2:
                (folder / f"R-{n}").mkdir()
                (folder / f"R-{n}" / "paper 1.jpg").write_bytes(chance.randbytes(SIZES[n % len(SIZES)]))
    (root / "records" / "empty").mkdir()
    (root / "records" / "王建国.yaml").write_bytes("名: 王建国\n".encode())
    Git(root).run(("init", "-q"))
    time.sleep(2.1)
    return root


@pytest.fixture
def kept(rested: Path, tmp_path: Path) -> Callable[[Path], Seen]:
    """Look at a work tree and keep the look beside it."""

    def look(root: Path) -> Seen:
        found = see_all(reading(root, tmp_path), TOPS, Crew(1))
        keep_marks(index_of(root), found.marks)
        return found

    return look


def copy_of(rested: Path, tmp_path: Path) -> Path:
    """A copy that has rested too."""
    root = tmp_path / "copy"
    shutil.copytree(rested, root)
    time.sleep(2.1)
    return root


def index_of(root: Path) -> Path:
    return root / ".git" / "kept"


def changed(root: Path) -> list[str] | None:
    return Asked(Git(root), index_of(root)).answer()


class TestWalk:
    def test_names_everything_once(self, tmp_path: Path) -> None:
        (tmp_path / "records/a/b").mkdir(parents=True)
        (tmp_path / "records/a/b/x.yaml").write_bytes(b"x")
        (tmp_path / "records/a/link").symlink_to("b")
        os.mkfifo(tmp_path / "records/pipe")
        found = walk(Reading(str(tmp_path)), TOPS)
        assert found.files == ["records/a/b/x.yaml"]
        assert found.odd == {"records/a/link": "link", "records/pipe": "unreadable"}
        assert found.folders == {
            **dict.fromkeys(("records", "records/a", "records/a/b"), UNSURE),
            "reports": ABSENT,
        }

    def test_a_top_may_be_a_file_or_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "records").write_bytes(b"")
        (tmp_path / "reports").symlink_to("records")
        found = walk(Reading(str(tmp_path)), TOPS)
        assert (found.files, found.odd, found.folders) == (["records"], {"reports": "link"}, {})

    def test_names_that_are_no_text(self, tmp_path: Path) -> None:
        folder = tmp_path / "records"
        folder.mkdir()
        with open(os.fsencode(folder) + b"/\xff\xfe.yaml", "wb"):
            pass
        found = walk(Reading(str(tmp_path)), TOPS)
        assert [os.fsencode(path) for path in found.files] == [b"records/\xff\xfe.yaml"]
        keep_marks(
            tmp_path / "kept", dict(zip(found.files, mark_files(Reading(str(tmp_path)), found.files), strict=True))
        )
        assert list(read_marks(tmp_path / "kept") or ()) == found.files


class TestMarks:
    @pytest.mark.parametrize("size", SIZES)
    def test_a_mark_tells_the_blob(self, tmp_path: Path, size: int) -> None:
        data = random.Random(size).randbytes(size)
        (tmp_path / "x").write_bytes(data)
        (mark,) = mark_files(Reading(str(tmp_path)), ["x"])
        assert oid(mark) == oid_of("blob", data)

    def test_what_is_no_plain_file_has_none(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to("folder")
        os.mkfifo(tmp_path / "pipe")
        names = ["folder", "link", "pipe", "gone", "bad\0name"]
        assert mark_files(Reading(str(tmp_path)), names) == [b""] * len(names)
        found = seen(walk(Reading(str(tmp_path)), ["pipe"]), [])
        assert found.odd == {"pipe": "unreadable"}

    def test_git_agrees_with_each_mark(self, rested: Path, kept: Any) -> None:
        found = kept(rested)
        assert changed(rested) == []
        assert moved(rested, found.folders, found.folders.values()) == []
        assert read_marks(index_of(rested)) == found.marks

    def test_a_file_that_just_changed_is_read_again(self, tmp_path: Path) -> None:
        """Two changes within one tick of the clock show as one: whoever looks in between must look again."""
        Git(tmp_path).run(("init", "-q"))
        (tmp_path / "records").mkdir()
        (tmp_path / "records/x").write_bytes(b"one")
        found = see_all(reading(tmp_path, tmp_path), TOPS, Crew(1))
        keep_marks(index_of(tmp_path), found.marks)
        assert changed(tmp_path) == ["records/x"]
        assert moved(tmp_path, found.folders, found.folders.values()) == ["records"]
        assert oid(found.marks["records/x"]) == oid_of("blob", b"one")


def same_size(path: Path) -> None:
    there = path.stat()
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))


def replaced(path: Path) -> None:
    there = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes()[::-1])
    os.utime(other, ns=(there.st_atime_ns, there.st_mtime_ns))
    other.rename(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"#"),
    "same size, same time": same_size,
    "put in its place": replaced,
    "gone": lambda path: path.unlink(),
    "a link": lambda path: (path.unlink(), path.symlink_to("/dev/null")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "empty": lambda path: path.write_bytes(b""),
    "made executable": lambda path: path.chmod(0o755),
}
PATH = "records/2026/f1/00/R-1.yaml"


class TestAsked:
    def test_no_change_is_passed_over(self, rested: Path, tmp_path: Path, kept: Any) -> None:
        root = copy_of(rested, tmp_path)
        paths = sorted(kept(root).marks)
        assert changed(root) == []
        expected = []
        for (what, change), path in zip(CHANGES.items(), (path for path in paths if "R-" in path), strict=False):
            change(root / path)
            expected.append(path)
            assert changed(root) == expected, what
        assert len(expected) == len(CHANGES)

    SETTINGS = (
        ("core.ignoreStat", "true"),
        ("core.trustctime", "false"),
        ("core.checkStat", "minimal"),
        ("core.fileMode", "false"),
        ("core.worktree", "/"),
        ("core.bare", "true"),
        ("core.sparseCheckout", "true"),
        ("core.fsmonitor", "true"),
        ("core.untrackedCache", "true"),
        ("core.splitIndex", "true"),
        ("core.excludesFile", "/dev/stdin"),
        ("core.ignoreCase", "true"),
        ("diff.orderFile", "/nowhere"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.relative", "true"),
        ("diff.external", "/bin/false"),
        ("filter.x.clean", "touch /nowhere/at/all"),
        ("feature.manyFiles", "true"),
        ("index.sparse", "true"),
    )

    def test_no_setting_hides_a_change(self, rested: Path, tmp_path: Path, kept: Any) -> None:
        """Whatever the repository's own configuration says, a change shows, or git says that it cannot tell."""
        root = copy_of(rested, tmp_path)
        kept(root)
        same_size(root / PATH)
        (root / ".gitattributes").write_text("* filter=x text eol=lf ident\n")
        (root / ".git/info").mkdir(exist_ok=True)
        (root / ".git/info/sparse-checkout").write_text("/nothing\n")
        (root / ".gitignore").write_text("*\n")
        config = root / ".git/config"
        plain = config.read_text()
        seen_ones = 0
        for name, value in self.SETTINGS:
            section, _, key = name.rpartition(".")
            head, _, inner = section.partition(".")
            title = f'[{head} "{inner}"]' if inner else f"[{head}]"
            config.write_text(f"{plain}{title}\n\t{key} = {value}\n")
            answer = changed(root)
            assert answer in ([PATH], None), name
            seen_ones += answer is not None
        assert seen_ones >= len(self.SETTINGS) - 2

    def test_a_damaged_look_is_none(self, rested: Path, tmp_path: Path, kept: Any) -> None:
        root = tmp_path / "copy"
        shutil.copytree(rested, root)
        kept(root)
        data = index_of(root).read_bytes()
        for damaged in (
            b"",
            data[:-1],
            data[:40],
            b"DIRC" + bytes(8),
            bytes(len(data)),
            data[:300] + b"\xff" + data[301:],
        ):
            index_of(root).write_bytes(damaged)
            assert read_marks(index_of(root)) is None
            answer = changed(root)
            assert answer is None or isinstance(answer, list)
        index_of(root).unlink()
        assert (read_marks(index_of(root)), name_of(index_of(root))) == (None, None)

    def test_a_look_is_known_by_its_name(self, rested: Path, tmp_path: Path) -> None:
        found = see_all(reading(rested, tmp_path), TOPS, Crew(1))
        name = keep_marks(tmp_path / "kept", found.marks)
        assert name == name_of(tmp_path / "kept")
        some = dict(list(found.marks.items())[1:])
        assert keep_marks(tmp_path / "kept", some) == name_of(tmp_path / "kept") != name


def wander(chance: random.Random, root: Path) -> None:
    """Some random changes to a work tree: files and folders made, changed, moved, replaced, removed."""
    records = root / "records"
    for _ in range(chance.randrange(1, 4)):
        files = sorted(path for path in records.rglob("*") if path.is_file() and not path.is_symlink())
        folders = sorted(path for path in records.rglob("*") if path.is_dir() and not path.is_symlink())
        kind = chance.randrange(9)
        place = chance.choice([records, *folders])
        if kind == 0 or not files or not folders:
            (place / f"new{chance.randrange(99)}").write_bytes(b"x")
        elif kind == 1:
            chance.choice(files).write_bytes(chance.randbytes(7))
        elif kind == 2:
            chance.choice(files).unlink()
        elif kind == 3:
            (place / f"d{chance.randrange(9)}" / "e").mkdir(parents=True, exist_ok=True)
            (place / f"d{chance.randrange(9)}" / "e").parent.mkdir(exist_ok=True)
        elif kind == 4:
            shutil.rmtree(chance.choice(folders))
        elif kind == 5:
            chance.choice(files).rename(place / f"moved{chance.randrange(99)}")
        elif kind == 6:
            source = chance.choice(folders)
            if not place.is_relative_to(source):
                source.rename(place / f"folder{chance.randrange(99)}")
        elif kind == 7:
            target = chance.choice(folders)
            shutil.rmtree(target)
            target.write_bytes(b"was a folder")
        else:
            reports = root / "reports"
            shutil.rmtree(reports) if reports.exists() else shutil.copytree(place, reports, symlinks=True)


@pytest.mark.parametrize("seed", range(25))
def test_a_second_look_sees_what_a_first_one_sees(rested: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root, aside = tmp_path / "copy", tmp_path
    shutil.copytree(rested, root)
    before: Seen | None = None
    for _ in range(4):
        wander(chance, root)
        whole = see_all(reading(root, aside), TOPS, Crew(1))
        if before is not None:
            keep_marks(index_of(root), before.marks)
            gone = moved(root, before.folders, before.folders.values())
            told = Before(before.marks, before.folders, changed(root) or [], gone)
            again = see_again(reading(root, aside), TOPS, told, Crew(1))
            assert {path: oid(mark) for path, mark in again.marks.items()} == {
                path: oid(mark) for path, mark in whole.marks.items()
            }
            assert (again.odd, again.folders.keys()) == (whole.odd, whole.folders.keys())
            assert list(again.marks) == list(whole.marks)
        before = whole
