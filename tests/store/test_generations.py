"""Files of which the newest counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store.generations import Generations
from svc.store.lock import Lock


def test_the_newest_counts_and_older_ones_go(tmp_path: Path) -> None:
    files = Generations(tmp_path / "index", ".db")
    assert files.newest() is None
    for number in (1, 2, 3):
        with files.renewing(1):
            made = files.aside()
            made.write_bytes(b"%d" % number)
            assert files.publish(made) == tmp_path / "index" / f"{number}.db"
        (tmp_path / "index" / f"{number}.db-wal").write_bytes(b"beside")
    assert files.newest() == tmp_path / "index" / "3.db"
    assert sorted(os.listdir(tmp_path / "index")) == ["3.db", "3.db-wal", "lock"]
    files.drop(tmp_path / "index" / "3.db")
    assert os.listdir(tmp_path / "index") == ["lock"]


def test_other_names_count_for_nothing(tmp_path: Path) -> None:
    for name in ("01.db", "x.db", "-1.db", "0.db", "٣.db", "7.dbx", "made-9", ".db"):
        (tmp_path / name).write_bytes(b"")
    files = Generations(tmp_path, ".db")
    assert files.newest() is None
    (tmp_path / "10.db").write_bytes(b"")
    (tmp_path / "9.db").write_bytes(b"")
    assert files.newest() == tmp_path / "10.db"


def test_what_a_dead_maker_left_goes(tmp_path: Path) -> None:
    files = Generations(tmp_path, ".db")
    for name in ("made-1", "made-1-journal"):
        (tmp_path / name).write_bytes(b"half")
    with files.renewing(1):
        files.aside()
    assert os.listdir(tmp_path) == ["lock"]


def test_one_maker_at_a_time(tmp_path: Path) -> None:
    files = Generations(tmp_path, ".db")
    other = Lock(tmp_path / "lock")
    other.take(0)
    with pytest.raises(Refusal) as refused, files.renewing(0):
        pass
    assert refused.value.exit == Exit.CONFLICT
    other.drop()
    with files.renewing(0):
        pass


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal) as refused, Generations(tmp_path / "file", ".db").renewing(0):
        pass
    assert refused.value.exit == Exit.ENVIRONMENT
