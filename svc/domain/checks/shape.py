"""What each step gave: what its action asks must be there, what it does not take must not."""

from __future__ import annotations

from collections.abc import Iterator

from svc.domain.case import Case
from svc.domain.checks.log import way_of
from svc.domain.core import UPGRADE
from svc.domain.flow import Action, Way
from svc.domain.guards import applies, holds
from svc.domain.paths import has, under
from svc.domain.people import acted
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record, apply, gave_paths
from svc.domain.refusal import Text
from svc.domain.times import parse_instant
from svc.domain.world import Scene

Found = Iterator[tuple[str, Text]]


def findings(record: Record, form: Form, scene: Scene) -> Found:
    """Asked fields that are missing, given fields that were not to be given, reasons and texts that are missing."""
    procedure = record.log[0].procedure or ""
    for n, entry in enumerate(record.log):
        procedure = entry.procedure or procedure
        judged = scene.library.form_of(record.form, procedure) or form
        action, way = judged.actions.get(entry.action), way_of(judged, entry, scene.library)
        if action is not None and way is not None:
            case = _case(scene, judged, record, n, entry)
            yield from _step(case, action, way, entry, f"log.{n}")


def _case(scene: Scene, form: Form, record: Record, n: int, entry: Entry) -> Case:
    """The case as the step left it: what earlier steps that counted then had written, and this one."""
    fields: dict[str, object] = {}
    for earlier in record.log[:n]:
        if earlier.voided_by is None or earlier.voided_by > entry.step:
            fields = apply(fields, earlier)
    who, at = acted(scene, entry), parse_instant(entry.at)
    return Case(scene, form, record.id, entry.from_ or "", apply(fields, entry), who, at)


def _step(case: Case, action: Action, way: Way, entry: Entry, where: str) -> Found:
    gave = gave_paths(entry)
    for item in way.asks:
        head = item.name.partition(".*.")[0]
        if _own(item.when) and applies(item.when, case) and not (has(entry.gave, head) or has(entry.filled, head)):
            yield f"{where}.gave.{item.name}", Text(f"缺少 {item.name}", f"lacks {item.name}")
    allowed = [item.name.partition(".*")[0] for item in (*way.asks, *way.takes)]
    allowed += [*action.copies, *action.derive, *([action.time] if action.time else [])]
    for path in gave:
        if action.kind != UPGRADE and not under(path, allowed):
            yield (
                f"{where}.gave.{path}",
                Text(f"“{action.text.zh}”不填 {path}", f'"{action.text.en}" does not take {path}'),
            )
    if way.reason is True and not (entry.reason or "").strip():
        yield f"{where}.reason", Text("须有理由", "needs a reason")
    if not isinstance(way.reason, bool) and _own(way.reason) and holds(way.reason, case) and not entry.reason:
        yield f"{where}.reason", Text("须有理由", "needs a reason")
    for field in entry.added:
        if field not in action.adds and field != case.form.flow.get("delays"):
            yield (
                f"{where}.added.{field}",
                Text(f"“{action.text.zh}”不追加 {field}", f'"{action.text.en}" adds nothing to {field}'),
            )


def _own(rule: object) -> bool:
    """Whether a condition speaks of the record alone: what links said at the deed is not asked again."""
    text = repr(rule)
    return "linked" not in text and "unique" not in text
