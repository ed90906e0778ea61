"""A form, a field and an action, told from the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.domain.core import MIGRATE
from svc.domain.flow import Action, Way
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.domain.schema import FieldInfo
from svc.index.facts import title
from svc.render import rules
from svc.render.card import card
from svc.render.clocks import clock
from svc.render.conditions import Teller, both
from svc.render.table import Column, table

LISTED = Text("、", ", ")
TYPES = {
    "money": Text("金额", "money"),
    "decimal": Text("数", "number"),
    "count": Text("整数", "whole number"),
    "integer": Text("整数", "whole number"),
    "date": Text("日期", "date"),
    "instant": Text("时间", "time"),
    "month": Text("月份", "month"),
    "boolean": Text("是否", "yes or no"),
    "enum": Text("选项", "choice"),
    "link": Text("关联", "link"),
    "object": Text("一组字段", "a group of fields"),
    "json": Text("任意值", "any value"),
}
TEXT = Text("文字", "text")


def about_form(library: Library, form: Form, wide: int | None) -> Iterator[str]:
    """What a form is, its states, actions, clocks and fields."""
    yield from card(_head(library, form), lang=language(), columns=wide)
    yield from _heading(t("动作", "Actions"))
    columns = (
        Column("action", Text("动作", "action"), whole=True),
        Column("text", Text("名称", "title")),
        Column("course", Text("从 → 到", "from → to")),
        Column("clause", Text("依据", "clause")),
    )
    actions = [action for action in form.actions.values() if not action.kind]
    yield from table(columns, [_action_row(form, action) for action in actions], lang=language(), room=wide)
    if form.clocks:
        teller = Teller(library, (form,))
        yield from _heading(t("时限", "Clocks"))
        pairs = [(said(one.title), f"{said(clock(teller, form, one))} {one.clause}") for one in form.clocks]
        yield from card(pairs, lang=language(), columns=wide)
    yield from _heading(t("字段", "Fields"))
    yield from table(_FIELDS, [_field_row(form, info) for info in form.schema.fields()], lang=language(), room=wide)
    yield ""
    yield t(
        f"细看：svc explain {form.name}.动作 或 {form.name}.字段",
        f"more: svc explain {form.name}.ACTION or {form.name}.FIELD",
    )


def _head(library: Library, form: Form) -> list[tuple[str, str]]:
    """Code, titles, how it is numbered, bound and kept, its states and marks."""
    code = f" {form.code}" if form.code else ""
    pairs = [
        (
            t("表单", "form"),
            f"{said(form.title)}{code}（{form.name}）"
            if language() == "zh"
            else f"{said(form.title)}{code} ({form.name})",
        )
    ]
    alias = form.flow.get("alias", ())
    if alias:
        pairs.append((t("又称", "also"), t("、", ", ").join(map(str, alias))))
    if form.key:
        pairs.append(
            (t("台账", "a register"), t(f"以{said(title(form, form.key))}为编号", f"by {said(title(form, form.key))}"))
        )
    else:
        pairs.append((t("编号", "number"), f"{form.prefix}-…"))
    pairs.append((t("程序", "procedure"), form.procedure))
    pairs.append((t("装订", "bound"), t("按年", "yearly") if form.bound else t("不装订", "never")))
    kept = library.part("retention").get(form.flow.get("retention", ""))
    if kept:
        pairs.append((t("保存", "kept as"), said(Text.from_dict(kept))))
    final = t("（终）", " (end)")
    states = [
        f"{said(s.title)}{' ' + s.id if language() == 'zh' else ''}{final if s.final else ''}"
        for s in form.states.values()
    ]
    pairs.append((t("状态", "states"), t("、", ", ").join(states)))
    move = form.actions.get(MIGRATE)
    if move is not None:
        states_ = [said(form.states[name].title) for name in move.ways[0].choose if name in form.states]
        pairs.append((t("可迁移", "migrated as"), t("、", ", ").join(states_)))
    if form.marks:
        pairs.append((t("标志", "marks"), t("、", ", ").join(f"{said(m.title)} {m.name}" for m in form.marks)))
    return pairs


def _action_row(form: Form, action: Action) -> list[str]:
    courses = dict.fromkeys(said(rules.course(form, way)) for way in action.ways)
    return [action.name, said(action.text), t("；", "; ").join(courses), action.clause]


_FIELDS = (
    Column("path", Text("字段", "field"), whole=True),
    Column("title", Text("名称", "title")),
    Column("type", Text("类型", "type")),
    Column("required", Text("必填", "required")),
)


def _field_row(form: Form, info: FieldInfo) -> list[str]:
    return [_dotted(info), said(info.title), type_words(info), t("必填", "yes") if info.required else ""]


def _dotted(info: FieldInfo) -> str:
    return ".".join(step for step in info.path.split(".") if step != "*")


def type_words(info: FieldInfo) -> str:
    """The type of a field; several of it where it is a list."""
    name = said(TYPES.get(info.type, TEXT))
    if info.link:
        name = f"{name} {'/'.join(info.link)}"
    return t(f"{name}，可多项", f"{name}, several") if info.many else name


def about_field(library: Library, form: Form, info: FieldInfo, wide: int | None) -> Iterator[str]:
    """What a field is, and which actions ask, take or fill it."""
    path = info.path
    pairs = [
        (t("字段", "field"), f"{form.name}.{_dotted(info)}"),
        (t("名称", "title"), f"{info.title.zh} / {info.title.en}"),
        (t("类型", "type"), type_words(info)),
        (t("必填", "required"), t("是", "yes") if info.required else t("否", "no")),
    ]
    if info.personal:
        pairs.append((t("个人信息", "personal data"), t("是", "yes")))
    if info.enum:
        pairs.append((t("选项", "choices"), "\n".join(f"{id}  {said(title_)}" for id, title_ in info.enum.items())))
    links = [
        t(f"{found.title.zh}（{name}）", f"{found.title.en} ({name})")
        for name in info.link
        if (found := library.form(name))
    ]
    if links:
        pairs.append((t("关联", "links to"), t("、", ", ").join(links)))
    yield from card(pairs, lang=language(), columns=wide)
    yield from _origins(Teller(library, (form,)), form, path)


def _origins(teller: Teller, form: Form, path: str) -> Iterator[str]:
    """Where a field's value comes from."""
    for action in form.actions.values():
        name = said(action.text)
        words = t(f"{name}（{action.name}，{action.clause}）", f"{name} ({action.name}, {action.clause})")
        asked = any(item.name == path for way in action.ways for item in way.asks)
        taken = any(item.name == path for way in action.ways for item in way.takes)
        if asked or action.time == path:
            yield t(f"  必填于：{words}", f"  asked by: {words}")
        elif taken:
            yield t(f"  可填于：{words}", f"  taken by: {words}")
        if path in action.copies:
            source = said(teller.operand(action.copies[path]))
            yield t(f"  自动取自{source}：{words}", f"  copied from {source}: {words}")
        if path in action.derive:
            yield t(f"  自动得出：{words}", f"  derived by: {words}")
            yield from (f"    {said(line)}" for line in rules.rule(teller, path, action.derive[path]))


