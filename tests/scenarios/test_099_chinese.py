"""Scenario 99: Chinese, everywhere, as it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

SYMPTOM = "液压泵漏油，伴“异响”：𠮷號、①—℃"


def test_099_paths_names_and_output(clerk: Any) -> None:
    """A Chinese folder, Chinese file names, Chinese text in every output: unescaped and right."""
    home = clerk.root.parent / "售后 服务" / "记录库"
    home.parent.mkdir()
    shutil.move(clerk.root, home)
    clerk.folder = home
    paper = home.parent / "到达凭证（扫描）.png"
    paper.write_bytes(b"scan")
    call = clerk.intake("CG956-0001", f"fault_symptom={SYMPTOM}")
    clerk.done("advance", call, "check_warranty", "certificate_seen=是", "handbook_seen=是", me="wang.fang")
    sheet = clerk.dispatch(call, "mode=维修站上门", "assigned_to+=zhang.wei")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    words = ("--evidence", f"到达凭证={paper}")
    clerk.done("advance", sheet, "arrive", "到达时间=15:20", *words, me="zhang.wei", now="2008-03-05 16:00")
    for argv in (
        ("show", call),
        ("show", call, "-O", "json"),
        ("query", "报修登记", "-O", "json", "--fields", "fault_symptom"),
    ):
        out = clerk.svc(*argv, now="2008-03-05 17:00").out
        assert SYMPTOM in out.replace('\\"', '"'), argv
        assert "\\u" not in out
    assert clerk.svc("check", now="2008-03-05 17:00").code == 0


def test_099_yaml_is_written_plainly_and_round_trips(clerk: Any) -> None:
    """No \\u escapes in the file, and reading and writing it changes nothing."""
    from svc.store.yaml_file import dump, load

    call = clerk.intake("CG956-0001", f"fault_symptom={SYMPTOM}")
    data = clerk.path(call).read_bytes()
    assert SYMPTOM.encode() in data
    assert b"\\u" not in data and b"\\x" not in data
    assert dump(load(data, "")) == data


def test_099_commit_and_tree(clerk: Any) -> None:
    """The commit says who and what in Chinese; a register's Chinese key names its file."""
    clerk.done("create", "unit", "code=装配一厂", "name=装配一厂", "kind=plant", me="li.min")
    assert clerk.git("log", "-1", "--format=%an") == "李敏"
    assert clerk.git("log", "-1", "--format=%s") == "unit(register): 装配一厂 登记"
    (path,) = clerk.git("-c", "core.quotePath=false", "show", "--name-only", "--format=", "HEAD").splitlines()
    assert Path(path).name == "装配一厂.yaml"
    assert clerk.show("装配一厂")["id"] == "装配一厂"


def test_099_output_in_a_process_of_its_own(clerk: Any) -> None:
    """On a pipe, whatever the locale says."""
    call = clerk.intake("CG956-0001", f"fault_symptom={SYMPTOM}")
    for lang in ("C", "POSIX", "zh_CN.UTF-8"):
        answer = clerk.process("show", call, env={"LANG": lang, "LC_ALL": lang})
        assert answer.returncode == 0
        assert SYMPTOM in answer.stdout.decode("utf-8")
