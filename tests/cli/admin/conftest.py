"""What the tests of the administrator's commands share: proof that a command has written nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

Same = Callable[[Path], AbstractContextManager[None]]


def digest(root: Path) -> str:
    """One digest over every file of a repository, its caches under .git/svc aside."""
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.startswith(".git/svc/") or path.is_dir() and not path.is_symlink():
            continue
        content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b"?"
        found.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return found.hexdigest()


@pytest.fixture
def same() -> Same:
    """A block after which the repository must be byte for byte what it was."""

    @contextlib.contextmanager
    def unchanged(root: Path) -> Iterator[None]:
        before = digest(root)
        yield
        assert digest(root) == before

    return unchanged
