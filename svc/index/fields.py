"""Conditions on the values of a field as SQL over the rows of one form."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from svc.domain.schema import FieldInfo
from svc.domain.times import day_start
from svc.index.bounds import Ends, moments
from svc.index.row import (
    BOOL,
    DAY,
    DIGITS,
    ENDING,
    GROUP,
    INSTANT,
    LONG,
    MANY,
    MONTH,
    NUMBER,
    day_seconds,
    numbers_in,
)
from svc.index.rows import Where
from svc.index.where import ANY, Ground, alike, among, both, cells, either, holding, loose, text

_DAYS: Final = (DAY, MONTH)


def groups(ground: Ground, path: str) -> Where:
    """A row where a group stands at a path, whatever its test makes of that."""
    return loose(cells(ground.fields(path, GROUP), "1", ()))


def of_field(ground: Ground, path: str, where: Where) -> Where:
    """A condition on the values of a field: of records whose revision is known, groups where none belong included."""
    return both([ground.known(), either([where, groups(ground, path)])])


def ordered(ground: Ground, path: str, ends: Ends, zone: tzinfo) -> Where:
    """Records with a value of a field between two ends, by number or by time."""
    timely = any(isinstance(end[1].low, datetime) for end in ends if end is not None)
    where = _moments(ground, path, ends, zone) if timely else _numbers(ground, path, ends)
    return of_field(ground, path, where)


def _numbers(ground: Ground, path: str, ends: Ends) -> Where:
    fields, long = ground.fields(path), ground.fields(path, MANY)
    asked = [(sign, span.low) for sign, span in filter(None, ends) if isinstance(span.low, Decimal)]
    few = all(len(end.as_tuple().digits) <= DIGITS for _, end in asked)
    limits = " AND ".join(f"num {sign if few else sign[0] + '='} ?" for sign, _ in asked)
    found = cells(fields, f"num IS NOT NULL AND {limits} AND kind = {NUMBER}", [float(end) for _, end in asked])
    if not long:
        return found if few else loose(found)
    return loose(either([found, cells(fields, f"num IS NOT NULL AND kind = {LONG}", ())]))


def _moments(ground: Ground, path: str, ends: Ends, zone: tzinfo) -> Where:
    """By seconds for instants; days and months begin where the zone's day begins."""
    limits = moments(ends)
    try:
        days = [(sign, day_seconds(_day_from(moment, zone))) for sign, moment in limits]
    except (OverflowError, ValueError):
        return ANY
    seconds = [(sign, moment.timestamp()) for sign, moment in limits]
    found = []
    for kinds, places in (((INSTANT,), seconds), (_DAYS, days)):
        within = " AND ".join(f"num {sign} ?" for sign, _ in places)
        inside = among("kind", kinds)
        values = [*(place for _, place in places), *inside.values]
        found.append(cells(ground.fields(path), f"num IS NOT NULL AND {within} AND {inside.sql}", values))
    return either(found)


def _day_from(moment: datetime, zone: tzinfo) -> date:
    """The first day that begins at a moment or after it."""
    day = moment.astimezone(zone).date()
    return day if day_start(day, zone) >= moment else day + timedelta(days=1)


def flagged(ground: Ground, path: str, answer: bool) -> Where:
    """Records where yes (or no) stands in a field."""
    where = cells(ground.fields(path), f"value = ? AND kind = {BOOL}", (str(answer).casefold(),))
    return of_field(ground, path, where)


def chosen(ground: Ground, path: str, wanted: Collection[str]) -> Where:
    """Records where one of some choices stands in a field."""
    return of_field(ground, path, holding(ground.fields(path), wanted))


def containing(ground: Ground, path: str, wanted: str) -> Where:
    """Records where folded words may stand in a field: somewhere in their text."""
    return (
        of_field(ground, path, loose(text(ground.rows, ground.form.name, wanted)))
        if ground.fields(path)
        else groups(ground, path)
    )


def linking(
    ground: Ground, info: FieldInfo, path: str, wanted: str, called: Callable[[], Collection[str] | None]
) -> Where:
    """Records whose link may be meant: by its id, by the end of its number, or by what the linked record is called
    (`called`: the ids of those called so, None where they are too many)."""
    fields = ground.fields(path)
    if not fields:
        return groups(ground, path)
    names = called()
    if names is None:
        return of_field(ground, path, ANY)
    ids = [*names, *(f"{form}/{id}" for form in info.link for id in names)]
    others = ground.fields(path, ENDING)
    ending = loose(either([alike(others, [wanted]), *_ending(others, numbers_in(wanted.split("-")))]))
    return of_field(ground, path, either([alike(fields, [wanted, *ids]), ending]))


def _ending(others: Collection[int], numbers: list[int]) -> list[Where]:
    """Links whose number ends so: `sequence-digits` stands beside each; the last number typed is the one or the other."""
    if not numbers:
        return []
    last = numbers[-1]
    behind = f"{numbers[-2]}-{last}" if len(numbers) > 1 else f"%-{last}"
    sign = "=" if len(numbers) > 1 else "LIKE"
    return [
        cells(others, f"value {sign} ?", (behind,)),
        cells(others, "value >= ? AND value < ?", (f"{last}-", f"{last}.")),
    ]
