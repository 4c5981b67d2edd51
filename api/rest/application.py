"""The API as an application of its own, mounted under /api/v1: its routes, problems, limits and documentation."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.problems import add_problem_handlers
from api.rest import (
    adult_imports,
    adults,
    bank_holidays,
    calendar_drafts,
    calendars,
    case_figures,
    case_records,
    case_work,
    cases,
    clock,
    corrections,
    deliveries,
    documents,
    explaining,
    incidents,
    marks,
    meeting_slots,
    packs,
    parent_threads,
    penalty_notices,
    people,
    problems,
    processes,
    pupils,
    register_imports,
    reopening,
    reports,
    routes,
    schools,
    tasks,
    timer_acts,
    timers,
    trying,
    work,
)
from api.rest.answering import PREFIX
from api.rest.guarding import NoStore, TooLargeAsProblem
from api.rest.nouns import TAGS, Problem
from engine.runtime import Runtime

ROUTERS = (
    people.me,
    people.router,
    schools.router,
    calendars.router,
    calendar_drafts.router,
    bank_holidays.router,
    register_imports.router,
    work.router,
    pupils.router,
    marks.router,
    routes.router,
    routes.of_pupils,
    penalty_notices.router,
    penalty_notices.of_pupils,
    adult_imports.router,
    adults.router,
    cases.router,
    reopening.router,
    reports.router,
    case_records.router,
    case_figures.router,
    packs.router,
    explaining.router,
    case_work.router,
    parent_threads.router,
    meeting_slots.router,
    parent_threads.of_deliveries,
    tasks.router,
    corrections.router,
    timers.router,
    timer_acts.router,
    incidents.router,
    deliveries.router,
    documents.router,
    processes.router,
    trying.router,
    clock.router,
    problems.router,
)

EXPLAINED = """
Case management for the Fast Track to attendance.

**Who.** Send a token: `Authorization: Bearer ft_…`. One sees only what belongs to one's own schools: other things are
not found (404); what one's roles do not allow is refused (403).

**Problems** are RFC 9457 problem details. `type` leads to an explanation under `/problems`. Whatever was sent, nothing
typed is lost: answers that were not taken stand as the task's draft, and anything unexpected becomes an incident that
can be tried again.

**Lists** come in pages: send `next` of a page as `after` to get the one that follows.

**Changes.** Cases and tasks carry an `ETag`; sent as `If-Match`, nothing is done when the thing has changed since
(412). What creates something takes an `Idempotency-Key`: sent again with the same key, it is not done twice.

**Times** are ISO 8601 with England's offset; days are ISO dates. Unknown fields are refused.
"""


def create_rest(runtime: Runtime, *, process: str = "fast_track") -> FastAPI:
    """The API on this runtime. process: what cases are opened on, and by whose policy pupils are judged."""
    app = FastAPI(
        title="Fast Track to attendance",
        version=version("fasttrack"),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name_of,
    )
    app.state.runtime = runtime
    app.state.process = process
    app.add_middleware(TooLargeAsProblem)
    app.add_middleware(NoStore)
    add_problem_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _documented(app)  # type: ignore[method-assign]
    return app


def _documented(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=EXPLAINED.strip(),
            routes=app.routes,
            tags=[{"name": name, "description": explained} for name, explained in TAGS.items()],
            servers=[{"url": PREFIX.rstrip("/")}],
        )
        schemas = document["components"]["schemas"]
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= own.pop("$defs", {}) | {"Problem": own}
        app.openapi_schema = document
    return app.openapi_schema


def _name_of(route: APIRoute) -> str:
    return route.name
