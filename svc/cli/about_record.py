"""Why a record's deadlines and verdicts came out as they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svc.cli.desk import Shelf
from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.cli.timing import unset_lines
from svc.domain.case import Case
from svc.domain.clocks import Running
from svc.domain.derive import rows_that_match
from svc.domain.flow import Action
from svc.domain.guards import holds
from svc.domain.paths import MISSING, Json, get
from svc.domain.people import acted
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record
from svc.domain.refusal import Refusal
from svc.domain.times import parse_instant
from svc.index.look import Look
from svc.index.words import lasting, left_words, local, minute, plain, state_words, worded
from svc.render import rules
from svc.render.conditions import Teller


@dataclass(frozen=True)
class Told:
    """A record and what tells it: its form's words, and the case as it stood after a step."""

    look: Look
    form: Form
    teller: Teller
    case: Case

    def value(self, path: str) -> str:
        """What stands at a path, in words."""
        value = self.case.value(path)
        info = self.teller.path(path).info
        lang = language()
        if value is MISSING:
            return t("（空）", "(empty)")
        if info is None or (isinstance(value, list) and not value):
            return plain(value, lang) or t("无", "none")
        return worded(self.look.scene, info, value, lang)


def about_record(shelf: Shelf, record: Record) -> Iterator[str]:
    """Its deadlines, then every field that a rule gave it, in the order of the flow."""
    look = Look(shelf.scene, record)
    form = look.form
    yield f"{said(form.title) if form else record.form} {record.id}  {state_words(look, language())}"
    if form is None or look.case is None:
        return
    teller = Teller(shelf.library, (form,))
    if look.running:
        yield ""
        yield t("时限：", "Deadlines:")
        told = Told(look, form, teller, look.case)
        for one in look.running:
            yield from _clock(told, one)
        yield from unset_lines(look, look.running)
    for entry, action in _filling(form, record):
        yield from _step(shelf, look, teller, entry, action)


def _filling(form: Form, record: Record) -> Iterator[tuple[Entry, Action]]:
    """The live steps that filled something by a rule, the last of each action."""
    last = {entry.action: entry for entry in record.live if entry.filled}
    for name, entry in last.items():
        action = form.actions.get(name)
        if action is not None and (action.derive or action.copies):
            yield entry, action


def _clock(told: Told, one: Running) -> Iterator[str]:
    """A clock: from what value, how long, until when, met or not."""
    zone, clock = told.look.scene.zone, one.clock
    if one.unset and one.due is None:
        yield t(f"  {clock.title.zh}（{clock.clause}）：未设定", f"  {clock.title.en} ({clock.clause}): not set")
        return
    start, limit = said(rules.start(told.teller, clock)), said(rules.limit(told.teller, clock.limit))
    begun = minute(one.start.astimezone(zone))
    due = minute(one.due.astimezone(zone)) if one.due else t("无", "none")
    words = t(
        f"  {clock.title.zh}（{clock.clause}）：从{start} {begun} 起，{limit}，到期 {due}",
        f"  {clock.title.en} ({clock.clause}): from {start} {begun}, {limit}, due {due}",
    )
    yield words + t("；", "; ") + _outcome(one, told)


def _outcome(one: Running, told: Told) -> str:
    """How a clock came out."""
    if one.met is not None:
        met = minute(one.met.astimezone(told.look.scene.zone))
        if one.late and one.due:
            by = lasting(one.met - one.due, language())
            return t(f"{met} 办到，迟 {by}", f"met {met}, {by} late")
        return t(f"{met} 办到，按时", f"met {met}, in time")
    if one.stopped:
        return t("单据已终结，未办", "the record ended without it")
    return t(f"未办，{left_words(one.left, 'zh')}", f"open, {left_words(one.left, 'en')}")


