"""Figures of pupils against the criteria, as they are answered."""

from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from api.rest.shapes import Out
from attendance.earlier import earlier_of
from attendance.eligibility import Result, Threshold, Window
from attendance.marks import Tally
from attendance.registers import Eligibility, Standing, eligibility_of
from attendance.schools import calendar_of
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.policy import Policy
from engine.runtime import Runtime
from engine.versions import newest_version, process_of


class EarlierOut(Out):
    """A window that ended in an earlier week and met the criteria. It never changes the result."""

    window_weeks: list[date]
    possible: int
    unauthorised: int


class FiguresOut(Out):
    """A pupil's sessions in the six school weeks of the criteria, as the register is now."""

    result: Result
    possible: int
    unauthorised: int
    authorised: int
    attending: int
    provisional_n: int = Field(description="Sessions marked N, whose reason is not known yet.")
    window_weeks: list[date] = Field(description="The Mondays of the weeks that were counted.")
    as_at: date
    marks_as_at: date | None = Field(description="The day of the school's last mark.")
    in_penalty_notices: int = Field(description="Of the unauthorised sessions, those that a penalty notice is about.")
    result_without_penalty_notices: Result = Field(description="The result if those did not count as unauthorised.")
    earlier: list[EarlierOut] | None = Field(None, description="Earlier windows that met the criteria, for one pupil.")


def todays_figures(
    runtime: Runtime,
    db: Connection,
    process: str,
    school_id: UUID,
    pupil_id: UUID | None = None,
    *,
    only_eligible: bool = False,
) -> dict[UUID, FiguresOut]:
    """Today's figures by the criteria of the version that a new case would run on; earlier windows for one pupil.

    Raises NoCalendar.
    """
    calendar, _ = calendar_of(db, school_id)
    threshold = threshold_of(process_of(runtime, db, newest_version(db, process)).policy)
    found = eligibility_of(
        db,
        school_id,
        pupil_id,
        as_at=london_day(read_clock(db)),
        threshold=threshold,
        calendar=calendar,
        only_eligible=only_eligible,
    )
    if pupil_id is None:
        return {standing.pupil_id: figures_out(found, standing) for standing in found.pupils}
    met = earlier_of(db, school_id, pupil_id, window=found.window, threshold=threshold, calendar=calendar)
    earlier = [earlier_out(*each) for each in met.get(pupil_id, ())]
    return {standing.pupil_id: figures_out(found, standing, earlier=earlier) for standing in found.pupils}


def threshold_of(policy: Policy) -> Threshold:
    """The criteria in numbers."""
    return Threshold(policy.threshold_percent, policy.threshold_sessions, policy.window_weeks)


def figures_out(found: Eligibility, standing: Standing, *, earlier: list[EarlierOut] | None = None) -> FiguresOut:
    """One pupil's figures as they are answered."""
    figures = standing.figures
    return FiguresOut(
        result=figures.result,
        possible=figures.possible,
        unauthorised=figures.unauthorised,
        authorised=figures.authorised,
        attending=figures.attending,
        provisional_n=figures.provisional_n,
        window_weeks=list(found.window.weeks),
        as_at=found.window.as_at,
        marks_as_at=found.marks_as_at,
        in_penalty_notices=standing.in_notices,
        result_without_penalty_notices=standing.without_notices,
        earlier=earlier,
    )


def earlier_out(window: Window, tally: Tally) -> EarlierOut:
    """An earlier window as it is answered."""
    return EarlierOut(window_weeks=list(window.weeks), possible=tally.possible, unauthorised=tally.unauthorised)
