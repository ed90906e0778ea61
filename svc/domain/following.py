"""Following a course: the best one that leads to a state with what is told, or the one that a record tells of."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from svc.domain.passing import Passage, Teller
from svc.domain.refusal import Text

LACK = 100
"""What one thing that is missing or left aside weighs against steps that nobody tells of."""


def best(teller: Teller) -> Passage | None:
    """The course with the least missing, of those the one with most of what is told; None where none leads there."""
    waiting: list[tuple[int, int, str, bool, Passage]] = [(0, 0, "", False, Passage(teller.gave))]
    seen, number = set[tuple[str, frozenset[str]]](), 0
    while waiting:
        cost, _, state, ended, passage = heapq.heappop(waiting)
        if ended:
            return passage
        taken = frozenset(step.action for step in passage.steps)
        place = state, taken.intersection(teller.named)
        if place in seen:
            continue
        seen.add(place)
        further = [(_cost(teller, one), one.moves[-1].to, False, one) for one in _on(teller, passage, state, taken)]
        if state == teller.state:
            further.append((cost + LACK * len(teller.named.keys() - taken), state, True, passage))
        for price, to, last, one in further:
            number += 1
            heapq.heappush(waiting, (price, number, to, last, one))
    return None


def _cost(teller: Teller, passage: Passage) -> int:
    """How little a passage fits what is told: what is missing, steps nobody tells of, how many there are."""
    untold = sum(step.action not in teller.named for step in passage.steps)
    return LACK * len(passage.lacks) + 3 * untold + len(passage.steps)


def _on(teller: Teller, passage: Passage, state: str, taken: frozenset[str]) -> Iterator[Passage]:
    """The passage one move further, by each way that is open; a way whose condition holds is the one.

    What leaves a record where it stands is a step only where it is told, and only once.
    """
    settled: set[str] = set()
    staying = (move for move in teller.courses.staying(state) if move.action.name in teller.named.keys() - taken)
    for move in (*teller.courses.onward(state), *staying):
        if move.action.name not in settled:
            further, sure = teller.made(passage, move)
            if further is not None:
                yield further
                if sure:
                    settled.add(move.action.name)


def followed(teller: Teller) -> Passage:
    """The course that the mark tells, step by step; a step that leads nowhere is among what is wrong."""
    passage, state = Passage(teller.gave), ""
    for past in teller.told.done:
        moves = [m for m in teller.courses.moves if (m.action.name, m.start, m.to) == (past.action, state, past.to)]
        found = [made for move in moves if (made := teller.made(passage, move)[0]) is not None]
        if found:
            passage = min(found, key=lambda one: len(one.lacks))
        else:
            words = f"{state or '—'} → {past.to}"
            wrong = Text(f"“{past.action}”不能 {words}", f'"{past.action}" does not lead {words}')
            passage = passage._replace(lacks=(*passage.lacks, wrong))
        state = past.to
    if state != teller.state:
        wrong = Text(f"所述经过止于 {state or '—'}", f"what is told ends in {state or '—'}")
        passage = passage._replace(lacks=(*passage.lacks, wrong))
    return passage
