"""Calendars and what a change of one would do, in words."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from api.rest.previews import CasePreviewOut, PreviewOut
from attendance.calendar import SchoolCalendar
from attendance.calendar_entries import LeftOut
from attendance.calendar_summary import SESSIONS_A_YEAR, school_years
from attendance.words import in_words
from engine.clock import LONDON

MOST_DAYS = 12
_AGREED = {"agreed_review": "the review that was agreed", "internal_review": "the internal review"}


def calendar_in_words(calendar: SchoolCalendar, left_out: Sequence[LeftOut] = ()) -> Iterator[str]:
    """Terms, days and sessions of a calendar, and what was not taken from its file."""
    for first, last in calendar.terms:
        yield f"Term: {in_words(first)} to {in_words(last)}"
    if calendar.inset:
        yield f"Staff days: {_days(sorted(calendar.inset))}"
    for day, closure in sorted(calendar.closures.items()):
        yield f"Closed: {in_words(day)} ({closure.mark}{', ' + closure.reason if closure.reason else ''})"
    if calendar.days.proclaimed:
        yield f"Bank holidays proclaimed late: {_days(sorted(calendar.days.proclaimed))}"
    if calendar.days.replaced:
        yield f"Bank holidays in place of the known ones of their years: {_days(sorted(calendar.days.replaced))}"
    for year in school_years(calendar):
        short = f"; a maintained school needs {SESSIONS_A_YEAR}" if year.is_short else ""
        days = f"{year.school_days} school days in {year.school_weeks} weeks"
        yield f"{year.name}: {days}, {year.sessions} sessions{short}"
    for one in left_out:
        yield f"Left out: {one.where}: {one.reason}"


def preview_in_words(found: PreviewOut) -> Iterator[str]:
    """What a change would do, line by line."""
    yield (
        f"Version {found.follows + 1} would follow version {found.follows}. Open cases: {found.open_cases}, "
        f"touched: {len(found.cases)}."
    )
    for closed in found.closed:
        yield f"No school any more: {in_words(closed.day)} ({closed.because})"
    if found.opened:
        yield f"School: {_days(found.opened)}"
    if found.new_bank_holidays:
        yield f"No working day any more: {_days(found.new_bank_holidays)}"
    if found.former_bank_holidays:
        yield f"Working day again: {_days(found.former_bank_holidays)}"
    for marked in found.marks:
        yield (
            f"Marks that would not count: {in_words(marked.day)}, {marked.sessions} sessions of {marked.pupils} "
            f"pupils, {marked.unauthorised} of them unauthorised"
        )
    for case in found.cases:
        yield from _case(case)


def _case(case: CasePreviewOut) -> Iterator[str]:
    yield f"{case.case.reference}{', ' + case.pupil.name if case.pupil else ''}"
    if case.problem:
        yield f"  Cannot be brought up to date, and would be an incident: {case.problem}"
    for moved in case.moved:
        at_once = " (passed already: it falls due at once)" if moved.falls_due_at_once else ""
        yield f"  {moved.name}: {_moment(moved.was)} → {_moment(moved.becomes)}{at_once}"
        yield f"    {moved.derivation}"
    for notice in case.notices:
        posted = (
            f"posted {in_words(notice.posted_on)}, {notice.postage} class" if notice.posted_on else "not posted yet"
        )
        yield (
            f"  Notice to {notice.parent.name} of the {notice.kind} on {in_words(notice.meeting_on)} ({posted}): "
            f"{notice.was} → {notice.becomes}"
        )
        yield (
            f"    Lawful from {in_words(notice.literal_was)} → {in_words(notice.literal_becomes)}, evidence from "
            f"{in_words(notice.evidence_was)} → {in_words(notice.evidence_becomes)}"
        )
    for closed in case.closed:
        what = _AGREED.get(closed.what, f"the {closed.what}")
        yield f"  On the day of {what}, {in_words(closed.day)}: {closed.because}"
    if case.criteria:
        yield f"  Criteria over the opening's window: {case.criteria.was} → {case.criteria.becomes}"


def _days(days: Sequence[date]) -> str:
    told = ", ".join(map(in_words, days[:MOST_DAYS]))
    more = len(days) - MOST_DAYS
    return f"{told} and {more} more until {in_words(days[-1])}" if more > 0 else told


def _moment(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{in_words(local.date())} {local:%H:%M}"
