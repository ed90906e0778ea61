"""What the terms of the language name: operands, guards, links, derivations; one `Use` each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.proofs.reach import View

KIND = "evidence:"


class Use(NamedTuple):
    """One use: `what` is state, action, first (a making action), role, clause, evidence, setting, form, retention,
    path, said (a text with placeholders), or, with several values, where, compare, given, fill. `at` is where it stands in
    the document, `view` whose states, actions and fields are meant."""

    what: str
    at: str
    value: Json
    view: View


Uses = Iterator[Use]


def many(what: str, at: str, raw: Json, view: View) -> Uses:
    """A name, or each of a list of names."""
    if isinstance(raw, str):
        yield Use(what, at, raw, view)
    else:
        yield from (Use(what, f"{at}.{n}", one, view) for n, one in enumerate(raw))


def condition(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    """The `when` of anything that may carry one."""
    if "when" in raw:
        yield from guard(raw["when"], f"{at}.when", view)


def operand(raw: Json, at: str, view: View) -> Uses:
    """What an operand names."""
    if isinstance(raw, str):
        yield Use("path", at, raw, view)
    if not isinstance(raw, Mapping) or "value" in raw:
        return
    if "setting" in raw:
        yield Use("setting", f"{at}.setting", raw["setting"], view)
    if "find" in raw:
        yield Use("form", f"{at}.find", raw["find"], view)
    for n, option in enumerate(raw.get("first", ())):
        yield from operand(option, f"{at}.first.{n}", view)
    for word in ("key", "date", "month", "year", "year_end", "plus", "months", "days", "hours"):
        if word in raw:
            yield from operand(raw[word], f"{at}.{word}", view)


def guard(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    """What a guard names."""
    if "clause" in raw:
        yield Use("clause", f"{at}.clause", raw["clause"], view)
    for key in ("say", "fix"):
        for lang, words in raw.get(key, {}).items():
            yield Use("said", f"{at}.{key}.{lang}", words, view)
    yield from condition(raw, at, view)
    if "each" in raw:
        yield Use("path", f"{at}.each", raw["each"], view)
        view = view.over(raw["each"])
    for path, schema in raw.get("where", {}).items():
        yield Use("path", f"{at}.where.{path}", path, view)
        yield Use("where", f"{at}.where.{path}", (path, schema), view)
    yield from _presence(raw, at, view)
    if "compare" in raw:
        yield Use("compare", f"{at}.compare", raw["compare"], view)
        yield from operand(raw["compare"][0], f"{at}.compare.0", view)
        yield from operand(raw["compare"][2], f"{at}.compare.2", view)
    if "linked" in raw:
        yield from linking(raw["linked"], f"{at}.linked", view)
    yield from _people(raw, at, view)
    for key in ("any", "all"):
        for n, one in enumerate(raw.get(key, ())):
            yield from guard(one, f"{at}.{key}.{n}", view)
    if "not" in raw:
        yield from guard(raw["not"], f"{at}.not", view)


def _presence(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    for key in ("has", "lacks"):
        for n, path in enumerate(raw.get(key, ())):
            what = "evidence" if path.startswith(KIND) else "path"
            yield Use(what, f"{at}.{key}.{n}", path.removeprefix(KIND), view)


def _people(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    """differs, scope, joined, unique."""
    if isinstance(raw.get("differs"), Mapping):
        yield Use("path", f"{at}.differs.from", raw["differs"]["from"], view)
    else:
        yield from many("action", f"{at}.differs", raw.get("differs", ()), view)
    for key in ("scope", "unique"):
        yield from many("path", f"{at}.{key}", raw.get(key, ()), view)
    joined = raw.get("joined", {})
    if joined:
        yield Use("action", f"{at}.joined.action", joined["action"], view)
        yield from many("role", f"{at}.joined.roles", joined.get("roles", ()), view)
        yield from many("path", f"{at}.joined.units", joined.get("units", ()), view)


def linking(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    """What a `linked` condition names: its forms, the hops to them, paths there and here."""
    yield from many("form", f"{at}.form", raw["form"], view)
    there = View(view.library, named_forms(raw["form"], view))
    yield Use("via", f"{at}.via", raw, view)
    for path, schema in raw.get("where", {}).items():
        yield Use("path", f"{at}.where.{path}", path, there)
        yield Use("where", f"{at}.where.{path}", (path, schema), there)
    for n, path in enumerate(raw.get("same", ())):
        yield Use("path", f"{at}.same.{n}", path, view)
        yield Use("path", f"{at}.same.{n}", path, there)


def named_forms(raw: Json, view: View) -> tuple[Form, ...]:
    """The forms that a name or names mean; unknown ones are left out."""
    names = [raw] if isinstance(raw, str) else raw
    return tuple(view.library.forms[name] for name in names if name in view.library.forms)


def derivation(rule: Mapping[str, Json], at: str, view: View) -> Uses:
    """What a rule of `derive` names."""
    yield from condition(rule, at, view)
    if "sum" in rule:
        yield Use("path", f"{at}.sum", rule["sum"], view)
    for word in ("months", "ratio"):
        for n, one in enumerate(rule.get(word, ())):
            yield from operand(one, f"{at}.{word}.{n}", view)
    if "lookup" in rule:
        yield from operand(rule["lookup"], f"{at}.lookup", view)
    if isinstance(rule.get("count"), Mapping):
        yield from linking(rule["count"], f"{at}.count", view)
    elif "count" in rule:
        yield Use("path", f"{at}.count", rule["count"], view)
    for n, row in enumerate(rule.get("table", ())):
        yield from condition(row, f"{at}.table.{n}", view)
        yield from operand(row.get("from", {}), f"{at}.table.{n}.from", view)
    if "holds" in rule:
        yield from guard(rule["holds"], f"{at}.holds", view)
    if "tally" in rule:
        yield Use("path", f"{at}.tally", f"{rule['tally']}.*.{rule['by']}", view)
    if "collect" in rule:
        yield from _collected(rule["collect"], f"{at}.collect", view)


def _collected(raw: Mapping[str, Json], at: str, view: View) -> Uses:
    there = View(view.library, named_forms(raw["form"], view))
    yield Use("form", f"{at}.form", raw["form"], view)
    yield from many("state", f"{at}.states", raw.get("states", ()), there)
    for path, one in raw.get("where", {}).items():
        yield Use("path", f"{at}.where.{path}", path, there)
        yield from operand(one, f"{at}.where.{path}", view)
