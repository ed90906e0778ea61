"""Texts with case and width aside: how they are compared, and which ids begin with one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def fold(text: str) -> str:
    """What is compared when words are searched: case and width aside."""
    return unicodedata.normalize("NFKC", text).casefold()


def starting(db: sqlite3.Connection, typed: str, most: int) -> list[tuple[str, str]]:
    """(id, form) of at most so many records whose id begins with what was typed, in the order of their ids."""
    wanted = fold(typed)
    found = db.execute(
        "SELECT id, form FROM record WHERE folded >= ? AND folded < ? ORDER BY folded, form LIMIT ?",
        (wanted, wanted + "\U0010ffff", most),
    )
    return sorted(found.fetchall())
