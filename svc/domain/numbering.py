"""Names for new records: the next number of a lane, or a register's key; and what to say of unknown actions."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from svc.domain.deed import Request
from svc.domain.flow import Action
from svc.domain.ids import make_id
from svc.domain.keys import check_key, fold_key
from svc.domain.paths import MISSING, get
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.world import Scene


def new_id(scene: Scene, form: Form, request: Request, action: Action, made: Sequence[Record]) -> str:
    """The id of a record to be made: a register's key, or the next number of this lane and year (no gaps)."""
    if form.key:
        return _key(scene, form, request, action, made)
    year = scene.now.astimezone(scene.zone).year
    number = scene.world.last_sequence(form.name, scene.lane, year) + len(made) + 1
    assert form.prefix, form.name
    return make_id(form.prefix, scene.lane, year, number)


def _key(scene: Scene, form: Form, request: Request, action: Action, made: Sequence[Record]) -> str:
    key = get(request.gave, form.key or "")
    if key is MISSING or not isinstance(key, str) or not key.strip():
        info = form.schema.info(form.key or "")
        title = info.title if info else Text.same(form.key or "")
        raise Refusal(
            Text(
                f"登记{form.title.zh}须给出“{title.zh}”（{form.key}）。",
                f"{form.title.en} needs {title.en} ({form.key}).",
            ),
            where=form.title,
            clause=action.clause,
            remedy=Text.same(f"svc create {form.name} {form.key}=…"),
        )
    try:
        check_key(key)
    except Refusal as refusal:
        raise refusal.at(
            Text.same(f"{form.name} {form.key}"), Text.same(f"svc create {form.name} {form.key}=…")
        ) from None
    taken = scene.world.alike(form.name, key) or next((r.id for r in made if fold_key(r.id) == fold_key(key)), None)
    if taken is not None:
        raise Refusal(
            Text(f"{form.title.zh}中已有 {taken}。", f"{form.title.en}: {taken} is already there."),
            where=Text.same(f"{form.name} {form.key}={key}"),
            clause=action.clause,
            remedy=Text.same(f"svc show {form.name}/{taken}"),
        )
    return key


def unknown_action(form: Form, record: Record | None, name: str) -> Refusal:
    """The refusal of an action that the form does not have, with near matches."""
    names = [*form.actions]
    near = difflib.get_close_matches(name, names, 3) or names
    return Refusal(
        Text(
            f"{form.title.zh}没有动作 {name}；有：{'、'.join(near)}。",
            f"{form.title.en} has no action {name}; it has: {', '.join(near)}.",
        ),
        exit=Exit.USAGE,
        where=Text.same(record.id if record else form.name),
        remedy=Text.same(f"svc explain {form.name}"),
    )


def newer(scene: Scene, form: Form, record: Record) -> Form:
    """The form of the newest revision in force that a record can move to; refused when there is none."""
    name = scene.library.newest(record.procedure)
    found = scene.library.form_of(form.name, name) if name else None
    if found is None or name == record.procedure or record.state not in found.states:
        raise Refusal(
            Text(
                f"{record.id} 没有可转的新版程序（现为 {record.procedure}）。",
                f"no newer revision takes {record.id} (now {record.procedure}).",
            ),
            where=Text.same(f"{record.id}  {record.state}"),
            clause="[company]",
            remedy=Text.same("svc procedure list"),
        )
    return found
