"""The script of `svc demo`: chapters and command lines, read from a folder of files that ships as data.

Every file of the folder may give `chapters`, and with them `deeds` (what one word of a chapter stands for: a command
line and who types it) and `values` (what a deed says unless the chapter says otherwise). All files together are one
story, told in the order of time, so that a new theme is a new file. `story.yaml` frames it: title, answer, ending.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from svc import __file__ as package
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store.yaml_file import load

NAME = pattern(r"\{([a-z][a-z0-9_.]*)\}")
FRAME = "story.yaml"
_ID = r"[A-Z]{2}-[0-9]{4}-[0-9]{2}-[0-9]{5}-[0-9]{2}"
_DEED = pattern(r"([0-9]{2}:[0-9]{2}) ([a-z][a-z_]*)(?: (.+))?", re.DOTALL)
_MOMENT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_FILE = frozenset(("values", "deeds", "chapters"))
_FRAMED = _FILE | {"title", "answer", "ending"}
_STEP = frozenset(("do", "at", "me", "run", "with", "note", "save", "refused"))
_CHAPTER = frozenset(("name", "title", "text", "with", "days"))


def home() -> Path:
    """Where the story is, beside this package."""
    return Path(package).resolve().parent / "story"


def sample() -> Path:
    """The clerks' sheet: inside the package when installed, with the tests in a checkout."""
    inside = Path(package).resolve().parent / "sample"
    return inside if inside.is_dir() else inside.parent.parent / "tests" / "sample"


@dataclass(frozen=True)
class Step:
    """One command line: when and by whom, what is told before it, what is kept of its answer, how it is to end.

    `words` still hold the `{names}` of what earlier answers gave; the values of the story are in them already.
    """

    at: str
    me: str
    words: tuple[str, ...]
    note: Text | None
    save: Mapping[str, str]
    refused: int


@dataclass(frozen=True)
class Chapter:
    """A title, what it tells (nothing for an ordinary case), its steps in the order of time.

    What its steps keep is its own: `{call}` here, `{name.call}` in every other chapter.
    """

    name: str
    title: Text
    text: Text | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Story:
    """The whole story; `answer` is what a quiet play prints, `ending` what is told last."""

    title: Text
    chapters: tuple[Chapter, ...]
    answer: str
    ending: Text

    @classmethod
    def read(cls, folder: Path) -> Story:
        """Every file of the folder, by name."""
        files = {path.name: load(path.read_bytes(), path.name) for path in sorted(folder.glob("*.yaml"))}
        words = Words()
        for name, raw in files.items():
            words.learn(name, raw)
        chapters: dict[str, Chapter] = {}
        for name, raw in files.items():
            for number, one in enumerate(raw.get("chapters", []), 1):
                chapter = words.chapter(f"{name}#{number}", one)
                if chapter.name in chapters:
                    raise misprint(name, f"两章同名：{chapter.name}", f"two chapters are called {chapter.name}")
                chapters[chapter.name] = chapter
        frame = files[FRAME]
        return cls(
            Text.from_dict(frame["title"]), tuple(chapters.values()), frame["answer"], Text.from_dict(frame["ending"])
        )

    def steps(self) -> list[tuple[Chapter, Step]]:
        """Every step of every chapter as the year goes; of one minute in the order of the files."""
        return sorted(((c, s) for c in self.chapters for s in c.steps), key=lambda pair: pair[1].at)


