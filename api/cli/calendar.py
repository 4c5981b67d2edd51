"""`fasttrack calendar`: a school's calendar is looked at, drafted, previewed, approved; and what ends soon."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection, Row

from api.calendar_alerts import alerts as find_alerts
from api.calendar_effects import CLOSED, MOVED, SHORTER, cases_that_failed, cases_that_followed
from api.chronology import sentence
from api.cli import calendar_drafts
from api.cli.arguments import readable
from api.cli.calendar_drafts import File, Id, previews, show_preview
from api.cli.calendar_words import calendar_in_words
from api.cli.connected import connected
from api.cli.output import AsJson, answer
from api.cli.school import Urn, school_of
from attendance import calendar_drafts as drafts
from attendance.calendar_content import kept
from attendance.calendar_file import calendar_from_bytes, calendar_of
from attendance.calendar_reading import read_calendar
from attendance.calendar_summary import school_years
from attendance.drafts import DraftState
from attendance.schools import NoCalendar, latest_calendar
from engine.clock import london_day
from engine.clock import now as read_clock

app = typer.Typer(help="Calendars: looked at, drafted, previewed, approved.", no_args_is_help=True)
app.command("import")(calendar_drafts.import_)
app.command()(calendar_drafts.change)
app.command()(calendar_drafts.proclaim)
app.command()(calendar_drafts.rebase)
app.command()(calendar_drafts.discard)
app.command()(calendar_drafts.approve)


@app.command()
def check(
    file: File,
    known: Annotated[
        Path | None, typer.Option("--calendar", metavar="FILE", help="The calendar that a table or diary adds to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reads a calendar's file and says what it makes of it. Needs no database."""
    before = None
    if known is not None:
        with readable(known) as stream:
            before = kept(calendar_from_bytes(stream.read()))
    with readable(file) as stream:
        found = read_calendar(stream.read(), known=before)
    calendar = calendar_of(found.content)
    answer(
        {
            "content": dict(found.content),
            "left_out": [{"where": one.where, "reason": one.reason} for one in found.left_out],
            "school_years": [
                {"name": year.name, "school_days": year.school_days, "sessions": year.sessions}
                for year in school_years(calendar)
            ],
        },
        as_json=as_json,
        words="\n".join(calendar_in_words(calendar, found.left_out)),
    )


@app.command()
def show(urn: Urn, as_json: AsJson = False) -> None:
    """Shows a school's calendar as it is now, and its open drafts."""
    with connected() as wiring, wiring.database.engine.connect() as db:
        school_id = school_of(db, urn)
        current = _latest(db, school_id)
        still_open = [draft for draft in drafts.drafts_of(db, school_id) if draft.state is DraftState.OPEN]
    words = [f"Version {current.version}.", *calendar_in_words(calendar_of(current.content))]
    words += [f"Draft {draft.id}, from {draft.source}, follows version {draft.based_on}." for draft in still_open]
    answer(
        {
            "version": current.version,
            "content": current.content,
            "reason": current.reason,
            "drafts": [str(draft.id) for draft in still_open],
        },
        as_json=as_json,
        words="\n".join(words),
    )


@app.command()
def preview(id_: Id, as_json: AsJson = False) -> None:
    """Shows what a draft or a statement would change. Nothing of it is done."""
    with connected() as wiring:
        show_preview(id_, previews(wiring, id_), as_json=as_json)


@app.command()
def alerts(as_json: AsJson = False) -> None:
    """Says what ends soon: the published bank holidays within 18 months, a school's calendar within 12."""
    with connected() as wiring, wiring.database.engine.connect() as db:
        found = find_alerts(db, today=london_day(read_clock(db)))
    answer(
        {
            "alerts": [
                {
                    "what": alert.what.value,
                    "school_id": str(school_id) if school_id else None,
                    "until": alert.until,
                    "sentence": alert.sentence,
                }
                for school_id, alert in found
            ]
        },
        as_json=as_json,
        words="\n".join(alert.sentence for _, alert in found) or "Nothing ends soon.",
    )


@app.command()
def effects(
    urn: Urn,
    version: Annotated[int | None, typer.Argument(min=1, help="Left out: the latest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Says what a version of a school's calendar has done to its cases."""
    with connected() as wiring, wiring.database.engine.connect() as db:
        school_id = school_of(db, urn)
        wanted = version or _latest(db, school_id).version
        followed = cases_that_followed(db, school_id, wanted)
        failed = list(cases_that_failed(db, school_id))
    words = [f"Version {wanted}: {len(followed)} cases followed, {len(failed)} could not."]
    for one in followed:
        parts = ((MOVED, one.moved), (SHORTER, one.notices), (CLOSED, one.closed))
        words += [f"{one.reference}: {sentence(what, facts)}" for what, facts_of in parts for facts in facts_of]
    words += [f"{reference}: {problem}" for _, reference, problem in failed]
    answer(
        {
            "version": wanted,
            "followed": [
                {
                    "case": {"id": str(one.id), "reference": one.reference},
                    "was": one.was,
                    "moved": one.moved,
                    "notices": one.notices,
                    "closed": one.closed,
                }
                for one in followed
            ],
            "failed": [
                {"case": {"id": str(id_), "reference": reference}, "problem": problem}
                for id_, reference, problem in failed
            ],
        },
        as_json=as_json,
        words="\n".join(words),
    )


def _latest(db: Connection, school_id: UUID) -> Row[Any]:
    current = latest_calendar(db, school_id)
    if current is None:
        raise NoCalendar
    return current
