"""Reports: what people tell a case when no task asks for it."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection

from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.cases import ReportName, report_names
from api.rest.forms import FormOut, form_out
from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.revisions import IfMatch
from api.rest.shapes import MESSAGE_NAME, Answers, Body, Out, example
from api.security import Allowed, Rule, RuntimeHere
from engine.cases import report
from engine.database import transaction
from engine.errors import NotAllowed, NotReportable
from engine.queries.cases import case_by_id
from engine.reading import read_report as read_prepared
from engine.repeated import bare

router = noun("cases", explained="One run of the procedure about one pupil.")

Reporting = Annotated[Allowed, Depends(Rule("report.make"))]
Message = Annotated[str, Path(pattern=MESSAGE_NAME)]


class ReportOut(ReportName):
    """Something that can be reported now, with its form."""

    form: FormOut | None


class NewReport(Body):
    """What is reported: the message's name, and the answers to its form."""

    model_config = example(
        message="ParentCannotAttend",
        answers={
            "parent": "019ab5a2-7b1c-7d52-9a55-4d0c9d0a0c1f",
            "reason": "Works away on that day.",
            "received_on": "2026-12-03",
            "how": "phone",
        },
    )
    message: str = Field(pattern=MESSAGE_NAME)
    answers: Answers


class Reported(Out):
    """The report as it was kept."""

    id: UUID


@router.get("/{case_id}/reports", responses=MISSING)
def list_reports(case_id: UUID, runtime: RuntimeHere, allowed: Reporting) -> list[ReportOut]:
    """What one may report about the case now, each with its form."""
    with transaction(runtime.engine) as db:
        case = case_by_id(db, case_id)
        found = [name for name in report_names(runtime, db, case) if allowed.actor.has(case.owner_id, name.groups)]
    return [ReportOut(**dict(name), form=form_out(read_prepared(runtime, case_id, name.message))) for name in found]


@router.get("/{case_id}/reports/{message}", responses=CONFLICT)
def read_report(case_id: UUID, message: Message, runtime: RuntimeHere, allowed: Reporting) -> ReportOut:
    """One thing that can be reported now, with its form."""
    name = _for_me(runtime, allowed, case_id, message)
    return ReportOut(**dict(name), form=form_out(read_prepared(runtime, case_id, message)))


@router.post("/{case_id}/reports", status_code=201, response_model=Reported, responses=CONFLICT)
def make_report(
    case_id: UUID, body: NewReport, runtime: RuntimeHere, allowed: Reporting, once: OnceHere, revision: IfMatch
) -> JSONResponse:
    """Tells the case. With If-Match it is told only while the case is as it was read."""
    me = allowed.actor.id

    def act() -> UUID:
        _for_me(runtime, allowed, case_id, body.message)
        return report(runtime, case_id, message=body.message, actor=str(me), answers=body.answers, revision=revision)

    # The same report again is the same request, also when blanks were lost on the way.
    content = json.dumps(bare(body.model_dump(mode="json")), sort_keys=True).encode()
    answer = once.do(act, person_id=me, content=content, answer=_reported)
    return answered(answer, at=f"cases/{case_id}/timeline")


def _reported(_: Connection, kept: UUID) -> Answer:
    return Answer(201, Reported(id=kept).model_dump(mode="json"))


def _for_me(runtime: RuntimeHere, allowed: Allowed, case_id: UUID, message: str) -> ReportName:
    with transaction(runtime.engine) as db:
        case = case_by_id(db, case_id)
        name = next((name for name in report_names(runtime, db, case) if name.message == message), None)
    if name is None:
        raise NotReportable
    if not allowed.actor.has(case.owner_id, name.groups):
        raise NotAllowed("This is for another role to report.")
    return name
