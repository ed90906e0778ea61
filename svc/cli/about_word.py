"""A clause, an exit code, a setting, a role and a kind of evidence, told from the data."""

from __future__ import annotations

from collections.abc import Iterator

from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.cli.topics import EXITS
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.domain.world import Scene
from svc.index.words import plain
from svc.render.card import card


def about_clause(library: Library, clause: str, wide: int | None) -> Iterator[str]:
    """What a clause asks, and what in the procedure rests on it."""
    words = said(Text.from_dict(library.part("clauses")[clause]))
    yield from card([(t(f"条款 {clause}", f"clause {clause}"), words)], lang=language(), columns=wide)
    for form in library.forms.values():
        found = list(_cites(form, clause))
        if found:
            yield (
                f"  {said(form.title)}（{form.name}）" if language() == "zh" else f"  {said(form.title)} ({form.name})"
            )
            yield from (f"    {line}" for line in found)
    documents = [name for name, known in library.part("documents").items() if clause in known.get("cited_in", ())]
    if documents:
        yield t(f"  引用文件：{'、'.join(documents)}", f"  documents: {', '.join(documents)}")


def _cites(form: Form, clause: str) -> Iterator[str]:
    """The actions, conditions and clocks of a form that rest on a clause."""
    for action in form.actions.values():
        guards = [guard for way in action.ways for guard in way.needs if str(guard.get("clause", "")) == clause]
        says = dict.fromkeys(said(Text.from_dict(guard["say"])) for guard in guards if "say" in guard)
        if action.clause == clause or says:
            yield t(f"动作 {action.name} {said(action.text)}", f"action {action.name}: {said(action.text)}")
            yield from (t(f"  不满足则：{say}", f"  else: {say}") for say in says)
    for clock in form.clocks:
        if clock.clause == clause:
            yield t(f"时限 {said(clock.title)}", f"clock {said(clock.title)}")


def about_exit(code: int) -> Iterator[str]:
    """What an exit code means."""
    yield t(f"退出码 {code}：{said(EXITS[code])}", f"exit code {code}: {said(EXITS[code])}")


def about_setting(scene: Scene, name: str, wide: int | None) -> Iterator[str]:
    """A setting: its value now, where it comes from, how to set it."""
    known = scene.library.settings[name]
    value: Json = scene.setting(name, scene.now)
    unit = said(Text.from_dict(known["unit"])) if "unit" in known else ""
    shown = t("未设定", "not set") if value is MISSING else f"{plain(value, language())} {unit}".strip()
    pairs = [
        (t("设定", "setting"), name),
        (t("名称", "title"), said(Text.from_dict(known))),
        (t("现值", "value"), shown),
        (t("出处", "source"), said(Text.from_dict(known.get("source", "")))),
        (
            t("改设", "to set"),
            t(f"svc setting set {name} 值 --reason 依据", f"svc setting set {name} VALUE --reason SOURCE"),
        ),
    ]
    yield from card(pairs, lang=language(), columns=wide)


def about_role(library: Library, role: str, wide: int | None) -> Iterator[str]:
    """A role: within which, bound to which, and what it may do."""
    raw = library.roles[role]
    pairs = [(t("角色", "role"), f"{role}  {said(library.role_title(role))}")]
    if raw.get("outside"):
        pairs.append((t("外部", "outside"), t("经内部人员代办", "acts through an insider")))
    if raw.get("within"):
        pairs.append((t("属于", "within"), said(library.role_title(raw["within"]))))
    stands_for = [other for other in library.roles if other != role and role in library.holders(other)]
    if stands_for:
        pairs.append((t("兼为", "also acts as"), t("、", ", ").join(said(library.role_title(r)) for r in stands_for)))
    yield from card(pairs, lang=language(), columns=wide)
    for form in library.forms.values():
        names = [said(a.text) for a in form.actions.values() if not a.kind and _may(library, form, a.name, role)]
        if names:
            yield t(f"  {said(form.title)}：{'、'.join(names)}", f"  {said(form.title)}: {', '.join(names)}")
    yield t(f"  谁有此角色：svc query person role:{role}", f"  who has it: svc query person role:{role}")


def _may(library: Library, form: Form, action: str, role: str) -> bool:
    actors = [actor for way in form.actions[action].ways for actor in way.by.actors]
    wanted = {name for actor in actors for name in (actor.role, *actor.through)}
    return any(role in library.holders(name) for name in wanted)


def about_kind(library: Library, kind: str, wide: int | None) -> Iterator[str]:
    """A kind of evidence, and which actions it is handed in with."""
    yield from card(
        [(t("凭证", "evidence"), f"{kind}  {said(library.kind_title(kind))}")], lang=language(), columns=wide
    )
    for form in library.forms.values():
        for action in form.actions.values():
            if any(kind in way.papers.kinds() for way in action.ways):
                yield f"  {said(form.title)} {action.name}  {said(action.text)}"
