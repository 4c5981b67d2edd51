"""The work that no person does, while the service runs: on every tick, and at once when a transaction says so."""

import threading
import time
from types import TracebackType

import psycopg
import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from api.clock_watch import ClockWatch
from api.register_folder import RegisterFolder
from api.wiring import Wiring
from engine.database import WAKE_CHANNEL
from engine.work import work_once
from handlers.imports import take_in_waiting
from handlers.watches import look_at_closed

SILENCE_SECONDS = 60  # after so long without a finished tick something is wrong
HEARING_SECONDS = 0.5  # how long stopping may wait for the listener
RECONNECT_SECONDS = 5
LOOK_SECONDS = 5  # how often the watched folder is looked at; a file is taken at the second look
WATCH_SECONDS = 600  # how often closed cases are looked for; a day matters, not an hour
log = structlog.get_logger()


class Background:
    """A thread that does what is due, woken by ticks and by a listener that waits for none. A context manager."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._watch = ClockWatch(wiring.runtime)
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        self._last_done = time.monotonic()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        folder = wiring.settings.register_dir
        self._folder = RegisterFolder(folder, wiring.runtime) if folder else None
        self._worker = threading.Thread(target=self._work_when_wanted, name="worker", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="listener", daemon=True)

    def __enter__(self) -> "Background":
        seconds = self._wiring.settings.tick_seconds
        self._scheduler.add_job(self._wanted.set, "interval", seconds=seconds, id="tick")
        # Beside the tick, not in it: timers do not wait for a large file.
        self._scheduler.add_job(self._take_in, "interval", seconds=seconds, id="long work")
        self._scheduler.add_job(self._watch_closed, "interval", seconds=WATCH_SECONDS, id="watches")
        if self._folder is not None:
            self._scheduler.add_job(self._look, "interval", seconds=LOOK_SECONDS, id="folder")
        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
        self._scheduler.start()
        self._worker.start()
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finishes what is in hand."""
        self._stopping.set()
        self._wanted.set()
        self._listener.join()
        self._worker.join()
        self._scheduler.shutdown(wait=True)

    def problem(self) -> str:
        """What is wrong, in a sentence; usually empty."""
        if self._watch.has_stopped:
            return "The clock jumped; timers wait until a person has looked at the incident."
        if time.monotonic() - self._last_done > SILENCE_SECONDS + self._wiring.settings.tick_seconds:
            return "Timers and deliveries have not been looked at for a minute."
        return ""

    def _work_when_wanted(self) -> None:
        while self._wanted.wait() and self._goes_on():
            # Cleared before the work: a wish that comes meanwhile is heard after it.
            self._wanted.clear()
            try:
                self._work()
                self._last_done = time.monotonic()
            except Exception as error:
                log.exception("work_failed", problem=type(error).__name__)

    def _work(self) -> None:
        if not self._watch.allows_work():
            return
        runtime, channels = self._wiring.runtime, self._wiring.channels
        while self._goes_on() and (done := work_once(runtime, channels, go_on=self._goes_on)):
            log.debug("work_done", rows=done)

    def _take_in(self) -> None:
        while self._goes_on() and take_in_waiting(self._wiring.runtime, go_on=self._goes_on):
            pass

    def _watch_closed(self) -> None:
        if self._watch.allows_work():
            look_at_closed(self._wiring.runtime)

    def _look(self) -> None:
        if self._folder is not None:
            self._folder.look(go_on=self._goes_on)

    def _goes_on(self) -> bool:
        return not self._stopping.is_set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear()
            except (SQLAlchemyError, psycopg.Error) as error:
                # The ticks go on meanwhile.
                log.warning("listener_lost", problem=type(error).__name__)
                self._stopping.wait(RECONNECT_SECONDS)

    def _hear(self) -> None:
        connection = self._wiring.database.engine.raw_connection()
        db: psycopg.Connection = connection.driver_connection  # type: ignore[assignment]
        connection.detach()  # it waits for long, and must not be one of the pool's
        try:
            db.autocommit = True
            db.execute(f"LISTEN {WAKE_CHANNEL}")
            self._wanted.set()  # what was said while nobody listened
            while not self._stopping.is_set():
                for _ in db.notifies(timeout=HEARING_SECONDS, stop_after=1):
                    self._wanted.set()
        finally:
            connection.close()


def _log_failure(event: JobExecutionEvent) -> None:
    log.error("work_failed", problem=type(event.exception).__name__, exc_info=event.exception)
