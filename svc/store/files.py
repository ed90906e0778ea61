"""Small operations on files that survive a crash: written aside, forced to disk, moved into place."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import why

_counter = itertools.count()
_BINARY: Final = getattr(os, "O_BINARY", 0)
_CLOEXEC: Final = getattr(os, "O_CLOEXEC", 0)
NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)
READ: Final = os.O_RDONLY | _BINARY | _CLOEXEC
WRITE_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | _BINARY | _CLOEXEC


@contextlib.contextmanager
def disk(where: str | Path) -> Iterator[None]:
    """Turns what the operating system refuses inside the block into a refusal (exit 6) that names `where`."""
    try:
        yield
    except OSError as error:
        raise failed(error, where) from error


def failed(error: OSError, where: str | Path) -> Refusal:
    """The refusal (exit 6) for an error of the operating system at `where`."""
    reason = why(error)
    return Refusal(
        Text(f"文件读写失败：{reason.zh}", f"reading or writing a file failed: {reason.en}"),
        exit=Exit.ENVIRONMENT,
        where=Text.same(str(error.filename or where)),
        remedy=Text("检查磁盘空间与权限后重试", "check disk space and permissions, then try again"),
    )


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write every byte of `data`, however small the pieces the system takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def write_aside(folder: Path, *data: bytes | memoryview, mode: int = 0o644, durable: bool = True) -> Path:
    """A new file in `folder` that holds `data`, one piece after the other, on disk; the caller moves it into place."""
    path = folder / f"{os.getpid()}-{next(_counter)}.tmp"
    fd = os.open(path, WRITE_NEW, mode)
    try:
        for piece in data:
            write_all(fd, piece)
        if durable:
            os.fsync(fd)
    except BaseException:
        os.close(fd)
        drop(path)
        raise
    os.close(fd)
    return path


def move(source: Path, target: Path, *, durable: bool = True) -> None:
    """Rename over `target`, across file systems too, and force the folder to disk; `source` is gone either way."""
    try:
        os.replace(source, target)
    except OSError as error:
        data = source.read_bytes() if error.errno == 18 else None
        drop(source)
        if data is None:
            raise
        beside = write_aside(target.parent, data, durable=durable)
        os.replace(beside, target)
    if durable:
        sync_folder(target.parent)


def replace(target: Path, data: bytes, aside: Path, *, durable: bool = True) -> None:
    """Give `target` the content `data` in one step, by way of the folder `aside`."""
    move(write_aside(aside, data, durable=durable), target, durable=durable)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk, where the system knows how."""
    if os.name != "posix":
        return
    fd = os.open(folder, os.O_RDONLY | _CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def drop(path: Path) -> None:
    """Remove a file; nothing happens when it cannot be removed or is not there."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def read_plain(path: Path) -> bytes | None:
    """The bytes of a regular file, None where there is none; folders, links, pipes and devices count as none."""
    try:
        fd = os.open(path, READ | NOFOLLOW | NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return None
    with os.fdopen(fd, "rb") as file:
        return file.read()


def fsync_file(path: Path) -> None:
    """Force the content of a file to disk."""
    # To be forced to disk a file need only be readable, but on Windows.
    fd = os.open(path, (os.O_RDWR if os.name == "nt" else os.O_RDONLY) | _BINARY | _CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
