"""`svc setting`: what the procedures leave open, as dated values with their source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.outcome import done
from svc.cli.perform import perform
from svc.cli.saying import rows, whole
from svc.domain.adopting import IN_FORCE
from svc.domain.compiled import fits
from svc.domain.complaints import complain
from svc.domain.core import SETTING
from svc.domain.deed import Deed, Request
from svc.domain.near import near
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import day_start, format_instant, parse_instant, read_date, read_time
from svc.domain.values import strict_json
from svc.domain.workflow import decide
from svc.domain.world import Scene
from svc.render.card import card
from svc.render.output import json_text
from svc.render.table import Column

UNSET = Text("未设定", "not set")


@page(
    "setting",
    t(
        "设定：list 列出，show 名称，set 名称 值 --reason 依据（管理员；值可写 JSON）。",
        "Settings: list, show NAME, set NAME VALUE --reason SOURCE (administrators; a value may be JSON).",
    ),
    "svc setting list",
    "svc setting show record_control.retention_years",
    "svc setting set record_control.retention_years 10 --reason CG.QP.04.02-2008 --from 2026-01-01",
)
@click.argument("verb", type=click.Choice(("list", "show", "set")))
@click.argument("name", required=False, metavar=t("[名称]", "[NAME]"))
@click.argument("value", required=False, metavar=t("[值]", "[VALUE]"))
@click.option("--reason", metavar="SOURCE", help=t("依据：该值从何而来", "the source of the value"))
@click.option("--from", "start", metavar="DATE", help=t("自何日起", "in force from"))
def command(verb: str, name: str | None, value: str | None, reason: str | None, start: str | None) -> None:
    here = desk()
    if verb == "list":
        _list(here)
        return
    if name is None:
        raise _lacking(t("名称", "NAME"), f"svc setting {verb}")
    if verb == "show":
        _show(here, declared(here.shelf, name), name)
        return
    if value is None:
        raise _lacking(t("值", "VALUE"), f"svc setting set {name}")
    if not (reason or "").strip():
        raise _lacking("--reason", f"svc setting set {name} {value}")
    text, source = value, (reason or "").strip()
    done(here, perform(here, lambda shelf, person: _set(here, shelf, person, name, text, source, start)))


def _lacking(what: str, command_: str) -> Refusal:
    return Refusal(
        Text(f"缺少 {what}。", f"{what} is missing."),
        exit=Exit.USAGE,
        where=Text.same(command_),
        remedy=Text("svc setting set 名称 值 --reason 依据", "svc setting set NAME VALUE --reason SOURCE"),
    )


def declared(shelf: Shelf, name: str) -> Mapping[str, Json]:
    """What the procedures in force say of a setting; Refusal (not found) with near matches."""
    settings = shelf.library.settings
    if name not in settings:
        raise Refusal(
            Text(f"没有设定 {shown(name)}。", f"there is no setting {shown(name)}."),
            exit=Exit.NOT_FOUND,
            where=Text.same(shown(name)),
            remedy=Text.same("svc setting list"),
            details=near(name, settings),
        )
    found: Mapping[str, Json] = settings[name]
    return found


def read_setting(name: str, schema: Mapping[str, Json], text: str) -> Json:
    """The value that `text` spells for a setting: JSON where its schema takes that, else the text itself."""
    try:
        spelled = strict_json(text)
    except Refusal:
        spelled = MISSING
    for value in (spelled, text):
        if value is not MISSING and fits(value, schema):
            return value
    wrong = complain(schema, text if spelled is MISSING else spelled, lambda _path: None)
    raise Refusal(
        Text(f"设定 {name} 不能是 {shown(text)}。", f"the setting {name} cannot be {shown(text)}."),
        exit=Exit.USAGE,
        where=Text.same(name),
        remedy=Text.same(f"svc setting show {name}"),
        details=tuple(Text(c.message.zh.replace("record", name), c.message.en.replace("record", name)) for c in wrong),
    )


def setting_request(scene: Scene, form: Form, name: str, value: Json, source: str, start: str | None) -> Request:
    """The request that gives a setting a value: its first, or one more."""
    record = scene.world.record(SETTING, name)
    item = {"value": value, "source": source}
    if start is not None:
        item["from"] = format_instant(_begin(start, scene))
    if record is None:
        return Request(form.firsts[0].name, {"name": name, "values": item}, reason=source)
    action = next(a for a in form.actions.values() if not a.kind and not a.first)
    return Request(action.name, {"values": item}, reason=source)


def decide_setting(scene: Scene, person: Record, name: str, value: Json, source: str, start: str | None = None) -> Deed:
    """The deed that gives a setting a value."""
    form = scene.library.forms[SETTING]
    asked = setting_request(scene, form, name, value, source, start)
    return decide(scene, person, form, scene.world.record(SETTING, name), asked)


def _begin(text: str, scene: Scene) -> datetime:
    """The start of the day, or the time, that `--from` names."""
    try:
        return day_start(read_date(text, scene.now, scene.zone), scene.zone)
    except Refusal:
        return read_time(text, scene.now, scene.zone)


def _set(here: Desk, shelf: Shelf, person: Record, name: str, text: str, source: str, start: str | None) -> Deed:
    known = declared(shelf, name)
    if name == IN_FORCE:
        raise Refusal(
            Text("程序由“采用”改变，不直接设定。", "procedures are adopted, not set."),
            where=Text.same(name),
            clause="[company]",
            remedy=Text("svc procedure adopt 名称@版次 --reason 依据", "svc procedure adopt NAME@N --reason WHY"),
        )
    return decide_setting(shelf.scene, person, name, read_setting(name, known["schema"], text), source, start)


def in_force(scene: Scene, name: str) -> Mapping[str, Json]:
    """What stands behind a setting's value now: {value, source, from}; without `value` when it is not set."""
    value = scene.setting(name, scene.now)
    record = scene.world.record(SETTING, name)
    items = record.fields.get("values", []) if record else []
    for item in reversed(items):
        if item["value"] == value and parse_instant(item["from"]) <= scene.now:
            found: Mapping[str, Json] = item
            return found
    source = {"source": str(scene.library.settings[name].get("source", ""))}
    return source if value is MISSING else {"value": value, **source}


