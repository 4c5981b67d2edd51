"""`fasttrack worker` on the small process, again and again without the seconds that importing it takes.

Reads lines, and answers each: `start FOLDER URL POINT MODE` by the id of a new process, `ask PID` by how it ended, and
`stop PID` likewise. The point is where it is killed, or `-`; the mode `-`, or `broken` for a claim that is. The folder
holds what was sent, and `poison`, the subject of a case that kills whoever works on it.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Uuid, bindparam, select, text

from api import wiring
from api.cli import main, worker
from api.settings import KILL_AT
from engine.calls import Call
from engine.claiming import Queue
from engine.clock import NOW
from engine.deliveries import QUEUE as DELIVERIES
from engine.deliveries import Parcel
from engine.exchange import Prepared
from engine.inbox import QUEUE as MESSAGES
from engine.registry import Registry
from engine.timers import QUEUE as TIMERS
from tests.engine import small

FOLDER = Path(os.devnull)  # a worker's own
LEDGER = text("INSERT INTO ledger (case_id, what) VALUES (:case_id, 'raised')")


class Doorstep:
    """A channel that cannot be asked what it has taken: a line for each parcel."""

    refuses_duplicates = False

    def __init__(self, _: Path) -> None:
        self._sent = os.open(FOLDER / "sent", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def send(self, parcel: Parcel) -> None:
        """Takes it at once."""
        os.write(self._sent, f"{parcel.id}\n".encode())

    def recall(self, parcel: Parcel) -> None:
        """Nothing is called back here."""
        raise LookupError(parcel.id)


def raise_deadline(call: Call, *, deadline: str) -> None:
    """Kills its worker for one subject; for others it writes down that it was called."""
    if str(call.case.subject_id) == (FOLDER / "poison").read_text():
        os.kill(os.getpid(), signal.SIGKILL)
    call.db.execute(LEDGER, {"case_id": call.case.id})
    small.raise_deadline(call, deadline=deadline)


def break_the_claim(queue: Queue) -> None:
    """Nobody's lease is heeded, and nobody asks again under the lock."""
    t = queue.table.c
    about = (queue.case_id.label("about_case"), queue.owner_id.label("about_owner"), queue.element.label("about"))
    told = (*about, t.attempts.label("attempt"), NOW.label("until"))
    found = select(queue.table, *told).where(queue.to_do, queue.due).order_by(*queue.order).limit(1)
    taken = select(queue.table).where(t.id == bindparam("mine", type_=Uuid))
    vars(queue).update(claim=Prepared(found), take=Prepared(taken))


def start(folder: str, url: str, point: str, mode: str) -> int:
    """A worker, killed where a test wants it."""
    if pid := os.fork():
        return pid
    globals()["FOLDER"] = Path(folder)
    os.environ |= {"FASTTRACK_DATABASE_URL": url, "FASTTRACK_DATA_DIR": folder, "FASTTRACK_TICK_SECONDS": "0.2"}
    if point != "-":
        os.environ[KILL_AT] = point
    if mode == "broken":
        for each in (TIMERS, MESSAGES, DELIVERIES):
            break_the_claim(each)
    log = os.open(FOLDER / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.argv[:] = ["fasttrack", "worker"]
    main()
    os._exit(0)


def ended(pid: int, *, options: int) -> str:
    """How a worker has ended: `-9` when it was killed; nothing while it goes on."""
    found, status = os.waitpid(pid, options)
    return str(os.waitstatus_to_exitcode(status)) if found else ""


def answer(what: str, *about: str) -> Any:
    match what:
        case "start":
            return start(*about)
        case "ask":
            return ended(int(about[0]), options=os.WNOHANG)
        case _:
            os.kill(int(about[0]), signal.SIGTERM)
            return ended(int(about[0]), options=0)


if __name__ == "__main__":
    ours = Registry.of(small)
    registry = Registry({**ours.handlers, "small.raise": raise_deadline}, ours.facts)
    assert worker.app.registered_commands  # imported before any worker is started, not in each
    vars(wiring).update(REGISTRY=registry, Facts=small.SmallFacts, render=small.render, PostFolder=Doorstep)
    for line in sys.stdin:
        sys.stdout.write(f"{answer(*line.split())}\n")
        sys.stdout.flush()
