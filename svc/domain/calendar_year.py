"""A calendar that changes: a year's holidays and make-up days laid into it, and the days that may not change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from svc.domain.calendar import ONE, Calendar
from svc.domain.calendar_file import WEEK
from svc.domain.paths import Json
from svc.domain.refusal import Refusal, Text

_SATURDAY = 5


def year_of(year: int, works: Callable[[date], bool], hours: Json) -> dict[str, Json]:
    """What one year adds to a calendar document of Monday to Friday: `years`, `holidays`, `workdays`.

    `works` says whether a date is worked (make-up days are), `hours` are the segments of a make-up day.
    """
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    holidays = [day.isoformat() for day in days if day.weekday() < _SATURDAY and not works(day)]
    made_up = {day.isoformat(): hours for day in days if day.weekday() >= _SATURDAY and works(day)}
    return {"years": [year], "holidays": holidays, "workdays": made_up}


def usual_hours(document: Mapping[str, Json]) -> Json:
    """The segments of the first open weekday, as written."""
    week = document.get("week", {})
    return next((week[day] for day in WEEK if week.get(day)), [])


def with_year(document: Mapping[str, Json], part: Mapping[str, Json]) -> dict[str, Json]:
    """The document with the holidays and make-up days of one year in place of what it had for that year.

    A document without `years` claims no completeness and stays without.
    """
    (year,) = part["years"]
    old = [one for one in document.get("holidays", []) if not one.startswith(f"{year}-")]
    kept = {day: hours for day, hours in document.get("workdays", {}).items() if not day.startswith(f"{year}-")}
    made = dict(document)
    if "years" in document:
        made["years"] = sorted({*document["years"], year})
    made["holidays"] = sorted([*old, *part["holidays"]], key=lambda one: (len(one) < len("YYYY-MM-DD"), one))
    made["workdays"] = dict(sorted({**kept, **part["workdays"]}.items()))
    return made


def refuse_past(old: Calendar, new: Calendar, today: date) -> None:
    """Refuse a calendar under which a day before `today` had other hours: deadlines that have passed would move.

    Years for which the old one had no data are open. Hours that change from a day on are a calendar of their own, put
    into force by the setting that names it.
    """
    years = sorted(old.years) or range(today.year - 10, today.year + 1)
    day = date(years[0], 1, 1)
    while day < today:
        known = not old.years or day.year in old.years
        if known and (new.years and day.year not in new.years or old.spans(day) != new.spans(day)):
            raise Refusal(
                Text(f"{day} 已经过去，其时段不能再改。", f"{day} is past: its hours can no longer change."),
                where=Text.same(old.name),
                clause="[company]",
                remedy=Text(
                    f"更正错误用 --correct；自某日起改时段则另立新日历  svc calendar set {old.name}-2 文件 --reason 依据",
                    f"a mistake: --correct; new hours: a new calendar  svc calendar set {old.name}-2 FILE --reason WHY",
                ),
            )
        day += ONE
