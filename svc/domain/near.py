"""What somebody may have meant who typed a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from svc.domain.refusal import Text
from svc.domain.shown import LONGEST


def near(word: str, known: Iterable[str]) -> tuple[Text, ...]:
    """Up to three of `known` that look like `word`, as lines of a refusal."""
    close = get_close_matches(word[:LONGEST], list(dict.fromkeys(known)), n=3, cutoff=0.5)
    return tuple(Text(f"是否指 {one}", f"did you mean {one}") for one in close)
