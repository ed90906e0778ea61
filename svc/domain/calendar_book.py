"""The calendars of a repository by name, each read when it is first asked for: a damaged one harms nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from svc.domain.calendar import Calendar
from svc.domain.paths import Json

FOLDER = "calendars/"


class CalendarBook(Mapping[str, Calendar]):
    """Name -> Calendar, out of documents by path below `schemas/`. Looking one up may raise its Refusal."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        paths = sorted(path for path in documents if path.startswith(FOLDER))
        self._raw = {PurePosixPath(path).stem: documents[path] for path in paths}
        self._read: dict[str, Calendar] = {}

    def __getitem__(self, name: str) -> Calendar:
        if name not in self._read:
            self._read[name] = Calendar.from_dict(self._raw[name], name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)
