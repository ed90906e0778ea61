"""JSON Schemas: valid themselves, without keywords nobody checks, titled, closed, their references inside the house."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from svc.domain.complaints import ecma
from svc.domain.paths import Json
from svc.domain.procedure import ENVELOPE_FILE
from svc.domain.proofs.book import FLOW, HEAD, SCHEMA, Book, Found, Founds
from svc.domain.refusal import Text
from svc.domain.schema import ENVELOPE, bundle, resolve

META = "https://json-schema.org/draft/2020-12/schema"
# Where the value is a schema, a list of schemas, or schemas by name.
ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contains")
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "$defs")
PLAIN = (
    *("$schema", "$ref", "title", "description", "type", "enum", "const", "pattern", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "required", "dependentRequired"),
)
KEYWORDS = {*ONE, *LISTED, *NAMED, *PLAIN}
# The envelope pins the whole number; a form's schema only adds its prefix.
OF_THE_NUMBER = "properties.id.pattern"
At = tuple[str, Mapping[str, Json]]
Said = Iterator[tuple[str, Text]]


def schemas(book: Book) -> Founds:
    """Every `*.schema.json`, then what only the schema of a form must say."""
    for file, document in book.documents.items():
        if file.endswith(SCHEMA):
            found = [Found(file, at, message) for at, message in _document(book, file, document)]
            yield from found
            if not found and "/" in file:
                yield from (Found(file, at, message) for at, message in _form(book, file, document))


def _document(book: Book, file: str, document: Mapping[str, Json]) -> Said:
    if document.get("$schema") != META:
        yield "$schema", Text(f"应为 {META}", f"must be {META}")
    yield from sound(document)
    for at, node in nodes(document, "") if meta_valid(document) else ():
        if "$ref" in node:
            yield from _reference(book, file, document, at, node["$ref"])


def sound(schema: Mapping[str, Json]) -> Said:
    """What is wrong with a schema by itself: no JSON Schema, a keyword nobody checks, a pattern not to be used."""
    yield from _meta(schema)
    for at, node in nodes(schema, "") if meta_valid(schema) else ():
        for word in node:
            if word not in KEYWORDS and not word.startswith("x-"):
                yield _join(at, word), Text(f"没有关键字 {word}", f"unknown keyword {word}")
        if node.get("enum") == []:
            yield _join(at, "enum"), Text("枚举是空的", "the enumeration is empty")
        if "pattern" in node:
            yield from _pattern(_join(at, "pattern"), node["pattern"])


def meta_valid(schema: Mapping[str, Json]) -> bool:
    """Whether a schema is a JSON Schema at all."""
    import jsonschema_rs

    # `$schema` would send the library looking for a schema of that name.
    return bool(jsonschema_rs.meta.is_valid({key: value for key, value in schema.items() if key != "$schema"}))


def abroad(schema: Mapping[str, Json]) -> bool:
    """Whether a schema refers to anything outside itself; the fast library would fetch it."""
    return any(not str(node.get("$ref", "#")).startswith("#") for _, node in nodes(schema, ""))


def nodes(node: Json, at: str) -> Iterator[At]:
    """Every schema inside a schema, with its place."""
    if not isinstance(node, Mapping):
        return
    yield at, node
    for word in ONE:
        if word in node:
            yield from nodes(node[word], _join(at, word))
    for word in LISTED:
        for n, inner in enumerate(node.get(word, ())):
            yield from nodes(inner, _join(at, f"{word}.{n}"))
    for word in NAMED:
        for name, inner in node.get(word, {}).items():
            yield from nodes(inner, _join(at, f"{word}.{name}"))


def _join(at: str, more: str) -> str:
    return f"{at}.{more}" if at else more


def _meta(document: Mapping[str, Json]) -> Said:
    import jsonschema

    if meta_valid(document):
        return
    cls = jsonschema.Draft202012Validator
    errors = list(cls(cls.META_SCHEMA).iter_errors(document))
    if not errors:
        yield "", Text("不是 JSON Schema", "not a JSON Schema")
    for error in errors:
        where = ".".join(str(step) for step in error.absolute_path)
        yield where, Text(f"不是 JSON Schema：{error.message}", f"not a JSON Schema: {error.message}")


def _reference(book: Book, file: str, document: Mapping[str, Json], at: str, ref: Json) -> Said:
    """`#/…` in the document itself; `../record.schema.json#/…`, or the envelope as a whole, from a form's folder."""
    target, _, pointer = str(ref).partition("#")
    known = {"": document, **({ENVELOPE: book.documents[ENVELOPE_FILE]} if "/" in file else {})}
    node: Json = known.get(target)
    for step in pointer.removeprefix("/").split("/") if pointer else ():
        node = node.get(step) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or pointer[:1] not in ("", "/") or not (target or pointer):
        yield _join(at, "$ref"), Text(f"引用到不了任何地方：{ref}", f"the reference leads nowhere: {ref}")


