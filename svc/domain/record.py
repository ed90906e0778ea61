"""The record: its log, and the fold of its log that stands in `state` and `fields`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from svc.domain.core import BESIDE
from svc.domain.past import FORMER, Migrated
from svc.domain.paths import MISSING, Json, append, get, leaves, merge

Fields = Mapping[str, Json]
NOTHING: Fields = {}


class Evidence(NamedTuple):
    """One file handed in: its kind, its name in the record's folder, its SHA-256, the step and person it came with."""

    kind: str
    file: str
    sha256: str
    step: int
    by: str

    @classmethod
    def from_dict(cls, raw: Fields) -> Evidence:
        """Read one item of `evidence`."""
        return cls(raw["kind"], raw["file"], raw["sha256"], raw["step"], raw["by"])

    def to_dict(self) -> dict[str, Json]:
        """The item as it stands in the file."""
        return {"kind": self.kind, "file": self.file, "sha256": self.sha256, "step": self.step, "by": self.by}


class Entry(NamedTuple):
    """One line of the log: who did what, when it happened (`at`), when it was written down (`recorded`).

    `gave` is what the actor gave, `filled` what the engine filled, `added` the items appended to lists. `pays` names
    the clocks whose owed reason this entry's reason pays. `created`/`moved` name other records of the same deed,
    `within` the record and step in whose deed this entry was made; `migrated` what was told of the time before the
    record was entered. Voided entries count for nothing and stay.
    """

    step: int
    action: str
    to: str
    by: str
    role: str
    at: str
    recorded: str
    from_: str | None = None
    through: str | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    pays: tuple[str, ...] = ()
    migrated: Migrated | None = None
    gave: Fields = NOTHING
    filled: Fields = NOTHING
    added: Fields = NOTHING
    created: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    within: str | None = None
    text: str | None = None
    seen: str | None = None
    procedure: str | None = None
    voids: tuple[int, ...] = ()
    voided_by: int | None = None

    @property
    def live(self) -> bool:
        """Whether the entry still counts."""
        return self.voided_by is None

    @property
    def began(self) -> str:
        """When what the entry tells of began: `at`, of a migrated case the first of the times told."""
        return (self.migrated and self.migrated.began) or self.at

    @classmethod
    def from_dict(cls, raw: Fields) -> Entry:
        """Read one log entry; unknown keys raise KeyError."""
        given: dict[str, Any] = {}
        for key, value in raw.items():
            name = "from_" if key == "from" else key
            if name not in _ENTRY_NAMES:
                raise KeyError(key)
            given[name] = tuple(value) if isinstance(value, list) else value
        if "migrated" in given:
            given["migrated"] = Migrated.from_dict(given["migrated"])
        return cls(**given)

    def to_dict(self) -> dict[str, Json]:
        """The entry as it stands in the file; what is empty is left out."""
        found: dict[str, Json] = {}
        for key in ENTRY_KEYS:
            value = getattr(self, "from_" if key == "from" else key)
            if isinstance(value, Migrated):
                found[key] = value.to_dict()
            elif value is not None and value != () and value != {}:
                found[key] = list(value) if isinstance(value, tuple) else value
        return found


ENTRY_KEYS = (
    *("step", "action", "from", "to", "by", "role", "through", "on_behalf_of", "at", "recorded", "reason", "pays"),
    *("migrated", "gave", "filled", "added", "created", "moved", "within", "text", "seen", "procedure", "voids"),
    "voided_by",
)
_ENTRY_NAMES = set(Entry._fields)


