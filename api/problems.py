"""What the API says when it says no: one table from errors to problem details (RFC 9457)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.idempotency import KeyUsedAlready, StillBeingDone
from api.security import NotSignedIn, TaskTaken
from attendance.drafts import AlreadyDecided, DraftChanged, DraftOutdated, NothingNew
from attendance.errors import Unreadable
from attendance.schools import NoCalendar
from engine.cancelling import AlreadyOver
from engine.clock import ClockRefused
from engine.correcting import NotDone
from engine.doubts import NotInDoubt
from engine.errors import (
    AlreadyOpen,
    BundleRefused,
    Changed,
    Declined,
    FormRefused,
    IncidentRaised,
    NotAllowed,
    NotFound,
    NotReportable,
    TaskNotWaiting,
)
from engine.incidents import AlreadyResolved
from engine.long_work import Cancelled, EndedAlready
from engine.queries.pages import NoSuchPlace
from engine.registry import Refusal
from engine.reopening import FollowedAlready, StillOpen
from engine.timer_acts import NotPaused, TimerOver
from handlers.calendars import RestsOnCalendar

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"  # where each type is explained

log = structlog.get_logger()


class UnsupportedUpload(Declined):
    """Send the file as multipart/form-data in a field called `file`, or as it is with `Content-Type: text/csv`."""


class Unprocessable(Declined):
    """Parts of this request are missing or wrong."""


class Malformed(Declined):
    """This is not JSON."""


class TooLarge(Declined):
    """This request is larger than the API takes."""


class Unexpected(Exception):
    """Something went wrong here. Nothing was done."""


@dataclass(frozen=True)
class Kind:
    """One kind of problem. `status` is what it is answered with."""

    error: type[Exception]
    status: int
    name: str
    title: str

    @property
    def type(self) -> str:
        return TYPES + self.name

    @property
    def explanation(self) -> str:
        """What a person reads, before anything is known of the single case."""
        return " ".join((self.error.__doc__ or self.title).split())


KINDS = (
    Kind(Malformed, 400, "malformed", "The body is not JSON"),
    Kind(NoSuchPlace, 400, "no-such-place", "The list has no such place"),
    Kind(NotSignedIn, 401, "not-signed-in", "A valid token is needed"),
    Kind(NotAllowed, 403, "not-allowed", "You may not do this"),
    Kind(NotFound, 404, "not-found", "There is nothing here"),
    Kind(TaskNotWaiting, 409, "task-not-waiting", "The task does not wait any more"),
    Kind(NotDone, 409, "not-done", "The task has not been done"),
    Kind(TaskTaken, 409, "task-taken", "Somebody else has taken the task"),
    Kind(TimerOver, 409, "timer-over", "The timer is over"),
    Kind(NotPaused, 409, "not-paused", "The timer is not paused"),
    Kind(Changed, 409, "changed", "It was changed meanwhile"),
    Kind(AlreadyOpen, 409, "already-open", "A case is open already"),
    Kind(StillOpen, 409, "still-open", "The case is still open"),
    Kind(FollowedAlready, 409, "followed-already", "Another case has taken this one up again"),
    Kind(AlreadyOver, 409, "already-over", "The case has ended already"),
    Kind(NotReportable, 409, "not-reportable", "The case does not listen for this now"),
    Kind(AlreadyResolved, 409, "already-resolved", "The incident is resolved already"),
    Kind(NotInDoubt, 409, "not-in-doubt", "There is nothing to settle"),
    Kind(Cancelled, 409, "cancelled", "It was cancelled"),
    Kind(EndedAlready, 409, "ended-already", "It has ended already"),
    Kind(ClockRefused, 409, "clock-refused", "The clock cannot be moved so"),
    Kind(NoCalendar, 409, "no-calendar", "The school has no calendar yet"),
    Kind(RestsOnCalendar, 409, "rests-on-calendar", "Cases rest on this calendar"),
    Kind(AlreadyDecided, 409, "already-decided", "The draft is decided already"),
    Kind(DraftOutdated, 409, "draft-outdated", "The calendar has changed since the draft was made"),
    Kind(DraftChanged, 409, "draft-changed", "The draft was changed meanwhile"),
    Kind(NothingNew, 409, "nothing-new", "This changes nothing"),
    Kind(StillBeingDone, 409, "still-being-done", "The same request is still being done"),
    Kind(TooLarge, 413, "too-large", "The request is too large"),
    Kind(UnsupportedUpload, 415, "unsupported-upload", "Files are not taken in this form"),
    Kind(Unprocessable, 422, "unprocessable", "The request is not as it should be"),
    Kind(FormRefused, 422, "form-refused", "Some answers are missing or wrong"),
    Kind(Refusal, 422, "refused", "The rules do not allow this"),
    Kind(KeyUsedAlready, 422, "key-used-already", "The key belongs to another request"),
    Kind(Unreadable, 422, "unreadable", "The file cannot be read"),
    Kind(BundleRefused, 422, "bundle-refused", "The process cannot be published"),
    Kind(IncidentRaised, 500, "incident", "Something unexpected happened and was kept"),
    Kind(Unexpected, 500, "unexpected", "Something went wrong"),
)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_BY_ERROR = {kind.error: kind for kind in KINDS}
_BY_STATUS = {400: Malformed, 404: NotFound, 413: TooLarge}
PRECONDITION_FAILED = 412  # `changed`, when the request said with If-Match what it expected


def add_problem_handlers(app: FastAPI) -> None:
    """Lets an application answer every error with problem details."""
    for kind in KINDS:
        app.add_exception_handler(kind.error, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(Exception, _unexpected)


def problem(kind: Kind, *, detail: str, status: int | None = None, **more: Any) -> JSONResponse:
    """One problem as a response. `more` are the members that this kind has beside the standard ones."""
    status = status or kind.status
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    content = {"type": kind.type, "title": kind.title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def _known(request: Request, error: Exception) -> JSONResponse:
    kind = next(_BY_ERROR[base] for base in type(error).__mro__ if base in _BY_ERROR)
    match error:
        case FormRefused():
            errors = [
                {"field": field, "detail": told, "rules": list(error.rules.get(field, ()))}
                for field, told in error.problems.items()
            ]
            return problem(kind, detail=kind.explanation, errors=errors)
        case Refusal():
            return problem(kind, detail=error.message, code=error.code, rule=error.rule, field=error.field)
        case IncidentRaised():
            log.error("incident_raised", incident=error.incident_id)
            return problem(kind, detail=kind.explanation, incident=error.incident_id)
        case Changed() | DraftChanged() if "if-match" in request.headers:
            return problem(kind, detail=str(error), status=PRECONDITION_FAILED)
    return problem(kind, detail=str(error))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Says what is wrong and where, and never repeats what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(each["type"] == "json_invalid" for each in found):
        return problem(_BY_ERROR[Malformed], detail=_BY_ERROR[Malformed].explanation)
    if found and all(each["loc"][:1] == ("path",) for each in found):
        return problem(_BY_ERROR[NotFound], detail=_BY_ERROR[NotFound].explanation)
    errors = [{"field": _place(each["loc"]), "detail": each["msg"]} for each in found]
    return problem(_BY_ERROR[Unprocessable], detail=_BY_ERROR[Unprocessable].explanation, errors=errors)


async def _of_the_framework(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if known := _BY_STATUS.get(error.status_code):
        return problem(_BY_ERROR[known], detail=_BY_ERROR[known].explanation)
    title = HTTPStatus(error.status_code).phrase
    content = {"type": "about:blank", "title": title, "status": error.status_code, "detail": title}
    return JSONResponse(content, status_code=error.status_code, media_type=MEDIA_TYPE, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # The route's pattern, not the address: what happened is for the log, what was asked for may name somebody.
    log.error("request_failed", method=request.method, route=_pattern(request), error=type(error).__name__)
    return problem(_BY_ERROR[Unexpected], detail=_BY_ERROR[Unexpected].explanation)


def _place(where: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in where if part not in ("body", "query", "header"))


def _pattern(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", ""))