def _step(shelf: Shelf, look: Look, teller: Teller, entry: Entry, action: Action) -> Iterator[str]:
    """What one step filled, and why."""
    form = look.form
    assert form is not None
    before = look.record.entered(tuple(one for one in look.record.log if one.step <= entry.step))
    case = Case.of(shelf.scene, before, form, acted(shelf.scene, entry), parse_instant(entry.at))
    told = Told(look, form, teller, case)
    lines = [*_copied(told, entry, action), *_derived(told, entry, action)]
    if lines:
        when = local(shelf.scene, entry.at)
        yield ""
        yield t(
            f"第 {entry.step} 步“{said(action.text)}” {when}（{action.clause}）：",
            f'Step {entry.step}, "{said(action.text)}", {when} ({action.clause}):',
        )
        yield from lines


def _copied(told: Told, entry: Entry, action: Action) -> Iterator[str]:
    """Fields taken from one of several places: from which, and what stood there."""
    for path, operand in action.copies.items():
        if not isinstance(operand, Mapping) or get(entry.filled, path) is MISSING or path in _words(operand):
            continue
        source = _chosen(told.case, operand)
        yield f"  {_field(told, path)} = {told.value(path)}"
        origin = f"{said(told.teller.operand(source))}{_given(told, list(_words(source)))}"
        yield t(f"    取自{origin}", f"    from {origin}")


def _chosen(case: Case, operand: Json) -> Json:
    """The operand with every `first` replaced by the option that had a value."""
    if not isinstance(operand, Mapping):
        return operand
    if "first" in operand:
        return next((_chosen(case, one) for one in operand["first"] if case.operand(one) is not MISSING), operand)
    return {key: _chosen(case, value) for key, value in operand.items()}


def _derived(told: Told, entry: Entry, action: Action) -> Iterator[str]:
    """Fields given by a rule: the row of the table that fitted, or the condition and how it came out."""
    for path, rule in action.derive.items():
        if get(entry.filled, path) is MISSING:
            continue
        yield f"  {_field(told, path)} = {told.value(path)}"
        try:
            yield from _why(told, path, rule)
        except Refusal as refusal:
            yield f"    {said(refusal.what)}"


def _why(told: Told, path: str, rule: Mapping[str, Any]) -> Iterator[str]:
    if "table" in rule:
        for row in rows_that_match(rule["table"], told.case):
            yield f"    {said(rules.row(told.teller, path, row))}"
            paths = list(_words(row.get("when", {})))
            if "when" not in row:
                paths = [p for one in rule["table"] for p in _words(one.get("when", {}))]
            yield from _facts(told, paths)
    elif "holds" in rule:
        yield f"    {said(told.teller.guard(rule['holds']))}" + (
            t("：成立", ": holds") if holds(rule["holds"], told.case) else t("：不成立", ": does not hold")
        )
        yield from _facts(told, list(_words(rule["holds"])))
    else:
        yield from (f"    {said(line)}" for line in rules.rule(told.teller, path, rule) if line)
        yield from _facts(told, list(_words({key: value for key, value in rule.items() if key != "when"})))


def _facts(told: Told, words: Sequence[str]) -> Iterator[str]:
    """The values of the fields that a condition looks at."""
    for path in _paths(told, words):
        yield (
            f"      {said(told.teller.path(path).title)}：{told.value(path)}"
            if language() == "zh"
            else (f"      {said(told.teller.path(path).title)}: {told.value(path)}")
        )


def _given(told: Told, words: Sequence[str]) -> str:
    """The values behind an operand, in brackets."""
    found = [told.value(path) for path in _paths(told, words)]
    return (t(f"（{'、'.join(found)}）", f" ({', '.join(found)})")) if found else ""


def _paths(told: Told, words: Sequence[str]) -> list[str]:
    """Those of the words that name a field, each once."""
    return [word for word in dict.fromkeys(words) if told.teller.path(word).info is not None]


def _words(node: Json) -> Iterator[str]:
    """Every key and text in a piece of the flow: its paths are among them."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(node, list):
        for value in node:
            yield from _words(value)
    elif isinstance(node, str):
        yield node


def _field(told: Told, path: str) -> str:
    title = said(told.teller.path(path).title)
    return t(f"{title}（{path}）", f"{title} ({path})")
