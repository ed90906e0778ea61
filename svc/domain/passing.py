"""Judging steps that were taken before svc: what they would have asked and filled, over what is known of the case today.

Asked again is what rests on the record: fields, evidence, linked fields, times, and persons where they are told. Not
asked again is what nobody can tell any more: in which role somebody acted, in which state a linked record stood then,
and what points at a record that is only being entered. For that the person who vouches answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.courses import Courses, Move
from svc.domain.fill import fill
from svc.domain.flow import Action, Guard, Item
from svc.domain.guards import holds
from svc.domain.judging import KIND, Knowing, seen
from svc.domain.papers import missing
from svc.domain.past import Migrated, Past
from svc.domain.paths import MISSING, Json, get, has, leaves, merge, put
from svc.domain.procedure import Form
from svc.domain.record import NOTHING, Entry
from svc.domain.refusal import Refusal, Text
from svc.domain.times import parse_instant
from svc.domain.told import done
from svc.domain.world import Acting, Scene


class Passage(NamedTuple):
    """How far a course has been followed: the fields then, what was filled, the steps and moves, which fields they
    fill (`heads`), what is missing or wrong (`lacks`), whether something could not be filled (`spoilt`)."""

    fields: Mapping[str, Json]
    filled: Mapping[str, Json] = NOTHING
    steps: tuple[Past, ...] = ()
    moves: tuple[Move, ...] = ()
    heads: frozenset[str] = frozenset()
    lacks: tuple[Text, ...] = ()
    spoilt: bool = False


@dataclass(frozen=True)
class Teller:
    """What is told of one case: its mark, the fields given, the kinds of evidence, the time it came to its state.

    `links`: linked records are looked at and fields filled, as when the case is entered; without, what stands in the
    record is judged by itself, as `svc check` does it later.
    """

    scene: Scene
    form: Form
    id: str
    state: str
    told: Migrated
    gave: Mapping[str, Json]
    kinds: tuple[str, ...]
    at: str | None = None
    links: bool = True

    @cached_property
    def courses(self) -> Courses:
        """The moves that lead to the state."""
        return Courses(self.form, self.state)

    @cached_property
    def knowing(self) -> Knowing:
        """What of it can be judged."""
        return Knowing(self.form, self.told.lacks, self.links)

    @cached_property
    def named(self) -> dict[str, Past]:
        """What is told of each action."""
        return {past.action: past for past in self.told.done}

    def made(self, passage: Passage, move: Move) -> tuple[Passage | None, bool]:
        """The passage after one more move, None where its condition fails or nobody can tell; and whether it has one."""
        action, by, at = move.action, self.who(move.action), self.when(move)
        kinds = frozenset(kind.partition(".")[0] for kind in self.kinds)
        blank = Case(self.scene, self.form, self.id, "", passage.fields, Acting("", ""), self.scene.now, kinds)
        case = seen(blank, move.start, by, at, tuple(_entry(step) for step in passage.steps))
        filled, wrong = passage.filled, list[Text]()
        if self.links:
            try:
                known = action._replace(adds={}, time=action.time if at else None)
                more = fill(case, known, _overlaid(self.gave, filled), case.at)
                case, filled = case.with_fields(more.fields), merge(filled, more.filled)
            except Refusal as refusal:
                wrong.append(_sentence(refusal))
        else:
            wrong += self._disagreement(case, action, by, at)
        spoilt = passage.spoilt or bool(wrong)
        sure = move.way.when is not None
        if move.way.when is not None and not (
            self.knowing.judged(move.way.when, case) and self._true(move.way.when, case)
        ):
            return None, False
        wrong += [*self._disorder(passage, action, at), *self._missing(case, move, by, at)]
        if not wrong and not passage.lacks:
            wrong += self._gates(case, move)
        steps = (*passage.steps, Past(action.name, move.to, by, at))
        heads = passage.heads.union(self._heads(case, move))
        lacks = (*passage.lacks, *(one for one in wrong if one not in passage.lacks))
        return Passage(case.fields, filled, steps, (*passage.moves, move), heads, lacks, spoilt), sure

    def _heads(self, case: Case, move: Move) -> Iterator[str]:
        """The fields that a step can have filled."""
        action = move.action
        taken = [item.name for item in (*move.way.asks, *move.way.takes) if self._may(item.when, case)]
        for name in (*taken, *action.copies, *action.derive, *action.adds, *filter(None, [action.time])):
            yield name.partition(".*")[0]

    def who(self, action: Action) -> str | None:
        """Who did it: as told, or as a field says that the action fills with its actor."""
        told = self.named.get(action.name)
        return (told.by if told else None) or self._given(action, "$actor")

    def when(self, move: Move) -> str | None:
        """When it was done: as told, as its time field or one filled with its time says, or when its state was reached."""
        told = self.named.get(move.action.name)
        found = told.at if told else None
        if found is None and move.action.time:
            found = _text(get(self.gave, move.action.time))
        last = self.at if move.to == self.state != move.start else None
        return found or self._given(move.action, "$at") or last

    def _given(self, action: Action, variable: str) -> str | None:
        fields = (path for path, operand in action.copies.items() if operand == variable)
        return next((found for path in fields if (found := _text(get(self.gave, path)))), None)

    def _disagreement(self, case: Case, action: Action, by: str | None, at: str | None) -> Iterator[Text]:
        """A field that tells another time or person than the step does; one that several actions fill tells of none."""
        told = {path: {"$actor": by, "$at": at}.get(str(operand)) for path, operand in action.copies.items()}
        told |= {action.time: at} if action.time else {}
        others = [one for one in self.form.actions.values() if one.name != action.name]
        for path, value in told.items():
            found = get(case.fields, path)
            alone = not any(path in one.copies or path == one.time for one in others)
            if alone and value is not None and found is not MISSING and found != value:
                info = self.form.schema.info(path)
                title = info.title if info else Text.same(path)
                zh = f"“{action.text.zh}”与{title.zh}（{path}）说法不一"
                yield Text(zh, f'"{action.text.en}" and {title.en} ({path}) tell two things')

    def _disorder(self, passage: Passage, action: Action, at: str | None) -> Iterator[Text]:
        """A time before that of the step before, or ahead."""
        before = next((step for step in reversed(passage.steps) if step.at), None)
        if at and before and before.at and parse_instant(at) < parse_instant(before.at):
            text = self.form.actions[before.action].text
            yield Text(f"“{action.text.zh}”早于“{text.zh}”", f'"{action.text.en}" lies before "{text.en}"')
        if at and parse_instant(at) > self.scene.now:
            yield Text(f"“{action.text.zh}”的时间在将来", f'the time of "{action.text.en}" lies in the future')

    def _missing(self, case: Case, move: Move, by: str | None, at: str | None) -> Iterator[Text]:
        """What a step would have asked and is not there, each in words."""
        action = move.action
        asked = [item.name for item in move.way.asks if self._counts(item, case)]
        asked += [*action.adds, *([action.time] if action.time and not self.knowing.lacking(action.name) else [])]
        for path in dict.fromkeys(asked):
            if not self.knowing.lacking(path) and not _stands(case.fields, path):
                yield self._lack(action, path)
        running = (c.name for c in self.form.clocks if self._may(c.when, case))
        if (
            at is None
            and not action.time
            and self.courses.timed(move, running)
            and not self.knowing.lacking(action.name)
        ):
            name, words = action.name, action.text
            yield Text(
                f"“{words.zh}”何时办的没有写（at.{name}）", f'when "{words.en}" was done is not told (at.{name})'
            )
        if by is None and action.name in self.courses.personal:
            name, words = action.name, action.text
            yield Text(f"“{words.zh}”由谁办的没有写（done.{name}）", f'who did "{words.en}" is not told (done.{name})')
        yield from self._papers(case, move)

    def _gates(self, case: Case, move: Move) -> Iterator[Text]:
        """The first gate of a step that does not hold; linked records that it would have moved along."""
        for guard in move.way.needs:
            known = self.knowing.known(guard, case)
            if known is not None and not self._true(known, case):
                yield _refused(guard, move.action)
                return
        if self.links:
            yield from self._left_behind(case, move.action)

    def _papers(self, case: Case, move: Move) -> Iterator[Text]:
        """The evidence that a step asks, of an outsider's step the paper that was signed."""
        action, actors = move.action, move.way.by.actors
        paper = actors[0].paper if actors and all(actor.paper for actor in actors) else None
        options = [item.name for item in move.way.papers.any]
        for title, kind in missing(move.way.papers, paper, self.kinds, case):
            bare = kind.partition(".")[0]
            group = options if bare in options else [bare]
            if not any(self.knowing.lacking(KIND + one) for one in group):
                zh = f"“{action.text.zh}”缺少凭证{title.zh}（evidence.{kind}）"
                yield Text(zh, f'"{action.text.en}" lacks the evidence {title.en} (evidence.{kind})')

    def _left_behind(self, case: Case, action: Action) -> Iterator[Text]:
        """Linked records that the step would have moved along and that have not been moved."""
        for rule in action.also:
            path = rule.get("record")
            if not isinstance(path, str) or "each" in rule or not self._counts(Item("", rule.get("when")), case):
                continue
            info, value = self.form.schema.info(path), case.value(path)
            for one in value if isinstance(value, list) else [value]:
                other = self.scene.find(info.link if info else (), one)
                form = self.scene.form_of(other) if other else None
                if other and form and rule["action"] not in (it.action for it in done(form, other.live)):
                    state, text = form.states[other.state].title, form.actions[rule["action"]].text
                    yield Text(
                        f"{other.id} 还未“{text.zh}”（现为“{state.zh}”）",
                        f'{other.id} has not come to "{text.en}" (it is "{state.en}")',
                    )

    def _counts(self, item: Item, case: Case) -> bool:
        """Whether something under a condition counts; a condition that cannot be judged lets it be."""
        return item.when is None or self.knowing.judged(item.when, case) and self._true(item.when, case)

    def _may(self, when: Guard | None, case: Case) -> bool:
        """Whether a condition holds, or cannot be judged."""
        return when is None or not self.knowing.judged(when, case) or self._true(when, case)

    def _true(self, guard: Guard, case: Case) -> bool:
        try:
            return holds(guard, case)
        except Refusal:
            return False  # a setting that nobody has set: the gate cannot hold

    def _lack(self, action: Action, path: str) -> Text:
        info = self.form.schema.info(path)
        title = info.title if info else Text.same(path)
        return Text(f"“{action.text.zh}”缺少{title.zh}（{path}）", f'"{action.text.en}" lacks {title.en} ({path})')


