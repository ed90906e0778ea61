"""One thing as lines `label：value`, the values one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svc.render.terminal import clip, one_line, safe_text, width, wrap

NARROWEST = 12
"""Columns that a value has at least, however narrow the terminal."""


def card(
    pairs: Sequence[tuple[str, str]], *, lang: str = "zh", columns: int | None = None, indent: int = 0
) -> Iterator[str]:
    """The lines of a card; a value keeps its line feeds and is wrapped to `columns` (None: not at all).

    Labels and values are made safe to show here.
    """
    colon = ": " if lang == "en" else "："
    labels = [one_line(label) for label, _ in pairs]
    longest = max(map(width, labels), default=0)
    if columns is not None:
        longest = max(2, min(longest, columns - indent - width(colon) - NARROWEST))
    margin = " " * (indent + longest + width(colon))
    for label, (_, value) in zip(labels, pairs, strict=True):
        text = safe_text(value.strip(), lines=True)
        room = max(columns - len(margin), NARROWEST) if columns is not None else None
        first, *rest = wrap(text, room) if room is not None else text.split("\n")
        head = clip(label, longest)
        yield (" " * indent + head + colon + " " * (longest - width(head)) + first).rstrip()
        yield from (f"{margin}{line}".rstrip() for line in rest)
