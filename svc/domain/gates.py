"""The gates a deed passes in order; each lets it through or refuses it with place, clause and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from svc.domain.case import Case
from svc.domain.clocks import owed, owed_words
from svc.domain.core import COMPANY, NOTE
from svc.domain.deed import Request
from svc.domain.flow import Action, Guard, Way
from svc.domain.guards import applies, holds
from svc.domain.misfits import wrong_state
from svc.domain.paths import Json, get, has
from svc.domain.people import again, place
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import format_instant, parse_instant
from svc.domain.uniqueness import clash
from svc.domain.world import Scene


def legible(request: Request) -> None:
    """Refuse text that no file can hold: half characters, as they come from a terminal of another encoding."""
    given = (request.gave, request.children, request.reason, request.role, request.on_behalf_of, request.to)
    for words in _texts([*given, request.text, request.expect]):
        try:
            words.encode()
        except UnicodeEncodeError:
            raise Refusal(
                Text(f"文字无法写成 UTF-8：{shown(words)}", f"not writable as UTF-8: {shown(words)}"),
                exit=Exit.USAGE,
                where=Text.same(request.action),
                remedy=Text("用 UTF-8 终端输入", "type it in a terminal that speaks UTF-8"),
            ) from None


def _texts(value: Json) -> Iterator[str]:
    """Every text in a nested value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def event_time(scene: Scene, action: Action, request: Request, record: Record | None) -> datetime:
    """When the deed happened: `--at` or the action's time field (the same if both), else now; in order, not ahead."""
    given = get(request.gave, action.time) if action.time else None
    at = parse_instant(given) if isinstance(given, str) else None
    if at and request.at and at != request.at:
        raise Refusal(
            Text(f"--at 与 {action.time} 不是同一时间。", f"--at and {action.time} differ."),
            exit=Exit.USAGE,
            where=Text.same(f"--at {format_instant(request.at)}  {action.time}={given}"),
            clause=action.clause,
            remedy=Text("两者只给一个", "give one of the two"),
        )
    when = at or request.at or scene.now
    where = Text.same(f"{record.id if record else ''}  {format_instant(when.astimezone(scene.zone))}".strip())
    if when > scene.now:
        raise Refusal(
            Text("时间在将来。", "that time lies in the future."), where=where, clause=action.clause, remedy=_later()
        )
    before = record.last if record else None
    if before and when < parse_instant(before.at):
        raise Refusal(
            Text(
                f"早于上一步（{before.action} {before.at}）。",
                f"earlier than the step before ({before.action} {before.at}).",
            ),
            where=where,
            clause=action.clause,
            remedy=_later(),
        )
    return when


def _later() -> Text:
    return Text("用 --at 给出实际发生的时间", "give the real time with --at")


def open_ways(case: Case, action: Action) -> list[Way]:
    """The ways that start in the record's state; none is refused with what is possible instead."""
    fitting = [way for way in action.ways if _starts(way, action, case.state)]
    if not fitting:
        raise wrong_state(case, action)
    return fitting


def _starts(way: Way, action: Action, state: str) -> bool:
    """Whether a way starts in a state; a right that names no states counts in all of them."""
    if not state:
        return not way.froms and not action.kind
    return state in way.froms or bool(action.kind and not way.froms)


def target(case: Case, action: Action, way: Way, chosen: str | None) -> str:
    """The state the action leads to; where the actor chooses, the one chosen."""
    targets = way.targets(case.state)
    if chosen is not None and chosen not in targets or (way.choose and chosen is None):
        options = "、".join(f"{name}（{case.form.states[name].title.zh}）" for name in targets)
        options_en = ", ".join(targets)
        raise Refusal(
            Text(f"“{action.text.zh}”可到：{options}。", f'"{action.text.en}" leads to: {options_en}.'),
            exit=Exit.USAGE,
            where=place(case),
            clause=action.clause,
            remedy=Text.same(f"svc advance {case.id} {action.name} --to {targets[0]}"),
        )
    return chosen or targets[0]


def asked(case: Case, action: Action, way: Way, given: Collection[str]) -> None:
    """Refuse when something the action asks was not given by this deed; all of it is named at once."""
    lacking = [item.name for item in way.asks if applies(item.when, case) and not _was_given(item.name, given, case)]
    if not lacking:
        return
    titles = [_title(case.form, path) for path in lacking]
    verb = f"svc advance {case.id} {action.name}" if case.state else f"svc create {case.form.name}"
    verb += " …" if given else ""  # what was given stays given
    raise Refusal(
        Text(
            f"“{action.text.zh}”缺少：{'、'.join(f'{t.zh}（{p}）' for t, p in zip(titles, lacking, strict=True))}。",
            f'"{action.text.en}" lacks: {", ".join(f"{t.en} ({p})" for t, p in zip(titles, lacking, strict=True))}.',
        ),
        where=place(case),
        clause=action.clause,
        remedy=Text.same(f"{verb} {' '.join(f'{path}=…' for path in lacking)}"),
    )


def _was_given(path: str, given: Collection[str], case: Case) -> bool:
    """Whether the actor gave `path` (or what stands below it), in every item of a list it runs through."""
    head, star, tail = path.partition(".*.")
    if star:
        items = get(case.fields, head)
        return (
            any(g.split(".*")[0] == head for g in given)
            and isinstance(items, list)
            and all(has(i, tail) for i in items)
        )
    return has(case.fields, path) and any(
        g == path or g.startswith(path + ".") or path.startswith(g + ".") for g in given
    )


