"""JSON Schema of a form: the verdict (jsonschema-rs), the complaints in words (jsonschema), the fields it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from svc.domain.compiled import freeze, verdict
from svc.domain.complaints import Complaint, complain
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Text
from svc.domain.typed import unreal

ENVELOPE = "../record.schema.json"
_INDEX = pattern(r"\.(?:\*|-?[0-9]+)(?=\.|$)")


class FieldInfo(NamedTuple):
    """What a schema says of one field: `type` is a word of `x-type` or JSON Schema; `many` = a list of such."""

    path: str
    title: Text
    type: str
    link: tuple[str, ...] = ()
    enum: Mapping[str, Text] = {}
    many: bool = False
    required: bool = False
    personal: bool = False


def bundle(form_schema: Mapping[str, Json], envelope: Mapping[str, Json]) -> dict[str, Json]:
    """One self-contained schema: the envelope under `$defs/record`, every `$ref` pointing inside; so no `$ref` is
    ever fetched, by whichever library."""
    inner = _dialectless(_rebase(envelope, "#", "#/$defs/record"))
    bundled = _dialectless(_rebase(form_schema, ENVELOPE, "#/$defs/record"))
    return {**bundled, "$defs": {**bundled.get("$defs", {}), "record": inner}}


def _dialectless(schema: Mapping[str, Json]) -> dict[str, Json]:
    """A schema without its `$schema`: at one, jsonschema goes on with its own validator and leaves ours, whose
    patterns end where the text ends. Both libraries are told the draft when they are made."""
    return {key: value for key, value in schema.items() if key != "$schema"}


def _rebase(node: Json, old: str, new: str) -> Json:
    if isinstance(node, Mapping):
        return {
            key: _ref(value, old, new) if key == "$ref" else _rebase(value, old, new) for key, value in node.items()
        }
    if isinstance(node, list):
        return [_rebase(item, old, new) for item in node]
    return node


def _ref(ref: Json, old: str, new: str) -> Json:
    if not isinstance(ref, str) or not ref.startswith(old):
        return ref
    rest = ref[len(old) :].removeprefix("#")
    return new + rest


@dataclass(frozen=True, eq=False)
class FormSchema:
    """The schema of a form as it is written, beside the envelope; bundled and compiled when it is first needed."""

    own: Mapping[str, Json]
    envelope: Mapping[str, Json]

    @classmethod
    def of(cls, form_schema: Mapping[str, Json], envelope: Mapping[str, Json]) -> FormSchema:
        """Wrap a form's schema; TypeError for what has not the shape of one."""
        parts = (
            form_schema,
            envelope,
            *(s.get("$defs", {}) for s in (form_schema, envelope) if isinstance(s, Mapping)),
        )
        if not all(isinstance(part, Mapping) for part in parts):
            raise TypeError("a schema is a mapping")
        return cls(form_schema, envelope)

    @cached_property
    def document(self) -> dict[str, Json]:
        """The bundled schema."""
        return bundle(self.own, self.envelope)

    @cached_property
    def _fields(self) -> dict[str, FieldInfo]:
        node = self.document.get("properties", {}).get("fields", {})
        return {_INDEX.sub("", info.path): info for info in _declared(node, self.document, "")}

    def fields(self) -> tuple[FieldInfo, ...]:
        """Every declared field, parents before children; paths of list items carry `*`."""
        return tuple(self._fields.values())

    def paths(self) -> tuple[str, ...]:
        """The paths of `fields()`."""
        return tuple(info.path for info in self._fields.values())

    def info(self, path: str) -> FieldInfo | None:
        """The field at `path` (list indexes and `*` read alike), or None."""
        return self._fields.get(path) or self._fields.get(_INDEX.sub("", path))

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(path.rpartition(".")[0] for path in self._fields)

    def grouped(self, path: str) -> bool:
        """Whether the field at `path`, or each of its items, is a group of fields."""
        return _INDEX.sub("", path) in self._groups

    def valid(self, record: Mapping[str, Json]) -> bool:
        """The verdict on a whole record (`to_dict` form); the fast library gives it."""
        return bool(verdict(self._key).is_valid(record)) and not any(self._untyped(record.get("fields", {})))

    def complaints(self, record: Mapping[str, Json]) -> list[Complaint]:
        """What is wrong, worded; empty exactly when `valid`."""
        found = complain(self.document, record, self._title)
        return found or list(self._untyped(record.get("fields", {})))

    @cached_property
    def _key(self) -> str:
        return freeze(self.document)

    def _title(self, path: str) -> Text | None:
        info = self.info(path)
        return info.title if info else None

    def _untyped(self, fields: Json) -> Iterator[Complaint]:
        """Dates and instants that match the pattern and are not in the calendar (2026-02-30)."""
        yield from unreal(self.info, fields)


def _declared(node: Mapping[str, Json], root: Mapping[str, Json], prefix: str) -> Iterator[FieldInfo]:
    required = node.get("required", [])
    for name, raw in node.get("properties", {}).items():
        yield from _field(resolve(raw, root), root, f"{prefix}{name}", name in required)


def _field(node: Mapping[str, Json], root: Mapping[str, Json], path: str, required: bool) -> Iterator[FieldInfo]:
    many = node.get("type") == "array"
    item = resolve(node.get("items", {}), root) if many else node
    title = Text(str(node.get("title", path)), str(node.get("x-en", path)))
    yield FieldInfo(
        path,
        title,
        _type(item),
        _link(item),
        {str(v): Text.from_dict(item.get("x-titles", {}).get(str(v), str(v))) for v in item.get("enum", [])},
        many,
        required,
        bool(node.get("x-personal", False)),
    )
    if "properties" in item:
        yield from _declared(item, root, f"{path}.*." if many else f"{path}.")


def _type(node: Mapping[str, Json]) -> str:
    if "enum" in node:
        return "enum"
    if "x-link" in node:
        return "link"
    kind = node.get("x-type") or node.get("type") or "any"
    return {"string": "text", "array": "list", "json": "any"}.get(str(kind), str(kind))


def _link(node: Mapping[str, Json]) -> tuple[str, ...]:
    link = node.get("x-link", ())
    return (link,) if isinstance(link, str) else tuple(link)


def resolve(node: Mapping[str, Json], root: Mapping[str, Json]) -> Mapping[str, Json]:
    """`node` with its `$ref` into `root` replaced by what it names; what stands beside the `$ref` wins."""
    ref = node.get("$ref")
    if not isinstance(ref, str):
        return node
    target: Json = root
    for step in ref.removeprefix("#/").split("/"):
        target = target[step]
    return {**resolve(target, root), **{k: v for k, v in node.items() if k != "$ref"}}
