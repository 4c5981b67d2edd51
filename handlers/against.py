"""The case against one parent: the sessions relied on, and what the records hold of this parent and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from attendance import tables
from attendance.eligibility import Window, relied_on
from attendance.meetings import Meeting, Reply, held_meeting, meetings_of, replies_to
from attendance.notice_records import KeptNotice, notices_of, used_sessions
from attendance.parents import Parent
from attendance.plans import Plan, plan_of
from engine import tables as engine_tables
from engine.calls import latest_answer
from engine.clock import london_day
from engine.database import AnyRow
from handlers.facts import Facts

CALLED_OFF = ("cancelled", "failed")


@dataclass(frozen=True)
class Session:
    """An unauthorised session of the period; `used` is the status of this parent's penalty notice about it."""

    day: date
    session: str
    code: str
    used: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter to this parent, with what is known of how it was served."""

    document_id: UUID
    code: str
    title: str
    sha256: str
    made_on: date
    sent_on: date | None
    is_called_off: bool
    posted_on: date | None = None
    postage: str = ""
    proof: str = ""
    received_on: date | None = None
    failure: str = ""


@dataclass(frozen=True)
class Against:
    """What a case holds of one parent."""

    facts: Facts
    parent: Parent
    collected: Mapping[str, Any] | None = None  # evidence that is just being answered
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def evidence(self) -> Mapping[str, Any]:
        """What was answered when the evidence was collected."""
        return self.answer("CollectEvidence") if self.collected is None else self.collected

    def answer(self, element: str) -> Mapping[str, Any]:
        """The latest answers to a task; empty while there are none."""
        if element not in self._answers:
            self._answers[element] = latest_answer(self.facts.db, self.facts.case.id, element) or {}
        return self._answers[element]

    @property
    def own_row(self) -> Mapping[str, Any]:
        """What the application to prosecute says of this parent."""
        return self._row_in("CompleteApplication", "parents")

    @property
    def period(self) -> tuple[date, date]:
        """The period of the charge: the application's, or from the opening window's first day until today."""
        said = self.answer("CompleteApplication")
        if not said:
            return self.facts.window_from, self.facts.today
        return date.fromisoformat(said["period_from"]), date.fromisoformat(said["period_to"])

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The unauthorised sessions of the period, those used in a notice of this parent marked (E30, E31)."""
        first, last = self.period
        window = Window((first,), min(last, self.facts.today))
        used = used_sessions(self.notices)
        return tuple(
            Session(each.day, each.session, each.code, used.get((each.day, each.session), ""))
            for each in relied_on(self.facts.marks, born=self.pupil.born, window=window)
        )

    @property
    def charged(self) -> list[Session]:
        """The sessions that can be relied on: no penalty notice of this parent is about them."""
        return [session for session in self.sessions if not session.used]

    @cached_property
    def notices(self) -> list[KeptNotice]:
        """This parent's penalty notices for the pupil."""
        kept = notices_of(self.facts.db, self.facts.case.subject_id)
        return [notice for notice in kept if notice.adult_id == self.parent.id]

    @cached_property
    def pupil(self) -> AnyRow:
        """The pupil's record."""
        p = tables.pupil
        return self.facts.db.execute(select(p).where(p.c.id == self.facts.case.subject_id)).one()

    @cached_property
    def school(self) -> AnyRow:
        """The school's record."""
        s = tables.school
        return self.facts.db.execute(select(s).where(s.c.id == self.facts.case.owner_id)).one()

    @cached_property
    def letters(self) -> list[Letter]:
        """Every letter to this parent, the first made first."""
        d, doc, i = engine_tables.delivery.c, engine_tables.document.c, tables.invitation.c
        p = tables.posting.c  # of letters that are no invitation
        served = select(doc.id, doc.kind, doc.title, doc.sha256, doc.created_at, d.state, d.sent_at).add_columns(
            func.coalesce(i.posted_on, p.posted_on).label("posted_on"),
            func.coalesce(i.postage, p.postage).label("postage"),
            func.coalesce(p.proof, i.proof).label("proof"),
            i.received_on,
            i.failure,
            i.cancelled_at,
        )
        rows = self.facts.db.execute(
            served.join_from(engine_tables.delivery, engine_tables.document, doc.id == d.document_id)
            .outerjoin(tables.invitation, i.delivery_id == d.id)
            .outerjoin(tables.posting, p.delivery_id == d.id)
            .where(d.case_id == self.facts.case.id, d.recipient == str(self.parent.id))
            .order_by(d.created_at, d.id)
        )
        return [_letter(row) for row in rows]

    @cached_property
    def papers(self) -> list[Letter]:
        """What was handed to this parent in person, byte for byte: copies of minutes, the attendance contract."""
        d, doc = engine_tables.delivery.c, engine_tables.document.c
        rows = self.facts.db.execute(
            select(doc.id, doc.kind, doc.title, doc.sha256, doc.created_at)
            .where(doc.case_id == self.facts.case.id, doc.recipient == str(self.parent.id))
            .where(doc.media_type == "application/pdf", ~exists().where(d.document_id == doc.id))
            .order_by(doc.created_at, doc.id)
        )
        return [
            Letter(row.id, row.kind, row.title, row.sha256, london_day(row.created_at), None, is_called_off=False)
            for row in rows
        ]

    @cached_property
    def contacts(self) -> list[AnyRow]:
        """Contacts with this parent outside meetings and letters, and with nobody else; corrected ones as corrected."""
        c = tables.contact
        other = c.alias()
        return list(
            self.facts.db.execute(
                select(c)
                .where(c.c.case_id == self.facts.case.id, c.c.adult_id == self.parent.id)
                .where(~exists().where(other.c.replaces == c.c.id))
                .order_by(c.c.happened_at, c.c.id)
            )
        )

    def meetings(self, kind: str) -> list[Meeting]:
        """The meetings of one kind."""
        return meetings_of(self.facts.db, self.facts.case.id, kind=kind)

    def held(self, kind: str) -> Meeting | None:
        """The meeting of one kind that was held."""
        return held_meeting(self.facts.db, self.facts.case.id, kind=kind)

    def presence(self, meeting: Meeting) -> AnyRow | None:
        """Whether this parent came, signed and got the copies."""
        a = tables.attendance_at_meeting
        mine = select(a).where(a.c.meeting_id == meeting.id, a.c.adult_id == self.parent.id)
        return self.facts.db.execute(mine).one_or_none()

    def replies(self, meeting: Meeting) -> list[Reply]:
        """What this parent gave as reasons for not coming."""
        return [reply for reply in replies_to(self.facts.db, meeting.id) if reply.adult_id == self.parent.id]

    @property
    def plan(self) -> Plan | None:
        """The plan that the panel agreed."""
        return plan_of(self.facts.db, self.facts.case.id, kind="panel")

    @property
    def contract(self) -> Mapping[str, Any]:
        """What became of this parent's attendance contract."""
        return self._row_in("AgreePlan", "contracts")

    def content_of(self, letter: Letter) -> bytes:
        """A letter byte for byte as it was made."""
        doc = engine_tables.document.c
        found: bytes = self.facts.db.execute(select(doc.content).where(doc.id == letter.document_id)).scalar_one()
        return found

    def _row_in(self, element: str, rows: str) -> Mapping[str, Any]:
        found: list[Mapping[str, Any]] = self.answer(element).get(rows) or []
        return next((row for row in found if row["adult"] == str(self.parent.id)), {})


def _letter(row: AnyRow) -> Letter:
    return Letter(
        document_id=row.id,
        code=row.kind,
        title=row.title,
        sha256=row.sha256,
        made_on=london_day(row.created_at),
        sent_on=london_day(row.sent_at) if row.sent_at else None,
        is_called_off=row.state in CALLED_OFF or row.cancelled_at is not None,
        posted_on=row.posted_on,
        postage=row.postage or "",
        proof=row.proof or "",
        received_on=row.received_on,
        failure=row.failure or "",
    )