class Record(NamedTuple):
    """One record. `year` is that of its number (None for a register entry)."""

    id: str
    form: str
    procedure: str
    state: str
    year: int | None
    fields: Fields
    evidence: tuple[Evidence, ...]
    log: tuple[Entry, ...]

    @classmethod
    def from_dict(cls, raw: Fields) -> Record:
        """Read a record that the envelope schema accepts; KeyError/TypeError otherwise."""
        return cls(
            raw["id"],
            raw["form"],
            raw["procedure"],
            raw["state"],
            raw.get("year"),
            raw["fields"],
            tuple(Evidence.from_dict(item) for item in raw.get("evidence", ())),
            tuple(Entry.from_dict(entry) for entry in raw["log"]),
        )

    def to_dict(self) -> dict[str, Json]:
        """The record in the order of its file."""
        found: dict[str, Json] = {
            "id": self.id,
            "form": self.form,
            "procedure": self.procedure,
            "state": self.state,
            "year": self.year,
            "fields": dict(self.fields),
            "evidence": [item.to_dict() for item in self.evidence],
            "log": [entry.to_dict() for entry in self.log],
        }
        if self.year is None:
            del found["year"]
        if not self.evidence:
            del found["evidence"]
        return found

    @property
    def live(self) -> tuple[Entry, ...]:
        """The entries that still count, oldest first."""
        return tuple(entry for entry in self.log if entry.live)

    @property
    def standing(self) -> tuple[Evidence, ...]:
        """The evidence handed in with entries that still count."""
        counted = {entry.step for entry in self.log if entry.live}
        return tuple(item for item in self.evidence if item.step in counted)

    @property
    def last(self) -> Entry:
        """The last live entry that is a step of the record's course (not a note or an attachment)."""
        return next(entry for entry in reversed(self.live) if entry.action not in BESIDE)

    def as_of(self, moment: datetime) -> Record | None:
        """The record as it stood when `moment` had been written down; None before its first entry."""
        log = [entry for entry in self.log if datetime.fromisoformat(entry.recorded) <= moment]
        if len(log) == len(self.log):
            return self
        steps = len(log)
        undone = [e._replace(voided_by=None) if (e.voided_by or 0) > steps else e for e in log]
        kept = tuple(item for item in self.evidence if item.step <= steps)
        return self._replace(evidence=kept).entered(undone) if log else None

    @property
    def former(self) -> str | None:
        """The number it had before it was migrated, where it was."""
        mark = self.log[0].migrated if self.log else None
        return mark.former if mark else None

    def held(self, path: str) -> Json:
        """What stands at a path of its fields, or its old number at `past.FORMER`; MISSING where nothing does."""
        if path != FORMER:
            return get(self.fields, path)
        return self.former if self.former is not None else MISSING

    @property
    def ref(self) -> str:
        """The record's name in other records' logs: the id, for a register entry `form/key`."""
        return self.id if self.year is not None else f"{self.form}/{self.id}"

    def entered(self, log: Sequence[Entry], more: Iterable[Evidence] = ()) -> Record:
        """The record with another log: state, fields and procedure folded anew."""
        state, folded, procedure = fold(log)
        return self._replace(
            state=state,
            fields=folded,
            procedure=procedure,
            log=tuple(log),
            evidence=(*self.evidence, *more),
        )


def fold(log: Sequence[Entry]) -> tuple[str, dict[str, Json], str]:
    """State, fields and procedure revision that a log adds up to; the first entry names its revision."""
    state, procedure, folded = "", "", dict[str, Json]()
    for entry in log:
        if not entry.live:
            continue
        state = entry.to
        procedure = entry.procedure or procedure
        folded = apply(folded, entry)
    return state, folded, procedure


def apply(folded: Fields, entry: Entry) -> dict[str, Json]:
    """The fields after one entry: what was given, then what was filled, then what was added to lists."""
    changed = merge(merge(folded, entry.gave), entry.filled)
    for path, items in entry.added.items():
        for item in items:
            changed = append(changed, path, item)
    return changed


def void(log: Sequence[Entry], steps: Iterable[int], by: int) -> list[Entry]:
    """The log with `steps` marked as voided by step `by`."""
    gone = set(steps)
    return [e._replace(voided_by=by) if e.step in gone and e.live else e for e in log]


def gave_paths(entry: Entry) -> list[str]:
    """The dotted paths that the actor gave in an entry."""
    return [path for path, _ in leaves(entry.gave)]
