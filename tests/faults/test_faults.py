"""The command line killed, failing and crowded: nothing acknowledged is lost, nothing blocks the next deed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

CALL = (
    "channel=phone",
    "reporter.name=王建国",
    "reporter.phone=000-5550-0123",
    "fault_place=示例矿",
    "fault_symptom=漏油",
)
CUSTOMER = ("name=示例矿业", "kind=company", "contact_person=王建国", "phone=000-5550-0123", "address=示例路1号")
Shop = Any


@pytest.fixture(scope="session")
def injector(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The preloaded library that kills at the k-th call that changes files."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the injector needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("injector") / "injector.so"
    source = root / "tests/store/injector.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def test_numbers_have_no_gaps_after_a_refusal_and_a_dry_run(shop: Shop) -> None:
    first = shop.ok("create", "intake", "serial=X1", *CALL)
    assert shop.run("create", "intake", "serial=X1").returncode == 4
    assert shop.run("create", "intake", "serial=X1", *CALL, "-n").returncode == 0
    second = shop.ok("create", "intake", "serial=X1", *CALL)
    assert [int(number.split("-")[3]) for number in (first, second)] == [1, 2]


def test_four_processes_share_one_clone(shop: Shop) -> None:
    _crowd(shop, writers=4, each=3)


@pytest.mark.slow
def test_eight_processes_create_fifty_records_each(shop: Shop) -> None:
    _crowd(shop, writers=8, each=50)


def _crowd(shop: Shop, writers: int, each: int) -> None:
    before = int(shop.git("rev-list", "--count", "HEAD"))
    deed = f"{sys.executable} -m svc create intake serial=X1 {' '.join(CALL)}"
    script = f"for n in $(seq {each}); do {deed} || exit 1; done"
    children = [
        subprocess.Popen(
            ["sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=shop.environment()
        )
        for _ in range(writers)
    ]
    said = [child.communicate() for child in children]
    assert [child.returncode for child in children] == [0] * writers, [err for _, err in said]
    numbers = [line for out, _ in said for line in out.split()]
    total = writers * each
    assert len(set(numbers)) == total
    assert sorted(int(number.split("-")[3]) for number in numbers) == list(range(1, total + 1))
    assert int(shop.git("rev-list", "--count", "HEAD")) - before == total
    assert shop.calls() >= set(numbers)
    shop.sound()


@pytest.mark.slow
def test_killed_at_random_moments(shop: Shop) -> None:
    """200 `kill -9` of the whole process group, of `create` and `advance` in turn."""
    chance = random.Random(20250305)
    acknowledged: set[str] = set()
    span = _typical(shop)
    for n in range(200):
        if n % 2:
            child = shop.start("create", "customer", f"code=K{n}", *CUSTOMER)
        else:
            child = shop.start("advance", "C0", "amend", f"address=示例路{n}号", "--reason", "搬迁")
        time.sleep(chance.uniform(0, span * 1.1))
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        out, err = child.communicate()
        assert "Traceback" not in err, err
        if n % 2 and out.strip():
            acknowledged.add(out.strip())
        assert acknowledged <= shop.customers()
        if n % 20 == 19:
            shop.sound()
    assert len(acknowledged) > 2, "no deed was ever quick enough to be acknowledged: the test shows nothing"
    assert len(shop.customers()) < 110, "no deed was ever killed in time: the test shows nothing"
    shop.sound()


def _typical(shop: Shop) -> float:
    """How long one deed takes here, in seconds."""
    start = time.monotonic()
    shop.ok("create", "customer", "code=TIME", *CUSTOMER)
    return time.monotonic() - start


@pytest.mark.slow
@pytest.mark.parametrize("act", ["KILL", "ALL"])
@pytest.mark.parametrize(
    "words",
    [
        ("create", "customer", "code=NEW", *CUSTOMER),
        ("advance", "C0", "amend", "address=示例路9号", "--reason", "搬迁"),
    ],
    ids=["create", "advance"],
)
def test_killed_at_every_call_that_changes_files(
    shop: Shop, injector: Path, tmp_path: Path, words: tuple[str, ...], act: str
) -> None:
    """`kill -9` at each write, fsync, rename, link, unlink, open in turn, of git's child or of svc and it."""
    counter = tmp_path / "counter"
    for n in range(1, 1000):
        there = shop.copy(tmp_path / f"copy-{n}")
        before = there.git("rev-parse", "HEAD")
        counter.write_bytes(struct.pack("ii", 0, 0))
        more = {"LD_PRELOAD": str(injector), "INJ_FN": "any", "INJ_N": str(n), "INJ_ACT": act, "INJ_CTR": str(counter)}
        done = there.run(*words, more=more)
        assert "Traceback" not in done.stderr, done.stderr
        if done.returncode == 0:
            assert there.git("rev-parse", "HEAD") != before, "acknowledged and not there"
        there.sound()
        shutil.rmtree(there.root)
        if struct.unpack("ii", counter.read_bytes())[0] < n:
            assert done.returncode == 0
            return
    raise AssertionError("the sweep found no end")
