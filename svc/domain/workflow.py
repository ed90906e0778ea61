"""Deciding a deed: the action asked for, and every record it creates or moves with it. Pure: records in, deed out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from svc.domain import gates, misfits
from svc.domain.case import Case
from svc.domain.core import MIGRATE, UNDO, UPGRADE
from svc.domain.deed import Change, Deed, Request
from svc.domain.flow import Action
from svc.domain.guards import applies
from svc.domain.links import link_values, resolve_links
from svc.domain.numbering import new_id, newer, unknown_action
from svc.domain.papers import filed
from svc.domain.paths import MISSING, Json, merge, put
from svc.domain.people import acted, place
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shapes import shaped
from svc.domain.step import Step, take
from svc.domain.times import parse_instant
from svc.domain.undo import undone
from svc.domain.world import Acting, Scene

Key = tuple[str, str]


@dataclass
class Draft:
    """A deed in the making: the records so far, and which (record, action) it has already done."""

    scene: Scene
    person: Record
    changes: dict[Key, Change] = field(default_factory=dict)
    done: set[tuple[str, str, str]] = field(default_factory=set)

    def now(self, record: Record) -> Record:
        """The record as this deed has it so far."""
        change = self.changes.get((record.form, record.id))
        return change.after if change else record

    def put(self, before: Record | None, after: Record, files: tuple[tuple[str, str], ...]) -> None:
        """Take up one record as it now is."""
        old = self.changes.get((after.form, after.id))
        change = Change(old.before, after, (*old.files, *files)) if old else Change(before, after, files)
        self.changes[(after.form, after.id)] = change

    def made(self, form: str) -> list[Record]:
        """The records of a form that this deed has made so far."""
        return [c.after for c in self.changes.values() if c.before is None and c.after.form == form]


def decide(scene: Scene, person: Record, form: Form, record: Record | None, request: Request) -> Deed:
    """The deed that a request comes to, every record of it decided; or a Refusal and nothing at all."""
    gates.legible(request)
    if request.action == UPGRADE and record is not None:
        form = newer(scene, form, record)
    action = form.actions.get(request.action)
    if action is None:
        raise unknown_action(form, record, request.action)
    if action.kind == MIGRATE:
        raise misfits.only_by_import(form, record, action)
    draft = Draft(scene, person)
    if action.kind == UNDO and record is not None:
        for change in undone(scene, person, form, record, action, request):
            gates.fits_schema(change.after, scene.form_of(change.after) or form, action)
            draft.put(change.before, change.after, ())
        return _deed(draft, action, form)
    if record is not None and action.first:
        raise misfits.made_already(form, record, action)
    _perform(draft, form, action, record, request, None, None)
    return _deed(draft, action, form)


def _deed(draft: Draft, action: Action, form: Form) -> Deed:
    return Deed(tuple(draft.changes.values()), draft.person.id, action.text, action.clause, draft.scene.now)


def _perform(
    draft: Draft,
    form: Form,
    action: Action,
    record: Record | None,
    request: Request,
    inside: Acting | None,
    within: str | None,
) -> Record:
    """One action and all that it makes and moves; returns the record it was done on."""
    scene = draft.scene
    id = record.id if record else new_id(scene, form, request, action, draft.made(form.name))
    if record is not None and form.states[record.state].final:
        gates.not_bound(scene, record, form)
    draft.done.add((form.name, id, action.name))
    shaped(form, action, request.gave)
    resolve_links(scene, form, request.gave, [c.after for c in draft.changes.values()])
    own = tuple(item for item in request.handed if item.form in (None, form.name))
    step = Step(scene, form, action, record, id, request._replace(handed=own), draft.person, inside, within)
    after = take(step)
    files = [(item.file, item.sha256) for item in filed(record, own, after.log[-1].step, draft.person.id)]
    draft.put(record, after, tuple(files))
    for change in _follow(draft, form, action, after, request):
        kind = "created" if change.before is None else "moved"
        after = _noted(after, kind, change.after.ref)
        draft.put(record, after, ())
    return after


def _noted(record: Record, kind: str, ref: str) -> Record:
    """The record with another record named in its last entry's `created` or `moved`."""
    *log, entry = record.log
    if kind == "created":
        entry = entry._replace(created=(*entry.created, ref))
    else:
        entry = entry._replace(moved=(*entry.moved, ref))
    return record._replace(log=(*log, entry))


