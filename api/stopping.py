"""Signals that ask a process to stop."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


Handler = Callable[[int, FrameType | None], None]


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
    _set(stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def answered_by(handler: Handler) -> Iterator[None]:
    """Within `stopped_once`: signals go to somebody who stops by himself. Afterwards they change nothing any more."""
    _set(handler)
    try:
        yield
    finally:
        _set(signal.SIG_IGN)


def _set(handler: Handler | signal.Handlers) -> None:
    for number in ASKS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, handler)
