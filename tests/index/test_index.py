"""The index of a clone: what it says is what the commit says, whatever became of commits, branches and its own file."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from svc.domain.refusal import Refusal
from svc.index import reading, tables
from svc.index.records import BLOCK
from svc.index.world import CommitWorld
from svc.store import crew
from svc.store.repository import Repository
from tests.index.conftest import (
    ROOT,
    ZONE,
    Home,
    agree,
    entry,
    everything,
    path_of,
    sheet,
    slip,
    some,
    thing,
    volume,
)


def test_says_what_the_commit_says(home: Home) -> None:
    agree(home)
    assert home.told == [27]
    home.fresh()
    agree(home)
    assert home.told == [27], "an index that is up to date reads nothing"


def test_reads_only_what_changed(home: Home) -> None:
    agree(home)
    home.put(sheet(40, fault="新的"), thing("T-9", serial="S-9"))
    agree(home)
    home.put(sheet(1, state="shut", fault="改"))
    agree(home)
    home.put(raw={path_of(sheet(2)): None})
    agree(home)
    home.put(raw={path_of(sheet(3)).removesuffix(".yaml") + "/photo-1.jpg": b"evidence"})
    agree(home)
    home.put(raw={"schemas/x.yaml": b"a: 1\n", "records/svc.yaml": b"format: 2\n"})
    agree(home)
    assert home.told == [27, 2, 1, 0, 0, 0]


def test_moves_to_any_commit(home: Home) -> None:
    """Backwards, to another branch, and when the commit it stands at is gone from the repository."""
    first = home.repo.tip()
    agree(home)
    home.put(sheet(50, fault="甲"), raw={path_of(sheet(1)): None})
    agree(home)
    home.git("reset", "--hard", "-q", str(first))
    agree(home)
    home.git("switch", "-q", "-c", "other")
    home.put(sheet(51, fault="乙"), thing("T-1", name="另一台"))
    agree(home)
    home.git("switch", "-q", "main")
    agree(home)
    assert home.told == [27, 1, 1, 2, 1]
    home.put(sheet(52, fault="丙"))
    agree(home)
    home.git("reset", "--hard", "-q", str(first))
    home.git("reflog", "expire", "--expire=now", "--all")
    home.git("gc", "-q", "--prune=now")
    home.repo.close()
    home.repo = Repository.open(home.root)
    home.fresh()
    agree(home)


def test_read_by_several_processes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is much is read by as many processes as there are processors, to the same end."""
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    monkeypatch.setattr(crew, "processors", lambda: 3)
    home.put(raw={path_of(sheet(4)): b"broken: [", "records/2026/sheet/0101/00/lost.yaml": b"x"})
    home.fresh()
    with pytest.raises(Refusal):
        list(home.indexed().all("sheet"))
    home.put(sheet(4))
    agree(home)
    home.put(*(sheet(n, fault="又") for n in range(20, 60)))
    agree(home)
    assert home.told == [27, 1, 40]


def test_a_detached_head_and_an_empty_history(home: Home, tmp_path: Path) -> None:
    home.git("switch", "-q", "--detach")
    agree(home)
    home.git("switch", "-q", "--orphan", "empty")
    assert home.repo.tip() is None
    agree(home)


def test_past_states_are_those_of_the_commit(home: Home) -> None:
    log = [
        entry(1, "enter", "open", "2026-02-01T09:00:00+08:00", gave={"fault": "旧"}, procedure="trial@1"),
        entry(2, "amend", "open", "2026-03-01T09:00:00+08:00", gave={"fault": "新"}),
    ]
    home.put(sheet(60, log=log))
    agree(home)
    for moment in ("2026-01-15", "2026-02-15", "2026-04-01"):
        agree(home, datetime.fromisoformat(moment).replace(tzinfo=ZONE))


