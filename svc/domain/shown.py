"""What a person typed, quoted in a message: one short line without anything invisible."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from svc.domain.refusal import Text

LONGEST = 60


def shown(text: str) -> str:
    """`text` in at most 60 characters, unprintable ones as `\\x1b` or `\\u202e`."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: LONGEST + 1])
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def near(word: str, known: Iterable[str]) -> tuple[Text, ...]:
    """Up to three of `known` that look like `word`, as lines of a refusal."""
    close = get_close_matches(word[:LONGEST], list(dict.fromkeys(known)), n=3, cutoff=0.5)
    return tuple(Text(f"是否指 {one}", f"did you mean {one}") for one in close)
