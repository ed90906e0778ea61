"""Scenario 89: somebody's unrelated change is left alone."""

from __future__ import annotations

from typing import Any


def test_089_only_the_records_files_are_committed(clerk: Any) -> None:
    """Changed, new and staged files of others: the deed's commit holds its own files only, the others stay as they are."""
    other = next((clerk.root / "records" / "register" / "customer").rglob("C1.yaml"))
    other.write_bytes(other.read_bytes() + b"# by hand\n")
    (clerk.root / "notes.txt").write_text("mine\n", "utf-8")
    staged = clerk.root / "staged.txt"
    staged.write_text("staged\n", "utf-8")
    clerk.git("add", "staged.txt")
    call = clerk.intake()
    assert clerk.git("show", "--name-only", "--format=", "HEAD").splitlines() == [
        clerk.path(call).relative_to(clerk.root).as_posix()
    ]
    status = set(clerk.git("status", "--porcelain").splitlines())
    assert {line.strip() for line in status} == {
        "M " + other.relative_to(clerk.root).as_posix(),
        "?? notes.txt",
        "A  staged.txt",
    }
    assert other.read_bytes().endswith(b"# by hand\n")


def test_089_evidence_goes_with_its_record(clerk: Any) -> None:
    """The files of one deed: the record and the paper handed in, nothing else."""
    (clerk.root / "scratch").mkdir()
    (clerk.root / "scratch" / "x.txt").write_text("x", "utf-8")
    _, _, report = clerk.signed()
    names = clerk.git("show", "--name-only", "--format=", "HEAD").splitlines()
    record = clerk.path(report).relative_to(clerk.root).as_posix()
    assert sorted(names) == sorted([record, record.removesuffix(".yaml") + "/signed_sheet-1.png"])


def test_089_a_hand_edited_record_is_not_swept_in(clerk: Any) -> None:
    """The very record was edited by hand and not committed: the deed reads the commit, and says that it left the edit."""
    call = clerk.intake()
    path = clerk.path(call)
    edited = path.read_bytes().replace("漏油".encode(), "不漏油".encode())
    path.write_bytes(edited)
    answer = clerk.svc("advance", call, "check_warranty", "certificate_seen=true", "handbook_seen=true", me="wang.fang")
    assert answer.code in (0, 5), answer.err
    assert "不漏油" not in clerk.git("show", f"HEAD:{path.relative_to(clerk.root).as_posix()}")
    assert path.read_bytes() == edited, "what somebody wrote by hand is not lost"
    assert path.name in answer.err
