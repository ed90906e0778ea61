"""Scenario 62: a bound volume does not change."""

from __future__ import annotations

import hashlib
from typing import Any

LATER = "2009-02-01 09:00"


def test_062_hand_edit_is_reported_with_both_digests(clerk: Any) -> None:
    """A file of the volume is edited by hand: `verify` names it, with the digest it should have and the one it has."""
    volume = clerk.bound()
    assert clerk.svc("volume", "verify", volume, now=LATER).code == 0
    path = next((clerk.root / "records" / "2008" / "dispatch").rglob("PG-*.yaml"))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(b"zhang.wei", b"liu.yangg"))
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    answer = clerk.svc("volume", "verify", volume, "-O", "json", now=LATER)
    assert answer.code == 1
    assert answer.json == [
        {
            "file": path.relative_to(clerk.root).as_posix(),
            "verdict": "changed",
            "expected": before,
            "actual": after,
        }
    ]
    text = clerk.svc("volume", "verify", volume, now=LATER)
    assert text.code == 1 and before in text.out and after in text.out and "已被改动" in text.out


def test_062_missing_and_added_files_are_reported(clerk: Any) -> None:
    volume = clerk.bound()
    paper = next((clerk.root / "records" / "2008").rglob("signed_sheet-1.png"))
    paper.rename(paper.with_name("signed_sheet-9.png"))
    found = clerk.svc("volume", "verify", volume, "-O", "json", now=LATER)
    assert found.code == 1
    verdicts = {(row["file"].rpartition("/")[2], row["verdict"]) for row in found.json}
    assert verdicts == {("signed_sheet-1.png", "missing"), ("signed_sheet-9.png", "extra")}


def test_062_every_svc_edit_is_refused(clerk: Any) -> None:
    """Whatever the action, a bound record is not edited: exit 4, its volume named."""
    volume = clerk.bound()
    report = next((clerk.root / "records" / "2008").rglob("WX-*.yaml")).stem
    sheet = next((clerk.root / "records" / "2008").rglob("PG-*.yaml")).stem
    for words in (
        ("note", report, "补记"),
        ("attach", report, f"receipt={clerk.paper}"),
        ("undo", sheet, "--reason", "误办"),
    ):
        said = clerk.refused(4, *words, now=LATER)
        assert f"已装订入 {volume}" in said, words
        assert "依据：4.2.9\n" in said
    # no action leads out of a final state anyway
    clerk.refused(4, "advance", sheet, "close", now=LATER)
    clerk.refused(4, "advance", report, "amend", "cost=1.00", "--reason", "更正", now=LATER)


def test_062_the_hand_edit_is_a_finding_of_check_too(clerk: Any) -> None:
    clerk.bound()
    assert clerk.svc("check", now=LATER).code == 0
    path = next((clerk.root / "records" / "2008" / "dispatch").rglob("PG-*.yaml"))
    path.write_bytes(path.read_bytes() + b"\n")
    answer = clerk.svc("check", now=LATER)
    assert answer.code == 1
    assert path.relative_to(clerk.root).as_posix() in answer.out


def test_062_volume_folder_stands_alone(clerk: Any) -> None:
    """The folder under volumes/ is verified as it stands, anywhere, without the repository."""
    volume = clerk.bound()
    folder = clerk.root / "volumes" / volume
    moved = folder.rename(clerk.root.parent / "shelf")
    assert clerk.svc("volume", "verify", str(moved), now=LATER).code == 0
    record = next((moved / "data").rglob("WX-*.yaml"))
    record.write_bytes(record.read_bytes() + b"#\n")
    answer = clerk.svc("volume", "verify", str(moved), now=LATER)
    assert answer.code == 1
    assert record.name in answer.out
