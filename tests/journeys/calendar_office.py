"""Somebody who changes a school's calendar while cases are open, and what the cases then say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from attendance.calendar import Closure
from attendance.calendar_content import Edit, edited
from attendance.calendar_drafts import draft_calendar
from attendance.proclamations import draft_proclamation
from attendance.schools import calendar_of, latest_calendar
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from handlers.calendar_preview import CasePreview, Preview, preview_draft, preview_proclamation
from handlers.calendars import approve_calendar, approve_statement
from tests.journeys.world import World, in_london


@dataclass(frozen=True)
class CalendarOffice:
    """Drafts and approves in the world's school."""

    world: World

    def draft(
        self,
        *,
        inset: Iterable[date] = (),
        closures: Mapping[date, str] | None = None,
        school: Iterable[date] = (),
    ) -> UUID:
        """A draft that makes days staff days, closes them (day → reason), or opens them."""
        edit = Edit(
            inset=frozenset(inset),
            closures={day: Closure("Y4", reason) for day, reason in (closures or {}).items()},
            school=frozenset(school),
        )
        with transaction(self.world.player.runtime.engine) as db:
            current = latest_calendar(db, self.world.school)
        assert current is not None
        return self.draft_content(edited(current.content, edit))

    def draft_content(self, content: Mapping[str, Any]) -> UUID:
        """A draft of a whole calendar."""
        with transaction(self.world.player.runtime.engine) as db:
            return draft_calendar(
                db,
                self.world.school,
                content,
                source="by hand",
                author="Marnie",
                now=clock.now(db),
                new_id=new_id,
            )

    def proclaim(self, *days: date) -> UUID:
        """A draft of a statement that these days are bank holidays."""
        with transaction(self.world.player.runtime.engine) as db:
            return draft_proclamation(
                db, title="A coronation", added=days, author="Hamish", now=clock.now(db), new_id=new_id
            )

    def preview(self, draft: UUID) -> Preview:
        """What a draft of the school's calendar would change."""
        return preview_draft(self.world.player.runtime, draft)

    def preview_statement(self, statement: UUID) -> Preview:
        """What a statement would change in the one school there is."""
        (found,) = preview_proclamation(self.world.player.runtime, statement)
        return found

    def approve(self, draft: UUID, *, settle: bool = True) -> None:
        """A person approves a draft, and the background work follows."""
        approve_calendar(self.world.player.runtime, draft, by="Oswin", reason="the governors decided")
        if settle:
            self.world.player.settle()

    def approve_statement(self, statement: UUID, *, settle: bool = True) -> None:
        """A person approves a statement, and the background work follows."""
        approve_statement(self.world.player.runtime, statement, by="Hamish", reason="proclaimed today")
        if settle:
            self.world.player.settle()

    def version(self) -> int:
        """The version of the school's calendar."""
        with transaction(self.world.player.runtime.engine) as db:
            return calendar_of(db, self.world.school)[1]


def moves(found: CasePreview) -> dict[str, tuple[str, str]]:
    """Element → when it was and when it will be due."""
    return {moved.element: (in_london(moved.was), in_london(moved.becomes)) for moved in found.moved}


def moved_in(world: World, case: UUID) -> dict[str, tuple[str, str]]:
    """Element → when it was and came to be due, as the case's history says."""
    return {
        row["element"]: (_said(row["was"]), _said(row["becomes"])) for row in world.noted(case, "timer_rescheduled")
    }


def _said(moment: Any) -> str:
    return in_london(datetime.fromisoformat(moment))
