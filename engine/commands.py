"""Every command that an incident may keep, by name."""

from collections.abc import Mapping
from uuid import UUID

from engine import incidents
from engine.cancelling import perform_cancel
from engine.cases import perform_complete, perform_open, perform_report
from engine.correcting import perform_correct
from engine.doubts import send_again
from engine.inbox import hear
from engine.incidents import Perform
from engine.rescheduling import perform_reschedule
from engine.runtime import Runtime
from engine.timer_acts import perform_change
from engine.timers import fire_timer
from engine.work import go_on

COMMANDS: Mapping[str, Perform] = {
    "open_case": perform_open,
    "complete_task": perform_complete,
    "correct_task": perform_correct,
    "report": perform_report,
    "fire_timer": fire_timer,
    "change_timer": perform_change,
    "reschedule": perform_reschedule,
    "hear": hear,
    "send": send_again,
    "cancel_case": perform_cancel,
    "background_work": go_on,
}


def retry(runtime: Runtime, incident_id: UUID, *, actor: str) -> None:
    """Runs an incident's command again. Raises IncidentRaised when it fails again."""
    incidents.retry(runtime, incident_id, actor=actor, commands=COMMANDS)
