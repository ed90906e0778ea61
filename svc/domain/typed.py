"""Typed values behind JSON text: decimals, dates, instants; how two of them compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from svc.domain.complaints import Complaint
from svc.domain.paths import MISSING, Json, is_map
from svc.domain.pattern import pattern
from svc.domain.refusal import Text

_DECIMAL = pattern(r"-?[0-9]+(\.[0-9]+)?\Z")
_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTH = pattern(r"[0-9]{4}-[0-9]{2}\Z")
_INSTANT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}\Z")
Typed = Decimal | date | datetime | str | bool | None


def typed(value: Json) -> Typed:
    """The value behind a JSON scalar: decimal, date, instant, else the text itself; lists and maps give None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, (datetime, date)):
        return value
    if not isinstance(value, str):
        return None
    if _DECIMAL.match(value):
        return Decimal(value)
    try:
        if _DATE.match(value):
            return date.fromisoformat(value)
        if _INSTANT.match(value):
            return datetime.fromisoformat(value)
    except ValueError:
        return None
    return value


def ordered(left: Json, right: Json, zone: tzinfo) -> int | None:
    """-1, 0 or 1 as `left` lies before, at or after `right`; None where the two have no order.

    A date against an instant counts as the whole local day of `zone`.
    """
    if isinstance(left, str) and isinstance(right, str) and _MONTH.match(left) and _MONTH.match(right):
        return int(left > right) - int(left < right)
    a, b = typed(left), typed(right)
    if isinstance(a, datetime) and isinstance(b, date) and not isinstance(b, datetime):
        a = a.astimezone(zone).date()
    elif isinstance(b, datetime) and isinstance(a, date) and not isinstance(a, datetime):
        b = b.astimezone(zone).date()
    for kind in (datetime, date, Decimal):
        if isinstance(a, kind) and isinstance(b, kind):
            x: Any = a
            y: Any = b
            return int(x > y) - int(x < y)
    return None


def same(left: Json, right: Json) -> bool:
    """Equality of two JSON values: instants by instant, numbers by value, texts (amounts too) to the letter."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    a, b = typed(left), typed(right)
    if isinstance(left, str) and isinstance(right, str):
        return a == b if isinstance(a, datetime) and isinstance(b, datetime) else left == right
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a == b
    return bool(left == right)


def unreal(info: Callable[[str], Any], fields: Json, prefix: str = "") -> Iterator[Complaint]:
    """Dates and instants of `fields` that no calendar has."""
    items = fields.items() if is_map(fields) else enumerate(fields) if isinstance(fields, list) else ()
    for key, value in items:
        path = f"{prefix}{key}"
        if isinstance(value, list) or is_map(value):
            yield from unreal(info, value, path + ".")
            continue
        known = info(path)
        if known is not None and known.type in ("date", "instant", "month") and not _real(value, known.type):
            yield Complaint(
                "fields." + path,
                Text(
                    f"“{known.title.zh}”不是日历上的时间：{value}", f"{known.title.en} is not in the calendar: {value}"
                ),
            )


def _real(value: Json, kind: str) -> bool:
    if not isinstance(value, str):
        return False
    try:
        if kind == "month":
            date.fromisoformat(value + "-01")
        elif kind == "date":
            date.fromisoformat(value)
        else:
            return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
    return True


def amount(value: Json) -> Decimal | None:
    """A decimal out of a JSON scalar, or None."""
    found = typed(value) if value is not MISSING else None
    return found if isinstance(found, Decimal) else None
