"""A form's flow as frozen values: states, actions with their ways, clocks. Read from `<form>.flow.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from svc.domain.core import AMEND, ATTACH, CANCEL, MIGRATE, NOTE, RIGHTS, UNDO, UPGRADE
from svc.domain.paths import Json
from svc.domain.refusal import Text

Guard = Mapping[str, Json]
Operand = Json
SAME, CHOSEN = "same", "chosen"
_RIGHT_TEXTS = {
    AMEND: Text("更正", "amend"),
    CANCEL: Text("撤销", "cancel"),
    UNDO: Text("撤回一步", "undo"),
    ATTACH: Text("补附件", "attach"),
    NOTE: Text("备注", "note"),
    UPGRADE: Text("转用新版程序", "move to a newer revision"),
    MIGRATE: Text("迁移录入", "enter as migrated"),
}


class State(NamedTuple):
    """One state; `final` = the record has come to its end."""

    id: str
    title: Text
    final: bool


class Actor(NamedTuple):
    """Who may act: a role; for an outsider's role the insiders it acts through and the paper it signs."""

    role: str
    through: tuple[str, ...] = ()
    paper: str | None = None
    names: str | None = None


class By(NamedTuple):
    """The `by` of an action: roles in order, `anyone` active, or nobody alone (only inside another deed)."""

    actors: tuple[Actor, ...] = ()
    anyone: bool = False
    same: bool = False

    @classmethod
    def read(cls, raw: Json) -> By:
        """Read `none`, `anyone`, `self` or a list of roles."""
        if isinstance(raw, str):
            return cls(anyone=raw == "anyone", same=raw == "self")
        return cls(tuple(_actor(item) for item in raw or ()))

    @property
    def nobody(self) -> bool:
        """Whether no person may do it alone."""
        return not (self.actors or self.anyone or self.same)


def _actor(raw: Json) -> Actor:
    if isinstance(raw, str):
        return Actor(raw)
    return Actor(raw["role"], tuple(raw.get("through", ())), raw.get("paper"), raw.get("names"))


class Item(NamedTuple):
    """One item of `asks`, `takes` or an evidence list: a name and when it counts."""

    name: str
    when: Guard | None = None

    @classmethod
    def read_all(cls, raw: Sequence[Json], key: str) -> tuple[Item, ...]:
        """Read a list of names or `{key: name, when: guard}`."""
        return tuple(cls(i) if isinstance(i, str) else cls(i[key], i.get("when")) for i in raw or ())


class Papers(NamedTuple):
    """An evidence rule: all of, one of, and what else may be handed in; `each` = one of each `all` per list item."""

    all: tuple[Item, ...] = ()
    any: tuple[Item, ...] = ()
    may: tuple[Item, ...] = ()
    each: str | None = None

    @classmethod
    def read(cls, raw: Mapping[str, Json]) -> Papers:
        """Read `{all, any, may, for}`."""
        every, one, may = (Item.read_all(raw.get(name, ()), "kind") for name in ("all", "any", "may"))
        return cls(every, one, may, raw.get("for"))

    def kinds(self) -> tuple[str, ...]:
        """Every kind the rule knows."""
        return tuple(item.name for item in (*self.all, *self.any, *self.may))


class Way(NamedTuple):
    """One way an action can go: from which states to which, by whom, asking what.

    `to` is a state, SAME, or empty when the actor chooses among `choose`. A way from no state makes a record.
    """

    froms: tuple[str, ...]
    to: str
    choose: tuple[str, ...]
    by: By
    when: Guard | None
    asks: tuple[Item, ...]
    takes: tuple[Item, ...]
    papers: Papers
    needs: tuple[Guard, ...]
    reason: bool | Guard

    def targets(self, state: str) -> tuple[str, ...]:
        """The states this way can lead to from `state`."""
        return self.choose or ((state if self.to == SAME else self.to),)


class Vouching(NamedTuple):
    """What entering a migrated case asks: the roles that may vouch (`by`), whether that is another person than who
    enters it (`another`), the setting that says until which day (`until`), what may be told as unknown (`may_lack`:
    a field's path, `evidence:KIND`, or an action whose doer and time nobody knows any more)."""

    by: tuple[str, ...]
    another: bool
    until: str
    may_lack: tuple[str, ...]

    @classmethod
    def read(cls, raw: Mapping[str, Json]) -> Vouching:
        """Read `{vouched_by, another, until, may_lack}`."""
        by = tuple(raw.get("vouched_by", ()))
        return cls(by, bool(raw.get("another")), str(raw.get("until", "")), tuple(raw.get("may_lack", ())))


