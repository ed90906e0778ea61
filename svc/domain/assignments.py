"""`FIELD=VALUE` words, as typed after `create` and `advance`, turned into the values they give.

`a.b=v` · `parts.0.qty=2` · `assigned_to+=x` (one more item) · `parts:=JSON` · `text@=FILE` and `text=-` (long text,
or JSON where the field is a list or a group) · `FORM.FIELD=v` for a record that the deed creates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from svc.domain.fieldnames import Step, Target, find, target
from svc.domain.paths import MISSING, Json, get, merge
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.values import Fields, Reading, children, read_item, read_value, read_whole, strict_json

_OPERATORS = ("+=", ":=", "@=")
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Given:
    """What the words give: `values` nested; `added` one new item per list (`negotiations.outcome=…` without index);
    `paths` every field given, as the schema names its path; `children` the same for the records to be created."""

    values: dict[str, Json] = field(default_factory=dict)
    added: dict[str, dict[str, Json]] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    children: dict[str, Given] = field(default_factory=dict)


class _Word(NamedTuple):
    name: str
    operator: str
    text: str

    @property
    def whole(self) -> str:
        """The word as it was typed."""
        return self.name + self.operator + self.text

    @property
    def source(self) -> str | None:
        """The file the value comes from, `-` for standard input."""
        if self.operator == "@=":
            return self.text
        return STDIN if (self.operator, self.text) == ("=", STDIN) else None


def parse_assignments(
    words: Sequence[str],
    fields: Fields,
    *,
    form: str,
    reading: Reading,
    children: Mapping[str, Fields] | None = None,
    standing: Mapping[str, Json] | None = None,
) -> Given:
    """What `words` give to a record of `form`, and to the records of `children` (form -> its fields).

    A list that is changed by index or `+=` starts from what `standing` (the record's fields) holds of it, and is
    given whole. Refusal (usage) for a word, name or value that cannot be read, and for a field given twice.
    """
    split = [_split(word) for word in words]
    if sum(word.source == STDIN for word in split) > 1:
        raise _usage(Text("标准输入（-）只能用一次", "standard input (-) can be used only once"))
    own: list[_Word] = []
    routed: dict[str, list[_Word]] = {}
    for word in split:
        child, _, rest = word.name.partition(".")
        if child in (children or {}) and rest and not find(word.name, fields):
            routed.setdefault(child, []).append(_Word(rest, word.operator, word.text))
        else:
            own.append(word)
    others = [f"{child}.{path}" for child, inner in (children or {}).items() for path in inner.paths()]
    given = _Gathering(fields, form, reading, others).gather(own, standing or {})
    for child, mine in routed.items():
        given.children[child] = _Gathering((children or {})[child], child, reading, ()).gather(mine, {})
    return given


def _split(word: str) -> _Word:
    name, equals, text = word.partition("=")
    if not equals:
        hint = Text("要用半角 =", "use the ASCII =") if "＝" in word else Text("要写成 字段=值", "write FIELD=VALUE")
        raise _usage(Text(f"看不懂 {shown(word)}：{hint.zh}", f"cannot read {shown(word)}: {hint.en}"))
    operator = name[-1:] + "="
    if operator in _OPERATORS:
        name = name[:-1]
    else:
        operator = "="
    if not name.strip():
        raise _usage(Text(f"缺少字段名：{shown(word)}", f"the field name is missing: {shown(word)}"))
    return _Word(name.strip(), operator, text)


class _List(dict[int, Json]):
    """A list being made: items by index; `more` are appended behind."""

    def __init__(self) -> None:
        super().__init__()
        self.more: list[Json] = []


class _Gathering(NamedTuple):
    """The words of one form on their way into one `Given`."""

    fields: Fields
    form: str
    reading: Reading
    others: Sequence[str]

    def gather(self, words: Sequence[_Word], standing: Mapping[str, Json]) -> Given:
        values: dict[str, Json] = {}
        added: dict[str, dict[str, Json]] = {}
        paths: set[str] = set()
        taken: dict[tuple[Step, ...], str] = {}
        for word in words:
            goal, value = self._read(word, taken)
            paths.update(_leaves(value, goal.info.path, self.fields))
            root, steps = _root(goal, values, added)
            _set(root, steps, value, more=word.operator == "+=")
        for path in added:
            if get(values, path) is not MISSING:
                raise _usage(Text(f"“{path}”有的带序号，有的不带", f"{path} is given with an index and without"))
        finished = {name: _finished(node, standing.get(name), name) for name, node in values.items()}
        return Given(finished, {path: _finished(item, {}, path) for path, item in added.items()}, frozenset(paths))

    def _read(self, word: _Word, taken: dict[tuple[Step, ...], str]) -> tuple[Target, Json]:
        """The field that a word means and the value it gives; a refusal names the word and where to read more."""
        about = self.form
        try:
            goal = target(word.name, self.fields, self.form, self.others)
            about = f"{self.form}.{goal.info.path}"
            _once(goal, word, taken)
            return goal, self._value(goal, word)
        except Refusal as refusal:
            raise refusal.at(Text.same(shown(word.whole)), Text.same(f"svc explain {about}")) from None

    def _value(self, goal: Target, word: _Word) -> Json:
        path, one = goal.info.path, goal.item or word.operator == "+="
        if word.operator == "+=" and (goal.item or not goal.info.many):
            raise self._shape(goal, word, Text("不是列表，不能用 +=", "is no list: += does not apply"))
        many = goal.info.many and not one
        group = bool(children(self.fields, path)) or goal.info.type in ("object", "list")
        text = word.text if word.source is None else self.reading.read(word.source)
        if word.operator == ":=" or (
            (many or group) and (word.source is not None or (word.operator == "+=" and group))
        ):
            read = read_item if one else read_whole
            return read(strict_json(text), path, self.fields, self.reading)
        if many or group:
            raise self._shape(goal, word, Text("是列表", "is a list") if many else Text("是一组字段", "is a group"))
        return read_value(text, goal.info, self.reading)

    def _shape(self, goal: Target, word: _Word, why: Text) -> Refusal:
        title, name = goal.info.title, word.name
        inner = next(iter(children(self.fields, goal.info.path)), None)
        if goal.info.many and not goal.item:
            remedy = f"{name}.0.{inner}=…" if inner else f"{name}+={shown(word.text)}"
        else:
            remedy = f"{name}.{inner}=…" if inner else f"{name}={shown(word.text)}"
        what = Text(f"“{title.zh}”{why.zh}", f"{title.en} {why.en}")
        return Refusal(what, exit=Exit.USAGE, where=Text.same(goal.info.path), remedy=Text.same(remedy))


def _once(goal: Target, word: _Word, taken: dict[tuple[Step, ...], str]) -> None:
    """Refuse a field that an earlier word gave, whole or in part."""
    steps, more = goal.steps, word.operator == "+="
    for other, operator in taken.items():
        shorter = min(len(steps), len(other))
        if steps[:shorter] == other[:shorter] and not (more and operator == "+=" and steps == other):
            title = goal.info.title
            what = Text(f"“{title.zh}”给了两次：{shown(word.name)}", f"{title.en} is given twice: {shown(word.name)}")
            raise _usage(what)
    taken[steps] = word.operator


def _root(
    goal: Target, values: dict[str, Json], added: dict[str, dict[str, Json]]
) -> tuple[dict[str, Json], tuple[Step, ...]]:
    """Where the steps of `goal` start: in the values, or in the one new item of a list."""
    if "*" not in goal.steps:
        return values, goal.steps
    at = goal.steps.index("*")
    path = ".".join(str(step) for step in goal.steps[:at])
    return added.setdefault(path, {}), goal.steps[at + 1 :]


def _set(root: dict[str, Json], steps: tuple[Step, ...], value: Json, *, more: bool) -> None:
    """Put `value` at the end of `steps`, making the maps and lists on the way."""
    node: dict[Step, Json] = root  # type: ignore[assignment]  # a list on its way is a map of indexes
    ends = (*steps[1:], 0) if more else steps[1:]
    for step, following in zip(steps, ends, strict=False):
        node = node.setdefault(step, _List() if isinstance(following, int) else {})
    if more and isinstance(node, _List):
        node.more.append(value)
    else:
        node[steps[-1]] = value


def _finished(node: Json, base: Json, path: str) -> Json:
    """`node` with its lists made real: laid over the list that stands, without holes."""
    if not isinstance(node, _List):
        if not isinstance(node, dict):
            return node
        under = base if isinstance(base, Mapping) else {}
        return {key: _finished(inner, under.get(key), f"{path}.{key}") for key, inner in node.items()}
    items = list(base) if isinstance(base, list) else []
    for index, inner in sorted(node.items()):
        if index > len(items):
            what = Text(
                f"“{path}”缺少第 {len(items)} 项（从 0 数起）", f"{path} lacks item {len(items)} (counted from 0)"
            )
            raise _usage(what)
        old = items[index] if index < len(items) else None
        new = _finished(inner, old, f"{path}.{index}")
        items[index : index + 1] = [merge(old, new) if isinstance(old, dict) and isinstance(new, dict) else new]
    return items + node.more


def _leaves(value: Json, path: str, fields: Fields) -> Iterator[str]:
    """The schema paths that hold something in `value`, given at `path`."""
    info = fields.info(path)
    if info is None:
        return
    inner = children(fields, path)
    groups = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
    if not inner or not any(groups):
        yield info.path
    for group in groups if inner else ():
        for name, item in group.items():
            yield from _leaves(item, inner[name], fields)


def _usage(what: Text) -> Refusal:
    return Refusal(what, exit=Exit.USAGE)
