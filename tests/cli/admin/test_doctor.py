"""`svc doctor`: each trouble with its remedy; mending never touches an edit by hand."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import svc.cli.doctor

NOW = "2026-03-06 09:00"
CUSTOMER = "records/register/customer/*/kh-001.yaml"


def git(world: Any, *args: str) -> str:
    """Plain git, as somebody at the keyboard runs it."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    return subprocess.run(
        ["git", "-C", str(world.root), *who, *args], capture_output=True, text=True, check=True
    ).stdout


def troubles(world: Any, *words: str, **how: str) -> dict[str, dict[str, str]]:
    """What is wrong, by check and file name."""
    rows = world.svc("doctor", "-O", "json", *words, now=NOW, **how).json
    return {f"{r['check']} {Path(r['where'] or '').name}".strip(): r for r in rows if r["status"] == "trouble"}


def test_all_is_well(world: Any, same: Any) -> None:
    with same(world.root):
        answer = world.svc("doctor", now=NOW)
    assert answer.code == 0
    assert [line.split() for line in answer.lines[2:]] == [
        ["git", "版本", "好"],
        ["git", "的文件", "好"],
        ["仓库状态", "好"],
        ["办理人", "好"],
        ["正在写入", "好"],
        ["git", "的锁", "好"],
        ["中断的写入", "好"],
        ["git", "索引", "好"],
        ["工作区", "好"],
        ["查询索引", "好"],
    ]


def test_who_acts(world: Any) -> None:
    assert world.svc("doctor", me="nobody@example.com", now=NOW).code == 1
    found = troubles(world, me="nobody@example.com")
    assert (
        found["identity 人员登记 git_email"]["message"] == "nobody@example.com 不在人员登记中（或已离职），不能办理。"
    )
    unnamed = world.svc("doctor", me="", now=NOW)
    assert unnamed.code == 6
    assert "git config user.email" in unnamed.out


def test_files_that_differ_are_listed_and_edits_stay(world: Any) -> None:
    edited = next(world.root.glob(CUSTOMER))
    lost = next(world.root.glob("records/register/unit/*/cs.yaml"))
    empty = next(world.root.glob("records/register/lane/*/0101.yaml"))
    edited.write_text("mine\n", "utf-8")
    lost.unlink()
    empty.write_bytes(b"")
    (world.root / "records/new.txt").write_text("x", "utf-8")
    found = troubles(world)
    name = edited.relative_to(world.root).as_posix()
    assert found["worktree kh-001.yaml"]["message"] == "有手工改动"
    assert found["worktree kh-001.yaml"]["remedy"] == f"git diff -- {name}; git checkout -- {name}"
    assert (found["worktree cs.yaml"]["message"], found["worktree cs.yaml"]["remedy"]) == (
        "工作区缺少此文件",
        "svc doctor --fix",
    )
    assert found["worktree 0101.yaml"]["message"] == "文件长度为零"
    assert found["worktree new.txt"]["remedy"] == "移走它：mv records/new.txt 别处"
    answer = world.svc("doctor", "--fix", now=NOW)
    assert answer.code == 1
    assert answer.err == "已从提交恢复 2 个文件\n"
    assert set(troubles(world)) == {"worktree kh-001.yaml", "worktree new.txt"}
    assert edited.read_text("utf-8") == "mine\n"


def test_emptied_files_of_git_are_named_and_mended(world: Any) -> None:
    tip = git(world, "rev-parse", "HEAD").strip()
    for name in ("HEAD", "index", "refs/heads/main"):
        (world.root / ".git" / name).write_bytes(b"")
    answer = world.svc("doctor", now=NOW)
    assert answer.code == 5
    for name in ("HEAD", "index", "refs/heads/main"):
        assert f"git 的文件 {name} 长度为零" in answer.out
    fixed = world.svc("doctor", "--fix", now=NOW)
    assert fixed.code == 0
    assert fixed.err == f"已修复 HEAD\n已按引用日志修复分支（{tip[:12]}）\n已从提交重建索引\n"
    assert git(world, "rev-parse", "HEAD").strip() == tip
    assert git(world, "status", "--short") == ""


def test_an_emptied_object_is_named(world: Any) -> None:
    file = next(path for path in (world.root / ".git/objects").glob("[0-9a-f][0-9a-f]/*"))
    os.chmod(file, 0o644)
    file.write_bytes(b"")
    found = world.svc("doctor", now=NOW)
    assert found.code == 5
    assert f"objects/{file.parent.name}/{file.name} 长度为零" in found.out
    assert world.svc("doctor", "--fix", now=NOW).code == 5


