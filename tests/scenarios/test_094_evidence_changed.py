"""Scenario 94: evidence changed after it was handed in."""

from __future__ import annotations

from typing import Any


def test_094_changed_evidence_is_found(clerk: Any) -> None:
    """One byte of the signed sheet is changed: `check` reports the digest mismatch with the record's id, exit 1."""
    _, _, report = clerk.signed()
    assert clerk.svc("check").code == 0
    paper = clerk.path(report).with_suffix("") / "signed_sheet-1.png"
    data = bytearray(paper.read_bytes())
    data[-1] ^= 1
    paper.write_bytes(bytes(data))
    answer = clerk.svc("check", report)
    assert answer.code == 1
    assert report in answer.out and "sha256" in answer.out and "已被改动" in answer.out


def test_094_committed_by_hand_it_is_still_found(clerk: Any) -> None:
    _, _, report = clerk.signed()
    paper = clerk.path(report).with_suffix("") / "signed_sheet-1.png"
    paper.write_bytes(b"another sheet")
    clerk.git("add", "-A")
    clerk.git("commit", "-qm", "by hand")
    answer = clerk.svc("check", "-O", "json")
    assert answer.code == 1
    assert any(row["rule"] == "evidence" and report in row["message"] for row in answer.json)


def test_094_missing_and_added(clerk: Any) -> None:
    _, _, report = clerk.signed()
    folder = clerk.path(report).with_suffix("")
    (folder / "signed_sheet-1.png").rename(folder / "other.png")
    out = clerk.svc("check", report).out
    assert "缺少凭证文件 signed_sheet-1.png" in out
    assert "other.png" in out
