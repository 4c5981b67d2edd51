"""What a school's exports do: the records are brought up to date, and open cases hear of what concerns them."""

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import Connection, select

from attendance.errors import AttendanceError
from attendance.people import AdultsImported
from attendance.people import import_adults as keep_adults
from attendance.register_files import KeptFile, drop_file, keep_file
from attendance.register_imports import Imported, import_file
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import Declined
from engine.ids import new_id
from engine.long_work import (
    MOST_DEATHS,
    Cancelled,
    Claimed,
    LeaseLost,
    claim_work,
    end_work,
    finish_work,
    give_back,
    put_back,
    queue_work,
    tell_progress,
)
from engine.runtime import Runtime
from engine.tables import work
from handlers.register_changes import tell_open_cases

REGISTER = "register_import"
TELL_SECONDS = 0.5  # how often a running import says how far it is, and asks whether it is to go on
Tell = Callable[[float], None]
log = structlog.get_logger()


class _Stopping(Exception):
    """This process is to end."""


def import_register(
    runtime: Runtime,
    *,
    school_id: UUID,
    filename: str,
    content: bytes | BinaryIO,
    actor: str,
    mapping: Mapping[str, str] | None = None,
    tell: Tell | None = None,
) -> Imported:
    """Takes a register's file, and tells the open cases whose criteria it changes, in one transaction.

    The file is kept first: when this process dies in the middle, another one takes it in. tell: hears how much is
    done, from 0 to 1. Raises Unreadable, NoCalendar and Cancelled, and then keeps nothing of the file.
    """
    claimed = _keep(runtime, school_id, filename, content, actor, mapping, is_taken=True)
    return _take_in(runtime, claimed, tell)


def queue_register(
    runtime: Runtime,
    *,
    school_id: UUID,
    filename: str,
    content: bytes | BinaryIO,
    actor: str,
    mapping: Mapping[str, str] | None = None,
) -> UUID:
    """Keeps a register's file to be taken in by whoever has time, and gives the work's id."""
    return _keep(runtime, school_id, filename, content, actor, mapping, is_taken=False).id


def take_in_waiting(runtime: Runtime, *, go_on: Callable[[], bool] = lambda: True) -> bool:
    """Takes in one file that waits, or whose worker died. False when there is none.

    go_on: asked while a file is taken in; without it the file goes back, for whoever works next.
    """
    claimed = claim_work(runtime, kinds=[REGISTER])
    if claimed is None:
        return False
    runtime.reached(f"{REGISTER}.claimed", claimed.id)
    if claimed.attempts > MOST_DEATHS:
        problem = f"{MOST_DEATHS} processes ended while they read this file; it was given up. Send it again in parts."
        _end(runtime, claimed, state="failed", problem=problem)
        return True

    def tell(_: float) -> None:
        if not go_on():
            raise _Stopping

    try:
        _take_in(runtime, claimed, tell)
    except _Stopping:
        with transaction(runtime.engine) as db:
            give_back(db, claimed)
    except (AttendanceError, Declined, LeaseLost) as refused:
        log.info("register_not_taken", work=str(claimed.id), problem=type(refused).__name__)
    return True


def import_adults(runtime: Runtime, *, school_id: UUID, content: bytes) -> AdultsImported:
    """Takes a file of adults. Raises Unreadable, and then keeps nothing of it."""
    with transaction(runtime.engine) as db:
        return keep_adults(db, school_id=school_id, content=content, now=read_clock(db), new_id=new_id)


def _keep(
    runtime: Runtime,
    school_id: UUID,
    filename: str,
    content: bytes | BinaryIO,
    actor: str,
    mapping: Mapping[str, str] | None,
    *,
    is_taken: bool,
) -> Claimed:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        file = keep_file(db, stream, school_id=school_id, filename=filename, now=now, new_id=new_id)
        arguments = {
            "file_id": str(file.id),
            "size": file.size,
            "filename": filename,
            "mapping": dict(mapping) if mapping else None,
        }
        return queue_work(
            db, kind=REGISTER, owner_id=school_id, arguments=arguments, actor=actor, now=now, is_taken=is_taken
        )


def _take_in(runtime: Runtime, claimed: Claimed, tell: Tell | None) -> Imported:
    asked = claimed.arguments
    try:
        with transaction(runtime.engine) as db:
            now = read_clock(db)
            imported = import_file(
                db,
                KeptFile(UUID(asked["file_id"]), asked["size"], is_new=False),
                school_id=claimed.owner_id,
                filename=asked["filename"],
                actor=claimed.actor,
                now=now,
                new_id=new_id,
                mapping=asked["mapping"],
                tell=_telling(runtime, claimed, tell),
            )
            tell_open_cases(runtime, db, imported.pupils_changed, actor=claimed.actor, now=now)
            finish_work(db, claimed, result=summary(imported), now=now)
            runtime.reached(f"{REGISTER}.done", claimed.id)
        runtime.reached(f"{REGISTER}.committed", claimed.id)
        return imported
    except (Cancelled, KeyboardInterrupt):
        _end(runtime, claimed, state="cancelled", problem="")
        raise
    except (AttendanceError, Declined) as refused:
        _end(runtime, claimed, state="failed", problem=str(refused))
        raise
    except (LeaseLost, _Stopping):
        raise
    except Exception as error:
        log.error("register_import_failed", work=str(claimed.id), problem=type(error).__name__)
        _try_again_later(runtime, claimed)
        raise


def summary(imported: Imported) -> dict[str, Any]:
    """What an import brought, in JSON: the pupils who changed as their number."""
    found = asdict(imported)
    return {
        **found,
        "id": str(imported.id),
        "repeats": str(imported.repeats) if imported.repeats else None,
        "shape": str(imported.shape),
        "notes": list(imported.notes),
        "last_day": imported.last_day.isoformat() if imported.last_day else None,
        "pupils_changed": len(imported.pupils_changed),
    }


def _telling(runtime: Runtime, claimed: Claimed, tell: Tell | None) -> Tell:
    """Says every half second how far the work is, in a transaction of its own, and is told when it is cancelled."""
    last = -TELL_SECONDS

    def say(done: float) -> None:
        nonlocal last
        if tell is not None:
            tell(done)
        if time.monotonic() - last >= TELL_SECONDS:
            last = time.monotonic()
            tell_progress(runtime.engine, claimed, done)

    return say


def _end(runtime: Runtime, claimed: Claimed, *, state: str, problem: str) -> None:
    """Ends the work and takes away its file, unless something was imported from it or is about to be."""
    with transaction(runtime.engine) as db:
        end_work(db, claimed, state=state, problem=problem, now=read_clock(db))
        if not _is_wanted(db, claimed):
            drop_file(db, UUID(claimed.arguments["file_id"]))


def _is_wanted(db: Connection, claimed: Claimed) -> bool:
    w = work.c
    others = select(w.id).where(
        w.ended_at.is_(None),
        w.owner_id == claimed.owner_id,
        w.id != claimed.id,
        w.arguments["file_id"].astext == claimed.arguments["file_id"],
    )
    return db.execute(others.limit(1)).first() is not None


def _try_again_later(runtime: Runtime, claimed: Claimed) -> None:
    with transaction(runtime.engine) as db:
        if not put_back(db, claimed):
            problem = "Something unexpected happened three times; the log says what."
            end_work(db, claimed, state="failed", problem=problem, now=read_clock(db))
