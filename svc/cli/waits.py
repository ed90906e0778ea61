"""What waits, as rows: time left, record, state, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from svc.cli.desk import Desk, Shelf
from svc.cli.lang import said, t
from svc.cli.rows import language, plain
from svc.cli.saying import rows
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.domain.times import format_instant
from svc.index.query import OPEN, matching
from svc.index.waiting import Hand, Waiting, waiting
from svc.index.words import left_words, minute, state_words, titled
from svc.render.table import Column

COLUMNS = (
    Column("left", Text("剩余", "left"), whole=True),
    Column("id", Text("编号", "id"), whole=True),
    Column("form", Text("表单", "form")),
    Column("state", Text("状态", "state")),
    Column("clock", Text("时限", "clock")),
    Column("due", Text("到期", "due"), whole=True),
    Column("actions", Text("可办", "possible")),
)
NARROW = ("left", "id", "state", "actions")
"""The columns of a terminal too narrow for all."""
WIDE = 100


def found_for(shelf: Shelf, hand: Hand) -> list[Waiting]:
    """What waits for a hand, in all forms that know an action."""
    return waiting(matching(shelf.scene, _forms(shelf), [OPEN]), hand)


def _forms(shelf: Shelf) -> list[Form]:
    """The forms whose records can wait: numbered ones, and registers with a clock."""
    return [form for form in shelf.library.forms.values() if form.clocks or not form.key]


def say_waiting(here: Desk, found: Sequence[Waiting], wide: int | None) -> None:
    """The rows; in a narrow terminal the four columns that matter."""
    if not plain(here):
        keys = ("id", "form", "state", "clock", "due", "left", "actions")
        by_key = {column.key: column for column in COLUMNS}
        rows(here, [by_key[key] for key in keys], ([_json(one)[key] for key in keys] for one in found))
        return
    shown = [c for c in COLUMNS if wide is None or wide >= WIDE or c.key in NARROW]
    rows(here, shown, ([_words(one)[column.key] for column in shown] for one in found))


def _json(one: Waiting) -> dict[str, Json]:
    """As JSON: `left` in seconds, actions by id."""
    look, clock = one.look, one.clock
    due = clock.due.astimezone(look.scene.zone) if clock and clock.due else None
    return {
        "id": look.id,
        "form": look.form_id,
        "state": look.state,
        "clock": clock.clock.name if clock else None,
        "due": format_instant(due) if due else None,
        "left": int(one.left.total_seconds()) if one.left is not None else None,
        "actions": [action.name for action in one.actions],
    }


def _words(one: Waiting) -> dict[str, str]:
    look, clock, lang = one.look, one.clock, language()
    due = clock.due.astimezone(look.scene.zone) if clock and clock.due else None
    return {
        "left": left_words(one.left, lang),
        "id": look.id,
        "form": said(look.form.title) if look.form else look.form_id,
        "state": state_words(look, lang),
        "clock": said(clock.clock.title) if clock else "",
        "due": minute(due) if due else "",
        "actions": titled([action.text for action in one.actions], lang),
    }


def paste(one: Waiting) -> str:
    """The command that does what comes next, what it asks to be filled in."""
    look, action = one.look, one.next
    ways = [way for way in action.ways if look.state in way.froms]
    asks = [f"{item.name}=…" for way in ways[:1] for item in way.asks if item.when is None]
    papers = [f"--evidence {item.name}=…" for way in ways[:1] for item in way.papers.all if item.when is None]
    reason = ["--reason …"] if any(way.reason is True for way in ways[:1]) else []
    return " ".join([f"svc advance {look.id} {action.name}", *asks, *papers, *reason])


def next_words(one: Waiting) -> str:
    """What comes next, and the command for it."""
    return t(f"下一步：{said(one.next.text)}", f"next: {said(one.next.text)}") + f"\n  {paste(one)}"
