"""`fasttrack marks`: how fresh the marks of each school are."""

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy import select

from api.cli.connected import connected
from api.cli.output import AsJson, answer
from attendance.freshness import FRESH_SCHOOL_DAYS, Freshness, freshness_of
from attendance.tables import school
from attendance.words import in_words
from engine.clock import LONDON, london_day
from engine.clock import now as read_clock

app = typer.Typer()


@app.command("marks")
def marks(
    stale: Annotated[bool, typer.Option("--stale", help="Only the schools whose marks are stale.")] = False,
    as_json: AsJson = False,
) -> None:
    """Says of which day each school's last mark is; stale are marks more than two school days old."""
    with connected() as wiring, wiring.database.engine.connect() as db:
        today = london_day(read_clock(db))
        schools = db.execute(select(school.c.id, school.c.urn, school.c.name).order_by(school.c.name)).all()
        found = [(row.urn, row.name, freshness_of(db, row.id, today=today)) for row in schools]
    shown = [(urn, name, each) for urn, name, each in found if each.is_stale or not stale]
    rows = [{"urn": urn, "school": name, **asdict(each), "last_file_at": _moment(each)} for urn, name, each in shown]
    lines = [f"{urn} {name}: {_in_words(each)}" for urn, name, each in shown]
    words = "\n".join(lines) or ("Every school's marks are fresh." if found else "There is no school yet.")
    answer({"as_at": today, "fresh_school_days": FRESH_SCHOOL_DAYS, "schools": rows}, as_json=as_json, words=words)


def _moment(found: Freshness) -> str | None:
    if found.last_file_at is None:
        return None
    return found.last_file_at.astimezone(LONDON).isoformat(timespec="seconds")


def _in_words(found: Freshness) -> str:
    if found.marks_as_at is None:
        return "no mark yet"
    days = "?" if found.school_days_since is None else found.school_days_since
    words = f"marks as at {in_words(found.marks_as_at)}, {days} school days ago"
    return f"{words}: STALE" if found.is_stale else words
