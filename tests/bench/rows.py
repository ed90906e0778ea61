"""The rows of the table: what is run, how often, against which limit. C is `python -c "import click"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.bench import Bench, forget, ids, status
from tests.bench.figures import Figure, against
from tests.bench.memory import memory
from tests.bench.only_new import only_new
from tests.bench.places import clean_environment, git
from tests.bench.timing import Failed, Run, median, run

HEAVY = ("yaml", "jsonschema", "jsonschema_rs", "git", "tabulate")
"""Libraries that a command which does not need them must not load."""
HUNDRED = 100
YEAR = "2024"
"""A year that is neither the first nor the last."""
FILTER = ("query", "intake", "state:closed", f"year:{YEAR}", "--limit", "50")
WORDS = ("query", "intake", "漏油", "--limit", "50")
CLERK = "wang.fang"


@dataclass(frozen=True)
class Row:
    """One row: its name on the command line, the sizes at which it is measured, what measures it."""

    key: str
    sizes: tuple[int, ...]
    measure: Callable[[Bench, int], Iterator[Figure]]


def start(b: Bench, size: int) -> Iterator[Figure]:
    """What needs no repository."""
    repo = b.repo(size)
    for words in ("--version", "--help"):
        yield against(f"svc {words}", None, *b.beside(b.call(repo, words)), 1.5)
        yield _light(f"svc {words}", None, b.loaded(repo, words))


def completion(b: Bench, size: int) -> Iterator[Figure]:
    """The ids that start so, offered to a shell."""
    repo = b.repo(size)
    typed = ids(repo, f"{YEAR}/intake", 1)[0][:10]
    asked = {"_SVC_COMPLETE": "bash_complete", "COMP_WORDS": f"svc show {typed}", "COMP_CWORD": "2"}

    def call(_n: int) -> Run:
        done = b.run(repo, more=asked)
        if typed not in done.out:
            raise Failed(f"completion of {typed} offers nothing: {done.out[:200]}{done.err[:200]}")
        return done

    yield against("completion of ids", size, *b.beside(call), 1.5)
    yield _light("completion of ids", size, b.loaded(repo, more=asked))


def _light(work: str, size: int | None, loaded: set[str]) -> Figure:
    found = [name for name in HEAVY if name in loaded]
    note = f"loaded: {', '.join(found)}" if found else f"none of {', '.join(HEAVY)} loaded"
    return Figure(f"{work}: heavy libraries", size, len(found), 0, unit="", note=note)


def show(b: Bench, size: int) -> Iterator[Figure]:
    """One record by its id, another one each time."""
    repo = b.repo(size)
    names = ids(repo, f"{YEAR}/repair-report", b.often + 1)
    yield against("svc show ID", size, *b.beside(lambda n: b.run(repo, "show", names[n % len(names)])), 2.2)


def deeds(b: Bench, size: int) -> Iterator[Figure]:
    """A call taken down and its warranty checked: two deeds, git's status looked at after each."""
    repo = b.repo(size)
    limit = 5.0 if size >= 100_000 else 3.5
    calls = Calls(b, repo)
    taken: dict[str, list[float]] = {"create": [], "advance": []}
    base: list[float] = []
    unclean = 0
    for n in range(-1, b.often):
        for name, deed in (("create", calls.create), ("advance", calls.check)):
            seconds, bare = b.turn(deed, n)
            unclean += bool(status(repo))
            if n >= 0:
                taken[name].append(seconds)
                base.append(bare)
    for name, all_seconds in taken.items():
        yield against(f"svc {name}", size, all_seconds, base, limit)
    note = f"of {2 * (b.often + 1)} deeds"
    yield Figure("git status not clean after create, advance", size, unclean, 0, unit="", note=note)


def beside_git(b: Bench, size: int) -> Iterator[Figure]:
    """A deed beside `git add` and `git commit` of one new file in another copy, with git's own settings and all forced."""
    repo, other = b.repo(size), b.spare(size)
    calls = Calls(b, repo)
    taken: dict[str, list[float]] = {"create": [], "advance": [], "git": [], "forced": []}
    for n in range(-1, b.runs):
        done = {"create": calls.create(n).seconds, "advance": calls.check(n).seconds}
        done["git"] = _add_and_commit(other, f"plain-{n}.txt")
        done["forced"] = _add_and_commit(other, f"forced-{n}.txt", "-c", "core.fsync=all")
        for name, seconds in done.items():
            taken[name] += [seconds] if n >= 0 else []
    b.drop(other)
    plain, forced = median(taken["git"]), median(taken["forced"])
    for name in ("create", "advance"):
        value = median(taken[name])
        note = (
            f"{1000 * value:.0f} ms; git {1000 * plain:.0f} ms as it is set, {1000 * forced:.0f} ms with core.fsync=all"
        )
        yield Figure(f"svc {name} beside git add, git commit", size, value / plain, 1.0, unit="× git", note=note)


