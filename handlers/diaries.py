"""Invitations for diaries: a meeting as one parent, or somebody of the school, may have it in a calendar."""

from uuid import UUID

from sqlalchemy import select

from attendance import tables
from attendance.meeting_ics import Entry, as_ics, listed
from attendance.meetings import meetings_of
from engine.errors import NotFound
from handlers.facts import Facts
from handlers.letter_fields import who_attends

TITLES = {"panel": "Fast Track attendance meeting", "review": "Fast Track review meeting"}


def diary_entry(facts: Facts, kind: str, *, adult_id: UUID | None) -> bytes:
    """The latest meeting of a kind; each new date has a higher sequence, one called off is cancelled. Source: R032.

    It tells a parent what their letter tells, and no child's name: diaries are seen by others. Raises NotFound.
    """
    meetings = meetings_of(facts.db, facts.case.id, kind=kind)
    if not meetings:
        raise NotFound("No such meeting was arranged.")
    latest = meetings[-1]
    guest = next((adult for adult in facts.adults if adult.id == adult_id), None)
    if adult_id is not None and (guest is None or not guest.may_correspond):
        raise NotFound("Nobody invites this adult.")
    s, a = tables.school.c, tables.adult.c
    school = facts.db.execute(select(s.name, s.phone).where(s.id == facts.case.owner_id)).one()
    contact = facts.db.execute(select(a.email, a.email_consent).where(a.id == adult_id)).one_or_none()
    is_off = latest.state in ("rearranged", "not_held")
    attend = who_attends(facts, latest, told=adult_id)
    return as_ics(
        Entry(
            uid=f"{facts.case.id}-{kind}@fast-track",
            sequence=2 * (len(meetings) - 1) + is_off,
            starts_at=latest.starts_at,
            place=f"{latest.place}, {school.name}",
            summary=TITLES[kind],
            description=listed([f"Our reference: {facts.case.reference}", "These people will be there:", *attend]),
            organiser=school.name,
            phone=school.phone,
            guest=guest.name if guest else "",
            email=contact.email if contact and contact.email_consent else "",
            made_at=facts.now,
            is_cancelled=is_off,
        )
    )
