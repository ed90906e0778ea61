"""The columns of a sheet as fields of a form, and its rows as what they give: every cell read as text, none guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from svc.domain.fieldnames import Step, Target, target
from svc.domain.flow import Action
from svc.domain.paths import Json, under
from svc.domain.pattern import pattern
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import half_width
from svc.domain.values import Fields, Reading, read_value

PAPERS = ("evidence.", "凭证.")
SEPARATOR = ";"
# Relative days and days without a year mean one thing when typed and another when the sheet is read next year.
_DATED = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?\Z")
DATED_FORMS = {
    "date": Text("日期只写作 2025-03-04", "a date is written 2025-03-04 only"),
    "instant": Text("时间写作 2025-03-04 15:20", "a time is written 2025-03-04 15:20"),
}
Linked = Callable[[tuple[str, ...], str], str]
"""From the forms a link may name and what the cell says to the full id."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and the field it gives (`goal`), the evidence it names (`paper`: KIND or KIND.0), or
    what it tells besides fields (`own`, see `past_columns`)."""

    heading: str
    goal: Target | None = None
    paper: str | None = None
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a sheet: the row, the column's heading ('' for the whole row), the cell, what; the exit code."""

    row: int
    column: str
    value: str
    message: Text
    exit: Exit = Exit.USAGE

    def line(self) -> Text:
        """The fault as one line of a refusal."""
        zh, en = f"第 {self.row} 行", f"row {self.row}"
        if self.column:
            zh, en = f"{zh}“{self.column}”", f"{en} “{self.column}”"
        return Text(f"{zh}：{self.message.zh}", f"{en}: {self.message.en}")


@dataclass(frozen=True, slots=True)
class Gave:
    """What one row gives: values nested, evidence as (KIND, file name) with the heading it stands under, and what it
    tells besides fields by key, as (heading, cell)."""

    number: int
    values: dict[str, Json] = field(default_factory=dict)
    papers: tuple[tuple[str, str, str], ...] = ()
    own: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read_columns(
    header: Sequence[str], fields: Fields, form: str, own: Callable[[str], str | None] = lambda heading: None
) -> tuple[list[Column], list[Fault]]:
    """What each heading means; a heading that means nothing, several fields or the same as another is a fault.

    `own` says which headings mean something besides fields; it may refuse one.
    """
    columns: list[Column] = []
    faults: list[Fault] = []
    taken: dict[tuple[Step, ...] | str, str] = {}
    for heading in header:
        try:
            key_ = own(heading)
            column = Column(heading, own=key_) if key_ else _column(heading, fields, form)
        except Refusal as refusal:
            faults.append(Fault(1, heading, "", whole(refusal)))
            continue
        key = column.goal.steps if column.goal else column.own or f"{PAPERS[0]}{column.paper}"
        if key in taken:
            words = Text(f"与“{taken[key]}”是同一个字段", f"the same field as “{taken[key]}”")
            faults.append(Fault(1, heading, "", words))
        taken[key] = heading
        columns.append(column)
    return columns, faults


def _column(heading: str, fields: Fields, form: str) -> Column:
    for lead in PAPERS:
        if heading.startswith(lead):
            return Column(heading, paper=heading.removeprefix(lead))
    return Column(heading, goal=target(heading, fields, form))


def read_row(
    number: int, cells: Sequence[str], columns: Sequence[Column], reading: Reading, linked: Linked
) -> tuple[Gave, list[Fault]]:
    """What one row gives; an empty cell gives nothing."""
    faults: list[Fault] = []
    given: dict[tuple[Step, ...], Json] = {}
    papers: list[tuple[str, str, str]] = []
    own: dict[str, tuple[str, str]] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not text:
            continue
        if column.own is not None:
            own[column.own] = column.heading, text
            continue
        if column.goal is None:
            papers += [(column.paper or "", name, column.heading) for name in pieces(text)]
            continue
        try:
            given[column.goal.steps] = _value(column.goal, text, reading, linked)
        except Refusal as refusal:
            faults.append(Fault(number, column.heading, text, whole(refusal)))
    values = _built(given)
    faults += [Fault(number, path, "", _hole(at)) for path, at in _holes(values, "")]
    return Gave(number, _listed(values), tuple(papers), own), faults


