"""Whom and what the generated chains are about: more people in each role, customers and machines without end."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from random import Random
from typing import Any

from svc.domain.record import Record
from svc.domain.times import add_months
from tests.bench import people
from tests.bench.templates import Chain, Raw, Templates, leaves

_ENDED = float("inf")
CHINA = timezone(timedelta(hours=8))
DAY = 86400
DOUBLES = 3
"""So many further people for each person of the example who acts in a chain."""
OLDER = 45
"""A new machine is up to so many days older than the template's."""
TRIES = 10
"""So many known machines are tried before a chain gets a new one."""


def changed(value: Any, by: Mapping[str, str]) -> Any:
    """A copy of a value with texts replaced."""
    if isinstance(value, str):
        return by.get(value, value)
    if isinstance(value, dict):
        return {key: changed(item, by) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item, by) for item in value]
    return value


def instant(seconds: int) -> str:
    """Seconds since 1970 as the records write an instant."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat()


@dataclass(slots=True)
class Machine:
    """A machine made after a template: its handbook, the texts that differ, since when it is known, its warranty."""

    record: Raw
    texts: dict[str, str]
    known: int
    warranty: tuple[date, date]


@dataclass
class Cast:
    """Makes people, customers and machines, all by one source of chance; `made` holds the records, as they come."""

    templates: Templates
    random: Random
    years_back: int
    opening: int
    made: list[Raw] = field(default_factory=list)
    codes: dict[str, list[str]] = field(default_factory=dict)
    customers: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    machines: dict[str, list[Machine]] = field(default_factory=lambda: defaultdict(list))
    serials: int = 0
    codes_of_customers: int = 0

    def earlier(self, raw: Any) -> Any:
        """A register entry of the example, or a part of one, so many years earlier."""
        found = re.compile(r"(\d{4})(-\d\d-\d\d(?:T.*)?)")

        def back(value: Any) -> Any:
            if isinstance(value, str) and (date_ := found.fullmatch(value)):
                return f"{int(date_[1]) - self.years_back}{date_[2]}"
            if isinstance(value, dict):
                return {key: back(item) for key, item in value.items()}
            return [back(item) for item in value] if isinstance(value, list) else value

        return back(raw)

    def people_of(self, chains: Iterable[Chain]) -> None:
        """Everybody of the example, and further people like those who act in the chains."""
        acting = set().union(*(chain.people for chain in chains))
        known = set(self.templates.people)
        number = 1000
        for code, raw in self.templates.people.items():
            person = self.earlier(raw)
            self.made.append(person)
            self.codes[code] = [code]
            for _ in range(DOUBLES if code in acting else 0):
                name, spelled = people.someone(self.random)
                while spelled in known:
                    name, spelled = people.someone(self.random)
                known.add(spelled)
                number += 1
                fields = raw["fields"]
                new = {code: spelled, fields["name"]: name, fields["employee_no"]: f"{number:04d}"}
                new[fields["git_email"]] = f"{spelled}@example.com"
                self.made.append(changed(person, new))
                self.codes[code].append(spelled)

    def customer(self, template: str, moment: int) -> dict[str, str]:
        """A customer like the template's, new at `moment`: the texts that differ. The record goes to `made`."""
        raw, random = self.templates.customers[template], self.random
        self.codes_of_customers += 1
        contact, _ = people.someone(random)
        fields = raw["fields"]
        new = {raw["id"]: f"KH-{self.codes_of_customers:06d}", fields["phone"]: people.phone(random)}
        new[fields["contact_person"]] = contact
        new.setdefault(fields["name"], people.firm(random))
        new[fields["address"]] = f"示例省示例市工业路 {random.randrange(1, 400)} 号"
        stamp = {entry["recorded"]: instant(moment) for entry in raw["log"]}
        one = Record.from_dict(raw).to_dict() | {"log": raw["log"][:1]}
        self.made.append(changed(copy.deepcopy(one), new | stamp))
        self.customers[template].append({**new, "": instant(moment)})
        return new

    def lasting(self, chain: Chain) -> bool:
        """Whether a chain can stand at any time: nobody in it has a role for some days only, the machine never sold again."""
        raw = self.templates.machines.get(str(chain.machine))
        again = raw is not None and "customer" in {key for e in raw["log"][_sold(raw) + 1 :] for key, _ in leaves(e)}
        return not again and all(begins != _ENDED for begins in self._begin(chain))

    def earliest(self, chain: Chain) -> float:
        """The first second at which a chain may start: everybody in it has the role, everything it names is there."""
        begun: list[float] = [
            self.opening,
            *(self.since[text] for text in chain.texts & self.since.keys()),
            *self._begin(chain),
        ]
        raw = self.templates.machines.get(str(chain.machine))
        if raw is not None and _sold(raw):
            begun.append(self.opening + chain.made[0] - _seconds(raw["log"][0]["recorded"]) + OLDER * DAY)
        return max(begun) + DAY

    def _begin(self, chain: Chain) -> list[float]:
        """When each role in which somebody acts in a chain begins, in seconds; `_ENDED` where it has an end."""
        found: list[float] = []
        for code, role in chain.roles:
            terms = [term for term in self.templates.people[code]["fields"].get("roles", ()) if term["role"] == role]
            begins = [_seconds(self.earlier(term["from"]) + "T00:00:00+08:00") for term in terms if "to" not in term]
            found += [min(begins)] if begins else [_ENDED] * bool(terms)
        return found

    @cached_property
    def since(self) -> dict[str, int]:
        """Everybody, and every other register entry that is not made anew -> since when it is there."""
        known = (*self.templates.registers, *self.templates.people.values())
        return {raw["id"]: _seconds(self.earlier(raw["log"][0]["recorded"])) for raw in known}

    def machine(self, chain: Chain, starts: int, days: int) -> Machine:
        """A machine for a chain that starts at `starts`, `days` after its template: known then, its warranty as there."""
        template = str(chain.machine)
        known = self.machines[template]
        for _ in range(min(TRIES, len(known))):
            one = self.random.choice(known)
            if one.known < starts and _as_there(chain, one, days):
                return one
        back = self.random.randrange(OLDER)
        for later in (days - back, days):
            one = self._new_machine(template, starts, later)
            if _as_there(chain, one, days):
                break
        known.append(one)
        self.made.append(one.record)
        return one

    def _new_machine(self, template: str, starts: int, days: int) -> Machine:
        raw = self.templates.machines[template]
        fields = raw["fields"]
        delivered = date.fromisoformat(fields["delivered_on"])
        first = datetime.fromisoformat(raw["log"][0]["recorded"])
        entries = raw["log"][: _sold(raw) + 1]
        if len(entries) > 1:
            # first issued, then sold: the log moves with the sale
            shift = days * DAY
        else:
            when = datetime.combine(delivered + timedelta(days=days + 9), first.time(), CHINA).timestamp()
            known = max(min(int(when), starts - DAY), self.opening)
            shift = known - int(first.timestamp())
        self.serials += 1
        texts = {**self._owner(fields["customer"], int(first.timestamp()) + shift), **self._names(fields, days)}
        cut = Record.from_dict(raw).as_of(datetime.fromisoformat(entries[-1]["recorded"]))
        assert cut is not None
        moved = {e["recorded"]: instant(_seconds(e["recorded"]) + shift) for e in entries}
        moved |= {e["at"]: instant(_seconds(e["at"]) + shift) for e in entries}
        record = changed(cut.to_dict(), {**_dates(fields, days), **moved, **texts})
        starts_on, ends_on = (date.fromisoformat(record["fields"][key]) for key in ("warranty_start", "warranty_end"))
        begun, last = (_seconds(record["log"][n]["recorded"]) for n in (0, -1))
        assert self.opening <= begun and last < starts, record["id"]
        return Machine(record, texts, last, (starts_on, ends_on))

    def _owner(self, template: str, moment: int) -> dict[str, str]:
        known = self.customers[template]
        found = self.random.choice(known) if known and self.random.random() < 0.5 else None
        if found is not None and found[""] < instant(moment):
            return {key: text for key, text in found.items() if key}
        return self.customer(template, moment - 600)

    def _names(self, fields: Mapping[str, Any], days: int) -> dict[str, str]:
        """The numbers of a new machine: serial, handbook, certificate, engine, invoice."""
        number, made = self.serials, date.fromisoformat(fields["manufactured_on"]) + timedelta(days=days)
        new = {fields["serial"]: _serial(fields["serial"], number, made)}
        new[fields["handbook_no"]] = f"SC-{made.year}-{number:06d}"
        new[fields["certificate_no"]] = f"HG-{made.year}-{number:06d}"
        new[fields["engine_no"]] = re.sub(r"\d{4}\Z", f"{number:06d}", fields["engine_no"])
        new[fields["invoice_no"]] = f"{number:08d}"
        return new


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _sold(raw: Raw) -> int:
    """The step, from 0, with which the warranty of a machine began."""
    return next(n for n, entry in enumerate(raw["log"]) if "warranty_start" in entry.get("filled", {}))


