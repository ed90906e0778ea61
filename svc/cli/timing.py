"""Clocks as rows: start, target, due, met, late, left; what nobody has set is said with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.domain.clocks import Running
from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.domain.times import format_instant
from svc.index.look import Look
from svc.index.words import left_words, minute
from svc.render.table import Column

COLUMNS = (
    Column("name", Text("时限", "clock"), whole=True),
    Column("start", Text("起", "start"), whole=True),
    Column("target", Text("目标", "target"), whole=True),
    Column("due", Text("到期", "due"), whole=True),
    Column("met", Text("办到", "met"), whole=True),
    Column("late", Text("迟", "late"), whole=True),
    Column("left", Text("剩余", "left"), whole=True),
)


def clock_dict(look: Look, one: Running) -> dict[str, Json]:
    """A clock as JSON: instants with their offset, `left` in seconds."""
    zone = look.scene.zone

    def spelled(moment: datetime | None) -> str | None:
        return format_instant(moment.astimezone(zone)) if moment else None

    started = None if one.unset and one.due is None and one.stopped else one.start
    return {
        "name": one.clock.name,
        "clause": one.clock.clause,
        "start": spelled(started),
        "target": spelled(one.target),
        "due": spelled(one.due),
        "met": spelled(one.met),
        "late": one.late,
        "open": one.open,
        "left": int(one.left.total_seconds()) if one.left is not None else None,
        "unset": one.unset,
    }


def clock_rows(look: Look) -> tuple[list[Column], list[list[str]]]:
    """The clocks as a table for people; columns in which nothing stands are left out."""
    rows = [_row(look, one) for one in look.running]
    used = [n for n, column in enumerate(COLUMNS) if column.key in ("name", "due") or any(row[n] for row in rows)]
    return [COLUMNS[n] for n in used], [[row[n] for n in used] for row in rows]


def _row(look: Look, one: Running) -> list[str]:
    zone = look.scene.zone

    def shown(moment: datetime | None) -> str:
        return minute(moment.astimezone(zone)) if moment else ""

    unset = t("未设定", "not set") if one.unset else ""
    goal = t("未设定", "not set") if one.goal and one.goal.unset else ""
    started = "" if unset and one.due is None and one.stopped else shown(one.start)
    late = t("迟", "late") if one.late else ""
    left = left_words(one.left, language())
    return [
        said(one.clock.title),
        started,
        shown(one.target) or goal,
        shown(one.due) or unset,
        shown(one.met),
        late,
        left,
    ]


def unset_lines(look: Look, running: Sequence[Running]) -> Iterator[str]:
    """What nobody has set: the setting, where its value comes from, how to set it."""
    settings = look.scene.library.settings
    named = [name for one in running for name in (one.unset, one.goal.unset if one.goal else None) if name]
    for name in dict.fromkeys(named):
        known = settings.get(name, {})
        title, source = said(Text.from_dict(known or name)), said(Text.from_dict(known.get("source", "")))
        yield t(f"未设定：{title}（{name}）。出处：{source}", f"not set: {title} ({name}). Source: {source}")
        yield t(f"  svc setting set {name} 值 --reason 依据", f"  svc setting set {name} VALUE --reason SOURCE")
