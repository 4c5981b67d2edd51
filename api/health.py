"""Whether this process lives, and whether it can work."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import migrations
from api.wiring import Wiring

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
def live() -> dict[str, str]:
    """The process answers. It says nothing about the database: restarting would not help."""
    return {"status": "live"}


@router.get("/ready", responses={503: {"description": "Not ready; `problems` says why."}})
def ready(request: Request, response: Response) -> dict[str, Any]:
    """The database answers with the schema of this release, and what is due is being done."""
    wiring: Wiring = request.app.state.wiring
    problems = []
    try:
        with wiring.database.engine.connect() as db:
            db.execute(text("SELECT 1"))
            if not migrations.is_current(db):
                problems.append("The database has another schema than this release expects.")
    except SQLAlchemyError:
        problems.append("The database does not answer.")
    background = request.app.state.background
    if background is not None and (problem := background.problem()):
        problems.append(problem)
    response.status_code = 503 if problems else 200
    return {"status": "not ready" if problems else "ready", "problems": problems}
