"""`svc doctor`: what is wrong around the records: git, identity, locks, what a crash left, files that differ."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from svc.cli.desk import Desk, desk
from svc.cli.lang import LANG, said, t
from svc.cli.mending import mend, release
from svc.cli.options import page
from svc.cli.saying import rows
from svc.domain.people import whoever
from svc.domain.refusal import Exit, Refusal, Text
from svc.index.inspection import RECORDS, REPORTS
from svc.index.world import CommitWorld
from svc.render.table import Column
from svc.render.terminal import safe_text
from svc.store import damage, place, repair
from svc.store.git import check_version
from svc.store.paths import oid_of
from svc.store.standing import Standing

SCHEMAS = "schemas"
EMPTY = oid_of("blob", b"")
FIX = Text.same("svc doctor --fix")
Troubles = Iterator[Refusal]


@page(
    "doctor",
    t(
        "检查记录库的环境：git、办理人、锁、中断的写入、索引、被改动的文件；逐项给出处理办法。",
        "Check what surrounds the records: git, who acts, locks, interrupted writing, index, edited files.",
    ),
    "svc doctor",
    "svc doctor --fix",
    "svc doctor --unlock",
)
@click.option("--fix", is_flag=True, help=t("修复可修复的；手工改动一律不动", "mend what can be; edits stay"))
@click.option("--unlock", is_flag=True, help=t("去除无人持有的 git 锁", "remove locks of git that nobody holds"))
def command(fix: bool, unlock: bool) -> int:
    here = desk()
    if not here.options.dry_run:
        notes = [*(release(here, time.time()) if unlock else ()), *(mend(here) if fix else ())]
        for note in notes:
            click.echo(safe_text(said(note)), err=True)
    found = examine(here)
    _say(here, found)
    return verdict(found)


@dataclass(frozen=True)
class Look:
    """One thing to look at: its key, its title, and what finds its troubles."""

    key: str
    title: Text
    troubles: Callable[[Desk], Troubles]


def _git(here: Desk) -> Troubles:
    check_version(here.repository.git.text(("--version",)))
    yield from ()


def _files(here: Desk) -> Troubles:
    """Git's own files that a power cut emptied."""
    where = here.repository.place
    for path in damage.empty_files(where):
        name = path.relative_to(where.common if path.is_relative_to(where.common) else where.git_dir).as_posix()
        remedy = FIX
        if name.startswith("objects/"):
            remedy = Text(
                "从远端或另一份拷贝取回该对象：git fetch origin", "get the object from another copy: git fetch origin"
            )
        elif name == "config":
            remedy = Text.same("git config core.repositoryformatversion 0")
        yield _damage(Text(f"git 的文件 {name} 长度为零", f"git's file {name} is empty"), str(path), remedy)


def _damage(what: Text, where: str, remedy: Text) -> Refusal:
    return Refusal(what, exit=Exit.CONFLICT, where=Text.same(where), remedy=remedy)


def _state(here: Desk) -> Troubles:
    """States of the repository in which svc does not write."""
    place.writable(here.repository.place)
    here.repository.tip()
    yield from ()


def _identity(here: Desk) -> Troubles:
    if not here.site.get("example"):
        # Asked of the commit: who asks a damaged index makes it anew, and it is not looked at yet.
        world = CommitWorld(here.shelf.snapshot, here.shelf.library, here.repository, None)
        whoever(here.shelf.scene._replace(world=world), here.email)
    yield from ()


def _writer(here: Desk) -> Troubles:
    busy = damage.writer(here.repository.place)
    if busy is not None:
        yield busy


def _locks(here: Desk) -> Troubles:
    for lock in repair.locks(here.repository):
        old = max(int(time.time() - lock.since), 0)
        by = damage.holder(here.repository.place, lock.path, old)
        name, where = lock.path.name, str(lock.path)
        if by is None:
            words = Text(f"git 的锁 {name} 无人持有，已 {old} 秒", f"git's lock {name}: nobody's, {old} s old")
            yield _trouble(words, where, Text.same("svc doctor --unlock"))
        else:
            words = Text(f"git 的锁 {name} 由进程 {by} 持有", f"git's lock {name} is held by process {by}")
            yield _trouble(words, where, Text("等它结束", "wait until it ends"))


def _trouble(what: Text, where: str, remedy: Text) -> Refusal:
    return Refusal(what, exit=Exit.FOUND, where=Text.same(where), remedy=remedy)


def _journal(here: Desk) -> Troubles:
    note = here.repository.place.git_dir / "svc" / place.PENDING
    if note.is_file():
        yield _trouble(Text("有一次写入中断，尚未收尾", "a write was interrupted and is not finished"), str(note), FIX)


