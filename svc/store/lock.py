"""One writer at a time in a clone: a lock of the operating system that dies with the process that holds it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from pathlib import Path
from typing import Final

from svc.domain.refusal import Exit, Refusal, Text
from svc.store.files import NOFOLLOW, failed

DEFAULT_WAIT: Final = 30.0
_BUSY: Final = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_OPEN: Final = os.O_RDWR | os.O_CREAT | NOFOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Lock:
    """The lock on one file. `fd` is its open file while it is held: a child that is given it holds the lock too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1

    def take(self, wait: float = DEFAULT_WAIT) -> None:
        """Take the lock, waiting at most `wait` seconds; refuses (exit 5) when another process keeps it."""
        until = time.monotonic() + wait
        pause = 0.002
        while not self.try_take():
            if time.monotonic() >= until:
                raise self._busy(wait)
            # Not all who wait wake at once; the last digits of the clock are random enough, and cost no import.
            time.sleep(pause * (0.5 + time.monotonic_ns() % 997 / 997))
            pause = min(pause * 1.5, 0.02)

    def try_take(self) -> bool:
        """Take the lock if nobody holds it. A file that was replaced while we waited does not count."""
        try:
            fd = os.open(self.path, _OPEN, 0o644)
        except OSError as error:
            raise failed(error, self.path) from error
        try:
            if not _grab(fd, self.path):
                os.close(fd)
                return False
            if not _same(fd, self.path):
                os.close(fd)
                return False
            _sign(fd)
        except BaseException:
            with contextlib.suppress(OSError):
                os.close(fd)
            raise
        self.fd = fd
        return True

    def drop(self) -> None:
        """Give the lock back."""
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)

    def _busy(self, wait: float) -> Refusal:
        try:
            holder = self.path.read_text("ascii", "replace").strip() or "?"
        except OSError:
            holder = "?"
        return Refusal(
            Text(
                f"另一个 svc（进程 {holder}）正在写入，{wait:g} 秒内未结束",
                f"another svc (process {holder}) is writing and did not finish within {wait:g} seconds",
            ),
            exit=Exit.CONFLICT,
            where=Text.same(str(self.path)),
            remedy=Text(
                f"稍后重试；若进程 {holder} 已停住，请先结束它", f"try again; end process {holder} if it hangs"
            ),
        )


def _same(fd: int, path: Path) -> bool:
    try:
        there = os.stat(path)
    except OSError:
        return False
    held = os.fstat(fd)
    return (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino)


def _sign(fd: int) -> None:
    """Write who holds the lock; a full disk does not stop a reader from healing, so failure is no matter."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        os.pwrite(fd, f"{os.getpid():<11}\n".encode("ascii"), 0)


if sys.platform == "win32":
    import msvcrt

    def _grab(fd: int, path: Path) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _grab(fd: int, path: Path) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            if error.errno in _NO_LOCKS:
                raise Refusal(
                    Text("此文件系统不支持锁，不能写入", "this file system has no locks; writing is not safe here"),
                    exit=Exit.ENVIRONMENT,
                    where=Text.same(str(path)),
                    remedy=Text("把仓库放在本机磁盘上", "keep the repository on a local disk"),
                ) from error
            raise failed(error, path) from error
        return True
