"""Lengths of time and the ends of days, in words."""

from __future__ import annotations

from collections.abc import Mapping

from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.domain.working_time import CLOSING, MIDNIGHT, TIME

UNITS: Mapping[str, Text] = {
    "hours": Text("小时", "hours"),
    "minutes": Text("分", "minutes"),
    "days": Text("天", "days"),
}
ENDS: Mapping[str, Text] = {
    TIME: Text("末日同一时刻到期", "due on the last day at the same time"),
    CLOSING: Text("末日下班时到期", "due on the last day at closing"),
    MIDNIGHT: Text("末日 24:00 到期", "due on the last day at 24:00"),
}


def several(count: Json, unit: str) -> Text:
    """A number of hours, minutes or days."""
    words = UNITS[unit]
    return Text(f"{count} {words.zh}", f"{count} {words.en.removesuffix('s') if count == 1 else words.en}")


def clocked(seconds: int) -> str:
    """Seconds as hours, minutes and seconds: `1:30:00`."""
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{second:02d}"
