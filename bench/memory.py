"""The most memory that a piece of work has had: this process with its children, and the database's process for it."""

import threading
from types import TracebackType

import psutil
from sqlalchemy import Engine, text

MIB = 1 << 20
EVERY_SECONDS = 0.1


class Watched:
    """Looks at the memory ten times a second while the work is done.

    ours: this process and its children, resident. database: what the largest process of the database server has for
    itself alone; the buffers that they share are a setting of the server.
    """

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as db:
            backend = psutil.Process(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        self._server = backend.parent()
        self.ours = self.database = 0.0
        self._done = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watched":
        self._note()
        self._looking.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._looking.join()
        self._note()

    def _look(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            self._note()

    def _note(self) -> None:
        self.ours = max(self.ours, _resident())
        for process in self._server.children() if self._server else ():
            self.database = max(self.database, _private(process) / MIB)


def _resident() -> float:
    me = psutil.Process()
    family = [me, *(child for child in me.children(recursive=True) if not _is_database(child))]
    return sum(_memory(process) for process in family) / MIB


def _is_database(process: psutil.Process) -> bool:
    try:
        return process.name() == "postgres"
    except psutil.Error:
        return False


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:
        return 0.0


def _private(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().uss)
    except psutil.Error:
        return 0.0
