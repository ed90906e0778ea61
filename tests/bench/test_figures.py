"""The arithmetic of the bench: what is over a limit is said so, and the exit code says it too."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from svc.cli.commands import COMMANDS
from tests.bench import memory
from tests.bench.figures import Figure, against, failure, table, verdict
from tests.bench.places import clean_environment
from tests.bench.rows import ROWS
from tests.bench.run import main
from tests.bench.timing import Failed, run


@pytest.mark.parametrize(
    ("value", "limit", "least", "holds"),
    [
        (1.5, 1.5, False, True),
        (1.51, 1.5, False, False),
        (4000, 4000, True, True),
        (3999, 4000, True, False),
        (math.nan, 0, False, False),
        (math.nan, 0, True, False),
    ],
)
def test_a_limit_is_kept_up_to_its_value(value: float, limit: float, least: bool, holds: bool) -> None:
    figure = Figure("x", None, value, limit, least=least)
    assert figure.holds is holds
    assert verdict([figure]) == (0 if holds else 1)


def test_one_figure_over_its_limit_makes_the_exit_code_1() -> None:
    good, bad = Figure("good", None, 1.0, 1.5), Figure("bad", None, 1.6, 1.5)
    assert verdict([]) == 0
    assert verdict([good, good]) == 0
    assert verdict([good, bad, good]) == 1


def test_a_sane_run_minds_counts_and_failures_but_not_speed() -> None:
    slow, counted = Figure("slow", None, 9.0, 1.5), Figure("counted", None, 1, 0, unit="")
    assert verdict([slow], sane=True) == 0
    assert verdict([slow, counted], sane=True) == 1
    assert verdict([slow, failure("x", 10, "exit 70")], sane=True) == 1


def test_a_ratio_is_of_medians() -> None:
    figure = against("svc x", 10, [0.2, 0.1, 9.0], [0.05, 0.04, 0.06, 0.05], 2.2)
    assert figure.value == pytest.approx(4.0)
    assert figure.note == "200 ms, slowest 9000; C 50 ms; 3 runs"
    assert not figure.holds


def test_the_table_says_value_limit_and_verdict() -> None:
    figures = [
        Figure("svc show ID", 100_000, 2.125, 2.2, note="70 ms"),
        Figure("index from nothing", 10_000, 3999.6, 4000, unit="records/s", least=True),
        Figure("heavy libraries", None, 0, 0, unit=""),
        failure("check", 10_000, "exit 70:\n a bug | here"),
    ]
    assert table(figures, markdown=True) == [
        "| work | records | measured | limit |  | how |",
        "|---|---|---|---|---|---|",
        "| svc show ID | 100,000 | 2.12 C | ≤ 2.20 C | holds | 70 ms |",
        "| index from nothing | 10,000 | 4,000 records/s | ≥ 4,000 records/s | OVER |  |",
        "| heavy libraries |  | 0 | ≤ 0 | holds |  |",
        "| check | 10,000 | – | ≤ 0 | failed | exit 70: a bug \\| here |",
    ]
    assert table(figures[:1], markdown=False) == [
        "work         records  measured  limit            how",
        "svc show ID  100,000  2.12 C    ≤ 2.20 C  holds  70 ms",
    ]


def test_a_run_is_timed_as_a_whole_with_the_memory_of_its_children(tmp_path: Path) -> None:
    hold = "x = bytearray(60_000_000); import time; time.sleep(0.3)"
    program = f"import subprocess, sys; print('你好'); subprocess.run([sys.executable, '-c', {hold!r}])"
    done = run([sys.executable, "-c", program], tmp_path, clean_environment(), watch=True)
    assert done.out == "你好\n"
    assert done.seconds >= 0.3
    assert done.megabytes > 60


def test_a_command_that_does_not_end_well_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="exit 3: it broke"):
        run([sys.executable, "-c", "import sys; sys.exit(print('it broke') or 3)"], tmp_path, clean_environment())


def test_every_command_is_measured_for_memory_or_left_out_for_a_reason() -> None:
    measured = {line.words.partition(" ")[0] for line in memory.LINES} - {""}
    assert measured | memory.LEFT_OUT.keys() == set(COMMANDS)
    assert not measured & memory.LEFT_OUT.keys()


def test_the_rows_have_names_of_their_own() -> None:
    assert len({row.key for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("words", [["--row", "nothing"], ["--repo", "10=nowhere"], ["--repo", "many=."]])
def test_what_cannot_be_measured_is_refused_before_anything_is_made(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    assert words[0] in capsys.readouterr().err
