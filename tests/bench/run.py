"""Measures svc against what it promises:  python -m tests.bench [--row KEY]… [--size N]… [--repo N=DIR]…

Prints every figure beside its limit; exit 1 when one is over it or could not be measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figures import Figure, failure, table, verdict
from tests.bench.installed import Installed, install
from tests.bench.places import clean_environment
from tests.bench.rows import ROWS, Row
from tests.bench.timing import Failed, median

LEAST = 9
"""So many runs at least stand behind a median."""
SANE = 1200
"""The records of the repository that `--sane` works in."""


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; the exit code."""
    asked = _parser().parse_args(argv)
    if asked.runs is None:
        asked.runs = 1 if asked.sane else LEAST
    with tempfile.TemporaryDirectory(prefix="svc-bench-", dir=asked.work) as folder:
        _say("installing svc")
        svc = install(Path(folder))
        bench = Bench(svc, Path(folder), asked.runs, dict(asked.repo), _say)
        figures = [
            figure for row in ROWS if not asked.row or row.key in asked.row for figure in _row(bench, row, asked)
        ]
        lines = [*(machine(svc) if asked.markdown else []), *table(figures, markdown=asked.markdown)]
    sys.stdout.write("\n".join(lines) + "\n")
    return verdict(figures, sane=asked.sane)


def _row(bench: Bench, row: Row, asked: argparse.Namespace) -> Iterator[Figure]:
    """The figures of one row at each of its sizes; what cannot be measured is a figure too."""
    sizes = (SANE,) if asked.sane else tuple(size for size in row.sizes if not asked.size or size in asked.size)
    for size in sizes:
        begun = time.monotonic()
        try:
            for figure in row.measure(bench, size):
                _say("  ".join(cell for cell in figure.cells() if cell))
                yield figure
        except (Failed, subprocess.CalledProcessError) as why:
            yield failure(row.key, size, str(why))
            _say(f"{row.key} {size:,}: {why}")
        _say(f"{row.key} {size:,}: {time.monotonic() - begun:.0f} s")


def machine(svc: Installed) -> list[str]:
    """What the figures were taken on: cores, versions, C; nothing that names the machine."""
    git = subprocess.run(["git", "--version"], env=clean_environment(), stdout=subprocess.PIPE, check=True)
    base = 1000 * median([svc.bare().seconds for _ in range(2 * LEAST)])
    told = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return [f"{told}, {git.stdout.decode().strip()}; C = {base:.0f} ms.", ""]


def _pair(text: str) -> tuple[int, Path]:
    size, _, place = text.partition("=")
    if not size.isdigit() or not (Path(place) / ".git").is_dir():
        raise argparse.ArgumentTypeError(f"not N=DIR with a repository: {text}")
    return int(size), Path(place).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    keys = [row.key for row in ROWS]
    parser.add_argument("--row", action="append", choices=keys, help="only this row (may be given again)")
    parser.add_argument("--size", action="append", type=int, help="only this many records (may be given again)")
    parser.add_argument(
        "--repo", action="append", type=_pair, default=[], help="N=DIR: a ready repository, to be copied"
    )
    parser.add_argument("--runs", type=int, help=f"runs of what takes seconds (default {LEAST})")
    parser.add_argument("--work", help="where to work (default: the system's temporary folder)")
    parser.add_argument("--markdown", action="store_true", help="the machine and the table in Markdown")
    sane = "every row once in a small repository; minds only what no machine's speed changes"
    parser.add_argument("--sane", action="store_true", help=sane)
    return parser


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
