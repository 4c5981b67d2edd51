"""Work that follows from what was said, for which no diagram has a step."""

from engine.added_tasks import put_task
from engine.calls import Call
from handlers.facts import Facts

LEAD = "attendance_lead"
ASK_ELSEWHERE = "Look elsewhere for another parent"
WHERE = "Check the admission register; ask other schools of the family, and the authority's officer."


def ask_elsewhere(call: Call, *, declined_by: str = "", how: str = "") -> None:
    """Somebody declined to name another parent, or one is still sought: others are asked. Source: R048, R049, E8."""
    because = f"{declined_by} declined to give details of other adults. " if declined_by else ""
    facts: Facts = call.facts
    put_task(
        call.db,
        call.case,
        call.notes,
        name=ASK_ELSEWHERE,
        details=f"{because}{how} {WHERE}".strip(),
        groups=(LEAD,),
        assignee=None,
        due_on=facts.calendar.days.after(facts.policy.follow_up_days, call.today),
        now=call.now,
    )
