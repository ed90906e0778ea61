"""Where a repository is, which branch it is on, and the states in which svc does not write there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from svc.domain.refusal import Exit, Refusal, Text
from svc.store.files import read_plain
from svc.store.paths import OID

MARK: Final = "records/svc.yaml"
PENDING: Final = "pending.json"
"""The journal of a deed under way, in the git folder's `svc/`: where there is one, its svc died."""
_STATES: Final = (
    ("MERGE_HEAD", "合并", "a merge", "git merge --continue / --abort"),
    ("rebase-merge", "变基", "a rebase", "git rebase --continue / --abort"),
    ("rebase-apply", "变基或打补丁", "a rebase or am", "git rebase --abort / git am --abort"),
    ("CHERRY_PICK_HEAD", "拣选", "a cherry-pick", "git cherry-pick --continue / --abort"),
    ("REVERT_HEAD", "还原", "a revert", "git revert --continue / --abort"),
    ("BISECT_LOG", "二分查找", "a bisect", "git bisect reset"),
)


class Place(NamedTuple):
    """A work tree (`root`), its git folder, and the folder it shares with linked work trees (`common`)."""

    root: Path
    git_dir: Path
    common: Path
    bare: bool = False

    @property
    def own(self) -> Path:
        """The folder of svc inside the git folder: lock, journal, caches, drafts."""
        return self.common / "svc"


def environment_refusal(zh: str, en: str, where: Path | str, remedy: str | Text | None = None) -> Refusal:
    """A refusal with exit 6."""
    fix = Text.same(remedy) if isinstance(remedy, str) else remedy
    return Refusal(Text(zh, en), exit=Exit.ENVIRONMENT, where=Text.same(str(where)), remedy=fix)


def find(start: Path) -> Place:
    """The records repository that holds `start`; refuses (exit 6) when there is none."""
    try:
        start = Path(os.path.abspath(start))
    except OSError as error:
        raise environment_refusal("当前文件夹已不存在", "the current folder no longer exists", start) from error
    for folder in (start, *start.parents):
        if (folder / MARK).is_file():
            return at(folder)
    raise environment_refusal(
        "这里不是记录仓库（找不到 records/svc.yaml）",
        "not inside a records repository (no records/svc.yaml)",
        start,
        Text("svc init DIR（新建）或 svc -C DIR …（指定）", "svc init DIR (make one) or svc -C DIR … (name one)"),
    )


def at(root: Path) -> Place:
    """The repository whose work tree is exactly `root`, or the bare repository there; refuses (exit 6) otherwise."""
    dot = root / ".git"
    if dot.is_dir():
        return _place(root, dot)
    pointer = read_plain(dot)
    if pointer is not None and pointer.startswith(b"gitdir:"):
        named = os.fsdecode(pointer[7:].strip())
        return _place(root, Path(os.path.normpath(root / named)))
    if (root / "objects").is_dir() and (root / "HEAD").is_file():
        return Place(root, root, root, bare=True)
    raise environment_refusal("此文件夹不是 git 仓库", "this folder is no git repository", root, "svc init DIR")


def _place(root: Path, git_dir: Path) -> Place:
    named = read_plain(git_dir / "commondir")
    common = Path(os.path.normpath(git_dir / os.fsdecode(named.strip()))) if named else git_dir
    return Place(root, git_dir, common)


def branch(place: Place) -> str:
    """The full name of the branch HEAD is on; refuses (exit 6) on a detached HEAD, (exit 5) when HEAD is damaged."""
    data = read_plain(place.git_dir / "HEAD") or b""
    text = data.decode("utf-8", "surrogateescape").strip()
    if OID.fullmatch(text):
        raise environment_refusal("HEAD 不在任何分支上", "HEAD is on no branch", place.root, "git switch main")
    name = text.removeprefix("ref: ")
    if not text.startswith("ref: refs/heads/") or re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|\.lock$", name):
        raise damaged(place, "HEAD")
    return name


def head(place: Place) -> str | None:
    """The commit HEAD names (also off any branch), None before the first commit."""
    text = (read_plain(place.git_dir / "HEAD") or b"").decode("ascii", "replace").strip()
    return text if OID.fullmatch(text) else tip(place, branch(place))


def tip(place: Place, ref: str) -> str | None:
    """The commit a ref names, None when it does not exist; refuses (exit 5) when its file is damaged.

    A branch that has a history but no value is damaged, never new.
    """
    for _ in range(2):
        loose = read_plain(place.common / ref)
        if loose is not None:
            text = loose.decode("ascii", "replace").strip()
            if not OID.fullmatch(text):
                raise damaged(place, ref)
            return text
        packed = _packed(place, ref)
        if packed:
            return packed
    log = place.common / "logs" / ref
    if ref.startswith("refs/heads/") and log.is_file() and log.stat().st_size:
        raise damaged(place, ref)
    return None


def _packed(place: Place, ref: str) -> str | None:
    data = read_plain(place.common / "packed-refs")
    if data is None:
        return None
    found = re.search(rb"^([0-9a-f]{40}) " + re.escape(os.fsencode(ref)) + rb"$", data, re.MULTILINE)
    return found[1].decode() if found else None


def damaged(place: Place, name: str) -> Refusal:
    """The refusal (exit 5) for a file of git's own that cannot be right."""
    return Refusal(
        Text(f"git 的文件 {name} 已损坏或丢失", f"git's file {name} is damaged or gone"),
        exit=Exit.CONFLICT,
        where=Text.same(str(place.common / name)),
        remedy=Text.same("svc doctor"),
    )


def writable(place: Place) -> str:
    """The branch to write to; refuses (exit 6) every state in which a deed could be lost or misplaced."""
    if place.bare or _setting(place, "core", "bare") == "true":
        raise environment_refusal(
            "裸仓库没有工作区，不能写入",
            "a bare repository has no work tree to write to",
            place.root,
            "git clone … DIR",
        )
    refuse_formats(place)
    for name, zh, en, remedy in _STATES:
        if os.path.lexists(place.git_dir / name):
            raise environment_refusal(
                f"git 正在进行{zh}，请先完成", f"{en} is in progress; finish it first", name, remedy
            )
    if (place.common / "shallow").is_file():
        raise environment_refusal(
            "这是浅克隆，历史不完整，不能写入", "a shallow clone lacks history", place.root, "git fetch --unshallow"
        )
    return branch(place)


def refuse_formats(place: Place) -> None:
    """Refuse (exit 6) repositories of kinds this store does not read: SHA-256, reftable, partial clones."""
    kinds = (("objectformat", "sha1"), ("refstorage", "files"))
    for key, usual in kinds:
        value = _setting(place, "extensions", key)
        if value not in ("", usual):
            raise environment_refusal(
                f"不支持 {key} = {value} 的仓库", f"repositories with {key} = {value} are not supported", place.root
            )
    if _setting(place, "extensions", "partialclone"):
        raise environment_refusal(
            "这是部分克隆，内容不完整", "a partial clone lacks content", place.root, "git fetch --refetch --no-filter"
        )


def _setting(place: Place, section: str, key: str) -> str:
    """One value of the repository's own config file, lower case; git reads these three from nowhere else."""
    text = (read_plain(place.common / "config") or b"").decode("utf-8", "replace")
    inside, found = False, ""
    for line in text.splitlines():
        line = line.split("#")[0].split(";")[0].strip()
        if line.startswith("["):
            inside = line.strip("[] ").lower() == section
        elif inside and line.partition("=")[0].strip().lower() == key:
            found = line.partition("=")[2].strip().strip('"').lower() or "true"
    return found
