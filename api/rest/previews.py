"""What a change of a calendar would do, as the API answers it: everything named, every date with its derivation."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from api.rest.shapes import CaseRef, Moment, Out, PupilRef
from api.roll import adult_names, pupil_names
from attendance.derivation import derivation_in_words
from engine.rescheduling import Moved
from handlers.calendar_effects import ClosedDay, ShorterNotice
from handlers.calendar_preview import CasePreview, Preview


class AdultRef(Out):
    """An adult by name."""

    id: UUID
    name: str


class MovedOut(Out):
    """A moment that would move. `task_id` is given where it is the due date of a task."""

    element: str
    name: str
    kind: str
    task_id: UUID | None
    was: Moment
    becomes: Moment
    falls_due_at_once: bool = Field(description="The new moment has passed already.")
    was_derived: str
    derivation: str = Field(examples=["The end of Wed 3 Mar 2027: the last school day on or before Thu 4 Mar 2027."])


class NoticeOut(Out):
    """A parent's notice that would be worth less. Grades: `evidence`, `clear`, `literal`, and `short`, unlawful."""

    meeting_id: UUID
    kind: str
    meeting_on: date
    parent: AdultRef
    posted_on: date | None = Field(description="null: not posted yet; the grades are those that posting today reaches.")
    postage: str
    was: str
    becomes: str
    literal_was: date = Field(description="The earliest lawful day of the meeting, as it was.")
    literal_becomes: date
    evidence_was: date = Field(description="The earliest day on which the notice stands as evidence, as it was.")
    evidence_becomes: date


class ClosedDayOut(Out):
    """A day on which something is to happen and the school would be closed."""

    what: str = Field(description="`panel`, `review`, `agreed_review` or `internal_review`.")
    day: date
    because: str
    meeting_id: UUID | None


class ChangedAnswer(Out):
    """What the criteria over the opening's window say, and what they would say; the case would hear of it."""

    was: str
    becomes: str


class CasePreviewOut(Out):
    """An open case that would be touched."""

    case: CaseRef
    pupil: PupilRef | None
    problem: str = Field(description="Why the case cannot be brought up to date; it would become an incident.")
    moved: list[MovedOut]
    notices: list[NoticeOut]
    closed: list[ClosedDayOut]
    criteria: ChangedAnswer | None


class ClosedSchoolDay(Out):
    """A day that would be no school day any more."""

    day: date
    because: str


class MarkedDayOut(Out):
    """A day whose marks would not count any more."""

    day: date
    because: str
    pupils: int
    sessions: int
    unauthorised: int


class PreviewOut(Out):
    """What a school's next version would change. Nothing of it has been done."""

    school_id: UUID
    follows: int = Field(description="The version that it would follow.")
    open_cases: int
    closed: list[ClosedSchoolDay]
    opened: list[date]
    new_bank_holidays: list[date]
    former_bank_holidays: list[date]
    cases: list[CasePreviewOut] = Field(description="Only those that would be touched.")
    marks: list[MarkedDayOut]


def preview_out(db: Connection, found: Preview, *, now: datetime) -> PreviewOut:
    """A preview as it is answered."""
    pupils = pupil_names(db, {each.pupil_id for each in found.cases})
    adults = adult_names(db, {notice.parent_id for each in found.cases for notice in each.effects.notices})
    return PreviewOut(
        school_id=found.school_id,
        follows=found.follows,
        open_cases=found.open_cases,
        closed=[ClosedSchoolDay(day=closed.day, because=closed.because) for closed in found.difference.closed],
        opened=list(found.difference.opened),
        new_bank_holidays=list(found.difference.new_bank_holidays),
        former_bank_holidays=list(found.difference.former_bank_holidays),
        cases=[_case(each, pupils, adults, now) for each in found.cases],
        marks=[MarkedDayOut.model_validate(marked) for marked in found.marks],
    )


def _case(each: CasePreview, pupils: dict[UUID, str], adults: dict[UUID, str], now: datetime) -> CasePreviewOut:
    answer = each.effects.answer
    return CasePreviewOut(
        case=CaseRef(id=each.id, reference=each.reference),
        pupil=PupilRef(id=each.pupil_id, name=pupils[each.pupil_id]) if each.pupil_id in pupils else None,
        problem=each.problem,
        moved=_moved(each.moved, now),
        notices=[_notice(notice, adults) for notice in each.effects.notices],
        closed=[_closed(closed) for closed in each.effects.closed],
        criteria=ChangedAnswer(was=answer[0], becomes=answer[1]) if answer else None,
    )


def _moved(moved: Iterable[Moved], now: datetime) -> list[MovedOut]:
    return [
        MovedOut(
            element=one.element,
            name=one.name,
            kind=one.kind,
            task_id=one.task_id,
            was=one.was,
            becomes=one.becomes,
            falls_due_at_once=one.becomes <= now,
            was_derived=derivation_in_words(one.was_derived),
            derivation=derivation_in_words(one.derivation),
        )
        for one in moved
    ]


def _notice(notice: ShorterNotice, adults: dict[UUID, str]) -> NoticeOut:
    return NoticeOut(
        meeting_id=notice.meeting_id,
        kind=notice.kind,
        meeting_on=notice.meeting_on,
        parent=AdultRef(id=notice.parent_id, name=adults.get(notice.parent_id, "Unknown")),
        posted_on=notice.posted_on,
        postage=notice.postage,
        was=notice.was,
        becomes=notice.becomes,
        literal_was=notice.literal[0],
        literal_becomes=notice.literal[1],
        evidence_was=notice.evidence[0],
        evidence_becomes=notice.evidence[1],
    )


def _closed(closed: ClosedDay) -> ClosedDayOut:
    return ClosedDayOut(what=closed.what, day=closed.day, because=closed.because, meeting_id=closed.meeting_id)
