"""Work that follows from what was said, for which no diagram has a step."""

from engine.added_tasks import put_task
from engine.calls import Call
from handlers.facts import Facts

LEAD = "attendance_lead"
ASK_ELSEWHERE = "Look elsewhere for another parent"
WHERE = "Check the admission register; ask other schools of the family, and the authority's officer."
SPEAK_WITH_SCHOOLS = "Agree the joint approach with the siblings' schools"
JOINTLY = "One event may serve all the children; each has a plan, minutes and letters of their own."


def ask_elsewhere(call: Call, *, declined_by: str = "", how: str = "") -> None:
    """Somebody declined to name another parent, or one is still sought: others are asked. Source: R048, R049, E8."""
    because = f"{declined_by} declined to give details of other adults. " if declined_by else ""
    _put(call, ASK_ELSEWHERE, f"{because}{how} {WHERE}".strip())


def speak_with_schools(call: Call, *, whom: str) -> None:
    """A joint approach needs the schools of the siblings who go elsewhere. Source: R019, R020."""
    _put(call, SPEAK_WITH_SCHOOLS, f"{whom}. {JOINTLY}")


def _put(call: Call, name: str, details: str) -> None:
    facts: Facts = call.facts
    put_task(
        call.db,
        call.case,
        call.notes,
        name=name,
        details=details,
        groups=(LEAD,),
        assignee=None,
        due_on=facts.calendar.days.after(facts.policy.follow_up_days, call.today),
        now=call.now,
    )