class Action(NamedTuple):
    """One action of a form. `kind` is its own name for amend, cancel, undo, attach, note, upgrade, migrate; else empty."""

    name: str
    text: Text
    clause: str
    ways: tuple[Way, ...]
    kind: str = ""
    time: str | None = None
    copies: Mapping[str, Operand] = {}
    adds: Mapping[str, Mapping[str, Json]] = {}
    derive: Mapping[str, Mapping[str, Json]] = {}
    creates: tuple[Mapping[str, Json], ...] = ()
    also: tuple[Mapping[str, Json], ...] = ()
    voids: Mapping[str, Json] | None = None
    signed: bool = False
    settles: bool = False
    vouching: Vouching | None = None

    @property
    def first(self) -> bool:
        """Whether the action makes a record."""
        return not self.kind and all(not way.froms for way in self.ways)

    @classmethod
    def read(cls, name: str, raw: Mapping[str, Json], kind: str = "") -> Action:
        """Read one action of a flow; `kind` for the rights (amend, cancel …)."""
        text = Text.from_dict(raw["text"]) if "text" in raw else _RIGHT_TEXTS.get(kind, Text.same(name))
        return cls(
            name,
            text,
            str(raw.get("clause", "")),
            _ways(raw),
            kind,
            raw.get("time"),
            raw.get("copies", {}),
            raw.get("adds", {}),
            raw.get("derive", {}),
            tuple(raw.get("creates", ())),
            tuple(raw.get("also", ())),
            raw.get("voids"),
            bool(raw.get("signed", False)),
            bool(raw.get("settles", False)),
            Vouching.read(raw) if kind == MIGRATE else None,
        )


def _ways(raw: Mapping[str, Json]) -> tuple[Way, ...]:
    return tuple(_way(raw, route) for route in raw.get("routes", ({},)))


def _way(raw: Mapping[str, Json], route: Mapping[str, Json]) -> Way:
    """One route over the action it belongs to: its own from, to, by win; asks, takes, needs, evidence add up."""
    to = route.get("to", raw.get("to", SAME))
    chosen = tuple(to["choose"]) if isinstance(to, Mapping) else ()
    kinds = {"may": raw["kinds"]} if "kinds" in raw else {}
    papers = {
        key: [*raw.get("evidence", {}).get(key, ()), *route.get("evidence", {}).get(key, ())]
        for key in ("all", "any", "may")
    }
    each = route.get("evidence", {}).get("for") or raw.get("evidence", {}).get("for")
    return Way(
        _states(route.get("from", raw.get("from", raw.get("in", ())))),
        "" if chosen else to,
        chosen,
        By.read(route.get("by", raw.get("by", "none"))),
        route.get("when"),
        Item.read_all([*raw.get("asks", ()), *route.get("asks", ())], "field"),
        Item.read_all([*raw.get("takes", ()), *raw.get("fields", ()), *route.get("takes", ())], "field"),
        Papers.read({**papers, **kinds, "for": each}),
        (*raw.get("needs", ()), *route.get("needs", ())),
        _reason(route.get("reason", raw.get("reason"))),
    )


def _states(raw: Json) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw or ())


def _reason(raw: Json) -> bool | Guard:
    return raw["when"] if isinstance(raw, Mapping) and "when" in raw else bool(raw)


class Clock(NamedTuple):
    """One time limit: from what, until which actions, how long (`limit`, `target`), when it runs at all.

    A clock that does not owe is counted when late, and its reason is asked elsewhere (the same promise on another form).
    """

    name: str
    title: Text
    start: Operand
    until: tuple[str, ...]
    limit: Mapping[str, Json] | None
    target: Mapping[str, Json] | None
    when: Guard | None
    clause: str
    owes: bool = True

    @classmethod
    def read(cls, name: str, raw: Mapping[str, Json]) -> Clock:
        """Read one clock of a flow."""
        title = Text(str(raw.get("zh", name)), str(raw.get("en", name)))
        until = _states(raw["until"])
        clause = str(raw.get("clause", ""))
        limits = raw.get("limit"), raw.get("target")
        return cls(name, title, raw["from"], until, *limits, raw.get("when"), clause, raw.get("owes", True))


class Mark(NamedTuple):
    """A state that time alone reaches: derived, shown, queryable, never stored."""

    name: str
    title: Text
    states: tuple[str, ...]
    when: Guard


def read_states(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, State]:
    """Read `states` of a flow."""
    return {name: State(name, Text.from_dict(body), bool(body.get("final", False))) for name, body in raw.items()}


def read_marks(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Mark, ...]:
    """Read `marks` of a flow."""
    return tuple(Mark(n, Text.from_dict(body), tuple(body.get("in", ())), body["when"]) for n, body in raw.items())


def read_actions(raw: Mapping[str, Json], rights: Mapping[str, Json]) -> dict[str, Action]:
    """The actions of a flow in its order, then the rights it declares or inherits; a right with `by: none` is none."""
    found = {name: Action.read(name, body) for name, body in raw.get("actions", {}).items()}
    for name in RIGHTS:
        body = raw.get(name, rights.get(name)) if name != MIGRATE else migration(raw, rights)
        if body is not None:
            found[name] = Action.read(name, body, kind=name)
    return found


def migration(raw: Mapping[str, Json], rights: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """What a flow says of migration over what its procedure says for all; None where the flow does not speak of it."""
    own = raw.get(MIGRATE)
    return None if own is None else {**rights.get(MIGRATE, {}), **own, "to": {"choose": own["states"]}}
