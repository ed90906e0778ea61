"""What a migrated record tells of the time before it was entered: who vouches for it, its old number, its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from svc.domain.paths import Json

FORMER = "$former"
"""The old number as a path of a record, for `World.valued`."""


class Past(NamedTuple):
    """One step that is told of, not recorded: the action, where it led, who did it and when, None where unknown."""

    action: str
    to: str = ""
    by: str | None = None
    at: str | None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Json]) -> Past:
        """Read one item of `done`."""
        return cls(raw["action"], raw["to"], raw.get("by"), raw.get("at"))

    def to_dict(self) -> dict[str, Json]:
        """The item as it stands in the file."""
        pairs = (("action", self.action), ("to", self.to), ("by", self.by), ("at", self.at))
        return {key: value for key, value in pairs if value is not None}


class Migrated(NamedTuple):
    """The mark of a migrated record: the person who vouches and in which `role`, the `former` number, the steps by
    which it had come to its state (`done`, in order), what was told as unknown (`lacks`, as the flow's `may_lack`)."""

    vouched_by: str
    role: str = ""
    former: str | None = None
    done: tuple[Past, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def began(self) -> str | None:
        """The first of the times told."""
        return next((past.at for past in self.done if past.at), None)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Json]) -> Migrated:
        """Read `migrated` of a log entry that the envelope accepts; KeyError/TypeError otherwise."""
        done = tuple(Past.from_dict(past) for past in raw["done"])
        return cls(raw["vouched_by"], raw["role"], raw.get("former"), done, tuple(raw.get("lacks", ())))

    def to_dict(self) -> dict[str, Json]:
        """The mark as it stands in the file."""
        found: dict[str, Json] = {"vouched_by": self.vouched_by, "role": self.role}
        if self.former is not None:
            found["former"] = self.former
        found["done"] = [past.to_dict() for past in self.done]
        if self.lacks:
            found["lacks"] = list(self.lacks)
        return found
