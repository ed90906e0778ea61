"""`svc log`: of one record, and of the repository."""

from __future__ import annotations

import subprocess
from typing import Any

SECOND = "BX-0101-26-00002-94"


def commits(world: Any) -> list[str]:
    """The commits of the repository, newest first."""
    command = ["git", "-C", str(world.root), "log", "--format=%H"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_of_a_record(company: Any) -> None:
    third, second, first = commits(company)[1:4]
    assert company.svc("log", SECOND).lines == [
        "时间              办理人  角色      动作      依据   提交      签名",
        "----------------  ------  --------  --------  -----  --------  ----",
        f"2026-03-03 14:00  王芳    接线专人  登记报修  4.2.3  {first[:8]}  -",
        f"2026-03-03 14:10  王芳    接线专人  核查三包  4.2.2  {second[:8]}  -",
        f"2026-03-03 15:30  王芳    接线专人  派工      4.2.3  {third[:8]}  -",
    ]


def test_of_a_record_as_json(company: Any) -> None:
    found = company.svc("log", SECOND, "-O", "json").json
    assert [(e["step"], e["action"], e["clause"]) for e in found] == [
        (1, "receive", "4.2.3"),
        (2, "check_warranty", "4.2.2"),
        (3, "dispatch", "4.2.3"),
    ]
    assert found[0]["commit"] == commits(company)[3]
    assert found[0]["author"] == "王芳 <wang.fang@example.com>"
    assert found[2]["within"] == "PG-0101-26-00002-10#1"
    assert found[1]["signature"] is None


def test_reasons_and_voided_steps(world: Any) -> None:
    sheet = "PG-0101-26-00001-13"
    world.done("undo", sheet, "--reason", "派错", me="zhang.wei")
    lines = world.svc("log", sheet).lines
    assert "接单（已由第 3 步作废）" in lines[3]
    assert lines[4].split()[3:5] == ["派出人员", "撤回一步"]
    assert lines[4].endswith("派错")


def test_of_the_repository(company: Any) -> None:
    newest = commits(company)[0]
    lines = company.svc("log", "--limit", "1").lines
    assert lines == [
        "时间              单据                 办理人  角色      动作      依据   提交      签名",
        "----------------  -------------------  ------  --------  --------  -----  --------  ----",
        f"2026-03-05 08:30  BX-0101-26-00003-91  王芳    接线专人  登记报修  4.2.3  {newest[:8]}  -",
    ]
    everything = company.svc("log", "--limit", "1000", "-O", "json").json
    assert [row["commit"] for row in everything] == commits(company)
    assert everything[-1]["action"] == "init"
    assert len(company.svc("log").lines) == 22


def test_of_nothing(company: Any) -> None:
    assert company.svc("log", "nothing").code == 3
    assert company.svc("log", "--limit", "0", "-O", "json").out == "[]\n"
    assert company.svc("log", "--limit", "-1").code == 2


def test_speaks_english(company: Any, english: None) -> None:
    lines = company.svc("log", SECOND).lines
    assert lines[0].split() == ["at", "who", "role", "action", "clause", "commit", "signature"]
    assert "check the warranty" in lines[3]
