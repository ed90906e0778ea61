"""The files themselves: every procedure is complete, every document satisfies its form of the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from svc.domain.compiled import fits, freeze
from svc.domain.complaints import validator
from svc.domain.paths import Json
from svc.domain.procedure import ENVELOPE_FILE
from svc.domain.proofs.book import FLOW, HEAD, SCHEMA, Book, Found, Founds
from svc.domain.proofs.schemas import abroad, meta_valid
from svc.domain.refusal import Text

CALENDARS = "calendars/"
FORMS = {"flow": "flow.schema.json", "head": "procedure.schema.json", "calendar": "calendar.schema.json"}


def files(book: Book) -> Founds:
    """Folders: procedure.yaml that says the folder's name, a flow and a schema for each form, nothing else."""
    for needed in (ENVELOPE_FILE, *FORMS.values()):
        if needed not in book.documents:
            yield Found(needed, "", Text("缺少这个文件", "this file is missing"))
    for path, document in book.documents.items():
        if not isinstance(document, Mapping):
            yield Found(path, "", Text("应为一组键值", "must be a mapping"))
        elif not _expected(path):
            yield Found(path, "", Text("不知道这是什么文件", "no kind of file that is known here"))
    for name, folder in book.folders.items():
        yield from _head(book, name, folder)
        for file in folder:
            yield from _pair(name, folder, file)


def _expected(path: str) -> bool:
    folder, _, file = path.rpartition("/")
    if not folder:
        return file.endswith(SCHEMA)
    return file == HEAD or file.endswith((FLOW, SCHEMA)) if "@" in folder else path.startswith(CALENDARS)


def _head(book: Book, name: str, folder: Mapping[str, Json]) -> Founds:
    file, head = f"{name}/{HEAD}", folder.get(HEAD)
    if not isinstance(head, Mapping):
        yield Found(file, "", Text("缺少 procedure.yaml", "procedure.yaml is missing"))
        return
    said = f"{head.get('procedure')}@{head.get('revision')}"
    if said != name:
        yield Found(file, "procedure", Text(f"文件夹是 {name}，所写是 {said}", f"says {said} in the folder {name}"))
    for n, used in enumerate(head.get("uses", ())):
        if used not in book.folders:
            yield Found(file, f"uses.{n}", Text(f"没有程序 {used}", f"there is no procedure {used}"))


def _pair(name: str, folder: Mapping[str, Json], file: str) -> Founds:
    for end, other in ((FLOW, SCHEMA), (SCHEMA, FLOW)):
        stem = file.removesuffix(end)
        if stem != file and stem + other not in folder:
            yield Found(f"{name}/{file}", "", Text(f"缺少 {stem}{other}", f"{stem}{other} is missing"))
        if end == FLOW and stem != file and isinstance(folder[file], Mapping):
            said = folder[file].get("form")
            if said != stem:
                yield Found(
                    f"{name}/{file}", "form", Text(f"文件名是 {stem}，所写是 {said}", f"says {said} in the file {stem}")
                )


def shapes(book: Book) -> Founds:
    """Every procedure, flow and calendar against the schema of its kind."""
    for path, document in book.documents.items():
        kind = _kind(path)
        schema = book.documents[FORMS[kind]] if kind else {}
        if schema and meta_valid(schema) and not abroad(schema):
            for at, message in _misfits(schema, document):
                yield Found(path, at, message)


def _kind(path: str) -> str:
    if path.startswith(CALENDARS):
        return "calendar"
    if "/" not in path:
        return ""
    return "head" if path.endswith(f"/{HEAD}") else "flow" if path.endswith(FLOW) else ""


def _misfits(schema: Mapping[str, Json], document: Json) -> Iterator[tuple[str, Text]]:
    """(place, what) of everything a document does not satisfy: the fast library's verdict, the other one's words."""
    import jsonschema

    if fits(document, schema):
        return
    errors = list(validator(freeze(schema)).iter_errors(document))
    if not errors:
        yield "", Text("不符合其 schema", "does not satisfy its schema")
    for error in errors:
        inner: Any = jsonschema.exceptions.best_match([error])
        yield ".".join(str(step) for step in inner.absolute_path), _words(inner)


def _words(error: Any) -> Text:
    word, value, found = str(error.validator), error.validator_value, str(error.instance)
    found = found if len(found) <= 60 else found[:57] + "…"
    if word == "required":
        lacking = ", ".join(name for name in value if name not in error.instance)
        return Text(f"缺少 {lacking}", f"lacks {lacking}")
    if word == "additionalProperties":
        strange = ", ".join(str(name) for name in error.instance if name not in error.schema.get("properties", {}))
        return Text(f"没有这个键：{strange}", f"unknown key: {strange}")
    if word in ("enum", "const"):
        allowed = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        return Text(f"只能是 {allowed}，现为 {found}", f"must be one of {allowed}, not {found}")
    return Text(f"不符合 {word}：{found}", f"does not satisfy {word}: {found}")
