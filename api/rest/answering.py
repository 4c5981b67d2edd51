"""Answers of requests that create something, the first time and when they are sent again."""

from fastapi.responses import JSONResponse

from api.idempotency import Answer

PREFIX = "/api/v1/"


def answered(answer: Answer, *, at: str) -> JSONResponse:
    """The answer, and where what was made is found."""
    headers = {"Location": PREFIX + at}
    if answer.is_repeated:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)
