"""When a meeting can be held: notice, post abroad, school days, who cannot come, six weeks, limitation."""

from datetime import date

import pytest
from sqlalchemy import update

from attendance import tables
from attendance.notice import Postage
from handlers.slot_finder import Found, find_slots
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import hold_panel

# Letters of Mon 23 Nov 2026, first class, count as received on Wed 25 Nov.
LAWFUL, EVIDENCE = date(2026, 11, 30), date(2026, 12, 3)


def found(desk: Desk, **wanted: object) -> Found:
    settings = {"kind": "panel", "postage": Postage.FIRST, **wanted}
    return find_slots(desk.facts, **settings)  # type: ignore[arg-type]


@pytest.mark.rule("R033")
def test_the_earliest_lawful_day_and_the_earliest_that_stands_as_evidence(desk: Desk) -> None:
    two_parents(desk)

    slots = found(desk)

    assert (slots.posted_on, slots.earliest_lawful, slots.earliest_evidence) == (date(2026, 11, 23), LAWFUL, EVIDENCE)
    assert [(slot.day, slot.grade) for slot in slots.slots[:4]] == [
        (LAWFUL, "literal"),
        (date(2026, 12, 1), "clear"),
        (date(2026, 12, 2), "clear"),
        (EVIDENCE, "evidence"),
    ]
    assert slots.forecast["authority_days"] >= 0


@pytest.mark.rule("R027", "R033")
def test_a_parent_abroad_makes_it_later_for_everybody_and_one_who_cannot_be_reached_does_not(desk: Desk) -> None:
    mother, father = two_parents(desk)
    a = tables.address
    desk.db.execute(update(a).where(a.c.adult_id == father).values(country="Poland"))

    abroad = found(desk)
    desk.db.execute(update(a).where(a.c.adult_id == father).values(lines=[], postcode="", country="United Kingdom"))
    nowhere = found(desk)

    notices = {one.parent.id: one.notice for one in abroad.parents}
    at_home, away = notices[mother], notices[father]
    assert at_home is not None
    assert away is not None
    assert (at_home.deemed_receipt, away.deemed_receipt) == (date(2026, 11, 25), date(2026, 11, 30))
    assert abroad.earliest_evidence == date(2026, 12, 8)
    assert {one.parent.id: one.notice for one in nowhere.parents}[father] is None
    assert nowhere.earliest_evidence == EVIDENCE


@pytest.mark.rule("R036", "R038")
def test_days_on_which_somebody_cannot_come_are_left_out(desk: Desk) -> None:
    two_parents(desk)

    slots = found(desk, unavailable=frozenset({LAWFUL, EVIDENCE}), on=EVIDENCE)

    assert slots.earliest_lawful == date(2026, 12, 1)
    assert slots.earliest_evidence == date(2026, 12, 4)
    assert slots.asked is not None
    assert slots.asked.rule == "R036"


@pytest.mark.rule("R033", "R035")
@pytest.mark.parametrize(
    ("on", "grade", "rule"),
    [
        (date(2026, 11, 27), "refused", "R033"),  # Fri: a working day too early
        (date(2026, 12, 5), "refused", "R035"),  # Sat
        (LAWFUL, "literal", "R033"),
        (EVIDENCE, "evidence", ""),
    ],
)
def test_a_day_below_the_floor_is_refused_and_one_below_evidence_is_warned_of(
    desk: Desk, on: date, grade: str, rule: str
) -> None:
    two_parents(desk)

    asked = found(desk, on=on).asked

    assert asked is not None
    assert (asked.grade, asked.rule) == (grade, rule)
    assert ("Mon 30 Nov 2026 at the earliest" in asked.words) == (on == date(2026, 11, 27))


@pytest.mark.rule("R033")
def test_the_last_day_of_posting_is_told_when_the_meeting_comes_first(desk: Desk) -> None:
    two_parents(desk)

    asked = found(desk, on=date(2026, 12, 10)).asked

    assert asked is not None
    # domain.md 3.3: P1, P2, and P3 by first class, for Thu 10 Dec 2026.
    assert (asked.latest_posting.literal, asked.latest_posting.clear, asked.latest_posting.evidence_grade) == (
        date(2026, 12, 3),
        date(2026, 12, 2),
        date(2026, 11, 30),
    )


@pytest.mark.rule("R058", "R070")
def test_a_review_later_than_six_weeks_after_the_panel_needs_a_reason(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)

    slots = found(desk, kind="review", on=date(2027, 1, 19))

    assert slots.last_day == date(2027, 1, 18)
    assert slots.asked is not None
    assert (slots.asked.grade, slots.asked.rule) == ("evidence", "R058")
