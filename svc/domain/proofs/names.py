"""Names: every state, action, role, clause, kind of evidence, setting and form that is used has been declared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from svc.domain.compiled import fits
from svc.domain.core import COMPANY
from svc.domain.paths import Json
from svc.domain.procedure import Library, Procedure, fold_name
from svc.domain.proofs.book import HEAD, Book, Found, Founds, Sheet, stem
from svc.domain.proofs.reach import View
from svc.domain.proofs.schemas import meta_valid
from svc.domain.proofs.terms import Use
from svc.domain.proofs.uses import uses
from svc.domain.refusal import Text

Known = Callable[[Sheet, View], Collection[str]]


def _states(sheet: Sheet, view: View) -> Collection[str]:
    return {state for form in view.forms for state in form.states}


def _actions(sheet: Sheet, view: View) -> Collection[str]:
    return {name for form in view.forms for name in form.actions}


def _firsts(sheet: Sheet, view: View) -> Collection[str]:
    return {action.name for form in view.forms for action in form.firsts}


def _moves(sheet: Sheet, view: View) -> Collection[str]:
    """The actions that every record a link may name knows, and that do not make a record."""
    forms = [{action.name for action in form.actions.values() if not action.first} for form in view.forms]
    return set.intersection(*forms) if forms else set()


def _outsiders(sheet: Sheet, view: View) -> Collection[str]:
    return {name for name, raw in sheet.library.roles.items() if raw.get("outside")}


def _insiders(sheet: Sheet, view: View) -> Collection[str]:
    return {name for name, raw in sheet.library.roles.items() if not raw.get("outside")}


WORDS: Mapping[str, tuple[Text, Known]] = {
    "state": (Text("状态", "state"), _states),
    "action": (Text("动作", "action"), _actions),
    "first": (Text("首动作", "making action"), _firsts),
    "move": (Text("动作", "action"), _moves),
    "role": (Text("内部角色", "insider's role"), _insiders),
    "outsider": (Text("外部角色", "outsider's role"), _outsiders),
    "clause": (
        Text("条款", "clause"),
        lambda sheet, view: _clauses(sheet.library.procedures[sheet.form.procedure]),
    ),
    "evidence": (Text("凭证种类", "kind of evidence"), lambda sheet, view: sheet.library.kinds),
    "setting": (Text("设定", "setting"), lambda sheet, view: sheet.library.settings),
    "form": (Text("表单", "form"), lambda sheet, view: sheet.library.forms),
    "retention": (Text("保存类别", "retention class"), lambda sheet, view: sheet.library.part("retention")),
}


def _clauses(procedure: Procedure) -> set[str]:
    return {COMPANY, *procedure.part("clauses"), *procedure.part("documents")}


def _unknown(word: Text, name: str) -> Text:
    return Text(f"没有{word.zh} {name}", f"there is no {word.en} {name}")


def names(book: Book) -> Founds:
    """What the flows and procedures name and nobody declared."""
    for sheet in book.sheets:
        for use in uses(sheet):
            if use.what in WORDS:
                yield from _named(sheet, use)
    for procedure in book.procedures.values():
        yield from (Found(f"{procedure.name}/{HEAD}", at, message) for at, message in _head(book, procedure))


def _named(sheet: Sheet, use: Use) -> Founds:
    word, known = WORDS[use.what]
    if use.value not in known(sheet, use.view):
        yield Found(sheet.file, use.at, _unknown(word, str(use.value)))


Said = Iterator[tuple[str, Text]]


def _head(book: Book, procedure: Procedure) -> Said:
    """What procedure.yaml itself names."""
    library, clauses = book.libraries[procedure.name], _clauses(procedure)
    for role, raw in procedure.part("roles").items():
        if "within" in raw and raw["within"] not in library.roles:
            yield f"roles.{role}.within", _unknown(WORDS["role"][0], raw["within"])
    for role, bound in procedure.part("binds").items():
        for at, name in ((f"binds.{role}", role), *((f"binds.{role}.{n}", one) for n, one in enumerate(bound))):
            if name not in library.roles:
                yield at, _unknown(WORDS["role"][0], name)
    for right, raw in procedure.part("rights").items():
        yield from _right(library, clauses, f"rights.{right}", raw)
    for name, raw in procedure.part("retention").items():
        years = raw["years"]
        if isinstance(years, Mapping) and years["setting"] not in library.settings:
            yield f"retention.{name}.years.setting", _unknown(WORDS["setting"][0], years["setting"])
    for at, clause in _cited(procedure):
        if clause not in clauses:
            yield at, _unknown(WORDS["clause"][0], clause)
    for name, raw in procedure.part("settings").items():
        if "value" in raw and meta_valid(raw["schema"]) and not fits(raw["value"], raw["schema"]):
            yield f"settings.{name}.value", Text("缺省值不合其 schema", "the default does not satisfy its schema")


def _right(library: Library, clauses: Collection[str], at: str, raw: Mapping[str, Json]) -> Said:
    """What a right names that all forms share."""
    papers = [name for names in raw.get("evidence", {}).values() for name in names]
    for word, key, named, known in (
        ("role", "by", raw["by"] if isinstance(raw["by"], list) else [], library.roles),
        ("role", "vouched_by", raw.get("vouched_by", []), library.roles),
        ("setting", "until", [raw["until"]] if "until" in raw else [], library.settings),
        ("evidence", "evidence", papers, library.kinds),
        ("clause", "clause", [raw["clause"]] if "clause" in raw else [], clauses),
    ):
        for n, name in enumerate(named):
            if name not in known:
                yield f"{at}.{key}.{n}" if isinstance(raw[key], list) else f"{at}.{key}", _unknown(WORDS[word][0], name)


def _cited(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for code, raw in procedure.part("documents").items():
        yield from ((f"documents.{code}.cited_in.{n}", one) for n, one in enumerate(raw["cited_in"]))
    for name, raw in procedure.part("duties").items():
        yield f"duties.{name}.clause", raw["clause"]
    if "clause" in procedure.part("volume"):
        yield "volume.clause", procedure.part("volume")["clause"]


def prefixes(book: Book) -> Founds:
    """Numbered forms have a prefix; no two forms share one; the schema's id says the same.

    The table may name forms that are still to be written: it is where a prefix is reserved.
    """
    owners: dict[str, tuple[str, str]] = {}
    for procedure in book.procedures.values():
        file = f"{procedure.name}/{HEAD}"
        for name, prefix in procedure.part("prefixes").items():
            owner = owners.setdefault(prefix, (stem(procedure.name), name))
            if owner != (stem(procedure.name), name):
                yield Found(
                    file, f"prefixes.{name}", Text(f"{prefix} 已属 {owner[1]}", f"{prefix} belongs to {owner[1]}")
                )
    for sheet in book.sheets:
        yield from _prefix(sheet)


def _prefix(sheet: Sheet) -> Founds:
    form = sheet.form
    head = f"{form.procedure}/{HEAD}"
    if form.key is None and form.prefix is None:
        yield Found(head, "prefixes", Text(f"{form.name} 没有编号前缀", f"{form.name} has no prefix"))
    pattern = form.schema.document["properties"].get("id", {}).get("pattern")
    wanted = f"^{form.prefix}-"
    if form.key is None and pattern != wanted:
        yield Found(sheet.schema_file, "properties.id", Text(f"pattern 应为 {wanted}", f"the pattern must be {wanted}"))
    if form.key is None and "year" not in form.schema.document.get("required", ()):
        yield Found(sheet.schema_file, "required", Text("编号表单须有 year", "a numbered form requires year"))
    key = form.schema.info(form.key) if form.key else None
    if form.key and (key is None or not key.required or "." in form.key):
        yield Found(
            sheet.file, "key", Text("键须是必填的一级字段", "the key must be a required field of the first level")
        )


def titles(book: Book) -> Founds:
    """What people type means one form: ids, codes, titles and aliases; and no form stands before another's."""
    owners: dict[str, tuple[str, str]] = {}
    for sheet in book.sheets:
        form, own = sheet.form, (stem(sheet.form.procedure), sheet.form.name)
        for at, word in _answers(sheet):
            owner = owners.setdefault(fold_name(word), own)
            if owner[1] != form.name:
                yield Found(sheet.file, at, Text(f"“{word}”已指 {owner[1]}", f'"{word}" already means {owner[1]}'))
            elif owner != own and at == "form":
                yield Found(
                    sheet.file, at, Text(f"{owner[0]} 已有同名表单", f"{owner[0]} already has a form of this name")
                )


def _answers(sheet: Sheet) -> Iterator[tuple[str, str]]:
    flow = sheet.form.flow
    yield "form", sheet.form.name
    yield from (("code", word) for word in (flow.get("code"),) if word)
    yield from ((f"title.{lang}", word) for lang, word in flow["title"].items())
    yield from ((f"alias.{n}", word) for n, word in enumerate(flow.get("alias", ())))
