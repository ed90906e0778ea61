"""Scenario 106: a limit met to the second, and an amount that is exactly the bound of a decision table.

The test procedure (tests/procedures/projects@1) is put into force and worked with by the commands alone.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADMIN = "li.min"


def adopted(clerk: Any) -> None:
    """Files beside the others, checked, committed, adopted; then somebody is given its role."""
    shutil.copytree(ROOT / "tests" / "procedures" / "projects@1", clerk.root / "schemas" / "projects@1")
    assert clerk.svc("procedure", "check", "projects@1").err == "核查 3 个文件，发现 0 处\n"
    clerk.git("add", "schemas")
    clerk.git("commit", "-qm", "projects@1")
    clerk.done("procedure", "adopt", "projects@1", "--reason", "例会决定", me=ADMIN)
    held = [{"role": role, "from": "2008-01-01"} for role in ("administrator", "service_office")]
    clerk.done("advance", ADMIN, "change_roles", f"roles:={json.dumps(held)}", me=ADMIN)


def project(clerk: Any, amount: str, *, settled: str = "10:30", city: str = "true") -> str:
    """A project taken in at ten o'clock sharp, its mode settled at `settled`."""
    clerk.me = ADMIN
    words = ("name=示例路快速公交", f"amount={amount}", f"city={city}")
    id = clerk.done("create", "project", *words, now="2008-03-05 10:00:00")
    clerk.done("advance", id, "settle", now=f"2008-03-05 {settled}")
    return str(id)


@pytest.mark.parametrize(
    ("settled", "late"),
    [("10:59:59", False), ("11:00:00", False), ("11:00:01", True), ("11:01:00", True)],
)
def test_106_sixty_minutes_and_no_seconds_are_on_time(clerk: Any, settled: str, late: bool) -> None:
    """以内 includes the limit itself: 60 min 00 s is on time, a second more is late and owes its reason."""
    clerk.once(adopted)
    id = project(clerk, "1000000.00", settled=settled)
    (clock,) = clerk.show(id, "--clocks", now="2008-03-05 12:00")["clocks"]
    assert (clock["due"], clock["met"]) == ("2008-03-05T11:00:00+08:00", f"2008-03-05T{settled}+08:00")
    assert clock["late"] is late
    assert clerk.svc("query", "project", "late", "-O", "ids", now="2008-03-05 12:00").out.split() == [id] * late
    if late:
        said = clerk.refused(4, "advance", id, "close", now="2008-03-05 12:00")
        assert "超期尚未说明原因" in said
        assert f"定方式 超期 {'1 秒' if settled.endswith('01') else '1 分钟'}" in said
    else:
        clerk.done("advance", id, "close", now="2008-03-05 12:00")


@pytest.mark.parametrize(
    ("settled", "words"),
    [("11:00:00", "2008-03-05 11:00 办到，按时"), ("11:00:01", "2008-03-05 11:00:01 办到，迟 1 秒")],
)
def test_106_explain_tells_it(clerk: Any, settled: str, words: str) -> None:
    clerk.once(adopted)
    id = project(clerk, "1000000.00", settled=settled)
    told = clerk.svc("explain", id, now="2008-03-05 12:00").out
    assert f"  定方式（3.2）：从受理时间 2008-03-05 10:00 起，1 小时，到期 2008-03-05 11:00；{words}\n" in told
    assert "    限度：1 小时，到 2008-03-05 11:00，正好到时不算迟\n" in told


@pytest.mark.parametrize(
    ("amount", "city", "mode"),
    [
        ("29999999.99", "true", "service"),
        ("30000000.00", "true", "service"),
        ("30000000.01", "true", "support"),
        ("100000000.00", "true", "support"),
        ("4.00", "true", "service"),
        ("30000000.01", "false", "service"),
    ],
)
def test_106_exactly_the_bound_is_not_over_it(clerk: Any, amount: str, city: str, mode: str) -> None:
    """超过 is strictly more, to the cent; compared as numbers, not as text."""
    clerk.once(adopted)
    id = project(clerk, amount, city=city)
    assert clerk.show(id)["fields"]["mode"] == mode
    assert clerk.svc("check").code == 0


def test_106_the_table_says_which_row_fitted(clerk: Any) -> None:
    clerk.once(adopted)
    told = clerk.svc("explain", project(clerk, "30000000.00"), now="2008-03-05 12:00").out
    assert "  服务方式（mode） = 服务提供\n    其余 → 服务提供\n" in told
    assert "      工程额：30000000.00\n" in told
    told = clerk.svc("explain", "project.mode").out
    assert "当 城市项目为是 且 工程额 > 30000000.00 → 业务支撑" in told