def about_action(library: Library, form: Form, action: Action, wide: int | None) -> Iterator[str]:
    """Who may do it, from where to where, what it asks, what must hold, what it causes."""
    teller = Teller(library, (form,))
    head = [
        (t("动作", "action"), f"{form.name}.{action.name}"),
        (t("名称", "title"), f"{action.text.zh} / {action.text.en}"),
        (t("依据", "clause"), clause_words(library, form, action.clause)),
    ]
    yield from card([*head, *_effects(teller, form, action)], lang=language(), columns=wide)
    for n, way in enumerate(action.ways):
        if len(action.ways) > 1:
            yield from _heading(t(f"第 {n + 1} 种情形", f"way {n + 1}"))
        yield from card(_way(library, form, way, teller), lang=language(), columns=wide)
    needs = list({repr(guard): guard for way in action.ways for guard in way.needs}.values())
    if needs:
        yield from _heading(t("条件", "Conditions"))
        yield from card(
            [_need(teller, n, guard, action) for n, guard in enumerate(needs, 1)], lang=language(), columns=wide
        )
    yield from _derived(teller, action)


def clause_words(library: Library, form: Form, clause: str) -> str:
    """A clause and what it says, in the procedure of that form."""
    procedure = library.procedures.get(form.procedure)
    known = procedure.part("clauses").get(clause) if procedure else None
    return f"{clause} {said(Text.from_dict(known))}" if known else clause


