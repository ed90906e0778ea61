"""What each step gave: what its action asks must be there, what it does not take must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from svc.domain.case import Case
from svc.domain.checks.log import Found, Step
from svc.domain.core import MIGRATE, UPGRADE
from svc.domain.flow import Action, Guard, Way
from svc.domain.guards import holds
from svc.domain.paths import has, under
from svc.domain.people import acted
from svc.domain.record import Record, apply, gave_paths
from svc.domain.refusal import Text
from svc.domain.times import parse_instant
from svc.domain.world import Scene


def findings(record: Record, course: Sequence[Step], scene: Scene) -> Found:
    """Asked fields that are missing, given fields that were not to be given, reasons and texts that are missing."""
    for step in course:
        if step.action is not None and step.way is not None:
            yield from _step(step, step.action, step.way, _holding(record, step, scene))


def _holding(record: Record, step: Step, scene: Scene) -> Callable[[Guard], bool]:
    """Whether a condition held at a step; few steps have one, so the case is made for the first that is asked."""
    cases: list[Case] = []

    def held(guard: Guard) -> bool:
        if not cases:
            cases.append(_case(record, step, scene))
        return holds(guard, cases[0])

    return held


def _case(record: Record, step: Step, scene: Scene) -> Case:
    """The case as the step left it: what earlier steps that counted then had written, and this one."""
    entry = step.entry
    fields: dict[str, object] = {}
    for earlier in record.log[: step.n]:
        if earlier.voided_by is None or earlier.voided_by > entry.step:
            fields = apply(fields, earlier)
    then = scene._replace(now=parse_instant(entry.recorded))
    who, at = acted(scene, entry), parse_instant(entry.at)
    return Case(then, step.form, record.id, entry.from_ or "", apply(fields, entry), who, at)


def _step(step: Step, action: Action, way: Way, held: Callable[[Guard], bool]) -> Found:
    entry, where = step.entry, step.where
    for item in way.asks:
        head = item.name.partition(".*.")[0]
        there = has(entry.gave, head) or has(entry.filled, head)
        if not there and (item.when is None or (_own(item.when) and held(item.when))):
            yield f"{where}.gave.{item.name}", Text(f"缺少 {item.name}", f"lacks {item.name}")
    if entry.gave and action.kind not in (UPGRADE, MIGRATE):
        yield from _strangers(step, action, way)
    if not (entry.reason or "").strip() and _reasoned(way, bool(entry.reason), held):
        yield f"{where}.reason", Text("须有理由", "needs a reason")
    for field in entry.added:
        if field not in action.adds and field != step.form.flow.get("delays"):
            yield (
                f"{where}.added.{field}",
                Text(f"“{action.text.zh}”不追加 {field}", f'"{action.text.en}" adds nothing to {field}'),
            )


def _strangers(step: Step, action: Action, way: Way) -> Iterator[tuple[str, Text]]:
    """What was given and neither asked nor taken."""
    allowed = [item.name.partition(".*")[0] for item in (*way.asks, *way.takes)]
    allowed += [*action.copies, *action.derive, *([action.time] if action.time else [])]
    for path in gave_paths(step.entry):
        if path not in allowed and not under(path, allowed):
            yield (
                f"{step.where}.gave.{path}",
                Text(f"“{action.text.zh}”不填 {path}", f'"{action.text.en}" does not take {path}'),
            )


def _reasoned(way: Way, blank: bool, held: Callable[[Guard], bool]) -> bool:
    """Whether a step without a reason (a `blank` one, or none) needed one."""
    if isinstance(way.reason, bool):
        return way.reason
    return not blank and _own(way.reason) and held(way.reason)


def _own(rule: object) -> bool:
    """Whether a condition speaks of the record alone: what links said at the deed is not asked again."""
    text = repr(rule)
    return "linked" not in text and "unique" not in text
