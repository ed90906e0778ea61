"""What `svc import` is told of cases that began before svc: for all rows, and how their cells name records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from svc.cli.asking import full_link
from svc.cli.desk import Desk, Shelf
from svc.domain.core import PERSON
from svc.domain.deed import Request
from svc.domain.past import FORMER, Migrated
from svc.domain.past_columns import Told, lack_named, own_key, state_named
from svc.domain.pattern import pattern
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.times import parse_instant
from svc.domain.undo import cancelled
from svc.index.words import label

Link = Callable[[tuple[str, ...], str], str]
_DIGITS = pattern(r"[0-9]+(-[0-9]+)*\Z")


@dataclass(frozen=True)
class Migrating:
    """What the options say of every row: the state, who vouches, what is unknown."""

    state: str | None
    vouched_by: str | None
    lacks: tuple[str, ...]

    def read(self, here: Desk, shelf: Shelf, form: Form) -> Told:
        """The options as read; a state that the form does not have is refused."""
        try:
            state = state_named(form, self.state) if self.state else ""
        except Refusal as refusal:
            raise refusal.at(Text.same(f"--state {self.state}"), Text.same(f"svc explain {form.name}")) from None
        link = former_link(shelf, lambda links, value: full_link(here, shelf, links, value), (PERSON,), self.person)
        lacks = tuple(lack_named(form, kinds_of(shelf), word) for word in self.lacks)
        return Told(state, None, Migrated(link, "", None, (), lacks))

    @property
    def person(self) -> str:
        """Who vouches, as typed; empty when nobody is named."""
        return self.vouched_by or ""

    def no_action(self, action: str) -> Refusal:
        """The refusal of an action beside a migration: a case is entered where it stands, no action is done."""
        return Refusal(
            Text("迁移录入不带 --action。", "a migration takes no --action."),
            exit=Exit.USAGE,
            where=Text.same(f"--action {action}"),
            remedy=Text("去掉 --action，或去掉 --state、--vouched-by、--lacks", "leave out --action, or the others"),
        )


def kinds_of(shelf: Shelf) -> dict[str, Text]:
    """The kinds of evidence with their titles."""
    return {kind: shelf.library.kind_title(kind) for kind in shelf.library.kinds}


def migrating(request: Request, told: Told) -> Request:
    """The request of one row of migrated cases."""
    at = parse_instant(told.at) if told.at else request.at
    return request._replace(to=told.state or None, at=at, migrated=told.mark)


def only_migrating(form: Form, heading: str) -> str | None:
    """No heading means anything besides fields where nothing is migrated; one that would then says so."""
    try:
        found = own_key(form, heading)
    except Refusal:
        found = None
    if found is not None and form.schema.info(heading) is None and not _titled(form, heading):
        raise Refusal(
            Text("这一列只在迁移时有：加上 --vouched-by 人员", "a column of migrations only: add --vouched-by PERSON"),
            exit=Exit.USAGE,
        )
    return None


def _titled(form: Form, heading: str) -> bool:
    """Whether a heading is the title of a field, or the last name of one."""
    return any(heading in (info.title.zh, info.path.rpartition(".")[2]) for info in form.schema.fields())


def former_link(shelf: Shelf, link: Link, links: tuple[str, ...], value: str) -> str:
    """A link as a sheet of the time before writes it: a full id or key, an old number, a person's name.

    Digits are an old number or nothing: the tail of a new number would be another case.
    """
    if not value or shelf.scene.find(links, value) is not None:
        return value
    world, found = shelf.world, dict[str, None]()
    for name in links:
        for record in world.valued(name, FORMER, value.casefold()):
            if not cancelled(shelf.scene.form_of(record), record):
                found[record.id if len(links) == 1 or record.year is not None else record.ref] = None
    if not found and PERSON in links:
        found = {person.id: None for person in world.all(PERSON) if label(person) == value}
    if len(found) > 1:
        raise Refusal(
            Text(
                f"“{value}”指 {len(found)} 个：{'、'.join(found)}", f'"{value}" names {len(found)}: {", ".join(found)}'
            ),
            exit=Exit.NOT_FOUND,
        )
    if found:
        return next(iter(found))
    return value if _DIGITS.match(value) else link(links, value)
