"""The clock: the database's, or in a demo one that can be moved forward."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from api.rest.nouns import CREATING, noun
from api.rest.shapes import Body, Moment, Out, example
from api.security import Rule, RuntimeHere
from engine import clock
from engine.database import transaction, wake_workers

router = noun("clock", explained="What time it is for every case. Only a demo's clock can be moved.")

READING = Depends(Rule("clock.read"))
MOVING = Depends(Rule("clock.move"))
LAST_YEAR = 2060  # how far the clock is ahead is kept as seconds in 32 bits


class ClockOut(Out):
    """Where the clock stands."""

    now: Moment
    is_demo: bool = Field(description="Whether it can be moved.")


def _within_reach(moment: datetime) -> datetime:
    if moment.year > LAST_YEAR:
        raise ValueError(f"The clock goes no further than {LAST_YEAR}")
    return moment


def _as_text(moment: object) -> object:
    if not isinstance(moment, str):
        raise ValueError("A moment is ISO text with its offset")
    return moment


class ClockMove(Body):
    """Where the clock is to stand: a moment with its offset, not before the present one."""

    model_config = example(to="2026-12-09T09:00:00+00:00")
    to: Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_within_reach)]


@router.get("", dependencies=[READING])
def read_clock(runtime: RuntimeHere) -> ClockOut:
    """Where the clock stands."""
    with transaction(runtime.engine) as db:
        return ClockOut(now=clock.now(db), is_demo=clock.is_demo(db))


@router.post("", responses=CREATING, dependencies=[MOVING])
def move_clock(body: ClockMove, runtime: RuntimeHere) -> ClockOut:
    """Moves a demo's clock forward; what falls due by it is done by the workers straight after."""
    with transaction(runtime.engine) as db:
        now = clock.move_to(db, body.to)
        wake_workers(db)
    return ClockOut(now=now, is_demo=True)
