"""Guards, operands and evidence rules in words: what the data says, for people to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svc.domain.flow import Guard, Item, Papers
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.render.naming import Named, named

SIGNS: Mapping[str, Text] = {
    "lt": Text.same("<"),
    "le": Text.same("≤"),
    "eq": Text.same("="),
    "ne": Text.same("≠"),
    "ge": Text.same("≥"),
    "gt": Text.same(">"),
    "in": Text("属于", "is among"),
    "subset": Text("全部属于", "are all among"),
}
_KIND = "evidence:"


@dataclass(frozen=True)
class Teller:
    """Tells the conditions of one form (or of several that share them)."""

    library: Library
    forms: tuple[Form, ...]

    def path(self, path: str) -> Named:
        """A path in words."""
        return named(self.library, self.forms, path)

    def presence(self, path: str) -> Text:
        """A field, or a kind of evidence, in words."""
        kind = path.removeprefix(_KIND)
        return self.path(path).title if kind == path else self.library.kind_title(kind)

    def guard(self, guard: Guard) -> Text:
        """A whole guard: every condition in it, `when` first."""
        parts = [tell(self, guard[word]) for word, tell in _TELLERS.items() if word in guard]
        words = both(parts, Text(" 且 ", " and "))
        if "each" in guard:
            every = self.path(guard["each"]).title
            words = Text(f"每项{every.zh}：{words.zh}", f"each of {every.en}: {words.en}")
        if "when" in guard:
            when = self.guard(guard["when"])
            words = Text(f"当 {when.zh} 时，{words.zh}", f"when {when.en}: {words.en}")
        return words

    def operand(self, raw: Json) -> Text:
        """An operand: a path, a literal, a setting, or a value made of others."""
        if isinstance(raw, str):
            return self.path(raw).title
        if not isinstance(raw, Mapping):
            return Named(Text.same("")).value(raw)
        return next((tell(self, raw) for word, tell in _OPERANDS.items() if word in raw), Text.same(_plain(raw)))

    def items(self, items: Sequence[Item]) -> Iterator[tuple[str, Text]]:
        """What is asked or taken: (path, title and when it counts)."""
        for item in items:
            yield item.name, self._counted(self.path(item.name).title, item)

    def _counted(self, title: Text, item: Item) -> Text:
        if item.when is None:
            return title
        when = self.guard(item.when)
        return Text(f"{title.zh}（当 {when.zh}）", f"{title.en} (when {when.en})")

    def papers(self, papers: Papers) -> Iterator[Text]:
        """An evidence rule: what must be handed in, one of what, what may be."""
        every = f"每项{self.path(papers.each).title.zh}一份：" if papers.each else ""
        each = f"one for each of {self.path(papers.each).title.en}: " if papers.each else ""
        for items, zh, en in (
            (papers.all, "须交", "all of"),
            (papers.any, "任交其一", "one of"),
            (papers.may, "可交", "may be"),
        ):
            named_ = [self._counted(self.library.kind_title(item.name), item) for item in items]
            ids = [item.name for item in items]
            if named_:
                listed_zh = "、".join(f"{id}（{title.zh}）" for id, title in zip(ids, named_, strict=True))
                listed_en = ", ".join(f"{id} ({title.en})" for id, title in zip(ids, named_, strict=True))
                yield Text(f"{every}{zh} {listed_zh}", f"{each}{en} {listed_en}")


def both(parts: Sequence[Text], between: Text) -> Text:
    """Texts joined in each language."""
    return Text(between.zh.join(p.zh for p in parts), between.en.join(p.en for p in parts))


def _where(teller: Teller, raw: Mapping[str, Json]) -> Text:
    return both([_schema(teller.path(path), schema) for path, schema in raw.items()], Text(" 且 ", " and "))


def _schema(what: Named, schema: Json) -> Text:
    """A path against a JSON Schema, as far as flows use them; anything else as it stands in the flow."""
    zh, en = what.title.zh, what.title.en
    if not isinstance(schema, Mapping):
        return Text.same(f"{zh} {_plain(schema)}")
    if "const" in schema:
        value = what.value(schema["const"])
        return Text(f"{zh}为{value.zh}", f"{en} is {value.en}")
    if "enum" in schema:
        values = both([what.value(value) for value in schema["enum"]], Text("或", " or "))
        return Text(f"{zh}为{values.zh}", f"{en} is {values.en}")
    if isinstance(schema.get("not"), Mapping):
        inner = _schema(Named(Text("", ""), what.info, what.titles), schema["not"])
        return Text(f"{zh}不{inner.zh}", f"{en} not{inner.en}".replace("not is", "is not"))
    if "minItems" in schema:
        return Text(f"{zh}至少 {schema['minItems']} 项", f"{en}: at least {schema['minItems']}")
    if set(schema) <= {"minimum", "maximum"}:
        bounds = [f">= {schema['minimum']}"] * ("minimum" in schema) + [f"<= {schema['maximum']}"] * (
            "maximum" in schema
        )
        return Text(f"{zh} {' '.join(bounds)}", f"{en} {' '.join(bounds)}")
    if set(schema) == {"type"}:
        return Text(f"已填{zh}", f"{en} is given")
    return Text(f"{zh}符合 {_plain(schema)}", f"{en} fits {_plain(schema)}")


def _listed(teller: Teller, raw: Sequence[str], zh: str, en: str) -> Text:
    words = both([teller.presence(path) for path in raw], Text("、", ", "))
    return Text(f"{zh}{words.zh}", f"{en} {words.en}")


def _compare(teller: Teller, raw: Sequence[Json]) -> Text:
    left, right, sign = raw[0], raw[2], SIGNS[raw[1]]
    named_ = teller.path(left) if isinstance(left, str) else None
    literal = right.get("value") if isinstance(right, Mapping) and "value" in right else None
    other = named_.value(literal) if named_ and literal is not None else teller.operand(right)
    first = teller.operand(left)
    return Text(f"{first.zh} {sign.zh} {other.zh}", f"{first.en} {sign.en} {other.en}")


def _linked(teller: Teller, raw: Mapping[str, Any]) -> Text:
    names = [raw["form"]] if isinstance(raw["form"], str) else list(raw["form"])
    forms = tuple(found for name in names if (found := teller.library.form(name)))
    what = both([form.title for form in forms] or [Text.same("/".join(names))], Text("或", " or "))
    inner = [_where(Teller(teller.library, forms), raw["where"])] if raw.get("where") else []
    inner += [_listed(teller, raw["same"], "两边相同：", "the same on both sides:")] if raw.get("same") else []
    such = both(inner, Text(" 且 ", " and ")) if inner else None
    zh, en = (f"（{such.zh}）", f" ({such.en})") if such else ("", "")
    if raw.get("every"):
        return Text(f"每张关联的{what.zh}都{zh}", f"every linked {what.en}{en}")
    most, least = raw.get("at_most"), raw.get("at_least", 0 if "at_most" in raw else 1)
    if most == 0:
        return Text(f"没有关联的{what.zh}{zh}", f"no linked {what.en}{en}")
    bound_zh = f"至少 {least} 张" if most is None else f"{least} 至 {most} 张"
    bound_en = f"at least {least}" if most is None else f"{least} to {most}"
    return Text(f"关联的{what.zh}{zh}{bound_zh}", f"{bound_en} linked {what.en}{en}")


def _differs(teller: Teller, raw: Json) -> Text:
    if isinstance(raw, Mapping):
        named_ = teller.path(raw["from"]).title
        return Text(f"办理人不是{named_.zh}", f"someone other than {named_.en}")
    names = [raw] if isinstance(raw, str) else list(raw)
    texts = [action.text for form in teller.forms for name in names if (action := form.actions.get(name))]
    words = both(texts or [Text.same("/".join(names))], Text("、", ", "))
    return Text(f"办理人不是“{words.zh}”的经办人", f'someone other than who did "{words.en}"')


def _scope(teller: Teller, raw: str) -> Text:
    title = teller.path(raw).title
    return Text(f"角色的范围就是{title.zh}", f"the role covers {title.en}")


def _joined(teller: Teller, raw: Mapping[str, Json]) -> Text:
    texts = [action.text for form in teller.forms if (action := form.actions.get(raw["action"]))]
    what = texts[0] if texts else Text.same(str(raw["action"]))
    if "roles" in raw:
        who = both([teller.library.role_title(role) for role in raw["roles"]], Text("、", ", "))
    else:
        who = teller.path(raw["units"]).title
    return Text(f"{who.zh}都已“{what.zh}”", f'each of {who.en} has done "{what.en}"')


def _unique(teller: Teller, raw: Json) -> Text:
    return _listed(teller, [raw] if isinstance(raw, str) else raw, "没有别的单据同有", "no other record has the same")


def _inner(zh: str, en: str) -> Callable[[Teller, Sequence[Guard]], Text]:
    def tell(teller: Teller, raw: Sequence[Guard]) -> Text:
        words = both([_bracketed(teller, guard) for guard in raw], Text(zh, en))
        return Text(f"（{words.zh}）", f"({words.en})") if len(raw) > 1 else words

    return tell


def _bracketed(teller: Teller, guard: Guard) -> Text:
    """A guard beside others: in brackets where it holds several conditions of its own."""
    words = teller.guard(guard)
    several = sum(len(rule) if word == "where" else 1 for word, rule in guard.items() if word in _TELLERS) > 1
    return Text(f"（{words.zh}）", f"({words.en})") if several else words


def _not(teller: Teller, raw: Guard) -> Text:
    inner = teller.guard(raw)
    return Text(f"并非（{inner.zh}）", f"not ({inner.en})")


_TELLERS: Mapping[str, Callable[[Teller, Any], Text]] = {
    "where": _where,
    "has": lambda teller, raw: _listed(teller, raw, "有", "has"),
    "lacks": lambda teller, raw: _listed(teller, raw, "没有", "has no"),
    "compare": _compare,
    "linked": _linked,
    "differs": _differs,
    "scope": _scope,
    "joined": _joined,
    "unique": _unique,
    "any": _inner(" 或 ", " or "),
    "all": _inner(" 且 ", " and "),
    "not": _not,
}


def _setting(teller: Teller, raw: Mapping[str, Json]) -> Text:
    title = Text.from_dict(teller.library.settings.get(raw["setting"], raw["setting"]))
    return Text(f"设定“{title.zh}”（{raw['setting']}）", f'the setting "{title.en}" ({raw["setting"]})')


def _of(word: str, zh: str, en: str) -> Callable[[Teller, Mapping[str, Json]], Text]:
    def tell(teller: Teller, raw: Mapping[str, Json]) -> Text:
        inner = teller.operand(raw[word])
        return Text(zh.format(inner.zh), en.format(inner.en))

    return tell


def _first(teller: Teller, raw: Mapping[str, Json]) -> Text:
    words = both([teller.operand(option) for option in raw["first"]], Text("，没有则", ", else "))
    return Text(words.zh, words.en)


def _find(teller: Teller, raw: Mapping[str, Json]) -> Text:
    form, key = teller.library.form(raw["find"]), teller.operand(raw["key"])
    title = form.title if form else Text.same(str(raw["find"]))
    return Text(f"按{key.zh}找到的{title.zh}", f"the {title.en} found by {key.en}")


def _plus(teller: Teller, raw: Mapping[str, Json]) -> Text:
    start = teller.operand(raw["plus"])
    units = {"months": Text("个月", "months"), "days": Text("天", "days"), "hours": Text("小时", "hours")}
    for unit, word in units.items():
        if unit in raw:
            count = teller.operand(raw[unit])
            return Text(f"{start.zh}加 {count.zh} {word.zh}", f"{start.en} plus {count.en} {word.en}")
    return start


_OPERANDS: Mapping[str, Callable[[Teller, Mapping[str, Json]], Text]] = {
    "value": lambda teller, raw: Named(Text.same("")).value(raw["value"]),
    "setting": _setting,
    "first": _first,
    "find": _find,
    "date": _of("date", "{}的日期", "the day of {}"),
    "month": _of("month", "{}的月份", "the month of {}"),
    "year": _of("year", "{}的年度", "the year of {}"),
    "year_end": _of("year_end", "{}的年末", "the end of the year {}"),
    "plus": _plus,
}


def _plain(raw: Json) -> str:
    return json.dumps(raw, ensure_ascii=False)
