"""`svc attach`: evidence beside the course of a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NOW = "2026-03-06 09:00"


def paper(tmp_path: Path, name: str = "回执.JPG") -> str:
    """A file to hand in."""
    path = tmp_path / name
    path.write_bytes(b"\xff\xd8\xff picture")
    return str(path)


def test_a_file_is_added_and_the_state_stays(world: Any, tmp_path: Path) -> None:
    answer = world.svc("attach", "customer/kh-001", f"文件正本={paper(tmp_path)}", me="zhang.wei", now=NOW)
    assert (answer.code, answer.out) == (0, "kh-001 active\n")
    record = world.svc("show", "customer/kh-001", "-O", "json", now=NOW).json
    (item,) = record["evidence"]
    assert (item["kind"], item["file"], item["step"], item["by"]) == ("document", "document-1.jpg", 2, "zhang.wei")
    assert world.svc("check", now=NOW).code == 0
    world.done("attach", "customer/kh-001", f"document={paper(tmp_path, 'x')}", "--at", "昨天 15:20", now=NOW)
    assert world.svc("check", now=NOW).code == 0


def test_refusals(world: Any, tmp_path: Path, same: Any) -> None:
    gone = tmp_path / "gone.jpg"
    link = tmp_path / "link.jpg"
    link.symlink_to(paper(tmp_path))
    with same(world.root):
        none = world.svc("attach", "customer/kh-001", now=NOW)
        kind = world.svc("attach", "customer/kh-001", f"documnt={paper(tmp_path)}", now=NOW)
        missing = world.svc("attach", "customer/kh-001", f"document={gone}", now=NOW)
        linked = world.svc("attach", "customer/kh-001", f"document={link}", now=NOW)
        good = f"document={paper(tmp_path)}"
        future = world.svc("attach", "customer/kh-001", good, "--at", "2027-01-01 10:00", now=NOW)
        dry = world.svc("attach", "customer/kh-001", good, "-n", now=NOW)
    assert (none.code, none.err.splitlines()[0]) == (2, "错误：缺少 种类=文件…。")
    assert kind.code == 2
    assert kind.err.startswith("错误：没有这种凭证：documnt=")
    assert "  - 是否指 document\n" in kind.err
    remedy = "  处理：给出文件本身  --evidence document=文件\n"
    assert missing.code == 6
    assert missing.err == f"错误：读不到文件：没有这个文件。\n  位置：{gone}\n{remedy}"
    assert linked.code == 4
    assert linked.err == f"错误：凭证须是普通文件，不能是链接、文件夹或设备。\n  位置：{link}\n{remedy}"
    assert (future.code, future.err.splitlines()[0]) == (4, "错误：时间在将来。")
    assert dry.code == 0
