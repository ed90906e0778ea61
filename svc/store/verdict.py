"""What a check came to, kept under `.git/svc/`: derived only, never the truth, made anew when it is missing or damaged.

`Verdict` is what the next check needs to say the same again at once; `Grounds` is what it needs to check again only what
has changed. Both name the look (`kept_marks`) that they were made on, and the software that made them.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from array import array
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from svc import __version__
from svc.domain.findings import Finding
from svc.domain.refusal import Text
from svc.store.files import drop, move, read_plain, write_aside

LOOK: Final = "look"
VERDICT: Final = "verdict"
GROUNDS: Final = "grounds"
_FORMAT: Final = 1
_TIMES: Final = "q"
_PLACES: Final = "I"
_END: Final = b"\n"
_APART: Final = "\0"
_LIBRARIES: Final = ("jsonschema", "jsonschema_rs", "yaml")
_FLOORS: Final = ("domain", "domain/checks", "store", "index", "cli")


class Verdict(NamedTuple):
    """The findings of a whole check of so many records, and on what they rest.

    They hold for the commit `commit`, the look named `look`, folders whose change times are `times`, and every moment
    from `since` until `until` (ISO 8601; empty: without end).
    """

    software: str
    commit: str
    look: str
    since: str
    until: str
    records: int
    findings: list[Finding]
    folders: list[str]
    times: array[int]


class Grounds(NamedTuple):
    """What each record came to by itself: its findings, and the places in `used` of the other files it rests on.

    `rules` names procedures, zone and lane that all were judged by.
    """

    software: str
    look: str
    rules: str
    records: list[str]
    findings: dict[str, list[Finding]]
    used: list[str]
    uses: list[array[int]]


def software() -> str:
    """What tells this software from every other state of it: its version, the size and time of what finds and reads,
    and since when the libraries that it reads and judges with are installed."""
    package = Path(__file__).resolve().parent.parent
    told = []
    for floor in _FLOORS:
        with contextlib.suppress(OSError), os.scandir(package / floor) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    there = entry.stat()
                    told.append(f"{floor} {entry.name} {there.st_size} {there.st_mtime_ns}")
    for place in sys.path:
        for library in _LIBRARIES:
            with contextlib.suppress(OSError, ValueError):
                told.append(f"{library} {os.stat(os.path.join(place, library)).st_mtime_ns}")
    return f"{__version__}-{sys.hexversion:x}-{crc32(' '.join(sorted(told)).encode()):08x}"


def read_verdict(folder: Path) -> Verdict | None:
    """The kept verdict, None where there is none that is whole."""
    head, body = _read(folder / VERDICT)
    try:
        times = array(_TIMES)
        count = 8 * int(head["folders"])
        times.frombytes(body[:count])
        names = _named(body[count:], len(times))
        found = [_finding(raw) for raw in head["findings"]]
        software, commit, look = (str(head[key]) for key in ("software", "commit", "look"))
        since, until, records = str(head["since"]), str(head["until"]), int(head["records"])
        return Verdict(software, commit, look, since, until, records, found, names, times)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def keep_verdict(folder: Path, verdict: Verdict) -> None:
    """Keep a verdict in place of the one before. OSError where it cannot be written."""
    head = verdict._asdict() | {"findings": [_raw(finding) for finding in verdict.findings]}
    del head["times"]
    head["folders"] = len(verdict.folders)
    _write(folder / VERDICT, head, lambda: chain((verdict.times.tobytes(),), _names(verdict.folders)))


def read_grounds(folder: Path) -> Grounds | None:
    """The kept grounds, None where there are none that are whole."""
    head, body = _read(folder / GROUNDS)
    try:
        counts, places = array(_PLACES), array(_PLACES)
        cut, end = 4 * int(head["records"]), 4 * int(head["places"])
        counts.frombytes(body[:cut])
        places.frombytes(body[cut : cut + end])
        names = _named(body[cut + end :], len(counts) + int(head["used"]))
        records, used = names[: len(counts)], names[len(counts) :]
        found = {path: [_finding(raw) for raw in raws] for path, raws in head["findings"].items()}
        if sum(counts) != len(places) or (places and max(places) >= len(used)):
            return None
        software, look, rules = (str(head[key]) for key in ("software", "look", "rules"))
        return Grounds(software, look, rules, records, found, used, _parted(places, counts))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


def keep_grounds(folder: Path, grounds: Grounds) -> None:
    """Keep grounds in place of those before. OSError where they cannot be written."""
    counts, places = array(_PLACES, map(len, grounds.uses)), array(_PLACES)
    for use in grounds.uses:
        places.extend(use)
    head = {key: getattr(grounds, key) for key in ("software", "look", "rules")}
    head |= {"records": len(counts), "places": len(places), "used": len(grounds.used)}
    head |= {"findings": {path: [_raw(one) for one in found] for path, found in grounds.findings.items()}}
    numbers = (counts.tobytes(), places.tobytes())
    _write(folder / GROUNDS, head, lambda: chain(numbers, _names(grounds.records, grounds.used)))


def _named(body: bytes, count: int) -> list[str]:
    """So many names out of a body; ValueError when there are not so many."""
    names = os.fsdecode(body).split(_APART) if count else []
    if len(names) != count or (body and not count):
        raise ValueError(count)
    return names


def _parted(places: array[int], counts: Sequence[int]) -> list[array[int]]:
    found, at = [], 0
    for count in counts:
        found.append(places[at : at + count])
        at += count
    return found


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    """Head and body of a kept file; nothing of one that is missing, damaged or of another format."""
    line, _, body = (read_plain(path) or b"").partition(_END)
    try:
        head = json.loads(line)
        exact = _line(head) == line
        if exact and head["format"] == _FORMAT and head.pop("sum") == crc32(body, crc32(_line(head))):
            return head, body
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return {}, b""


def _names(*lists: Sequence[str]) -> Iterator[bytes]:
    """All names of some lists, apart; in pieces, for there may be very many."""
    apart = b""
    for name in chain(*lists):
        yield apart + os.fsencode(name)
        apart = _APART.encode()


def _write(path: Path, head: Mapping[str, Any], body: Callable[[], Iterable[bytes]]) -> None:
    line = {**head, "format": _FORMAT}
    total = crc32(_line(line))
    for piece in body():
        total = crc32(piece, total)
    line["sum"] = total
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = write_aside(path.parent, _line(line), _END, durable=False)
    try:
        with open(aside, "ab") as file:
            file.writelines(body())
        move(aside, path, durable=False)
    except BaseException:
        drop(aside)
        raise


def _line(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode("ascii")


def _raw(finding: Finding) -> list[str | int]:
    return [finding.file, finding.line, finding.field, finding.message.zh, finding.message.en, finding.rule]


def _finding(raw: Sequence[Any]) -> Finding:
    file, line, field, zh, en, rule = raw
    return Finding(str(file), int(line), str(field), Text(str(zh), str(en)), str(rule))
