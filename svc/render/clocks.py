"""Clocks and how long they give, in words: every construct that a flow may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svc.domain.flow import Clock
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.render.conditions import Teller, both
from svc.render.lengths import ENDS, UNITS, several

REMINDS = Text("只作提示，超期不欠原因", "a reminder: a late one owes no reason")


def limit(teller: Teller, raw: Mapping[str, Any] | None) -> Text:
    """How long a clock gives, and how that is counted."""
    if raw is None:
        return Text("无时长", "no limit")
    plain = length(teller, raw)
    terms = [tell(teller, raw) for word, tell in _TERMS.items() if word in raw]
    if not terms:
        return plain
    how = both(terms, Text("；", "; "))
    return Text(f"{plain.zh}（{how.zh}）", f"{plain.en} ({how.en})")


def length(teller: Teller, raw: Mapping[str, Any]) -> Text:
    """How long a clock gives, without how that is counted."""
    if "due" in raw:
        title = teller.path(raw["due"]).title
        return Text(f"到{title.zh}为止", f"until {title.en}")
    if "setting" in raw or "field" in raw:
        what = teller.operand({"setting": raw["setting"]}) if "setting" in raw else teller.path(raw["field"]).title
        unit = UNITS[raw["unit"]]
        return Text(f"{what.zh}所定{unit.zh}数", f"{what.en} in {unit.en}")
    word = next(unit for unit in UNITS if unit in raw)
    return several(raw[word], word)


def calendar(teller: Teller, raw: Json) -> Text:
    """The calendar whose open time counts, or the setting that names it."""
    if not isinstance(raw, Mapping):
        return Text(f"日历 {raw} ", f"the calendar {raw}")
    what = teller.operand(raw)
    return Text(f"{what.zh}所指的日历", f"the calendar that {what.en} names")


def _calendar(teller: Teller, raw: Mapping[str, Any]) -> Text:
    what = calendar(teller, raw["calendar"])
    days = "days" in raw or raw.get("unit") == "days"
    if days:
        return Text(f"只计{what.zh}的工作日", f"only open days of {what.en}")
    return Text(f"只计{what.zh}的工作时间", f"only open time of {what.en}")


def _pauses(teller: Teller, raw: Mapping[str, Any]) -> Text:
    known = [form.states.get(name) for name in raw["pauses"] for form in teller.forms[:1]]
    titles = [one.title if one else Text.same(name) for name, one in zip(raw["pauses"], known, strict=True)]
    words = both(titles, Text("、", ", "))
    return Text(f"处于{words.zh}的时间不计", f"time in the state {words.en} does not count")


def _extends(teller: Teller, raw: Mapping[str, Any]) -> Text:
    title = teller.path(raw["extends"]).title
    return Text(f"填有{title.zh}的，以其为准", f"{title.en} counts instead where it is given")


_TERMS: Mapping[str, Callable[[Teller, Mapping[str, Any]], Text]] = {
    "until": lambda teller, raw: ENDS[raw["until"]],
    "calendar": _calendar,
    "pauses": _pauses,
    "extends": _extends,
}


def start(teller: Teller, clock: Clock) -> Text:
    """From what a clock counts."""
    if isinstance(clock.start, Mapping) and "setting" in clock.start:
        setting = teller.operand({"setting": clock.start["setting"]})
        options = both([teller.path(path).title for path in clock.start["choose"]], Text(" 或 ", " or "))
        return Text(f"{options.zh}（由{setting.zh}决定）", f"{options.en} (as {setting.en} says)")
    return teller.operand(clock.start)


def until(form: Form, clock: Clock) -> Text:
    """The actions that meet a clock."""
    return both([form.actions[name].text for name in clock.until if name in form.actions], Text("、", ", "))


def clock(teller: Teller, form: Form, one: Clock) -> Text:
    """A clock in one sentence."""
    begin, given, end = start(teller, one), limit(teller, one.limit), until(form, one)
    zh, en = f"从{begin.zh}起 {given.zh}，到“{end.zh}”为止", f'{given.en} from {begin.en}, until "{end.en}"'
    goal = limit(teller, one.target) if one.target else None
    when = teller.guard(one.when) if one.when else None
    zh += (f"；目标 {goal.zh}" if goal else "") + (f"；只当 {when.zh}" if when else "")
    en += (f"; target {goal.en}" if goal else "") + (f"; only when {when.en}" if when else "")
    return Text(zh, en) if one.owes else Text(f"{zh}；{REMINDS.zh}", f"{en}; {REMINDS.en}")