def _follow(draft: Draft, form: Form, action: Action, after: Record, request: Request) -> Iterator[Change]:
    """What the action creates and moves besides its own record."""
    who = acted(draft.scene, after.log[-1])
    case = Case.of(draft.scene, after, form, who, draft.scene.now)
    case = replace(case, at=parse_instant(after.log[-1].at))
    within = f"{after.ref}#{after.log[-1].step}"
    before = [change.after for change in draft.changes.values() if change.before is None]
    for rule in action.creates:
        if not any(record.form == rule["form"] and points_at(draft.scene, record, after.id) for record in before):
            yield from _create(draft, case, rule, request, within)
    for rule in action.also:
        yield from _move(draft, case, rule, request, within)


def _items(case: Case, rule: Mapping[str, Json]) -> list[Case]:
    """The case, or one case an item of the list that `each` names; only those where `when` holds."""
    cases = [case]
    if "each" in rule:
        items = case.value(rule["each"])
        cases = [case.with_item(item, rule["each"]) for item in (items if isinstance(items, list) else [])]
    return [one for one in cases if applies(rule.get("when"), one)]


def _create(draft: Draft, case: Case, rule: Mapping[str, Json], request: Request, within: str) -> Iterator[Change]:
    name = rule["form"]
    child = draft.scene.library.form_of(name, case.form.procedure) or draft.scene.library.form(name)
    assert child is not None, name
    action = child.actions[rule["action"]] if "action" in rule else child.firsts[0]
    for one in _items(case, rule):
        gave = merge(_with(one, rule.get("with", {})), request.children.get(name, {}))
        handed = tuple(item for item in request.handed if item.form == name)
        asked = Request(action.name, gave, request.children, handed, case.at, request.reason)
        made = _perform(draft, child, action, None, asked, case.acting, within)
        yield draft.changes[(made.form, made.id)]


def points_at(scene: Scene, record: Record, id: str) -> bool:
    """Whether a record names `id` in one of its links."""
    form = scene.form_of(record)
    return form is not None and any(value == id for _, _, value in link_values(form, record.fields))


def _move(draft: Draft, case: Case, rule: Mapping[str, Json], request: Request, within: str) -> Iterator[Change]:
    for one in _items(case, rule):
        for target in _targets(one, rule):
            name = rule["action"]
            if (target.form, target.id, name) in draft.done:
                continue
            form = draft.scene.form_of(target)
            assert form is not None, target.form
            asked = Request(name, _with(one, rule.get("with", {})), {}, (), case.at, request.reason)
            moved = _perform(draft, form, form.actions[name], draft.now(target), asked, case.acting, within)
            yield draft.changes[(moved.form, moved.id)]


def _targets(case: Case, rule: Mapping[str, Json]) -> list[Record]:
    """The linked records that `also` moves; a link that is not there is a refusal."""
    record = rule.get("record", "item")
    if isinstance(record, Mapping):
        return list(case.scene.world.pointing(record["form"], record["inverse"], case.id))
    value = case.value(record)
    head = case.form.schema.info(case.items + record.removeprefix("item") if record.startswith("item") else record)
    links = head.link if head and head.link else tuple(case.scene.library.forms)
    found = [case.scene.find(links, v) for v in (value if isinstance(value, list) else [value])]
    if value is MISSING or None in found:
        raise Refusal(
            Text(f"没有关联的“{record}”。", f"no linked {record}."),
            exit=Exit.NOT_FOUND,
            where=place(case),
            remedy=Text.same(f"svc show {case.id} --links"),
        )
    return [target for target in found if target is not None]


def _with(case: Case, rule: Mapping[str, Json]) -> dict[str, Json]:
    """The values that `with` gives a created or moved record; what is absent is left out."""
    gave: dict[str, Json] = {}
    for path, operand in rule.items():
        value = _listed(case, operand) if isinstance(operand, Mapping) and "each" in operand else case.operand(operand)
        if value is not MISSING:
            gave = put(gave, path, value)
    return gave


def _listed(case: Case, rule: Mapping[str, Json]) -> Json:
    """A list made item by item: `{each: LISTPATH, give: {key: operand}}`; items where `when` fails are left out."""
    items = case.value(rule["each"])
    if not isinstance(items, list):
        return MISSING
    cases = (case.with_item(item, rule["each"]) for item in items)
    kept = [one for one in cases if applies(rule.get("when"), one)]
    return [_with(one, rule["give"]) for one in kept]


def form_now(scene: Scene, record: Record) -> Form:
    """The form a record is judged by; refused when its procedure is not in the repository."""
    form = scene.form_of(record)
    if form is None:
        raise Refusal(
            Text(
                f"记录库中没有 {record.procedure} 的 {record.form}。", f"{record.procedure} has no {record.form} here."
            ),
            exit=Exit.ENVIRONMENT,
            where=Text.same(record.ref),
            remedy=Text.same("svc procedure list"),
        )
    return form
