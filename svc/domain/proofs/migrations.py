"""Migration: a form that takes cases from before svc says everything it must, and lets nothing be unknown that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svc.domain.compiled import fits
from svc.domain.core import MIGRATE
from svc.domain.courses import Courses
from svc.domain.flow import migration
from svc.domain.judging import KIND
from svc.domain.paths import Json
from svc.domain.proofs.book import Book, Found, Founds, Sheet
from svc.domain.refusal import Text

NEEDED = ("by", "vouched_by", "until", "reason", "clause")
A_DAY, NO_DAY = "2026-12-31", "soon"
Said = Iterator[tuple[str, Text]]


def migrations(book: Book) -> Founds:
    """Every `migrate` of a flow, over what its procedure says for all."""
    for sheet in book.sheets:
        raw = migration(sheet.form.flow, sheet.form.rights)
        if raw is not None:
            yield from (Found(sheet.file, at, message) for at, message in (*_whole(sheet, raw), *_lacks(sheet, raw)))


def _whole(sheet: Sheet, raw: Mapping[str, Json]) -> Said:
    """Who may, who vouches, until when: all of it is said; no case is entered where it has ended."""
    for key in NEEDED:
        if key not in raw:
            yield MIGRATE, Text(f"缺少 {key}（rights 里也没有）", f"lacks {key}, and so do the rights")
    for n, name in enumerate(raw["states"]):
        if sheet.form.states[name].final:
            words = Text(f"{name} 是终态，不能按它录入", f"{name} is an end: nothing is entered there")
            yield f"{MIGRATE}.states.{n}", words
    schema = sheet.library.settings.get(raw.get("until", ""), {}).get("schema", {})
    if "until" in raw and (not fits(A_DAY, schema) or fits(NO_DAY, schema)):
        yield f"{MIGRATE}.until", Text("这个设定的值须是日期", "the value of this setting must be a date")
    mine, theirs = set(raw.get("by", ())), set(raw.get("vouched_by", ()))
    if "another" not in raw and mine & theirs:
        words = Text("录入人可为自己担保：写 another: true", "who enters could vouch alone: say another: true")
        yield MIGRATE, words


def _lacks(sheet: Sheet, raw: Mapping[str, Json]) -> Said:
    """What may be unknown is something that the form knows, and that neither its schema nor a gate on persons needs."""
    form = sheet.form
    personal = Courses(form, "").personal
    for n, name in enumerate(raw.get("may_lack", ())):
        at, info = f"{MIGRATE}.may_lack.{n}", form.schema.info(name)
        known = name in form.flow["actions"]
        if name.startswith(KIND):
            if name.removeprefix(KIND) not in sheet.library.kinds:
                yield at, Text(f"没有凭证种类 {name}", f"there is no kind of evidence {name}")
        elif info is not None and known:
            yield at, Text(f"{name} 既是字段又是动作", f"{name} is a field and an action")
        elif info is not None and info.required:
            yield at, Text(f"{name} 必填，不能不明", f"{name} is required by the schema")
        elif known and name in personal:
            yield at, Text(f"有条件要看谁办了 {name}，不能不明", f"a gate looks at who did {name}")
        elif info is None and not known:
            yield at, Text(f"没有字段或动作 {name}", f"there is no field or action {name}")
