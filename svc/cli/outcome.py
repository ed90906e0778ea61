"""What a deed came to, said: the record on stdout, whatever else it made, moved or owes on stderr."""

from __future__ import annotations

import click

from svc.cli.desk import Desk
from svc.cli.lang import said, t
from svc.cli.perform import Done
from svc.cli.saying import dry_run_notice, write
from svc.render.output import document
from svc.render.terminal import safe_text
from svc.store.plain_yaml import dump_any


def done(desk: Desk, result: Done, *, made: bool = False) -> None:
    """Say what a deed came to: the id (and the state) on stdout; the rest on stderr."""
    deed = result.deed
    lead = deed.lead.after
    if result.commit is None:
        dry_run_notice()
    for warning in result.warnings:
        click.echo(safe_text(said(warning)), err=True)
    if desk.options.format in ("json", "ndjson", "yaml"):
        value = {"id": lead.id, "form": lead.form, "state": lead.state, "also": [c.after.ref for c in deed.changes[1:]]}
        write(desk, [document(desk.options.format, {**value, "commit": result.commit}, dump=dump_any)])
        return
    write(desk, [lead.id + "\n" if made or desk.options.quiet else f"{lead.id} {lead.state}\n"])
    if not desk.options.quiet:
        _others(result)


def _others(result: Done) -> None:
    """Beside the answer: every record made or moved, with its step and state in words; what a late step owes."""
    for change in result.deed.changes:
        form = result.library.form_of(change.after.form, change.after.procedure)
        if form is None:
            continue
        action, state = form.actions.get(change.entry.action), said(form.states[change.after.state].title)
        step = said(action.text) if action else change.entry.action
        head = f"{said(form.title)} {change.after.id}"
        click.echo(safe_text(t(f"{head}：{step} → {state}", f"{head}: {step} → {state}")), err=True)
    for debt in result.owed:
        words = t(f"{debt.zh}，须用 --reason 说明原因", f"{debt.en}: its reason is owed (--reason)")
        click.echo(safe_text(words), err=True)
