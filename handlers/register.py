"""The pupil's figures in the register: taken when the case opens, and again when the register changes."""

from dataclasses import asdict

from sqlalchemy import insert

from attendance import tables
from attendance.limitation import in_time
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Refusal, handler
from handlers.facts import Checked, Facts


@handler("register.check")
def check(call: Call) -> None:
    """Freezes the figures on which the case is opened, with the sessions relied on. Source: R006-R008.

    Refuses a case on a window of which nothing can be charged any more (domain.md E54).
    """
    facts: Facts = call.facts
    checked = facts.check()
    _freeze(call, checked, what="opening")
    days = [session.day for session in checked.relied_on]
    if days and not in_time(days, laid_on=facts.today, days=facts.calendar.days):
        raise Refusal("out_of_time", "Every session in the window is past the limit of six months.", rule="R079")


@handler("register.check_again")
def check_again(call: Call) -> None:
    """Counts the opening's window again and keeps it beside the figures of the opening (domain.md 2.8, E24)."""
    facts: Facts = call.facts
    _freeze(call, facts.recheck(), what="register_changed")


def _freeze(call: Call, checked: Checked, *, what: str) -> None:
    facts: Facts = call.facts
    figures, as_at = checked.figures, checked.window.as_at
    row = {
        **asdict(figures),
        "result": str(figures.result),
        "born": checked.born and checked.born.isoformat(),
        "window_weeks": [monday.isoformat() for monday in checked.window.weeks],
        "relied_on": [
            {"day": session.day.isoformat(), "session": session.session, "code": session.code}
            for session in checked.relied_on
        ],
    }
    call.db.execute(
        insert(tables.snapshot).values(
            id=new_id(),
            case_id=call.case.id,
            what=what,
            as_at=as_at,
            figures=row,
            calendar_version=facts.calendar_version,
            taken_at=call.now,
        )
    )
    call.note(
        "register_checked",
        kind=what,
        as_at=as_at.isoformat(),
        possible=figures.possible,
        unauthorised=figures.unauthorised,
        provisional_n=figures.provisional_n,
        result=str(figures.result),
        calendar_version=facts.calendar_version,
    )
