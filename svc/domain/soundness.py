"""Whether a repository's procedures have the shape of procedures: found out once for each content, then remembered."""

from __future__ import annotations

from collections.abc import Mapping

from svc.domain.compiled import freeze, verdict
from svc.domain.paths import Json
from svc.domain.procedure import Library, Procedure
from svc.domain.refusal import Exit, Refusal, Text

FLOW_FILE = "flow.schema.json"
ALL = ""
_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError, IndexError)
Flaws = Mapping[str, list[str]]
"""Procedure (`name@n`, or "" for what concerns all) -> its forms that are flawed, or what was missed first."""


def flaws_of(documents: Mapping[str, Json]) -> dict[str, list[str]]:
    """What in the documents under `schemas/` (by path below it) has not the shape of a procedure; {} when all is well."""
    try:
        flow = freeze(documents[FLOW_FILE])
        verdict(flow)
        library = Library.read(documents, ())
    except _SHAPELESS as error:
        return {ALL: [str(error)]}
    found = {name: _bad(procedure, flow) for name, procedure in library.procedures.items()}
    return {name: bad for name, bad in found.items() if bad}


def _bad(procedure: Procedure, flow: str) -> list[str]:
    return [name for name, form in procedure.forms.items() if not verdict(flow).is_valid(form.flow)]


def read_library(documents: Mapping[str, Json], in_force: tuple[str, ...], flaws: Flaws | None = None) -> Library:
    """The procedures of one commit; data that no procedure has the shape of is refused (exit 6), not stumbled over.

    `flaws`: what `flaws_of` once said of these documents; found out anew when not given.
    """
    known = flaws_of(documents) if flaws is None else flaws
    bad = [one for name in (ALL, *in_force) for one in known.get(name, ())]
    if not bad:
        try:
            library = Library.read(documents, in_force)
            library.form("")  # A procedure in force that is not there is missed here, not in the middle of a deed.
            return library
        except _SHAPELESS as error:
            bad = [str(error)]
    raise Refusal(
        Text(
            f"记录库中的程序不成形：{'、'.join(bad)}。", f"the repository's procedures are damaged: {', '.join(bad)}."
        ),
        exit=Exit.ENVIRONMENT,
        where=Text.same("schemas/"),
        remedy=Text.same("svc procedure check"),
    )
