"""Clocks as rows and as data; below the rows, in short, how each due time came out and what nobody has set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from svc.cli.course import course_lines, limit_dict
from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.domain.clocks import Idle, Running, beginning, idle, payment
from svc.domain.flow import Clock
from svc.domain.limits import Limit, agreements, unagreed
from svc.domain.paths import MISSING, Json
from svc.domain.refusal import Text
from svc.domain.times import format_instant, in_zone
from svc.index.look import Look
from svc.index.words import left_words, minute
from svc.render.lengths import several
from svc.render.naming import named
from svc.render.table import Column
from svc.render.terminal import wrap

COLUMNS = (
    Column("name", Text("时限", "clock"), whole=True),
    Column("start", Text("起", "start"), whole=True),
    Column("target", Text("目标", "target"), whole=True),
    Column("due", Text("到期", "due"), whole=True),
    Column("met", Text("办到", "met"), whole=True),
    Column("late", Text("迟", "late"), whole=True),
    Column("left", Text("剩余", "left"), whole=True),
)
SHORT = 4
"""So many stretches of a course stand below the rows."""


def clock_dict(look: Look, one: Running) -> dict[str, Json]:
    """A clock as JSON: instants with their offset, `left` in seconds; under `how`, what limit and target came from."""
    zone = look.scene.zone

    def spelled(moment: datetime | None) -> str | None:
        return format_instant(in_zone(moment, zone)) if moment else None

    paid = payment(look.case, one.clock) if look.case else None
    limits = (("target", one.clock.target, one.goal), ("limit", one.clock.limit, one.limit))
    return {
        "name": one.clock.name,
        "clause": one.clock.clause,
        "start": spelled(one.start) if begun(one) else None,
        "target": spelled(one.target),
        "due": spelled(one.due),
        "met": spelled(one.met),
        "late": one.late,
        "open": one.open,
        "left": int(one.left.total_seconds()) if one.left is not None else None,
        "unset": one.unset,
        "step": one.by_step,
        "paid": {"step": paid.step, "by": paid.by, "at": paid.at, "reason": paid.reason} if paid else None,
        "how": {name: _how_dict(look, one, raw, limit) if raw and limit else None for name, raw, limit in limits},
    }


def _how_dict(look: Look, one: Running, raw: Mapping[str, Json], limit: Limit) -> dict[str, Json]:
    """What a limit came from; where a time was agreed on, by which steps, and what it would be without."""
    zone, case, told = look.scene.zone, look.case, limit_dict(limit, look.scene.zone)
    if "extends" in raw and case is not None:
        found = agreements(raw, case)
        told["agreements"] = [{"step": e.step, "to": format_instant(in_zone(to, zone))} for e, to in found]
        if limit.agreed:
            told["without"] = limit_dict(unagreed(raw, one.start, case, one.now), zone)
    return told


def idle_dicts(look: Look) -> list[dict[str, Json]]:
    """The clocks that do not run, as JSON: `condition` does not hold, or there is no `start` (the path of it)."""
    return [
        {
            "name": one.clock.name,
            "clause": one.clock.clause,
            "why": "condition" if one.off else "start",
            "start": one.begins if isinstance(one.begins, str) else None,
        }
        for one in (idle(look.case) if look.case else ())
    ]


def begun(one: Running) -> bool:
    """Whether it is known when the clock began."""
    return one.limit is not None


def clock_rows(look: Look) -> tuple[list[Column], list[list[str]]]:
    """The clocks as a table for people; columns in which nothing stands are left out."""
    rows = [_row(look, one) for one in look.running]
    used = [n for n, column in enumerate(COLUMNS) if column.key in ("name", "due") or any(row[n] for row in rows)]
    return [COLUMNS[n] for n in used], [[row[n] for n in used] for row in rows]


def _row(look: Look, one: Running) -> list[str]:
    zone = look.scene.zone

    def shown(moment: datetime | None) -> str:
        return minute(in_zone(moment, zone)) if moment else ""

    return [
        said(one.clock.title),
        shown(one.start) if begun(one) else "",
        shown(one.target) or _lacking(one.goal),
        shown(one.due) or (_lacking(one.limit) if one.limit else t("未设定", "not set")),
        shown(one.met) or (t("不明", "unknown") if one.by_step is not None else ""),
        t("迟", "late") if one.late else "",
        left_words(one.left, language()),
    ]


def _lacking(limit: Limit | None) -> str:
    """Why a limit or target has no time: nobody has set it, or it cannot be reckoned."""
    if limit is None or not (limit.unset or limit.why):
        return ""
    return t("算不出", "unknown") if limit.why else t("未设定", "not set")


def how_lines(look: Look, wide: int | None) -> Iterator[str]:
    """Below the rows: how each due time came out, which clocks do not run, what nobody has set; wrapped to `wide`."""
    lines = [*_how(look)]
    if lines:
        yield ""
        yield t(f"怎样算出（细说：svc explain {look.record.id}）：", f"How (more: svc explain {look.record.id}):")
    for line in lines:
        words = line.lstrip()
        indent = " " * (len(line) - len(words))
        # A command stays whole, to be pasted.
        whole = wide is None or words.startswith("svc ")
        yield from (indent + part for part in ([words] if whole else wrap(words, (wide or 0) - len(indent))))


def every(look: Look) -> Iterator[Running | Idle]:
    """Every clock of a record's form in the order of the flow, whether it runs or not."""
    asleep = {one.clock.name: one for one in (idle(look.case) if look.case else ())}
    known: dict[str, Running | Idle] = {**asleep, **{one.clock.name: one for one in look.running}}
    return (known[clock.name] for clock in (look.form.clocks if look.form else ()) if clock.name in known)


