"""A case: one record at one deed, seen through paths and operands that cross links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from svc.domain.core import PERSON
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form
from svc.domain.record import Entry, Fields, Record
from svc.domain.refusal import Refusal, Text
from svc.domain.times import add_months, format_instant
from svc.domain.typed import amount, typed
from svc.domain.world import Acting, Scene


@dataclass(frozen=True, slots=True)
class Case:
    """The record as guards and derivations see it: fields after what was given, the state before, links as they stand.

    `kinds` are the evidence kinds standing in the record, those of this deed included; `log` its live entries. Of a
    step that a migration tells of, `untold` names the variables (`$actor` …) that nobody can tell: they are absent.
    """

    scene: Scene
    form: Form
    id: str
    state: str
    fields: Fields
    acting: Acting
    at: datetime
    kinds: frozenset[str] = frozenset()
    log: tuple[Entry, ...] = ()
    item: Json = MISSING
    items: str = ""
    untold: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scene: Scene, record: Record, form: Form, acting: Acting, at: datetime) -> Case:
        """The case of a record as it stands."""
        kinds = frozenset(item.kind for item in record.standing)
        return cls(scene, form, record.id, record.state, record.fields, acting, at, kinds, record.live)

    def with_fields(self, fields: Fields) -> Case:
        """The same case with other fields."""
        return replace(self, fields=fields)

    def with_item(self, item: Json, path: str) -> Case:
        """The same case while one item of the list at `path` is looked at (`item.…` paths)."""
        return replace(self, item=item, items=path)

    def value(self, path: str) -> Json:
        """What stands at a path: own field, across links, `$…`, `item.…`; MISSING when anything on the way is not."""
        head, _, rest = path.partition(".")
        if head == "item" and self.item is not MISSING:
            return self._item(rest)
        if head.startswith("$"):
            return self._own(head, rest)
        return _Walk(self.scene).step(self.fields, path.split("."), self.form, ())

    def _item(self, rest: str) -> Json:
        return _Walk(self.scene).into(
            self.item, rest.split(".") if rest else (), self.form, tuple(self.items.split("."))
        )

    def _own(self, head: str, rest: str) -> Json:
        if head in self.untold:
            return MISSING
        if head == "$actor" and rest:
            person = self.scene.world.record(PERSON, self.acting.person)
            form = self.scene.form_of(person) if person else None
            return _Walk(self.scene).step(person.fields, rest.split("."), form, ()) if person else MISSING
        local = self.at.astimezone(self.scene.zone)
        found: dict[str, Json] = {
            "$actor": self.acting.person,
            "$role": self.acting.role,
            "$unit": self.acting.unit,
            "$on_behalf_of": self.acting.on_behalf_of,
            "$at": format_instant(local),
            "$now": format_instant(self.scene.now.astimezone(self.scene.zone)),
            "$today": self.scene.now.astimezone(self.scene.zone).date().isoformat(),
            "$id": self.id,
            "$state": self.state,
            "$year": local.year,
        }
        value = found.get(head)
        return MISSING if value is None else value

    def operand(self, raw: Json) -> Json:
        """The value of an operand: a path, a literal, or a mapping of the language (value, setting, date, plus …)."""
        if isinstance(raw, str):
            return self.value(raw)
        if not isinstance(raw, Mapping):
            return raw
        for word, rule in _OPERANDS.items():
            if word in raw:
                return rule(self, raw)
        return MISSING

    def settled(self, name: str) -> Json:
        """A setting that this deed cannot do without; unset, the deed refuses and says where the value comes from."""
        found = self.scene.setting(name, self.at)
        if found is MISSING:
            raise unset(self.scene, name)
        return found


def unset(scene: Scene, name: str) -> Refusal:
    """The refusal of a deed that needs a setting nobody has set."""
    known = scene.library.settings.get(name, {})
    title, source = Text.from_dict(known or name), Text.from_dict(known.get("source", ""))
    return Refusal(
        Text(
            f"设定“{title.zh}”尚未给出，取自：{source.zh}。",
            f'the setting "{title.en}" is not set; it comes from {source.en}.',
        ),
        where=Text.same(name),
        clause=source.zh or None,
        remedy=Text(f"svc setting set {name} 值 --reason 依据", f"svc setting set {name} VALUE --reason SOURCE"),
    )


class _Walk(NamedTuple):
    """Walks a path over nested values, stepping into the record a link names."""

    scene: Scene
    seen: Sequence[str] = ()

    def step(self, data: Json, steps: Sequence[str], form: Form | None, done: tuple[str, ...]) -> Json:
        if not steps:
            return data
        head, rest = steps[0], steps[1:]
        if isinstance(data, list):
            if head == "*":
                found = [self.into(item, rest, form, done) for item in data]
                return [value for value in found if value is not MISSING]
            if not head.lstrip("-").isdigit() or not -len(data) <= int(head) < len(data):
                return MISSING
            return self.into(data[int(head)], rest, form, done)
        if not isinstance(data, Mapping) or head not in data:
            return MISSING
        return self.into(data[head], rest, form, (*done, head))

    def into(self, value: Json, rest: Sequence[str], form: Form | None, done: tuple[str, ...]) -> Json:
        """Go on from `value`; a link with more path behind it is left for the record it names."""
        if not rest or not isinstance(value, str):
            return value if not rest else self.step(value, rest, form, done)
        info = form.schema.info(".".join(done)) if form else None
        links = info.link if info else tuple(self.scene.library.forms)
        linked = self.scene.find(links, value)
        if linked is None:
            return MISSING
        if rest[0].startswith("$"):
            return {"$state": linked.state, "$id": linked.id, "$form": linked.form}.get(rest[0], MISSING)
        return self.step(linked.fields, rest, self.scene.form_of(linked), ())


def _setting(case: Case, raw: Mapping[str, Json]) -> Json:
    return case.settled(raw["setting"])


def _first(case: Case, raw: Mapping[str, Json]) -> Json:
    values = (case.operand(option) for option in raw["first"])
    return next((value for value in values if value is not MISSING), MISSING)


def _find(case: Case, raw: Mapping[str, Json]) -> Json:
    key = case.operand(raw["key"])
    record = case.scene.world.record(raw["find"], key) if isinstance(key, str) else None
    return record.id if record else MISSING


def _local(case: Case, operand: Json) -> str | None:
    """The local date of an instant or date operand, as text."""
    value = typed(case.operand(operand))
    if isinstance(value, datetime):
        return value.astimezone(case.scene.zone).date().isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else None  # type: ignore[union-attr]


def _date(case: Case, raw: Mapping[str, Json]) -> Json:
    return _local(case, raw["date"]) or MISSING


def _month(case: Case, raw: Mapping[str, Json]) -> Json:
    day = _local(case, raw["month"])
    return day[:7] if day else MISSING


def _year(case: Case, raw: Mapping[str, Json]) -> Json:
    day = _local(case, raw["year"])
    return int(day[:4]) if day else MISSING


def _year_end(case: Case, raw: Mapping[str, Json]) -> Json:
    value = case.operand(raw["year_end"])
    return f"{int(str(value)[:4]):04d}-12-31" if value is not MISSING and str(value)[:4].isdigit() else MISSING


def _plus(case: Case, raw: Mapping[str, Json]) -> Json:
    """A date or instant plus months, days or hours."""
    start = typed(case.operand(raw["plus"]))
    if not hasattr(start, "isoformat"):
        return MISSING
    moved = start
    for unit in ("months", "days", "hours"):
        if unit not in raw:
            continue
        count = amount(case.operand(raw[unit]))
        if count is None:
            return MISSING
        moved = _moved(moved, unit, count)
    return format_instant(moved) if isinstance(moved, datetime) else moved.isoformat()  # type: ignore[union-attr]


def _moved(start: Json, unit: str, count: Decimal) -> Json:
    if unit == "months":
        moved = add_months(start.date() if isinstance(start, datetime) else start, int(count))
        return datetime.combine(moved, start.timetz()) if isinstance(start, datetime) else moved
    return start + (timedelta(days=int(count)) if unit == "days" else timedelta(seconds=int(count * 3600)))


_OPERANDS = {
    "value": lambda case, raw: raw["value"],
    "setting": _setting,
    "first": _first,
    "find": _find,
    "date": _date,
    "month": _month,
    "year": _year,
    "year_end": _year_end,
    "plus": _plus,
}
# The words that make a mapping an operand; none of them is a keyword of JSON Schema.
OPERANDS = frozenset(_OPERANDS)
