"""`svc log`: who did what, when, in which role, under which clause, in which commit."""

from __future__ import annotations

from collections.abc import Iterator

import click

from svc.cli.completing import ids
from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.rows import plain
from svc.cli.saying import rows
from svc.cli.steps import SHORT, UNSIGNED, Step, role, steps, vouched, who
from svc.domain.flow import Action
from svc.domain.ids import parse_id, record_path
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.index.look import Look
from svc.index.words import local, minute
from svc.index.world import read_record
from svc.render.table import Column
from svc.store.history import Commit

LATEST = 20
"""So many commits are listed unless `--limit` says otherwise."""
SIGNED = Text("已签", "signed")
COLUMNS = (
    Column("at", Text("时间", "at"), whole=True),
    Column("by", Text("办理人", "who")),
    Column("role", Text("角色", "role")),
    Column("action", Text("动作", "action")),
    Column("clause", Text("依据", "clause")),
    Column("commit", Text("提交", "commit"), whole=True),
    Column("signature", Text("签名", "signature")),
)
RECORD = Column("record", Text("单据", "record"), whole=True)
REASON = Column("reason", Text("理由", "reason"))


@page(
    "log",
    t(
        "谁在何时、以何角色、依何条款办了什么。不写编号：记录库最近的各次提交。",
        "Who did what, when, in which role, under which clause. Without ID: the latest commits of the repository.",
    ),
    "svc log PG-0101-26-00398-83",
    "svc log --limit 50",
    "svc log 398 -O json",
)
@click.argument("id", required=False, metavar=t("[编号]", "[ID]"), shell_complete=ids)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help=t("至多 N 行", "at most N rows"))
def command(id: str | None, limit: int | None) -> None:
    here = desk()
    shelf = here.shelf
    if id is None:
        latest(here, shelf, LATEST if limit is None else limit)
    else:
        of_record(here, shelf, here.find(id, shelf), limit)


def of_record(here: Desk, shelf: Shelf, record: Record, limit: int | None) -> None:
    """The steps of one record, oldest first."""
    look = Look(shelf.scene, record)
    found = steps(look, commits_of(here, shelf, record))[:limit]
    if plain(here):
        reasons = any(step.entry.reason or step.entry.text for step in found)
        columns = [*COLUMNS, *([REASON] if reasons else [])]
        rows(here, columns, ([_words(shelf, step)[column.key] for column in columns] for step in found))
        return
    keys = dict.fromkeys(key for step in found for key in _json(step))
    rows(here, [Column(key, Text.same(key)) for key in keys], ([_json(s).get(k) for k in keys] for s in found))


def commits_of(here: Desk, shelf: Shelf, record: Record) -> dict[int, Commit]:
    """The commit that each step of a record came with: the first one whose file holds the step."""
    path = record_path(record.form, record.id, record.year)
    found: dict[int, Commit] = {}
    for commit, data in _versions(here, shelf, path):
        try:
            length = len(read_record(data, path).log) if data is not None else 0
        except Refusal:
            continue
        for step in range(1, length + 1):
            found.setdefault(step, commit)
    return found


def _versions(here: Desk, shelf: Shelf, path: str) -> Iterator[tuple[Commit, bytes | None]]:
    """The commits that changed a record's file, oldest first, with what it was after each: by the index, else by git."""
    repository = here.repository
    made = here.index.made(shelf.snapshot, path, repository.git)
    if made is not None:
        yield from ((repository.commit(sha), shelf.snapshot.blob(after)) for sha, after in made)
        return
    for commit in reversed(list(repository.history([path]))):
        yield commit, repository.snapshot(commit.sha).read(path)


def _words(shelf: Shelf, step: Step) -> dict[str, str]:
    entry, commit = step.entry, step.commit
    action = (said(step.action.text) if step.action else entry.action) + vouched(shelf, entry)
    if not entry.live:
        action += t(f"（已由第 {entry.voided_by} 步作废）", f" (voided by step {entry.voided_by})")
    return {
        "at": local(shelf.scene, entry.at),
        "by": who(shelf, entry),
        "role": role(shelf, entry),
        "action": action,
        "clause": step.action.clause if step.action else "",
        "commit": commit.sha[:SHORT] if commit else "",
        "signature": _signature(commit),
        "reason": entry.reason or entry.text or "",
    }


def _json(step: Step) -> dict[str, Json]:
    """The log entry as it stands in the file, with its clause, commit, author and signature."""
    commit = step.commit
    return {
        **step.entry.to_dict(),
        "clause": step.action.clause if step.action else None,
        "commit": commit.sha if commit else None,
        "author": f"{commit.author_name} <{commit.author_email}>" if commit else None,
        "signature": None if commit is None or commit.signature is None else True,
    }


def _signature(commit: Commit | None) -> str:
    return said(SIGNED) if commit and commit.signature else UNSIGNED


def latest(here: Desk, shelf: Shelf, limit: int) -> None:
    """The latest commits of the repository, newest first: deeds by their trailers, others by their subject."""
    columns = [*COLUMNS[:1], RECORD, *COLUMNS[1:]]
    found = here.repository.history(limit=limit)
    shown = _latest_words if plain(here) else _latest_json
    rows(here, columns, ([shown(shelf, commit)[column.key] for column in columns] for commit in found))


def _latest_words(shelf: Shelf, commit: Commit) -> dict[str, str]:
    trailers = dict(commit.trailers)
    found = _action(shelf, trailers)
    role_id = trailers.get("Svc-Role", "")
    return {
        "at": minute(commit.when.astimezone(shelf.scene.zone)),
        "record": trailers.get("Svc-Record", ""),
        "by": commit.author_name,
        "role": said(shelf.library.role_title(role_id)) if role_id else "",
        "action": said(found.text) if found else commit.subject,
        "clause": trailers.get("Svc-Clause", ""),
        "commit": commit.sha[:SHORT],
        "signature": _signature(commit),
    }


def _latest_json(shelf: Shelf, commit: Commit) -> dict[str, Json]:
    trailers = dict(commit.trailers)
    return {
        "at": commit.when.isoformat(),
        "record": trailers.get("Svc-Record"),
        "by": f"{commit.author_name} <{commit.author_email}>",
        "role": trailers.get("Svc-Role"),
        "action": trailers.get("Svc-Action"),
        "clause": trailers.get("Svc-Clause"),
        "commit": commit.sha,
        "signature": commit.signature is not None or None,
    }


def _action(shelf: Shelf, trailers: dict[str, str]) -> Action | None:
    """The action that a deed's trailers name."""
    name = trailers.get("Svc-Action", "")
    return next((form.actions[name] for form in _forms(shelf, trailers) if name in form.actions), None)


def _forms(shelf: Shelf, trailers: dict[str, str]) -> Iterator[Form]:
    record = trailers.get("Svc-Record", "")
    parsed, (head, _, key) = parse_id(record), record.partition("/")
    for form in shelf.library.forms.values():
        if (parsed and form.prefix == parsed.prefix) or (key and form.name == head):
            yield form