def _pattern(at: str, pattern: str) -> Said:
    import jsonschema_rs

    try:
        re.compile(ecma(pattern))
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (re.error, ValueError) as error:
        yield at, Text(f"正则式不可用：{error}", f"the pattern does not compile: {error}")
        return
    anchored = pattern.startswith("^") and re.search(r"(?<!\\)\$\Z", pattern) and not _alternates(pattern)
    if not anchored and at != OF_THE_NUMBER:
        yield at, Text("正则式须写作 ^…$", "a pattern is written ^…$")
    if re.search(r"(?<!\\)(?:\\\\)*\\[dDwWbB]", pattern):
        yield at, Text("写 [0-9] 一类，不写 \\d \\w \\b", "write [0-9] and the like, not \\d \\w \\b")


def _alternates(pattern: str) -> bool:
    """Whether a `|` stands outside every group, so that the anchors hold for one side only."""
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", pattern)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return "|" in bare


def _form(book: Book, file: str, document: Mapping[str, Json]) -> Said:
    """The schema of one form: the envelope, its name, its fields."""
    folder, _, name = file.partition("/")
    form, root = name.removesuffix(SCHEMA), bundle(document, book.documents[ENVELOPE_FILE])
    properties = document.get("properties", {})
    if {"$ref": ENVELOPE} not in document.get("allOf", ()):
        yield "allOf", Text(f"须引用 {ENVELOPE}", f"must refer to {ENVELOPE}")
    if properties.get("form") != {"const": form}:
        yield "properties.form", Text(f"应为 const: {form}", f"must be const: {form}")
    if "fields" not in properties:
        yield "properties", Text("缺少 fields", "lacks fields")
        return
    flows = book.folders[folder]
    head = flows.get(HEAD, {}) if isinstance(flows.get(HEAD), Mapping) else {}
    used = [file for name in (folder, *head.get("uses", ())) for file in book.folders.get(name, {})]
    known = {file.removesuffix(FLOW) for file in used if file.endswith(FLOW)}
    for at, node in nodes(root["properties"]["fields"], "properties.fields"):
        yield from _node(at, node, root, known)


def _node(at: str, node: Mapping[str, Json], root: Mapping[str, Json], known: set[str]) -> Said:
    """One schema inside `fields`: closed, complete, every property titled, links and enumerations spelt out."""
    full = resolve(node, root)
    for name, inner in node.get("properties", {}).items():
        for word in ("title", "x-en"):
            if not inner.get(word):
                yield f"{at}.properties.{name}", Text(f"缺少 {word}", f"lacks {word}")
    if "properties" in node and node.get("additionalProperties") is not False:
        yield at, Text("须写 additionalProperties: false", "must say additionalProperties: false")
    for name in node.get("required", ()) if "properties" in node else ():
        if name not in node["properties"]:
            yield f"{at}.required", Text(f"没有字段 {name}", f"there is no field {name}")
    links = full.get("x-link", [])
    for link in links if isinstance(links, list) else [links]:
        if link not in known:
            yield f"{at}.x-link", Text(f"没有表单 {link}", f"there is no form {link}")
    if full.get("x-type") == "link" and not links:
        yield at, Text("须以 x-link 写明所指表单", "x-link must name the form it leads to")
    if node.get("x-personal", True) is not True:
        yield f"{at}.x-personal", Text("只能是 true", "can only be true")
    if "enum" in node:
        yield from _titles(at, node)


def _titles(at: str, node: Mapping[str, Json]) -> Said:
    titles = node.get("x-titles", {})
    if not isinstance(titles, Mapping):
        yield f"{at}.x-titles", Text("应为一组键值", "must be a mapping")
        return
    for value in node["enum"]:
        title = titles.get(str(value))
        if not isinstance(title, Mapping) or not (title.get("zh") and title.get("en")):
            yield f"{at}.x-titles", Text(f"缺少 {value} 的中英文名", f"lacks the words for {value}")
    for value in titles:
        if value not in map(str, node["enum"]):
            yield f"{at}.x-titles.{value}", Text(f"{value} 不在枚举之内", f"{value} is not in the enumeration")
