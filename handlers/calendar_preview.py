"""What would happen if a calendar's draft were approved: done to every open case by the same code, and rolled back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, case, func, select

from attendance import tables
from attendance.calendar_difference import Difference, difference
from attendance.calendar_drafts import draft_by_id
from attendance.calendar_file import JSON
from attendance.calendar_file import calendar_of as read_calendar
from attendance.codes import CODES, Kind
from attendance.drafts import AlreadyDecided, DraftOutdated, DraftState
from attendance.proclaiming import changed_by
from attendance.proclamations import proclamation_by_id
from attendance.schools import calendar_of, calendar_version
from engine import tables as engine_tables
from engine.database import transaction
from engine.people import SYSTEM
from engine.rescheduling import Moved, rework
from engine.runtime import Runtime
from engine.steps import Step
from handlers.calendar_effects import Effects
from handlers.facts import Facts

UNAUTHORISED = [code.code for code in CODES.values() if code.kind is Kind.UNAUTHORISED]


@dataclass(frozen=True)
class CasePreview:
    """What becomes of one open case. `problem`: why it cannot be brought up to date; it would become an incident."""

    id: UUID
    reference: str
    pupil_id: UUID
    moved: tuple[Moved, ...] = ()
    effects: Effects = field(default_factory=Effects)
    problem: str = ""

    @property
    def is_touched(self) -> bool:
        """Whether anything changes for the case."""
        found = self.effects
        return bool(self.moved or self.problem or found.notices or found.closed or found.answer)


@dataclass(frozen=True)
class MarkedDay:
    """A day with marks that would not count any more, because the school would be closed on it."""

    day: date
    because: str
    pupils: int
    sessions: int
    unauthorised: int


@dataclass(frozen=True)
class Preview:
    """What a school's next version would change."""

    school_id: UUID
    follows: int  # the version that it would follow
    difference: Difference
    cases: tuple[CasePreview, ...]  # only those that are touched
    open_cases: int
    marks: tuple[MarkedDay, ...]


def preview_draft(runtime: Runtime, draft_id: UUID) -> Preview:
    """What a draft of a school's calendar would change. Raises AlreadyDecided, and DraftOutdated: rebase it first."""
    with transaction(runtime.engine) as db:
        draft = draft_by_id(db, draft_id)
        if draft.state is not DraftState.OPEN:
            raise AlreadyDecided
        if calendar_of(db, draft.school_id)[1] != draft.based_on:
            raise DraftOutdated
    return preview(runtime, draft.school_id, draft.content, follows=draft.based_on)


def preview_proclamation(runtime: Runtime, proclamation_id: UUID) -> Iterator[Preview]:
    """What a statement on bank holidays would change, school by school. Raises AlreadyDecided."""
    with transaction(runtime.engine) as db:
        statement = proclamation_by_id(db, proclamation_id)
        if statement.state is not DraftState.OPEN:
            raise AlreadyDecided
        schools = list(changed_by(db, statement))
    return (preview(runtime, school.school_id, school.content, follows=school.version) for school in schools)


def preview(runtime: Runtime, school_id: UUID, content: Mapping[str, JSON], *, follows: int) -> Preview:
    """What this content would change as the version after another. Every case is locked for as long as it takes."""
    after = read_calendar(content)
    c = engine_tables.case.c
    with transaction(runtime.engine) as db:
        before = calendar_version(db, school_id, follows)
        differs = difference(before, after)
        marks = tuple(_marks(db, school_id, differs))
        cases = list(
            db.execute(select(c.id, c.reference, c.subject_id).where(c.owner_id == school_id, c.closed_at.is_(None)))
        )
    drafted = replace(runtime, make_facts=partial(Facts, reckoned_by=(after, follows + 1)))
    looked_at = [_look_at(drafted, row.id, row.reference, row.subject_id) for row in cases]
    touched = sorted((found for found in looked_at if found.is_touched), key=lambda found: found.reference)
    return Preview(school_id, follows, differs, tuple(touched), len(cases), marks)


def _look_at(runtime: Runtime, case_id: UUID, reference: str, pupil_id: UUID) -> CasePreview:
    with runtime.engine.connect() as db, db.begin() as attempt:
        try:
            step = Step.locked(runtime, db, case_id, actor=SYSTEM)
            done = rework(step)
        except Exception as problem:  # noqa: BLE001 - told to whoever asks; done in earnest, it is an incident
            return CasePreview(case_id, reference, pupil_id, problem=str(problem) or type(problem).__name__)
        finally:
            attempt.rollback()
    return CasePreview(case_id, reference, pupil_id, done.moved, done.meaning or Effects())


def _marks(db: Connection, school_id: UUID, differs: Difference) -> Iterator[MarkedDay]:
    """Marks on the days that would be closed, by day. Source: domain.md E35, E36."""
    p, m = tables.pupil.c, tables.mark.c
    because = {closed.day: closed.because for closed in differs.closed}
    if not because:
        return
    found = (
        select(
            m.day,
            func.count().label("pupils"),
            func.sum(case((m.am.is_not(None), 1), else_=0) + case((m.pm.is_not(None), 1), else_=0)).label("sessions"),
            func.sum(case((m.am.in_(UNAUTHORISED), 1), else_=0) + case((m.pm.in_(UNAUTHORISED), 1), else_=0)).label(
                "unauthorised"
            ),
        )
        .join_from(tables.pupil, tables.mark, m.pupil_id == p.id)
        .where(p.school_id == school_id, m.day.in_(because))
        .group_by(m.day)
        .order_by(m.day)
    )
    for row in db.execute(found):
        yield MarkedDay(row.day, because[row.day], row.pupils, row.sessions, row.unauthorised)
