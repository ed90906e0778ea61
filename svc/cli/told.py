"""A record and what tells it in words: its values, and those behind a condition or an operand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from svc.cli.desk import Shelf
from svc.cli.lang import said, t
from svc.cli.rows import language
from svc.cli.steps import who
from svc.domain.case import Case
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form
from svc.domain.record import Entry
from svc.index.look import Look
from svc.index.words import local, plain, worded
from svc.render.conditions import Teller


@dataclass(frozen=True)
class Told:
    """A record and what tells it: its form's words, and the case as it stood after a step."""

    shelf: Shelf
    look: Look
    form: Form
    teller: Teller
    case: Case

    def value(self, path: str) -> str:
        """What stands at a path, in words."""
        value = self.case.value(path)
        info = self.teller.path(path).info
        lang = language()
        if value is MISSING:
            return t("（空）", "(empty)")
        if info is None or (isinstance(value, list) and not value):
            return plain(value, lang) or t("无", "none")
        return worded(self.look.scene, info, value, lang)

    def facts(self, words: Sequence[str]) -> Iterator[str]:
        """The values of the fields among the words: those that a condition looks at."""
        colon = t("：", ": ")
        for path in self._paths(words):
            yield f"{said(self.teller.path(path).title)}{colon}{self.value(path)}"

    def given(self, words: Sequence[str]) -> str:
        """The values of the fields among the words, in brackets."""
        found = [self.value(path) for path in self._paths(words)]
        return (t(f"（{'、'.join(found)}）", f" ({', '.join(found)})")) if found else ""

    def _paths(self, words: Sequence[str]) -> list[str]:
        """Those of the words that name a field, each once."""
        return [word for word in dict.fromkeys(words) if self.teller.path(word).info is not None]

    def step(self, entry: Entry) -> str:
        """A step by its number and title."""
        action = self.form.actions.get(entry.action)
        title = said(action.text) if action else entry.action
        return t(f"第 {entry.step} 步“{title}”", f'step {entry.step}, "{title}"')

    def by(self, entry: Entry) -> str:
        """Who did a step and when, and the reason given for it."""
        name, at = who(self.shelf, entry), local(self.look.scene, entry.at)
        return f"{name} {at}" + (t(f"，理由：{entry.reason}", f", reason: {entry.reason}") if entry.reason else "")

    def deed(self, entry: Entry) -> str:
        """A step, who did it and when."""
        return t(f"{self.step(entry)}，{self.by(entry)}", f"{self.step(entry)}, {self.by(entry)}")


def words_in(node: Json) -> Iterator[str]:
    """Every key and text in a piece of the flow: its paths are among them."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from words_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_in(value)
    elif isinstance(node, str):
        yield node
