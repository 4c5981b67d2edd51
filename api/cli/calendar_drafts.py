"""The commands of `fasttrack calendar` that draft a change and have it approved."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection, exists, select

from api.cli.acting import By, acting
from api.cli.arguments import iso_day, readable
from api.cli.calendar_words import preview_in_words
from api.cli.connected import connected
from api.cli.output import AsJson, CommandFailed, answer
from api.cli.school import Urn, school_of
from api.rest.previews import PreviewOut, preview_out
from api.wiring import Wiring
from attendance import calendar_drafts as drafts
from attendance.calendar import Closure
from attendance.calendar_content import Edit, edited
from attendance.calendar_file import JSON
from attendance.calendar_reading import CalendarRead, read_calendar
from attendance.drafts import DraftState
from attendance.proclamations import close_proclamation, draft_proclamation
from attendance.schools import NoCalendar, latest_calendar
from attendance.tables import calendar_draft, proclamation, school
from engine.clock import now as read_clock
from engine.ids import new_id
from engine.rescheduling import reschedule_outdated
from handlers.calendar_preview import preview_draft, preview_proclamation
from handlers.calendars import approve_calendar, approve_statement

File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON, a table (CSV) or a diary (ICS).")]
Id = Annotated[UUID, typer.Argument(metavar="ID", help="A draft, or a statement on bank holidays.")]
Days = list[date] | None


def import_(urn: Urn, file: File, by: By, as_json: AsJson = False) -> None:
    """Drafts a school's next calendar from a file, and shows what it would change."""
    with readable(file) as stream:
        content = stream.read()
    _draft(urn, by, lambda known: read_calendar(content, known=known), source=file.name, as_json=as_json)


