"""Where a path of the language leads by the schemas alone: through maps, lists and links, to what may stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from svc.domain.compiled import fits
from svc.domain.core import PERSON, UNIT
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.domain.schema import resolve

Node = Mapping[str, Json]
OF_A_LINK = ("$state", "$id", "$form")


@dataclass(frozen=True)
class Stand:
    """What may stand at the end of a path: a schema node, the document it refers into; `starred` = a list of such."""

    node: Node
    root: Node
    form: Form | None = None
    starred: bool = False

    @property
    def listed(self) -> bool:
        """Whether the value is a list."""
        return self.starred or self.node.get("type") == "array"

    @property
    def single(self) -> Node:
        """The node of one item, where the value is a list."""
        return resolve(self.node.get("items", {}), self.root) if self.node.get("type") == "array" else self.node

    @property
    def kind(self) -> str:
        """What one value is: a word of `x-type` or of JSON Schema, enum, link."""
        return kind(self.single)

    @property
    def links(self) -> tuple[str, ...]:
        """The forms it may name."""
        link = self.single.get("x-link", ())
        return (link,) if isinstance(link, str) else tuple(link)

    def accepts(self, value: Json) -> bool:
        """Whether the schema lets a value stand there."""
        schema = {"type": "array", "items": self.node} if self.starred else self.node
        return fits(value, {"$defs": self.root.get("$defs", {}), **schema})


def kind(node: Node) -> str:
    """What a node holds: enum, link, a word of `x-type`, else of JSON Schema."""
    for word in ("enum", "x-link"):
        if word in node:
            return word.removeprefix("x-")
    return str(node.get("x-type") or node.get("type") or "any")


class Reached(NamedTuple):
    """Where a path leads, one stand for each form it may go through; `trouble` = why a way of it ends nowhere."""

    stands: tuple[Stand, ...]
    trouble: Text | None = None


@dataclass(frozen=True)
class View:
    """From where a path is read: the form (or the forms a link may name), and the list whose items `item` means."""

    library: Library
    forms: tuple[Form, ...]
    item: str | None = None

    def over(self, path: str) -> View:
        """The view of each item of the list at `path`."""
        return replace(self, item=self.full(path))

    def full(self, path: str) -> str:
        """A path without `item`: the list it walks is written out."""
        head, _, rest = path.partition(".")
        if head != "item" or self.item is None:
            return path
        return f"{self.item}.*.{rest}" if rest else f"{self.item}.*"

    def reach(self, path: str) -> Reached:
        """Where `path` leads."""
        if path.startswith("$"):
            return self._variable(path)
        found = self._each(self.forms, self.full(path).split("."))
        starred = "*" in path.split(".")
        return Reached(tuple(replace(stand, starred=starred) for stand in found.stands), found.trouble)

    def stands(self, path: str) -> tuple[Stand, ...]:
        """What may stand at `path`; empty when it leads nowhere."""
        return self.reach(path).stands

    def links(self, path: str) -> tuple[Form, ...]:
        """The forms that the link or links at `path` may name."""
        names = [name for stand in self.stands(path) for name in stand.links]
        return tuple(self.library.forms[name] for name in dict.fromkeys(names) if name in self.library.forms)

    def _variable(self, path: str) -> Reached:
        head, _, rest = path.partition(".")
        node = self._variables().get(head)
        if node is None:
            return Reached((), Text(f"没有变量 {head}", f"there is no variable {head}"))
        if not rest:
            return Reached((Stand(node, {}),))
        people = self.library.forms.get(PERSON)
        if head != "$actor" or people is None:
            return Reached((), Text(f"{head} 之下没有字段", f"nothing stands below {head}"))
        return self._each((people,), rest.split("."))

    def _variables(self) -> dict[str, Node]:
        states = [state for form in self.forms for state in form.states]
        text, instant = {"type": "string"}, {"type": "string", "x-type": "instant"}
        return {
            "$actor": {"type": "string", "x-link": PERSON},
            "$unit": {"type": "string", "x-link": UNIT},
            "$role": {"enum": [*self.library.roles]},
            "$on_behalf_of": text,
            "$at": instant,
            "$now": instant,
            "$today": {"type": "string", "x-type": "date"},
            "$id": text,
            "$state": {"enum": states},
            "$year": text,
        }

    def _each(self, forms: Sequence[Form], steps: Sequence[str]) -> Reached:
        """Through each of several forms: it is enough that one of them has the field; it is absent in the others."""
        ways = [self._walk(form, fields_node(form), steps, steps) for form in forms]
        trouble = next((way.trouble for way in ways if way.trouble), None)
        return Reached(tuple(stand for way in ways for stand in way.stands), trouble)

    def _walk(self, form: Form, node: Node, steps: Sequence[str], whole: Sequence[str]) -> Reached:
        node = resolve(node, form.schema.document)
        if not steps:
            return Reached((Stand(node, form.schema.document, form),))
        head, rest = steps[0], steps[1:]
        if node.get("type") == "array":
            if head != "*" and not head.isdigit():
                return _nowhere(whole, steps, Text("是列表，其后写 *", "is a list: write * after it"))
            return self._walk(form, node.get("items", {}), rest, whole)
        if "x-link" in node:
            return self._linked(node, steps)
        if head in node.get("properties", {}):
            return self._walk(form, node["properties"][head], rest, whole)
        return _nowhere(whole, steps, Text(f"没有字段 {head}（{form.name}）", f"has no field {head} ({form.name})"))

    def _linked(self, node: Node, steps: Sequence[str]) -> Reached:
        names = [node["x-link"]] if isinstance(node["x-link"], str) else node["x-link"]
        forms = [self.library.forms[name] for name in names if name in self.library.forms]
        if steps[0] in OF_A_LINK:
            virtual = {"enum": [s for form in forms for s in form.states]} if steps[0] == "$state" else {}
            return Reached((Stand({"type": "string", **virtual}, {}),))
        return self._each(forms, steps)


def fields_node(form: Form) -> Node:
    """The node of a form's fields."""
    node: Node = form.schema.document.get("properties", {}).get("fields", {})
    return node


def _nowhere(whole: Sequence[str], steps: Sequence[str], why: Text) -> Reached:
    done = ".".join(whole[: len(whole) - len(steps)])
    return Reached((), Text(f"{done} {why.zh}".strip(), f"{done} {why.en}".strip()))