@dataclass
class Words:
    """What the files have defined for all chapters: the deeds, and the values they take unless a chapter says so."""

    values: dict[str, Any] = field(default_factory=dict)
    deeds: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def learn(self, file: str, raw: Mapping[str, Any]) -> None:
        """Take in one file; a word has one meaning in the whole story."""
        _known(file, raw, _FRAMED if file == FRAME else _FILE)
        for known, new in ((self.values, raw.get("values", {})), (self.deeds, raw.get("deeds", {}))):
            for word in sorted(known.keys() & new.keys()):
                raise misprint(file, f"{word} 已有定义", f"{word} is defined already")
            known.update(new)

    def chapter(self, place: str, raw: Mapping[str, Any]) -> Chapter:
        """One chapter; without a name of its own it is known by its place, which nobody refers to."""
        _known(place, raw, _CHAPTER)
        values = {**self.values, **raw.get("with", {})}
        steps = tuple(
            self._step(f"{place} {day}", day, entry, values)
            for day, entries in raw["days"].items()
            for entry in entries
        )
        for before, after in pairwise(steps):
            if after.at < before.at:
                raise misprint(place, f"{after.at} 在 {before.at} 之后", f"{after.at} stands after {before.at}")
        text = Text.from_dict(raw["text"]) if "text" in raw else None
        return Chapter(raw.get("name", place), Text.from_dict(raw["title"]), text, steps)

    def _step(self, place: str, day: str, entry: str | Mapping[str, Any], values: Mapping[str, Any]) -> Step:
        """One line of a day: `HH:MM deed words…`, or a mapping with `do: …` or with a command line of its own."""
        raw: Mapping[str, Any] = {"do": entry} if isinstance(entry, str) else entry
        _known(place, raw, _STEP)
        refused = raw.get("refused", 0)
        if "do" in raw:
            raw = {**self._deed(place, raw["do"], bool(refused)), **raw}
        at = f"{day} {raw['at']}"
        if not _MOMENT.fullmatch(at):
            raise misprint(place, f"时刻应写作 HH:MM：{raw['at']}", f"a time is written HH:MM: {raw['at']}")
        values = {**values, **raw.get("with", {})}
        save = raw.get("save", {})
        return Step(
            at,
            _one(raw["me"], values),
            tuple(_filled(shlex.split(raw["run"]), values)),
            Text.from_dict(raw["note"]) if "note" in raw else None,
            {save: _ID} if isinstance(save, str) else save,
            refused,
        )

    def _deed(self, place: str, line: str, refused: bool) -> Mapping[str, Any]:
        """The step that `HH:MM deed words…` stands for; a deed that is refused gives no answer to keep."""
        found = _DEED.fullmatch(line)
        if found is None or found[2] not in self.deeds:
            raise misprint(place, f"不认得：{line}", f"not known: {line}")
        deed = self.deeds[found[2]]
        step = {"at": found[1], "me": deed["me"], "run": f"{deed['run']} {found[3] or ''}"}
        return step if refused or "save" not in deed else {**step, "save": deed["save"]}


def misprint(place: str, zh: str, en: str) -> Refusal:
    """The story itself is at fault: a mistake of whoever wrote it, not of whoever plays it."""
    return Refusal(
        Text(f"故事写错了：{zh}。", f"the story is misprinted: {en}."), exit=Exit.BUG, where=Text.same(place)
    )


def _known(place: str, raw: Mapping[str, Any], keys: frozenset[str]) -> None:
    for key in sorted(raw.keys() - keys):
        raise misprint(place, f"不认得 {key}", f"{key} is not known")


def _filled(words: Sequence[str], values: Mapping[str, Any]) -> Iterator[str]:
    """The words with their values in. A word whose value is null is left out, with the option it belongs to; a word
    that is one value alone may become several."""
    option: str | None = None
    for word in words:
        if option is None and word.startswith("--") and "{" not in word:
            option = word
            continue
        absent = any(name in values and values[name] is None for name in NAME.findall(word))
        if option is not None and not absent:
            yield option
        option = None
        if absent:
            continue
        alone = NAME.fullmatch(word)
        many = values.get(alone[1]) if alone else None
        if isinstance(many, list):
            yield from (_one(item, values) for item in many)
        else:
            yield _one(word, values)
    if option is not None:
        yield option


def _one(word: str, values: Mapping[str, Any]) -> str:
    """A word with the values it names, which may name others; a name without a value is left to the player."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        one = values[found[1]]
        if isinstance(one, (list, dict)) or one is None:
            raise misprint(word, f"{found[1]} 在这里只能是一个值", f"{found[1]} is to be one value here")
        return str(one).lower() if isinstance(one, bool) else _one(str(one), values)

    return NAME.sub(value, word)