def change(
    urn: Urn,
    by: By,
    inset: Annotated[Days, typer.Option("--inset", parser=iso_day, metavar="DATE", help="A staff day.")] = None,
    closed: Annotated[
        Days,
        typer.Option("--closed", parser=iso_day, metavar="DATE", help="A day on which the whole school is closed."),
    ] = None,
    mark: Annotated[str, typer.Option(help="The mark of closed days.")] = "#",
    why: Annotated[str, typer.Option(help="Why they are closed.")] = "",
    school_day: Annotated[
        Days, typer.Option("--school-day", parser=iso_day, metavar="DATE", help="A day with school after all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Drafts a school's next calendar by hand, and shows what it would change."""
    edit = Edit(
        inset=frozenset(inset or ()),
        closures={day: Closure(mark, why) for day in closed or ()},
        school=frozenset(school_day or ()),
    )
    _draft(urn, by, lambda known: CalendarRead(edited(known, edit), ()), source="by hand", as_json=as_json)


def proclaim(
    title: Annotated[str, typer.Argument(help="What is proclaimed, such as “State funeral”.")],
    by: By,
    day: Annotated[
        Days, typer.Option("--day", parser=iso_day, metavar="DATE", help="A day that is a bank holiday.")
    ] = None,
    drop: Annotated[
        Days, typer.Option("--drop", parser=iso_day, metavar="DATE", help="A day that is none after all.")
    ] = None,
    published_until: Annotated[
        date | None, typer.Option(parser=iso_day, metavar="DATE", help="The last day that a new list reaches.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Drafts a statement on bank holidays for all schools, and shows what it would change."""
    with connected() as wiring:
        with wiring.database.engine.begin() as db:
            person = acting(db, by, action="bank_holiday.proclaim", schools=_all_schools(db))
            statement = draft_proclamation(
                db,
                title=title,
                added=day or (),
                dropped=drop or (),
                published_until=published_until,
                author=str(person.id),
                now=read_clock(db),
                new_id=new_id,
            )
        show_preview(statement, previews(wiring, statement), as_json=as_json)


def rebase(id_: Id, by: By, as_json: AsJson = False) -> None:
    """Does what a draft changes to the calendar as it is now, and shows what that would change."""
    with connected() as wiring:
        with wiring.database.engine.begin() as db:
            acting(db, by, action="calendar.draft", schools=_schools_of(db, id_))
            drafts.rebase_draft(db, id_)
        show_preview(id_, previews(wiring, id_), as_json=as_json)


def discard(id_: Id, by: By, as_json: AsJson = False) -> None:
    """Lets nothing come of a draft or a statement."""
    with connected() as wiring, wiring.database.engine.begin() as db:
        now = read_clock(db)
        if _is_statement(db, id_):
            person = acting(db, by, action="bank_holiday.proclaim", schools=_all_schools(db))
            close_proclamation(db, id_, state=DraftState.DISCARDED, by=str(person.id), reason="", now=now)
        else:
            person = acting(db, by, action="calendar.draft", schools=_schools_of(db, id_))
            drafts.discard_draft(db, id_, by=str(person.id), now=now)
    answer({"id": str(id_), "state": "discarded"}, as_json=as_json, words="Nothing comes of it.")


def approve(
    id_: Id,
    by: By,
    reason: Annotated[str, typer.Option(help="Why it is approved.")],
    as_json: AsJson = False,
) -> None:
    """Approves a draft or a statement, once, and brings every open case up to date."""
    if not reason.strip():
        raise CommandFailed("Say why it is approved.", code=2)
    with connected() as wiring:
        with wiring.database.engine.connect() as db:
            is_statement = _is_statement(db, id_)
            action = "bank_holiday.proclaim" if is_statement else "calendar.approve"
            schools = _all_schools(db) if is_statement else _schools_of(db, id_)
            person = str(acting(db, by, action=action, schools=schools).id)
        if is_statement:
            changed = approve_statement(wiring.runtime, id_, by=person, reason=reason.strip())
            versions = {str(one.school_id): one.version + 1 for one in changed}
        else:
            version = approve_calendar(wiring.runtime, id_, by=person, reason=reason.strip())
            versions = {str(schools[0]): version}
        followed = 0
        while done := reschedule_outdated(wiring.runtime):
            followed += done
    answer(
        {"id": str(id_), "state": "approved", "versions": versions, "cases": followed},
        as_json=as_json,
        words=f"Approved: {len(versions)} calendars have a new version. Open cases brought up to date: {followed}.",
    )


def previews(wiring: Wiring, id_: UUID) -> list[PreviewOut]:
    """What a draft, or a statement school by school, would change. Raises CommandFailed when there is none."""
    with wiring.database.engine.connect() as db:
        is_statement = _is_statement(db, id_)
        if not is_statement:
            _schools_of(db, id_)
    found = list(preview_proclamation(wiring.runtime, id_)) if is_statement else [preview_draft(wiring.runtime, id_)]
    with wiring.database.engine.connect() as db:
        now = read_clock(db)
        return [preview_out(db, each, now=now) for each in found]


def show_preview(id_: UUID, found: list[PreviewOut], *, as_json: bool) -> None:
    """Prints what would change, and by what id it is approved."""
    words = [line for each in found for line in preview_in_words(each)] or ["No calendar would change."]
    words.append(f"Approve it with `fasttrack calendar approve {id_} --by EMAIL --reason …`.")
    answer(
        {"id": str(id_), "previews": [each.model_dump(mode="json") for each in found]},
        as_json=as_json,
        words="\n".join(words),
    )


def _draft(
    urn: str, by: str, read: Callable[[Mapping[str, JSON]], CalendarRead], *, source: str, as_json: bool
) -> None:
    with connected() as wiring:
        with wiring.database.engine.begin() as db:
            school_id = school_of(db, urn)
            person = acting(db, by, action="calendar.draft", schools=[school_id])
            current = latest_calendar(db, school_id)
            if current is None:
                raise NoCalendar
            found = read(current.content)
            draft_id = drafts.draft_calendar(
                db,
                school_id,
                found.content,
                source=source,
                author=str(person.id),
                now=read_clock(db),
                new_id=new_id,
                left_out=found.left_out,
            )
        if not as_json:
            for one in found.left_out:
                typer.echo(f"Left out: {one.where}: {one.reason}")
        show_preview(draft_id, previews(wiring, draft_id), as_json=as_json)


def _is_statement(db: Connection, id_: UUID) -> bool:
    return bool(db.execute(select(exists().where(proclamation.c.id == id_))).scalar())


def _schools_of(db: Connection, draft_id: UUID) -> list[UUID]:
    """The school of a draft. Raises CommandFailed."""
    found = db.execute(select(calendar_draft.c.school_id).where(calendar_draft.c.id == draft_id)).scalar_one_or_none()
    if found is None:
        raise CommandFailed(f"There is no draft and no statement {draft_id}.")
    return [found]


def _all_schools(db: Connection) -> list[UUID]:
    return list(db.execute(select(school.c.id).order_by(school.c.id)).scalars())
