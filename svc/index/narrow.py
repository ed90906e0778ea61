"""Conditions on what every record has, on its texts and on who took part, as SQL over the rows of one form.

What SQL cannot say (clocks, marks, links crossed) is left to the tests, on the rows that remain.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from decimal import Decimal

from svc.domain.core import PERSON
from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.index.bounds import Ends, moments
from svc.index.folded import fold
from svc.index.row import BY, ROLE, numbers_in
from svc.index.rows import Where
from svc.index.where import ANY, NEVER, Ground, Narrow, among, both, either, holding, loose, text


def words(wanted: str) -> Narrow:
    """Records in which folded words stand: in their texts, or in the titles of their state and choices."""

    def where(ground: Ground) -> Where:
        return either(
            [text(ground.rows, ground.form.name, wanted), *(_titles(ground, form, wanted) for form in ground.revisions)]
        )

    return where


def _titles(ground: Ground, form: Form, wanted: str) -> Where:
    """Records of one revision whose state, or one of whose choices, is called so."""
    found = [among("r.state", [id for id, state in form.states.items() if titled(wanted, state.title)])]
    # Working out the fields of every form would take longer than the query.
    for info in form.schema.fields() if _may_call(form, wanted) else ():
        choices = [id for id, title in info.enum.items() if titled(wanted, title)]
        found.append(holding(ground.fields(info.path), choices) if choices else NEVER)
    inside = either(found)
    return both([Where("r.procedure = ?", (form.procedure,)), inside]) if inside != NEVER else NEVER


def _may_call(form: Form, wanted: str) -> bool:
    """Whether a choice of a form may be called so: the words stand somewhere in its schema as it is written."""
    written = json.dumps([form.schema.own, form.schema.envelope], ensure_ascii=False)
    return wanted in fold(written) or not wanted.isprintable() or '"' in wanted or "\\" in wanted


def titled(wanted: str, title: Text) -> bool:
    """Whether folded words stand in a title, in either language."""
    return wanted in fold(title.zh) or wanted in fold(title.en)


def states(wanted: Collection[str]) -> Narrow:
    """Records in some states, or under some marks of time."""

    def where(ground: Ground) -> Where:
        found = [among("r.state", sorted(wanted))]
        for form in ground.revisions:
            under = {state for mark in form.marks if mark.name in wanted for state in mark.states} - set(wanted)
            found.append(loose(both([Where("r.procedure = ?", (form.procedure,)), among("r.state", sorted(under))])))
        return either(found)

    return where


def unfinished(ground: Ground) -> Where:
    """Records that have not come to their end."""
    return either(_not_in(form, [id for id, state in form.states.items() if state.final]) for form in ground.revisions)


def timed(ground: Ground) -> Where:
    """Records of a revision with clocks that may still run."""
    running = [form for form in ground.revisions if form.clocks]
    ended = ([id for id, state in form.states.items() if state.final] for form in running)
    return loose(either(_not_in(form, finals) for form, finals in zip(running, ended, strict=True)))


def clocked(ground: Ground) -> Where:
    """Records of a revision with clocks."""
    return loose(among("r.procedure", [form.procedure for form in ground.revisions if form.clocks]))


def _not_in(form: Form, finals: Sequence[str]) -> Where:
    inside = among("r.state", finals)
    return Where(f"r.procedure = ? AND NOT ({inside.sql})", (form.procedure, *inside.values))


def instants(column: str, ends: Ends) -> Narrow:
    """Records whose column of seconds lies between two ends."""
    found = both(Where(f"{column} {sign} ?", (moment.timestamp(),)) for sign, moment in moments(ends))
    return lambda _ground: found


def years(ends: Ends) -> Narrow:
    """Numbered records by the year in their number; a register's year hangs on the zone and is left to the test."""
    asked = [(sign, span.low) for sign, span in filter(None, ends) if isinstance(span.low, Decimal)]
    found = both(Where(f"r.year {sign} ?", (float(year),)) for sign, year in asked)
    return lambda ground: ANY if ground.form.key else found


def named(wanted: str) -> Narrow:
    """Records whose id begins, or whose number ends so, or that are the whole of it; not the exact ones alone."""
    numbers = numbers_in(wanted.split("-"))

    def where(ground: Ground) -> Where:
        found = [Where("r.folded >= ? AND r.folded < ?", (wanted, wanted + "\U0010ffff"))]
        if ground.form.key:
            found.append(Where("substr(r.folded, ?) = ?", (-1 - len(wanted), "/" + wanted)))
            found += [Where("r.folded GLOB '*-*-*-*-*'")] if numbers else []
        elif len(numbers) > 1:
            found.append(Where("r.number = ? OR (r.digits = ? AND r.number = ?)", (numbers[-1], *numbers[:-3:-1])))
        elif numbers:
            found.append(Where("r.number = ? OR r.digits = ?", (numbers[-1], numbers[-1])))
        return loose(either(found))

    return where


def acted(people: Collection[str]) -> Narrow:
    """Records in whose log one of some people stands."""
    return lambda ground: loose(holding(ground.fields(BY), people))


def in_role(roles: Collection[str]) -> Narrow:
    """Records in whose log somebody acted in one of some roles; a person's roles are left to the test."""
    return lambda ground: ANY if ground.form.name == PERSON else loose(holding(ground.fields(ROLE), roles))


def mine(me: str) -> Narrow:
    """Records in which a person acted, or that name the person."""

    def where(ground: Ground) -> Where:
        infos = {info.path for form in ground.revisions for info in form.schema.fields() if PERSON in info.link}
        fields = {n for path in infos for n in ground.fields(path)}
        return loose(either([holding(ground.fields(BY), [me]), holding(sorted(fields), [me])]))

    return where
