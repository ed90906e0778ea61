"""Columns of rows: what every record has, and the fields of its form; to show, to sort, to group and to sum by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.schema import FieldInfo
from svc.domain.times import format_instant
from svc.domain.typed import typed
from svc.index.look import Look
from svc.index.seek import Found, seek
from svc.index.words import minute, state_words, worded

NUMBERS = ("money", "decimal", "count", "integer")
MOMENTS = ("instant", "date", "month")
TELLING = 5
"""So many fields of a form stand in a table unless others are asked for."""
MONTH = "month"
_GROUPS = ("object", "list", "any", "json")


class Field(NamedTuple):
    """One column: its key, its title, how a record's value is got and shown, where it lies when sorted."""

    key: str
    title: Text
    type: str = "text"
    found: Mapping[str, Found] = MappingProxyType({})
    get: Callable[[Look], Json] | None = None
    show: Callable[[Look, str], str] | None = None

    def info(self, look: Look) -> FieldInfo | None:
        """What the schema of the record's form says of the field."""
        found = self.found.get(look.form_id)
        return found.info if found else None

    def value(self, look: Look) -> Json:
        """The value as JSON; None where there is none."""
        if self.get is not None:
            return self.get(look)
        found = self.found.get(look.form_id)
        value = look.value(found.path) if found else MISSING
        return None if value is MISSING else value

    def shown(self, look: Look, lang: str) -> str:
        """The value in words."""
        return self.said(look, self.value(look), lang)

    def said(self, look: Look, value: Json, lang: str) -> str:
        """One value of this column (or one item of it) in words; `look` tells the form."""
        if self.show is not None:
            return self.show(look, lang)
        info = self.info(look)
        return worded(look.scene, info, value, lang) if info else "" if value is None else str(value)

    def rank(self, look: Look) -> tuple[int, Json]:
        """Where the record lies when sorted by this column: by type; choices and states in their own order."""
        value = self.value(look)
        value = value[0] if isinstance(value, list) and value else value
        info = self.info(look)
        if info is not None and info.enum:
            return (0, list(info.enum).index(str(value))) if str(value) in info.enum else (5, str(value))
        if self.get is _state and look.form is not None and value in look.form.states:
            return 0, list(look.form.states).index(value)
        return _rank(value)


def _rank(value: Json) -> tuple[int, Json]:
    """Numbers, then times, then words; nothing comes last."""
    found = typed(value)
    if value is None or found is None:
        return 9, ""
    if isinstance(found, bool):
        return 0, Decimal(found)
    if isinstance(found, Decimal):
        return 1, found
    if isinstance(found, datetime):
        return 2, found.astimezone(UTC).isoformat()
    return (2, found.isoformat()) if isinstance(found, date) else (3, found)


def _state(look: Look) -> Json:
    return look.state


def _form_words(look: Look, lang: str) -> str:
    return look.form.title.said(lang) if look.form else look.form_id


OWN: Mapping[str, Field] = {
    own.key: own
    for own in (
        Field("id", Text("编号", "id"), "id", get=lambda look: look.id, show=lambda look, _: look.id),
        Field("form", Text("表单", "form"), "id", get=lambda look: look.form_id, show=_form_words),
        Field("state", Text("状态", "state"), "state", get=_state, show=state_words),
        Field(
            *("at", Text("时间", "at"), "instant"),
            get=lambda look: format_instant(look.at),
            show=lambda look, _: minute(look.at),
        ),
        Field(
            *("opened", Text("开立", "opened"), "instant"),
            get=lambda look: format_instant(look.opened),
            show=lambda look, _: minute(look.opened),
        ),
        Field(
            *("former", Text("原编号", "former number"), "id"),
            get=lambda look: look.record.former,
            show=lambda look, _: look.record.former or "",
        ),
        Field("year", Text("年度", "year"), "count", get=lambda look: look.year, show=lambda look, _: str(look.year)),
        Field(
            *(MONTH, Text("月份", "month"), "month"),
            get=lambda look: look.at.strftime("%Y-%m"),
            show=lambda look, _: look.at.strftime("%Y-%m"),
        ),
    )
}
"""What every record has, by key."""
FIRST = tuple(key for key in OWN if key != MONTH)
"""The names that always mean the record's own; `month` may be a field of a form."""
TITLES = {own.title.zh: key for key, own in OWN.items()}


def column(library: Library, forms: Sequence[Form], name: str) -> Field:
    """The column that a name means; Refusal (usage) where there is none."""
    key = TITLES.get(name, name)
    if key in FIRST:
        return OWN[key]
    try:
        return of(seek(library, forms, name, OWN))
    except Refusal:
        if key in OWN:
            return OWN[key]
        raise


def of(found: Mapping[str, Found]) -> Field:
    """The column of a field, found in one or several forms."""
    first = next(iter(found.values()))
    keys = {one.key for one in found.values()}
    key = first.key if len(keys) == 1 else first.key.rpartition(".")[2]
    return Field(key, first.info.title, first.info.type, found)


def own_columns(forms: Sequence[Form], *, mixed: bool) -> list[Field]:
    """The columns shown when none are asked for: the record's own, then the most telling fields of its form."""
    shown = [OWN[key] for key in ("id", "form", "state", "at") if mixed or key != "form"]
    return shown if mixed else shown + list(telling(forms[0]))


def telling(form: Form) -> Iterator[Field]:
    """What the first action asks, then what the form must have: at most `TELLING` plain fields, the key aside."""
    asked = [item.name for action in form.firsts[:1] for way in action.ways[:1] for item in way.asks]
    needed = [info.path for info in form.schema.fields() if info.required and "." not in info.path]
    left = TELLING
    for path in dict.fromkeys([*asked, *needed]):
        info = form.schema.info(path)
        if left and info and info.type not in _GROUPS and path != form.key and "*" not in path:
            left -= 1
            yield of({form.name: Found(path, info)})


def summable(field: Field) -> None:
    """Refusal (usage) unless a column holds numbers."""
    if field.type not in NUMBERS:
        raise Refusal(
            Text(f"“{field.title.zh}”不是数目，不能求和。", f"{field.title.en} is no number: it has no sum."),
            exit=Exit.USAGE,
            where=Text.same(f"--sum {field.key}"),
            remedy=Text.same("svc query … --count"),
        )
