"""Entering a case that began before svc: in the state it has come to, marked as migrated, with who vouches for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from svc.domain import gates
from svc.domain.case import Case
from svc.domain.core import COMPANY, MIGRATE, PERSON
from svc.domain.deed import Change, Deed, Request
from svc.domain.flow import Action, Vouching
from svc.domain.following import best
from svc.domain.links import resolve_links
from svc.domain.numbering import new_id
from svc.domain.papers import filed
from svc.domain.passing import Passage, Teller
from svc.domain.past import FORMER, Migrated
from svc.domain.paths import MISSING, get, has, leaves, under
from svc.domain.people import Asked, acting, active, roles_on
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shapes import shaped
from svc.domain.times import format_instant, parse_instant
from svc.domain.told import reached
from svc.domain.typed import typed
from svc.domain.undo import cancelled
from svc.domain.world import Acting, Scene


class Unfit(Refusal):
    """One case that cannot be entered; each of its details is one thing missing or wrong."""


class Permit(NamedTuple):
    """Leave to enter migrated cases of a form: its action, who enters them, the mark with who vouches in which role."""

    action: Action
    vouching: Vouching
    acting: Acting
    mark: Migrated


def permit(scene: Scene, person: Record, form: Form, request: Request) -> Permit:
    """Refuse what no row can mend: a form that takes none, a window that is shut, who enters, who vouches, no reason."""
    action = form.actions.get(MIGRATE)
    if action is None or action.vouching is None:
        raise Refusal(
            Text(f"{form.title.zh}不接受迁移录入。", f"{form.title.en} takes no migrated cases."),
            where=Text.same(form.name),
            clause=COMPANY,
            remedy=Text(f"照常新建  svc create {form.name} …", f"make it as usual  svc create {form.name} …"),
        )
    _open(scene, form, action, action.vouching.until)
    nowhere = Case(scene, form, "", "", {}, Acting(person.id, ""), scene.now)
    who = acting(nowhere, action.ways[0], person, action, Asked(scene.now, request.role))
    mark = request.migrated or Migrated("")
    role = _vouched(scene, form, action, person, mark.vouched_by)
    if action.ways[0].reason and not (request.reason or "").strip():
        raise Refusal(
            Text(f"“{action.text.zh}”须说明理由。", f'"{action.text.en}" needs a reason.'),
            where=form.title,
            clause=action.clause,
            remedy=Text("加上 --reason 理由", "add --reason WHY"),
        )
    return Permit(action, action.vouching, who, mark._replace(role=role))


def last_day(scene: Scene, until: str) -> date | None:
    """The last day on which migrated cases may be entered, as the setting in force says; None while it is shut."""
    found = scene.setting(until, scene.now)
    day = typed(found) if found is not MISSING else None
    return day if type(day) is date else None


def _open(scene: Scene, form: Form, action: Action, until: str) -> None:
    """Refuse outside the window that the setting opens."""
    day = last_day(scene, until)
    if day is not None and scene.now.astimezone(scene.zone).date() <= day:
        return
    title = Text.from_dict(scene.library.settings.get(until, until))
    shut = Text(f"迁移尚未开放：没有给出“{title.zh}”。", f'migration is not open: "{title.en}" is not set.')
    over = Text(f"迁移已于 {day} 截止。", f"migration ended on {day}.")
    raise Refusal(
        over if day else shut,
        where=Text(f"{form.title.zh}  {until}", f"{form.title.en}  {until}"),
        clause=action.clause,
        remedy=Text(
            f"由管理员  svc setting set {until} 日期 --reason 依据",
            f"an administrator  svc setting set {until} DATE --reason SOURCE",
        ),
    )


def _vouched(scene: Scene, form: Form, action: Action, person: Record, id: str) -> str:
    """The role in which somebody vouches; refused for who may not."""
    vouching = action.vouching
    assert vouching is not None
    voucher = scene.world.record(PERSON, id) if id else None
    known = voucher is not None and active(scene, voucher)
    role = vouching_role(scene, vouching, voucher) if voucher is not None and known else None
    titles = [scene.library.role_title(one) for one in vouching.by]
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    name = voucher.fields.get("name", id) if voucher else id
    if voucher is None or not known:
        why = Text(f"{id} 不在人员登记中（或已离职），不能担保。", f"{id} is not an active person and cannot vouch.")
        if not id:
            why = Text("没有写明由谁担保。", "nobody is named who vouches.")
    elif role is None:
        why = Text(f"{name} 不能为迁移担保，须为：{zh}。", f"{name} may not vouch for migrated cases; it takes: {en}.")
    elif vouching.another and voucher.id == person.id:
        why = Text("担保人须是录入人以外的人。", "who vouches must be another person than who enters.")
    else:
        return role
    raise Refusal(
        why,
        exit=Exit.DENIED if id else Exit.USAGE,
        where=Text(f"{form.title.zh}  --vouched-by {id}".rstrip(), f"{form.title.en}  --vouched-by {id}".rstrip()),
        clause=action.clause,
        remedy=Text(
            f"--vouched-by 人员，查：svc query person role:{vouching.by[0]}",
            f"--vouched-by PERSON, ask one of: svc query person role:{vouching.by[0]}",
        ),
    )


def vouching_role(scene: Scene, vouching: Vouching, voucher: Record) -> str | None:
    """The role of those that may vouch which a person holds on the day of writing."""
    held = [one.role for one in roles_on(voucher, scene.now.astimezone(scene.zone).date())]
    return next((role for wanted in vouching.by for role in held if role in scene.library.holders(wanted)), None)


def migrate(scene: Scene, person: Record, form: Form, request: Request) -> Deed:
    """The deed that enters one case; a Refusal that tells everything that is missing or wrong."""
    gates.legible(request)
    leave = permit(scene, person, form, request)
    action, state = leave.action, request.to or ""
    shaped(form, action, request.gave)
    id = new_id(scene, form, request, action, ())
    resolve_links(scene, form, request.gave, ())
    at = format_instant(request.at.astimezone(scene.zone)) if request.at else None
    kinds = tuple(item.kind for item in request.handed)
    teller = Teller(scene, form, id, state, leave.mark, request.gave, kinds, at)
    wrong = [*unlawful(teller, action, leave.vouching), *twice(scene, form, id, leave.mark.former)]
    passage = best(teller) if state in action.ways[0].targets("") else None
    if passage is None:
        raise _unfit(teller, action, wrong or [_nowhere(form, state)])
    entry = _entry(teller, leave, request, passage)
    record = _record(scene, form, id, entry, request, person)
    wrong += [*passage.lacks, *strays(teller, action, passage), *_misfits(form, record, wrong, passage)]
    if wrong:
        raise _unfit(teller, action, wrong)
    case = Case.of(scene, record, form, leave.acting, parse_instant(entry.at))
    gates.unique(replace(case, state=""), action)
    files = tuple((item.file, item.sha256) for item in record.evidence)
    return Deed((Change(None, record, files),), person.id, action.text, action.clause, scene.now)


def _nowhere(form: Form, state: str) -> Text:
    title = form.states[state].title
    return Text(f"所填情况下到不了“{title.zh}”", f'nothing leads to "{title.en}" with what is given')


def _entry(teller: Teller, leave: Permit, request: Request, passage: Passage) -> Entry:
    """The one entry: where the case stands, since when, what was told of the way there."""
    scene, who = teller.scene, leave.acting
    now = format_instant(scene.now.astimezone(scene.zone))
    times = [step.at for step in passage.steps if step.at]
    at = teller.at or max(times, key=parse_instant, default=now)
    mark = leave.mark._replace(done=passage.steps)
    return Entry(
        *(1, MIGRATE, teller.state, who.person, who.role, at, now),
        reason=request.reason,
        pays=_paid(teller.form, request),
        migrated=mark,
        gave=request.gave,
        filled=passage.filled,
        procedure=teller.form.procedure,
    )


def _paid(form: Form, request: Request) -> tuple[str, ...]:
    """The clocks whose late reason had been given before, as the list of late reasons tells."""
    items = get(request.gave, form.flow["delays"]) if "delays" in form.flow else MISSING
    named = [item.get("which") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def _record(scene: Scene, form: Form, id: str, entry: Entry, request: Request, person: Record) -> Record:
    year = None if form.key else scene.now.astimezone(scene.zone).year
    blank = Record(id, form.name, form.procedure, "", year, {}, (), ())
    return blank.entered([entry], filed(None, request.handed, 1, person.id))


def unlawful(teller: Teller, action: Action, vouching: Vouching) -> Iterator[Text]:
    """What no course could mend: the state, the old number, steps and persons nobody knows, what may not be unknown."""
    form, told, scene = teller.form, teller.told, teller.scene
    targets = action.ways[0].targets("")
    if teller.state not in targets:
        titles = [form.states[name].title for name in targets]
        zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
        yield Text(f"只能迁移到：{zh}", f"cases can be migrated to: {en}")
    if told.former is None and not form.key:
        yield Text("没有写明原编号（former）", "the old number is not given (former)")
    for past in told.done:
        known = form.actions.get(past.action)
        if known is None or known.kind:
            yield Text(f"没有动作 {past.action}", f"there is no action {past.action}")
        if past.by is not None and scene.world.record(PERSON, past.by) is None:
            yield Text(f"人员登记中没有 {past.by}", f"there is no person {past.by}")
    for name in told.lacks:
        if name not in vouching.may_lack:
            may = "、".join(vouching.may_lack) or "无"
            en = ", ".join(vouching.may_lack) or "none"
            yield Text(f"{name} 不得写为不明（可以：{may}）", f"{name} may not be told as unknown (may: {en})")
        elif has(teller.gave, name) or name.partition(":")[2] in teller.kinds:
            yield Text(f"{name} 既写了又说不明", f"{name} is given and told as unknown")


def twice(scene: Scene, form: Form, id: str, former: str | None) -> Iterator[Text]:
    """Another record that was entered under the same old number and is not cancelled."""
    others = scene.world.valued(form.name, FORMER, former.casefold()) if former is not None else ()
    same = next((other.id for other in others if other.id != id and not cancelled(form, other)), None)
    if same is not None:
        yield Text(f"原编号 {former} 已迁移为 {same}", f"the old number {former} is {same} already")


def strays(teller: Teller, action: Action, passage: Passage) -> Iterator[Text]:
    """What was told and has no place on the course: steps, fields, evidence, a second time of one step."""
    form, taken = teller.form, {step.action for step in passage.steps}
    title = form.states[teller.state].title
    for past in teller.told.done:
        known = form.actions.get(past.action)
        if known is not None and not known.kind and past.action not in taken:
            zh = f"到“{title.zh}”不经过“{known.text.zh}”（{past.action}）"
            yield Text(zh, f'the way to "{title.en}" does not pass "{known.text.en}" ({past.action})')
    heads = [*passage.heads, *([form.flow["delays"]] if "delays" in form.flow else [])]
    for path, _ in leaves(teller.gave):
        if not under(path, heads):
            info = form.schema.info(path)
            name = info.title if info else Text.same(path)
            zh = f"到“{title.zh}”为止还不填{name.zh}（{path}）"
            yield Text(zh, f'{name.en} ({path}) is not filled in before "{title.en}"')
    kinds = {*action.ways[0].papers.kinds(), *(kind for move in passage.moves for kind in move.way.papers.kinds())}
    kinds |= {actor.paper for move in passage.moves for actor in move.way.by.actors if actor.paper}
    for kind in dict.fromkeys(teller.kinds):
        if kind.partition(".")[0] not in kinds:
            yield Text(f"不收凭证 {kind}", f"takes no evidence {kind}")
    wanted = [item.name for item in action.ways[0].papers.all if item.name not in teller.kinds]
    for kind in wanted:
        paper = teller.scene.library.kind_title(kind)
        yield Text(f"缺少凭证{paper.zh}（evidence.{kind}）", f"lacks the evidence {paper.en} (evidence.{kind})")
    yield from _twice(teller, passage)


def _twice(teller: Teller, passage: Passage) -> Iterator[Text]:
    """Two times of one thing: when its state was reached, and when the step that led there was done."""
    arrived = reached(passage.steps, teller.state)
    last = passage.steps[arrived] if arrived is not None else None
    if teller.at is not None and last is not None and last.at is not None:
        text = teller.form.actions[last.action].text
        if parse_instant(teller.at) != parse_instant(last.at):
            yield Text(f"时间（at）与“{text.zh}”的时间不同", f'the time (at) is not that of "{text.en}"')


def _misfits(form: Form, record: Record, wrong: list[Text], passage: Passage) -> Iterator[Text]:
    """What the schema says besides; what could not be computed because something was missing is not told again."""
    raw = record.to_dict()
    if passage.spoilt or form.schema.valid(raw):
        return
    said = " ".join(text.en for text in (*wrong, *passage.lacks))
    derived = [path for move in passage.moves for path in move.action.derive] if passage.lacks else []
    for one in form.schema.complaints(raw):
        path = one.path.removeprefix("fields.")
        if f"({path})" not in said and not under(path, derived):
            yield Text(f"{one.message.zh}（{path}）", f"{one.message.en} ({path})")


def _unfit(teller: Teller, action: Action, wrong: list[Text]) -> Refusal:
    """The refusal of one case, with everything that is missing or wrong."""
    form = teller.form
    state = form.states.get(teller.state)
    title = state.title if state else Text.same(teller.state or "?")
    former = f"  {teller.told.former}" if teller.told.former else ""
    return Unfit(
        Text(f"不能按“{title.zh}”迁移：", f'cannot be migrated as "{title.en}":'),
        where=Text(form.title.zh + former, form.title.en + former),
        clause=action.clause,
        remedy=Text.same(f"svc explain {form.name}.{MIGRATE}"),
        details=tuple(dict.fromkeys(wrong)),
    )
