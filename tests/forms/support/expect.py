"""What a deed came to, held against what its case expects; every difference a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forms_support.books import Case
from forms_support.stage import ZONE, Json, filled

from svc.domain.case import Case as Seen
from svc.domain.clocks import clocks, marks, owed
from svc.domain.deed import Deed
from svc.domain.migration import Unfit
from svc.domain.paths import MISSING, get
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.world import Acting, Scene

Touch = tuple[str, str]
"""A form and one of its actions."""


@dataclass(frozen=True)
class Here:
    """Where a situation has led: what differs from the stage, the aliases, the time, the actions on the way."""

    changed: Mapping[tuple[str, str], Record]
    names: Mapping[str, str]
    records: Mapping[str, Record]
    now: datetime
    touched: frozenset[Touch] = frozenset()


class Outcome(NamedTuple):
    """What a deed came to: the deed or the refusal, and how things stand after it."""

    deed: Deed | None
    refusal: Refusal | None
    here: Here
    scene: Scene


def misshapen(case: Case, library: Library) -> Iterator[str]:
    """How a form differs from what the paper says of it: code, states and ends, whether it is bound."""
    form = library.form(case.form)
    if form is None:
        yield "no such form"
        return
    found: dict[str, Json] = {
        "code": form.code,
        "key": form.key,
        "prefix": form.prefix,
        "bound": form.flow["bound"],
        "retention": form.flow["retention"],
        "states": [f"{state.id} {state.title.zh}" for state in form.states.values()],
        "final": [state.id for state in form.states.values() if state.final],
        "title": form.title.zh,
        "alias": list(form.flow.get("alias", ())),
    }
    for name, wanted in case.expected["shape"].items():
        if found[name] != wanted:
            yield f"{name}: {found[name]!r}, not {wanted!r}"


def differences(case: Case, outcome: Outcome) -> Iterator[str]:
    expected = filled(case.expected, outcome.here.names)
    if "refused" in expected:
        yield from _refused(expected, outcome)
    elif outcome.deed is None:
        assert outcome.refusal is not None
        yield f"refused: {outcome.refusal.what.zh}"
    else:
        yield from _done(expected, outcome, outcome.deed)


def _refused(expected: Mapping[str, Json], outcome: Outcome) -> Iterator[str]:
    refusal = outcome.refusal
    if refusal is None:
        yield f"done, not refused: {expected['refused']}"
        return
    told = refusal.what.zh + "；".join(one.zh for one in refusal.details if isinstance(refusal, Unfit))
    if _words(told) != _words(expected["refused"]):
        yield f"refused: {told}\n     not: {expected['refused']}"
    for key, found in (("clause", refusal.clause), ("exit", int(refusal.exit))):
        if key in expected and found != expected[key]:
            yield f"{key}: {found}, not {expected[key]}"


def _words(sentence: str) -> str:
    """What a refusal says in the words of the procedure: how the engine ends such a sentence is not the procedure's."""
    return sentence.partition("，不能“")[0].rstrip("。")


def _done(expected: Mapping[str, Json], outcome: Outcome, deed: Deed) -> Iterator[str]:
    record_, entry = deed.lead.after, deed.lead.entry.to_dict()
    if record_.state != expected.get("state", record_.state):
        yield f"state: {record_.state}, not {expected['state']}"
    for path, wanted in expected.get("fields", {}).items():
        yield from _unequal(f"fields.{path}", get(record_.fields, path), wanted)
    for path in expected.get("absent", ()):
        if get(record_.fields, path) is not MISSING:
            yield f"fields.{path}: {get(record_.fields, path)!r}, not absent"
    for key, wanted in expected.get("entry", {}).items():
        yield from _unequal(f"log.{key}", entry.get(key), wanted)
    if "voided" in expected:
        yield from _unequal("voided", [e.step for e in record_.log if not e.live], expected["voided"])
    if "evidence" in expected:
        yield from _unequal("evidence", [item.file for item in record_.evidence], expected["evidence"])
    if "made" in expected:
        made = [change.after.form for change in deed.changes if change.before is None]
        yield from _unequal("made", made, expected["made"])
    yield from _others(expected.get("others", {}), outcome)
    yield from _timed(expected, record_, outcome.scene)


def _others(wanted: Mapping[str, Json], outcome: Outcome) -> Iterator[str]:
    """Other records after the deed: `alias: state`, or `alias: {state, path: value}`."""
    for alias, one in wanted.items():
        record_ = outcome.here.records.get(alias)
        if record_ is None:
            yield f"{alias}: there is none"
            continue
        tests = one if isinstance(one, dict) else {"state": one}
        for path, value in tests.items():
            found = record_.state if path == "state" else get(record_.fields, path)
            yield from _unequal(f"{alias}.{path}", None if found is MISSING else found, value)


def _timed(expected: Mapping[str, Json], record_: Record, scene: Scene) -> Iterator[str]:
    form = scene.form_of(record_)
    assert form is not None
    seen = Seen.of(scene, record_, form, Acting("", ""), scene.now)
    if "marks" in expected:
        yield from _unequal("marks", marks(seen), expected["marks"])
    if "owed" in expected:
        yield from _unequal("owed", [one.clock.name for one in owed(seen, scene.now)], expected["owed"])
    if "clocks" in expected:
        found = clocks(seen, scene.now)
        running = {one.clock.name: _told(one) for one in found}
        running |= {f"{one.clock.name} target": f"{one.target:%m-%d %H:%M}" for one in found if one.target}
        for name, wanted in expected["clocks"].items():
            yield from _unequal(f"clock {name}", running.get(name, "off"), wanted)


def _told(running: Json) -> str:
    """A clock in words: `late`, `met`, `open` or `stopped`, and when it is due; a setting that nobody has set."""
    if running.unset:
        return f"unset {running.unset}"
    word = "late" if running.late else "met" if running.met else "stopped" if running.stopped else "open"
    return f"{word}, due {running.due.astimezone(ZONE):%m-%d %H:%M}"


def _unequal(where: str, found: Json, wanted: Json) -> Iterator[str]:
    if found is MISSING or found != wanted:
        yield f"{where}: {found!r}, not {wanted!r}"
