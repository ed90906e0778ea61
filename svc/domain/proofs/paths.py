"""Paths: each one leads somewhere in the schemas, through lists and links; links are links; placeholders are paths.

A link may name several forms; it is enough that one of them has the field. In the others it is absent, and what is
absent is looked after by the proof of absence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svc.domain.paths import Json, under
from svc.domain.pattern import pattern
from svc.domain.procedure import Form
from svc.domain.proofs.book import Book, Found, Founds, Sheet
from svc.domain.proofs.reach import View
from svc.domain.proofs.terms import Use, named_forms
from svc.domain.proofs.uses import uses
from svc.domain.refusal import Text

# What gates.denied fills in.
PLACE = pattern(r"\{([^{}]*)\}")
FILLED = pattern(r"[a-z_.$]+\Z")


ADVANCE = pattern(r"svc advance \{([a-z_.$]+)\} ([a-z][a-z_]*)")
CREATE = pattern(r"svc create ([a-z][a-z-]*)")


def paths(book: Book) -> Founds:
    """Every path of every flow."""
    for sheet in book.sheets:
        for use in uses(sheet):
            if use.what == "path":
                yield from _path(sheet, use, use.value)
            elif use.what == "said":
                yield from _said(sheet, use)
                yield from _command(sheet, use)
            elif use.what == "given":
                yield from _given(sheet, use)
            elif use.what == "via":
                yield from _via(sheet, use)
            elif use.what == "link" and not use.view.links(use.value) and use.value != "item":
                yield Found(sheet.file, use.at, _no_link(use.value))


def _path(sheet: Sheet, use: Use, path: str) -> Founds:
    found = use.view.reach(path)
    if not found.stands and use.view.forms:
        why = found.trouble or Text("路径不存在", "the path leads nowhere")
        yield Found(sheet.file, use.at, Text(f"路径 {path}：{why.zh}", f"the path {path}: {why.en}"))


def _said(sheet: Sheet, use: Use) -> Founds:
    """`{id}` and `{path}` are filled in by the remedy (`fix`) only; a refusal's own words (`say`) stand as written."""
    for match in PLACE.finditer(use.value):
        if ".say." in use.at:
            yield Found(
                sheet.file, use.at, Text(f"say 中的 {match[0]} 不会换成值", f"{match[0]} is not filled in inside say")
            )
        elif not FILLED.match(match[1]):
            yield Found(sheet.file, use.at, Text(f"{match[0]} 不是占位", f"{match[0]} is no placeholder"))
        elif match[1] != "id":
            yield from _path(sheet, use, match[1])


def _command(sheet: Sheet, use: Use) -> Founds:
    """A command to paste names an action of the record it is for, a form that can be made."""
    for path, name in ADVANCE.findall(use.value):
        forms = (sheet.form,) if path == "id" else use.view.links(path)
        if forms and not any(name in form.actions for form in forms):
            yield Found(sheet.file, use.at, Text(f"没有动作 {name}", f"there is no action {name}"))
    for name in CREATE.findall(use.value):
        if name not in sheet.library.forms:
            yield Found(sheet.file, use.at, Text(f"没有表单 {name}", f"there is no form {name}"))


def _given(sheet: Sheet, use: Use) -> Founds:
    """What a deed gives a record it creates or moves is something that record's action asks or takes."""
    path, actions = use.value
    for action in actions:
        items = [item.name for way in action.ways for item in (*way.asks, *way.takes)]
        fields = [*items, *action.copies, *action.derive, *action.adds, *([action.time] if action.time else [])]
        if not under(path, [name.partition(".*")[0] for name in fields]):
            words = Text(f"动作 {action.name} 不填 {path}", f"the action {action.name} does not take {path}")
            yield Found(sheet.file, use.at, words)


def _no_link(path: str) -> Text:
    return Text(f"{path} 不是关联字段", f"{path} is no link")


def _via(sheet: Sheet, use: Use) -> Founds:
    """The hops of a link lead from the form to one of the forms named."""
    via, ends = use.value["via"], named_forms(use.value["form"], use.view)
    hops: Sequence[Json] = via if isinstance(via, list) else [via]
    here = use.view
    for n, hop in enumerate(hops):
        at = f"{use.at}.{n}" if isinstance(via, list) else use.at
        last = n == len(hops) - 1
        if isinstance(hop, Mapping):
            there = named_forms(hop["form"], here) if "form" in hop else ends
            if not last and "form" not in hop:
                yield Found(sheet.file, at, Text("中间一跳须写 form", "a hop that is not the last needs its form"))
            if there and not any(_points(form, hop["inverse"], here) for form in there):
                yield Found(sheet.file, at, _not_back(hop["inverse"], there))
        else:
            there = here.links(hop)
            if not there:
                yield Found(sheet.file, at, _no_link(hop))
        if last and there and ends and not set(_ids(there)) & set(_ids(ends)):
            yield Found(sheet.file, at, Text("不通往所写的表单", "does not lead to the form named"))
        here = View(here.library, there)


def _ids(forms: Sequence[Form]) -> list[str]:
    return [form.name for form in forms]


def _points(form: Form, field: str, here: View) -> bool:
    """Whether a field of `form` is a link to one of the forms that stand here."""
    return bool(set(_ids(View(here.library, (form,)).links(field))) & set(_ids(here.forms)))


def _not_back(field: str, forms: Sequence[Form]) -> Text:
    named = ", ".join(_ids(forms))
    return Text(f"{named} 的 {field} 不指向这里", f"{field} of {named} does not point back here")
