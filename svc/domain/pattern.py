"""Regular expressions that are compiled when they are first used: all of them at import cost a third of a start."""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; each method asked for is kept, so that only its first use costs anything."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern `text`, to be used like what `re.compile` gives; a bad one raises `re.error` at its first use."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
