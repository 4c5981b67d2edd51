"""Adult imports: who is whose parent and where each lives, taken from a file."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from api.idempotency import Answer, OnceHere, as_it_is
from api.rest.answering import answered
from api.rest.nouns import UPLOADING, noun
from api.rest.register_import_shapes import SetAside
from api.rest.shapes import Out
from api.rest.uploads import MOST_BYTES, UploadHere, file_body
from api.security import Allowed, Rule, RuntimeHere
from handlers.imports import import_adults as take_in

router = noun("adult-imports", explained="Files of adults around pupils, as schools send them.")

Importing = Annotated[Allowed, Depends(Rule("adult.import"))]

EXAMPLE = "UPN,Adult id,Surname,Basis,Address confidential\nP926999018001,A0001,Coley,biological,no\n"


class AdultsImported(Out):
    """What became of a file of adults. `conflicts` are rows that something else overruled."""

    rows: int
    adults_new: int
    adults_changed: int
    parenthoods_new: int
    parenthoods_changed: int
    quarantined: list[SetAside]
    conflicts: list[SetAside]


@router.post(
    "",
    status_code=201,
    response_model=AdultsImported,
    responses=UPLOADING,
    openapi_extra=file_body(example=EXAMPLE),
    max_body_size=MOST_BYTES,
)
def import_adults(
    runtime: RuntimeHere,
    allowed: Importing,
    school_id: Annotated[UUID, Query(description="Whose pupils they are about.")],
    upload: UploadHere,
    once: OnceHere,
) -> JSONResponse:
    """Takes the good rows. A new address is kept beside the former ones; a confidential one stays confidential."""
    allowed.on(school_id)

    def act() -> Answer:
        found = AdultsImported.model_validate(take_in(runtime, school_id=school_id, content=upload.content))
        return Answer(201, found.model_dump(mode="json"))

    answer = once.do(act, person_id=allowed.actor.id, content=upload.sha256.encode(), answer=as_it_is)
    return answered(answer, at="adults")
