"""The columns that a sheet of migrated cases has besides fields: state, old number, since when, who did what when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from svc.domain.columns import PAPERS, Fault, dated, pieces, whole
from svc.domain.core import PERSON
from svc.domain.handing import Kinds
from svc.domain.judging import KIND
from svc.domain.near import near
from svc.domain.past import Migrated, Past
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.schema import FieldInfo
from svc.domain.values import Reading, read_value

STATE, FORMER, AT, LACKS, DONE = "state", "former", "at", "lacks", "done"
WORDS: Mapping[str, tuple[str, ...]] = {
    STATE: (STATE, "状态"),
    FORMER: (FORMER, "原编号"),
    AT: (AT, "时间"),
    LACKS: (LACKS, "不明"),
}
LEADS: Mapping[str, tuple[str, ...]] = {DONE: (DONE, "办理人"), AT: (AT, "时间")}
LONGEST = 200
"""Characters of an old number, as the envelope has it."""
Own = Mapping[str, tuple[str, str]]
"""Key (`state`, `done.ACTION` …) -> the heading and what the cell says."""
Linked = Callable[[tuple[str, ...], str], str]


@dataclass
class Told:
    """What one row tells besides fields: the state, when it was reached, the mark of the migration."""

    state: str = ""
    at: str | None = None
    mark: Migrated = field(default_factory=lambda: Migrated(""))


def own_key(form: Form, heading: str) -> str | None:
    """What a heading means besides fields; None where it means none. Refusal (usage) for an action nobody knows."""
    for key, words in WORDS.items():
        if heading in words:
            return key
    lead, dot, rest = heading.partition(".")
    for key, words in LEADS.items():
        if dot and lead in words:
            action = _action(form, rest)
            if action is not None:
                return f"{key}.{action}"
            if key == DONE:
                names = [name for name, one in form.actions.items() if not one.kind]
                raise Refusal(
                    Text(f"没有动作 {rest}", f"there is no action {rest}"), exit=Exit.USAGE, details=near(rest, names)
                )
    return None


def _action(form: Form, word: str) -> str | None:
    """An action of the flow by id or by its words."""
    actions = {name: one for name, one in form.actions.items() if not one.kind}
    named = [name for name, one in actions.items() if word in (one.text.zh, one.text.en)]
    return word if word in actions else named[0] if len(named) == 1 else None


def read_told(
    number: int, own: Own, base: Told, form: Form, kinds: Kinds, reading: Reading, linked: Linked
) -> tuple[Told, list[Fault]]:
    """What the cells of one row tell, over what holds for all rows; a cell that cannot be read is a fault.

    `kinds` are the kinds of evidence with their titles.
    """
    told = Told(base.state, base.at, base.mark)
    faults: list[Fault] = []
    past: dict[str, Past] = {}
    lacks, former = list(base.mark.lacks), base.mark.former
    for key, (heading, text) in own.items():
        try:
            lead, _, action = key.partition(".")
            if key == STATE:
                told.state = state_named(form, text)
            elif key == FORMER:
                former = _read(text, "line", Text("原编号", "old number"), reading)
                if len(former) > LONGEST:
                    words = Text(f"“原编号”超过 {LONGEST} 个字符", f"the old number has more than {LONGEST} characters")
                    raise Refusal(words, exit=Exit.USAGE)
            elif key == AT:
                told.at = _time(text, reading)
            elif key == LACKS:
                lacks += [lack_named(form, kinds, word) for word in pieces(text)]
            else:
                one = past.get(action, Past(action))
                by = linked((PERSON,), text) if lead == DONE else one.by
                at = _time(text, reading) if lead == AT else one.at
                past[action] = Past(action, "", by, at)
        except Refusal as refusal:
            faults.append(Fault(number, heading, text, whole(refusal)))
    told.mark = Migrated(base.mark.vouched_by, "", former, tuple(past.values()), tuple(dict.fromkeys(lacks)))
    return told, faults


def state_named(form: Form, word: str) -> str:
    """A state by id or title; Refusal (usage) with all there are."""
    for state in form.states.values():
        if word in (state.id, state.title.zh, state.title.en):
            return state.id
    known = tuple(Text(f"{s.id}  {s.title.zh}", f"{s.id}  {s.title.en}") for s in form.states.values())
    raise Refusal(Text(f"没有状态 {word}：", f"there is no state {word}:"), exit=Exit.USAGE, details=known)


def lack_named(form: Form, kinds: Kinds, word: str) -> str:
    """What is told as unknown, as `may_lack` spells it: `evidence.KIND` by id or title, an action by id or words, a
    field by its path or title; what is none of them is left as it is."""
    for lead in (*PAPERS, KIND):
        if word.startswith(lead):
            rest = word.removeprefix(lead)
            named = [kind for kind, title in kinds.items() if rest in (kind, title.zh, title.en)]
            return KIND + (named[0] if named else rest)
    titled = [info.path for info in form.schema.fields() if word in (info.path, info.title.zh)]
    return titled[0] if len(titled) == 1 else _action(form, word) or word


def _time(text: str, reading: Reading) -> str:
    return _read(text, "instant", Text("时间", "time"), reading)


def _read(text: str, kind: str, title: Text, reading: Reading) -> str:
    dated(text, kind)
    return str(read_value(text, FieldInfo(kind, title, kind), reading))


def beside_fields(form: Form, header: Sequence[str]) -> Iterator[str]:
    """The headings that only a sheet of migrated cases has."""
    for heading in header:
        try:
            known = own_key(form, heading)
        except Refusal:
            known = heading
        if known is not None:
            yield heading
