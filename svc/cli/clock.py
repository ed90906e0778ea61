"""`svc clock`: working-time arithmetic on any calendar, one question or a file of them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from svc.cli.calendars import Calendars, moment, read_bytes
from svc.cli.desk import Desk, desk
from svc.cli.lang import LANG, said, t
from svc.cli.options import page
from svc.cli.saying import rows, whole, write
from svc.domain.calendar import Calendar
from svc.domain.clock_case import OPS, answer
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import read_time
from svc.domain.working_time import MIDNIGHT, UNTIL, Stretch, course, spelled
from svc.render.output import json_text
from svc.render.table import Column
from svc.store.schemas import parse_json

NOT_TWO = pattern(r"\.\.+")
LENGTHS = {"seconds": 1, "minutes": 60, "hours": 3600}


@page(
    "clock",
    t(
        "工作时间计算：due 到期时刻，elapsed 经过多少秒，open 下一个上班时刻，back 倒推，days 若干工作日后。\n"
        "--batch 文件：每行一个 JSON 问题，每行一个 JSON 答案（用 - 读标准输入）。",
        "Working time: due, elapsed (seconds), open (next open instant), back, days.\n"
        "--batch FILE: one JSON question a line, one JSON answer a line (- = standard input).",
    ),
    'svc clock due --calendar cn-working --start "2026-09-30 16:00" --hours 8',
    'svc clock elapsed --calendar cal.yaml --start "2026-11-23 16:00" --end "2026-11-25 09:00"',
    "svc clock days --calendar cn-working --start 2026-09-30T16:00:00 --days 3 --until midnight --how",
    "svc clock --batch cases.ndjson",
)
@click.argument("op", required=False, type=click.Choice(OPS))
@click.option("--calendar", metavar="NAME|FILE", help=t("日历名称或文件", "a calendar's name or file"))
@click.option("--start", metavar="TIME", help=t("起（缺省为现在）", "from (default: now)"))
@click.option("--end", metavar="TIME", help=t("止（缺省为现在）", "to (default: now)"))
@click.option("--seconds", metavar="N", help=t("时长：秒", "how long: seconds"))
@click.option("--minutes", metavar="N", help=t("时长：分", "how long: minutes"))
@click.option("--hours", metavar="N", help=t("时长：小时，可写 1.5", "how long: hours, also 1.5"))
@click.option(
    "--days", type=click.IntRange(min=0), metavar="N", help=t("工作日数，起始日不计", "open days, start excluded")
)
@click.option("--until", type=click.Choice(UNTIL), default=MIDNIGHT, help=t("末日何时到期", "when on the last day"))
@click.option("--pause", multiple=True, metavar="A..B", help=t("不计的时段，可多次", "does not count; repeatable"))
@click.option("--how", is_flag=True, help=t("逐段说明怎样算出", "how it came about, stretch by stretch"))
@click.option("--batch", metavar="FILE", help=t("一行一问", "a question a line"))
def command(op: str | None, batch: str | None, how: bool, **given: Json) -> None:
    here = desk()
    if batch is not None:
        write(here, _answers(here, batch))
        return
    if op is None:
        raise _lacking(" ".join(OPS), "svc clock")
    _one(here, op, given, how)


def _one(here: Desk, op: str, given: dict[str, Json], how: bool) -> None:
    """One question, its answer, and how it came about."""
    known = Calendars(here, Path())
    name = known.only(given["calendar"])
    calendar = known.calendar(name)
    case = _case(op, given, calendar, moment(here, calendar.zone))
    value = answer(case, calendar)
    if how:
        _course(here, course(calendar, *_ends(case, value), [(_at(a), _at(b)) for a, b in case["pauses"]]))
        return
    asked = {"op": op, "calendar": name, **{key: part for key, part in case.items() if key != "op"}}
    whole(here, {**asked, "value": value}, [str(value)])


def _case(op: str, given: dict[str, Json], calendar: Calendar, now: datetime) -> dict[str, Json]:
    """The question as a line of a batch would put it."""
    zone = calendar.zone

    def instant(text: str | None) -> str:
        return spelled(_time(text, now, zone) if text else now)

    case: dict[str, Json] = {"op": op, "start": instant(given["start"])}
    if op == "elapsed":
        case["end"] = instant(given["end"])
    elif op == "days":
        if given["days"] is None:
            raise _lacking("--days", f"svc clock {op}")
        case.update(days=given["days"], until=given["until"])
    elif op != "open":
        case["seconds"] = _seconds(op, given)
    case["pauses"] = [[spelled(a), spelled(b)] for a, b in (_pause(words, now, zone) for words in given["pause"])]
    return case


def _time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A time as people type it, or as a batch spells it without seconds."""
    return read_time(re.sub(r"^([0-9-]{10})[Tt]([0-9:]{5})$", r"\1 \2", text.strip()), now, zone)