def _serial(template: str, number: int, made: date) -> str:
    """A serial number spelled as the template's is."""
    if "-" in template:
        return f"{template.partition('-')[0]}-{made:%y%m}-{number:05d}"
    if template.isdigit():
        return f"{made:%Y%m%d}{number:010d}" if len(template) == 18 else f"{template[:4]}{number:06d}"
    return re.sub(r"\d{4}\Z", f"{number:06d}", template)


def _dates(fields: Mapping[str, Any], days: int) -> dict[str, str]:
    """The dates of a machine, `days` later; the end of the warranty is reckoned anew, in months."""
    found = {}
    for key in ("manufactured_on", "invoice_date", "delivered_on", "warranty_start"):
        if key in fields:
            found[fields[key]] = (date.fromisoformat(fields[key]) + timedelta(days=days)).isoformat()
    starts = date.fromisoformat(found[fields["warranty_start"]])
    found[fields["warranty_end"]] = add_months(starts, fields["warranty_months"]).isoformat()
    return found


def _as_there(chain: Chain, machine: Machine, days: int) -> bool:
    """Whether the warranty of the machine stands on the day of the chain as it does in the template."""
    if chain.warranty is None:
        return True
    on, stands = chain.warranty[0] + timedelta(days=days), chain.warranty[1]
    return (machine.warranty[0] <= on <= machine.warranty[1]) == stands
