"""What became of the sessions that a case was opened on, session by session, since its figures were frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from attendance.calendar import SchoolCalendar
from attendance.codes import CODES, ON_CLOSED_DAYS, Kind
from attendance.eligibility import ReliedOn
from attendance.tables import mark, mark_change, register_import

Session = tuple[date, str]


class How(StrEnum):
    """What a change means for the case. Source: domain.md E24, E25, E26, C-5."""

    CLOSED = "closed"  # a closure entered late has removed the absence
    NOT_UNAUTHORISED = "not_unauthorised"
    TOO_YOUNG_OR_OLD = "too_young_or_old"  # another date of birth
    OTHER_CODE = "other_code"  # unauthorised then and now
    UNAUTHORISED_LATER = "unauthorised_later"  # made so after the event, which undermines evidence


@dataclass(frozen=True)
class SessionChanged:
    """A session that counts otherwise than when the figures were frozen.

    was and is_now: codes, empty for none. at and file: of the register that changed the mark; None and empty where no
    mark was changed, because the calendar or the date of birth was, or where there was none before.
    """

    day: date
    session: str
    was: str
    is_now: str
    how: How
    at: datetime | None
    file: str


def changes_since(
    db: Connection,
    pupil_id: UUID,
    *,
    frozen: Mapping[Session, str],
    now: Iterable[ReliedOn],
    calendar: SchoolCalendar,
) -> list[SessionChanged]:
    """The sessions that differ between the unauthorised ones that were frozen and those of today, in order."""
    counted = {(each.day, each.session): each.code for each in now}
    differing = sorted(key for key in {*frozen, *counted} if frozen.get(key) != counted.get(key))
    days = {day for day, _ in differing}
    marks = _marks(db, pupil_id, days)
    changes = _latest_changes(db, pupil_id, days)
    found = []
    for day, session in differing:
        changed = changes.get((day, session))
        code = marks.get((day, session), "")
        closure = calendar.closures.get(day)
        if not calendar.is_school_day(day) and code not in ON_CLOSED_DAYS:
            changed, code = None, closure.mark if closure else "#"
        found.append(
            SessionChanged(
                day=day,
                session=session,
                was=frozen.get((day, session), (changed.was or "") if changed else ""),
                is_now=code,
                how=_how(frozen.get((day, session)), counted.get((day, session)), code),
                at=changed.at if changed else None,
                file=changed.filename if changed else "",
            )
        )
    return found


def _how(was: str | None, counts_as: str | None, code: str) -> How:
    if was is None:
        return How.UNAUTHORISED_LATER
    if counts_as is not None:
        return How.OTHER_CODE
    if code in ON_CLOSED_DAYS:
        return How.CLOSED
    return How.TOO_YOUNG_OR_OLD if code and _is_unauthorised(code) else How.NOT_UNAUTHORISED


def _marks(db: Connection, pupil_id: UUID, days: Iterable[date]) -> dict[Session, str]:
    m = mark.c
    rows = db.execute(select(m.day, m.am, m.pm).where(m.pupil_id == pupil_id, m.day.in_(list(days))))
    return {(row.day, half): code or "" for row in rows for half, code in (("AM", row.am), ("PM", row.pm))}


def _latest_changes(db: Connection, pupil_id: UUID, days: Iterable[date]) -> dict[Session, Any]:
    c = mark_change.c
    rows = db.execute(
        select(c.day, c.session, c.was, c.became, c.at, register_import.c.filename)
        .join(register_import, register_import.c.id == c.import_id)
        .where(c.pupil_id == pupil_id, c.day.in_(list(days)))
        .order_by(c.at, c.id)
    )
    found: dict[Session, Any] = {}
    for row in rows:
        before = found.get((row.day, row.session))
        # What made a session unauthorised is told, also when one such code has become another since.
        is_among_them = _is_unauthorised(row.was) and _is_unauthorised(row.became)
        if before is None or not (is_among_them and _is_unauthorised(before.became)):
            found[row.day, row.session] = row
    return found


def _is_unauthorised(code: str | None) -> bool:
    return code is not None and CODES[code].kind is Kind.UNAUTHORISED