def _add_and_commit(repo: Path, name: str, *settings: str) -> float:
    """The seconds of `git add FILE && git commit` of one new file."""
    (repo / "notes").mkdir(exist_ok=True)
    (repo / "notes" / name).write_text(f"{name}\n", "utf-8")
    head = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *settings]
    add = run([*head, "add", f"notes/{name}"], repo, clean_environment())
    return add.seconds + run([*head, "commit", "-q", "-m", name], repo, clean_environment()).seconds


class Calls:
    """New calls about machines of the register, one after the other."""

    def __init__(self, b: Bench, repo: Path) -> None:
        self.b, self.repo, self.id = b, repo, ""
        self.serials = ids(repo, "register/warranty-handbook", 50)

    def create(self, n: int) -> Run:
        """Take down a call."""
        words = ["create", "intake", "channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0101"]
        words += [f"serial={self.serials[n % len(self.serials)]}", "fault_place=示例市城东工地"]
        done = self.b.run(self.repo, *words, "fault_symptom=铲斗升降时高压软管接头漏油", me=CLERK)
        self.id = done.out.strip().splitlines()[0]
        return done

    def check(self, _n: int) -> Run:
        """Check the warranty of the call just taken."""
        words = ("check_warranty", "certificate_seen=true", "handbook_seen=true", "hour_meter=1180.5")
        return self.b.run(self.repo, "advance", self.id, *words, me=CLERK)


def queries(b: Bench, size: int) -> Iterator[Figure]:
    """Fifty rows of many, the index being there."""
    repo = b.repo(size)
    asked = (("ids", FILTER, 2.5), ("json", FILTER, 2.5), ("table", FILTER, 3.5), ("ids", WORDS, 2.5))
    for format_, words, limit in asked:
        found = len(b.run(repo, *words, "-O", "ids").out.splitlines())
        taken = b.beside(b.call(repo, *words, "-O", format_))
        figure = against(f"svc {' '.join(words)} -O {format_}", size, *taken, limit)
        yield replace(figure, note=f"{found} rows; {figure.note}")


def arriving(b: Bench, size: int) -> Iterator[Figure]:
    """The same query after a hundred commits came in from elsewhere: the last of the history, a hundred at a time."""
    repo = b.spare(size)
    tip = git(repo, "rev-parse", "HEAD").strip()
    limits = {"ids": 4.0, "table": 5.0}
    back = HUNDRED * (b.runs + 1)
    for format_, limit in limits.items():
        git(repo, "reset", "--hard", "-q", f"{tip}~{back}")
        b.run(repo, *FILTER, "-O", "ids")

        def call(n: int, f: str = format_) -> Run:
            git(repo, "reset", "--hard", "-q", f"{tip}~{back - HUNDRED * (n + 2)}")
            return b.run(repo, *FILTER, "-O", f)

        yield against(f"svc query -O {format_}, 100 commits newer", size, *b.beside(call, few=True), limit)
    b.drop(repo)


def from_nothing(b: Bench, size: int) -> Iterator[Figure]:
    """The first query in a clone: nothing kept beside the history."""
    repo = b.repo(size)
    seconds = []
    for _ in range(b.runs):
        forget(repo)
        seconds.append(b.run(repo, "query", "intake", "--limit", "1", "-O", "ids").seconds)
    yield _rate("index from nothing", size, seconds)


def checked(b: Bench, size: int) -> Iterator[Figure]:
    """Everything checked, nothing kept; then again, nothing changed."""
    repo = b.repo(size)
    seconds = []
    for _ in range(b.runs):
        forget(repo)
        seconds.append(b.run(repo, "check").seconds)
    yield _rate("svc check, cold", size, seconds)
    yield against("svc check, warm", size, *b.beside(b.call(repo, "check")), 4.0)


def _rate(work: str, size: int, seconds: list[float]) -> Figure:
    note = f"{median(seconds):.1f} s, slowest {max(seconds):.1f}; {len(seconds)} runs"
    return Figure(work, size, size / median(seconds), 4000, unit="records/s", least=True, note=note)


SMALL, COMPLETED, LARGE = 10_000, 20_000, 100_000
ROWS = (
    Row("start", (SMALL,), start),
    Row("completion", (COMPLETED,), completion),
    Row("show", (SMALL, LARGE), show),
    Row("deeds", (SMALL, LARGE), deeds),
    Row("git", (LARGE,), beside_git),
    Row("query", (SMALL, LARGE), queries),
    Row("arriving", (SMALL, LARGE), arriving),
    Row("only-new", (SMALL,), only_new),
    Row("from-nothing", (SMALL, LARGE), from_nothing),
    Row("check", (SMALL, LARGE), checked),
    Row("memory", (LARGE,), memory),
)
"""The table, in the order of the promise."""
