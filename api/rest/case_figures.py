"""A case's figures: as they were when it was opened, as the register says now, and those of today's window."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Depends
from pydantic import Field

from api.case_facts import facts_of_case
from api.rest.figures import EarlierOut, FiguresOut, earlier_out, figures_out
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Moment, Out
from api.security import Rule, RuntimeHere
from attendance.earlier import earlier_of
from attendance.eligibility import Result, judge
from attendance.mark_changes import How
from attendance.notice_records import notices_of, used_sessions
from attendance.registers import eligibility_of
from attendance.snapshots import latest_snapshot
from engine.database import transaction
from handlers.facts import Checked, Facts
from handlers.register_changes import changed_sessions

router = noun("cases", explained="One run of the procedure about one pupil.")

READING = Depends(Rule("case.read"))


class ReliedOnOut(Out):
    """An unauthorised session that the figures count. A session of a paid notice cannot be relied on again."""

    day: date
    session: str
    code: str
    penalty_notice: str | None = Field(description="The status of the penalty notice that is about it.")


class SessionChangedOut(Out):
    """A session of the opening's window that counts otherwise now.

    `closed`: a closure entered late has removed the absence. `unauthorised_later`: made unauthorised after the event,
    which undermines evidence. Without a file, the calendar or the date of birth was changed, or there was no mark.
    """

    day: date
    session: str
    was: str
    is_now: str
    how: How
    at: Moment | None
    file: str


class OpeningOut(Out):
    """The figures on which the case was opened: frozen, whatever became of the register since."""

    as_at: date
    taken_at: Moment
    calendar_version: int
    figures: dict[str, Any]


class AgainOut(Out):
    """The opening's own window, counted again on the register as it is now."""

    result: Result
    possible: int
    unauthorised: int
    provisional_n: int
    in_penalty_notices: int
    result_without_penalty_notices: Result
    relied_on: list[ReliedOnOut]
    changed: list[SessionChangedOut]


class CountOut(Out):
    """Sessions that were possible, and how many of them were unauthorised."""

    possible: int
    unauthorised: int


class TargetOut(Out):
    """Where the target that was agreed stands, from the register as it is now."""

    allowed: int = Field(description="At most so many unauthorised sessions in the period.")
    period_from: date
    period_to: date
    counted_to: date
    since: CountOut = Field(description="In the period so far.")
    before: CountOut = Field(description="In the window on which the case was opened.")
    is_achieved: bool
    has_improved: bool = Field(description="A smaller share of the possible sessions is unauthorised than before.")


class CaseFiguresOut(Out):
    """What a case rests on, beside what the register says now. Null before the register was checked."""

    opening: OpeningOut | None
    as_now: AgainOut | None
    latest: FiguresOut = Field(description="The window that ends with the school's last mark.")
    marks_as_at: date | None
    earlier: list[EarlierOut]
    target: TargetOut | None = Field(description="Null while none is agreed.")


@router.get("/{case_id}/figures", responses=MISSING, dependencies=[READING])
def read_figures(case_id: UUID, runtime: RuntimeHere) -> CaseFiguresOut:
    """The figures a case was opened on and those of today, side by side."""
    with transaction(runtime.engine) as db:
        facts = facts_of_case(runtime, db, case_id)
        found = eligibility_of(
            db,
            facts.case.owner_id,
            facts.case.subject_id,
            as_at=facts.today,
            threshold=facts.threshold,
            calendar=facts.calendar,
        )
        met = earlier_of(
            db,
            facts.case.owner_id,
            facts.case.subject_id,
            window=found.window,
            threshold=facts.threshold,
            calendar=facts.calendar,
        )
        opening = latest_snapshot(db, case_id, what="opening")
        again = _again(facts, facts.recheck()) if opening else None
        target = _target(facts)
    (standing,) = found.pupils
    return CaseFiguresOut(
        opening=OpeningOut(
            as_at=opening.as_at,
            taken_at=opening.taken_at,
            calendar_version=opening.calendar_version,
            figures=dict(opening.figures),
        )
        if opening
        else None,
        as_now=again,
        latest=figures_out(found, standing),
        marks_as_at=found.marks_as_at,
        earlier=[earlier_out(*each) for each in met.get(facts.case.subject_id, ())],
        target=target,
    )


def _target(facts: Facts) -> TargetOut | None:
    try:
        return TargetOut.model_validate(facts.progress)
    except LookupError:
        return None


def _again(facts: Facts, checked: Checked) -> AgainOut:
    used = used_sessions(notices_of(facts.db, facts.case.subject_id))
    relied_on = [
        ReliedOnOut(
            day=each.day,
            session=each.session,
            code=each.code,
            penalty_notice=used.get((each.day, each.session)),
        )
        for each in checked.relied_on
    ]
    in_notices = sum(each.penalty_notice is not None for each in relied_on)
    figures = checked.figures
    return AgainOut(
        result=figures.result,
        possible=figures.possible,
        unauthorised=figures.unauthorised,
        provisional_n=figures.provisional_n,
        in_penalty_notices=in_notices,
        result_without_penalty_notices=judge(
            possible=figures.possible,
            unauthorised=figures.unauthorised - in_notices,
            threshold=facts.threshold,
        ),
        relied_on=relied_on,
        changed=[SessionChangedOut.model_validate(change) for change in changed_sessions(facts)],
    )
