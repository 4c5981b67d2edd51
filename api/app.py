"""The web application, put together."""

from fastapi import FastAPI

from api import health
from api.background import Background
from api.rest.answering import PREFIX
from api.rest.application import create_rest
from api.wiring import Wiring


def create_app(wiring: Wiring, *, background: Background | None = None) -> FastAPI:
    """The application on these parts. background: the work beside it, whose health it reports."""
    app = FastAPI(title="Fast Track to attendance", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.wiring = wiring
    app.state.background = background
    app.include_router(health.router)
    app.mount(PREFIX.rstrip("/"), create_rest(wiring.runtime))
    return app
