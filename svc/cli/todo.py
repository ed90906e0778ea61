"""`svc todo`: what waits, by the time that is left."""

from __future__ import annotations

from datetime import timedelta

import click

from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.rows import plain
from svc.cli.saying import room
from svc.cli.waits import found_for, say_waiting
from svc.domain.core import PERSON
from svc.domain.near import near
from svc.domain.pattern import pattern
from svc.domain.people import Held, by_email
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.index.folded import fold
from svc.index.waiting import Hand, Waiting
from svc.index.words import label

_LENGTH = pattern(r"([0-9]{1,5})(m|h|d|分|小时|天)\Z")
_UNITS = {"m": 1, "分": 1, "h": 60, "小时": 60, "d": 1440, "天": 1440}


@page(
    "todo",
    t("待办，剩余时间少的在前。", "What waits, the least time left first."),
    "svc todo",
    "svc todo --for 张伟 --due 4h",
    "svc todo --overdue --check",
)
@click.option("--for", "whom", metavar=t("人员|角色", "PERSON|ROLE"), help=t("谁的待办", "whose"))
@click.option("--overdue", is_flag=True, help=t("只要已超期的", "only what is overdue"))
@click.option("--due", metavar="4h", help=t("只要此时间内到期的：30m、4h、2d", "only what is due within 30m, 4h, 2d"))
@click.option("--check", is_flag=True, help=t("有到期的则退出 1", "exit 1 when something is due"))
def command(whom: str | None, overdue: bool, due: str | None, check: bool) -> int:
    here = desk()
    shelf = here.shelf
    within = length(due) if due else timedelta(0)
    found = found_for(shelf, hand(here, shelf, whom))
    late = [one for one in found if one.left is not None and one.left < timedelta(0)]
    soon = [one for one in found if one.left is not None and one.left <= within] if due else late
    say(here, late if overdue else soon if due else found)
    return int(Exit.FOUND) if check and (late if overdue else soon) else int(Exit.DONE)


def say(here: Desk, found: list[Waiting]) -> None:
    """The rows, or that nothing waits."""
    if not found and plain(here):
        click.echo(t("没有待办。", "nothing waits."), err=True)
    wide = room() if here.options.output is None else None
    if found or not plain(here):
        say_waiting(here, found, wide)


def hand(here: Desk, shelf: Shelf, whom: str | None) -> Hand:
    """The person who acts, a person named (id, name, e-mail), or a role (id, title); Refusal where there is none."""
    today = shelf.scene.now.astimezone(shelf.scene.zone).date()
    if whom is None:
        return Hand.of(here.person(shelf), today)
    people = _people(shelf, whom)
    if len(people) == 1:
        return Hand.of(people[0], today)
    folded = fold(whom)
    roles = {name: shelf.library.role_title(name) for name in shelf.library.roles}
    for name, title in roles.items():
        if folded in (fold(name), fold(title.zh), fold(title.en)) and not people:
            return Hand(None, (Held(name, None),))
    known = [*roles, *(title.zh for title in roles.values()), *(label(p) for p in shelf.world.all(PERSON))]
    raise Refusal(
        Text(f"没有人员或角色 {whom}。", f"there is no person or role {whom}.")
        if not people
        else Text(f"{whom} 指几个人。", f"{whom} names several people."),
        exit=Exit.NOT_FOUND,
        where=Text.same(f"--for {whom}"),
        remedy=Text.same("svc query person" if not people else f"svc todo --for {people[0].id}"),
        details=tuple(Text.same(f"{p.id}  {label(p)}") for p in people) or near(whom, known),
    )


def _people(shelf: Shelf, whom: str) -> list[Record]:
    person = shelf.world.record(PERSON, whom) or by_email(shelf.scene, whom)
    if person is not None:
        return [person]
    return [one for one in shelf.world.all(PERSON) if fold(whom) in (fold(one.id), fold(label(one)))]


def length(text: str) -> timedelta:
    """A length of time as typed; Refusal (usage) for anything else."""
    found = _LENGTH.match(fold(text))
    if found is None:
        raise Refusal(
            Text(f"看不懂这段时间：{text}。", f"cannot read this length of time: {text}."),
            exit=Exit.USAGE,
            where=Text.same(f"--due {text}"),
            remedy=Text("写作 30m、4h、2d（分、小时、天）", "write 30m, 4h, 2d (minutes, hours, days)"),
        )
    return timedelta(minutes=int(found[1]) * _UNITS[found[2]])
