"""Scenario 102: a procedure whose files are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

# (file, text in it, what takes its place, words of the finding); the line is where the new text stands
FAULTS = {
    "unknown-state": (
        "dispatch.flow.yaml",
        "    from: accepted\n    to: on_site\n",
        "    from: accepted\n    to: nowhere\n",
        "nowhere",
    ),
    "unreachable-state": (
        "dispatch.flow.yaml",
        "  repaired: {zh: 已修复, en: repaired}\n",
        "  repaired: {zh: 已修复, en: repaired}\n  island: {zh: 孤岛, en: island}\n",
        "island",
    ),
    "undefined-role": ("station.flow.yaml", "    by: [cs_dept]\n", "    by: [cs_depot]\n", "cs_depot"),
    "overlapping-rows": (
        "intake.flow.yaml",
        "        - {when: {has: [fault_time]}, is: fault_time}\n",
        "        - {when: {has: [fault_time]}, is: fault_time}\n        - {when: {has: [fault_time, machine]}, is: reported_at}\n",
        "",
    ),
}


def wrong(clerk: Any, tmp_path: Path, file: str, old: str, new: str) -> tuple[Path, int]:
    """A copy of the shipped procedures with one thing wrong, and the first line that differs."""
    schemas = tmp_path / "schemas"
    shutil.copytree(clerk.template.root / "schemas", schemas)
    path = schemas / "chenggong@1" / file
    text = path.read_text("utf-8")
    assert old in text
    at = text.index(old)
    path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")
    before, after = text.splitlines(), path.read_text("utf-8").splitlines()
    line = next(n for n, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b)
    return schemas / "chenggong@1", line


@pytest.mark.parametrize("name", FAULTS)
def test_102_check_names_file_and_line(clerk: Any, tmp_path: Path, name: str) -> None:
    """An unknown state, a state nobody reaches, a role nobody declared, rows of which two may match: exit 1."""
    file, old, new, word = FAULTS[name]
    folder, line = wrong(clerk, tmp_path, file, old, new)
    answer = clerk.svc("procedure", "check", str(folder))
    assert answer.code == 1, answer.err
    hits = [found for found in answer.out.splitlines() if file in found and word in found]
    assert hits, answer.out
    numbers = {int(hit.split(file + ":")[1].split(":")[0]) for hit in hits}
    # a route that names the state stands a line or two above the word itself
    assert any(line - 8 <= number <= line + 2 for number in numbers), (line, answer.out)
    assert "Traceback" not in answer.err


def test_102_the_shipped_procedure_is_sound(clerk: Any) -> None:
    answer = clerk.svc("procedure", "check", str(clerk.template.root / "schemas" / "chenggong@1"))
    assert (answer.code, answer.out) == (0, "")


def test_102_broken_yaml_is_a_finding(clerk: Any, tmp_path: Path) -> None:
    folder, _line = wrong(clerk, tmp_path, "station.flow.yaml", "    by: [cs_dept]\n", "    by: [cs_dept\n")
    answer = clerk.svc("procedure", "check", str(folder))
    assert answer.code in (1, 2)
    assert "station.flow.yaml:" in answer.out + answer.err
    assert "Traceback" not in answer.err
