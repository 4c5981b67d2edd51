"""Signals that ask a process to stop: the first unwinds it, the others change nothing."""

import signal
from collections.abc import Iterator

import pytest

from api.stopping import ASKS, answered_by, stopped_once


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ASKS}
    yield
    assert {number: signal.getsignal(number) for number in ASKS} == before


@pytest.mark.parametrize(
    ("first", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit)]
)
def test_first_signal_unwinds_and_the_next_do_not_interrupt_the_closing(
    first: signal.Signals, raised: type[BaseException]
) -> None:
    closed = []

    with pytest.raises(raised), stopped_once():  # noqa: PT012
        try:
            signal.raise_signal(first)
        finally:
            for number in ASKS:
                signal.raise_signal(number)
            closed.append("all of it")

    assert closed == ["all of it"]


def test_whoever_stops_by_himself_is_told_and_after_that_nobody_is() -> None:
    told: list[int] = []

    with stopped_once():
        with answered_by(lambda number, _: told.append(number)):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)

    assert told == [signal.SIGTERM]


def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_once():
            signal.raise_signal(signal.SIGHUP)
            with answered_by(lambda *_: pytest.fail("nohup was meant")):
                signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
