"""What a value asked for means for a field of a type: a span of time, a number, a choice, words to be found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from svc.domain.near import near
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.schema import FieldInfo
from svc.domain.shown import shown
from svc.domain.times import (
    FIRST_YEAR,
    LAST_YEAR,
    TIME_FORMS,
    add_months,
    day_start,
    half_width,
    parse_month,
    read_date,
    read_time,
)
from svc.domain.typed import amount, typed
from svc.domain.values import Reading
from svc.index.columns import MOMENTS, NUMBERS
from svc.index.folded import fold
from svc.index.row import ending_of, numbers_in

_YEAR = pattern(r"[0-9]{4}\Z")
_MONTH = pattern(r"[0-9]{4}-[0-9]{2}\Z")
_SECONDS = pattern(r":[0-9]{2}:[0-9]{2}")
Test = Callable[[Json], bool]


class Span(NamedTuple):
    """From `low` on, before `high`: a moment, a day, a month or a year as asked for; or one number."""

    low: datetime | Decimal
    high: datetime | Decimal

    def places(self, value: Json, reading: Reading) -> int | None:
        """-1, 0 or 1 as a value lies before, in or after the span; None where it has no place."""
        point = instant(value, reading) if isinstance(self.low, datetime) else amount(value)
        if point is None:
            return None
        if isinstance(self.low, Decimal):
            return (point > self.low) - (point < self.low)  # type: ignore[operator]
        return -1 if point < self.low else int(point >= self.high)  # type: ignore[operator]


def instant(value: Json, reading: Reading) -> datetime | None:
    """The instant of a value: of a day or month its first."""
    if isinstance(value, str) and _MONTH.match(value):
        value = f"{value}-01"
    found = typed(value)
    if isinstance(found, datetime):
        return found
    return day_start(found, reading.tz) if isinstance(found, date) else None


def span(text: str, type: str, name: str, reading: Reading) -> Span:
    """The span that `text` means for a field of `type`; Refusal (usage) where it means none."""
    words = half_width(text)
    if type in NUMBERS:
        number = amount(words)
        if number is None:
            raise _unfit(name, text, Text("要一个数，如 12.50", "a number is needed, as 12.50"))
        return Span(number, number)
    if type in MOMENTS:
        return moment(words, reading)
    raise _unfit(name, text, Text("这一栏没有大小先后", "this field has no order"))


def moment(text: str, reading: Reading) -> Span:
    """A year, a month, a day, or a time to the minute or second, as people type them."""
    zone = reading.tz
    if _YEAR.match(text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        year = int(text)
        return Span(day_start(date(year, 1, 1), zone), day_start(date(year + 1, 1, 1), zone))
    for read in (_month, _day, _clock):
        try:
            return read(text, reading)
        except Refusal as error:
            refused = error
    raise Refusal(
        refused.what,
        exit=Exit.USAGE,
        where=Text.same(shown(text)),
        details=(Text.same("2026  2026-11  2026-11-23"), *TIME_FORMS),
        remedy=Text.same("svc help time"),
    ) from refused


def _month(text: str, reading: Reading) -> Span:
    first = parse_month(text)
    return Span(day_start(first, reading.tz), day_start(add_months(first, 1), reading.tz))


def _day(text: str, reading: Reading) -> Span:
    day = read_date(text, reading.now, reading.tz)
    return Span(day_start(day, reading.tz), day_start(day + timedelta(days=1), reading.tz))


def _clock(text: str, reading: Reading) -> Span:
    low = read_time(text, reading.now, reading.tz)
    return Span(low, low + timedelta(seconds=1 if _SECONDS.search(text) else 60))


class Ends(NamedTuple):
    """What a value of an order must keep to: on each side a sign and a span (None: open)."""

    low: tuple[str, Span] | None = None
    high: tuple[str, Span] | None = None


def ends_of(sign: str, asked: Span) -> Ends:
    """The ends that a comparison means."""
    if sign == "=":
        return Ends((">=", asked), ("<=", asked))
    return Ends((sign, asked)) if sign.startswith(">") else Ends(None, (sign, asked))


def between(low: str, high: str, type: str, name: str, reading: Reading) -> Ends:
    """The ends of a range, both included; an end left out is open."""
    if not low and not high:
        raise _unfit(name, "..", Text("写作 100..200、100.. 或 ..200", "write 100..200, 100.. or ..200"))
    from_, to = (span(end, type, name, reading) if end else None for end in (low, high))
    return Ends((">=", from_) if from_ else None, ("<=", to) if to else None)


def moments(ends: Ends) -> list[tuple[str, datetime]]:
    """Ends in time as `>=` and `<` of moments: `>` a day is from the next on, `<=` a day is before the next."""
    found: list[tuple[str, datetime]] = []
    for sign, asked in (end for end in ends if end is not None):
        low, high = asked.low, asked.high
        if isinstance(low, datetime) and isinstance(high, datetime):
            found.append((">=" if sign.startswith(">") else "<", low if sign in (">=", "<") else high))
    return found


_HOLDS: dict[str, Callable[[int], bool]] = {
    ">=": lambda place: place >= 0,
    ">": lambda place: place > 0,
    "<=": lambda place: place <= 0,
    "<": lambda place: place < 0,
}


def within(ends: Ends, reading: Reading) -> Test:
    """The test of a value that lies between two ends; it fails where there is nothing to compare."""
    asked = [(_HOLDS[sign], span) for sign, span in (end for end in ends if end is not None)]

    def test(value: Json) -> bool:
        places = ((holds, span.places(value, reading)) for holds, span in asked)
        return all(place is not None and holds(place) for holds, place in places)

    return test


def equal(text: str, info: FieldInfo, name: str, reading: Reading, called: Callable[[Json], str]) -> Test:
    """The test of `field:value`: by type, words as a part of the text. `called` gives a linked record's name."""
    if info.type in (*NUMBERS, *MOMENTS):
        return within(ends_of("=", span(text, info.type, name, reading)), reading)
    if info.enum:
        wanted = choice(text, info, name)
        return lambda value: str(value) in wanted
    if info.type == "boolean":
        answer = yes(text, name)
        return lambda value: value is answer
    words = fold(text)
    if info.link:
        return lambda value: linked(words, str(value)) or words in fold(called(value))
    return lambda value: words in fold(str(value))