def _seconds(op: str, given: dict[str, Json]) -> int:
    """The length asked for: --hours, --minutes and --seconds together."""
    if all(given[unit] is None for unit in LENGTHS):
        raise _lacking("--hours / --minutes / --seconds", f"svc clock {op}")
    try:
        parts = [Decimal(given[unit]) * size for unit, size in LENGTHS.items() if given[unit] is not None]
        total = sum(parts, Decimal())
        if total.is_finite() and total == int(total) and total >= 0:
            return int(total)
    except (InvalidOperation, AttributeError):
        pass
    typed = " ".join(f"--{unit} {given[unit]}" for unit in LENGTHS if given[unit] is not None)
    raise Refusal(
        Text(f"时长须为非负的整秒数，不是 {shown(typed)}。", f"a length must be whole seconds, not {shown(typed)}."),
        exit=Exit.USAGE,
        where=Text.same(shown(typed)),
        remedy=Text.same("--hours 8"),
    )


def _pause(words: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    parts = NOT_TWO.split(words)
    if len(parts) != 2:
        raise Refusal(
            Text(f"停计的时段写作 起..止，不是 {shown(words)}。", f"a pause is written A..B, not {shown(words)}."),
            exit=Exit.USAGE,
            where=Text.same("--pause"),
            remedy=Text.same('--pause "2026-11-23 10:00..2026-11-23 11:00"'),
        )
    return _time(parts[0], now, zone), _time(parts[1], now, zone)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ends(case: dict[str, Json], value: Json) -> tuple[datetime, datetime]:
    """From where to where the answer reaches, earlier first."""
    ends = _at(case["start"]), _at(case["end"] if isinstance(value, int) else value)
    return min(ends), max(ends)


def _course(here: Desk, stretches: Iterable[Stretch]) -> None:
    """The stretches as rows."""
    columns = [
        Column("begin", Text("起", "from"), whole=True),
        Column("end", Text("止", "to"), whole=True),
        Column("counted", Text("计", "counts")),
        Column("total", Text("累计", "total"), right=True),
        Column("why", Text("说明", "why")),
    ]
    table = (here.options.format or "table") == "table"
    found = (
        [spelled(s.begin), spelled(s.end), s.counted, _lasting(s.total) if table else s.total, said(s.why)]
        for s in stretches
    )
    rows(here, columns, found)


def _lasting(seconds: int) -> str:
    """Seconds as hours, minutes, seconds."""
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{second:02d}"


def _answers(here: Desk, name: str) -> Iterator[str]:
    """The answers to a file of questions, in its order."""
    source = Path(name)
    data = sys.stdin.buffer.read() if name == "-" else read_bytes(source, name)
    known = Calendars(here, Path() if name == "-" else source.parent)
    for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1):
        if line.strip():
            yield json_text(_answer(known, line, f"{name}:{number}")) + "\n"


def _answer(known: Calendars, line: str, place: str) -> dict[str, Json]:
    """One line's answer; what cannot be answered is said in its place, and the next line is read."""
    case: Json = None
    try:
        case = parse_json(place, line.encode("utf-8"))
        if not isinstance(case, dict):
            raise Refusal(Text("这一行不是一个对象。", "this line is no object."), where=Text.same(place))
        return {"id": case.get("id"), "value": answer(case, _calendar(known, case.get("calendar")))}
    except Refusal as refusal:
        where = f" [{refusal.where.said(LANG)}]" if refusal.where else ""
        error = " ".join(said(words) for words in (refusal.what, *refusal.details)) + where
        return {"id": case.get("id") if isinstance(case, dict) else None, "error": error}


def _calendar(known: Calendars, raw: Json) -> Calendar:
    """The calendar of a case: a path, a name, or the document itself."""
    if isinstance(raw, dict):
        return Calendar.from_dict(raw, json.dumps(raw, ensure_ascii=False)[:40])
    if not isinstance(raw, str) or not raw:
        raise _lacking("calendar", "svc clock --batch")
    return known.calendar(raw)


def _lacking(what: str, where: str) -> Refusal:
    return Refusal(
        Text(f"缺少 {what}。", f"{what} is missing."),
        exit=Exit.USAGE,
        where=Text.same(where),
        remedy=Text.same("svc clock --help"),
    )