def _way(library: Library, form: Form, way: Way, teller: Teller) -> list[tuple[str, str]]:
    pairs = [
        (t("由", "by"), said(rules.by(library, form, way.by))),
        (t("从 → 到", "from → to"), said(rules.course(form, way))),
    ]
    if way.when is not None:
        pairs.append((t("当", "when"), said(teller.guard(way.when))))
    for label, items in ((t("必填", "asks"), way.asks), (t("可填", "takes"), way.takes)):
        if items:
            pairs.append((label, "\n".join(f"{path}  {said(words)}" for path, words in teller.items(items))))
    papers = [said(words) for words in teller.papers(way.papers)]
    if papers:
        pairs.append((t("凭证", "evidence"), "\n".join(papers)))
    if way.reason is True:
        pairs.append((t("理由", "reason"), t("须写", "required")))
    elif way.reason:
        when = said(teller.guard(way.reason))
        pairs.append((t("理由", "reason"), t(f"当 {when} 时须写", f"required when {when}")))
    return pairs


def _need(teller: Teller, n: int, guard: dict[str, object] | object, action: Action) -> tuple[str, str]:
    """One guard: its condition, what is said when it fails, its clause."""
    raw = guard if isinstance(guard, dict) else {}
    words = said(teller.guard(raw))
    say = said(Text.from_dict(raw["say"])) if "say" in raw else ""
    clause = str(raw.get("clause", action.clause))
    return str(n), t(f"{words}\n否则：{say}（{clause}）", f"{words}\nelse: {say} ({clause})")


def _effects(teller: Teller, form: Form, action: Action) -> list[tuple[str, str]]:
    """Clocks it meets, records it makes and moves, steps it voids."""
    library = teller.library
    pairs: list[tuple[str, str]] = []
    met = [one.title for one in form.clocks if action.name in one.until]
    if met:
        pairs.append((t("时限", "clocks"), said(both(met, LISTED))))
    made = [library.form(rule["form"]) for rule in action.creates]
    if any(made):
        pairs.append((t("一并新建", "makes"), said(both([one.title for one in made if one], LISTED))))
    moved = [_moved(teller, form, rule) for rule in action.also]
    if moved:
        pairs.append((t("一并推进", "moves"), said(both(moved, LISTED))))
    if action.vouching is not None:
        words = said(rules.vouched_by(library, action.vouching))
        pairs.append((t("担保", "vouched for"), words))
        setting = said(Text.from_dict(library.settings.get(action.vouching.until, action.vouching.until)))
        until = action.vouching.until
        pairs.append(
            (t("开放", "open"), t(f"到设定“{setting}”（{until}）为止", f'until the setting "{setting}" ({until})'))
        )
        if action.vouching.may_lack:
            pairs.append((t("可写为不明", "may be unknown"), "\n".join(action.vouching.may_lack)))
    if action.settles:
        pairs.append((t("超期", "late"), t("欠理由的不能办", "refuses while a late step owes its reason")))
    return pairs


def _moved(teller: Teller, form: Form, rule: Sequence[object] | object) -> Text:
    raw = rule if isinstance(rule, dict) else {}
    record = raw["record"]
    if isinstance(record, dict):
        other = teller.library.form(str(record.get("form", "")))
        target, forms = (other.title if other else Text.same("")), [other] if other else []
    else:
        info = form.schema.info(str(record))
        forms = [found for name in (info.link if info else ()) if (found := teller.library.form(name))]
        target = teller.path(str(record)).title
    text = next((found.actions[raw["action"]].text for found in forms if raw["action"] in found.actions), None)
    words = text or Text.same(str(raw["action"]))
    return Text(f"{target.zh}“{words.zh}”", f'{target.en} "{words.en}"')


def _derived(teller: Teller, action: Action) -> Iterator[str]:
    if not action.derive:
        return
    yield from _heading(t("自动得出", "Derived"))
    for path, rule in action.derive.items():
        yield f"{path}  {said(teller.path(path).title)}"
        yield from (f"  {said(line)}" for line in rules.rule(teller, path, rule))


def _heading(words: str) -> Iterator[str]:
    yield ""
    yield t(f"{words}：", f"{words}:")
