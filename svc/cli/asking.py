"""From words on the command line to a Request: fields, evidence, times, links written short."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from svc.cli.desk import Desk, Shelf, read_words
from svc.cli.perform import Basket
from svc.domain.assignments import Given, parse_assignments
from svc.domain.deed import Handed, Request
from svc.domain.flow import Action
from svc.domain.handing import Handing, parse_evidence
from svc.domain.links import link_values
from svc.domain.paths import Json, get, merge, put
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.values import Reading


class Words(NamedTuple):
    """What was typed: `FIELD=VALUE` words, `KIND=PATH` words, times, role, reason."""

    values: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    at: str | None = None
    role: str | None = None
    on_behalf_of: str | None = None
    to: str | None = None
    reason: str | None = None
    text: str | None = None
    expect: str | None = None
    base: Mapping[str, Json] | None = None


def children(shelf: Shelf, action: Action | None) -> dict[str, Form]:
    """The forms whose records the action may make, and theirs in turn: their inputs are given as FORM.FIELD."""
    found: dict[str, Form] = {}
    waiting = [action] if action else []
    while waiting:
        for rule in (waiting.pop()).creates:
            form = shelf.library.form(rule["form"])
            if form is not None and form.name not in found:
                found[form.name] = form
                waiting += form.firsts[:1]
    return found


def request(
    desk: Desk, shelf: Shelf, form: Form, action: str, record: Record | None, words: Words, basket: Basket
) -> Request:
    """The request that the words come to; files handed in are read into the basket."""
    known = form.actions.get(action)
    inner = children(shelf, known)
    reading = Reading(shelf.scene.now, shelf.scene.zone, read_words)
    try:
        given = parse_assignments(
            words.values,
            form.schema,
            form=form.name,
            reading=reading,
            children={name: child.schema for name, child in inner.items()},
            standing=record.fields if record else {},
        )
    except Refusal as refusal:
        raise refusal.at(remedy=Text.same(f"svc explain {form.name}")) from None
    return Request(
        action,
        _full(desk, shelf, form, merge(words.base or {}, values_of(given))),
        {name: _full(desk, shelf, inner[name], values_of(there)) for name, there in given.children.items()},
        handed(shelf, words.evidence, inner, basket, form, action),
        desk.time(words.at),
        words.reason,
        role_named(shelf, words.role),
        words.on_behalf_of,
        words.to,
        words.text,
        words.expect,
    )


def values_of(given: Given) -> dict[str, Json]:
    """What was given as one nested mapping; a new list item stands at its list's path."""
    values: dict[str, Json] = given.values
    for path, item in given.added.items():
        values = put(values, path, item)
    return values


def handed(
    shelf: Shelf, words: Sequence[str], inner: Mapping[str, Form], basket: Basket, form: Form, action: str
) -> tuple[Handed, ...]:
    """The files that the evidence words name, read."""
    kinds = {kind: shelf.library.kind_title(kind) for kind in shelf.library.kinds}
    try:
        named = parse_evidence(words, kinds, dict.fromkeys(inner, kinds))
    except Refusal as refusal:
        raise refusal.at(remedy=Text.same(f"svc explain {form.name}.{action}")) from None
    known = form.actions.get(action)
    try:
        return tuple(hand_in(shelf, one, basket) for one in named)
    except Refusal as refusal:
        raise refusal.at(clause=known.clause if known else None) from None


def hand_in(shelf: Shelf, one: Handing, basket: Basket) -> Handed:
    """One file read into the basket."""
    try:
        taken = basket.add(os.path.expanduser(one.path), shelf)
    except Refusal as refusal:
        words = Text(f"给出文件本身  --evidence {one.kind}=文件", f"give the file itself  --evidence {one.kind}=FILE")
        raise refusal.at(remedy=words) from None
    kind = one.kind if one.item is None else f"{one.kind}.{one.item}"
    return Handed(kind, taken.sha256, taken.size, taken.suffix, one.form)


def _full(desk: Desk, shelf: Shelf, form: Form, values: dict[str, Json]) -> dict[str, Json]:
    """Links written short (a tail, a serial, @last …) as full ids; what is not found is left to the decision."""
    for path, links, value in list(link_values(form, values)):
        full = full_link(desk, shelf, links, value)
        if full != value:
            values = _replaced(values, path, value, full)
    return values


def full_link(desk: Desk, shelf: Shelf, links: tuple[str, ...], value: str) -> str:
    """A link as typed (a key, a tail, a serial, @last …) as the full id; what names nothing is left as it is."""
    if not links or shelf.scene.find(links, value) is not None:
        return value
    try:
        record = desk.find(value, shelf, links)
    except Refusal as refusal:
        if refusal.details:
            raise
        return value
    return record.id if len(links) == 1 or record.year is not None else record.ref


def _replaced(values: dict[str, Json], path: str, old: str, new: str) -> dict[str, Json]:
    here: Any = get(values, path)
    return put(values, path, [new if item == old else item for item in here] if isinstance(here, list) else new)


def role_named(shelf: Shelf, word: str | None) -> str | None:
    """A role by id or title."""
    if word is None or word in shelf.library.roles:
        return word
    titled = [name for name in shelf.library.roles if word in vars_of(shelf, name)]
    if len(titled) == 1:
        return titled[0]
    raise Refusal(
        Text(f"没有角色 {word}。", f"there is no role {word}."),
        exit=Exit.USAGE,
        where=Text.same(f"--as {word}"),
        remedy=Text.same("svc procedure show"),
    )


def vars_of(shelf: Shelf, role: str) -> tuple[str, str]:
    """A role's titles."""
    title = shelf.library.role_title(role)
    return title.zh, title.en
