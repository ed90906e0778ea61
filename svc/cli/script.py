"""The script of `svc demo`: chapters and command lines, read from the story that ships as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svc import __file__ as package
from svc.domain.refusal import Text
from svc.store.yaml_file import load

_ID = r"[A-Z]{2}-[0-9]{4}-[0-9]{2}-[0-9]{5}-[0-9]{2}"


def home() -> Path:
    """Where the story is, beside this package."""
    return Path(package).resolve().parent / "story"


def sample() -> Path:
    """The clerks' sheet: inside the package when installed, with the tests in a checkout."""
    inside = Path(package).resolve().parent / "sample"
    return inside if inside.is_dir() else inside.parent.parent / "tests" / "sample"


@dataclass(frozen=True)
class Step:
    """One command line: when and by whom, what is told before it, what is kept of its answer, how it is to end."""

    at: str
    me: str
    run: str
    note: Text | None
    save: Mapping[str, str]
    refused: int

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Step:
        """`save: name` keeps the first id on stdout; `save: {name: PATTERN}` what the pattern finds in the answer."""
        save = raw.get("save", {})
        return cls(
            raw["at"],
            raw["me"],
            " ".join(raw["run"].split("\n")).strip(),
            Text.from_dict(raw["note"]) if "note" in raw else None,
            {save: _ID} if isinstance(save, str) else save,
            raw.get("refused", 0),
        )


@dataclass(frozen=True)
class Chapter:
    """A title, what it tells, its steps."""

    title: Text
    text: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Story:
    """The whole story; `answer` is what a quiet play prints, `ending` what is told last."""

    title: Text
    chapters: tuple[Chapter, ...]
    answer: str
    ending: Text

    @classmethod
    def read(cls, path: Path) -> Story:
        """Read story.yaml."""
        raw = load(path.read_bytes(), str(path))
        chapters = (
            Chapter(Text.from_dict(c["title"]), Text.from_dict(c["text"]), tuple(Step.read(s) for s in c["steps"]))
            for c in raw["chapters"]
        )
        return cls(Text.from_dict(raw["title"]), tuple(chapters), raw["answer"], Text.from_dict(raw["ending"]))
