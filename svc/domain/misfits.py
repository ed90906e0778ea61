"""Refusals of deeds that do not fit the record's state or the form: what is possible instead."""

from __future__ import annotations

from svc.domain.case import Case
from svc.domain.flow import Action
from svc.domain.people import place
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text


def no_way(case: Case, action: Action) -> Refusal:
    """The refusal when the state fits and no way's condition holds."""
    return Refusal(
        Text(f"所给情况下“{action.text.zh}”没有可走的路。", f'no way of "{action.text.en}" fits what was given.'),
        where=place(case),
        clause=action.clause,
        remedy=Text.same(f"svc explain {case.form.name}.{action.name}"),
    )


def wrong_state(case: Case, action: Action) -> Refusal:
    """The refusal of an action in a state it does not start from: already there, or what is possible instead."""
    states = case.form.states
    for way in action.ways:
        if not way.choose and way.to == case.state:
            state = states[case.state]
            return Refusal(
                Text(f"已处于“{state.title.zh}”状态，不必再办。", f'already in the state "{state.title.en}".'),
                where=place(case),
                clause=action.clause,
                remedy=Text.same(f"svc show {case.id}"),
            )
    names = dict.fromkeys(name for way in action.ways for name in way.froms if name in states)
    froms = [states[name].title for name in names]
    zh, en = "、".join(t.zh for t in froms) or "新建", ", ".join(t.en for t in froms) or "a new record"
    possible = [name for name, other in case.form.actions.items() if _leaves(other, case.state) and not other.kind]
    remedy = f"svc advance {case.id} {possible[0]}" if possible else f"svc show {case.id} --log"
    return Refusal(
        Text(
            f"此时不能“{action.text.zh}”，须处于：{zh}。",
            f'"{action.text.en}" is not possible now; it starts from: {en}.',
        ),
        where=place(case),
        clause=action.clause,
        remedy=Text(
            f"可办：{'、'.join(possible) or '无'}  {remedy}", f"possible: {', '.join(possible) or 'none'}  {remedy}"
        ),
    )


def _leaves(action: Action, state: str) -> bool:
    return any(state in way.froms and not way.by.nobody for way in action.ways)


def nameless(case: Case, action: Action) -> Refusal:
    """The refusal when an insider acts for an outsider and does not say for whom."""
    title = case.scene.library.role_title(case.acting.role)
    return Refusal(
        Text(
            f"“{action.text.zh}”由{title.zh}办理，须写明其姓名。",
            f'"{action.text.en}" is done by the {title.en}: give the name.',
        ),
        where=place(case),
        clause=action.clause,
        remedy=Text("加上 --on-behalf-of 姓名", "add --on-behalf-of NAME"),
    )


def made_already(form: Form, record: Record, action: Action) -> Refusal:
    """The refusal of a making action on a record that exists."""
    state = form.states[record.state]
    return Refusal(
        Text(
            f"本单已处于“{state.title.zh}”状态，“{action.text.zh}”只用于新建。",
            f'already in the state "{state.title.en}"; "{action.text.en}" makes a new record.',
        ),
        where=Text.same(f"{record.id}  {record.state}"),
        clause=action.clause,
        remedy=Text.same(f"svc create {form.name} …"),
    )


def only_by_import(form: Form, record: Record | None, action: Action) -> Refusal:
    """The refusal of entering a migrated case otherwise than from a sheet."""
    return Refusal(
        Text(f"“{action.text.zh}”只由导入办理。", f'"{action.text.en}" is done by an import only.'),
        where=Text.same(f"{record.id}  {record.state}" if record else form.name),
        clause=action.clause,
        remedy=Text(
            f"svc import {form.name} 文件 --state 状态 --vouched-by 人员 --reason 理由",
            f"svc import {form.name} FILE --state STATE --vouched-by PERSON --reason WHY",
        ),
    )


def nothing_to_create(form: Form) -> Refusal:
    """The refusal of making a record that only another record's deed can make."""
    return Refusal(
        Text(f"{form.title.zh}不能单独新建，由别的办理产生。", f"{form.title.en} is made only by another deed."),
        where=Text.same(form.name),
        clause=form.firsts[0].clause if form.firsts else None,
        remedy=Text.same(f"svc explain {form.name}"),
    )


def bound_already(volume: Record, year: int, clause: str | None) -> Refusal:
    """The refusal of binding a year twice."""
    return Refusal(
        Text(
            f"{year} 年度已装订入 {volume.id}，没有新的单据可装。",
            f"{year} is bound already in {volume.id}; nothing new belongs to it.",
        ),
        where=Text.same(f"{volume.id}  {volume.state}"),
        clause=clause,
        remedy=Text.same(f"svc volume show {volume.id}"),
    )
