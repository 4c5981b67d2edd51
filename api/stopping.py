"""Signals that ask a process to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopped_once() -> Iterator[None]:
    """Inside, the first signal raises, so that everything is closed on the way out; further ones change nothing.

    SIGTERM and SIGHUP would otherwise end the process at once and leave the database running, and a second Ctrl-C
    would interrupt the closing. Raises KeyboardInterrupt for Ctrl-C, otherwise SystemExit.
    """
    is_stopping = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal is_stopping
        if is_stopping:
            return
        is_stopping = True
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)

    before = {number: signal.getsignal(number) for number in ASKS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
