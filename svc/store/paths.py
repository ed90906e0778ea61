"""Names: of git objects, and of the paths that mean the same on every file system."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text

OID: Final = pattern(r"[0-9a-f]{40}")
MAX_PATH: Final = 240
_MARKS: Final = pattern(r'[\\/:*?"<>|]')
_BAD: Final = pattern(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\/:*?"<>|]')
_WINDOWS: Final = pattern(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_GIT: Final = frozenset({".git", "git~1", ".gitattributes", ".gitmodules", ".gitignore", ".mailmap"})


def oid_of(kind: str, data: bytes) -> str:
    """The SHA-1 name git gives to an object."""
    import hashlib

    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


def missing(oid: str) -> Refusal:
    """The refusal (exit 5) for an object that must be there and is not."""
    return Refusal(
        Text(f"仓库缺少对象 {oid[:12]}", f"the repository lacks object {oid[:12]}"),
        exit=Exit.CONFLICT,
        remedy=Text.same("git fsck --full"),
    )


def is_name(name: str) -> bool:
    """Whether `name` may stand between two slashes of a path that is read."""
    bad = _MARKS if name.isascii() and name.isprintable() else _BAD
    if name in ("", ".", "..") or bad.search(name) or len(name.encode("utf-8")) > 255:
        return False
    return unicodedata.normalize("NFKC", name).casefold() not in (".git", "git~1")


def is_portable(name: str) -> bool:
    """Whether `name` may be given to a new file: not reserved by Windows, no blank or point at its end."""
    return is_name(name) and name[-1] not in ". " and not _WINDOWS.fullmatch(name)


def steers_git(path: str) -> bool:
    """Whether a file of this name would steer git itself."""
    return fold(path.rsplit("/", 1)[-1]) in _GIT


def fold(name: str) -> str:
    """The key under which names that some file system takes for one another meet."""
    return unicodedata.normalize("NFKC", name).casefold()


def check(path: str, *, new: bool = False) -> None:
    """Refuse (exit 2) a path that leaves the repository, names git's own folder or cannot stand on every system."""
    good = is_portable if new else is_name
    if not all(good(name) for name in path.split("/")) or (new and len(path) > MAX_PATH):
        raise Refusal(
            Text("路径不可用", "this path cannot be used"), exit=Exit.USAGE, where=Text.same(repr(path[:MAX_PATH]))
        )
