"""What a change of the calendar means for one case, beside its moments that move. Source: domain.md E34, E35, E36."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from attendance.calendar_difference import why_closed
from attendance.errors import OutsideCalendar
from attendance.meetings import Invitation, Meeting, current_invitations, held_meeting, meetings_of
from attendance.notice import Notice, Postage
from attendance.outcomes import outcome_of
from attendance.plans import plan_of
from attendance.slots import grade_of
from handlers.facts import Facts
from handlers.register_changes import answer_has_changed

KINDS = ("panel", "review")
_WORST_FIRST = ("short", "literal", "clear", "evidence")


@dataclass(frozen=True)
class ShorterNotice:
    """A parent's notice of a meeting that is worth less now: `evidence`, `clear`, `literal`, or `short`, unlawful.

    `posted_on` is None for a letter that still waits to be posted: `was` is then what posting today would have reached.
    The earliest lawful day and the earliest that evidence needs stand beside it, as they were and as they are.
    """

    meeting_id: UUID
    kind: str
    meeting_on: date
    parent_id: UUID
    posted_on: date | None
    postage: str
    was: str
    becomes: str
    literal: tuple[date, date]
    evidence: tuple[date, date]


@dataclass(frozen=True)
class ClosedDay:
    """A day on which something of the case is to happen and the school is closed now."""

    what: str  # panel, review, agreed_review, internal_review
    day: date
    because: str
    meeting_id: UUID | None = None


@dataclass(frozen=True)
class Effects:
    """What the change means for a case. `answer`: the criteria over the opening's window, when that is another now."""

    notices: tuple[ShorterNotice, ...] = ()
    closed: tuple[ClosedDay, ...] = ()
    answer: tuple[str, str] | None = None


def effects_of(before: Facts, after: Facts) -> Effects:
    """What changes for a case from one calendar to the other: the same records, read by both."""
    meetings = [meeting for kind in KINDS for meeting in meetings_of(after.db, after.case.id, kind=kind)]
    to_come = [meeting for meeting in meetings if meeting.state == "arranged" and meeting.starts_at > after.now]
    return Effects(
        notices=tuple(shorter for meeting in to_come for shorter in _shorter(before, after, meeting)),
        closed=tuple(_closed(before, after, to_come)),
        answer=_answer(before, after),
    )


def _shorter(before: Facts, after: Facts, meeting: Meeting) -> Iterator[ShorterNotice]:
    for letter in current_invitations(after.db, meeting.id):
        if not letter.stands:
            continue
        old, new = _notice(before, meeting, letter), _notice(after, meeting, letter)
        was, becomes = grade_of(meeting.day, old), grade_of(meeting.day, new)
        if _WORST_FIRST.index(becomes) < _WORST_FIRST.index(was):
            yield ShorterNotice(
                meeting_id=meeting.id,
                kind=meeting.kind,
                meeting_on=meeting.day,
                parent_id=letter.adult_id,
                posted_on=letter.posted_on,
                postage=letter.postage or meeting.postage,
                was=was,
                becomes=becomes,
                literal=(old.literal, new.literal),
                evidence=(old.evidence_grade, new.evidence_grade),
            )


def _notice(facts: Facts, meeting: Meeting, letter: Invitation) -> Notice:
    """The earliest meetings that a letter allows; one that is not posted yet as if it were posted today."""
    postage = Postage.of(letter.postage or meeting.postage)
    return facts.notice(letter.posted_on or facts.today, postage=postage, to=letter.adult_id)


def _closed(before: Facts, after: Facts, to_come: list[Meeting]) -> Iterator[ClosedDay]:
    for meeting in to_come:
        if _closes(before, after, meeting.day):
            yield ClosedDay(meeting.kind, meeting.day, why_closed(after.calendar, meeting.day), meeting.id)
    for what, day in _agreed(after, to_come):
        if day > after.today and _closes(before, after, day):
            yield ClosedDay(what, day, why_closed(after.calendar, day))


def _agreed(facts: Facts, to_come: list[Meeting]) -> Iterator[tuple[str, date]]:
    """Days that were agreed and for which no meeting stands yet."""
    plan = plan_of(facts.db, facts.case.id, kind="panel")
    reviewed = held_meeting(facts.db, facts.case.id, kind="review")
    if plan and plan.review_on and not reviewed and all(meeting.kind != "review" for meeting in to_come):
        yield "agreed_review", plan.review_on
    outcome = outcome_of(facts.db, facts.case.id, stage="review")
    if outcome and outcome.internal_review_on and outcome_of(facts.db, facts.case.id, stage="internal_review") is None:
        yield "internal_review", outcome.internal_review_on


def _closes(before: Facts, after: Facts, day: date) -> bool:
    return before.calendar.is_school_day(day) and not after.calendar.is_school_day(day)


def _answer(before: Facts, after: Facts) -> tuple[str, str] | None:
    """What the criteria say by either calendar, when the case does not know the newer answer yet."""
    try:
        if not answer_has_changed(after):
            return None
    except (LookupError, OutsideCalendar):
        return None  # no figures were taken yet
    return str(before.recheck().figures.result), str(after.recheck().figures.result)
