"""What becomes of closed cases: whether attendance held, and the case that takes one up again."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from api.idempotency import OnceHere
from api.rest.answering import answered
from api.rest.cases import CaseOpened, opened
from api.rest.nouns import CREATING, MISSING, noun
from api.rest.shapes import Body, Moment, Out, Reason, example
from api.security import Allowed, Rule, RuntimeHere
from engine.database import transaction
from engine.reopening import reopen_case
from handlers.watches import watches_of

router = noun("cases", explained="One run of the procedure about one pupil.")

Opening = Annotated[Allowed, Depends(Rule("case.open"))]


READING = Depends(Rule("case.read"))


class WatchOut(Out):
    """How attendance stood so many school weeks after the target was achieved, and whether reopening was offered."""

    school_weeks: int
    due_on: date = Field(description="The last day that is counted.")
    figures: dict[str, Any]
    is_offered: bool
    looked_at: Moment


class Reopening(Body):
    """Why a closed case is taken up again."""

    model_config = example(reason="Attendance fell again after the target was achieved.")
    reason: Reason


@router.post("/{case_id}/reopen", status_code=201, response_model=CaseOpened, responses=CREATING)
def reopen(case_id: UUID, body: Reopening, runtime: RuntimeHere, allowed: Opening, once: OnceHere) -> JSONResponse:
    """Opens another case that follows a closed one. What the closed case decided and sent stays as it was."""
    me = allowed.actor.id

    def act() -> UUID:
        return reopen_case(runtime, case_id, actor=str(me), reason=body.reason)

    answer = once.do(act, person_id=me, content=body.model_dump_json().encode(), answer=opened)
    return answered(answer, at=f"cases/{answer.body['id']}")


@router.get("/{case_id}/watches", responses=MISSING, dependencies=[READING])
def list_watches(case_id: UUID, runtime: RuntimeHere) -> list[WatchOut]:
    """Whether attendance held after the target was achieved: six and twelve school weeks later, from the register."""
    with transaction(runtime.engine) as db:
        return [WatchOut.model_validate(row) for row in watches_of(db, case_id)]
