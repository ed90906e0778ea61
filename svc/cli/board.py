"""`svc` alone: today's board. What waits for me, the overdue first, and the command to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from svc.cli.desk import SITE, Desk, Shelf, desk
from svc.cli.lang import said, t
from svc.cli.options import columns
from svc.cli.rows import language, plain
from svc.cli.saying import room, write
from svc.cli.waits import found_for, next_words, say_waiting
from svc.domain.people import roles_on
from svc.domain.record import Record
from svc.index.waiting import Hand, Waiting, makes
from svc.index.words import label, minute, titled
from svc.render.terminal import safe_text, wrap

SHOWN = 15
"""So many rows stand on the board."""


def show() -> None:
    """The board; outside any repository a few words on how to begin."""
    here = desk()
    if not _has_repository(here):
        write(here, [_welcome()])
        return
    shelf = here.shelf
    person = here.person(shelf)
    today = shelf.scene.now.astimezone(shelf.scene.zone).date()
    hand = Hand.of(person, today)
    found = found_for(shelf, hand)
    if plain(here):
        _say(here, shelf, person, hand, found)
    else:
        say_waiting(here, found, None)


def _has_repository(here: Desk) -> bool:
    """Whether there is a repository to show; one that is named, or damaged, is refused as ever."""
    if here.options.repo or here.environ.get("SVC_REPO"):
        return True
    try:
        start = Path.cwd()
    except OSError:
        return True
    return any((folder / SITE).is_file() for folder in (start, *start.parents))


def _welcome() -> str:
    return (
        t(
            "售后服务记录：按程序办理，存于 git，可查可审可装订。\n\n这里还没有记录库。\n"
            "  svc init 文件夹 --procedure chenggong --name 姓名 --email 邮箱   新建\n"
            "  svc demo                                                        先看一个样例\n"
            "  svc --help                                                      全部命令",
            "Service records under a procedure: kept in git, queried, bound.\n\nThere is no records repository here.\n"
            "  svc init DIR --procedure chenggong --name NAME --email EMAIL    make one\n"
            "  svc demo                                                        look at an example first\n"
            "  svc --help                                                      every command",
        )
        + "\n"
    )


def _say(here: Desk, shelf: Shelf, person: Record, hand: Hand, found: Sequence[Waiting]) -> None:
    """Greeting, rows, what is left out, what to do next."""
    wide = room() if here.options.output is None else None
    late = sum(1 for one in found if one.left is not None and one.left < timedelta(0))
    head = [_greeting(here, shelf, person)]
    head.append(
        t(f"待办 {len(found)} 项，超期 {late} 项。", f"{len(found)} waiting, {late} overdue.")
        if found
        else t("没有待办。", "Nothing waits for you.")
    )
    write(here, [f"{line}\n" for text in head for line in wrap(safe_text(text), wide or 1000)])
    if not found:
        write(here, ["\n", _begin(shelf, hand)])
        return
    write(here, ["\n"])
    say_waiting(here, found[:SHOWN], wide)
    more = len(found) - SHOWN
    if more > 0:
        write(here, [t(f"还有 {more} 项：svc todo\n", f"{more} more: svc todo\n")])
    forward = (one for one in found if not one.asks_reason(one.next))
    write(here, ["\n", next_words(next(forward, found[0])) + "\n"])


def _greeting(here: Desk, shelf: Shelf, person: Record) -> str:
    """Who, in which roles, where, when."""
    today = shelf.scene.now.astimezone(shelf.scene.zone).date()
    held = dict.fromkeys(one.role for one in roles_on(person, today))
    titles = titled([shelf.library.role_title(role) for role in held], language()) or t("无角色", "no role")
    organisation = str(here.site.get("organisation", ""))
    when = minute(shelf.scene.now.astimezone(shelf.scene.zone))
    return t(
        f"{label(person)}（{titles}） {organisation} {when}", f"{label(person)} ({titles}), {organisation}, {when}"
    )


def _begin(shelf: Shelf, hand: Hand) -> str:
    """What this person may begin."""
    forms = list(makes(shelf.scene, hand))
    if not forms:
        return t("查询：svc query\n", "to look: svc query\n")
    lines = columns([(f"svc create {form.name}", said(form.title)) for form in forms[:SHOWN]])
    return "\n".join([t("可新建：", "You may make:"), *lines]) + "\n"
