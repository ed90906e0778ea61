"""Kept verdicts: what is read is what was kept, to the letter, or nothing."""

from __future__ import annotations

import random
import re
from array import array
from pathlib import Path

import pytest

from svc import __version__
from svc.domain.findings import Finding
from svc.domain.refusal import Text
from svc.store import verdict as kept
from svc.store.verdict import Grounds, Verdict

FOUND = [
    Finding("records/王 建国.yaml", 3, "fields.name", Text("“名称”\n不对", "wrong: \x1b"), "schema"),
    Finding("records/\udcff.yaml", 1, "", Text("", ""), "place"),
]
VERDICT = Verdict(
    "0.1-x", "a" * 40, "b" * 40, "2026-01-01T00:00:00+08:00", "", 3, FOUND, ["records", "records/\udcfe x", "reports"],
    array("q", [1, -1, 0]),
)  # fmt: skip
GROUNDS = Grounds(
    "0.1-x", "b" * 40, "c" * 64, ["records/a.yaml", "records/b.yaml", "records/c.yaml"],
    {"records/b.yaml": FOUND}, ["records/p", "records/\udcfe"], [array("I", [0, 1]), array("I"), array("I", [1])],
)  # fmt: skip
NO_VERDICT = Verdict("s", "c", "l", "", "", 0, [], [], array("q"))
NO_GROUNDS = Grounds("s", "l", "r", [], {}, [], [])


@pytest.mark.parametrize("verdict", [VERDICT, NO_VERDICT])
def test_a_verdict_is_read_as_it_was_kept(tmp_path: Path, verdict: Verdict) -> None:
    kept.keep_verdict(tmp_path / "new", verdict)
    assert kept.read_verdict(tmp_path / "new") == verdict
    assert [path.name for path in (tmp_path / "new").iterdir()] == [kept.VERDICT]


@pytest.mark.parametrize("grounds", [GROUNDS, NO_GROUNDS])
def test_grounds_are_read_as_they_were_kept(tmp_path: Path, grounds: Grounds) -> None:
    kept.keep_grounds(tmp_path, grounds)
    assert kept.read_grounds(tmp_path) == grounds


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert kept.read_verdict(tmp_path) is None
    assert kept.read_grounds(tmp_path) is None


def test_whatever_is_damaged_is_none(tmp_path: Path) -> None:
    """Every byte changed, every length: nothing but the very bytes that were written is believed."""
    kept.keep_verdict(tmp_path, VERDICT)
    kept.keep_grounds(tmp_path, GROUNDS)
    chance = random.Random(3)
    for name, read in ((kept.VERDICT, kept.read_verdict), (kept.GROUNDS, kept.read_grounds)):
        data = (tmp_path / name).read_bytes()
        for n in range(len(data)):
            (tmp_path / name).write_bytes(data[:n] + bytes([data[n] ^ 1 << chance.randrange(8)]) + data[n + 1 :])
            assert read(tmp_path) is None, (name, n)
            (tmp_path / name).write_bytes(data[:n])
            assert read(tmp_path) is None, (name, n)
        for other in (b"null\n", b"[]\n", b"{}\n", b'{"format": 1}\n', b"\n", data + b"x", b" " + data):
            (tmp_path / name).write_bytes(other)
            assert read(tmp_path) is None, other
        (tmp_path / name).write_bytes(data)
        assert read(tmp_path) is not None


def test_software_is_known_by_its_version_and_files() -> None:
    found = kept.software()
    assert re.fullmatch(rf"{re.escape(__version__)}-[0-9a-f]+-[0-9a-f]{{8}}", found)
    assert kept.software() == found


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        kept.keep_verdict(tmp_path / "file", VERDICT)
    (tmp_path / kept.VERDICT).mkdir()
    with pytest.raises(OSError):
        kept.keep_verdict(tmp_path, VERDICT)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []
