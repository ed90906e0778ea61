"""From what somebody types to a record: full id, `form/key`, a register's key, a unique tail, a natural key, @last."""

from __future__ import annotations

from collections.abc import Iterator

from svc.domain.core import MIGRATE
from svc.domain.ids import read_id
from svc.domain.past import FORMER
from svc.domain.pattern import pattern
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.index.world import CommitWorld

_TAIL = pattern(r"[0-9]+(-[0-9]+)*\Z")
_DIGITS = 18
"""No part of a number has more digits."""


def find(world: CommitWorld, word: str, forms: tuple[str, ...] = (), last: str | None = None) -> Record:
    """The one record that `word` names; none or several are refused (exit 3), candidates listed, nothing chosen."""
    if word == "@last":
        if last is None:
            raise Refusal(
                Text("还没有上一张单据。", "there is no last record yet."),
                exit=Exit.NOT_FOUND,
                where=Text.same("@last"),
                remedy=Text.same("svc query"),
            )
        word = last
    found = list({(r.form, r.id): r for r in _candidates(world, word.strip(), forms)}.values())
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(
            Text(f"找不到 {word}。", f"there is no {word}."),
            exit=Exit.NOT_FOUND,
            where=Text.same(word),
            remedy=Text.same(f"svc query {word}"),
        )
    listed = tuple(Text.same(f"{r.ref}  {r.state}") for r in found[:20])
    raise Refusal(
        Text(f"{word} 指 {len(found)} 张单据：", f"{word} names {len(found)} records:"),
        exit=Exit.NOT_FOUND,
        where=Text.same(word),
        remedy=Text(f"写全，例如  svc show {found[0].ref}", f"write it in full, as in  svc show {found[0].ref}"),
        details=listed,
    )


def _candidates(world: CommitWorld, word: str, forms: tuple[str, ...]) -> Iterator[Record]:
    """The cheapest reading that finds anything: a number, a key, a tail, a natural key, an old number."""
    wanted = [form for form in world.library.forms.values() if not forms or form.name in forms]
    number = read_id(word)
    if number is not None:
        yield from _of(world, [f for f in wanted if f.prefix == number.prefix], str(number))
        return
    name, _, key = word.partition("/")
    if key:
        yield from _of(world, [f for f in wanted if f.name == name], key)
        return
    exact = list(_of(world, [f for f in wanted if f.key], word))
    found = exact or list((_by_tail if _TAIL.match(word) else _natural)(world, word, wanted))
    yield from found or _former(world, word, wanted)


def _of(world: CommitWorld, forms: list[Form], id: str) -> Iterator[Record]:
    """The record of that id in each form; a register's key also in other case or width."""
    for form in forms:
        record = world.record(form.name, id)
        if record is None and form.key and (alike := world.alike(form.name, id)) is not None:
            record = world.record(form.name, alike)
        if record is not None:
            yield record


def _by_tail(world: CommitWorld, word: str, forms: list[Form]) -> Iterator[Record]:
    """Numbers whose sequence (and check digits) end so; leading zeros may be left out."""
    names, parts = {form.name for form in forms}, word.split("-")
    if max(map(len, parts)) > _DIGITS:
        return
    for place in world.numbered([int(part) for part in parts]):
        record = world.record(place.form, place.id) if place.form in names else None
        if record is not None:
            yield record


def _former(world: CommitWorld, word: str, forms: list[Form]) -> Iterator[Record]:
    """Migrated records whose old number is `word`."""
    for form in forms:
        if MIGRATE in form.actions:
            yield from world.valued(form.name, FORMER, word.casefold())


def _natural(world: CommitWorld, word: str, forms: list[Form]) -> Iterator[Record]:
    """Records with a value of their own equal to `word`: a field that the form says is unique."""
    folded = word.casefold()
    for form in forms:
        fields = {rule["fields"][0] for rule in form.uniques if len(rule["fields"]) == 1}
        near = {record.id: record for field in fields for record in world.valued(form.name, field, folded)}
        yield from (near[id] for id in sorted(near))
