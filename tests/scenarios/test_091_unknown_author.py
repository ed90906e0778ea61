"""Scenario 91: whoever is not in the register does not act."""

from __future__ import annotations

from typing import Any

import pytest

WORDS = ("create", "unit", "code=x", "name=示例", "kind=department")


@pytest.mark.parametrize("who", ["nobody@example.com", "han.mei", "li.min@example.org"])
def test_091_not_in_the_register(clerk: Any, who: str) -> None:
    """A stranger, somebody who has left, the right name with another address: exit 4, nothing written."""
    clerk.look()
    said = clerk.refused(4, *WORDS, me=who)
    assert "不在人员登记中" in said
    assert "svc create person" in said


def test_091_gits_own_author(clerk: Any) -> None:
    """Without --me and SVC_ME it is git's user.email that acts, and it must be in the register as well."""
    clerk.git("config", "user.email", "somebody@example.com")
    assert "somebody@example.com 不在人员登记中" in clerk.refused(4, *WORDS, me="")
    clerk.git("config", "user.email", "li.min@example.com")
    assert clerk.svc(*WORDS, me="").code == 0
    assert clerk.git("log", "-1", "--format=%an <%ae>") == "李敏 <li.min@example.com>"


def test_091_no_identity_at_all(clerk: Any) -> None:
    clerk.look()
    said = clerk.refused(6, *WORDS, me="")
    assert "不知道是谁在办理" in said
    assert "git config user.email" in said


def test_091_the_address_in_any_case(clerk: Any) -> None:
    assert clerk.svc(*WORDS, me="Li.Min@Example.COM").code == 0
