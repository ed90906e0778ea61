"""What a migrated record tells of itself, in words: who entered it, who vouches, its old number, what had been done."""

from __future__ import annotations

from collections.abc import Iterator

from svc.cli.desk import Shelf
from svc.cli.lang import said, t
from svc.cli.steps import person_name
from svc.cli.told import Told
from svc.domain.flow import Clock
from svc.domain.judging import KIND
from svc.domain.past import Past
from svc.domain.procedure import Form
from svc.domain.record import Entry
from svc.domain.told import standing
from svc.index.look import Look
from svc.index.words import local


def mark_lines(shelf: Shelf, look: Look) -> list[str]:
    """The mark of a migrated record: a line on who and what, a line for each step before, one for what is unknown."""
    mark, entry = look.migrated, look.record.log[0]
    if mark is None:
        return []
    by, voucher = person_name(shelf, entry.by), person_name(shelf, mark.vouched_by)
    when, role = local(shelf.scene, entry.recorded), said(shelf.library.role_title(mark.role))
    head = t(f"{when} {by}录入，{voucher}（{role}）担保", f"entered {when} by {by}, vouched for by {voucher} ({role})")
    if mark.former:
        head += t(f"，原编号 {mark.former}", f", former number {mark.former}")
    lines = [head, *(_step(shelf, look.form, past) for past in mark.done)]
    if mark.lacks:
        names = t("、", ", ").join(_lack(shelf, look.form, name) for name in mark.lacks)
        lines.append(t(f"不明：{names}", f"unknown: {names}"))
    return lines


def met_before(told: Told, entry: Entry, clock: Clock) -> Iterator[str]:
    """The step that met a clock before the record was entered."""
    mark, form = entry.migrated, told.form
    for past in standing(form, told.case.log, mark) if mark else ():
        if past.action in clock.until:
            yield _step(told.shelf, form, past)
            return


def _step(shelf: Shelf, form: Form | None, past: Past) -> str:
    """One step taken before: what, when, by whom, as far as that is known."""
    action = form.actions.get(past.action) if form else None
    words = [said(action.text) if action else past.action]
    words += [local(shelf.scene, past.at)] if past.at else []
    words += [person_name(shelf, past.by)] if past.by else []
    return "  ".join(words)


def _lack(shelf: Shelf, form: Form | None, name: str) -> str:
    """What is unknown: a kind of evidence, a field or an action by its title."""
    if name.startswith(KIND):
        return said(shelf.library.kind_title(name.removeprefix(KIND)))
    info, action = (form.schema.info(name), form.actions.get(name)) if form else (None, None)
    return said(info.title) if info else said(action.text) if action else name