@pytest.mark.parametrize(
    "bytes_",
    [b"not yaml: [", b"id: x\n", b"", b"a" * 300_000, b"id: SH-0101-26-00001-00\nform: sheet\n", b"\xff\xfe"],
    ids=["broken", "shapeless", "empty", "huge", "half", "not text"],
)
def test_a_record_that_cannot_be_read_is_refused_as_ever(home: Home, bytes_: bytes) -> None:
    agree(home)
    home.put(raw={path_of(sheet(1)): bytes_})
    for world in (home.scan(), home.indexed(), home.indexed(deciding=True)):
        for ask in (lambda w: list(w.all("sheet")), lambda w: w.pointing("sheet", "thing", "T-1")):
            with pytest.raises(Refusal) as refused:
                ask(world)
            assert path_of(sheet(1)) in str(refused.value.where)
        assert [record.id for record in world.all("thing")] == [f"T-{n}" for n in range(8)]
    home.put(sheet(1, fault="mended"))
    agree(home)


def test_what_is_no_plain_file_is_refused_as_ever(home: Home) -> None:
    agree(home)
    path = path_of(sheet(1)).removesuffix(".yaml") + "/photo-1.jpg"
    blob = home.git("hash-object", "-w", "--stdin", input=b"elsewhere")
    home.git("update-index", "--add", "--cacheinfo", f"120000,{blob},{path}")
    home.git("commit", "-q", "-m", "a link")
    for world in (home.scan(), home.indexed()):
        with pytest.raises(Refusal):
            list(world.all("sheet"))
        assert len(world.all("slip")) == 5
    home.git("update-index", "--force-remove", path)
    home.git("commit", "-q", "-m", "gone")
    agree(home)


def test_what_lies_in_the_wrong_place_belongs_to_no_form(home: Home) -> None:
    data = home.repo.snapshot().read(path_of(slip(1)))
    lost = path_of(slip(1)).replace("/slip/", "/thing/")
    home.put(raw={lost: data, "records/2026/sheet/0101/00/notes.txt": b"?", "records/register/sheet/00/T.yaml": b"x"})
    agree(home)


def test_a_volume_lists_records(home: Home) -> None:
    home.put(volume(1), volume(2, tag=None), volume(3))
    ids = "\n".join(["id,x", f"{sheet(1).id},1", f"{sheet(2).id},2"])
    for n in (1, 2, 3):
        home.put(raw={f"reports/2026/{volume(n).id}/contents.csv": ids.encode()})
    agree(home)
    assert home.indexed().bound_in(sheet(1)) == volume(3).id
    home.put(raw={f"reports/2026/{volume(3).id}/contents.csv": b"\xef\xbb\xbfid\n" + sheet(2).id.encode()})
    agree(home)
    assert home.indexed().bound_in(sheet(1)) == volume(1).id


# ── damage to the file ────────────────────────────────────────────────────────────────────────────────────────────


