"""Cases, what happened to them, and what was answered in them."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, or_, select

from engine.cancelling import CANCELLED
from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.queries.sight import Sight
from engine.tables import answer, case, inbox, listener, process_version, task


class Standing(StrEnum):
    """Whether a case goes on."""

    OPEN = "open"
    CLOSED = "closed"


def cases(
    db: Connection,
    owners: Collection[UUID],
    *,
    wanted: Wanted,
    standing: Standing | None = None,
    subject_id: UUID | None = None,
    sight: Sight | None = None,
) -> Page:
    """The cases of these owners, as far as they are in sight, the newest first."""
    statement = _cases().where(case.c.owner_id.in_(owners))
    if sight is not None:
        statement = statement.where(sight.of_case(case.c.id, owner=case.c.owner_id))
    if standing is not None:
        statement = statement.where((case.c.closed_at.is_(None)) == (standing is Standing.OPEN))
    if subject_id is not None:
        statement = statement.where(case.c.subject_id == subject_id)
    return read_page(db, statement, of=case, wanted=wanted, newest_first=True)


def case_by_id(db: Connection, case_id: UUID) -> AnyRow:
    """One case. Raises NotFound."""
    row = db.execute(_cases().where(case.c.id == case_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no case {case_id}.")
    return row


def cases_beside(db: Connection, row: AnyRow) -> dict[str, AnyRow | None]:
    """The closed case that a case takes up again (`follows`), and the one by which it is taken up (`followed_by`)."""
    found = db.execute(
        select(case.c.id, case.c.reference, case.c.follows).where(
            or_(case.c.id == row.follows, case.c.follows == row.id)
        )
    ).all()
    return {
        "follows": next((each for each in found if each.id == row.follows), None),
        "followed_by": next((each for each in found if each.follows == row.id), None),
    }


def open_cases_about(db: Connection, subjects: Collection[UUID]) -> dict[UUID, UUID]:
    """Subject → the open case about it; the first where several processes have one."""
    found = select(case.c.subject_id, case.c.id).where(case.c.subject_id.in_(subjects), case.c.closed_at.is_(None))
    return {row.subject_id: row.id for row in db.execute(found.order_by(case.c.id.desc()))} if subjects else {}


def listeners(db: Connection, case_id: UUID) -> list[AnyRow]:
    """What people can report to a case now, oldest first."""
    found = select(listener).where(listener.c.case_id == case_id, listener.c.form != "")
    return list(db.execute(found.order_by(listener.c.created_at, listener.c.token)))


def left_over(db: Connection, case_id: UUID) -> list[AnyRow]:
    """What was reported and nobody will hear any more, oldest first: somebody must look at it."""
    i = inbox.c
    found = select(i.id, i.message, i.answers, i.actor, i.received_at).where(i.case_id == case_id)
    return list(db.execute(found.where(i.left_at.is_not(None), i.heard_at.is_(None)).order_by(i.received_at, i.id)))


def left_open(db: Connection, case_id: UUID) -> list[AnyRow]:
    """Tasks that somebody still had to do when the procedure came to its end, oldest first.

    What a person cut off by ending the case, with a report or by cancelling it, is not among them.
    """
    t, k, i = task.c, case.c, inbox.c
    was_ended = exists().where(i.case_id == k.id, i.heard_at == k.closed_at)
    found = (
        select(t.id, t.element, t.name, t.draft, t.assignee, t.created_at)
        .join(case, k.id == t.case_id)
        .where(t.case_id == case_id, t.state == "withdrawn", t.ended_at == k.closed_at, k.result != CANCELLED)
    )
    return list(db.execute(found.where(~was_ended).order_by(t.created_at, t.id)))


def answers(db: Connection, case_id: UUID, *, wanted: Wanted) -> Page:
    """What people answered in a case, every version, oldest first."""
    return read_page(db, select(answer).where(answer.c.case_id == case_id), of=answer, wanted=wanted)


def _cases() -> Select[Any]:
    return select(case, process_version.c.number.label("version")).join_from(
        case, process_version, process_version.c.id == case.c.version_id
    )
