"""Deadlines that were missed, are reminded of, or count again."""

from engine.calls import Call
from engine.registry import handler


@handler("deadlines.raise")
def raise_(call: Call, *, deadline: str) -> None:
    """Brings a missed deadline before the supervisor. Does nothing when it was met."""
    call.raise_deadline(deadline)


@handler("deadlines.remind")
def remind(call: Call, *, deadline: str) -> None:
    """Reminds of a deadline that is still to be met."""
    found = call.deadline(deadline)
    if found is not None and found.met_on is None:
        call.note("reminded", deadline=deadline, name=found.name, due_at=found.due_at.isoformat())


@handler("deadlines.reopen")
def reopen(call: Call, *, deadline: str) -> None:
    """A deadline that was met counts again with the same due date (domain.md E48)."""
    call.reopen_deadline(deadline)
