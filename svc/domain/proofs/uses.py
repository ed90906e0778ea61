"""Everything a flow names, one `Use` each: the one walk over the whole language that the proofs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from svc.domain.core import ATTACH, MIGRATE, RIGHTS
from svc.domain.flow import CHOSEN, SAME, Action
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.proofs.book import Sheet
from svc.domain.proofs.reach import View
from svc.domain.proofs.terms import Use, Uses, condition, derivation, guard, many, named_forms, operand


def uses(sheet: Sheet) -> Uses:
    """Every use of a flow, in its order."""
    flow, view = sheet.form.flow, sheet.view
    yield Use("retention", "retention", flow["retention"], view)
    for key in ("key", "delays"):
        if key in flow:
            yield Use("path", key, flow[key], view)
    for n, rule in enumerate(flow.get("unique", ())):
        yield from many("path", f"unique.{n}.fields", rule["fields"], view)
        yield from many("state", f"unique.{n}.except", rule.get("except", ()), view)
    for name, raw in flow.get("marks", {}).items():
        yield from many("state", f"marks.{name}.in", raw["in"], view)
        yield from guard(raw["when"], f"marks.{name}.when", view)
    for name, raw in flow.get("clocks", {}).items():
        yield from _clock(raw, f"clocks.{name}", view)
    for name, raw in flow["actions"].items():
        yield from _Action(f"actions.{name}", raw, view).uses()
    for name in RIGHTS:
        if name in flow:
            yield from _right(name, flow[name], view)


def _clock(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    start = raw["from"]
    if isinstance(start, Mapping):
        yield Use("setting", f"{at}.from.setting", start["setting"], view)
        yield from many("path", f"{at}.from.choose", start["choose"], view)
    else:
        yield Use("path", f"{at}.from", start, view)
    yield from many("action", f"{at}.until", raw["until"], view)
    for key in ("limit", "target"):
        span = raw.get(key, {})
        for word, what in (("setting", "setting"), ("field", "path"), ("due", "path"), ("extends", "path")):
            if word in span:
                yield Use(what, f"{at}.{key}.{word}", span[word], view)
        yield from many("state", f"{at}.{key}.pauses", span.get("pauses", ()), view)
        if isinstance(span.get("calendar"), Mapping):
            yield Use("setting", f"{at}.{key}.calendar.setting", span["calendar"]["setting"], view)
    yield from condition(raw, at, view)
    yield Use("clause", f"{at}.clause", raw["clause"], view)


def _right(name: str, raw: Mapping[str, Json], view: View) -> Uses:
    """amend, cancel, undo, attach, note, upgrade, migrate."""
    if name == MIGRATE:
        yield from many("state", f"{name}.states", raw["states"], view)
        yield from many("role", f"{name}.vouched_by", raw.get("vouched_by", ()), view)
        yield from many("setting", f"{name}.until", raw.get("until", ()), view)
    if name == ATTACH:
        yield from many("evidence", f"{name}.kinds", raw.get("kinds", ()), view)
    yield from many("state", f"{name}.in", raw.get("in", ()), view)
    yield from many("path", f"{name}.fields", raw.get("fields", ()), view)
    yield from _Action(name, raw, view).uses()


@dataclass(frozen=True)
class _Action:
    """One action, route or right of a flow."""

    at: str
    raw: Mapping[str, Json]
    view: View

    def uses(self) -> Uses:
        yield from self._way()
        for field, operand_ in self.raw.get("copies", {}).items():
            yield from self._copied(field, operand_)
        for field, rule in self.raw.get("adds", {}).items():
            yield from self._added(field, rule)
        for field, rule in self.raw.get("derive", {}).items():
            at = f"{self.at}.derive.{field}"
            yield Use("path", at, field, self.view)
            yield Use("fill", at, (field, rule, self.view), self.view)
            yield from derivation(rule, at, self.view)
        for n, rule in enumerate(self.raw.get("creates", ())):
            yield from creation(rule, f"{self.at}.creates.{n}", self.view)
        for n, rule in enumerate(self.raw.get("also", ())):
            yield from movement(rule, f"{self.at}.also.{n}", self.view)
        if "voids" in self.raw:
            yield from self._voids(self.raw["voids"])
        for n, route in enumerate(self.raw.get("routes", ())):
            yield from _Action(f"{self.at}.routes.{n}", route, self.view).uses()

    def _way(self) -> Uses:
        """What a route may say as well: states, roles, fields, evidence, guards."""
        raw, at, view = self.raw, self.at, self.view
        yield from many("state", f"{at}.from", raw.get("from", ()), view)
        yield from self._target(raw.get("to", SAME))
        yield from self._by(raw.get("by", ()))
        for key in ("clause", "time"):
            if key in raw:
                yield Use("path" if key == "time" else key, f"{at}.{key}", raw[key], view)
        for key in ("asks", "takes"):
            yield from self._items("path", "field", f"{at}.{key}", raw.get(key, ()))
        papers = raw.get("evidence", {})
        for key in ("all", "any", "may"):
            yield from self._items("evidence", "kind", f"{at}.evidence.{key}", papers.get(key, ()))
        if "for" in papers:
            yield Use("path", f"{at}.evidence.for", papers["for"], view)
        for n, one in enumerate(raw.get("needs", ())):
            yield from guard(one, f"{at}.needs.{n}", view)
        yield from condition(raw, at, view)
        if isinstance(raw.get("reason"), Mapping):
            yield from condition(raw["reason"], f"{at}.reason", view)

    def _target(self, to: Json) -> Uses:
        if isinstance(to, Mapping):
            yield from many("state", f"{self.at}.to.choose", to["choose"], self.view)
        elif to != SAME:
            yield Use("state", f"{self.at}.to", to, self.view)

    def _by(self, by: Json) -> Uses:
        for n, actor in enumerate(by if not isinstance(by, str) else ()):
            at = f"{self.at}.by.{n}"
            if isinstance(actor, str):
                yield Use("role", at, actor, self.view)
                continue
            yield Use("outsider", f"{at}.role", actor["role"], self.view)
            yield from many("role", f"{at}.through", actor["through"], self.view)
            for key, what in (("paper", "evidence"), ("names", "path")):
                if key in actor:
                    yield Use(what, f"{at}.{key}", actor[key], self.view)

    def _items(self, what: str, key: str, at: str, raw: Json) -> Uses:
        for n, item in enumerate(raw):
            if isinstance(item, Mapping):
                yield Use(what, f"{at}.{n}.{key}", item[key], self.view)
                yield from condition(item, f"{at}.{n}", self.view)
            else:
                yield Use(what, f"{at}.{n}", item, self.view)

    def _copied(self, field: str, raw: Json) -> Uses:
        at = f"{self.at}.copies.{field}"
        yield Use("path", at, field, self.view)
        yield Use("fill", at, (field, {"from": raw}, self.view), self.view)
        yield from operand(raw, at, self.view)

    def _added(self, field: str, rule: Mapping[str, Json]) -> Uses:
        at, item = f"{self.at}.adds.{field}", self.view.over(field)
        yield Use("path", at, field, self.view)
        for key in ("asks", "takes"):
            keys = [f"item.{name}" for name in rule.get(key, ())]
            yield from many("path", f"{at}.{key}", keys, item)
        for key, raw in rule.get("copies", {}).items():
            yield Use("path", f"{at}.copies.{key}", f"item.{key}", item)
            yield Use("fill", f"{at}.copies.{key}", (f"item.{key}", {"from": raw}, item), item)
            yield from operand(raw, f"{at}.copies.{key}", item)

    def _voids(self, raw: Mapping[str, Json]) -> Uses:
        if raw["after"] not in (CHOSEN, "to"):
            yield Use("state", f"{self.at}.voids.after", raw["after"], self.view)
        yield from many("action", f"{self.at}.voids.keep", raw.get("keep", ()), self.view)


def creation(rule: Mapping[str, Json], at: str, view: View) -> Uses:
    """What an item of `creates` names."""
    yield Use("form", f"{at}.form", rule["form"], view)
    there = View(view.library, named_forms(rule["form"], view))
    if "action" in rule:
        yield Use("first", f"{at}.action", rule["action"], there)
    yield from _given(rule, at, view, there, rule.get("action"))


def movement(rule: Mapping[str, Json], at: str, view: View) -> Uses:
    """What an item of `also` names."""
    record = rule.get("record", rule.get("each", ""))
    if isinstance(record, Mapping):
        yield Use("form", f"{at}.record.form", record["form"], view)
        yield Use("via", f"{at}.record", {"form": record["form"], "via": record}, view)
    elif "record" in rule:
        inner = view.over(rule["each"]) if "each" in rule else view
        yield Use("link", f"{at}.record", record, inner)
    yield Use("move", f"{at}.action", rule["action"], View(view.library, moved_forms(rule, view)))
    yield from _given(rule, at, view, View(view.library, moved_forms(rule, view)), rule["action"])


def moved_forms(rule: Mapping[str, Json], view: View) -> tuple[Form, ...]:
    """The forms of the records that an item of `also` moves."""
    if "each" in rule:
        view = view.over(rule["each"])
    record = rule.get("record", "item")
    return named_forms(record["form"], view) if isinstance(record, Mapping) else view.links(record)


def taking(form: Form, name: str | None) -> Action | None:
    """The action of a record that is created or moved; the first making action unless one is named."""
    return form.actions.get(name) if name else next(iter(form.firsts), None)


def _given(rule: Mapping[str, Json], at: str, view: View, there: View, name: str | None) -> Uses:
    """`each`, `when` and `with` of what is created or moved; parts of an item it appends are given without `*`."""
    actions = [action for form in there.forms if (action := taking(form, name))]
    added = [field for action in actions for field in action.adds]
    if "each" in rule:
        yield Use("path", f"{at}.each", rule["each"], view)
        view = view.over(rule["each"])
    yield from condition(rule, at, view)
    for key, raw in rule.get("with", {}).items():
        place = f"{at}.with.{key}"
        head = next((field for field in added if key.startswith(f"{field}.")), None)
        yield Use("path", place, f"{head}.*.{key[len(head) + 1 :]}" if head else key, there)
        yield Use("given", place, (key, actions), there)
        if isinstance(raw, Mapping) and "each" in raw:
            yield Use("path", f"{place}.each", raw["each"], view)
            item = view.over(raw["each"])
            yield from condition(raw, place, item)
            for inner, one in raw["give"].items():
                yield Use("path", f"{place}.give.{inner}", f"{key}.*.{inner}", there)
                yield Use("fill", f"{place}.give.{inner}", (f"{key}.*.{inner}", {"from": one}, there), item)
                yield from operand(one, f"{place}.give.{inner}", item)
        else:
            yield Use("fill", place, (key, {"from": raw}, there), view)
            yield from operand(raw, place, view)
