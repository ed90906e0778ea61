"""`svc check`: everything that stands in the work tree or the index, whatever it is."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import svc.cli.check  # noqa: F401 - so that `english` finds it

NOW = "2026-03-06 09:00"
CUSTOMER = "records/register/customer/*/kh-001.yaml"


def one(world: Any, pattern: str) -> Path:
    """The one file of a pattern."""
    (found,) = world.root.glob(pattern)
    return Path(found)


def name(world: Any, path: Path) -> str:
    """A path below the repository."""
    return path.relative_to(world.root).as_posix()


def git(world: Any, *args: str) -> str:
    """Plain git, as somebody at the keyboard runs it."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    return subprocess.run(
        ["git", "-C", str(world.root), *who, *args], capture_output=True, text=True, check=True
    ).stdout


def test_a_sound_repository(world: Any, same: Any) -> None:
    with same(world.root):
        answer = world.svc("check", now=NOW)
    count = len([p for p in world.root.glob("records/**/*.yaml") if p.name != "svc.yaml"])
    assert (answer.code, answer.out, answer.err) == (0, "", f"核查 {count} 份记录，未发现问题\n")


def test_an_edit_by_hand_is_found_at_its_line(world: Any, same: Any) -> None:
    file = one(world, CUSTOMER)
    text = file.read_text("utf-8")
    line = text.split("\n").index("  name: 示例建筑公司") + 1
    file.write_text(text.replace("  name: 示例建筑公司", "  name: 别家公司", 1), "utf-8")
    with same(world.root):
        answer = world.svc("check", now=NOW)
    path = name(world, file)
    assert answer.code == 1
    assert answer.out == (
        f"{path}:{line}: 与提交不一致（手工改动） [worktree]\n{path}:{line}: fields.name: 与日志不符 [fold]\n"
    )
    assert answer.err.endswith("发现 2 处\n")


def test_untracked_missing_and_stray_files(world: Any) -> None:
    file = one(world, CUSTOMER)
    stray, copy = world.root / "records/note.txt", file.with_name("kh-002.yaml")
    stray.write_text("x", "utf-8")
    (world.root / ".git/info").mkdir(exist_ok=True)
    (world.root / ".git/info/exclude").write_text("*.txt\n", "utf-8")
    os.rename(file, copy)
    answer = world.svc("check", now=NOW)
    assert answer.code == 1
    assert f"{name(world, file)}:1: 工作区缺少此文件 [worktree]\n" in answer.out
    assert f"{name(world, copy)}:1: 不在提交里（未入库） [worktree]\n" in answer.out
    assert f"{name(world, copy)}:1: 既不是记录（位置与编号不符），也不属于任何记录 [place]\n" in answer.out
    assert "records/note.txt:1: 不在提交里（未入库） [worktree]\n" in answer.out
    assert "fields.customer: 所指的 kh-001 不存在 [link]\n" in answer.out


def test_evidence_is_hashed_as_it_stands(world: Any) -> None:
    file = min(world.root.glob("records/**/certificate-1.pdf"))
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(b"another certificate")
    after = hashlib.sha256(b"another certificate").hexdigest()
    answer = world.svc("check", "-O", "json", now=NOW)
    id = file.parent.name  # a name that needs no escape
    assert answer.code == 1
    (found,) = [item for item in answer.json if item["rule"] == "evidence"]
    assert found["field"] == "evidence.0.sha256"
    assert found["message"] == f"{id} 的凭证 certificate-1.pdf 已被改动：应为 {before}，现为 {after}"
    assert found["line"] > 1


