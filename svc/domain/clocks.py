"""Clocks: derived, never stored. When each began, when it is due, when it was met, what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.flow import Clock, Operand
from svc.domain.guards import applies
from svc.domain.limits import Limit, reckon
from svc.domain.paths import MISSING
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text
from svc.domain.times import FIRST_YEAR, LAST_YEAR
from svc.domain.told import first
from svc.domain.typed import typed


class Running(NamedTuple):
    """One clock of one record: start, due, when it was met; `unset` names a setting of the limit that nobody has set.

    `limit` and `goal` tell how `due` and `target` were reckoned, or what kept them from it: `goal.unset` for the target.
    `late`: met after due, or not met and now after due. `stopped`: the record ended without meeting it; with
    `by_step`, a migration tells that it was met and not when.
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


class Idle(NamedTuple):
    """A clock that does not run: its condition does not hold (`off`), or no time stands where it begins.

    `begins`: the operand for the start; None where a setting has a value that is none of its options.
    """

    clock: Clock
    off: bool
    begins: Operand


def clocks(case: Case, now: datetime) -> list[Running]:
    """Every clock of the record that runs or ran, in the order of the flow, as known at `now`."""
    found = (_run(clock, case, now) for clock in case.form.clocks)
    return [running for running in found if running is not None]


def idle(case: Case) -> list[Idle]:
    """Every clock of the form that neither runs nor ran, in the order of the flow."""
    found = []
    for clock in case.form.clocks:
        off = not applies(clock.when, case)
        begins, unset = beginning(clock, case)
        if off or (not unset and _begun(begins, case) is None):
            found.append(Idle(clock, off, begins))
    return found


def _run(clock: Clock, case: Case, now: datetime) -> Running | None:
    if not applies(clock.when, case):
        return None
    begins, unset = beginning(clock, case)
    start = _begun(begins, case)
    if start is None:
        return Running(clock, now, None, None, None, None, True, now, unset) if unset else None
    met = first(case.form, case.log, clock.until)
    limit, goal = (reckon(raw, start, case, now) if raw else Limit(start) for raw in (clock.limit, clock.target))
    final = case.log[-1].to if case.log else case.state
    ended = final in case.form.states and case.form.states[final].final
    step, when = met or (None, None)
    at = _instant(when) if when else None
    stopped = at is None and (ended or met is not None)
    return Running(clock, start, limit.due, goal.due, at, step, stopped, now, unset or limit.unset, limit, goal)


def beginning(clock: Clock, case: Case) -> tuple[Operand, str | None]:
    """The operand a clock starts from; or the setting that has to say which it is and that nobody has set.

    A record keeps what was in force when it was made: a setting that changes moves no deadline that already runs.
    """
    raw = clock.start
    if not isinstance(raw, Mapping) or "setting" not in raw:
        return raw, None
    made = _instant(case.log[0].began) if case.log else case.at
    chosen = case.scene.setting(raw["setting"], made)
    if chosen is MISSING:
        return None, raw["setting"]
    return (chosen if chosen in raw["choose"] else None), None


def _begun(begins: Operand, case: Case) -> datetime | None:
    """The start instant; None where nothing stands, or nothing within the years that are known here."""
    value = typed(case.operand(begins)) if begins is not None else None
    return value if isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def owed(case: Case, now: datetime) -> list[Running]:
    """The late clocks whose reason nobody has given yet."""
    paid = {name for entry in case.log for name in entry.pays}
    late = [running for running in clocks(case, now) if running.late and running.clock.owes]
    return [running for running in late if running.clock.name not in paid]


def payment(case: Case, clock: Clock) -> Entry | None:
    """The step whose reason paid for this clock's lateness."""
    return next((entry for entry in case.log if clock.name in entry.pays), None)


def owed_words(debts: list[Running]) -> tuple[Text, ...]:
    """The owed reasons, a line each."""
    lines = []
    for running in debts:
        assert running.due is not None
        met = running.met or running.now
        over, seconds = divmod(int((met - running.due).total_seconds()), 60)
        zh, en = (f"{over} 分钟", f"{over} minutes") if over else (f"{seconds} 秒", f"{seconds} seconds")
        lines.append(Text(f"{running.clock.title.zh} 超期 {zh}", f"{running.clock.title.en}: {en} late"))
    return tuple(lines)


def marks(case: Case) -> list[str]:
    """The marks that time alone has set on the record."""
    return [m.name for m in case.form.marks if case.state in m.states and applies(m.when, case)]


def finished(record: Record) -> datetime | None:
    """When the record reached the state it stands in."""
    return _instant(record.last.at) if record.log else None
