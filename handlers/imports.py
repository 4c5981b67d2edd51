"""What a school's exports do: the records are brought up to date, and open cases hear of what concerns them."""

from uuid import UUID

from attendance.people import AdultsImported
from attendance.people import import_adults as keep_adults
from attendance.register_imports import Imported
from attendance.register_imports import import_register as keep_register
from engine.clock import now as read_clock
from engine.database import transaction
from engine.ids import new_id
from engine.runtime import Runtime
from handlers.register_changes import tell_open_cases


def import_register(runtime: Runtime, *, school_id: UUID, filename: str, content: bytes, actor: str) -> Imported:
    """Takes a register's file, and tells the open cases whose criteria it changes, in one transaction.

    Raises Unreadable and NoCalendar, and then keeps nothing of the file.
    """
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        imported = keep_register(
            db, school_id=school_id, filename=filename, content=content, actor=actor, now=now, new_id=new_id
        )
        tell_open_cases(runtime, db, imported.pupils_changed, actor=actor, now=now)
        return imported


def import_adults(runtime: Runtime, *, school_id: UUID, content: bytes) -> AdultsImported:
    """Takes a file of adults. Raises Unreadable, and then keeps nothing of it."""
    with transaction(runtime.engine) as db:
        return keep_adults(db, school_id=school_id, content=content, now=read_clock(db), new_id=new_id)