def _how(look: Look) -> Iterator[str]:
    for one in every(look):
        title, colon = said(one.clock.title), t("：", ": ")
        if isinstance(one, Idle):
            yield f"  {title}{colon}{idle_words(look, one)}"
            continue
        for goal, limit in ((True, one.goal), (False, one.limit)):
            if limit is not None and (limit.due or not goal):
                name = t(f"{title}（目标）", f"{title} (target)") if goal else title
                raw = one.clock.target if goal else one.clock.limit
                yield f"  {name}{colon}{_in_short(look, one, limit, raw or {})}"
                yield from _stretches(look, limit)
        if not begun(one):
            yield f"  {title}{colon}{t('未设定', 'not set')}"
        yield from (f"    {line}" for line in lacking_lines(look, one))


def _in_short(look: Look, one: Running, limit: Limit, raw: Mapping[str, Json]) -> str:
    """From what a limit counts, and how much; or the field whose time counts instead."""
    if limit.agreed:
        title = _title(look, raw.get("extends", raw.get("due", "")))
        return t(f"以{title.zh}为准", f"as {title.en} says")
    if limit.number is None or not limit.unit:
        return t("算不出", "unknown")
    calendar = limit.calendar.name if limit.calendar else ""
    zh, en = (f"，按日历 {calendar}", f" of the calendar {calendar}") if calendar else ("", "")
    begins, size = start_title(look, one.clock), several(limit.number, limit.unit)
    return t(f"从{begins.zh}起 {size.zh}{zh}", f"{size.en}{en} from {begins.en}")


def _stretches(look: Look, limit: Limit) -> Iterator[str]:
    lines = list(course_lines(limit, look.scene.zone, SHORT))
    yield from (f"    {line}" for line in lines if len(lines) > 1)


def start_title(look: Look, clock: Clock) -> Text:
    """What a clock starts from is called."""
    begins, _ = beginning(clock, look.case) if look.case else (None, None)
    return _title(look, begins) if isinstance(begins, str) else Text("起点", "the start")


def _title(look: Look, path: str) -> Text:
    return named(look.scene.library, (look.form,) if look.form else (), path).title


def idle_words(look: Look, one: Idle) -> str:
    """Why a clock does not run."""
    if one.off:
        return t("不计时，条件不成立", "does not run: its condition does not hold")
    if one.begins is None:
        return t("不计时，设定的起点不可用", "does not run: the setting names no start it knows")
    begins = start_title(look, one.clock)
    return t(f"尚未开始，没有{begins.zh}", f"has not begun: no {begins.en}")


def lacking_lines(look: Look, one: Running) -> Iterator[str]:
    """What keeps a clock from its limit or target: the setting nobody has set, its source, how to set it; or why."""
    for limit, zh, en in ((one.limit, "", ""), (one.goal, "目标", "target ")):
        if limit and limit.why:
            yield t(f"{zh}算不出：{limit.why.zh}", f"{en}unknown: {limit.why.en}")
            yield from (f"  {said(remedy)}" for remedy in (limit.remedy,) if remedy)
        elif limit and limit.unset:
            yield from _unset(look, limit.unset, limit.start, (zh, en))
    if not begun(one) and one.unset:
        yield from _unset(look, one.unset, look.opened, ("", ""))


def _unset(look: Look, name: str, then: datetime, whose: tuple[str, str]) -> Iterator[str]:
    """A setting that was not set when it was needed; one set since must reach back to count."""
    scene, (zh, en) = look.scene, whose
    known = scene.library.settings.get(name, {})
    title, source = Text.from_dict(known or name), said(Text.from_dict(known.get("source", "")))
    since = scene.setting(name, scene.now) is not MISSING
    zh, en = (f"{zh}当时未设定", f"{en}not set then") if since else (f"{zh}未设定", f"{en}not set")
    yield t(f"{zh}：{title.zh}（{name}）。出处：{source}", f"{en}: {title.en} ({name}). Source: {source}")
    back = f" --from {in_zone(then, scene.zone).date()}" if since else ""
    yield t(f"  svc setting set {name} 值 --reason 依据{back}", f"  svc setting set {name} VALUE --reason SOURCE{back}")