def linked(words: str, id: str) -> bool:
    """Whether folded `words` name an id: the whole, or the end of a number (zeros in front left out)."""
    folded = fold(id)
    if words in (folded, folded.rpartition("/")[2]):
        return True
    numbers, asked = ending_of(id), numbers_in(words.split("-"))
    return bool(asked) and asked in (numbers[-len(asked) :], numbers[-1 - len(asked) : -1])


def choice(text: str, info: FieldInfo, name: str) -> set[str]:
    """The choices that a title, an id, or several after commas name; Refusal (usage) for none."""
    found: set[str] = set()
    for word in split(text):
        folded = fold(word)
        hits = {id for id, title in info.enum.items() if folded in (fold(id), fold(title.zh), fold(title.en))}
        if not hits:
            raise _unfit(name, word, Text("可以是", "one of"), choices(info))
        found |= hits
    return found


def choices(info: FieldInfo) -> tuple[Text, ...]:
    """The choices of a field, a line each."""
    return tuple(Text(f"{id}  {title.zh}", f"{id}  {title.en}") for id, title in info.enum.items())


def split(text: str) -> Iterator[str]:
    """The words between commas, of either width."""
    words = [word.strip() for word in re.split("[,，、]", text)]
    return iter([word for word in words if word] or [""])


def yes(text: str, name: str) -> bool:
    """The answer that a word means; Refusal (usage) for any other word."""
    word = fold(text)
    if word not in ("true", "yes", "y", "1", "是", "false", "no", "n", "0", "否"):
        raise _unfit(name, text, Text("写 是 或 否", "write yes or no"))
    return word in ("true", "yes", "y", "1", "是")


def _unfit(name: str, text: str, why: Text, details: tuple[Text, ...] = ()) -> Refusal:
    return Refusal(
        Text(f"{name} 的值“{shown(text)}”：{why.zh}。", f'{name}, value "{shown(text)}": {why.en}.'),
        exit=Exit.USAGE,
        where=Text.same(shown(f"{name}:{text}")),
        details=details,
        remedy=Text.same("svc help query"),
    )


def unknown(what: Text, text: str, known: Iterator[str], details: tuple[Text, ...] = ()) -> Refusal:
    """The refusal (usage) of a word that names nothing, with what it may have meant."""
    return Refusal(
        Text(f"没有{what.zh} {shown(text)}。", f"there is no {what.en} {shown(text)}."),
        exit=Exit.USAGE,
        where=Text.same(shown(text)),
        details=near(text, known) or details,
        remedy=Text.same("svc help query"),
    )
