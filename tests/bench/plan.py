"""Which records the generated repository holds: chains placed in time, machines and customers for them, numbers given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from svc.domain.ids import make_id
from tests.bench import people
from tests.bench.cast import CHINA, DAY, Cast, Machine, changed, instant
from tests.bench.templates import DONE, LANE, PLACE, Chain, Raw, Templates

YEARS_BACK = 8
"""The registers of the example begin in 2025; those of the generated repository so many years earlier."""
WEEK = 7 * DAY
OPENING, FIRST, UNFINISHED, LAST = (
    int(datetime(*when, tzinfo=CHINA).timestamp())
    for when in ((2017, 1, 6, 8, 30), (2017, 1, 9, 8, 0), (2018, 1, 1, 0, 0), (2025, 12, 31, 17, 30))
)
"""When machines and customers begin to be known, when the calls begin, from when on a call may be left unfinished (the
first year can be bound), when everything ends: what is open then stays open."""
LANES = {"0101": 8, "0102": 5, "0103": 4, "0201": 3}
"""The lanes, and how many of twenty chains each has."""
CALLS_ALONE = 8
"""Calls that lead to no other record come so many times for one that does: most callers are helped on the telephone."""
STALLED = 0.01
"""The share of chains that stopped on the way and were never taken up again."""
FILL = 12
"""The last so many records are customers, so that the number is met to the letter."""


Named = tuple[str, str]


@dataclass(slots=True)
class Told:
    """One chain placed: its template (cut where it is not finished), how many seconds later, its lane and its words."""

    chain: Chain
    shift: int
    lane: str
    seed: int
    machine: Machine | None
    ids: list[str]


class Plan:
    """`count` records: `registers`, those of the cast, and the records of `told`."""

    def __init__(self, templates: Templates, count: int, seed: int, there: set[Named], finals: set[Named]) -> None:
        """`there`: (form, id) of the records that the repository has already, they count; `finals`: (form, end state)."""
        self.random = Random(seed)
        self.unfinished = {id(chain) for chain in templates.chains if not chain.finished(finals)}
        self.cast = Cast(templates, self.random, YEARS_BACK, OPENING)
        self.told: list[Told] = []
        self.cuts: dict[tuple[int, int], Chain] = {}
        lasting = [chain for chain in templates.chains if self.cast.lasting(chain)]
        self.chains = [chain for chain in lasting for _ in range(CALLS_ALONE if len(chain.records) == 1 else 1)]
        self._registers(templates, there)
        records = len(there) + len(self.cast.made)
        if count < records + FILL:
            raise SystemExit(f"the registers alone are {records} records; ask for {records + FILL} or more")
        while records + FILL < count:
            before = len(self.cast.made)
            told = self._tell()
            more = len(self.cast.made) - before + len(told.chain.records)
            self.told.append(told)
            records += more
        self._fill(count, there)
        self._number()

    def _registers(self, templates: Templates, there: set[Named]) -> None:
        cast = self.cast
        cast.people_of(templates.chains)
        for raw in templates.registers:
            made = cast.earlier(raw)
            cast.made.append(made)
            if raw["form"] == LANE:
                names = [lane for lane in LANES if lane != raw["id"]]
                cast.made += [changed(made, {raw["id"]: name}) for name in names]
        cast.made[:] = [raw for raw in cast.made if (raw["form"], raw["id"]) not in there]

    def _tell(self) -> Told:
        random = self.random
        chain = random.choice(self.chains)
        first = max(UNFINISHED if id(chain) in self.unfinished else FIRST, self.cast.earliest(chain))
        weeks = random.randint(-int((chain.made[0] - first) // WEEK), (LAST - chain.made[0]) // WEEK)
        shift = weeks * WEEK + random.randrange(60)
        last = LAST - shift
        if random.random() < STALLED and chain.made[0] + shift >= UNFINISHED:
            last = min(last, random.choice(chain.deeds))
        told = self._cut(chain, last) if last < chain.deeds[-1] else chain
        machine = None
        if chain.machine is not None:
            machine = self.cast.machine(chain, chain.made[0] + shift, weeks * 7)
        lane = random.choices(list(LANES), list(LANES.values()))[0]
        return Told(told, shift, lane, random.getrandbits(32), machine, [])

    def _cut(self, chain: Chain, moment: int) -> Chain:
        """The chain as it stood at `moment`, made once for all moments between two deeds."""
        stood = max(deed for deed in chain.deeds if deed <= moment)
        key = (self.chains.index(chain), stood)
        if key not in self.cuts:
            self.cuts[key] = chain.cut(stood)
        return self.cuts[key]

    def _fill(self, count: int, there: set[Named]) -> None:
        templates = sorted(self.cast.templates.customers)
        records = len(there) + len(self.cast.made) + sum(len(told.chain.records) for told in self.told)
        if count < records:
            gone = self.told.pop()
            records -= len(gone.chain.records)
        for _ in range(count - records):
            self.cast.customer(self.random.choice(templates), self.random.randrange(OPENING, LAST))

    def _number(self) -> None:
        """Number the records of each form, lane and year in the order in which they were made."""
        last: dict[tuple[str, str, int], int] = {}
        made = sorted(
            (when + told.shift, n, m) for n, told in enumerate(self.told) for m, when in enumerate(told.chain.made)
        )
        for told in self.told:
            told.ids = [""] * len(told.chain.records)
        for when, n, m in made:
            told = self.told[n]
            template = told.chain.records[m]
            year = datetime.fromtimestamp(when, CHINA).year
            key = (template["form"], told.lane, year)
            last[key] = last.get(key, 0) + 1
            told.ids[m] = make_id(template["id"][:2], told.lane, year, last[key])

    def commits(self) -> Iterator[tuple[int, Raw]]:
        """Every record with the second of its last deed, in that order."""
        made = [(_last(raw), 0, n) for n, raw in enumerate(self.cast.made)]
        for n, told in enumerate(self.told):
            for m, raw in enumerate(told.chain.records):
                made.append((told.chain.instants[raw["log"][-1]["recorded"]] + told.shift, n + 1, m))
        for when, n, m in sorted(made):
            yield when, self.cast.made[m] if n == 0 else self.record(self.told[n - 1], m)

    def record(self, told: Told, m: int) -> Raw:
        """The mth record of a chain, in the words of this instance."""
        texts = self._texts(told)
        raw: Raw = changed(told.chain.records[m], texts)
        if "year" in raw:
            raw["year"] = 2000 + int(raw["id"][8:10])
        return raw

    def _texts(self, told: Told) -> dict[str, str]:
        random, chain = Random(told.seed), told.chain
        days = told.shift // DAY
        texts = {text: instant(seconds + told.shift) for text, seconds in chain.instants.items()}
        texts |= {text: _day(ordinal + days) for text, ordinal in chain.days.items()}
        for code in sorted(chain.people):
            texts[code] = random.choice(self.cast.codes[code])
        for word, key in sorted(chain.words.items()):
            texts[word] = people.place(random) if key == PLACE else people.retold(word, key == DONE, random)
        if told.machine is not None:
            texts |= told.machine.texts
        else:
            serial = chain.records[0]["fields"]["serial"]
            texts[serial] = f"{serial[:6]}{random.randrange(100000):05d}"
        ids = {raw["id"]: new for raw, new in zip(chain.records, told.ids, strict=True)}
        texts |= ids
        texts |= {text: f"{ids[id]}#{step}" for text, (id, step) in chain.steps.items()}
        return texts


def _day(ordinal: int) -> str:
    return datetime.fromordinal(ordinal).date().isoformat()


def _last(raw: Raw) -> int:
    return int(datetime.fromisoformat(raw["log"][-1]["recorded"]).timestamp())
