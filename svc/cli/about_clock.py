"""A clock, told from the data: what it asks of everybody, and how it came out for one record, instant by instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta, tzinfo

from svc.cli.about_form import clause_words
from svc.cli.course import between, course_lines
from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.cli.telling import met_before
from svc.cli.timing import begun, every, idle_words, lacking_lines, start_title
from svc.cli.told import Told, words_in
from svc.domain.clocks import Idle, Running, beginning, payment
from svc.domain.flow import Clock
from svc.domain.limits import DAYS, Limit, agreements, unagreed
from svc.domain.paths import MISSING, Json, get
from svc.domain.procedure import Form, Library
from svc.domain.record import Entry
from svc.domain.refusal import Text
from svc.domain.times import in_zone
from svc.domain.working_time import MIDNIGHT
from svc.index.words import lasting, left_words, minute
from svc.render import clocks
from svc.render.card import card
from svc.render.conditions import Teller, both
from svc.render.lengths import ENDS, several

MOST = 12
"""So many stretches of a course are told; of a longer one the first and the last."""
EXACT = Text("正好到时不算迟", "exactly on time is on time")


def about_clock(library: Library, form: Form, one: Clock, wide: int | None) -> Iterator[str]:
    """What a clock is: from what, until which action, how long and how that is counted, when it runs at all."""
    teller = Teller(library, (form,))
    begins, ends = clocks.start(teller, one), clocks.until(form, one)
    pairs = [
        (t("时限", "clock"), f"{form.name}.{one.name}"),
        (t("名称", "title"), f"{one.title.zh} / {one.title.en}"),
        (t("依据", "clause"), clause_words(library, form, one.clause)),
        (t("从", "from"), said(begins)),
        (t("到", "until"), said(ends)),
    ]
    for label, raw in ((t("目标", "target"), one.target), (t("限度", "limit"), one.limit)):
        if raw:
            pairs.append((label, said(both([clocks.limit(teller, raw), _edge(raw)], Text("，", ", ")))))
    if one.when:
        pairs.append((t("只当", "only when"), said(teller.guard(one.when))))
    owes = t("须说明原因", "a reason is owed") if one.owes else said(clocks.REMINDS)
    yield from card([*pairs, (t("超期", "late"), owes)], lang=language(), columns=wide)


def _edge(raw: Mapping[str, Json]) -> Text:
    """When exactly the limit ends."""
    if "due" in raw:
        return EXACT
    if DAYS not in raw and raw.get("unit") != DAYS:
        return EXACT
    first = Text("起始日不计", "the first day is not counted")
    return first if "until" in raw else both([first, ENDS[MIDNIGHT]], Text("，", ", "))


def clock_lines(told: Told) -> Iterator[str]:
    """Every clock of a record, in the order of the flow: how it came out, or why it does not run."""
    for one in every(told.look):
        yield from _running(told, one) if isinstance(one, Running) else _idle(told, one)


def _idle(told: Told, one: Idle) -> Iterator[str]:
    """Why a clock does not run: the condition that does not hold, with what stands in its fields; or no start."""
    clock = one.clock
    yield t(
        f"  {clock.title.zh}（{clock.clause}）：{idle_words(told.look, one)}",
        f"  {clock.title.en} ({clock.clause}): {idle_words(told.look, one)}",
    )
    if one.off and clock.when:
        yield t(
            f"    只当 {said(told.teller.guard(clock.when))}", f"    only when {said(told.teller.guard(clock.when))}"
        )
        yield from (f"      {line}" for line in told.facts(list(words_in(clock.when))))


def _running(told: Told, one: Running) -> Iterator[str]:
    """A clock: from what value, how long, until when, met or not; below it how all of that came out."""
    zone, clock = told.look.scene.zone, one.clock
    head = t(f"  {clock.title.zh}（{clock.clause}）：", f"  {clock.title.en} ({clock.clause}): ")
    if begun(one):
        start, given = start_title(told.look, clock), clocks.length(told.teller, clock.limit or {})
        due = minute(in_zone(one.due, zone)) if one.due else t("不明", "unknown")
        at = minute(in_zone(one.start, zone))
        head += t(f"从{start.zh} {at} 起，{given.zh}，到期 {due}；", f"from {start.en} {at}, {given.en}, due {due}; ")
        yield head + _outcome(told, one)
        yield from (f"    {line}" for line in _origin(told, clock))
    else:
        yield head + t("未设定", "not set")
    yield from (f"    {line}" for line in lacking_lines(told.look, one))
    for goal, raw, limit in ((True, clock.target, one.goal), (False, clock.limit, one.limit)):
        if raw and limit and limit.due:
            yield from (f"    {line}" for line in _limit(told, one, goal, raw, limit))
    yield from (f"    {line}" for line in _end(told, one))


def _outcome(told: Told, one: Running) -> str:
    """How a clock came out, in a word."""
    if one.met is not None:
        met = minute(in_zone(one.met, told.look.scene.zone))
        if one.late and one.due:
            by = lasting(one.met - one.due, language())
            return t(f"{met} 办到，迟 {by}", f"met {met}, {by} late")
        in_time = t("，按时", ", in time") if one.due else ""
        return t(f"{met} 办到{in_time}", f"met {met}{in_time}")
    if one.by_step is not None:
        return t("迁移前已办，何时不明", "done before the migration, nobody knows when")
    if one.stopped:
        return t("单据已终结，未办", "the record ended without it")
    left = t(f"，{left_words(one.left, 'zh')}", f", {left_words(one.left, 'en')}") if one.due else ""
    return t(f"未办{left}", f"open{left}")


def _origin(told: Told, clock: Clock) -> Iterator[str]:
    """Where the start comes from: the setting that chose it, the step that gave it."""
    begins, _ = beginning(clock, told.case)
    if not isinstance(begins, str):
        return
    if isinstance(clock.start, Mapping):
        name, title = clock.start["setting"], told.teller.path(begins).title
        yield t(f"起点：设定 {name} 定为{title.zh}", f"start: the setting {name} says {title.en}")
    entry = _giver(told, begins)
    if entry is None:
        return
    action, step, by = told.form.actions.get(entry.action), told.step(entry), told.by(entry)
    if action and begins in action.copies and get(entry.filled, begins) is not MISSING:
        source = told.teller.operand(action.copies[begins])
        yield t(f"起点：{step}取自{source.zh}，{by}", f"start: taken from {source.en} in {step}, {by}")
    elif action and action.time == begins:
        yield t(f"起点：{step}的时间，{by}", f"start: the time of {step}, {by}")
    else:
        yield t(f"起点：{step}所填，{by}", f"start: given in {step}, {by}")


def _giver(told: Told, path: str) -> Entry | None:
    """The last live step that gave or filled a field of this very record."""
    log = reversed(told.case.log)
    return next((e for e in log if any(get(part, path) is not MISSING for part in (e.gave, e.filled))), None)


def _limit(told: Told, one: Running, goal: bool, raw: Mapping[str, Json], limit: Limit) -> Iterator[str]:
    """A limit or target: what it is, what it was reckoned from, its course."""
    zone, case = told.look.scene.zone, told.case
    what, edge = clocks.limit(told.teller, raw), _edge(raw)
    label, due = t("目标", "target") if goal else t("限度", "limit"), _until(limit.due or one.now, zone)
    to = "" if "due" in raw else t(f"到 {due}，", f"until {due}, ")
    yield t(f"{label}：{what.zh}，{to}{edge.zh}", f"{label}: {what.en}, {to}{edge.en}")
    if limit.agreed:
        yield from (f"  {line}" for line in _agreed(told, raw))
        limit = unagreed(raw, one.start, case, one.now)
        if limit.due and "extends" in raw and not limit.agreed:
            was = _until(limit.due, zone)
            yield t(f"  原到期 {was}：", f"  it was due {was}:")
    yield from (f"  {line}" for line in _reckoned(told, raw, limit))


def _until(moment: datetime, zone: tzinfo) -> str:
    """An instant as an end: midnight belongs to the day before it."""
    local = in_zone(moment, zone)
    return minute(local) if local.time() != time() else f"{local.date() - timedelta(days=1)} 24:00"


def _agreed(told: Told, raw: Mapping[str, Json]) -> Iterator[str]:
    """The times that were agreed on, with the steps that gave them; or the field that is the due time itself."""
    zone, found = told.look.scene.zone, list(agreements(raw, told.case)) if "extends" in raw else []
    for entry, moment in found:
        to = _until(moment, zone)
        yield t(f"商定：{told.deed(entry)}，改为 {to}", f"agreed: {told.deed(entry)}, to {to}")
    path = raw.get("due", raw.get("extends", ""))
    if not found and isinstance(told.case.value(path), str):
        giver, title = _giver(told, path), said(told.teller.path(path).title)
        by = t(f"，{told.deed(giver)}", f", {told.deed(giver)}") if giver else ""
        yield f"{title} = {told.value(path)}{by}"


def _reckoned(told: Told, raw: Mapping[str, Json], limit: Limit) -> Iterator[str]:
    """What a limit was reckoned from: its number, its calendar, its pauses; then stretch by stretch."""
    zone = told.look.scene.zone
    if limit.number is not None and ("setting" in raw or "field" in raw):
        size = several(limit.number, limit.unit)
        name = raw.get("setting") or said(told.teller.path(raw["field"]).title)
        yield t(f"{name} = {size.zh}", f"{name} = {size.en}")
    if limit.calendar:
        named = limit.calendar
        title = f"（{said(named.title)}）" if named.title and language() == "zh" else ""
        title = f" ({said(named.title)})" if named.title and language() == "en" else title
        by = raw["calendar"]["setting"] if isinstance(raw.get("calendar"), Mapping) else ""
        chosen = t(f"，由设定 {by} 指定", f", named by the setting {by}") if by else ""
        place = f"，{named.zone}" if str(named.zone) != str(zone) else ""
        yield t(f"日历：{named.name}{title}{chosen}{place}", f"calendar: {named.name}{title}{chosen}{place}")
    for pause in limit.pauses:
        span = between(pause.begin, pause.end, zone)
        lasts = t("，仍在暂停，到期随之后移", ", still paused: the due time moves on") if pause.lasts else ""
        why = t(f"，理由：{pause.entry.reason}", f", reason: {pause.entry.reason}") if pause.entry.reason else ""
        yield t(
            f"停计：{span} {pause.state.zh}（{told.step(pause.entry)}{why}）{lasts}",
            f"paused: {span} {pause.state.en} ({told.step(pause.entry)}{why}){lasts}",
        )
    yield from course_lines(limit, zone, MOST)


def _end(told: Told, one: Running) -> Iterator[str]:
    """Who met it and when; whether the target was kept; who paid the late reason, or that it is owed."""
    entry = next((entry for entry in told.case.log if entry.step == one.by_step), None)
    if entry is not None and entry.migrated is not None:
        yield from (
            t(f"办到：迁移所述，{line}", f"met, as told: {line}") for line in met_before(told, entry, one.clock)
        )
    elif entry is not None:
        yield t(f"办到：{told.deed(entry)}", f"met: {told.deed(entry)}")
    reached = one.met or one.now
    if one.target and reached > one.target and (one.met or one.open):
        by = lasting(reached - one.target, language())
        yield t(f"已过目标 {by}；目标只作提示", f"{by} past the target, which is only a hint")
    if not one.late:
        return
    paid = payment(told.case, one.clock)
    if paid is not None and paid.step == one.by_step:
        yield t("该步已说明原因", "the reason was given with it")
    elif paid is not None:
        yield t(f"已说明原因：{told.deed(paid)}", f"the reason was given: {told.deed(paid)}")
    elif one.clock.owes:
        yield t("尚欠原因：办理任一步时加 --reason 说明", "a reason is owed: give it with --reason at any step")
    else:
        yield said(clocks.REMINDS)
