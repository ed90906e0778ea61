"""The log of a record as rows: who did what, when, in which role, under which clause, in which commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from svc.cli.desk import Shelf
from svc.cli.lang import said, t
from svc.domain.core import PERSON
from svc.domain.flow import Action
from svc.domain.paths import Json
from svc.domain.record import Entry
from svc.domain.refusal import Text
from svc.index.look import Look
from svc.index.words import label, local
from svc.render.table import Column
from svc.store.history import Commit

SHORT = 8
"""So many digits of a commit are shown."""
UNSIGNED = "-"
STEP_COLUMNS = (
    Column("step", Text("步", "step"), right=True),
    Column("at", Text("时间", "at"), whole=True),
    Column("by", Text("办理人", "who")),
    Column("role", Text("角色", "role")),
    Column("action", Text("动作", "action")),
    Column("to", Text("状态", "state")),
    Column("clause", Text("依据", "clause")),
    Column("reason", Text("理由", "reason")),
)


@dataclass(frozen=True)
class Step:
    """One log entry, the action it was, and the commit it came with."""

    entry: Entry
    action: Action | None
    commit: Commit | None = None


def steps(look: Look, commits: dict[int, Commit] | None = None) -> list[Step]:
    """The log of a record, oldest first."""
    found = []
    for entry in look.record.log:
        form = look.form
        action = form.actions.get(entry.action) if form else None
        found.append(Step(entry, action, (commits or {}).get(entry.step)))
    return found


def person_name(shelf: Shelf, id: str) -> str:
    """A person's name; the id of somebody the register does not hold."""
    person = shelf.world.record(PERSON, id)
    return label(person) if person else id


def who(shelf: Shelf, entry: Entry) -> str:
    """Who acted, and for whom."""
    name = person_name(shelf, entry.by)
    if entry.on_behalf_of:
        return t(f"{name}代{entry.on_behalf_of}", f"{name} for {entry.on_behalf_of}")
    return name


def role(shelf: Shelf, entry: Entry) -> str:
    """In which role, and through which own one."""
    title = said(shelf.library.role_title(entry.role))
    if not entry.through:
        return title
    through = said(shelf.library.role_title(entry.through))
    return t(f"{title}（经{through}）", f"{title} (through {through})")


def vouched(shelf: Shelf, entry: Entry) -> str:
    """Behind the words of a step that entered a migrated case: who vouches for it, and its old number."""
    mark = entry.migrated
    if mark is None:
        return ""
    voucher = person_name(shelf, mark.vouched_by)
    zh, en = f"（{voucher}担保", f" ({voucher} vouches"
    if mark.former:
        zh, en = f"{zh}，原编号 {mark.former}", f"{en}, former {mark.former}"
    return t(f"{zh}）", f"{en})")


def step_rows(shelf: Shelf, look: Look, found: Sequence[Step]) -> tuple[list[Column], list[list[Json]]]:
    """The steps for people; a column in which nothing stands is left out."""
    rows = [_row(shelf, look, step) for step in found]
    used = [n for n, column in enumerate(STEP_COLUMNS) if any(str(row[n]) for row in rows)]
    return [STEP_COLUMNS[n] for n in used], [[row[n] for n in used] for row in rows]


def _row(shelf: Shelf, look: Look, step: Step) -> list[Json]:
    entry = step.entry
    state = look.form.states.get(entry.to) if look.form else None
    action = (said(step.action.text) if step.action else entry.action) + vouched(shelf, entry)
    voided = t(f"（已由第 {entry.voided_by} 步作废）", f" (voided by step {entry.voided_by})") if not entry.live else ""
    return [
        entry.step,
        local(shelf.scene, entry.at),
        who(shelf, entry),
        role(shelf, entry),
        action + voided,
        said(state.title) if state else entry.to,
        step.action.clause if step.action else "",
        entry.reason or entry.text or "",
    ]
