"""Scenario 95: evidence that cannot be read, or lies outside the record's folder."""

from __future__ import annotations

from typing import Any

import pytest

NOW = "2008-03-05 17:10"


def test_095_missing_file(clerk: Any) -> None:
    """A file that is not there is an error of the environment: exit 6, the path named, nothing written."""
    _, _, report = clerk.repaired()
    words = ("advance", report, "user_sign", "--evidence")
    said = clerk.refused(6, *words, f"signed_sheet={clerk.root.parent / 'nothing.png'}", me="zhang.wei", now=NOW)
    assert "nothing.png" in said


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_095_not_a_plain_file(clerk: Any, kind: str) -> None:
    """A folder, a symbolic link, a pipe: refused without waiting and without following."""
    import os

    _, _, report = clerk.repaired()
    odd = clerk.root.parent / "odd.png"
    {"folder": odd.mkdir, "link": lambda: odd.symlink_to("/etc/passwd"), "pipe": lambda: os.mkfifo(odd)}[kind]()
    said = clerk.refused(
        4, "advance", report, "user_sign", "--evidence", f"signed_sheet={odd}", me="zhang.wei", now=NOW
    )
    assert "凭证须是普通文件" in said


def test_095_the_file_may_lie_anywhere(clerk: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is handed in is copied into the record's folder under a name of its kind."""
    anywhere = tmp_path_factory.mktemp("别处") / "扫描 件.PNG"
    anywhere.write_bytes(b"scan")
    _, _, report = clerk.repaired()
    clerk.done("advance", report, "user_sign", "--evidence", f"signed_sheet={anywhere}", me="zhang.wei", now=NOW)
    (item,) = clerk.record(report)["evidence"]
    assert item["file"] == "signed_sheet-1.png"
    assert clerk.svc("check").code == 0


@pytest.mark.parametrize("path", ["../../../paper.png", "/etc/passwd", "a/b.png", ".git"])
def test_095_recorded_path_outside_the_folder(clerk: Any, path: str) -> None:
    """A record that names a file outside its own folder: a finding of `check`, and nothing outside is read."""
    _, _, report = clerk.signed()
    file = clerk.path(report)
    file.write_text(file.read_text("utf-8").replace("file: signed_sheet-1.png", f"file: {path}"), "utf-8")
    answer = clerk.svc("check", report)
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert "evidence" in answer.out