def _index(here: Desk) -> Troubles:
    where = here.repository.place
    if here.repository.tip() is not None and not damage.index_sound(where):
        path = str(where.git_dir / "index")
        yield _trouble(Text("git 的索引缺失或损坏", "git's index is missing or damaged"), path, FIX)
        return
    for path in sorted(here.repository.staged()):
        words = Text("有已暂存而未提交的改动", "staged and not committed")
        yield _trouble(words, path, Text.same(f"git restore --staged -- {shlex.quote(path)}"))


def _worktree(here: Desk) -> Troubles:
    """Files that people see and that are not as committed."""
    prefixes = (RECORDS, REPORTS, *(() if here.site.get("example") else (SCHEMAS,)))
    view = Standing.of_worktree(here.repository, prefixes)
    for path in sorted(view.over):
        yield _differing(view, path)


def _differing(view: Standing, path: str) -> Refusal:
    data, name = view.over[path], shlex.quote(path)
    if path not in view.committed:
        words = Text("不在提交里", "not committed")
        return _trouble(words, path, Text(f"移走它：mv {name} 别处", f"move it away: mv {name} ELSEWHERE"))
    if path in view.odd:
        words = Text("不是普通文件", "no plain file")
        return _trouble(words, path, Text.same(f"rm {name} && svc doctor --fix"))
    if data is None:
        return _trouble(Text("工作区缺少此文件", "missing from the work tree"), path, FIX)
    if not data:
        return _trouble(Text("文件长度为零", "an empty file"), path, FIX)
    words = Text("有手工改动", "edited by hand")
    return _trouble(words, path, Text.same(f"git diff -- {name}; git checkout -- {name}"))


def _rows(here: Desk) -> Troubles:
    """The index of records: derived, so that whatever is wrong with it costs time only."""
    words = here.index.trouble(here.repository.snapshot())
    if words is not None:
        yield _trouble(words, str(here.index.files.newest()), FIX)


# What is looked at, in the order in which one thing rests on another.
LOOKS: tuple[Look, ...] = (
    Look("git", Text("git 版本", "git version"), _git),
    Look("files", Text("git 的文件", "git's files"), _files),
    Look("state", Text("仓库状态", "state"), _state),
    Look("identity", Text("办理人", "who acts"), _identity),
    Look("writer", Text("正在写入", "writing now"), _writer),
    Look("locks", Text("git 的锁", "git's locks"), _locks),
    Look("journal", Text("中断的写入", "interrupted writing"), _journal),
    Look("index", Text("git 索引", "git's index"), _index),
    Look("worktree", Text("工作区", "work tree"), _worktree),
    Look("rows", Text("查询索引", "index of records"), _rows),
)


def examine(here: Desk) -> list[tuple[Look, Refusal | None]]:
    """Every look with each of its troubles, or with None; what several looks stumble over is told once."""
    found: list[tuple[Look, Refusal | None]] = []
    told: set[str] = set()
    for look in LOOKS:
        mine: list[Refusal] = []
        try:
            mine += look.troubles(here)
        except Refusal as refusal:
            mine.append(refusal)
        fresh = [one for one in mine if _key(one) not in told]
        told.update(map(_key, mine))
        found += [(look, one) for one in fresh] or [(look, None)] * (not mine)
    return found


def _key(refusal: Refusal) -> str:
    return f"{refusal.what.zh} {refusal.where.zh if refusal.where else ''}"


def verdict(found: list[tuple[Look, Refusal | None]]) -> int:
    """The exit code: damage before surroundings before anything else found."""
    exits = {one.exit for _, one in found if one is not None}
    for exit in (Exit.CONFLICT, Exit.ENVIRONMENT):
        if exit in exits:
            return int(exit)
    return int(Exit.FOUND if exits else Exit.DONE)


def _say(here: Desk, found: list[tuple[Look, Refusal | None]]) -> None:
    table = (here.options.format or "table") == "table"
    columns = [
        Column("check", Text("项目", "check"), whole=True),
        Column("status", Text("结果", "result"), whole=True),
        Column("message", Text("说明", "what")),
        Column("where", Text("位置", "where")),
        Column("remedy", Text("处理", "do")),
    ]
    shown = []
    for look, one in found:
        name = said(look.title) if table else look.key
        status = (t("好", "ok"), t("问题", "trouble"))[one is not None] if table else ("ok", "trouble")[one is not None]
        parts = (one.what, one.where, _remedy(one)) if one else (None, None, None)
        shown.append([name, status, *(part.said(LANG) if part else None for part in parts)])
    rows(here, columns, shown)


def _remedy(one: Refusal) -> Text | None:
    """What to do; where the store sends people here, the next thing is to mend."""
    return FIX if one.remedy == Text.same("svc doctor") else one.remedy
