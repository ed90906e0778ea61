"""A record's fields as label and words, in the order of the record; lists item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svc.domain.core import PERSON
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.index.look import Look
from svc.index.words import label, plain, worded

Fact = tuple[str, str]
ROLE = "roles.*.role"
"""Where a person's roles stand (as `people.roles_on` reads them)."""


def facts(look: Look, lang: str) -> Iterator[Fact]:
    """Every field that has a value."""
    for name, value in look.record.fields.items():
        yield from _facts(look, name, value, lang)


def _facts(look: Look, path: str, value: Json, lang: str) -> Iterator[Fact]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _facts(look, f"{path}.{name}", inner, lang)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for n, item in enumerate(value):
            yield f"{title(look.form, path).said(lang)} {n + 1}", item_words(look, f"{path}.*", item, lang)
    else:
        yield title(look.form, path).said(lang), linked_words(look, path, value, lang)


def title(form: Form | None, path: str) -> Text:
    """What a field is called: the title of its group first, where its own does not say it."""
    info = form.schema.info(path) if form else None
    if form is None or info is None:
        return Text.same(path)
    above = form.schema.info(path.rpartition(".")[0]) if "." in path else None
    if above is None:
        return info.title
    zh, en = info.title.zh, info.title.en
    return Text(
        zh if zh.startswith(above.title.zh) else f"{above.title.zh}·{zh}",
        en if en.startswith(above.title.en) else f"{above.title.en}: {en}",
    )


def item_words(look: Look, path: str, item: Json, lang: str) -> str:
    """One item of a list in words: its fields with their titles."""
    if not isinstance(item, Mapping):
        return linked_words(look, path, item, lang)
    parts = []
    for name, value in item.items():
        info = look.form.schema.info(f"{path}.{name}") if look.form else None
        said = linked_words(look, f"{path}.{name}", value, lang)
        parts.append(f"{info.title.said(lang) if info else name} {said}")
    return (", " if lang == "en" else "，").join(parts)


def linked_words(look: Look, path: str, value: Json, lang: str) -> str:
    """A value in words; behind a link its id and what that record is called."""
    info = look.form.schema.info(path) if look.form else None
    if isinstance(value, list) and not value:
        return "none" if lang == "en" else "无"
    if info is None:
        return plain(value, lang)
    if look.form_id == PERSON and info.path == ROLE and isinstance(value, str):
        return f"{value} {look.scene.library.role_title(value).said(lang)}"
    if not info.link:
        return worded(look.scene, info, value, lang)
    found = []
    for one in value if isinstance(value, list) else [value]:
        record = look.scene.find(info.link, one)
        name = label(record) if record else ""
        found.append(f"{one} {name}" if name and name != one else str(one))
    return (", " if lang == "en" else "、").join(found)
