"""An outcome that is decided again: the first decision stays, the new one is a further version with its reason."""

from attendance.applications import latest_application
from engine.added_tasks import put_task
from engine.calls import Call
from engine.registry import Accepted, handler
from handlers.answers import Answers, Prepared, past_day, prepared, text_of
from handlers.facts import Facts

TELL_AUTHORITY = "Tell the authority that the outcome is decided again"


@handler("outcomes.prepare_change")
def prepare(call: Call) -> Prepared:
    """Known since today, unless somebody says otherwise."""
    return prepared(answers={"found_on": call.today.isoformat()})


@handler("outcomes.change")
def change(call: Call, answers: Answers) -> Accepted:
    """Whoever was asked to act is told of what undermines the case, after submission too. Source: R072, E27, 2.5."""
    facts: Facts = call.facts
    found_on = past_day(answers, "found_on", today=call.today, rule="R072")
    latest = latest_application(call.db, call.case.id)
    if latest is not None and latest.submitted_on is not None:
        put_task(
            call.db,
            call.case,
            call.notes,
            name=TELL_AUTHORITY,
            details=f"E27: {text_of(answers, 'reason')}",
            groups=("attendance_lead",),
            assignee=None,
            due_on=facts.calendar.days.after(1, call.today),
            now=call.now,
        )
    call.note(
        "outcome_reopened",
        found_on=found_on.isoformat(),
        reason=text_of(answers, "reason"),
        evidence=text_of(answers, "evidence"),
    )
    return Accepted({}, found_on)
