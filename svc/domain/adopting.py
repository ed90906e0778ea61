"""Adopting a procedure: which revisions are in force afterwards, and what keeps one from being adopted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from svc.domain.near import near
from svc.domain.paths import Json
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown

IN_FORCE: Final = "procedures.in_force"
"""The setting that tells, dated, which revisions are in force; `records/svc.yaml` repeats its last value."""


def revision(name: str) -> tuple[str, int]:
    """Name and number of `name@n`; (name, 0) where no number stands."""
    stem, _, number = name.partition("@")
    return stem, int(number) if number.isascii() and number.isdigit() else 0


def known(word: str, names: Collection[str]) -> str:
    """The revision that `word` (name@n) names; Refusal (not found) with what there is."""
    if word in names and "@" in word:
        return word
    listed = "、".join(sorted(names, key=revision))
    raise Refusal(
        Text(
            f"没有程序 {shown(word)}；有：{listed}。",
            f"there is no procedure {shown(word)}; there are: {', '.join(sorted(names, key=revision))}.",
        ),
        exit=Exit.NOT_FOUND,
        where=Text.same(shown(word)),
        remedy=Text.same("svc procedure list"),
        details=near(word, names),
    )


def adopted(name: str, head: Mapping[str, Json], in_force: Sequence[str]) -> list[str]:
    """The revisions in force once `name` (its procedure.yaml: `head`) is adopted: it takes its predecessor's place.

    Refusal (denied) when it, or a newer one, is in force already, or when it builds on one that is not.
    """
    stem, number = revision(name)
    newer = next((one for one in in_force if revision(one)[0] == stem and revision(one)[1] >= number), None)
    if newer is not None:
        raise Refusal(
            Text(f"{newer} 已在用。", f"{newer} is in force already."),
            where=Text.same(name),
            clause="[company]",
            remedy=Text.same("svc procedure list"),
        )
    after = [name if revision(one)[0] == stem else one for one in in_force]
    after += [] if name in after else [name]
    lacking = [one for one in head.get("uses", ()) if one not in after]
    if lacking:
        raise Refusal(
            Text(
                f"{name} 以 {'、'.join(lacking)} 为基础，尚未采用。",
                f"{name} builds on {', '.join(lacking)}, not adopted.",
            ),
            where=Text.same(name),
            clause="[company]",
            remedy=Text.same(f"svc procedure adopt {lacking[0]} --reason …"),
        )
    return after


def conflicting(name: str, present: Mapping[str, bytes], shipped: Mapping[str, bytes]) -> None:
    """Refuse a revision that the repository holds otherwise than svc ships it: one name would mean two things."""
    differing = [path for path in {**present, **shipped} if present.get(path) != shipped.get(path)]
    if present and shipped and differing:
        stem, number = revision(name)
        raise Refusal(
            Text(
                f"记录库中的 {name} 与随软件附带的不同：{'、'.join(sorted(differing)[:5])}。",
                f"{name} in the repository is not the one that svc ships: {', '.join(sorted(differing)[:5])}.",
            ),
            where=Text.same(f"schemas/{name}"),
            clause="[company]",
            remedy=Text(
                f"单位自己的修改另立新版  schemas/{stem}@{number + 1}",
                f"keep changes of your own as a new revision  schemas/{stem}@{number + 1}",
            ),
        )
