"""YAML as this project knows it: the one seam to PyYAML.

Reading is strict and bounded before anything is built: UTF-8 only, one document, a mapping on top, no aliases,
anchors, tags or merge keys, no duplicate keys, text keys only, and of values JSON's without floats. A plain word is a
boolean, null or integer only in JSON's spelling; what another YAML would read as a float or in another case is
refused with the advice to quote it, and everything else (`NO`, `0123`, `12:30`, `2024-03-01`) is the text it shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store import canonical, emitter

MAX_BYTES: Final = 256 * 1024
MAX_EVENTS: Final = canonical.MAX_EVENTS
MAX_DEPTH: Final = emitter.MAX_DEPTH

_BREAKS: Final = pattern("[\u2028\u2029]")
_INTEGER: Final = pattern(r"-?(?:0|[1-9][0-9]*)")
# What YAML 1.1 or 1.2 reads as a float, and words whose meaning hangs on the reader.
_FLOAT: Final = pattern(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
    re.IGNORECASE,
)
_UNCLEAR: Final = frozenset({"~", "<<", "Null", "NULL", "True", "TRUE", "False", "FALSE"})
_WORDS: Final[dict[str, Json]] = {"": None, "null": None, "true": True, "false": False}


class BadYaml(Refusal):
    """A text that cannot be read; `line` (from 1) says where."""

    def __init__(self, zh: str, en: str, where: str, line: int, exit: Exit) -> None:
        place = Text.same(f"{where}:{line}" if line else where)
        super().__init__(Text(zh, en), exit=exit, where=place)
        self.line = line


def load(data: bytes, where: str, *, bom: bool = False, exit: Exit = Exit.USAGE) -> dict[str, Json]:
    """The mapping that `data` spells.

    `where` names the file in messages, `bom` allows a byte order mark at the start (files people hand in), `exit` is
    the exit code of the refusal. Raises only BadYaml.
    """
    value = _quickly(data)
    return _Reader(_decoded(data, where, bom, exit), where, exit, None).document() if value is None else value


def load_spelled(data: bytes, where: str) -> tuple[dict[str, Json], bool]:
    """The mapping that `data` spells, and whether that is its canonical spelling (False also for an empty mapping)."""
    value = _quickly(data)
    return (load_slowly(data, where), False) if value is None else (value, True)


def load_slowly(data: bytes, where: str, *, exit: Exit = Exit.USAGE) -> dict[str, Json]:
    """`load` without the short way for canonical text: what the short way is measured against."""
    return _Reader(_decoded(data, where, False, exit), where, exit, None).document()


def load_with_lines(
    data: bytes, where: str, *, bom: bool = False, exit: Exit = Exit.USAGE
) -> tuple[dict[str, Json], dict[str, int]]:
    """The mapping, and for every dotted path (`fields.parts.0.qty`) the line (from 1) of its key or item."""
    lines: dict[str, int] = {}
    return _Reader(_decoded(data, where, bom, exit), where, exit, lines).document(), lines


def dump(value: Mapping[str, Json]) -> bytes:
    """The canonical bytes of a mapping, its keys in the order they have; refuses (exit 2) what cannot be kept."""
    return emitter.emit(value).encode("utf-8")


def is_canonical(data: bytes) -> bool:
    """Whether `data` is the one spelling of the mapping that it spells."""
    return data == b"{}\n" or _quickly(data) is not None


def _quickly(data: bytes) -> dict[str, Json] | None:
    """The mapping of a file in the canonical spelling, None for every other."""
    try:
        return canonical.parse(data.decode("utf-8")) if len(data) <= MAX_BYTES else None
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes, where: str, bom: bool, exit: Exit) -> str:
    if len(data) > MAX_BYTES:
        raise BadYaml(f"文件超过 {MAX_BYTES // 1024} KB", f"larger than {MAX_BYTES // 1024} KB", where, 0, exit)
    if data.startswith(b"\xef\xbb\xbf") and bom:
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadYaml(
            f"不是 UTF-8 文字（第 {error.start} 字节；或为 gb18030），请另存为 UTF-8",
            f"not UTF-8 text (byte {error.start}; gb18030, perhaps): save it as UTF-8",
            where,
            line,
            exit,
        ) from None
    found = emitter.FORBIDDEN.search(text.replace("\r", "\n")) or _BREAKS.search(text)
    if found:
        line = _line(text, found.start())
        code = f"U+{ord(found[0]):04X}"
        raise BadYaml(f"含有不可用的字符 {code}", f"holds the character {code}", where, line, exit)
    return text


def _line(text: str, position: int) -> int:
    """The line of a position, counted as YAML counts: CR LF, CR and LF each end a line."""
    return len(re.findall("\r\n|\r|\n", text[:position])) + 1


class _Reader:
    """Builds the value from the parser's events, so that nothing is built before it was judged."""

    def __init__(self, text: str, where: str, exit: Exit, lines: dict[str, int] | None) -> None:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.yaml, self.where, self.exit, self.lines = yaml, where, exit, lines
        self.events = 0
        self.loader: Any = loader(text)

    def refuse(self, zh: str, en: str, event: Any) -> BadYaml:
        mark = event.start_mark
        return BadYaml(zh, en, self.where, mark.line + 1 if mark else 0, self.exit)

    def next(self) -> Any:
        """The next event, judged: no alias, anchor or tag, not too many."""
        self.events += 1
        try:
            event = self.loader.get_event()
        except (self.yaml.YAMLError, ValueError, OverflowError) as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            why = str(getattr(error, "problem", None) or "cannot be read")[:200]
            raise BadYaml(
                f"不是可读的 YAML，第 {mark.column + 1 if mark else 0} 个字符附近写法有误",
                f"not readable YAML: {why}",
                self.where,
                mark.line + 1 if mark else 0,
                self.exit,
            ) from None
        if self.events > MAX_EVENTS:
            raise self.refuse("内容过多", "too much in one file", event)
        if isinstance(event, self.yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self.refuse("不可使用锚点或别名（& *）", "anchors and aliases (& *) are not allowed", event)
        if getattr(event, "tag", None) is not None:
            raise self.refuse("不可使用标签（!）", "tags (!) are not allowed", event)
        return event

    def document(self) -> dict[str, Json]:
        """The one document, which must be a mapping."""
        yaml = self.yaml
        self.next()
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise self.refuse("文件是空的", "the file is empty", event)
        if event.version is not None or event.tags:
            raise self.refuse("不可使用 % 指令", "directives (%) are not allowed", event)
        event = self.next()
        if not isinstance(event, yaml.MappingStartEvent):
            raise self.refuse("最外层必须是“键: 值”", "the top must be a mapping", event)
        value = self.mapping("", 1)
        self.next()
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.refuse("只可有一个文档", "only one document is allowed", event)
        return value

    def node(self, event: Any, path: str, depth: int) -> Json:
        yaml = self.yaml
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if depth > MAX_DEPTH:
            raise self.refuse(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep", event)
        return self.mapping(path, depth) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path, depth)

    def mapping(self, path: str, depth: int) -> dict[str, Json]:
        built: dict[str, Json] = {}
        seen: dict[str, int] = {}
        while True:
            event = self.next()
            if isinstance(event, self.yaml.MappingEndEvent):
                return built
            key = self.scalar(event) if isinstance(event, self.yaml.ScalarEvent) else None
            line = event.start_mark.line + 1
            if not isinstance(key, str):
                raise self.refuse(
                    "键必须是文字；数字、true 等请加引号", "a key must be text; quote numbers and true", event
                )
            if key in seen:
                raise self.refuse(
                    f"键 {key[:80]} 重复（第 {seen[key]} 行和第 {line} 行）",
                    f"key {key[:80]} stands twice (lines {seen[key]} and {line})",
                    event,
                )
            seen[key] = line
            inner = f"{path}.{key}" if path else key
            if self.lines is not None:
                self.lines[inner] = line
            built[key] = self.node(self.next(), inner, depth + 1)

    def sequence(self, path: str, depth: int) -> list[Json]:
        built: list[Json] = []
        while True:
            event = self.next()
            if isinstance(event, self.yaml.SequenceEndEvent):
                return built
            inner = f"{path}.{len(built)}"
            if self.lines is not None:
                self.lines[inner] = event.start_mark.line + 1
            built.append(self.node(event, inner, depth + 1))

    def scalar(self, event: Any) -> Json:
        text: str = event.value
        if emitter.FORBIDDEN.search(text):
            raise self.refuse("文字中含有控制字符", "a text holds a control character", event)
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            if len(text.lstrip("-")) > emitter.MAX_DIGITS:
                raise self.refuse("整数超过 18 位，请加引号", "an integer of more than 18 digits; quote it", event)
            return int(text)
        if text in _UNCLEAR or _FLOAT.fullmatch(text):
            raise self.refuse(f"{text[:80]} 有歧义，请加引号", f"{text[:80]} is ambiguous; quote it", event)
        return text