def _stands(fields: Mapping[str, Json], path: str) -> bool:
    """Whether something stands at a path, in every item of a list it runs through."""
    head, star, tail = path.partition(".*.")
    items = get(fields, head)
    return has(fields, path) if not star else isinstance(items, list) and all(has(item, tail) for item in items)


def _overlaid(gave: Mapping[str, Json], filled: Mapping[str, Json]) -> Mapping[str, Json]:
    """What was given, the lists in it as they were filled: a list is written whole."""
    for path, value in leaves(filled):
        if isinstance(value, list) and get(gave, path) is not MISSING:
            gave = put(gave, path, value)
    return gave


def _refused(guard: Guard, action: Action) -> Text:
    """A guard's own words, with its clause."""
    say, clause = (
        Text.from_dict(guard.get("say", {"zh": "条件不成立", "en": "a condition does not hold"})),
        guard.get("clause", action.clause),
    )
    return Text(f"{say.zh.rstrip('。')}（{clause}）", f"{say.en.rstrip('.')} ({clause})")


def _sentence(refusal: Refusal) -> Text:
    return Text(refusal.what.zh.rstrip("。"), refusal.what.en.rstrip("."))


def _entry(step: Past) -> Entry:
    """A told step as a guard that looks at the log sees it."""
    at = step.at or ""
    return Entry(1, step.action, step.to, step.by or "", "", at, at)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
