"""A finding: what `check` and `procedure check` report, as a value in a list."""

from __future__ import annotations

from typing import NamedTuple

from svc.domain.refusal import Text


class Finding(NamedTuple):
    """One thing that is wrong: in which file and line, at which field, what, and by which rule."""

    file: str
    line: int
    field: str
    message: Text
    rule: str

    def said(self, lang: str) -> str:
        """`file:line: field: message [rule]`, the form editors understand."""
        place = f"{self.file}:{self.line}: "
        return place + (f"{self.field}: " if self.field else "") + f"{self.message.said(lang)} [{self.rule}]"

    def to_dict(self, lang: str) -> dict[str, object]:
        """The finding for JSON output."""
        return {
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "message": self.message.said(lang),
            "rule": self.rule,
        }
