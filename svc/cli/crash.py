"""A bug of ours: the traceback goes to a file, the user gets a refusal that names it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from svc.domain.refusal import Exit, Refusal, Text


def as_refusal(error: Exception, argv: list[str]) -> Refusal:
    """A refusal (exit 70) out of an exception that nobody expected; `--debug` shows its traceback too."""
    if "--debug" in argv:
        traceback.print_exception(error)
    log = Path(tempfile.gettempdir()) / f"svc-bug-{os.getpid()}.log"
    told = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        log.write_text(f"{datetime.now().isoformat()} {argv!r}\n{told}", "utf-8")
    what = f"{type(error).__name__}: {error}"[:200]
    return Refusal(
        Text(f"软件内部出错：{what}。", f"a bug in svc: {what}."),
        exit=Exit.BUG,
        where=Text.same(str(log)),
        remedy=Text("请把该文件交给维护人", "please hand that file to whoever maintains svc"),
    )