def pieces(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons (full-width ones too)."""
    return [part.strip() for part in text.replace("；", SEPARATOR).split(SEPARATOR) if part.strip()]


def _value(goal: Target, text: str, reading: Reading, linked: Linked) -> Json:
    if goal.info.many and not goal.item:
        return [_scalar(goal, part, reading, linked) for part in pieces(text)]
    return _scalar(goal, text, reading, linked)


def _scalar(goal: Target, text: str, reading: Reading, linked: Linked) -> Json:
    info = goal.info
    if info.type in ("object", "list", "any"):
        raise Refusal(Text("一格写不下一组字段，请分列", "a group of fields needs a column each"), exit=Exit.USAGE)
    dated(text, info.type)
    value = read_value(text, info, reading)
    links: tuple[str, ...] = getattr(info, "link", ())
    return linked(links, value) if links and isinstance(value, str) else value


def dated(text: str, kind: str) -> None:
    """Refuse a date or a time that would mean another one when it is read another day."""
    if kind in DATED_FORMS and not _DATED.match(half_width(text)):
        form = DATED_FORMS[kind]
        raise Refusal(Text(f"“{shown(text)}”：{form.zh}", f"“{shown(text)}”: {form.en}"), exit=Exit.USAGE)


class _Items(dict[int, Json]):
    """A list being made: items by index."""


def _built(given: dict[tuple[Step, ...], Json]) -> dict[str, Json]:
    """The values nested along their steps; `*` (one new item of a list) is no step of its own."""
    root: dict[str, Json] = {}
    for steps, value in given.items():
        plain = [step for step in steps if step != "*"]
        node: dict[Step, Json] = root  # type: ignore[assignment]  # a list on its way is a map of indexes
        for step, following in pairwise(plain):
            node = node.setdefault(step, _Items() if isinstance(following, int) else {})
        node[plain[-1]] = value
    return root


def _holes(node: Json, path: str) -> Iterator[tuple[str, int]]:
    """(list, index) where a list has an item and lacks the one before it."""
    if isinstance(node, _Items):
        yield from ((path, n) for n in range(max(node)) if n not in node)
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from _holes(inner, f"{path}.{key}".lstrip("."))


def _hole(at: int) -> Text:
    return Text(f"缺少第 {at} 项（从 0 数起）", f"lacks item {at} (counted from 0)")


def _listed(node: Json) -> Json:
    if isinstance(node, _Items):
        return [_listed(node[n]) for n in sorted(node)]
    return {key: _listed(inner) for key, inner in node.items()} if isinstance(node, dict) else node


def whole(refusal: Refusal) -> Text:
    """All that a refusal says of one cell or row, as one line."""
    zh, en = refusal.what.zh.rstrip("。"), refusal.what.en.rstrip(".")
    said_zh, said_en = "；".join(d.zh for d in refusal.details), "; ".join(d.en for d in refusal.details)
    return Text(_joined(zh, said_zh, "；", "：:"), _joined(en, said_en, "; ", ":"))


def _joined(head: str, tail: str, between: str, colons: str) -> str:
    if not tail:
        return head
    return head + ("" if head[-1] == "：" else " " if head[-1] in colons else between) + tail


def column_of(refusal: Refusal, columns: Iterable[Column]) -> str:
    """The heading of the one column that a refusal speaks of, by path or title; '' when it speaks of none or several."""
    texts = [text for text in (refusal.what, refusal.where, *refusal.details) if text]
    words = " ".join(text.en for text in texts).replace("fields.", "")
    named = {*re.findall(r"[a-z_][a-z0-9_.]*[a-z0-9_]", words), *re.findall("“([^”]+)”", refusal.what.zh)}
    found = [c.heading for c in columns if named & _names(c)]
    return found[0] if len(found) == 1 else ""


def _names(column: Column) -> set[str]:
    """What a refusal may call a column."""
    if column.goal is None:
        return {column.own or f"{PAPERS[0]}{column.paper}"}
    return {column.goal.info.path, _dotted(column.goal), column.goal.info.title.zh}


def _dotted(goal: Target) -> str:
    return ".".join(str(step) for step in goal.steps)


def suited(form: Form, columns: Sequence[Column]) -> str | None:
    """The making action that a sheet with these columns means: the first that takes them all, else the first there is."""
    makers = [action for action in form.firsts if not all(way.by.nobody for way in action.ways)]
    fitting = [action.name for action in makers if all(_takes(action, column) for column in columns)]
    return next(iter([*fitting, *(action.name for action in makers)]), None)


def _takes(action: Action, column: Column) -> bool:
    way = action.ways[0]
    if column.goal is None:
        return (column.paper or "").partition(".")[0] in way.papers.kinds()
    named = [item.name for item in (*way.asks, *way.takes)]
    heads = [name.partition(".*")[0] for name in (*named, *action.copies, *action.derive, action.time or "")]
    return under(_dotted(column.goal), heads)