@pytest.mark.parametrize("damage", [b"", b"\0" * 200, b"DIRC garbage" * 20])
def test_a_damaged_index_is_made_anew(world: Any, damage: bytes) -> None:
    (world.root / ".git/index").write_bytes(damage)
    assert world.svc("doctor", now=NOW).code in (1, 5)
    assert world.svc("doctor", "--fix", now=NOW).code == 0
    assert git(world, "status", "--short") == ""


def test_what_is_staged_is_listed(world: Any) -> None:
    (world.root / "records/new.txt").write_text("x", "utf-8")
    git(world, "add", "records/new.txt")
    assert troubles(world)["index new.txt"]["remedy"] == "git restore --staged -- records/new.txt"


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "refs/heads/main.lock", "packed-refs.lock", "config.lock"])
def test_a_lock_that_nobody_holds(world: Any, name: str) -> None:
    lock = world.root / ".git" / name
    lock.write_bytes(b"")
    found = troubles(world)[f"locks {lock.name}"]
    assert found["message"].startswith(f"git 的锁 {lock.name} 无人持有，已 ")
    assert found["remedy"] == "svc doctor --unlock"
    answer = world.svc("doctor", "--unlock", now=NOW)
    assert (answer.code, answer.err) == (0, f"已去除锁 {lock.name}\n")
    assert not lock.exists()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only /proc tells who holds a file")
def test_a_lock_that_is_held_stays(world: Any) -> None:
    lock = world.root / ".git/index.lock"
    code = f"import sys; f = open({str(lock)!r}, 'w'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        answer = world.svc("doctor", "--unlock", now=NOW)
        child.stdin.close()
    assert answer.code == 1
    assert answer.err == "锁 index.lock 有人持有，未动\n"
    assert f"由进程 {child.pid} 持有" in answer.out
    assert lock.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("checkout", "-q", "--detach"), "HEAD 不在任何分支上"),
        (("bisect", "start"), "git 正在进行二分查找，请先完成"),
    ],
)
def test_states_in_which_svc_does_not_write(world: Any, words: tuple[str, ...], said: str) -> None:
    git(world, *words)
    answer = world.svc("doctor", now=NOW)
    assert answer.code == 6
    assert said in answer.out


def test_another_svc_is_writing(world: Any) -> None:
    code = (
        "import sys; from pathlib import Path; from svc.store.lock import Lock\n"
        f"lock = Lock(Path({str(world.root / '.git/svc/lock')!r})); lock.take(); print(1, flush=True); sys.stdin.read()"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(svc.cli.doctor.__file__).parents[2])}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        answer = world.svc("doctor", now=NOW)
        child.stdin.close()
    assert answer.code == 5
    assert f"另一个 svc（进程 {child.pid}）正在写入" in answer.out


def test_no_repository(svc: Any) -> None:
    assert svc("doctor").code == 6


def test_in_english(world: Any, english: None) -> None:
    next(world.root.glob(CUSTOMER)).unlink()
    assert "missing from the work tree" in world.svc("doctor", now=NOW).out
    assert world.svc("doctor", "--fix", now=NOW).err == "1 files brought back from the commit\n"


def rows_file(world: Any) -> Path:
    """The file of the index of records, which is there and up to date."""
    assert world.svc("query", "--count", now=NOW).code == 0
    (found,) = (world.root / ".git" / "svc" / "index").glob("*.db")
    return Path(found)


def _garble(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + b"garbage" * 9000)


def _forget(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM record WHERE id = 'kh-001'")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_garble, "查询用的索引已损坏"),
        (lambda path: path.write_bytes(b"?" * 5000), "查询用的索引已损坏"),
        (_forget, "查询用的索引与提交不符"),
    ],
    ids=["garbled", "no database", "not what the commit says"],
)
def test_a_damaged_index_of_records_is_named_and_made_anew(world: Any, damage: Any, said: str) -> None:
    path = rows_file(world)
    damage(path)
    found = troubles(world)
    assert {name: row["message"] for name, row in found.items()} == {"rows 1.db": said}
    assert found["rows 1.db"]["remedy"] == "svc doctor --fix"
    mended = world.svc("doctor", "--fix", now=NOW)
    assert (mended.code, mended.err) == (0, "已重建查询索引\n")
    assert world.svc("query", "customer", "-q", now=NOW).lines == ["kh-001"]
    assert troubles(world) == {}


def test_an_index_of_records_that_is_missing_is_no_trouble(world: Any) -> None:
    rows_file(world).unlink()
    assert troubles(world) == {}
    rows_file(world)
    assert troubles(world) == {}
