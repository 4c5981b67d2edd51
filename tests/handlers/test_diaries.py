"""Meetings for diaries: who is told what, and which entry takes the place of which."""

from datetime import date
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import update

from attendance import tables
from engine.errors import NotFound
from handlers.diaries import diary_entry
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange

LATER = date(2026, 12, 10)


def entry(desk: Desk, adult: UUID | None = None) -> Calendar:
    found = Calendar.from_ical(diary_entry(desk.facts, "panel", adult_id=adult))
    assert isinstance(found, Calendar)
    return found


@pytest.mark.rule("R032")
def test_a_parents_diary_learns_what_the_letter_says_and_nothing_of_the_other(desk: Desk) -> None:
    mother, father = two_parents(desk)
    desk.db.execute(update(tables.adult).where(tables.adult.c.id == father).values(email_consent=True))
    desk.at(date(2026, 11, 24))
    arrange(desk, "panel", PANEL_ON)

    hers, his = entry(desk, mother), entry(desk, father)
    (event,) = hers.events

    assert (hers["METHOD"], event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert event.start.isoformat() == "2026-12-07T10:30:00+00:00"
    assert event["LOCATION"].startswith("Room 4, ")
    assert "Ms Lena Hart, attendance lead" in event["DESCRIPTION"]
    assert "Jamie" not in hers.to_ical().decode()
    # His address is confidential: she learns of his role alone (A14), and of no way to reach him.
    told = hers.to_ical().decode().replace("\r\n ", "")
    assert not [secret for secret in ("Reed", "tom@example.org", "Harbour", "NR98", "900002") if secret in told]
    assert "Father" in event["DESCRIPTION"]
    assert his.events[0]["ATTENDEE"] == "mailto:tom@example.org"
    assert "mailto" not in str(event["ATTENDEE"])


@pytest.mark.rule("R042")
def test_a_new_date_takes_the_place_of_the_old_one_and_one_called_off_is_cancelled(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    first = entry(desk, mother)
    desk.serve("meetings.cancel_unposted", meeting=meeting)
    off = entry(desk, mother)
    arrange(desk, "panel", LATER, reason="Not everybody could come.")
    moved = entry(desk, mother)

    told = [(one["METHOD"], one.events[0]["SEQUENCE"], one.events[0]["STATUS"]) for one in (first, off, moved)]

    assert told == [("REQUEST", 0, "CONFIRMED"), ("CANCEL", 1, "CANCELLED"), ("REQUEST", 2, "CONFIRMED")]
    assert len({str(one.events[0]["UID"]) for one in (first, off, moved)}) == 1
    assert moved.events[0].start.date() == LATER


@pytest.mark.rule("R022")
def test_nobody_is_invited_to_what_was_never_arranged_nor_against_an_order(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    with pytest.raises(NotFound):
        entry(desk, mother)
    desk.at(date(2026, 11, 24))
    arrange(desk, "panel", PANEL_ON)
    p = tables.parenthood
    desk.db.execute(update(p).where(p.c.adult_id == mother).values(may_correspond=False))

    with pytest.raises(NotFound):
        entry(desk, mother)
    assert "ATTENDEE" not in entry(desk).events[0]
