"""What was entered as migrated, judged again by the rules it was entered by, over what stands in the record itself."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain.checks.log import Found, Step
from svc.domain.core import MIGRATE, PERSON
from svc.domain.flow import Action, Vouching
from svc.domain.following import followed
from svc.domain.migration import last_day, strays, twice, unlawful, vouching_role
from svc.domain.passing import Teller
from svc.domain.past import Migrated
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record, apply
from svc.domain.refusal import Text
from svc.domain.times import parse_instant
from svc.domain.told import reached
from svc.domain.undo import cancelled
from svc.domain.world import Scene


def findings(record: Record, course: Sequence[Step], scene: Scene) -> Found:
    """Marks where none belong, none where one does; a window that was shut, nobody to vouch, a course that never was."""
    for n, entry in enumerate(record.log):
        if (entry.migrated is not None) is not (entry.action == MIGRATE) or (n and entry.migrated is not None):
            words = Text("迁移只在第一步，并须写明", "a migration is the first step and says of what")
            yield f"log.{n}.migrated", words
    entry, made, action = course[0].entry, course[0].form, course[0].action
    if entry.migrated is None or entry.action != MIGRATE:
        return
    if action is None or action.vouching is None:
        yield "log.0.action", Text(f"{made.title.zh}不接受迁移", f"{made.title.en} takes no migrated cases")
        return
    then = scene._replace(now=parse_instant(entry.recorded))
    yield from _leave(then, entry, entry.migrated, action.vouching)
    if entry.to in made.states:
        yield from _course(record, made, then, entry.migrated, action, action.vouching)


def _leave(scene: Scene, entry: Entry, mark: Migrated, vouching: Vouching) -> Found:
    """Whether it could be entered at all on the day it was written down, and who vouches."""
    day = last_day(scene, vouching.until)
    if day is None or scene.now.astimezone(scene.zone).date() > day:
        yield "log.0.recorded", Text("当日迁移没有开放", "migration was not open that day")
    voucher = scene.world.record(PERSON, mark.vouched_by)
    if voucher is None:
        words = Text(f"人员登记中没有 {mark.vouched_by}", f"no person {mark.vouched_by} in the register")
        yield "log.0.migrated.vouched_by", words
    elif vouching_role(scene, vouching, voucher) != mark.role:
        words = Text(f"{mark.vouched_by} 当日不能担保", f"{mark.vouched_by} could not vouch that day")
        yield "log.0.migrated.role", words
    if vouching.another and mark.vouched_by == entry.by:
        words = Text("担保人就是录入人", "who vouches is who entered it")
        yield "log.0.migrated.vouched_by", words


def _course(record: Record, form: Form, scene: Scene, mark: Migrated, action: Action, vouching: Vouching) -> Found:
    """The steps that are told, each judged by what it would have asked."""
    entry = record.log[0]
    kinds = tuple(item.kind for item in record.evidence if item.step == entry.step)
    teller = Teller(scene, form, record.id, entry.to, mark, apply({}, entry), kinds, links=False)
    passage = followed(teller)
    found = [*unlawful(teller, action, vouching), *passage.lacks, *strays(teller, action, passage)]
    if not cancelled(form, record):
        found += twice(scene, form, record.id, mark.former)
    yield from (("log.0.migrated", words) for words in dict.fromkeys(found))
    times = [parse_instant(past.at) for past in mark.done if past.at]
    arrived = reached(mark.done, entry.to)
    last = mark.done[arrived].at if arrived is not None else None
    since = {parse_instant(last)} if last else set()
    if parse_instant(entry.at) not in {*since, max(times, default=scene.now)}:
        yield "log.0.at", Text("与所述经过的时间不符", "is not when the state was reached, as told")
