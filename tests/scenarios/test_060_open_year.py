"""Scenario 60: an open dispatch keeps its year from being bound."""

from __future__ import annotations

from typing import Any

JANUARY = "2009-01-05 09:00"


def open_year(clerk: Any) -> tuple[str, str]:
    """(service call, dispatch sheet) of 2008, still open, retention years set."""
    clerk.set("record_control.retention_years", "5")
    call, sheet = clerk.on_site()
    return str(call), str(sheet)


def test_060_refused_with_the_list(clerk: Any) -> None:
    """Bind 2008 in January 2009: refused, and everything that is open is named (4.2.9)."""
    call, sheet = clerk.look(open_year)
    said = clerk.refused(4, "bind", "2008", me="sun.li", now=JANUARY)
    assert "2008 年度还不能装订，有 2 项" in said
    assert f"  - {call}  报修登记未办结（已派工）\n" in said
    assert f"  - {sheet}  三包服务派工单未办结（已到现场）\n" in said
    assert "依据：4.2.9\n" in said
    assert "处理：办结，或结转  svc bind 2008 --carry " in said


def test_060_the_plan_says_the_same(clerk: Any) -> None:
    call, sheet = clerk.look(open_year)
    answer = clerk.svc("bind", "2008", "--plan", "-O", "json", me="sun.li", now=JANUARY)
    assert answer.code == 0
    assert {row["id"] for row in answer.json if row["what"] == "blocks"} == {call, sheet}


def test_060_with_a_reason_it_is_carried_over(clerk: Any) -> None:
    """Each open record carried over with its reason: the year is bound, they belong to a later one."""
    call, sheet = clerk.once(open_year)
    clerk.refused(2, "bind", "2008", "--carry", sheet, me="sun.li", now=JANUARY)
    for id in (call, sheet):
        answer = clerk.svc("bind", "2008", "--carry", id, "--reason", "配件在途", me="sun.li", now=JANUARY)
        assert answer.code == 0, answer.err
    for n, who in enumerate(("sun.li", "chen.jie", "zhao.qiang"), 1):
        answer = clerk.svc("bind", "2008", me=who, now=f"2009-01-05 09:0{n}")
        assert answer.code == 0, answer.err
    (volume,) = clerk.svc("volume", "list", "-O", "json", now="2009-01-06 09:00").json
    assert (volume["state"], volume["year"], volume["keep_until"]) == ("bound", 2008, "2013-12-31")
    carried = clerk.show(volume["id"], now="2009-01-06 09:00")["fields"]["carried_over"]
    assert [(item["record"], item["reason"]) for item in carried] == [(call, "配件在途"), (sheet, "配件在途")]
    plan = clerk.svc("bind", "2008", "--plan", "-O", "json", me="sun.li", now="2009-01-06 09:00").json
    assert [(row["what"], row["id"], row["why"]) for row in plan] == [
        ("carried", call, "配件在途"),
        ("carried", sheet, "配件在途"),
    ], "what the bound volume carried over blocks no supplement"


def test_060_only_what_is_open_is_carried(clerk: Any) -> None:
    call, _, _ = clerk.filed()
    said = clerk.refused(4, "bind", "2008", "--carry", call, "--reason", "配件在途", me="sun.li", now=JANUARY)
    assert "不必结转" in said


def test_060_the_compiler_does_not_check(clerk: Any) -> None:
    """Compiled and checked by two people, even where one holds both roles."""
    held = '[{"role":"records_clerk","from":"2008-01-01"},{"role":"cs_head","from":"2008-01-01"}]'
    clerk.done("advance", "sun.li", "change_roles", f"roles:={held}", me="li.min")
    clerk.filed()
    clerk.set("record_control.retention_years", "5")
    assert clerk.svc("bind", "2008", me="sun.li", now=JANUARY).code == 0
    assert "核对人不得是整理人" in clerk.refused(4, "bind", "2008", me="sun.li", now="2009-01-05 09:10")
    assert clerk.svc("bind", "2008", me="chen.jie", now="2009-01-05 09:20").code == 0
