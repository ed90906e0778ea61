"""The forms every procedure shares: the only forms that Python may name."""

from __future__ import annotations

PERSON = "person"
UNIT = "unit"
AUTHORISATION = "authorisation"
LANE = "lane"
SETTING = "setting"
WAIVER = "waiver"
VOLUME = "annual-volume"

CORE_FORMS = (PERSON, UNIT, AUTHORISATION, LANE, SETTING, WAIVER, VOLUME)
CORE = "core"
ADMINISTRATOR = "administrator"
# The deeds that the language itself knows; a flow declares who may do them, where and why.
AMEND, CANCEL, UNDO, ATTACH, NOTE, UPGRADE = ("amend", "cancel", "undo", "attach", "note", "upgrade")
# How a case that began before svc is entered, once, in the state it has come to.
MIGRATE = "migrate"
RIGHTS = (AMEND, CANCEL, UNDO, ATTACH, NOTE, UPGRADE, MIGRATE)
# What is added beside the course of a record: it never moves the state and survives a voided step.
BESIDE = (ATTACH, NOTE)
# The clause of a rule that is the company's own, not the source's.
COMPANY = "[company]"
# How the core's own records go: a person who is here, a volume from its opening to its binding.
ACTIVE = "active"
OPEN, CARRY, COMPILE, CHECK, BIND = "open", "carry", "compile", "check", "bind"
NEXT_STEP = {"open": COMPILE, "compiled": CHECK, "checked": BIND}
