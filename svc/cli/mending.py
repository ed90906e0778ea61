"""What `svc doctor --fix` and `--unlock` do; an edit by hand is never touched."""

from __future__ import annotations

from collections.abc import Iterator

from svc.cli.desk import Desk
from svc.domain.refusal import Refusal, Text
from svc.index.inspection import RECORDS, REPORTS
from svc.store import damage, repair
from svc.store.standing import Standing


def mend(here: Desk) -> Iterator[Text]:
    """Mend what can be, one thing resting on the other: HEAD, the branch, a broken-off write, index, files; say what."""
    repository = here.repository
    empty = damage.empty_files(repository.place)
    if repository.place.git_dir / "HEAD" in empty and damage.mend_head(repository):
        yield Text("已修复 HEAD", "HEAD mended")
    try:
        if any(path.is_relative_to(repository.place.common / "refs") for path in empty):
            sha = repair.restore_branch(repository)
            yield Text(f"已按引用日志修复分支（{sha[:12]}）", f"the branch was mended from its log ({sha[:12]})")
        yield from _rest(here)
    except Refusal as refusal:
        yield refusal.what


def _rest(here: Desk) -> Iterator[Text]:
    """What needs a sound HEAD: an interrupted write, the index, missing files."""
    repository = here.repository
    with repository.writing() as writer:
        yield from writer.warnings
    if not damage.index_sound(repository.place) and damage.mend_index(repository):
        yield Text("已从提交重建索引", "the index was made anew from the commit")
    view = Standing.of_worktree(repository, (RECORDS, REPORTS))
    lost = [path for path, data in view.over.items() if not data and path in view.committed and path not in view.odd]
    back = {path: view.blob(view.committed[path]) for path in lost}
    yield from damage.mend_files(repository, back)
    snapshot = repository.snapshot()
    if here.index.trouble(snapshot) is not None and here.index.renew(snapshot):
        yield Text("已重建查询索引", "the index of records was made anew")
    if back:
        yield Text(f"已从提交恢复 {len(back)} 个文件", f"{len(back)} files brought back from the commit")


def release(here: Desk, now: float) -> Iterator[Text]:
    """Remove git's locks that nobody holds; say which, and which are held."""
    repository = here.repository
    for lock in repair.locks(repository):
        if damage.holder(repository.place, lock.path, now - lock.since) is None:
            repair.unlock(repository, lock)
            yield Text(f"已去除锁 {lock.path.name}", f"lock {lock.path.name} removed")
        else:
            yield Text(f"锁 {lock.path.name} 有人持有，未动", f"lock {lock.path.name} is held; left alone")
