"""Whether attendance holds after a target was achieved. To take the case up again is offered, never done."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from attendance.eligibility import Result, Window
from attendance.errors import OutsideCalendar
from attendance.outcomes import outcome_of
from attendance.registers import last_mark_of
from attendance.schools import NoCalendar
from attendance.tables import outcome, watch
from engine import tables
from engine.added_tasks import put_task
from engine.calls import CaseFacts
from engine.clock import lock_case, london_day
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.history import Notes
from engine.ids import new_id
from engine.people import SYSTEM
from engine.runtime import Runtime
from engine.versions import process_of
from handlers.facts import Facts

ACHIEVED = "O1"
PERIODS = ("watch_first_weeks", "watch_last_weeks")  # of the policy
ASKED = "attendance_lead"
LONGEST = timedelta(days=365)  # after which a pupil is in another year, or the calendar is still not known
OFFER = "Attendance has fallen again: take the case up?"

_c, _o, _w = tables.case.c, outcome.c, watch.c


def look_at_closed(runtime: Runtime) -> int:
    """Looks at every closed case whose time has come, each in a transaction of its own, and gives how many there were.

    A case that another one has taken up again is not looked at: its pupil is in hand.
    """
    with transaction(runtime.engine) as db:
        cases = db.execute(_CLOSED, {"since": read_clock(db) - LONGEST}).scalars().all()
    return sum(_look(runtime, case_id) for case_id in cases)


def watches_of(db: Connection, case_id: UUID) -> list[AnyRow]:
    """What was found after a case was closed, the first look first."""
    return list(db.execute(select(watch).where(_w.case_id == case_id).order_by(_w.school_weeks)).all())


def _look(runtime: Runtime, case_id: UUID) -> int:
    with transaction(runtime.engine) as db:
        row, now = lock_case(db, case_id)
        case = CaseFacts(row.id, row.reference, row.process, row.owner_id, row.subject_id, row.opened_at)
        facts = Facts(db=db, case=case, now=now, policy=process_of(runtime, db, row.version_id).policy)
        looked = 0
        decided = outcome_of(db, case_id, stage="review")
        if decided is None or decided.code != ACHIEVED:
            return 0
        for weeks, due in _due(facts, london_day(row.closed_at)):
            looked += _keep(facts, row, weeks=weeks, due=due)
    return looked


def _due(facts: Facts, closed_on: date) -> Iterator[tuple[int, date]]:
    """The looks whose day is over and whose marks are there, in school weeks after the closing, each with its day."""
    known = {row.school_weeks for row in watches_of(facts.db, facts.case.id)}
    for name in PERIODS:
        # A version that was published before there were watches names none.
        weeks = getattr(facts.policy, name, None)
        if weeks is None or weeks in known:
            continue
        try:
            due = facts.calendar.offered(facts.calendar.school_weeks_after(weeks, closed_on))
        except (OutsideCalendar, NoCalendar):
            continue  # until the calendar is known so far
        marked_to = last_mark_of(facts.db, facts.case.owner_id, on=facts.today)
        if due < facts.today and marked_to is not None and marked_to >= due:
            yield weeks, due


def _keep(facts: Facts, row: AnyRow, *, weeks: int, due: date) -> int:
    """Keeps what a look found; where the criteria are near or met again, adds the question to the attendance lead's."""
    weeks_before = facts.calendar.weeks_until(due, number=facts.threshold.window_weeks)
    found = facts.in_window(Window(weeks_before, due)).figures
    since = facts.count(london_day(row.closed_at) + timedelta(days=1), due)
    is_offered = found.result is not Result.NOT_ELIGIBLE
    figures: dict[str, Any] = {
        **asdict(found),
        "result": str(found.result),
        "since_closing": {"possible": since.possible, "unauthorised": since.unauthorised},
    }
    kept = insert_or(watch).values(
        id=new_id(),
        case_id=row.id,
        school_weeks=weeks,
        due_on=due,
        figures=figures,
        is_offered=is_offered,
        looked_at=facts.now,
    )
    if facts.db.execute(kept.on_conflict_do_nothing().returning(_w.id)).first() is None:
        return 0
    notes = Notes(row.id, actor=SYSTEM, at=facts.now)
    said = {"possible": found.possible, "unauthorised": found.unauthorised, "result": str(found.result)}
    notes.add("watched", facts={"school_weeks": weeks, "as_at": due.isoformat(), **said})
    if is_offered:
        details = (
            f"{found.unauthorised} of {found.possible} sessions unauthorised in the school weeks up to "
            f"{due.isoformat()}, {weeks} school weeks after the target was achieved."
        )
        put_task(
            facts.db, row, notes, name=OFFER, details=details, groups=[ASKED], assignee=None, due_on=None, now=facts.now
        )
    notes.write(facts.db)
    return 1


_TAKEN_UP = tables.case.alias("taken_up")
_CLOSED = (
    select(_c.id)
    .join(outcome, _o.case_id == _c.id)
    .where(
        _c.closed_at > bindparam("since"),
        _o.code == ACHIEVED,
        ~select(_TAKEN_UP.c.id).where(_TAKEN_UP.c.follows == _c.id).exists(),
        select(func.count()).where(_w.case_id == _c.id).scalar_subquery() < len(PERIODS),
    )
    .group_by(_c.id)
    .order_by(_c.id)
)
