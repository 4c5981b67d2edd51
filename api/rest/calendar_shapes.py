"""Drafts of calendars, as the API takes and answers them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field
from sqlalchemy import Connection

from api.rest.shapes import Body, Moment, Out, PersonRef, Reason, example, person_or_none, person_ref, storable_text
from attendance.calendar import Closure
from attendance.calendar_content import Edit
from attendance.calendar_drafts import CalendarDraft
from engine.queries.people import names_of


class NewClosure(Body):
    """A day on which the whole school is closed, and the mark of its register."""

    model_config = example(date="2026-12-03", mark="Y4", reason="snow")
    date: date
    mark: str = Field("#", max_length=2, examples=["Y4"])
    reason: Annotated[str, AfterValidator(storable_text)] = Field("", max_length=200, examples=["snow"])


class CalendarEdit(Body):
    """A change by hand. What is not named stays as it is."""

    model_config = example(inset=["2026-12-04"], closures=[{"date": "2026-12-03", "mark": "Y4", "reason": "snow"}])
    inset: list[date] = Field([], max_length=50)
    closures: list[NewClosure] = Field([], max_length=50)
    school_days: list[date] = Field([], max_length=50, description="Days on which there is school after all.")
    terms: list[tuple[date, date]] = Field([], max_length=20, description="Terms to add, by first and last day.")
    without_terms: list[tuple[date, date]] = Field([], max_length=20)

    def as_edit(self) -> Edit:
        """The change as the calendar's rules know it."""
        return Edit(
            inset=frozenset(self.inset),
            closures={closure.date: Closure(closure.mark, closure.reason) for closure in self.closures},
            school=frozenset(self.school_days),
            terms=tuple(self.terms),
            without_terms=tuple(self.without_terms),
        )


class Approval(Body):
    """Why the change is approved."""

    model_config = example(reason="The governors moved the staff day on 20 November.")
    reason: Reason


class NotUsed(Out):
    """What a file says and a calendar of school days has no place for."""

    where: str
    reason: str


class CalendarDraftOut(Out):
    """A draft as it stands. `version` is what it became."""

    id: UUID
    school_id: UUID
    state: str
    based_on: int = Field(description="The version that it would follow.")
    content: dict[str, Any]
    source: str = Field(description="The file it came from, or `by hand`.")
    left_out: list[NotUsed]
    drafted_by: PersonRef
    drafted_at: Moment
    closed_by: PersonRef | None
    closed_at: Moment | None
    reason: str
    version: int | None
    revision: int


def drafts_out(db: Connection, found: list[CalendarDraft]) -> list[CalendarDraftOut]:
    """Drafts as they are answered."""
    people = names_of(db, [actor for draft in found for actor in (draft.drafted_by, draft.closed_by)])
    return [
        CalendarDraftOut(
            id=draft.id,
            school_id=draft.school_id,
            state=draft.state.value,
            based_on=draft.based_on,
            content=dict(draft.content),
            source=draft.source,
            left_out=[NotUsed(where=one.where, reason=one.reason) for one in draft.left_out],
            drafted_by=person_ref(draft.drafted_by, people),
            drafted_at=draft.drafted_at,
            closed_by=person_or_none(draft.closed_by, people),
            closed_at=draft.closed_at,
            reason=draft.reason,
            version=draft.version,
            revision=draft.revision,
        )
        for draft in found
    ]
