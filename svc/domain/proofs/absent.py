"""Absence: a condition over a field that may be absent says what absence means (has or lacks beside it).

The engine fails closed: where a `needs` simply states a condition, an absent field refuses the deed, and nothing more
need be said, also not inside `any` and `all`. Elsewhere absence would change the meaning in silence, and is reported:
under `not`, in every `when` (of a guard, item, route, rule, clock, mark), in `holds`, and in the rows of a decision
table that has an `otherwise` row. A table without one refuses what no row expects; its holes are the tables' proof.

`empty` is the other side: a guard that lets an empty record pass, though it does not speak of absence, is no guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from svc.domain.core import CANCEL
from svc.domain.flow import Action, Guard, Way
from svc.domain.guards import holds
from svc.domain.paths import Json
from svc.domain.proofs.book import Book, Found, Founds, Sheet
from svc.domain.proofs.presence import Known, Presence, named, presences
from svc.domain.proofs.terms import KIND
from svc.domain.refusal import Refusal, Text


class Site(NamedTuple):
    """One guard of a flow: where it stands, what is known there, whether it must speak of absence."""

    at: str
    guard: Guard
    known: Known
    strict: bool


def absences(book: Book) -> Founds:
    """Conditions that absence would change in silence."""
    known = presences(book.sheets)
    for sheet in book.sheets:
        presence = known[sheet.form.procedure, sheet.form.name]
        for site in sites(sheet, presence):
            for at, path in _judge(site.guard, site.at, site.known, site.strict):
                yield Found(
                    sheet.file,
                    at,
                    Text(
                        f"{path} 可能没有值：旁边须写 has 或 lacks", f"{path} may be absent: put has or lacks beside it"
                    ),
                )


def sites(sheet: Sheet, presence: Presence) -> Iterator[Site]:
    """Every guard of a flow."""
    flow = sheet.form.flow
    for mark in sheet.form.marks:
        bases = [presence.states[name] for name in mark.states if name in presence.states]
        known = presence.known(frozenset.intersection(*bases) if bases else frozenset())
        yield Site(f"marks.{mark.name}.when", mark.when, known, True)
    for name, raw in flow.get("clocks", {}).items():
        if "when" in raw:
            yield Site(f"clocks.{name}.when", raw["when"], presence.known(presence.always), True)
    for name, raw in (*flow["actions"].items(), *((n, flow[n]) for n in (CANCEL,) if n in flow)):
        at = name if name == CANCEL else f"actions.{name}"
        yield from _of_action(sheet.form.actions[name], raw, at, presence)


def _of_action(action: Action, raw: Mapping[str, Json], at: str, presence: Presence) -> Iterator[Site]:
    routes: Sequence[Json] = raw.get("routes", ({},))
    for n, (way, route) in enumerate(zip(action.ways, routes, strict=True)):
        deriving = presence.deriving(action, way)
        after = presence.leaving(action, way, presence.before(way))
        for place, part in ((at, raw), (f"{at}.routes.{n}", route)):
            yield from _of_way(part, place, presence, action, way)
        for name, rule in raw.get("derive", {}).items():
            yield from _of_rule(rule, f"{at}.derive.{name}", deriving[name])
        for key in ("creates", "also"):
            for m, rule in enumerate(raw.get(key, ())):
                if "when" in rule:
                    inner = after.over(rule["each"]) if "each" in rule else after
                    yield Site(f"{at}.{key}.{m}.when", rule["when"], inner, True)


def _of_way(part: Mapping[str, Json], at: str, presence: Presence, action: Action, way: Way) -> Iterator[Site]:
    """The guards of an action or a route: each may count on what the deed's other guards name."""
    whole = presence.leaving(action, way, presence.before(way))
    if "when" in part:
        yield Site(f"{at}.when", part["when"], whole, True)
    for n, guard in enumerate(part.get("needs", ())):
        yield Site(f"{at}.needs.{n}", guard, whole, False)
    for key in ("asks", "takes"):
        for n, item in enumerate(part.get(key, ())):
            if isinstance(item, Mapping):
                yield Site(f"{at}.{key}.{n}.when", item["when"], whole, True)
    for key in ("all", "any", "may"):
        for n, item in enumerate(part.get("evidence", {}).get(key, ())):
            if isinstance(item, Mapping):
                yield Site(f"{at}.evidence.{key}.{n}.when", item["when"], whole, True)
    if isinstance(part.get("reason"), Mapping):
        yield Site(f"{at}.reason.when", part["reason"]["when"], whole, True)


def _of_rule(rule: Mapping[str, Json], at: str, known: Known) -> Iterator[Site]:
    if "when" in rule:
        yield Site(f"{at}.when", rule["when"], known, True)
        known = known.plus(_presumed(rule["when"]))
    if "holds" in rule:
        yield Site(f"{at}.holds", rule["holds"], known, True)
    strict = any(row.get("otherwise") for row in rule.get("table", ()))
    for n, row in enumerate(rule.get("table", ())):
        if "when" in row:
            yield Site(f"{at}.table.{n}.when", row["when"], known, strict)


def _presumed(guard: Guard) -> list[str]:
    """What stands where a guard holds."""
    return [path for path in named(guard) if not path.startswith(KIND)]


def _spoken(guard: Guard) -> list[str]:
    """The paths whose presence or absence a guard speaks of itself, or in its `all` and `any`."""
    own = [path for key in ("has", "lacks") for path in guard.get(key, ()) if not path.startswith(KIND)]
    inner = [path for one in (*guard.get("all", ()), *guard.get("any", ())) for path in one.get("lacks", ())]
    return [*own, *inner, *(path for one in guard.get("all", ()) for path in one.get("has", ()))]


def _judge(guard: Guard, at: str, known: Known, strict: bool) -> Iterator[tuple[str, str]]:
    """(place, path) of every condition in a guard that absence would change in silence."""
    if "when" in guard:
        yield from _judge(guard["when"], f"{at}.when", known, True)
        known = known.plus(_presumed(guard["when"]))
    if "each" in guard:
        known = known.over(guard["each"])
    known = known.plus(_spoken(guard))
    if strict:
        yield from ((f"{at}.where.{path}", path) for path in guard.get("where", {}) if not known.sure(path))
        for side in (0, 2) if "compare" in guard else ():
            yield from ((f"{at}.compare.{side}", path) for path in known.doubtful(guard["compare"][side]))
    for key in ("any", "all"):
        for n, one in enumerate(guard.get(key, ())):
            yield from _judge(one, f"{at}.{key}.{n}", known, strict)
    if "not" in guard:
        yield from _judge(guard["not"], f"{at}.not", known, True)


def empties(book: Book) -> Founds:
    """Guards that hold on a record with no fields, no log and no links."""
    for sheet in book.sheets:
        for site in sites(sheet, Presence(sheet)):
            at = site.at.rpartition(".")[0]
            if at.endswith("needs") and _passes(site.guard, sheet) and not _of_absence(site.guard):
                yield Found(sheet.file, site.at, Text("空白记录也能通过", "an empty record passes it"))


def _passes(guard: Guard, sheet: Sheet) -> bool:
    try:
        return holds(guard, sheet.blank())
    except Refusal:
        return False


def _of_absence(guard: Guard) -> bool:
    """Whether a guard is meant to hold where something is not: a condition, lacks, not, unique, at most."""
    if any(word in guard for word in ("when", "lacks", "not", "unique")) or "at_most" in guard.get("linked", {}):
        return True
    return any(_of_absence(one) for key in ("any", "all") for one in guard.get(key, ()))
