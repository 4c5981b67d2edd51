"""What if: the same case with another closure, another posting day or another decision, worked out and rolled back."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import update

from attendance import tables
from attendance.calendar import Closure, SchoolCalendar
from attendance.derivation import derivation_in_words
from attendance.errors import OutsideCalendar
from attendance.meetings import Meeting, current_invitations, meetings_of
from attendance.notice import Postage
from attendance.slots import grade_of
from attendance.words import in_words
from engine.cancelling import AlreadyOver
from engine.people import SYSTEM
from engine.rescheduling import Moved, rework
from engine.runtime import Runtime
from engine.steps import Step
from handlers.facts import Facts
from handlers.time_left import decided_on, submitted_on

SUPPOSED = "Supposed, for a question about this case"


@dataclass(frozen=True)
class Supposition:
    """What is supposed. Days that the school is closed on, a posting day, or a decision and its day."""

    closed: tuple[date, ...] = ()
    posted: date | None = None
    postage: Postage = Postage.FIRST
    decision: str = ""
    decided: date | None = None
    submitted: date | None = None

    @property
    def is_anything(self) -> bool:
        """Whether anything is supposed at all."""
        return bool(self.closed or self.posted or self.decision or self.submitted)


@dataclass(frozen=True)
class Consequence:
    """One thing that would follow, with its rule; `was` and `becomes` where a date that stands would move."""

    rule: str
    words: str
    was: datetime | date | None = None
    becomes: datetime | date | None = None


def what_if(runtime: Runtime, case_id: UUID, supposed: Supposition) -> list[Consequence]:
    """What would follow. Nothing of it is kept. Raises NotFound, AlreadyOver, OutsideCalendar."""
    with runtime.engine.connect() as db, db.begin() as attempt:
        try:
            step = Step.locked(runtime, db, case_id, actor=SYSTEM)
            if step.row.closed_at is not None:
                raise AlreadyOver
            facts: Facts = step.facts
            found = list(_of_decision(facts, supposed)) if supposed.decision else []
            if supposed.submitted:
                found.append(Consequence("R079", submitted_on(facts, supposed.submitted).words))
            if supposed.posted:
                found += _of_posting(facts, supposed)
            if supposed.closed:
                calendar = _with_closures(facts.calendar, supposed.closed)
                drafted = replace(
                    runtime, make_facts=partial(Facts, reckoned_by=(calendar, facts.calendar_version + 1))
                )
                step = Step.locked(drafted, db, case_id, actor=SYSTEM)
            if supposed.closed or supposed.posted:
                done = rework(step)
                found += [_of_moved(moved) for moved in done.moved]
                found += _of_effects(done.meaning)
        finally:
            attempt.rollback()
    return found


def _of_decision(facts: Facts, supposed: Supposition) -> list[Consequence]:
    day = supposed.decided or facts.today
    try:
        found = decided_on(facts, supposed.decision, day)
    except (OutsideCalendar, LookupError) as unknown:
        return [Consequence("R078", f"It cannot be said: {unknown}")]
    follows = [Consequence(rule, f"{words}: {in_words(at)}", becomes=at) for rule, words, at in found]
    due = next((at for _, words, at in found if words == "Application due"), None)
    return [*follows, Consequence("R079", submitted_on(facts, due).words)] if due else follows


def _of_posting(facts: Facts, supposed: Supposition) -> list[Consequence]:
    """The notice that a posting day would give, for each parent's letter to the meeting that is to come."""
    meeting = _to_come(facts)
    if meeting is None or supposed.posted is None:
        return [Consequence("R033", "No meeting is arranged: nothing depends on a posting day.")]
    found = []
    for letter in current_invitations(facts.db, meeting.id):
        if not letter.stands:
            continue
        notice = facts.notice(supposed.posted, postage=supposed.postage, to=letter.adult_id)
        grade = grade_of(meeting.day, notice)
        found.append(
            Consequence(
                "R070" if meeting.kind == "review" else "R033",
                f"{facts.name_of(letter.adult_id)}: notice of the {meeting.kind} on {in_words(meeting.day)} would be "
                f"{grade}; lawful from {in_words(notice.literal)}, as evidence from {in_words(notice.evidence_grade)}.",
            )
        )
        facts.db.execute(
            update(tables.invitation)
            .where(tables.invitation.c.id == letter.id)
            .values(posted_on=supposed.posted, postage=supposed.postage.value, received_on=notice.deemed_receipt)
        )
    return found


def _of_moved(moved: Moved) -> Consequence:
    return Consequence(
        "", f"{moved.name} would move. {derivation_in_words(moved.derivation)}", moved.was, moved.becomes
    )


def _of_effects(effects: Any) -> list[Consequence]:
    if effects is None:
        return []
    found = [
        Consequence("R033", f"A notice of the {notice.kind} would be {notice.becomes}, it is {notice.was}.")
        for notice in effects.notices
    ]
    found += [
        Consequence("E35", f"The school would be closed on {in_words(closed.day)}, agreed for the {closed.what}.")
        for closed in effects.closed
    ]
    if effects.answer:
        found.append(Consequence("R006", f"The criteria would say {effects.answer[1]}, they said {effects.answer[0]}."))
    return found


def _to_come(facts: Facts) -> Meeting | None:
    arranged = [
        meeting
        for kind in ("panel", "review")
        for meeting in meetings_of(facts.db, facts.case.id, kind=kind)
        if meeting.state == "arranged"
    ]
    return arranged[-1] if arranged else None


def _with_closures(calendar: SchoolCalendar, closed: tuple[date, ...]) -> SchoolCalendar:
    return replace(calendar, closures={**calendar.closures, **{day: Closure("Y4", SUPPOSED) for day in closed}})
