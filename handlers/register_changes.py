"""Tells open cases that the register has changed, when that changes what they rest on, and what changed in it."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, literal, select

from attendance.mark_changes import SessionChanged, changes_since
from engine import tables
from engine.calls import CaseFacts
from engine.inbox import put
from engine.runtime import Runtime
from engine.versions import process_of
from handlers.facts import Facts

MESSAGE = "RegisterChanged"


def tell_open_cases(
    runtime: Runtime, db: Connection, pupils: Collection[UUID], *, actor: str, now: datetime
) -> list[UUID]:
    """Puts RegisterChanged into the inbox of each open case whose criteria have another answer now. Gives those cases.

    Locks no case. The opening's own window is counted again; a case that already knows the answer is left alone, unless
    it is still to hear of an older change: it may hear that one before this register is saved, and count the marks that
    were. Source: domain.md 2.8, E24.
    """
    c = tables.case.c
    # One parameter however many pupils: a whole authority's register can change at once.
    about = c.subject_id == any_(literal(list(pupils), ARRAY(Uuid)))
    cases = db.execute(select(tables.case).where(about, c.closed_at.is_(None)).order_by(c.id)).all()
    # Asked before the figures are read: what was heard until then stands in them.
    to_hear = _still_to_hear(db, [row.id for row in cases])
    told: list[UUID] = []
    for row in cases:
        facts = Facts(
            db=db,
            case=CaseFacts(
                id=row.id,
                reference=row.reference,
                process=row.process,
                owner_id=row.owner_id,
                subject_id=row.subject_id,
                opened_at=row.opened_at,
            ),
            now=now,
            policy=process_of(runtime, db, row.version_id).policy,
        )
        if row.id in to_hear or answer_has_changed(facts):
            put(db, case_id=row.id, message=MESSAGE, merge=MESSAGE, actor=actor, now=now)
            told.append(row.id)
    return told


def answer_has_changed(facts: Facts) -> bool:
    """Whether the criteria, counted again over the opening's own window, have another answer than the case knows."""
    return bool(facts.snapshot.figures["result"] != str(facts.recheck().figures.result))


def changed_sessions(facts: Facts) -> list[SessionChanged]:
    """The sessions of the opening's window that count otherwise now, each with its marks, file and moment (C-3)."""
    frozen = {
        (date.fromisoformat(each["day"]), each["session"]): each["code"] for each in facts.opening.figures["relied_on"]
    }
    return changes_since(
        facts.db, facts.case.subject_id, frozen=frozen, now=facts.recheck().relied_on, calendar=facts.calendar
    )


def _still_to_hear(db: Connection, cases: Collection[UUID]) -> set[UUID]:
    """Which of these cases have not heard of an older change yet."""
    i = tables.inbox.c
    about = i.case_id == any_(literal(list(cases), ARRAY(Uuid)))
    waiting = select(i.case_id).where(about, i.message == MESSAGE, i.heard_at.is_(None), i.left_at.is_(None))
    return set(db.execute(waiting).scalars())
