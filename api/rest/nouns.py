"""A noun of the API: routes that have their rule, their problems documented, and small bodies."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.problems import KINDS, MEDIA_TYPE
from api.security import RuledRoute

MOST_BYTES = 1_000_000  # of a body that is no upload


class FieldProblem(BaseModel):
    """One field that is missing or wrong."""

    field: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). Members beside the standard ones depend on the type."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/api/v1/problems/refused",
                    "title": "The rules do not allow this",
                    "status": 422,
                    "detail": "The meeting is sooner than five working days after the letters can be posted.",
                    "code": "too_short",
                    "rule": "R033",
                    "field": "meeting_on",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(None, description="form-refused, unprocessable: each field.")
    code: str | None = Field(None, description="refused: the refusal's code, as the diagram knows it.")
    rule: str | None = Field(None, description="refused: the rule that does not allow it.")
    field: str | None = Field(None, description="refused: the field that it is about.")
    incident: str | None = Field(None, description="incident: its id, under which a supervisor can try it again.")


def _responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    names = {status: sorted(kind.name for kind in KINDS if kind.status == status) for status in statuses}
    return {
        status: {
            "description": f"Problem details: {', '.join(found)}." if found else "Problem details.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, found in names.items()
    }


ALWAYS = _responses(400, 401, 403, 422, 500)
MISSING = _responses(404)
CONFLICT = _responses(404, 409, 412)
CREATING = _responses(404, 409)
UPLOADING = _responses(404, 409, 413, 415)


def noun(name: str, *, explained: str) -> APIRouter:
    """The router of one noun, such as `tasks`."""
    TAGS[name] = explained
    return APIRouter(prefix=f"/{name}", tags=[name], route_class=RuledRoute, responses=ALWAYS, max_body_size=MOST_BYTES)


TAGS: dict[str, str] = {}  # noun → what it is, for the documentation
