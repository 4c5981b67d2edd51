"""The web application, put together."""

from fastapi import FastAPI

from api import health
from api.background import Background
from api.wiring import Wiring

ROUTERS = (health.router,)


def create_app(wiring: Wiring, *, background: Background | None = None) -> FastAPI:
    """The application on these parts. background: the work beside it, whose health it reports."""
    app = FastAPI(title="Fast Track to attendance", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.wiring, app.state.runtime = wiring, wiring.runtime
    app.state.background = background
    for router in ROUTERS:
        app.include_router(router)
    return app
