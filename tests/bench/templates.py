"""What the generated repository is made of: the example year, read as chains of linked records, people and registers."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from svc.domain.ids import evidence_folder
from svc.domain.record import Record
from svc.store.yaml_file import load

ROOT = Path(__file__).resolve().parents[2]
Raw = dict[str, Any]
NUMBERED = ("intake", "dispatch", "repair-report", "parts-issue", "paid-service")
"""The forms of a chain, from the call on."""
MACHINE, CUSTOMER, PERSON, LANE = "warranty-handbook", "customer", "person", "lane"
PLACE, DONE = "fault_place", "repair_detail"
WORDS = (PLACE, DONE, "fault_symptom", "fault_detail")
"""Free text that every instance of a chain says in other words."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def leaves(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with the key it stands under (a list's items: the key of the list)."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    elif isinstance(value, str):
        yield key, value


@dataclass(frozen=True)
class Chain:
    """One call and everything that followed from it, in the order in which the records were made."""

    records: tuple[Raw, ...]
    people: frozenset[str]

    @cached_property
    def machine(self) -> str | None:
        """The machine of the register that the chain is about."""
        found = self.records[0]["fields"].get("machine")
        return str(found) if found else None

    def finished(self, finals: AbstractSet[tuple[str, str]]) -> bool:
        """Whether each record came to its end in the example year; `finals`: (form, state) of every end."""
        return all((record["form"], record["state"]) in finals for record in self.records)

    @cached_property
    def warranty(self) -> tuple[date, bool] | None:
        """The day on which the warranty was looked at, and whether it stood then."""
        check = self.records[0]["fields"].get("warranty_check") or {}
        return (date.fromisoformat(check["on"]), check["in_warranty"]) if "in_warranty" in check else None

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text in the records, ids and words alike."""
        return frozenset(text for record in self.records for _key, text in leaves(record))

    @cached_property
    def roles(self) -> frozenset[tuple[str, str]]:
        """Who acts in it, in which role of their own: (code, role)."""
        entries = [entry for record in self.records for entry in record["log"]]
        return frozenset((entry["by"], entry.get("through") or entry["role"]) for entry in entries)

    @cached_property
    def instants(self) -> dict[str, int]:
        """Every instant in the records -> seconds since 1970."""
        return {t: int(datetime.fromisoformat(t).timestamp()) for t in self.texts if _INSTANT.fullmatch(t)}

    @cached_property
    def days(self) -> dict[str, int]:
        """Every date in the records -> its ordinal."""
        return {t: date.fromisoformat(t).toordinal() for t in self.texts if _DATE.fullmatch(t)}

    @cached_property
    def steps(self) -> dict[str, tuple[str, str]]:
        """Every reference to a step of another record, `ID#step` -> its parts."""
        ids = {record["id"] for record in self.records}
        found = {t: t.partition("#")[::2] for t in self.texts if "#" in t}
        return {text: parts for text, parts in found.items() if parts[0] in ids}

    @cached_property
    def words(self) -> dict[str, str]:
        """The free text -> the field that says it."""
        return {text: key for record in self.records for key, text in leaves(record) if key in WORDS}

    @cached_property
    def deeds(self) -> tuple[int, ...]:
        """When something was written down, in seconds, each once, in order."""
        return tuple(sorted({self.instants[entry["recorded"]] for record in self.records for entry in record["log"]}))

    @cached_property
    def made(self) -> tuple[int, ...]:
        """When each record was made, in seconds."""
        return tuple(self.instants[record["log"][0]["recorded"]] for record in self.records)

    def cut(self, moment: int) -> Chain:
        """The chain as it stood at `moment`: later deeds have not happened, records made later are not there."""
        when = datetime.fromtimestamp(moment).astimezone()
        stood = [Record.from_dict(record).as_of(when) for record in self.records]
        kept = tuple(copy.deepcopy(record.to_dict()) for record in stood if record is not None)
        return replace(self, records=kept)


@dataclass(frozen=True)
class Templates:
    """The example year: chains, machines and customers by id, everybody else's register entries, files by digest."""

    chains: tuple[Chain, ...]
    machines: Mapping[str, Raw]
    customers: Mapping[str, Raw]
    people: Mapping[str, Raw]
    registers: tuple[Raw, ...]
    files: Mapping[str, bytes] = field(repr=False)


def read_templates(root: Path = ROOT) -> Templates:
    """Read the example year that lies in the project."""
    raws: list[Raw] = []
    files: dict[str, bytes] = {}
    for path in sorted((root / "records").glob("*/*/**/*.yaml")):
        raw = load(path.read_bytes(), path.name)
        raws.append(raw)
        folder = Path(evidence_folder(str(path)))
        files |= {item["sha256"]: (folder / item["file"]).read_bytes() for item in raw.get("evidence", ())}
    registers = [raw for raw in raws if "year" not in raw]
    of = {form: {raw["id"]: raw for raw in registers if raw["form"] == form} for form in (MACHINE, CUSTOMER, PERSON)}
    others = tuple(raw for raw in registers if raw["form"] not in of)
    chains = tuple(_chains([raw for raw in raws if "year" in raw], set(of[PERSON])))
    return Templates(chains, of[MACHINE], of[CUSTOMER], of[PERSON], others, files)


def _chains(raws: list[Raw], people: set[str]) -> Iterator[Chain]:
    """Numbered records that belong together, as one call: each names its call. Those that name others are left out."""
    ids = {raw["id"] for raw in raws}
    ours = [raw for raw in raws if raw["form"] in NUMBERED]
    for call in (raw for raw in ours if raw["form"] == NUMBERED[0]):
        linked = [raw for raw in ours if raw["fields"].get(NUMBERED[0]) == call["id"]]
        records = (call, *sorted(linked, key=lambda raw: (raw["log"][0]["recorded"], NUMBERED.index(raw["form"]))))
        chain = Chain(records, frozenset(text for raw in records for _key, text in leaves(raw) if text in people))
        if not {text.partition("#")[0] for text in chain.texts} & (ids - {raw["id"] for raw in records}):
            yield chain
