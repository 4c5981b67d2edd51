"""The calendars of schools as what timers rest on: which cases are outdated, and what a new version means for each."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, Uuid, bindparam, text

from attendance.schools import calendar_version
from attendance.words import in_words
from engine.inbox import put
from engine.people import SYSTEM
from engine.runtime import Outdated
from handlers.calendar_effects import Effects, effects_of
from handlers.facts import Facts
from handlers.register_changes import MESSAGE

SEE_TO_IT = ("attendance_lead", "supervisor")
WHAT_NOW = "Tell the parents, and agree on another day: the procedure asks for it when the meeting would have begun."

# Below and above the latest version, each a range of the index: `<>` would read every timer that is open.
_TO_COME = """
    SELECT case_id FROM timer
    WHERE owner_id = school.id AND calendar_version {other_than} latest.version
      AND fired_at IS NULL AND met_on IS NULL AND ended_at IS NULL AND set_by IS NULL
      AND due_at > :now
      AND (case_id, latest.version) NOT IN (SELECT * FROM unnest(:cases, :versions))
    LIMIT 1
"""
_OUTDATED = text(
    f"""
    SELECT stale.case_id, school.id AS owner_id, latest.version
    FROM school
    CROSS JOIN LATERAL (
        SELECT version::text FROM calendar WHERE school_id = school.id ORDER BY calendar.version DESC LIMIT 1
    ) AS latest
    CROSS JOIN LATERAL (
        ({_TO_COME.format(other_than="<")}) UNION ALL ({_TO_COME.format(other_than=">")})
    ) AS stale
    LIMIT 1
    """  # noqa: S608 - of nothing but the two signs
).bindparams(bindparam("cases", type_=ARRAY(Uuid)), bindparam("versions", type_=ARRAY(Text)))


class CalendarBasis:
    """Every timer carries the version of its school's calendar that it was worked out with."""

    def outdated(self, db: Connection, *, now: datetime, held_back: Collection[tuple[UUID, str]]) -> Outdated | None:
        """A case with a timer to come that was worked out with another version: two looks into an index a school."""
        held = {"cases": [case_id for case_id, _ in held_back], "versions": [version for _, version in held_back]}
        row = db.execute(_OUTDATED, {"now": now, **held}).one_or_none()
        return None if row is None else Outdated(row.case_id, row.owner_id, row.version)

    def changed(
        self, facts: Facts, versions: Collection[str], *, note: Callable[..., None], add_task: Callable[..., object]
    ) -> Effects:
        """Notes what a case's new version means for it; the case hears when its criteria have another answer.

        A meeting that cannot be held as it was arranged is somebody's task: its notice is too short now, or the school
        is closed. Source: domain.md E34, E35.
        """
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
        for day, why in _upset(effects):
            add_task(name=f"The meeting on {in_words(day)} cannot stand", details=why, groups=SEE_TO_IT, due_on=day)
        if effects.answer is not None:
            put(facts.db, case_id=facts.case.id, message=MESSAGE, merge=MESSAGE, actor=SYSTEM, now=facts.now)
        return effects


def _upset(effects: Effects) -> Iterator[tuple[date, str]]:
    """The days of meetings that cannot be held as arranged, and why; each day once."""
    closed = {each.day: each.because for each in effects.closed if each.meeting_id}
    parents = Counter(notice.meeting_on for notice in effects.notices if notice.becomes == "short")
    for day in sorted(closed.keys() | parents.keys()):
        why = [f"The school has no pupils that day ({closed[day]})."] if day in closed else []
        why += [f"By the new calendar the notice is too short for {parents[day]} of the parents."] * (day in parents)
        yield day, " ".join([*why, WHAT_NOW])
