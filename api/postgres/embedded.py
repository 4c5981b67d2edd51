"""The embedded server: found or started, and stopped when its last user has gone.

A user of the server is a process that holds a shared lock on `users.lock`; the kernel drops the lock even after
kill -9, so nobody has to remember who died.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy import URL

from api.postgres.errors import PostgresError
from api.postgres.place import ELSEWHERE, PORT, Place, choose_place
from api.postgres.process import clear_leftovers, pid_file, server_of, wait_until_gone
from api.postgres.programs import Programs, programs_for

START_SECONDS = 120
STOP_SECONDS = 60
LOG_BYTES = 10_000_000


class EmbeddedPostgres:
    """The server of one folder. `start`, then `url`; `stop` lets go of it."""

    def __init__(self, folder: Path, *, options: Mapping[str, str] | None = None, elsewhere: Path = ELSEWHERE) -> None:
        """options: settings of PostgreSQL, which count when it is this process that starts the server."""
        self._wanted, self._elsewhere = folder, elsewhere
        self._options = dict(options or {})
        self._place: Place | None = None
        self._users: IO[bytes] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def notice(self) -> str:
        """What whoever started the service should know: where the data went instead. Usually empty."""
        return self.place.notice

    @property
    def place(self) -> Place:
        """Where everything is."""
        if self._place is None:
            raise PostgresError("The embedded PostgreSQL has not been started.")
        return self._place

    def url(self, database: str = "postgres") -> str:
        """The address of one of the server's databases, for SQLAlchemy."""
        return self._address(database).render_as_string(hide_password=False)

    def start(self) -> None:
        """Starts the server, or joins those who use it already. Raises PostgresError when it cannot."""
        if self._users is not None:
            return
        try:
            self._place = choose_place(self._wanted, elsewhere=self._elsewhere)
            programs = programs_for(self._place.account, elsewhere=self._elsewhere)
            with self._alone():
                self._join(programs)
        except PermissionError as error:
            raise PostgresError(
                f"The database folder {self._wanted} belongs to somebody else: {error.strerror} ({error.filename}). "
                "Start as its owner, or choose another folder with FASTTRACK_DATA_DIR."
            ) from error

    def stop(self) -> bool:
        """Lets go of the server. True when nobody else used it, so that it was stopped."""
        if self._users is None:
            return False
        with self._alone():
            return self._leave()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._open("start.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join(self, programs: Programs) -> None:
        self._users = self._open("users.lock")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            self._ensure_data(programs)
            if server_of(self.place.data) is None:
                clear_leftovers(self.place.data, seconds=STOP_SECONDS)
                self._launch(programs)
            self._await_ready()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> bool:
        if self._users is None:
            return False
        with self._users as users:
            self._users = None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._shut_down()
            return True

    def _ensure_data(self, programs: Programs) -> None:
        version = self.place.data / "PG_VERSION"
        if not version.exists():
            self._create_data(programs)
            return
        theirs, ours = version.read_text().strip(), programs.run("postgres", "--version").split()[-1]
        if theirs != ours.split(".")[0]:
            raise PostgresError(
                f"The database in {self.place.folder} was made by PostgreSQL {theirs}; this is {ours}. "
                "Export it with the older release and import it here."
            )

    def _create_data(self, programs: Programs) -> None:
        for unfinished in self.place.folder.glob("data.new.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        # A name of its own: what an interrupted initdb has begun may still be writing for a moment.
        fresh = Path(tempfile.mkdtemp(prefix="data.new.", dir=self.place.folder))
        self.place.give(fresh)
        # The locale comes with PostgreSQL: those of the operating system may not have been generated.
        programs.run(
            "initdb", "--pgdata", str(fresh), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
        fresh.rename(self.place.data)

    def _launch(self, programs: Programs) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.make_socket_folder()),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_error_verbosity": "terse",  # details quote the values of rows
            **self._options,
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        if self.place.log.exists() and self.place.log.stat().st_size > LOG_BYTES:
            self.place.log.replace(self.place.log.with_suffix(".old"))
        with self._open(self.place.log.name) as log, _signals_held_back():
            self._child = programs.launch("postgres", "-D", str(self.place.data), *settings, log=log)

    def _await_ready(self) -> None:
        limit = time.monotonic() + START_SECONDS
        while True:
            try:
                address = self._address("postgres").set(drivername="postgresql")
                psycopg.connect(address.render_as_string(hide_password=False), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self._has_died() or time.monotonic() > limit:
                    raise PostgresError(
                        f"PostgreSQL did not start in {self.place.folder}: {self._last_words() or error}"
                    ) from error
            time.sleep(0.02)

    def _has_died(self) -> bool:
        # The server writes its pid file only after a moment; until then its process speaks for it.
        if self._child is not None:
            return self._child.poll() is not None
        return server_of(self.place.data) is None

    def _shut_down(self) -> None:
        child = self._child.pid if self._child is not None and self._child.poll() is None else None
        server = server_of(self.place.data, child=child)
        for how in (signal.SIGINT, signal.SIGQUIT):  # fast; then at once, which the next start repairs
            if server is None:
                break
            server.send_signal(how)
            if wait_until_gone(server, seconds=STOP_SECONDS):
                break
        if self._child is not None:
            self._child.poll()
        self.place.remove_socket_folder()

    def _address(self, database: str) -> URL:
        # A running server's own word counts: whoever started it may have had another temporary folder.
        lines = pid_file(self.place.data)
        host = lines[4] if len(lines) > 4 and lines[4] else str(self.place.socket_folder())
        return URL.create("postgresql+psycopg", "postgres", database=database, query={"host": host, "port": str(PORT)})

    def _open(self, name: str) -> IO[bytes]:
        path = self.place.folder / name
        is_new = not path.exists()
        opened = open(path, "ab", opener=lambda file, flags: os.open(file, flags, 0o600))  # noqa: SIM115
        if is_new:
            self.place.give(path)
        return opened

    def _last_words(self) -> str:
        try:
            return " / ".join(self.place.log.read_text(errors="replace").splitlines()[-5:])
        except OSError:
            return ""


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Ctrl-C between the server's birth and our knowing it would leave it running."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
