"""The work in the background: woken at once, not stopped by one failure, stopped by a clock that jumps."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from api.background import Background
from api.clock_watch import COMMAND, ClockWatch
from api.database import Database
from api.settings import Settings
from api.wiring import Wiring
from engine import tables
from engine.database import transaction, wake_workers
from engine.deliveries import Parcel
from engine.ids import new_id
from engine.runtime import Runtime
from tests.engine.small import OWNER, do, new_case, small_runtime

LONG = 60.0  # a tick that does not come within a test
PATIENCE = 30.0


class Letterbox:
    """A channel that keeps what it is given, and fails as often as it is told to."""

    refuses_duplicates = True

    def __init__(self, *, failures: int = 0) -> None:
        self.parcels: list[Parcel] = []
        self.failures = failures

    def send(self, parcel: Parcel) -> None:
        """Keeps it, or breaks."""
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the letterbox is on fire")
        self.parcels.append(parcel)

    def recall(self, parcel: Parcel) -> None:
        """Nothing is called back here."""


def wired(runtime: Runtime, letterbox: Letterbox, *, tick_seconds: float) -> Wiring:
    settings = Settings(tick_seconds=tick_seconds, data_dir=Path("unused"))
    return Wiring(settings, Database(runtime.engine), runtime, {"post": letterbox})


def eventually(is_so: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def listeners(runtime: Runtime) -> set[int]:
    """The connections on which somebody waits for a word."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    with runtime.engine.connect() as db:
        return set(db.execute(text(asked)).scalars())


def letter_decided(runtime: Runtime) -> None:
    """A case of the small process comes to its letter."""
    do(runtime, new_case(runtime, owner_id=OWNER, subject_id=new_id()), "AskFirst", said="yes")


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return small_runtime(engine)


def test_decided_letter_goes_out_at_once_and_not_with_the_next_tick(runtime: Runtime) -> None:
    letterbox = Letterbox()
    with Background(wired(runtime, letterbox, tick_seconds=LONG)):
        eventually(lambda: listeners(runtime))

        letter_decided(runtime)

        eventually(lambda: letterbox.parcels)


def test_listener_that_lost_its_connection_hears_again(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.background.RECONNECT_SECONDS", 0.1)
    letterbox = Letterbox()
    with Background(wired(runtime, letterbox, tick_seconds=LONG)):
        eventually(lambda: listeners(runtime))
        (first,) = listeners(runtime)
        with runtime.engine.begin() as db:
            db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        eventually(lambda: listeners(runtime) - {first})

        letter_decided(runtime)

        eventually(lambda: letterbox.parcels)


def test_what_was_decided_while_nobody_listened_goes_out_when_somebody_does(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.background.RECONNECT_SECONDS", 1)
    letterbox = Letterbox()
    with Background(wired(runtime, letterbox, tick_seconds=LONG)):
        eventually(lambda: listeners(runtime))
        with runtime.engine.begin() as db:
            db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": min(listeners(runtime))})
        eventually(lambda: not listeners(runtime))

        letter_decided(runtime)

        eventually(lambda: letterbox.parcels)


def test_one_failure_stops_nothing(runtime: Runtime) -> None:
    letterbox = Letterbox(failures=1)
    letter_decided(runtime)
    letter_decided(runtime)

    with Background(wired(runtime, letterbox, tick_seconds=0.1)) as background:
        eventually(lambda: letterbox.parcels)
        assert background.problem() == ""


def test_ticks_do_what_no_word_was_sent_for(runtime: Runtime) -> None:
    letterbox = Letterbox()
    letter_decided(runtime)

    with Background(wired(runtime, letterbox, tick_seconds=0.1)):
        eventually(lambda: letterbox.parcels)


def test_stopping_takes_no_longer_than_what_is_in_hand(runtime: Runtime) -> None:
    background = Background(wired(runtime, Letterbox(), tick_seconds=LONG))
    with background:
        time.sleep(0.2)
        started = time.monotonic()

    assert time.monotonic() - started < 2


class TimePassed:
    """Seconds that a machine counts, set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2)])
def test_clock_that_jumps_stops_the_work_until_a_person_has_looked(runtime: Runtime, jump: timedelta) -> None:
    passed = TimePassed()
    watch = ClockWatch(runtime, passed=passed)
    assert watch.allows_work()

    passed.seconds -= jump.total_seconds()

    assert not watch.allows_work()
    assert not watch.allows_work()
    assert not ClockWatch(runtime).allows_work(), "another process must not go on"
    i = tables.incident.c
    with transaction(runtime.engine) as db:
        (incident,) = db.execute(select(i.problem).where(i.command == COMMAND)).scalars()
        assert "clock jumped" in incident
        db.execute(update(tables.incident).values(resolved_at=text("now()")))
    assert watch.allows_work()


def test_outage_and_small_corrections_are_no_jump(runtime: Runtime) -> None:
    passed = TimePassed()
    watch = ClockWatch(runtime, passed=passed)
    watch.allows_work()

    passed.seconds += 50 * 60

    assert watch.allows_work()
    assert ClockWatch(runtime).allows_work()


def test_word_is_sent_only_with_the_commit(runtime: Runtime) -> None:
    letterbox = Letterbox()
    with Background(wired(runtime, letterbox, tick_seconds=LONG)) as background, runtime.engine.connect() as db:
        eventually(lambda: listeners(runtime))
        with db.begin() as undone:
            wake_workers(db)
            undone.rollback()
        letter_decided(runtime)

        eventually(lambda: letterbox.parcels)
        assert background.problem() == ""
