"""Evidence: plain files only, read once, within the limit, never blocking."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store.evidence import take


def refused(code: Exit, path: Path, limit: int = 1000) -> Refusal:
    with pytest.raises(Refusal) as caught:
        take(path, limit)
    assert caught.value.exit is code
    assert caught.value.where is not None and caught.value.where.en == str(path)
    return caught.value


def test_takes_a_file(tmp_path: Path) -> None:
    (tmp_path / "现场 照片.JPG").write_bytes(b"picture")
    taken = take(tmp_path / "现场 照片.JPG", 7)
    assert (taken.name, taken.suffix, taken.size, taken.data) == ("现场 照片.JPG", ".jpg", 7, b"picture")
    assert taken.sha256 == hashlib.sha256(b"picture").hexdigest()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.tar.gz", ".gz"),
        ("a", ""),
        ("a.", ""),
        ("a.照片", ""),
        ("a.toolong", ""),
        ("a.p-g", ""),
        (".jpg", ""),
        ("a.EXE", ".exe"),
    ],
)
def test_keeps_only_plain_suffixes(tmp_path: Path, name: str, suffix: str) -> None:
    (tmp_path / name).touch()
    assert take(tmp_path / name, 0).suffix == suffix


def test_hard_links_are_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    os.link(tmp_path / "a", tmp_path / "b")
    assert take(tmp_path / "b", 1).data == b"x"


def test_refuses_what_is_not_there(tmp_path: Path) -> None:
    refused(Exit.ENVIRONMENT, tmp_path / "none")
    refused(Exit.ENVIRONMENT, tmp_path / ("x" * 5000))
    refused(Exit.ENVIRONMENT, tmp_path / "a\0b")
    refused(Exit.ENVIRONMENT, tmp_path / "\udcff")


@pytest.mark.skipif(sys.platform == "win32", reason="these kinds of files are of POSIX systems")
def test_refuses_everything_but_plain_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    here = os.getcwd()
    os.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    os.chdir(here)
    for name in ("link", "fifo", "folder"):
        refused(Exit.DENIED, tmp_path / name)
    with pytest.raises(Refusal):
        take(tmp_path / "socket", 1000)
    refused(Exit.DENIED, Path("/dev/zero"))


def test_refuses_large_files_before_reading(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345678")
    assert "evidence.max_mb" in refused(Exit.DENIED, tmp_path / "a", 7).what.en
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    refused(Exit.DENIED, tmp_path / "sparse", 50_000_000)


def test_a_file_that_lies_about_its_size_is_bounded(tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("/proc is of Linux")
    refused(Exit.DENIED, status, 10)