def _list(here: Desk) -> None:
    table = (here.options.format or "table") == "table"
    columns = [
        Column("name", Text("名称", "name"), whole=True),
        Column("title", Text("含义", "title")),
        Column("value", Text("值", "value")),
        Column("source", Text("依据", "source")),
        Column("since", Text("自", "since")),
    ]
    found = []
    for name, raw in here.shelf.library.settings.items():
        stands = in_force(here.shelf.scene, name)
        value = _words(stands, raw) if table else stands.get("value")
        found.append([name, said(Text.from_dict(raw)), value, stands["source"], stands.get("from")])
    rows(here, columns, found)


def _words(stands: Mapping[str, Json], raw: Mapping[str, Json]) -> str:
    """A value as people read it, with its unit."""
    if "value" not in stands:
        return said(UNSET)
    value = stands["value"]
    text = value if isinstance(value, str) else json_text(value)
    return f"{text} {said(Text.from_dict(raw['unit']))}" if "unit" in raw else text


def _show(here: Desk, raw: Mapping[str, Json], name: str) -> None:
    stands = in_force(here.shelf.scene, name)
    record = here.shelf.scene.world.record(SETTING, name)
    history = list(record.fields.get("values", [])) if record else []
    pairs = [
        (t("名称", "name"), name),
        (t("含义", "title"), said(Text.from_dict(raw))),
        (t("值", "value"), _words(stands, raw)),
        (t("依据", "source"), str(stands["source"])),
        (t("可取", "allowed"), json_text(raw["schema"])),
    ]
    pairs += [(str(item["from"]), f"{_words(item, raw)}  {item['source']}") for item in history]
    value = {"name": name, "title": Text.from_dict(raw).zh, "value": stands.get("value"), "source": stands["source"]}
    whole(here, {**value, "since": stands.get("from"), "schema": raw["schema"], "values": history}, card(pairs))
