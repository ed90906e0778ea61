"""Values as people read them: titles of choices, names behind links, local times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from svc.domain.paths import MISSING, Json
from svc.domain.record import Record
from svc.domain.refusal import Text
from svc.domain.schema import FieldInfo
from svc.domain.times import in_zone
from svc.domain.world import Scene
from svc.index.look import Look

NAME = "name"
"""The field that says what a register's entry is called, where it has one."""


def label(record: Record) -> str:
    """What a record is called: its name where it has one, else its id."""
    name = record.fields.get(NAME)
    return name if isinstance(name, str) else record.id


def minute(moment: datetime) -> str:
    """An instant to the minute, in its own zone; the seconds too where there are any."""
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def state_words(look: Look, lang: str) -> str:
    """The state, and the marks of time, in words."""
    marks = [mark.said(lang) for mark in look.mark_titles]
    state = look.state_title.said(lang)
    if not marks:
        return state
    return f"{state} ({', '.join(marks)})" if lang == "en" else f"{state}（{'、'.join(marks)}）"


def worded(scene: Scene, info: FieldInfo, value: Json, lang: str) -> str:
    """A field's value in words; empty for nothing."""
    if value is MISSING or value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return (", " if lang == "en" else "、").join(worded(scene, info, item, lang) for item in value)
    if isinstance(value, Mapping):
        return (", " if lang == "en" else "，").join(f"{key} {plain(item, lang)}" for key, item in value.items())
    if info.type == "enum":
        return info.enum.get(str(value), Text.same(str(value))).said(lang)
    if info.link:
        found = scene.find(info.link, value)
        return label(found) if found else str(value)
    if info.type == "instant":
        return local(scene, value)
    return plain(value, lang)


def plain(value: Json, lang: str) -> str:
    """A value whose field nobody describes."""
    if isinstance(value, bool):
        return ("yes" if value else "no") if lang == "en" else ("是" if value else "否")
    if isinstance(value, (list, tuple)):
        return (", " if lang == "en" else "、").join(plain(item, lang) for item in value)
    if isinstance(value, Mapping):
        return (", " if lang == "en" else "，").join(f"{key} {plain(item, lang)}" for key, item in value.items())
    return "" if value is None or value is MISSING else str(value)


def local(scene: Scene, value: Json) -> str:
    """An instant as files spell it, in the repository's zone; anything else as it is."""
    try:
        return minute(in_zone(datetime.fromisoformat(str(value)), scene.zone))
    except ValueError:
        return str(value)


def titled(texts: Sequence[Text], lang: str) -> str:
    """Several words as a list."""
    return (", " if lang == "en" else "、").join(text.said(lang) for text in texts)


def lasting(length: timedelta, lang: str) -> str:
    """A length of time in its two largest units: `1 天 2 小时`, `45 分`, seconds below a minute; without a sign."""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    if seconds and not minutes:
        return f"{seconds} s" if lang == "en" else f"{seconds} 秒"
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    units = ("d", "h", "min") if lang == "en" else ("天", "小时", "分")
    parts = [f"{n} {unit}" for n, unit in zip((days, hours, minutes), units, strict=True) if n]
    return " ".join(parts[:2]) or f"0 {units[2]}"


def left_words(length: timedelta | None, lang: str) -> str:
    """The time left until something is due, or by how much it is over."""
    if length is None:
        return ""
    words = lasting(length, lang)
    if length < timedelta(0):
        return f"{words} over" if lang == "en" else f"超 {words}"
    return words if lang == "en" else f"剩 {words}"
