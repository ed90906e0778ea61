"""Scenario 66: what `check` finds in files written by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "message"),
    [
        ("state: issued\n", "state: [issued\n", "yaml", None, ""),
        ("state: issued\n", "state: &x issued\n", "yaml", 4, "锚点"),
        ("state: issued\n", "state: issued\nstate: issued\n", "yaml", 5, "重复"),
        ("  fault_class: ordinary\n", "  fault_class: ordinary\n  colour: red\n", "schema", None, "colour"),
        ("  fault_class: ordinary\n", "  fault_class: 7\n", "schema", None, "7"),
        ("  mode: station_visit\n", "", "schema", None, "方式"),
        ("state: issued\n", "state: accepted\n", "fold", 4, "与日志不符"),
        ("  - zhang.wei\n", "  - liu.yang\n", "fold", None, "与日志不符"),
    ],
    ids=["invalid", "anchor", "duplicate", "unknown-field", "wrong-type", "required", "state", "field"],
)
def test_066_hand_written_faults(clerk: Any, old: str, new: str, rule: str, line: int | None, message: str) -> None:
    """Invalid YAML, an unknown field, a wrong type: `check` reports file, line, message; exit 1, no traceback."""
    sheet = clerk.dispatch(clerk.checked())
    assert clerk.svc("check").code == 0
    path = clerk.path(sheet)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    answer = clerk.svc("check", sheet)
    assert answer.code == 1
    assert "Traceback" not in answer.err
    place = path.relative_to(clerk.root).as_posix()
    found = [found for found in map(FINDING.match, answer.out.splitlines()) if found and found["file"] == place]
    hits = [hit for hit in found if hit["rule"] == rule]
    assert hits, answer.out
    assert any(message in hit["message"] or message in hit["field"] for hit in hits), answer.out
    assert line is None or str(line) in {hit["line"] for hit in hits}, answer.out


FINDING = re.compile(
    r"(?P<file>[^:]+):(?P<line>[0-9]+): (?:(?P<field>[^ :]*): )?(?P<message>.*) \[(?P<rule>[a-z-]+)\]\Z"
)


def test_066_other_findings_stay_out(clerk: Any) -> None:
    """A whole repository that is sound has nothing to report."""
    clerk.filed()
    answer = clerk.svc("check")
    assert answer.code == 0, answer.out


def test_066_encoding(clerk: Any) -> None:
    """A file in another encoding is a finding, not a crash."""
    sheet = clerk.dispatch(clerk.checked())
    clerk.path(sheet).write_bytes("fields: 派工".encode("gb18030"))
    answer = clerk.svc("check", sheet)
    assert answer.code == 1
    assert "UTF-8" in answer.out and "Traceback" not in answer.err


def test_066_findings_as_data(clerk: Any) -> None:
    sheet = clerk.dispatch(clerk.checked())
    path = clerk.path(sheet)
    path.write_text(path.read_text("utf-8").replace("mode: station_visit", "mode: by_air"), "utf-8")
    answer = clerk.svc("check", "-O", "json")
    assert answer.code == 1
    assert any("mode" in row["field"] and row["file"].endswith(f"{sheet}.yaml") for row in answer.json)
