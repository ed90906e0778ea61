"""Evidence rules: which files a deed must bring, which it may bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from svc.domain.case import Case
from svc.domain.core import ATTACH
from svc.domain.deed import Handed
from svc.domain.flow import Action, Item, Papers
from svc.domain.guards import applies
from svc.domain.people import again, place
from svc.domain.record import Evidence, Record
from svc.domain.refusal import Refusal, Text

Lack = tuple[Text, str]


def missing(papers: Papers, paper: str | None, handed: Sequence[str], case: Case) -> list[Lack]:
    """What is still to be handed in, each with the kind to name in the command."""
    library = case.scene.library
    found = [(library.kind_title(kind), kind) for kind in _wanted(papers, paper, case) if kind not in handed]
    options = [item.name for item in papers.any if applies(item.when, case)]
    if options and not any(kind in handed for kind in options):
        titles = [library.kind_title(kind) for kind in options]
        either = Text("或".join(t.zh for t in titles), " or ".join(t.en for t in titles))
        found.append((either, options[0]))
    return found


def _wanted(papers: Papers, paper: str | None, case: Case) -> list[str]:
    """The kinds every one of which must come; with `for`, numbered one per item of the list."""
    wanted = [item.name for item in papers.all if applies(item.when, case)]
    if papers.each:
        items = case.value(papers.each)
        count = len(items) if isinstance(items, list) else 0
        wanted = [f"{kind}.{n}" for n in range(count) for kind in wanted]
    if paper is not None and paper not in wanted:
        wanted.append(paper)
    return wanted


def strangers(papers: Papers, paper: str | None, handed: Sequence[str], case: Case) -> list[str]:
    """The kinds handed in that the deed does not take."""
    known = {*papers.kinds(), paper}
    wanted = set(_wanted(papers, paper, case))
    return [kind for kind in handed if kind not in known and kind not in wanted]


def require(papers: Papers, paper: str | None, handed: Sequence[Handed], case: Case, action: Action) -> None:
    """Refuse the deed when evidence is missing (all of it named at once) or not to be taken."""
    kinds = [item.kind for item in handed]
    if action.kind == ATTACH and not papers.kinds():
        papers = Papers(may=tuple(Item(kind) for kind in case.scene.library.kinds))
    for kind in strangers(papers, paper, kinds, case):
        takes = list(papers.kinds())
        raise Refusal(
            Text(
                f"“{action.text.zh}”不收凭证 {kind}（可收：{'、'.join(takes) or '无'}）。",
                f'"{action.text.en}" takes no evidence {kind} (takes: {", ".join(takes) or "none"}).',
            ),
            where=place(case),
            clause=action.clause,
            remedy=Text.same(f"svc explain {case.form.name}.{action.name}"),
        )
    lacking = missing(papers, paper, kinds, case)
    if lacking:
        words = " ".join(f"--evidence {kind}=FILE" for _, kind in lacking)
        verb = again(case, action)
        raise Refusal(
            Text(
                "缺少凭证：" + "、".join(t.zh for t, _ in lacking) + "。",
                "missing evidence: " + ", ".join(t.en for t, _ in lacking) + ".",
            ),
            where=place(case),
            clause=action.clause,
            remedy=Text(f"{verb} {words}".replace("FILE", "文件"), f"{verb} {words}"),
        )


def filed(record: Record | None, handed: Sequence[Handed], step: int, person: str) -> list[Evidence]:
    """The handed-in files as evidence items: named by kind and number."""
    counted = Counter(item.kind for item in record.evidence) if record else Counter[str]()
    found = []
    for item in handed:
        kind = item.kind.partition(".")[0]
        counted[kind] += 1
        found.append(Evidence(kind, f"{kind}-{counted[kind]}{item.suffix}", item.sha256, step, person))
    return found
