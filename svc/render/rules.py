"""Derivations and ways of an action in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from svc.domain.flow import SAME, Actor, By, Vouching, Way
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.render.conditions import Teller, both


def rule(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    """A derivation in words, a line each; `path` is what it fills."""
    if "when" in raw:
        when = teller.guard(raw["when"])
        yield Text(f"只当 {when.zh}", f"only when {when.en}")
    yield from next((tell(teller, path, raw) for word, tell in _RULES.items() if word in raw), iter(()))


def row(teller: Teller, path: str, raw: Mapping[str, Any]) -> Text:
    """One row of a decision table."""
    value = teller.operand(raw["from"]) if "from" in raw else result(teller, path, raw["is"])
    if "when" not in raw:
        return Text(f"其余 → {value.zh}", f"otherwise → {value.en}")
    when = teller.guard(raw["when"])
    return Text(f"当 {when.zh} → {value.zh}", f"when {when.en} → {value.en}")


def result(teller: Teller, path: str, value: Json) -> Text:
    """A value that a rule gives a field."""
    what = teller.path(path)
    if isinstance(value, list):
        return both([what.value(item) for item in value], Text("、", ", ")) if value else Text("无", "none")
    return what.value(value)


def _table(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    return (row(teller, path, one) for one in raw["table"])


def _holds(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    words = teller.guard(raw["holds"])
    yield Text(f"是否：{words.zh}", f"whether {words.en}")


def _months(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    start, count = (teller.operand(one) for one in raw["months"])
    yield Text(
        f"{start.zh}加 {count.zh} 个月（对应日，含当日）", f"{start.en} plus {count.en} months, that day included"
    )


def _sum(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    what = teller.path(raw["sum"]).title
    yield Text(f"{what.zh}之和", f"the sum of {what.en}")


def _lookup(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    what = teller.operand(raw["lookup"])
    named = teller.path(raw["lookup"]) if isinstance(raw["lookup"], str) else None
    for key, value in raw["in"].items():
        given = named.value(key) if named else Text.same(str(key))
        gives = result(teller, path, value)
        yield Text(f"{what.zh}为{given.zh} → {gives.zh}", f"{what.en} is {given.en} → {gives.en}")


def _count(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    if isinstance(raw["count"], Mapping):
        what = teller.guard({"linked": {**raw["count"], "at_least": 0}})
    else:
        what = teller.path(raw["count"]).title
    yield Text(f"{what.zh}的数目", f"how many {what.en}")


def _other(teller: Teller, path: str, raw: Mapping[str, Any]) -> Iterator[Text]:
    """What collects, tallies or divides: told by what it starts from."""
    for word, zh, en in (
        ("collect", "汇集", "collects"),
        ("tally", "分类计数", "tallies"),
        ("ratio", "百分比", "percentage"),
    ):
        if word in raw:
            inner = raw[word]
            words = (
                [teller.operand(one) for one in inner] if isinstance(inner, list) else [Text.same(_form(teller, inner))]
            )
            told = both(words, Text(" / ", " / "))
            yield Text(f"{zh}：{told.zh}", f"{en}: {told.en}")


def _form(teller: Teller, inner: Json) -> str:
    return str(inner.get("form", "")) if isinstance(inner, Mapping) else str(inner)


_RULES: Mapping[str, Callable[[Teller, str, Mapping[str, Any]], Iterator[Text]]] = {
    "table": _table,
    "holds": _holds,
    "months": _months,
    "sum": _sum,
    "lookup": _lookup,
    "count": _count,
    "collect": _other,
    "tally": _other,
    "ratio": _other,
}


def by(library: Library, form: Form, who: By) -> Text:
    """Who may act."""
    if who.anyone:
        return Text("任何在册人员", "anybody active")
    if who.nobody:
        return Text("不单独办理，随别的办理一起发生", "nobody alone: only inside another deed")
    parts = [actor(library, one) for one in who.actors] + (
        [Text("办理上一步的本人", "whoever did the last step")] * who.same
    )
    return both(parts, Text("、", ", "))


def actor(library: Library, one: Actor) -> Text:
    """One role that may act, with those it acts through and the paper it signs."""
    title = library.role_title(one.role)
    if not one.through:
        return Text(f"{title.zh}（{one.role}）", f"{title.en} ({one.role})")
    through = both([library.role_title(role) for role in one.through], Text("或", " or "))
    paper = library.kind_title(one.paper) if one.paper else None
    zh, en = (f"，凭{paper.zh}", f", with {paper.en}") if paper else ("", "")
    return Text(f"{title.zh}（经{through.zh}办理{zh}）", f"{title.en} (through {through.en}{en})")


def vouched_by(library: Library, raw: Vouching) -> Text:
    """Who may vouch for migrated cases."""
    titles = both([library.role_title(role) for role in raw.by], Text("、", ", "))
    zh, en = ("，须是录入人以外的人", ", another person than who enters") if raw.another else ("", "")
    return Text(titles.zh + zh, titles.en + en)


def course(form: Form, way: Way) -> Text:
    """From where to where a way leads."""
    froms = _states(form, way.froms) if way.froms else Text("新建", "new")
    if way.choose:
        chosen = _states(form, way.choose)
        to = Text(f"所选的 {chosen.zh}", f"one of {chosen.en}")
    else:
        to = Text("状态不变", "the same") if way.to == SAME else _states(form, [way.to])
    return Text(f"{froms.zh} → {to.zh}", f"{froms.en} → {to.en}")


def _states(form: Form, names: Sequence[str]) -> Text:
    return both([form.states[name].title for name in names if name in form.states], Text("、", ", "))
