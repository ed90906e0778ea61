"""`svc calendar`: working time as reviewed data: list, show, import, set, explain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from svc.cli.calendar_set import set_calendar
from svc.cli.calendars import Calendars, moment, read_bytes
from svc.cli.desk import Desk, desk
from svc.cli.lang import LANG, said, t
from svc.cli.options import page
from svc.cli.outcome import done
from svc.cli.saying import rows, whole, write
from svc.domain.calendar import Calendar
from svc.domain.calendar_year import usual_hours, with_year, year_of
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.spans import Hours, clock
from svc.domain.times import parse_month, read_date
from svc.domain.working_time import spelled
from svc.render.card import card
from svc.render.output import document
from svc.render.table import Column
from svc.store.plain_yaml import dump_any

VERBS = ("list", "show", "import", "set", "explain")
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEAR = pattern(r"[0-9]{4}\Z")


@page(
    "calendar",
    t(
        "工作日历：list 列出，show 名称 [--month|--year] 逐日，explain 日期 [名称] 该日为何上班或不上班，\n"
        "import 年份 [名称] 取法定节假日与调休（需 svc[cn]；加 --reason 即写入该日历），set 名称 文件 --reason 依据。",
        "Calendars: list, show NAME [--month|--year] day by day, explain DATE [NAME] why it is open or closed,\n"
        "import YEAR [NAME] holidays and make-up days of China (needs svc[cn]; with --reason put into force),\n"
        "set NAME FILE --reason WHY.",
    ),
    "svc calendar list",
    "svc calendar show cn-working --month 2026-10",
    "svc calendar explain 2026-10-10 cn-working",
    "svc calendar import 2026 cn-working -o new.yaml",
    "svc calendar set cn-working new.yaml --reason 国务院办公厅2027年放假安排",
)
@click.argument("verb", type=click.Choice(VERBS))
@click.argument("words", nargs=-1, metavar=t("[名称|日期|年份|文件]…", "[NAME|DATE|YEAR|FILE]…"))
@click.option("--month", metavar="YYYY-MM", help=t("某月逐日", "the days of a month"))
@click.option("--year", metavar="YYYY", help=t("某年逐日", "the days of a year"))
@click.option("--reason", metavar="TEXT", help=t("依据", "why, from what document"))
@click.option("--correct", is_flag=True, help=t("更正已过去的日子", "correct days that have passed"))
def command(
    verb: str, words: tuple[str, ...], month: str | None, year: str | None, reason: str | None, correct: bool
) -> None:
    here = desk()
    known = Calendars(here, Path())
    if verb == "list":
        _list(here, known)
    elif verb == "show":
        one = _words(verb, words, 0, 1)
        _show(here, known, known.only(*one or (None,)), month, year)
    elif verb == "explain":
        day, *named = _words(verb, words, 1, 2)
        _explain(here, known, known.only(*named or (None,)), day)
    elif verb == "import":
        when, *named = _words(verb, words, 1, 2)
        _import(here, known, when, known.only(*named or (None,)), reason, correct)
    else:
        name, file = _words(verb, words, 2, 2)
        data = read_bytes(Path(file), file)
        done(here, set_calendar(here, name, data, file, _said(reason, f"set {name} {file}"), correct))


def _words(verb: str, words: Sequence[str], least: int, most: int) -> Sequence[str]:
    """The words after the verb, neither too few nor too many."""
    if least <= len(words) <= most:
        return words
    raise Refusal(
        Text(f"{verb} 之后的词数不对。", f"the wrong number of words after {verb}."),
        exit=Exit.USAGE,
        where=Text.same(f"svc calendar {verb} {' '.join(words)}".strip()),
        remedy=Text.same("svc calendar --help"),
    )


def _said(reason: str | None, where: str) -> str:
    if (reason or "").strip():
        return str(reason).strip()
    raise Refusal(
        Text("缺少 --reason：日历依据何文件。", "--reason is missing: the document behind the calendar."),
        exit=Exit.USAGE,
        where=Text.same(f"svc calendar {where}"),
        remedy=Text("svc calendar set 名称 文件 --reason 依据", "svc calendar set NAME FILE --reason WHY"),
    )


def _list(here: Desk, known: Calendars) -> None:
    columns = [
        Column("id", Text("名称", "name"), whole=True),
        Column("title", Text("含义", "title")),
        Column("timezone", Text("时区", "time zone")),
        Column("years", Text("年份", "years")),
        Column("source", Text("依据", "source")),
        Column("from", Text("来自", "from")),
    ]
    origin = t("记录库", "repository") if known.inside else t("随附", "shipped")
    found = []
    for name in known.files:
        calendar = known.calendar(name)
        title = said(calendar.title) if calendar.title else name
        found.append([name, title, str(calendar.zone), sorted(calendar.years), calendar.source, origin])
    rows(here, columns, found)


def _show(here: Desk, known: Calendars, name: str, month: str | None, year: str | None) -> None:
    """The document itself, or the days of a month or a year; for people, without either, the current month below it."""
    calendar = known.calendar(name)
    if month or year:
        _days(here, calendar, *_period(month, year))
        return
    raw = known.document(name)
    today = moment(here, calendar.zone).date()
    if here.options.format in (None, "table") and not here.options.quiet:
        write(
            here, (line + "\n" for line in card([(key, _plain(value)) for key, value in _head(raw).items()], lang=LANG))
        )
        click.echo()
        if not calendar.years or today.year in calendar.years:
            _days(here, calendar, *_period(today.isoformat()[:7], None))
        return
    whole(here, raw, [name])


def _head(raw: Json) -> dict[str, Json]:
    lists = ("holidays", "workdays", "breaks")
    week = {f"{day}": " ".join(hours) for day, hours in raw["week"].items()}
    rest = {key: value for key, value in raw.items() if key not in (*lists, "week")}
    return {**rest, **week, **{key: len(raw[key]) for key in lists if key in raw}}


def _plain(value: Json) -> str:
    if isinstance(value, dict):
        return said(Text.from_dict(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _period(month: str | None, year: str | None) -> tuple[date, date]:
    """First day, and the day after the last, of a month or a year."""
    if month:
        first = parse_month(month)
        return first, (first + timedelta(days=31)).replace(day=1)
    first = date(_year(year or ""), 1, 1)
    return first, date(first.year + 1, 1, 1)


def _year(text: str) -> int:
    if _YEAR.match(text) and 1970 <= int(text) < 3000:
        return int(text)
    raise Refusal(
        Text(f"不是年份：{shown(text)}。", f"no year: {shown(text)}."),
        exit=Exit.USAGE,
        where=Text.same(shown(text)),
        remedy=Text.same("2026"),
    )


def _days(here: Desk, calendar: Calendar, first: date, after: date) -> None:
    """A row for each day; the sum on stderr."""
    columns = [
        Column("date", Text("日期", "date"), whole=True),
        Column("weekday", Text("星期", "weekday")),
        Column("open", Text("上班", "open")),
        Column("hours", Text("时段", "hours")),
        Column("why", Text("缘由", "why")),
    ]
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    rows(here, columns, [[d.isoformat(), weekday(d), *_day(calendar, d)] for d in days])
    opened = sum(1 for day in days if calendar.spans(day))
    seconds = sum(b - a for day in days for a, b in calendar.spans(day))
    summed = t(
        f"上班 {opened} 天，共 {seconds / 3600:g} 小时", f"{opened} open days, {seconds / 3600:g} hours altogether"
    )
    click.echo(summed, err=True)


def weekday(day: date) -> str:
    """The day of the week in words."""
    return t(WEEKDAYS[day.weekday()], DAYS[day.weekday()])


def _day(calendar: Calendar, day: date) -> list[Json]:
    return [bool(calendar.spans(day)), _hours(calendar.hours(day)), said(calendar.why(day))]


def _hours(hours: Hours) -> str:
    return " ".join(f"{clock(a)}-{clock(b)}" for a, b in hours)


def _explain(here: Desk, known: Calendars, name: str, word: str) -> None:
    """Why one day is open or closed, and at which instants."""
    calendar = known.calendar(name)
    day = read_date(word, moment(here, calendar.zone), calendar.zone)
    opened, hours, why = _day(calendar, day)
    spans = [[spelled(calendar.at(a)), spelled(calendar.at(b))] for a, b in calendar.spans(day)]
    seconds = sum(b - a for a, b in calendar.spans(day))
    value = {"date": day.isoformat(), "calendar": name, "open": opened, "hours": hours, "why": why}
    value.update(spans=spans, seconds=seconds, source=calendar.source)
    verdict = t("上班", "open") if opened else t("不上班", "closed")
    lines = [
        (t("日期", "date"), f"{day} {weekday(day)}  {verdict}"),
        (t("缘由", "why"), str(why)),
        *([(t("时段", "hours"), f"{hours}  {t('共', 'altogether')} {seconds / 3600:g} h")] if opened else []),
        *((t("起止", "from, to"), f"{a} .. {b}") for a, b in spans),
        (t("日历", "calendar"), f"{name}  {calendar.source}"),
    ]
    whole(here, value, card(lines, lang=LANG))


def _import(here: Desk, known: Calendars, when: str, name: str, reason: str | None, correct: bool) -> None:
    """One year of China's holidays and make-up days: shown, or with a reason put into the calendar."""
    year = _year(when)
    base = known.document(name)
    made = with_year(base, year_of(year, _works(year), usual_hours(base)))
    Calendar.from_dict(made, name)
    if reason is None:
        form = here.options.format if here.options.format in ("json", "ndjson") else "yaml"
        write(here, [document(form, made, dump=dump_any)])
        return
    data = dump_any(made).encode("utf-8")
    done(here, set_calendar(here, name, data, f"{name}.yaml", _said(reason, f"import {year} {name}"), correct))


def _works(year: int) -> Callable[[date], bool]:
    """Whether a date is worked in China, by the library chinesecalendar; refuses a year it has no data for."""
    try:
        import chinese_calendar as library  # type: ignore
    except ImportError as error:
        raise Refusal(
            Text("未安装节假日数据（chinesecalendar）。", "the holiday data (chinesecalendar) are not installed."),
            exit=Exit.ENVIRONMENT,
            where=Text.same("svc calendar import"),
            remedy=Text.same("pip install 'svc[cn]'"),
        ) from error
    works: Any = library.is_workday
    try:
        works(date(year, 1, 1)), works(date(year, 12, 31))
    except NotImplementedError as error:
        raise Refusal(
            Text(
                f"节假日数据没有 {year} 年：放假安排尚未发布，或该库需更新。",
                f"the holiday data have no {year}: not announced yet, or the library is out of date.",
            ),
            exit=Exit.NOT_FOUND,
            where=Text.same(str(year)),
            remedy=Text.same("pip install --upgrade 'svc[cn]'"),
        ) from error
    return lambda day: bool(works(day))
