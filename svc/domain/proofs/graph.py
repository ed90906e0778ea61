"""The graph of states and actions: where records begin, what they reach, how they end, who may do it, what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from svc.domain.core import CANCEL
from svc.domain.flow import SAME, Action, Way
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.proofs.book import Book, Found, Founds, Sheet
from svc.domain.proofs.terms import named_forms
from svc.domain.proofs.uses import moved_forms
from svc.domain.refusal import Text

Node = tuple[str, str]
"""A form and one of its actions."""


class Follow(dict[Node, list[tuple[Node, Mapping[str, Json], bool]]]):
    """For each action the actions that its deed does as well: which, by which rule, whether that makes a record."""

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> Follow:
        """Read `creates` and `also` of every flow."""
        found = cls()
        for sheet in sheets:
            for action in sheet.form.actions.values():
                found[sheet.form.name, action.name] = list(_next(sheet, action))
        return found

    def called(self) -> set[Node]:
        """The actions that some deed does as well."""
        return {node for nodes in self.values() for node, _, _ in nodes}


def _next(sheet: Sheet, action: Action) -> Iterator[tuple[Node, Mapping[str, Json], bool]]:
    for rule in action.creates:
        for child in named_forms(rule["form"], sheet.view):
            if "action" in rule or child.firsts:
                yield (child.name, rule["action"] if "action" in rule else child.firsts[0].name), rule, True
    for rule in action.also:
        for form in moved_forms(rule, sheet.view):
            yield (form.name, rule["action"]), rule, False


def beginnings(book: Book) -> Founds:
    """Every form can be begun, by a person or inside another deed; a making action is only that, and says where to."""
    called = Follow.of(book.sheets).called()
    for sheet in book.sheets:
        form = sheet.form
        able = [a for a in form.firsts if not _nobody(a) or (form.name, a.name) in called]
        if not able:
            yield Found(sheet.file, "actions", Text("没有谁能建立这种记录", "nobody can make such a record"))
        for action in form.actions.values():
            mixed = not action.first and any(not way.froms for way in action.ways)
            at = f"actions.{action.name}"
            if mixed and not action.kind:
                yield Found(sheet.file, at, Text("首动作不能又从某状态办起", "makes a record on some ways only"))
            if action.first and any(way.to == SAME for way in action.ways):
                yield Found(sheet.file, at, Text("首动作须写 to", "a making action must say where to"))


def _nobody(action: Action) -> bool:
    return all(way.by.nobody for way in action.ways)


def reaches(book: Book) -> Founds:
    """Every state can be reached from a first action, every route is taken for some record."""
    for sheet in book.sheets:
        reached = reachable(sheet.form)
        for name in sheet.form.states:
            if name not in reached:
                yield Found(sheet.file, f"states.{name}", Text(f"到不了状态 {name}", f"{name} cannot be reached"))
        for action in sheet.form.actions.values():
            for n, way in enumerate(action.ways):
                if any(_covers(earlier, way) for earlier in action.ways[:n]):
                    at = f"actions.{action.name}.routes.{n}"
                    yield Found(
                        sheet.file,
                        at,
                        Text("前面的路已包含这一条，走不到", "an earlier route takes all that this one could"),
                    )


def _covers(first: Way, later: Way) -> bool:
    """Whether whoever could take `later` always takes `first`."""
    able = first.by.anyone or {a.role for a in later.by.actors} <= {a.role for a in first.by.actors}
    return first.when is None and set(later.froms) <= set(first.froms) and able and not later.by.anyone


def moves(form: Form) -> Iterator[tuple[Action, Way, str, str]]:
    """Every change of state: action, way, from (empty for a first action), to."""
    for action in form.actions.values():
        if not action.kind or action.kind == CANCEL:
            for way in action.ways:
                for start in way.froms or ("",):
                    yield from ((action, way, start, to) for to in way.targets(start) if to != start)


def reachable(form: Form) -> set[str]:
    """The states a record can come to."""
    found, edges = {""}, [(start, to) for _, _, start, to in moves(form)]
    while more := {to for start, to in edges if start in found} - found:
        found |= more
    return found


def ends(book: Book) -> Founds:
    """From every state a person can take the record on to an end, and at an end it stays.

    Somebody must be able to move it: a person by its own action, or another deed that calls one. A register that is
    never bound may have no end at all. From one end only another may follow.
    """
    called = Follow.of(book.sheets).called()
    for sheet in book.sheets:
        form = sheet.form
        finals = {name for name, state in form.states.items() if state.final}
        able = [
            (action, start, to)
            for action, way, start, to in moves(form)
            if not way.by.nobody or (form.name, action.name) in called
        ]
        for action, start, to in able:
            if start in finals and to not in finals:
                at = action.name if action.kind else f"actions.{action.name}"
                yield Found(sheet.file, at, Text(f"{start} 是终态，不能离开", f"{start} is an end: nothing leaves it"))
        if finals or form.bound:
            yield from _dead(sheet, finals, [(start, to) for _, start, to in able])


def _dead(sheet: Sheet, finals: set[str], edges: list[tuple[str, str]]) -> Founds:
    ending = set(finals)
    while more := {start for start, to in edges if to in ending} - ending:
        ending |= more
    for name in sheet.form.states:
        if name not in ending:
            yield Found(
                sheet.file,
                f"states.{name}",
                Text(f"从 {name} 办不到终态", f"no way that somebody may take leads from {name} to an end"),
            )


def words(book: Book) -> Founds:
    """Every guard that can refuse says so in words; every route says who may take it."""
    for sheet in book.sheets:
        for name, raw in (*sheet.form.flow["actions"].items(), (CANCEL, sheet.form.flow.get(CANCEL, {}))):
            at = name if name == CANCEL else f"actions.{name}"
            yield from _unsaid(sheet, at, raw)
            for n, route in enumerate(raw.get("routes", ())):
                yield from _unsaid(sheet, f"{at}.routes.{n}", route)
                if "by" not in raw and "by" not in route:
                    yield Found(sheet.file, f"{at}.routes.{n}", Text("缺少 by", "lacks by"))
                if "to" not in raw and "to" not in route:
                    yield Found(sheet.file, f"{at}.routes.{n}", Text("缺少 to", "lacks to"))


def _unsaid(sheet: Sheet, at: str, raw: Mapping[str, Json]) -> Founds:
    for n, guard in enumerate(raw.get("needs", ())):
        if "say" not in guard:
            yield Found(sheet.file, f"{at}.needs.{n}", Text("缺少 say（中英文）", "lacks say in both languages"))


def calls(book: Book) -> Founds:
    """What happens only inside another deed is called by one; deeds that make records in a circle come to an end.

    A deed does one action on one record once, so a circle ends at a made record that moves its maker (the link that
    `with` fills with `$id`), or where a `when` on it can fail; else it makes records for ever.
    """
    follow = Follow.of(book.sheets)
    called = follow.called()
    for sheet in book.sheets:
        for action in sheet.form.actions.values():
            node, at = (sheet.form.name, action.name), f"actions.{action.name}"
            if not action.kind and _nobody(action) and node not in called:
                yield Found(sheet.file, at, Text("没有谁能办，也没有动作带它", "nobody may do it and no deed calls it"))
            for n, rule in enumerate(action.creates):
                if "when" not in rule and _circles(follow, node, rule):
                    yield Found(
                        sheet.file,
                        f"{at}.creates.{n}",
                        Text("生成的记录又生成本表单，没有止境", "what it makes makes it again, without end"),
                    )


def _circles(follow: Follow, home: Node, rule: Mapping[str, Json]) -> bool:
    """Whether the deeds that an item of `creates` leads to, conditions aside, come back to where it stands."""
    seen: set[Node] = set()
    todo = [(node, rule) for node, one, _ in follow[home] if one is rule]
    while todo:
        node, by = todo.pop()
        if node == home:
            return True
        if node not in seen:
            seen.add(node)
            edges = ((then, one) for then, one, makes in follow.get(node, []) if makes or not _back(one, by))
            todo += [(then, one) for then, one in edges if "when" not in one]
    return False


def _back(also: Mapping[str, Json], by: Mapping[str, Json]) -> bool:
    """Whether an `also` of a made record moves the record whose deed made it."""
    record = also.get("record")
    return isinstance(record, str) and by.get("with", {}).get(record) == "$id"
