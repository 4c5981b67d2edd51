"""Timers moved, ended, paused and let go on by hand, with a reason; what follows can be looked at first."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection

from api.idempotency import Answer, Once, OnceHere
from api.rest.nouns import CONFLICT, TAGS, noun
from api.rest.revisions import IfMatch
from api.rest.shapes import Body, Moment, Out, Reason, example
from api.rest.timers import TimerOut, timers_out
from api.security import Allowed, Rule, RuntimeHere
from engine.by_hand import Act
from engine.consequences import Consequences
from engine.queries import timers as queries
from engine.timer_acts import Wanted, change_timer, foresee_change

router = noun("timers", explained=TAGS["timers"])

Changing = Annotated[Allowed, Depends(Rule("timer.change"))]
DryRun = Annotated[
    bool, Query(alias="dry-run", description="Only says what would follow: everything is worked out and rolled back.")
]


class Why(Body):
    """Why a timer is ended, or goes on."""

    model_config = example(reason="The pupil is back in school: the panel looks at it today.")
    reason: Reason


class Rescheduling(Body):
    """The day that a timer is moved to. Its time of day stays."""

    model_config = example(on="2026-12-09", reason="The head teacher is back on Wednesday.")
    on: date
    reason: Reason


class Pausing(Body):
    """The day from whose beginning a timer counts again."""

    model_config = example(until="2027-01-11", reason="The pupil is in hospital until the new year.")
    until: date
    reason: Reason


class MomentMoved(Out):
    """A moment of the case that becomes another. `was` is null for one that begins, `becomes` for one that ends."""

    timer_id: UUID
    element: str
    name: str
    kind: str
    was: Moment | None
    becomes: Moment | None


class DeadlineDepending(Out):
    """A deadline over what goes on only after this timer. `is_missed`: it passes before the timer's moment comes."""

    timer_id: UUID
    element: str
    name: str
    due_at: Moment
    is_missed: bool


class MomentBefore(Out):
    """Another moment of the case, which comes before this timer's."""

    timer_id: UUID
    element: str
    name: str
    kind: str
    due_at: Moment


class TimerChanged(Out):
    """What follows from a change. The timers that move have ids only once it is done."""

    is_done: bool = Field(description="False for a dry run: nothing has changed.")
    timer: TimerOut = Field(description="As it stands now; after a dry run as it stood.")
    due_at: Moment | None = Field(description="The timer's moment by the change; null when it is over.")
    moved: list[MomentMoved]
    depending: list[DeadlineDepending]
    meanwhile: list[MomentBefore]
    opened: list[str] = Field(description="Tasks that begin.", examples=[["Decide the internal review"]])
    withdrawn: list[str] = Field(description="Tasks that go.")
    letters: list[str] = Field(description="Letters that are made.")


Changed = Callable[[Wanted], JSONResponse]


def changing(
    timer_id: UUID, runtime: RuntimeHere, allowed: Changing, once: OnceHere, revision: IfMatch, dry_run: DryRun = False
) -> Changed:
    """Changes the timer that the path names, or only looks at what would follow."""
    me = allowed.actor.id

    def change(wanted: Wanted) -> JSONResponse:
        change_or_look = foresee_change if dry_run else change_timer

        def act() -> Consequences:
            return change_or_look(runtime, timer_id, wanted, actor=str(me), revision=revision)

        def told(db: Connection, found: Consequences) -> Answer:
            row = queries.timer_by_id(db, timer_id)
            (timer,) = timers_out(db, [row])
            follows = {name: getattr(found, name) for name in TimerChanged.model_fields if hasattr(found, name)}
            out = TimerChanged.model_validate({**follows, "is_done": not dry_run, "timer": timer})
            # A dry run is of the case as it was found: sent as If-Match, the change is made only if that still holds.
            etag = found.revision if dry_run else row.revision
            return Answer(200, {"etag": f'"{etag}"', "content": out.model_dump(mode="json")})

        asked = Once(runtime, once.request, None) if dry_run else once
        answer = asked.do(act, person_id=me, content=repr(wanted).encode(), answer=told)
        headers = {"ETag": answer.body["etag"]}
        if answer.is_repeated:
            headers["Idempotent-Replayed"] = "true"
        return JSONResponse(answer.body["content"], headers=headers)

    return change


Change = Annotated[Changed, Depends(changing)]


@router.post("/{timer_id}/reschedule", response_model=TimerChanged, responses=CONFLICT)
def reschedule_timer(body: Rescheduling, change: Change) -> JSONResponse:
    """Moves a timer to another day, where the process lets people. It is not worked out again."""
    return change(Wanted(Act.RESCHEDULE, body.reason, body.on))


@router.post("/{timer_id}/fire", response_model=TimerChanged, responses=CONFLICT)
def fire_timer(body: Why, change: Change) -> JSONResponse:
    """Ends a wait now, where the process lets people: the case goes on."""
    return change(Wanted(Act.FIRE, body.reason))


@router.post("/{timer_id}/pause", response_model=TimerChanged, responses=CONFLICT)
def pause_timer(body: Pausing, change: Change) -> JSONResponse:
    """Keeps a timer from firing before a day, where the process lets people."""
    return change(Wanted(Act.PAUSE, body.reason, body.until))


@router.post("/{timer_id}/resume", response_model=TimerChanged, responses=CONFLICT)
def resume_timer(body: Why, change: Change) -> JSONResponse:
    """Ends a pause: the timer's own moment holds again. When that has come meanwhile, it fires."""
    return change(Wanted(Act.RESUME, body.reason))
