"""Git trees as Python values: parsed, changed along single paths, written back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from svc.domain.refusal import Exit, Refusal, Text
from svc.store import paths

FILE: Final = b"100644"
FOLDER: Final = b"40000"
KINDS: Final = {FILE: "file", FOLDER: "folder", b"100755": "executable", b"120000": "link", b"160000": "submodule"}

Tree = dict[str, tuple[bytes, str]]
"""Name -> (mode, oid)."""


class Store(NamedTuple):
    """How trees are read and written: `tree(oid)` and `put(kind, data)`."""

    tree: Callable[[str], Mapping[str, tuple[bytes, str]]]
    put: Callable[[str, bytes], str]


def parse(data: bytes) -> Tree:
    """The entries of a tree object; names that are no UTF-8 keep their bytes as surrogates."""
    entries: Tree = {}
    at, end = 0, len(data)
    while at < end:
        blank = data.index(b" ", at)
        stop = data.index(b"\0", blank)
        name = data[blank + 1 : stop].decode("utf-8", "surrogateescape")
        entries[name] = (data[at:blank], data[stop + 1 : stop + 21].hex())
        at = stop + 21
    return entries


def build(entries: Mapping[str, tuple[bytes, str]]) -> bytes:
    """The bytes of a tree object, in git's order (a folder sorts as if its name ended in a slash)."""
    rows = [(name.encode("utf-8", "surrogateescape"), mode, oid) for name, (mode, oid) in entries.items()]
    rows.sort(key=lambda row: row[0] + b"/" if row[1] == FOLDER else row[0])
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for name, mode, oid in rows)


def kind(mode: bytes) -> str:
    """file, folder, executable, link, submodule or unknown."""
    return KINDS.get(mode, "unknown")


def refuse_kind(path: str, mode: bytes) -> Refusal:
    """The refusal (exit 5) for an entry that is neither a plain file nor a folder."""
    return Refusal(
        Text(f"仓库中此处不是普通文件（{kind(mode)}）", f"not a plain file in the repository ({kind(mode)})"),
        exit=Exit.CONFLICT,
        where=Text.same(repr(path) if not paths.is_name(path.rsplit("/", 1)[-1]) else path),
        remedy=Text.same("svc audit"),
    )


def change(root: str | None, files: Mapping[str, str | None], store: Store) -> str | None:
    """The tree that results from `root` (None: empty) when each path gets its blob, or goes (None).

    Only the trees along those paths are read and written; every other entry stays as it is, whatever it is. An empty
    folder goes with its last file; the answer is None when nothing is left.
    """
    return _change("", root, [(path.split("/"), oid) for path, oid in files.items()], store)


def _change(prefix: str, root: str | None, files: list[tuple[list[str], str | None]], store: Store) -> str | None:
    entries = dict(store.tree(root)) if root else {}
    below: dict[str, list[tuple[list[str], str | None]]] = {}
    for steps, oid in files:
        if len(steps) > 1:
            below.setdefault(steps[0], []).append((steps[1:], oid))
        else:
            _set(entries, prefix, steps[0], FILE, oid)
    for name, inner in below.items():
        old = entries.get(name)
        if old and old[0] != FOLDER:
            raise refuse_kind(prefix + name, old[0])
        tree = _change(f"{prefix}{name}/", old[1] if old else None, inner, store)
        _set(entries, prefix, name, FOLDER, tree)
    return store.put("tree", build(entries)) if entries else None


def _set(entries: Tree, prefix: str, name: str, mode: bytes, oid: str | None) -> None:
    old = entries.get(name)
    if old and old[0] != mode:
        raise refuse_kind(prefix + name, old[0])
    if oid is None:
        entries.pop(name, None)
        return
    if old is None:
        _refuse_twin(entries, prefix, name)
    entries[name] = (mode, oid)


def _refuse_twin(there: Iterable[str], prefix: str, name: str) -> None:
    """Refuse (exit 4) a name that some file systems could not tell from one that is there."""
    folded = paths.fold(name)
    for other in there:
        if paths.fold(other) == folded:
            raise Refusal(
                Text(
                    f"{name} 与已有的 {other} 只差大小写或全半角", f"{name} differs from {other} only in case or width"
                ),
                where=Text.same(prefix + other),
            )