def _title(form: Form, path: str) -> Text:
    info = form.schema.info(path)
    return info.title if info else Text.same(path)


def asks_reason(case: Case, way: Way) -> bool:
    """Whether the way asks a reason of its own in this case."""
    return way.reason if isinstance(way.reason, bool) else holds(way.reason, case)


def reasoned(case: Case, action: Action, way: Way, reason: str | None) -> None:
    """Refuse when the action asks a reason and none was given."""
    if asks_reason(case, way) and not (reason or "").strip():
        verb = again(case, action)
        raise Refusal(
            Text(f"“{action.text.zh}”须说明理由。", f'"{action.text.en}" needs a reason.'),
            where=place(case),
            clause=action.clause,
            remedy=Text(f"{verb} --reason 理由", f"{verb} --reason WHY"),
        )


def worded(case: Case, action: Action, text: str | None) -> None:
    """Refuse a note without words."""
    if action.kind == NOTE and not (text or "").strip():
        raise Refusal(
            Text("备注是空的。", "the note is empty."),
            where=place(case),
            clause=action.clause or COMPANY,
            remedy=Text(f"svc note {case.id} 文字", f"svc note {case.id} TEXT"),
        )


def pass_guards(case: Case, action: Action, way: Way) -> None:
    """Refuse at the first guard that does not hold, in the words of the flow."""
    for guard in way.needs:
        if not holds(guard, case):
            raise denied(case, action, guard)


def denied(case: Case, action: Action, guard: Guard) -> Refusal:
    """The refusal that a guard carries."""
    fix = Text.from_dict(guard["fix"]) if "fix" in guard else Text.same(f"svc explain {case.form.name}.{action.name}")
    say = Text.from_dict(guard.get("say", {"zh": "条件不成立", "en": "a condition does not hold"}))
    zh, en = say.zh.rstrip("。"), say.en.rstrip(".?")
    # a sentence that says itself what may not be needs no second one
    barred = zh if zh.startswith(("只", "不能")) else f"{zh}，不能“{action.text.zh}”"
    return Refusal(
        Text(barred, f'{en}: "{action.text.en}" is refused.'),
        where=place(case),
        clause=str(guard.get("clause", action.clause)),
        remedy=Text(_filled_in(fix.zh, case), _filled_in(fix.en, case)),
    )


def _filled_in(template: str, case: Case) -> str:
    """A remedy with the record's id and fields in the places of `{id}` and `{field}`."""

    def found(match: re.Match[str]) -> str:
        value = case.id if match[1] == "id" else case.value(match[1])
        return str(value) if isinstance(value, (str, int)) else f"<{match[1]}>"

    return re.sub(r"\{([a-z_.$]+)\}", found, template)


def unique(case: Case, action: Action) -> None:
    """Refuse a record that has the same values as another where the form says they are unique."""
    for rule in case.form.uniques:
        other = clash(case, tuple(rule["fields"]), tuple(rule.get("except", ())))
        if other is not None:
            titles = [_title(case.form, field) for field in rule["fields"]]
            raise Refusal(
                Text(
                    f"“{'、'.join(t.zh for t in titles)}”已有：{other}。",
                    f"{', '.join(t.en for t in titles)}: taken by {other}.",
                ),
                where=place(case),
                clause=action.clause,
                remedy=Text.same(f"svc show {case.form.name}/{other}" if case.form.key else f"svc show {other}"),
            )


def settled(case: Case, action: Action) -> None:
    """Refuse a closing action while a late step still owes its reason."""
    debts = owed(case, case.at)
    if debts:
        raise Refusal(
            Text(
                f"超期尚未说明原因，不能“{action.text.zh}”。",
                f'a late step owes its reason: "{action.text.en}" is refused.',
            ),
            where=place(case),
            clause=debts[0].clock.clause or action.clause,
            remedy=Text(
                f"svc advance {case.id} {action.name} --reason 原因",
                f"svc advance {case.id} {action.name} --reason WHY",
            ),
            details=owed_words(debts),
        )


def fits_schema(record: Record, form: Form, action: Action) -> None:
    """Refuse a record that its schema does not accept, with every complaint."""
    raw = record.to_dict()
    if form.schema.valid(raw):
        return
    found = form.schema.complaints(raw)
    place = Text.same(f"{record.form} {record.id}")
    raise Refusal(
        Text(f"{form.title.zh}填写有误。", f"{form.title.en} is not filled in as it must be."),
        where=place,
        clause=action.clause,
        remedy=Text.same(f"svc explain {form.name}"),
        details=tuple(Text(f"{c.path}：{c.message.zh}", f"{c.path}: {c.message.en}") for c in found),
    )


def not_bound(scene: Scene, record: Record, form: Form) -> None:
    """Refuse to touch a record that stands in a bound volume."""
    volume = scene.world.bound_in(record)
    if volume is not None:
        raise Refusal(
            Text(f"{record.id} 已装订入 {volume}，不得再改。", f"{record.id} is bound in {volume} and is not edited."),
            where=Text.same(record.ref),
            clause=scene.library.volume_clause,
            remedy=Text.same(f"svc volume show {volume}"),
        )
