"""A small repository made by real commands, and the command line as a child process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ME = "wang.fang@example.com"
CUSTOMER = ("kind=company", "contact_person=王建国", "phone=000-5550-0123", "address=示例路1号")
ROLES = '[{"role":"marketing","from":"2025-01-01"},{"role":"cs_dept","from":"2025-01-01"},{"role":"call_clerk","from":"2025-01-01"}]'


@dataclass
class Shop:
    """One repository and the command line over it."""

    root: Path
    more: dict[str, str] = field(default_factory=dict)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a child: fixed clock and person, the code from this tree, no bytecode written."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SVC_NOW": "2025-03-05T10:00:00+08:00",
            "SVC_ME": ME,
            "SVC_REPO": str(self.root),
            **self.more,
            **(more or {}),
        }

    def start(self, *words: str, more: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """A command running in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "svc", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(more),
            start_new_session=True,
            cwd=self.root.parent,
        )

    def run(self, *words: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """A command run to its end."""
        child = self.start(*words, more=more)
        out, err = child.communicate(timeout=120)
        return subprocess.CompletedProcess(words, child.returncode, out, err)

    def ok(self, *words: str) -> str:
        """A command that must succeed; what it said."""
        done = self.run(*words)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout.strip()

    def git(self, *args: str) -> str:
        """Plain git, which must succeed."""
        done = subprocess.run(["git", "-C", self.root, *args], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def customers(self) -> set[str]:
        """The customers in HEAD."""
        listed = self.git("ls-tree", "-r", "--name-only", "HEAD", "records/register/customer").split()
        return {Path(path).stem for path in listed}

    def copy(self, to: Path) -> Shop:
        """A copy of the whole repository."""
        shutil.copytree(self.root, to, symlinks=True)
        return Shop(to, dict(self.more))

    def calls(self) -> set[str]:
        """The numbered records in HEAD."""
        listed = self.git("ls-tree", "-r", "--name-only", "HEAD", "records/2025").split()
        return {Path(path).stem for path in listed}

    def sound(self) -> None:
        """What holds after every fault: git finds nothing wrong, the next deed goes through, the tree is clean."""
        assert self.git("fsck", "--full", "--strict", "--no-dangling") == ""
        self.ok("create", "customer", f"code=NEXT{len(self.customers())}", "name=示例矿业", *CUSTOMER)
        assert self.git("status", "--porcelain") == ""
        assert self.run("check").returncode == 0


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A repository with one clerk and one customer; never changed by a test."""
    root = tmp_path_factory.mktemp("shop") / "repo"
    shop = Shop(root)
    admin = {"SVC_ME": "li.min@example.com", "SVC_REPO": ""}
    made = shop.run(
        *("init", str(root), "--procedure", "chenggong", "--name", "李敏", "--email", "li.min@example.com"), more=admin
    )
    assert made.returncode == 0, made.stderr
    person = ("code=wang.fang", "name=王芳", "employee_no=0002", "unit=company", f"git_email={ME}", f"roles:={ROLES}")
    assert shop.run("create", "person", *person, more={"SVC_ME": "li.min@example.com"}).returncode == 0
    shop.ok("create", "customer", "code=C0", "name=示例矿业", *CUSTOMER)
    return shop


@pytest.fixture
def shop(first: Shop, tmp_path: Path) -> Shop:
    """A copy of that repository."""
    return first.copy(tmp_path / "repo")
