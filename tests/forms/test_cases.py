"""The procedures, case by case: who may do what, with what, when, and what comes of it (`<procedure>/<form>/cases.yaml`)."""

from __future__ import annotations

import pytest
from forms_support.books import Case, all_cases, books
from forms_support.expect import Outcome
from forms_support.play import Player
from forms_support.stage import library

from svc.domain.check import Subject, check
from svc.domain.findings import Finding


@pytest.fixture(scope="session")
def player() -> Player:
    """One player for all cases: a situation is laid once."""
    return Player(library())


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_case(case: Case, player: Player) -> None:
    assert player.judge(case) == []
    if case.deed is not None and "refused" not in case.expected and "there" not in case.deed:
        assert [one.said("en") for one in findings(player.play(case))] == []


def findings(outcome: Outcome) -> list[Finding]:
    """What `check` says of every record that the deed wrote, and that each is the fold of its log."""
    assert outcome.deed is not None
    found: list[Finding] = []
    for change in outcome.deed.changes:
        record = change.after
        files = {item.file: item.sha256 for item in record.evidence}
        found += check(Subject(change.path, record.to_dict(), outcome.scene, files, lambda path: 1))
        assert type(record).from_dict(record.to_dict()) == record
    return found


def test_every_form_has_its_cases() -> None:
    """A form without a book is a form that nobody has proved."""
    assert set(books()) == set(library().forms)
