"""Clocks: derived, never stored. When each began, when it is due, when it was met, what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.flow import Clock
from svc.domain.guards import applies
from svc.domain.limits import Limit, reckon
from svc.domain.paths import MISSING
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text
from svc.domain.typed import typed


class Running(NamedTuple):
    """One clock of one record: start, due, when it was met; `unset` names a setting of the limit that nobody has set.

    `limit` and `goal` tell how `due` and `target` were reckoned, or what kept them from it: `goal.unset` for the target.
    `late`: met after due, or not met and now after due. `stopped`: the record ended without meeting it.
    """

    clock: Clock
    start: datetime
    due: datetime | None
    target: datetime | None
    met: datetime | None
    by_step: int | None
    stopped: bool
    now: datetime
    unset: str | None = None
    limit: Limit | None = None
    goal: Limit | None = None

    @property
    def late(self) -> bool:
        """Whether the limit was or is exceeded; exactly on time is on time."""
        return self.due is not None and not (self.stopped and self.met is None) and (self.met or self.now) > self.due

    @property
    def open(self) -> bool:
        """Whether it still runs."""
        return self.met is None and not self.stopped

    @property
    def left(self) -> timedelta | None:
        """Time until due (negative when over); None when met, stopped or without a limit."""
        return self.due - self.now if self.open and self.due else None


def clocks(case: Case, now: datetime) -> list[Running]:
    """Every clock of the record that runs or ran, in the order of the flow, as known at `now`."""
    found = (_run(clock, case, now) for clock in case.form.clocks)
    return [running for running in found if running is not None]


def _run(clock: Clock, case: Case, now: datetime) -> Running | None:
    if not applies(clock.when, case):
        return None
    start, unset = _start(clock, case)
    if start is None:
        return Running(clock, now, None, None, None, None, True, now, unset) if unset else None
    met = _met(clock, case)
    limit, goal = (reckon(raw, start, case, now) if raw else Limit(start) for raw in (clock.limit, clock.target))
    final = case.log[-1].to if case.log else case.state
    ended = final in case.form.states and case.form.states[final].final
    at = _instant(met.at) if met else None
    step, stopped = met.step if met else None, ended and not met
    return Running(clock, start, limit.due, goal.due, at, step, stopped, now, unset or limit.unset, limit, goal)


def _start(clock: Clock, case: Case) -> tuple[datetime | None, str | None]:
    """The start instant; or the name of the setting that has to say which event starts the clock."""
    raw = clock.start
    if isinstance(raw, Mapping) and "setting" in raw:
        chosen = case.scene.setting(raw["setting"], case.at)
        if chosen is MISSING:
            return None, raw["setting"]
        raw = chosen if chosen in raw["choose"] else MISSING
    value = typed(case.operand(raw)) if raw is not MISSING else None
    return (value, None) if isinstance(value, datetime) else (None, None)


def _met(clock: Clock, case: Case) -> Entry | None:
    return next((entry for entry in case.log if entry.action in clock.until), None)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def owed(case: Case, now: datetime) -> list[Running]:
    """The late clocks whose reason nobody has given yet."""
    paid = {name for entry in case.log for name in entry.pays}
    late = [running for running in clocks(case, now) if running.late and running.clock.owes]
    return [running for running in late if running.clock.name not in paid]


def owed_words(debts: list[Running]) -> tuple[Text, ...]:
    """The owed reasons, a line each."""
    lines = []
    for running in debts:
        assert running.due is not None
        met = running.met or running.now
        over = int((met - running.due).total_seconds() // 60)
        lines.append(
            Text(f"{running.clock.title.zh} 超期 {over} 分钟", f"{running.clock.title.en}: {over} minutes late")
        )
    return tuple(lines)


def marks(case: Case) -> list[str]:
    """The marks that time alone has set on the record."""
    return [m.name for m in case.form.marks if case.state in m.states and applies(m.when, case)]


def finished(record: Record) -> datetime | None:
    """When the record reached the state it stands in."""
    return _instant(record.last.at) if record.log else None
