"""Why a record's deadlines and verdicts came out as they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.cli.about_clock import clock_lines
from svc.cli.desk import Shelf
from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.cli.telling import mark_lines
from svc.cli.told import Told, words_in
from svc.domain.case import Case
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
from svc.index.words import local, state_words
from svc.render import rules
from svc.render.conditions import Teller


def about_record(shelf: Shelf, look: Look) -> Iterator[str]:
    """Its deadlines, then every field that a rule gave it, in the order of the flow."""
    form, record = look.form, look.record
    yield f"{said(form.title) if form else record.form} {record.id}  {state_words(look, language())}"
    if form is None or look.case is None:
        return
    yield from (f"  {line}" for line in mark_lines(shelf, look))
    teller = Teller(shelf.library, (form,))
    if form.clocks:
        yield ""
        yield t("时限：", "Deadlines:")
        yield from clock_lines(Told(shelf, look, form, teller, look.case))
    for entry, action in _filling(form, record):
        yield from _step(shelf, look, teller, entry, action)


def _filling(form: Form, record: Record) -> Iterator[tuple[Entry, Action]]:
    """The live steps that filled something by a rule, the last of each action."""
    last = {entry.action: entry for entry in record.live if entry.filled}
    for name, entry in last.items():
        action = form.actions.get(name)
        if action is not None and (action.derive or action.copies):
            yield entry, action


def _step(shelf: Shelf, look: Look, teller: Teller, entry: Entry, action: Action) -> Iterator[str]:
    """What one step filled, and why."""
    form = look.form
    assert form is not None
    before = look.record.entered(tuple(one for one in look.record.log if one.step <= entry.step))
    case = Case.of(shelf.scene, before, form, acted(shelf.scene, entry), parse_instant(entry.at))
    told = Told(shelf, look, form, teller, case)
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
        if not isinstance(operand, Mapping) or get(entry.filled, path) is MISSING or path in words_in(operand):
            continue
        source = _chosen(told.case, operand)
        yield f"  {_field(told, path)} = {told.value(path)}"
        origin = f"{said(told.teller.operand(source))}{told.given(list(words_in(source)))}"
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
            paths = list(words_in(row.get("when", {})))
            if "when" not in row:
                paths = [p for one in rule["table"] for p in words_in(one.get("when", {}))]
            yield from _seen(told, paths)
    elif "holds" in rule:
        yield f"    {said(told.teller.guard(rule['holds']))}" + (
            t("：成立", ": holds") if holds(rule["holds"], told.case) else t("：不成立", ": does not hold")
        )
        yield from _seen(told, list(words_in(rule["holds"])))
    else:
        yield from (f"    {said(line)}" for line in rules.rule(told.teller, path, rule) if line)
        yield from _seen(told, list(words_in({key: value for key, value in rule.items() if key != "when"})))


def _seen(told: Told, words: Sequence[str]) -> Iterator[str]:
    """The values of the fields that a condition looks at."""
    return (f"      {line}" for line in told.facts(words))


def _field(told: Told, path: str) -> str:
    title = said(told.teller.path(path).title)
    return t(f"{title}（{path}）", f"{title} ({path})")
