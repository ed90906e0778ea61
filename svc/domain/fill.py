"""What a deed puts into a record: given, copied, stamped, derived, appended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.core import AMEND, UPGRADE
from svc.domain.derive import derive
from svc.domain.flow import Action, Way
from svc.domain.guards import applies
from svc.domain.paths import MISSING, Json, append, get, leaves, merge, put, under
from svc.domain.people import place
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.times import format_instant
from svc.domain.typed import same


class Filled(NamedTuple):
    """What one deed writes: `given` = the paths the actor gave; `fields` = the record's fields afterwards."""

    fields: Mapping[str, Json]
    gave: Mapping[str, Json]
    filled: Mapping[str, Json]
    added: Mapping[str, list[Json]]
    given: tuple[str, ...]


def fill(case: Case, action: Action, gave: Mapping[str, Json], at: datetime) -> Filled:
    """Lay what was given over the record, then fill what the action copies, adds and derives, in that order."""
    gave, items = _items(action, gave)
    given = tuple(path for path, _ in leaves(gave))
    case = case.with_fields(merge(case.fields, gave))
    filled: dict[str, Json] = {}
    if action.time:
        stamp = format_instant(at.astimezone(case.scene.zone))
        filled, case = _set(filled, case, action.time, stamp, given, action)
    for field, operand in action.copies.items():
        for path, value in _copied(case, field, operand):
            filled, case = _set(filled, case, path, value, given, action)
    added: dict[str, list[Json]] = {}
    for field, rule in action.adds.items():
        item = _item(case, field, rule, items.get(field, {}), action)
        added[field] = [item]
        case = case.with_fields(append(case.fields, field, item))
    for field, rule in action.derive.items():
        value = derive(rule, case)
        if value is not MISSING:
            filled, case = _set(filled, case, field, value, given, action)
    return Filled(case.fields, gave, filled, added, given)


def _items(action: Action, gave: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Mapping[str, Json]]]:
    """Take the parts of list items that the action appends out of what was given."""
    rest, items = dict(gave), {}
    for field in action.adds:
        found = get(rest, field)
        if isinstance(found, Mapping):
            items[field] = found
            rest = _without(rest, field)
    return rest, items


def _without(data: Mapping[str, Json], path: str) -> dict[str, Json]:
    head, _, rest = path.partition(".")
    copy = dict(data)
    if rest and isinstance(copy.get(head), Mapping):
        copy[head] = _without(copy[head], rest)
        if not copy[head]:
            del copy[head]
    else:
        copy.pop(head, None)
    return copy


def _item(
    case: Case, field: str, rule: Mapping[str, Json], given: Mapping[str, Json], action: Action
) -> dict[str, Json]:
    """One item for a list: what was given, then what the rule copies; all that it asks must be there."""
    known = {*rule.get("asks", ()), *rule.get("takes", ())}
    for key in given:
        if key not in known:
            raise _unasked(case, action, f"{field}.{key}")
    item = dict(given)
    for key, operand in rule.get("copies", {}).items():
        value = case.with_item(item, field).operand(operand)
        if value is not MISSING:
            item[key] = value
    lacking = [key for key in rule.get("asks", ()) if key not in item]
    if lacking:
        words = " ".join(f"{field}.{key}=…" for key in lacking)
        titles = [(_item_title(case, field, key), f"{field}.{key}") for key in lacking]
        zh, en = "、".join(f"{t.zh}（{p}）" for t, p in titles), ", ".join(f"{t.en} ({p})" for t, p in titles)
        raise Refusal(
            Text(f"“{action.text.zh}”缺少：{zh}。", f'"{action.text.en}" lacks: {en}.'),
            where=place(case),
            clause=action.clause,
            remedy=Text.same(f"svc advance {case.id} {action.name} … {words}"),
        )
    return item


def _item_title(case: Case, field: str, key: str) -> Text:
    info = case.form.schema.info(f"{field}.*.{key}")
    return info.title if info else Text.same(key)


def _copied(case: Case, field: str, operand: Json) -> Iterator[tuple[str, Json]]:
    """The (path, value) pairs of one `copies` line; `parts.*.class: parts.*.part.class` goes item by item."""
    head, star, tail = field.partition(".*.")
    if not star:
        value = case.operand(operand)
        if value is not MISSING:
            yield field, value
        return
    items = case.value(head)
    for n in range(len(items) if isinstance(items, list) else 0):
        source = operand.replace(f"{head}.*.", f"{head}.{n}.", 1) if isinstance(operand, str) else operand
        value = case.operand(source)
        if value is not MISSING:
            yield f"{head}.{n}.{tail}", value


def _set(
    filled: dict[str, Json], case: Case, path: str, value: Json, given: tuple[str, ...], action: Action
) -> tuple[dict[str, Json], Case]:
    """Fill one path; what was given by hand there must agree. Items of a list are filled by writing the list whole."""
    old = get(case.fields, path)
    if path in given and old is not MISSING and not same(old, value):
        raise Refusal(
            Text(
                f"“{_title(case, path).zh}”应为 {value}，所给为 {old}。",
                f"{_title(case, path).en} is {value}, not {old}.",
            ),
            where=place(case),
            clause=action.clause,
            remedy=Text(f"不要填 {path}，由系统算出", f"leave out {path}: the tool fills it"),
        )
    fields = put(case.fields, path, value)
    if old is not MISSING and same(old, value) and path in given:
        return filled, case
    head = _list_head(case, path)
    filled = put(filled, head, get(fields, head)) if head else put(filled, path, value)
    return filled, case.with_fields(fields)


def _list_head(case: Case, path: str) -> str | None:
    """The list that a path runs through, if any."""
    steps = path.split(".")
    for n, step in enumerate(steps):
        if step.isdigit():
            return ".".join(steps[:n])
    return None


def known(case: Case, action: Action, way: Way, given: tuple[str, ...]) -> None:
    """Refuse what was given and is neither asked nor taken nor filled by the action; a new revision takes any field."""
    if action.kind == UPGRADE:
        return
    allowed = [item.name for item in (*way.asks, *way.takes) if applies(item.when, case)]
    allowed += [*action.copies, *action.derive, *([action.time] if action.time else [])]
    heads = [name.partition(".*")[0] for name in allowed]
    for path in given:
        if not under(path, heads):
            raise _unasked(case, action, path)


def _unasked(case: Case, action: Action, path: str) -> Refusal:
    head, _, key = path.rpartition(".")
    title = _item_title(case, head, key) if head in action.adds else _title(case, path)
    amend = case.form.actions.get(AMEND)
    return Refusal(
        Text(
            f"“{action.text.zh}”不填“{title.zh}”（{path}）。", f'"{action.text.en}" does not take {title.en} ({path}).'
        ),
        exit=Exit.DENIED,
        where=place(case),
        clause=action.clause or (amend.clause if amend else ""),
        remedy=Text.same(f"svc explain {case.form.name}.{action.name}"),
    )


def _title(case: Case, path: str) -> Text:
    info = case.form.schema.info(path)
    return info.title if info else Text.same(path)
