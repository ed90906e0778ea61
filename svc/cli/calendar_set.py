"""Putting a calendar into force: one commit with its file and the setting that tells its digest and source."""

from __future__ import annotations

import hashlib

from svc.cli.calendars import FOLDER
from svc.cli.desk import Desk, Shelf
from svc.cli.perform import Done, perform
from svc.cli.setting import decide_setting
from svc.domain.calendar import Calendar
from svc.domain.calendar_year import refuse_past
from svc.domain.compiled import fits
from svc.domain.complaints import complain
from svc.domain.deed import Deed
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.store.plain_yaml import dump_any
from svc.store.schemas import is_document, parse

SCHEMA = "schemas/calendar.schema.json"
_NAME = pattern(r"[a-z][a-z0-9-]{0,59}\Z")


def set_calendar(here: Desk, name: str, data: bytes, file: str, reason: str, correct: bool) -> Done:
    """Make `data` the calendar `name`, by a deed of an administrator; `file` names it in messages.

    Refuses one that cannot be read, that changes nothing, or that changes days that have passed (unless `correct`).
    """
    if not _NAME.match(name):
        raise Refusal(
            Text(
                f"日历名称为小写字母、数字、连字符：{shown(name)}。", f"a name is a-z, 0-9 and hyphens: {shown(name)}."
            ),
            exit=Exit.USAGE,
            where=Text.same(shown(name)),
            remedy=Text.same(f"svc calendar set cn-working {shown(file)} --reason …"),
        )
    raw = parse(file if is_document(file) else f"{file}.yaml", data)
    calendar = Calendar.from_dict(raw, name)
    path = f"{FOLDER}{name}.yaml"
    kept = dump_any(raw).encode("utf-8") if file.endswith(".json") else data

    def decided(shelf: Shelf, person: Record) -> Deed:
        _fits(shelf, raw, file)
        old = shelf.snapshot.read(path)
        if old == kept:
            raise Refusal(
                Text(f"日历 {name} 与此文件相同，没有改动。", f"the calendar {name} is this file already."),
                where=Text.same(path),
                remedy=Text.same(f"svc calendar show {name}"),
            )
        if old is not None and not correct:
            before = Calendar.from_dict(parse(path, old), name)
            refuse_past(before, calendar, shelf.scene.now.astimezone(calendar.zone).date())
        return decide_setting(shelf.scene, person, f"calendar.{name}", hashlib.sha256(kept).hexdigest(), reason)

    return perform(here, decided, more=lambda _deed, _shelf: {path: kept})


def _fits(shelf: Shelf, raw: Json, file: str) -> None:
    """Refuse a document that the repository's schema of calendars does not allow."""
    schema = parse(SCHEMA, shelf.snapshot.read(SCHEMA) or b"{}")
    if not fits(raw, schema):
        wrong = complain(schema, raw, lambda _path: None)
        raise Refusal(
            Text("日历不合格式。", "the calendar does not have the form of one."),
            exit=Exit.USAGE,
            where=Text.same(shown(file)),
            remedy=Text.same("svc calendar show cn-working -O yaml"),
            details=tuple(Text(f"{c.path} {c.message.zh}", f"{c.path} {c.message.en}") for c in wrong),
        )
