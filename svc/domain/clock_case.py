"""One question about working time as data, and its answer: what a line of `svc clock --batch` holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Final

from svc.domain import working_time
from svc.domain.calendar import Calendar
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import read_time
from svc.domain.working_time import MIDNIGHT, UNTIL, Pauses, spelled

_ANY_NOW: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
_FULL: Final = pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]+([0-9]{2}:[0-9]{2})(:[0-9]{2}.*|(?:[Zz]|[+-].*)?)\Z")
_FORM: Final = Text.same("2026-11-23T16:00:00  2026-11-23T16:00:00+08:00")


def answer(case: Mapping[str, Json], calendar: Calendar) -> Json:
    """The answer to a case `{op, start, …}`: an instant with its offset, or whole seconds.

    Refusal for what cannot be read (usage) and for what the calendar cannot answer.
    """
    op = str(case.get("op"))
    if op not in _RULES:
        known = " ".join(_RULES)
        raise _usage("op", Text(f"可写 {known}，不是 {shown(op)}", f"must be one of {known}, not {shown(op)}"))
    found = _RULES[op](case, calendar)
    return found if isinstance(found, int) else spelled(found)


def read_instant(raw: Json, zone: tzinfo, key: str) -> datetime:
    """A whole instant; without an offset it is local to `zone`. Refusal (usage) for anything else."""
    found = _FULL.match(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        words = Text(f"不是时刻：{shown(str(raw))}", f"no instant: {shown(str(raw))}")
        raise _usage(key, words, _FORM)
    day, minute, rest = found.groups()
    seconds = rest if rest.startswith(":") else f":00{rest}"
    return read_time(f"{day}T{minute}{seconds}", _ANY_NOW, zone)


def read_pauses(raw: Json, zone: tzinfo) -> Pauses:
    """A list of `[from, to]`; absent or null = none."""
    if raw is None:
        return ()
    if not isinstance(raw, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in raw):
        raise _usage("pauses", Text("写作 [[起, 止], …]", "is written [[from, to], …]"))
    return [(read_instant(a, zone, "pauses"), read_instant(b, zone, "pauses")) for a, b in raw]


def _count(case: Mapping[str, Json], key: str) -> int:
    found = case.get(key)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if type(found) is not int or found < 0:
        raise _usage(
            key, Text(f"须为非负整数，不是 {shown(str(found))}", f"must be a whole number, not {shown(str(found))}")
        )
    return found


def _parts(case: Mapping[str, Json], calendar: Calendar) -> tuple[datetime, Pauses]:
    zone = calendar.zone
    return read_instant(case.get("start"), zone, "start"), read_pauses(case.get("pauses"), zone)


def _due(case: Mapping[str, Json], calendar: Calendar) -> datetime:
    start, pauses = _parts(case, calendar)
    return working_time.due(calendar, start, _count(case, "seconds"), pauses)


def _elapsed(case: Mapping[str, Json], calendar: Calendar) -> int:
    start, pauses = _parts(case, calendar)
    return working_time.elapsed(calendar, start, read_instant(case.get("end"), calendar.zone, "end"), pauses)


def _open(case: Mapping[str, Json], calendar: Calendar) -> datetime:
    return working_time.first_open(calendar, *_parts(case, calendar))


def _back(case: Mapping[str, Json], calendar: Calendar) -> datetime:
    start, pauses = _parts(case, calendar)
    return working_time.back(calendar, start, _count(case, "seconds"), pauses)


def _days(case: Mapping[str, Json], calendar: Calendar) -> datetime:
    start, pauses = _parts(case, calendar)
    until = case.get("until", MIDNIGHT)
    if until not in UNTIL:
        known = " ".join(UNTIL)
        raise _usage("until", Text(f"可写 {known}，不是 {shown(str(until))}", f"must be one of {known}"))
    return working_time.days(calendar, start, _count(case, "days"), until, pauses)


_RULES: Final[Mapping[str, Callable[[Mapping[str, Json], Calendar], datetime | int]]] = {
    "due": _due,
    "elapsed": _elapsed,
    "open": _open,
    "back": _back,
    "days": _days,
}
OPS: Final = tuple(_RULES)


def _usage(key: str, words: Text, *details: Text) -> Refusal:
    return Refusal(
        Text(f"{key} {words.zh}。", f"{key} {words.en}."),
        exit=Exit.USAGE,
        where=Text.same(key),
        remedy=Text.same("svc clock --help"),
        details=details,
    )