HOSTILE = {
    "empty": b"",
    "not utf-8": b"\xff\xfe\x00",
    "deep": b"a: " + b"[" * 200_000,
    "anchors": b"a: &x [1]\nb: *x\n",
    "a tag": b"a: !!python/object/apply:os.system [id]\n",
    "huge": b"a: " + b"x" * 300_000,
    "duplicate keys": b"id: x\nid: y\n",
    "a list": b"- 1\n",
    "control characters": b"id: \x1b[31m\n",
    "wrong types": b"id: 1\nform: customer\nprocedure: chenggong@1\nstate: []\nfields: 3\nlog: {}\n",
    "no log": b"id: kh-001\nform: customer\nprocedure: chenggong@1\nstate: active\nfields: {}\nlog: []\n",
    "no form": b"id: kh-001\nform: ../../x\nprocedure: x\nstate: active\nfields: {}\nlog: [1]\n",
    "a bomb of numbers": b"a: " + b"9" * 5000 + b"\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("pattern", [CUSTOMER, "records/register/person/*/wang.fang.yaml"])
def test_no_file_stops_the_check(world: Any, content: bytes, pattern: str) -> None:
    file = one(world, pattern)
    file.write_bytes(content)
    answer = world.svc("check", now=NOW)
    assert answer.code == 1, answer.err
    assert f"{name(world, file)}:" in answer.out
    assert "Traceback" not in answer.err and "软件内部出错" not in answer.err
    assert "\x1b" not in answer.out


def test_what_is_no_plain_file_is_named_and_not_followed(world: Any) -> None:
    os.mkfifo(world.root / "records/pipe")
    (world.root / "records/link").symlink_to("svc.yaml")
    answer = world.svc("check", now=NOW)
    assert "records/pipe:1: 不是可用的普通文件：不是普通文件，或读不出 [file]\n" in answer.out
    assert "records/link:1: 不是可用的普通文件：符号链接 [file]\n" in answer.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 2\n", "records/svc.yaml:1: format: “format”只能是 1，现为 2 [schema]\n"),
        ("format: [\n", "[yaml]\n"),
        ("format: 1\nprocedures: [nothing@1]\n", "[site]\n"),
        ("# a comment\nformat: 1\n", "[canonical]\n"),
    ],
)
def test_the_mark_of_the_repository_is_checked(world: Any, text: str, said: str) -> None:
    (world.root / "records/svc.yaml").write_text(text, "utf-8")
    answer = world.svc("check", now=NOW)
    assert answer.code == 1
    assert said in answer.out


def test_schemas_edited_by_hand_and_broken(world: Any) -> None:
    flow = world.root / "schemas/chenggong@1/customer.flow.yaml"
    flow.write_text("form: [\n", "utf-8")
    answer = world.svc("check", now=NOW)
    assert answer.code == 1
    assert "schemas/chenggong@1/customer.flow.yaml:1: 与提交不一致（手工改动） [worktree]\n" in answer.out
    assert "[yaml]\n" in answer.out


def test_another_spelling_is_not_canonical(world: Any) -> None:
    file = one(world, CUSTOMER)
    text = file.read_text("utf-8")
    file.write_text(text.replace("  name: 示例建筑公司\n", '  name: "示例建筑公司"\n', 1), "utf-8")
    git(world, "commit", "-qam", "x")
    line = text.split("\n").index("  name: 示例建筑公司") + 1
    answer = world.svc("check", "kh-001", now=NOW)
    assert answer.out == f"{name(world, file)}:{line}: 不是规范写法 [canonical]\n"


def test_only_what_is_asked_for(world: Any) -> None:
    one(world, CUSTOMER).write_bytes(b"x")
    assert world.svc("check", "unit/cs", now=NOW).code == 0
    assert world.svc("check", "kh-001", now=NOW).code == 1
    assert world.svc("check", "records/register/unit", now=NOW).code == 0
    assert world.svc("check", str(world.root / "records/register/customer"), now=NOW).code == 1
    gone = world.svc("check", "records/nothing", now=NOW)
    assert gone.code == 3


def test_staged_and_since_a_commit(world: Any) -> None:
    file = one(world, CUSTOMER)
    text = file.read_text("utf-8")
    file.write_text(text.replace("示例建筑公司", "别家公司", 1), "utf-8")
    git(world, "add", "records")
    file.write_text(text, "utf-8")
    assert world.svc("check", now=NOW).code == 0
    staged = world.svc("check", "--staged", now=NOW)
    assert staged.code == 1 and "[fold]" in staged.out and "[worktree]" not in staged.out
    git(world, "commit", "-qm", "x")
    git(world, "checkout", "-q", "--", ".")
    changed = world.svc("check", "--base", "HEAD~1", now=NOW)
    assert (changed.code, changed.err) == (1, "核查 1 份记录，发现 1 处\n")
    assert world.svc("check", "--base", "HEAD", now=NOW).err == "核查 0 份记录，未发现问题\n"
    assert world.svc("check", "--base", "nothing", now=NOW).code == 3


def test_bound_records_stand_as_the_manifest_lists_them(world: Any) -> None:
    file = one(world, CUSTOMER)
    folder = world.root / "reports/2026/ND-0101-26-00001-51"
    folder.mkdir(parents=True)
    found, wrong = hashlib.sha256(file.read_bytes()).hexdigest(), "0" * 64
    lines = f"{wrong}  {name(world, file)}\n{wrong}  records/2026/gone.yaml\n"
    (folder / "manifest-sha256.txt").write_text(lines, "utf-8")
    git(world, "add", "reports")
    git(world, "commit", "-qm", "x")
    manifest = "reports/2026/ND-0101-26-00001-51/manifest-sha256.txt"
    assert world.svc("check", now=NOW).out == (
        f"records/2026/gone.yaml:1: 已装订（{manifest}）而缺失：应为 {wrong} [bound]\n"
        f"{name(world, file)}:1: 已装订（{manifest}）而被改动：应为 {wrong}，现为 {found} [bound]\n"
    )


def test_formats(world: Any) -> None:
    one(world, CUSTOMER).write_bytes(b"")
    listed = world.svc("check", "-O", "ndjson", now=NOW)
    keys = ["file", "line", "field", "message", "rule"]
    assert [list(json.loads(line)) for line in listed.lines] == [keys] * len(listed.lines)
    assert world.svc("check", "-O", "csv", now=NOW).lines[0] == "file,line,field,message,rule"


def test_in_english(world: Any, english: None) -> None:
    one(world, CUSTOMER).unlink()
    answer = world.svc("check", "kh-001", "records/register/customer", now=NOW)
    assert "is missing from the work tree [worktree]" in answer.out or answer.code == 3
    answer = world.svc("check", "records/register/customer", now=NOW)
    assert answer.out.endswith(": is missing from the work tree [worktree]\n")
    assert answer.err == "0 records checked, 1 findings\n"
