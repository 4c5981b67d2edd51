"""Meetings, their invitations and the replies to them, as they were recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import distinct_on

from attendance import tables
from attendance.moments import LONDON


@dataclass(frozen=True)
class Meeting:
    """One arranged meeting. A new date is a new meeting, which names the one it replaces."""

    id: UUID
    case_id: UUID
    kind: str
    starts_at: datetime
    place: str
    attendees: Sequence[Mapping[str, str]]
    postage: str
    state: str
    replaces: UUID | None
    reason: str
    minutes: Mapping[str, Any] | None

    @property
    def day(self) -> date:
        """The day of the meeting in England."""
        return self.starts_at.astimezone(LONDON).date()


@dataclass(frozen=True)
class Invitation:
    """One letter of invitation to one parent; served again is another one with a higher serving."""

    id: UUID
    meeting_id: UUID
    adult_id: UUID
    delivery_id: UUID
    serving: int
    posted_on: date | None
    postage: str | None
    received_on: date | None
    has_failed: bool
    is_cancelled: bool

    @property
    def stands(self) -> bool:
        """Whether the letter was neither called off nor returned."""
        return not (self.has_failed or self.is_cancelled)


@dataclass(frozen=True)
class Reply:
    """What a parent who cannot attend gave as the reason, and what was decided on it."""

    id: UUID
    meeting_id: UUID
    adult_id: UUID
    reason: str
    received_on: date
    reasonable: bool | None


def meeting_by_id(db: Connection, meeting_id: UUID) -> Meeting:
    """Raises NoResultFound when there is no such meeting."""
    return _meeting(db.execute(select(tables.meeting).where(tables.meeting.c.id == meeting_id)).one())


def meetings_of(db: Connection, case_id: UUID, *, kind: str) -> list[Meeting]:
    """Every meeting of one kind in a case, the first arranged first."""
    m = tables.meeting
    found = select(m).where(m.c.case_id == case_id, m.c.kind == kind).order_by(m.c.arranged_at, m.c.id)
    return [_meeting(row) for row in db.execute(found)]


def held_meeting(db: Connection, case_id: UUID, *, kind: str) -> Meeting | None:
    """The meeting of one kind that was held, the latest if there are several."""
    held = [meeting for meeting in meetings_of(db, case_id, kind=kind) if meeting.state == "held"]
    return held[-1] if held else None


def invitation_by_id(db: Connection, invitation_id: UUID) -> Invitation:
    """Raises NoResultFound when there is no such invitation."""
    return _invitation(db.execute(select(tables.invitation).where(tables.invitation.c.id == invitation_id)).one())


def current_invitations(db: Connection, meeting_id: UUID) -> list[Invitation]:
    """Of every parent invited to a meeting the latest letter, whatever became of it."""
    i = tables.invitation
    latest = (
        select(i)
        .where(i.c.meeting_id == meeting_id)
        .ext(distinct_on(i.c.adult_id))
        .order_by(i.c.adult_id, i.c.serving.desc())
    )
    return [_invitation(row) for row in db.execute(latest)]


def reply_by_id(db: Connection, reply_id: UUID) -> Reply:
    """Raises NoResultFound when there is no such reply."""
    return _reply(db.execute(select(tables.reply).where(tables.reply.c.id == reply_id)).one())


def replies_to(db: Connection, meeting_id: UUID) -> list[Reply]:
    """Every reply to a meeting, the first received first."""
    r = tables.reply
    found = select(r).where(r.c.meeting_id == meeting_id).order_by(r.c.received_on, r.c.id)
    return [_reply(row) for row in db.execute(found)]


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(
        row.id,
        row.case_id,
        row.kind,
        row.starts_at,
        row.place,
        row.attendees,
        row.postage,
        row.state,
        row.replaces,
        row.reason,
        row.minutes,
    )


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.id,
        row.meeting_id,
        row.adult_id,
        row.delivery_id,
        row.serving,
        row.posted_on,
        row.postage,
        row.received_on,
        row.failed_at is not None,
        row.cancelled_at is not None,
    )


def _reply(row: Row[Any]) -> Reply:
    return Reply(row.id, row.meeting_id, row.adult_id, row.reason, row.received_on, row.reasonable)
