"""A form's flow as a Mermaid drawing (stateDiagram-v2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from svc.domain.flow import Action
from svc.domain.procedure import Form
from svc.domain.refusal import Text

# Mermaid reads these as its own; a label says the same without them.
_MARKS = str.maketrans({":": "：", ";": "；", '"': "”", "#": "＃", "<": "＜", ">": "＞", "\n": " "})


def drawing(form: Form, lang: str) -> Iterator[str]:
    """The lines of the drawing: states by their titles, an arrow for every way an action can go."""
    yield "---"
    yield f"title: {label(form.title, lang)}"
    yield "---"
    yield "stateDiagram-v2"
    for name, state in form.states.items():
        yield f'    state "{label(state.title, lang)}" as {node(name)}'
    seen: set[tuple[str, str, str]] = set()
    for action in form.actions.values():
        for arrow in _arrows(form, action):
            if arrow not in seen:
                seen.add(arrow)
                yield f"    {arrow[0]} --> {arrow[1]} : {label(action.text, lang)}"
    for name, state in form.states.items():
        if state.final:
            yield f"    {node(name)} --> [*]"


def _arrows(form: Form, action: Action) -> Iterator[tuple[str, str, str]]:
    """(from, to, action); what leaves a record in its state and is open to every form is not drawn."""
    for way in action.ways:
        if not way.froms and not action.kind:
            yield from (("[*]", node(to), action.name) for to in way.targets(""))
        for start in way.froms:
            moves = (to for to in way.targets(start) if not action.kind or to != start)
            yield from ((node(start), node(to), action.name) for to in moves if to in form.states)


def node(name: str) -> str:
    """A state's id as Mermaid takes it: a hyphen would start an arrow, and `end` closes a block."""
    return "s_" + re.sub(r"[^A-Za-z0-9_]", "_", name)


def label(text: Text, lang: str) -> str:
    """Words that Mermaid takes as they are."""
    return text.said(lang).translate(_MARKS)
