"""The calendars of schools as what timers rest on: which cases are outdated, and what a new version means for each."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, String, cast, literal_column, or_, select, true, tuple_

from attendance import tables
from attendance.schools import calendar_version
from engine import tables as engine_tables
from engine.inbox import put
from engine.people import SYSTEM
from engine.runtime import Outdated
from handlers.calendar_effects import Effects, effects_of
from handlers.facts import Facts
from handlers.register_changes import MESSAGE


class CalendarBasis:
    """Every timer carries the version of its school's calendar that it was worked out with."""

    def outdated(self, db: Connection, *, now: datetime, held_back: Collection[tuple[UUID, str]]) -> Outdated | None:
        """A case with a timer to come that was worked out with an older version: one look into an index a school."""
        c, t = tables.calendar.c, engine_tables.timer.c
        version = cast(c.version, String)
        latest = (
            select(version.label("version"))
            .where(c.school_id == tables.school.c.id)
            .order_by(c.version.desc())
            .limit(1)
            .lateral("latest")
        )
        stale = (
            select(t.case_id)
            .where(
                t.owner_id == tables.school.c.id,
                # Two ranges of the index; `<>` would read all of it.
                or_(t.calendar_version < latest.c.version, t.calendar_version > latest.c.version),
                t.fired_at.is_(None),
                t.met_on.is_(None),
                t.ended_at.is_(None),
                t.set_by.is_(None),
                t.due_at > now,
            )
            .where(tuple_(t.case_id, latest.c.version).not_in(list(held_back)) if held_back else true())
            .limit(1)
            .lateral("stale")
        )
        found = select(stale.c.case_id, tables.school.c.id, latest.c.version).select_from(
            tables.school.join(latest, literal_column("true")).join(stale, literal_column("true"))
        )
        row = db.execute(found.limit(1)).one_or_none()
        return None if row is None else Outdated(row.case_id, row.id, row.version)

    def changed(self, facts: Facts, versions: Collection[str], *, note: Callable[..., None]) -> Effects:
        """Notes what a case's new version means for it; the case hears when its criteria have another answer."""
        oldest = min(int(version) for version in versions)
        before = replace(facts, reckoned_by=(calendar_version(facts.db, facts.case.owner_id, oldest), oldest))
        effects = effects_of(before, facts)
        note("calendar_changed", was=oldest, becomes=facts.calendar_version)
        for notice in effects.notices:
            note(
                "notice_became_shorter",
                meeting=str(notice.meeting_id),
                meeting_on=notice.meeting_on.isoformat(),
                parent=str(notice.parent_id),
                posted_on=notice.posted_on.isoformat() if notice.posted_on else None,
                was=notice.was,
                becomes=notice.becomes,
            )
        for closed in effects.closed:
            note("day_closed", agreed=closed.what, day=closed.day.isoformat(), because=closed.because)
        if effects.answer is not None:
            put(facts.db, case_id=facts.case.id, message=MESSAGE, merge=MESSAGE, actor=SYSTEM, now=facts.now)
        return effects
