"""Files handed in as evidence: read once, through one open file, within a limit."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import why
from svc.store.files import NOFOLLOW, NONBLOCK, READ

_SUFFIX: Final = pattern(r"\.[a-z0-9]{1,5}")
_PIECE: Final = 1 << 20


class Taken(NamedTuple):
    """A file as it was read: `suffix` is '' or `.jpg`-like in lower case, `sha256` and `size` are of `data`."""

    name: str
    suffix: str
    sha256: str
    size: int
    data: bytes


def take(path: Path, max_bytes: int) -> Taken:
    """Read a regular file of at most `max_bytes` bytes.

    Refuses (exit 6) what is not there or cannot be read, (exit 4) links, folders, pipes, devices and what is larger.
    The digest is of the bytes that were read, whatever happens to the file meanwhile.
    """
    data = _read(path, max_bytes)
    suffix = path.suffix.lower()
    kept = suffix if _SUFFIX.fullmatch(suffix) else ""
    return Taken(path.name, kept, hashlib.sha256(data).hexdigest(), len(data), data)


def _read(path: Path, max_bytes: int) -> bytes:
    where = Text.same(str(path))
    try:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise _irregular(where)
        fd = os.open(path, READ | NOFOLLOW | NONBLOCK)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else Text.same(str(error))
        raise _unreadable(reason, where) from error
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise _irregular(where)
        return _bounded(fd, max_bytes, where)
    except OSError as error:
        raise _unreadable(why(error), where) from error
    finally:
        os.close(fd)


def _bounded(fd: int, max_bytes: int, where: Text) -> bytes:
    """All of an open file, never more than one piece beyond the limit."""
    if os.fstat(fd).st_size > max_bytes:
        raise _large(max_bytes, where)
    pieces: list[bytes] = []
    left = max_bytes
    while piece := os.read(fd, min(_PIECE, left + 1)):
        left -= len(piece)
        if left < 0:
            raise _large(max_bytes, where)
        pieces.append(piece)
    return b"".join(pieces)


def _unreadable(reason: Text, where: Text) -> Refusal:
    words = Text(f"读不到文件：{reason.zh}", f"cannot read the file: {reason.en}")
    return Refusal(words, exit=Exit.ENVIRONMENT, where=where)


def _irregular(where: Text) -> Refusal:
    return Refusal(
        Text("凭证须是普通文件，不能是链接、文件夹或设备", "evidence must be a plain file, no link, folder or device"),
        where=where,
    )


def _large(max_bytes: int, where: Text) -> Refusal:
    return Refusal(
        Text(
            f"文件超过 {max_bytes / 1e6:g} MB（设定 evidence.max_mb）",
            f"larger than {max_bytes / 1e6:g} MB (evidence.max_mb)",
        ),
        where=where,
        remedy=Text(
            "缩小文件，或由管理员执行  svc setting set evidence.max_mb 兆数 --reason 依据",
            "shrink it, or an administrator runs  svc setting set evidence.max_mb MB --reason SOURCE",
        ),
    )