def _sql(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()

    return damage


def _cut(size: int) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, size if size >= 0 else path.stat().st_size // 2 // 8192 * 8192)


def _other_database(path: Path) -> None:
    path.unlink()
    _sql("CREATE TABLE record(x)")(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], None]] = {
    "gone": lambda path: path.unlink(),
    "empty": _cut(0),
    "a hundred bytes": _cut(100),
    "half a page": _cut(4000),
    "one page": _cut(8192),
    "half": _cut(-1),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(50_000)),
    "text": lambda path: path.write_text("hello\n" * 1000),
    "another database": _other_database,
    "a folder": _folder,
    "another application": _sql("PRAGMA application_id = 7"),
    "another format": _sql("PRAGMA user_version = 99"),
    "other software": _sql("UPDATE meta SET value = 'svc 0' WHERE name = 'software'"),
    "no table of records": _sql("DROP TABLE record"),
    "no table of cells": _sql("DROP TABLE cell"),
    "no table of fields": _sql("DROP TABLE field"),
    "no word about itself": _sql("DELETE FROM meta"),
    "an unknown tree": _sql("UPDATE meta SET value = '" + "1" * 40 + "' WHERE name IN ('root', 'commit')"),
    "garbled bodies": _sql("UPDATE body SET json = x'7b7d'"),
    "bodies of no record": _sql("UPDATE body SET json = x'7b7d', sum = 2745614147"),
    "no bodies": _sql("DELETE FROM body"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("moved", [False, True], ids=["as it was", "a commit later"])
def test_a_damaged_file_is_made_anew_or_left_aside(home: Home, damage: str, moved: bool) -> None:
    agree(home)
    home.index.close()
    DAMAGES[damage](home.database())
    if moved:
        home.put(sheet(1, state="shut", fault="改"), sheet(70))
    home.fresh()
    agree(home)
    home.fresh()
    agree(home)


@pytest.mark.parametrize("seed", range(30))
def test_garbage_in_single_pages_never_shows(home: Home, seed: int) -> None:
    """Pages overwritten as a failing disk does it: found out, or never asked."""
    agree(home)
    home.index.close()
    dice, path = random.Random(seed), home.database()
    pages = path.stat().st_size // 8192
    with path.open("r+b") as file:
        for page in dice.sample(range(pages), 1 + seed % 4):
            file.seek(page * 8192)
            file.write(dice.randbytes(8192))
    home.fresh()
    agree(home)


def test_damage_met_while_reading(home: Home) -> None:
    """The file is garbled after it was opened: what was asked is answered by the commit, and the file is gone."""
    world = home.indexed()
    assert world.rows is not None
    _sql("UPDATE body SET json = x'00'")(home.database())
    home.fresh()
    world = home.indexed()
    assert len(world.all("sheet")) == 11
    assert home.index.files.newest() is None
    agree(home)


def test_where_nothing_can_be_written_the_commit_is_asked(home: Home) -> None:
    (home.repo.own / "index").write_bytes(b"in the way")
    agree(home)
    assert home.told == []


def test_without_full_text_search(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SEARCH", "CREATE VIRTUAL TABLE gram USING no_such_module(x)")
    agree(home)
    home.put(sheet(1, state="shut", fault="改"), sheet(70))
    agree(home)
    assert home.told == [27, 2]


# Python itself may lie where only root reads: what is needed is imported first, then the rights go.
READ_ONLY = """
import csv, os, sqlite3, sys, yaml
sys.path.insert(0, sys.argv[2])
from tests.index.conftest import Home, everything
from svc.store.repository import Repository
from pathlib import Path
if os.geteuid() == 0:
    os.setuid(65534)
home = Home(Path(sys.argv[1]), Repository.open(Path(sys.argv[1])))
assert everything(home.indexed()) == everything(home.scan())
print(home.told, home.indexed().rows)
"""


@pytest.mark.parametrize("made", [False, True], ids=["without an index", "with one"])
def test_a_read_only_repository(home: Home, made: bool) -> None:
    """Somebody who may read and not write: an auditor's copy."""
    if made:
        agree(home)
    home.index.close()
    place = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(home.root, place / "home", symlinks=True)
        (place / "config").write_text("[safe]\n\tdirectory = *\n")
        for folder, _, files in os.walk(place):
            os.chmod(folder, 0o555)
            for name in files:
                os.chmod(os.path.join(folder, name), 0o444)
        env = {**os.environ, "GIT_CONFIG_GLOBAL": str(place / "config"), "HOME": str(place)}
        command = [sys.executable, "-c", READ_ONLY, place / "home", ROOT]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        assert (done.stdout, done.stderr) == ("[] None\n", "")
    finally:
        subprocess.run(["chmod", "-R", "u+w", place], check=True)
        shutil.rmtree(place)


def test_some_records_in_the_order_asked_for(home: Home) -> None:
    """By rows and by the commit alike; what is not there is passed over, more than one block of them."""
    names = [(form, record.id) for form in ("slip", "thing", "sheet") for record in home.scan().all(form)]
    asked = [*reversed(names), ("thing", "T-none"), ("sheet", "no number"), *names] * 20
    there = [*reversed(names), *names] * 20
    assert len(asked) > BLOCK
    for world in (home.scan(), home.indexed()):
        assert [(record.form, record.id) for record in world.each(asked)] == there


# ── several processes ─────────────────────────────────────────────────────────────────────────────────────────────

READER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.index.conftest import Home
from svc.store.repository import Repository
for turn in range(int(sys.argv[3])):
    with Repository.open(Path(sys.argv[1])) as repo:
        home = Home(Path(sys.argv[1]), repo)
        indexed, scan = home.indexed(), home.scan()
        scan.snapshot = indexed.snapshot
        for form in ("thing", "sheet", "slip"):
            assert [r.to_dict() for r in indexed.all(form)] == [r.to_dict() for r in scan.all(form)], form
        ids = [r.id for r in scan.all("sheet") if r.fields.get("fault") == "甲"]
        assert [r.id for r in indexed.valued("sheet", "fault", "甲")] == ids, (ids, turn)
        home.index.close()
"""


def _start(home: Home, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", READER, str(home.root), str(ROOT), str(turns)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_several_processes_at_once(home: Home) -> None:
    """Four readers, each bringing the index up to date for itself, while commits are made and branches change."""
    readers = [_start(home, 12) for _ in range(4)]
    n = 100
    while any(reader.poll() is None for reader in readers):
        home.put(sheet(n, fault="甲"), sheet(n - 1, fault="乙"), raw={path_of(sheet(n - 5)): None} if n > 105 else None)
        if n % 7 == 0:
            home.git("reset", "--hard", "-q", "HEAD~2")
        n += 1
    assert [reader.communicate()[1] for reader in readers] == [""] * 4
    home.fresh()
    agree(home)
    assert len([name for name in os.listdir(home.repo.own / "index") if name.endswith(".db")]) == 1


def test_two_work_trees_on_two_branches(home: Home, tmp_path: Path) -> None:
    """Both share the index of their clone; each sees its own branch, at the same time."""
    home.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    with Repository.open(tmp_path / "side", durable=False) as repo:
        side = Home(tmp_path / "side", repo)
        side.put(sheet(80, fault="旁"))
        assert side.database() == home.database() if home.index.files.newest() else True
        for _ in range(2):
            agree(side)
            agree(home)
        assert {record.id for record in side.indexed().all("sheet")} != {r.id for r in home.indexed().all("sheet")}


def test_a_reader_keeps_its_commit(home: Home) -> None:
    """While it goes on reading, others move the index on: it still sees what it began with."""
    world = home.indexed()
    before = everything(home.scan())
    assert len(world.all("sheet")) == 11
    with Repository.open(home.root, durable=False) as repo:
        other = Home(home.root, repo)
        other.put(sheet(90), thing("T-1", name="改"), raw={path_of(sheet(2)): None})
        agree(other)
    assert everything(world) == before


def test_one_that_waits_too_long_asks_the_commit(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from svc.index import database

    monkeypatch.setattr(database, "BUSY_WAIT", 0.1)
    agree(home)
    home.put(sheet(95))
    home.fresh()
    with sqlite3.connect(home.database(), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        agree(home)
        other.execute("ROLLBACK")
    other.close()
    assert home.told == [27]
    home.fresh()
    agree(home)
    assert home.told == [27, 1]


def test_a_maker_that_was_killed_leaves_nothing_in_the_way(home: Home) -> None:
    agree(home)
    folder = home.repo.own / "index"
    (folder / "made-1").write_bytes(b"half")
    (folder / "made-1-journal").write_bytes(b"half")
    home.index.renew(home.repo.snapshot())
    assert sorted(name.partition("-")[0] for name in os.listdir(folder)) == ["2.db", "lock"]
    agree(home)


def test_killed_at_any_moment(make_home: Callable[..., Home]) -> None:
    """A process that is killed while it makes or refreshes the index leaves one that is right, or none."""
    home = make_home(some(60))
    dice = random.Random(5)
    for turn in range(12):
        reader = _start(home, 1)
        time.sleep(dice.uniform(0.15, 0.6))
        reader.send_signal(signal.SIGKILL)
        reader.communicate()
        home.fresh()
        world: CommitWorld = home.indexed()
        assert everything(world)["sheet"] == everything(home.scan())["sheet"]
        home.index.close()
        if turn % 3 == 0:
            home.index.condemn()
        home.put(sheet(200 + turn))
