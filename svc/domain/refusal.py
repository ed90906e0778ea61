"""What a command answers when it does not go on: texts in two languages, exit codes, the one exception that is shown."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence or word in Chinese and in English."""

    zh: str
    en: str

    def said(self, lang: str) -> str:
        """The text in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh

    @classmethod
    def same(cls, words: str) -> Text:
        """A text that reads the same in both languages: an id, a path, a command."""
        return cls(words, words)

    @classmethod
    def from_dict(cls, raw: object) -> Text:
        """Read `{zh: …, en: …}`; a plain string reads the same in both languages."""
        if isinstance(raw, dict):
            return cls(str(raw.get("zh", "")), str(raw.get("en", "")))
        return cls.same(str(raw))


class Exit(IntEnum):
    """Exit codes of every command (the contract's numbers)."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    CONFLICT = 5
    ENVIRONMENT = 6
    BUG = 70


class Refusal(Exception):
    """The one exception that is shown to the user as a message.

    `what` says what is refused, `where` the place, `clause` the clause of the procedure that rests behind it,
    `remedy` a command to paste, `details` further lines (a list of what is missing, of candidates).
    """

    def __init__(
        self,
        what: Text,
        *,
        exit: Exit = Exit.DENIED,
        where: Text | None = None,
        clause: str | None = None,
        remedy: Text | None = None,
        details: tuple[Text, ...] = (),
    ) -> None:
        super().__init__(what.zh)
        self.what = what
        self.exit = exit
        self.where = where
        self.clause = clause
        self.remedy = remedy
        self.details = details

    def at(self, where: Text | None = None, remedy: Text | None = None, clause: str | None = None) -> Refusal:
        """The same refusal, told by someone who knows more: place, remedy and clause where it names none itself."""
        self.where = self.where or where
        self.remedy = self.remedy or remedy
        self.clause = self.clause or clause
        return self

    def lines(self, lang: str) -> list[str]:
        """The message, one part a line: what, details, where, by which clause, what to do."""
        english = lang == "en"
        words = ("error: ", "  at: ", "  by: ", "  do: ") if english else ("错误：", "  位置：", "  依据：", "  处理：")
        lines = [words[0] + _sentence(self.what.said(lang), "." if english else "。")]
        lines += ["  - " + detail.said(lang) for detail in self.details]
        if self.where is not None:
            lines.append(words[1] + self.where.said(lang))
        if self.clause:
            lines.append(words[2] + self.clause)
        if self.remedy is not None:
            lines.append(words[3] + self.remedy.said(lang))
        return lines


def _sentence(words: str, stop: str) -> str:
    """A sentence with its stop; one that leads into a list keeps its colon."""
    return words if words.rstrip().endswith(tuple("。：！？.:!?")) else words + stop
