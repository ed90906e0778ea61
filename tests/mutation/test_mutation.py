"""No rule without a case: every guard, role, paper, clock, … is left out of its document in turn, and a case must fail.

Cases know which actions they touch; only those that touch the action of the rule are played, until one fails. What
no case notices is a survivor, and survivors are none.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

import pytest
from forms_support.books import Case, all_cases, books
from forms_support.expect import Here, Touch
from forms_support.mutants import Mutant, mutated, of_flow, of_head
from forms_support.play import Player
from forms_support.stage import IN_FORCE, documents, library

from svc.domain.procedure import Library

# Mutants that no case can notice, each with the reason. Nothing is entered here without a review.
EQUIVALENT: Mapping[str, str] = {}

WORKERS = 2


@lru_cache(maxsize=1)
def mutants() -> tuple[Mutant, ...]:
    """Every mutant of every procedure in force."""
    found: list[Mutant] = []
    for procedure in IN_FORCE:
        forms = library().procedures[procedure].forms
        used = json.dumps([form.flow for form in forms.values()])
        found += of_head(procedure, documents()[f"{procedure}/procedure.yaml"], used)
        for name, form in forms.items():
            found += of_flow(procedure, name, form.flow, form.schema.paths())
    return tuple(found)


def broken(mutant: Mutant) -> Library:
    """The library with one rule left out; everything else is shared with the whole one."""
    whole, name = library(), mutant.procedure
    procedure = whole.procedures[name]
    if mutant.form is None:
        raw = mutated(procedure.raw, mutant)
        forms = {n: replace(form, rights=raw.get("rights", {})) for n, form in procedure.forms.items()}
        changed = replace(procedure, raw=raw, forms=forms)
    else:
        form = procedure.forms[mutant.form]
        forms = {**procedure.forms, mutant.form: replace(form, flow=mutated(form.flow, mutant))}
        changed = replace(procedure, forms=forms)
    return replace(whole, procedures={**whole.procedures, name: changed})


@lru_cache(maxsize=1)
def baseline() -> tuple[Mapping[tuple[str, str], Here], Mapping[str, frozenset[Touch]]]:
    """With no rule left out: every situation as laid, and the actions that each case touches."""
    player = Player(library())
    touched: dict[str, frozenset[Touch]] = {}
    for case in all_cases():
        touched[case.id] = frozenset({(case.form, "")})
        if case.deed is not None:
            assert player.judge(case) == [], case.id
            outcome = player.play(case)
            name = case.deed.get("form", case.form)
            own = frozenset(follows(name, case.deed.get("make") or case.deed["do"]))
            touched[case.id] = outcome.here.touched | own
    return dict(player.known), touched


def follows(form: str, action: str, seen: frozenset[Touch] = frozenset()) -> Iterator[Touch]:
    """An action, and every action that it makes or moves in other records, as far as the flows tell."""
    if (form, action) in seen:
        return
    yield form, action
    known = library().forms[form]
    raw = known.flow["actions"].get(action) or known.flow.get(action) or {}
    for rule in raw.get("creates", ()):
        child = library().forms[rule["form"]]
        yield from follows(child.name, rule.get("action", child.firsts[0].name), seen | {(form, action)})
    for rule in raw.get("also", ()):
        for other in library().forms.values():
            if rule["action"] in other.actions:
                yield from follows(other.name, rule["action"], seen | {(form, action)})


def concerned(mutant: Mutant, touched: frozenset[Touch]) -> bool:
    """Whether what was done has anything to do with the rule that is left out."""
    if mutant.form is None:
        return mutant.action is None or any(action == mutant.action for _, action in touched)
    if mutant.action is None:
        return any(form == mutant.form for form, _ in touched)
    return (mutant.form, mutant.action) in touched


def survives(mutant: Mutant) -> str | None:
    """The label of a mutant that no case notices; None when one does."""
    known, touched = baseline()
    still = {key: here for key, here in known.items() if not concerned(mutant, here.touched)}
    player = Player(broken(mutant), known=still)
    cases = [case for case in all_cases() if concerned(mutant, touched[case.id])]
    for case in sorted(cases, key=lambda case: not _own(case, mutant)):
        if _fails(player, case):
            return None
    return mutant.label


def _own(case: Case, mutant: Mutant) -> bool:
    """Whether a case is about the very action: those are played first."""
    if case.deed is None or mutant.action is None:
        return case.form == mutant.form
    form = case.deed.get("form", case.form)
    return form == (mutant.form or form) and mutant.action == (case.deed.get("make") or case.deed["do"])


def _fails(player: Player, case: Case) -> bool:
    try:
        return bool(player.judge(case))
    except AssertionError:
        return True  # its situation cannot be laid any more


@pytest.mark.mutation
def test_every_rule_has_a_case_that_fails_without_it() -> None:
    baseline()
    wanted = mutants()
    assert len(wanted) == len({mutant.label for mutant in wanted})
    fork = multiprocessing.get_context("fork")
    with fork.Pool(min(WORKERS, os.cpu_count() or 1)) as pool:
        survivors = [label for label in pool.imap_unordered(survives, wanted, chunksize=8) if label]
    counted = Counter(mutant.form or "procedure" for mutant in wanted)
    print(f"{len(wanted)} mutants, {len(all_cases())} cases: {dict(counted)}")
    assert sorted(set(survivors) - set(EQUIVALENT)) == []
    assert sorted(set(EQUIVALENT) - set(survivors)) == [], "noticed after all, or gone: strike them off"


def test_every_book_has_cases_for_every_action() -> None:
    """An action that no case does is an action whose rules could all go."""
    done = {(case.form, case.deed.get("make") or case.deed["do"]) for case in all_cases() if case.deed is not None}
    for name in books():
        form = library().forms[name]
        missing = [action for action in form.actions if (name, action) not in done]
        assert missing == [], name
