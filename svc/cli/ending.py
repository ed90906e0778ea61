"""What a signal does: the command ends with the contract's code, at the latest before it writes."""

from __future__ import annotations

import signal
from types import FrameType

INTERRUPTED = 130
SIGNALS = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: 143}
if hasattr(signal, "SIGHUP"):
    SIGNALS[signal.SIGHUP] = 129

_heard: list[int] = []


def listen() -> None:
    """End by an exception from now on, so that what is half done is put right; a signal that is ignored stays so."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def heed() -> None:
    """End now if a signal came: Python itself loses the exception where it compiles or sweeps up."""
    if _heard:
        raise SystemExit(_heard[0])


def ended(code: int) -> int:
    """The exit code of a command that came to `code`: a refusal that is a signal's doing is none."""
    return _heard[0] if _heard and code else code


def _end(number: int, _frame: FrameType | None) -> None:
    _heard.append(SIGNALS[signal.Signals(number)])
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(_heard[0])
