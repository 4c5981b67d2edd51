"""Every letter: one for each parent, complete, and silent about everybody else's address."""

from datetime import date

import pytest

from handlers.letter_frame import WouldDisclose
from handlers.parents import move
from tests.builders import make_adult
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import (
    PANEL_ON,
    agree,
    arrange,
    decide,
    hold_panel,
    hold_review,
    invite,
    minuted,
    post,
    record,
)

SECRETS = ("NR98", "Harbour", "Elsewhere", "07700", "tom@")  # of the father, whose address nobody may learn


@pytest.mark.rule("R022", "R030", "R031")
def test_parents_at_one_address_get_a_letter_each(desk: Desk) -> None:
    make_adult(desk.db, desk.school, desk.pupil)
    make_adult(desk.db, desk.school, desk.pupil, forename="Ben", title="Mr", relationship="Step-father", basis="care")
    desk.at(date(2026, 11, 24))

    invitations = invite(desk, arrange(desk, "panel", PANEL_ON))

    assert [code for code, _ in desk.letters()] == ["L1", "L1"]
    assert {recipient for _, recipient in desk.letters()} == set(invitations)
    assert {fields["addressee_name"] for fields in desk.pages.fields} == {"Mrs Ada Okafor", "Mr Ben Okafor"}


@pytest.mark.rule("R032")
def test_an_invitation_names_who_will_attend_and_a_protected_parent_by_role_alone(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 24))

    invite(desk, arrange(desk, "panel", PANEL_ON))

    [to_mother] = desk.letters_to("L1", "Okafor")
    [to_father] = desk.letters_to("L1", "Reed")
    assert "- Ms Lena Hart, attendance lead\n- Father\n" in to_mother
    assert "- Ms Lena Hart, attendance lead\n- Mrs Ada Okafor, Mother\n" in to_father


@pytest.mark.rule("R033")
def test_an_invitation_gives_day_time_place_and_figures(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 24))

    invite(desk, arrange(desk, "panel", PANEL_ON))

    [text] = desk.letters_to("L1", "Okafor")
    assert "Monday 7 December 2026" in text
    assert "10:30am" in text
    assert "Friday 4 December 2026" in text  # the last day to say that one cannot come
    assert "there were 50 sessions" in text.replace("\n", " ")


@pytest.mark.rule("R042")
def test_a_rearranged_meeting_names_the_earlier_day_to_whom_it_was_posted(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 24))
    first = arrange(desk, "panel", PANEL_ON)
    invite(desk, first)
    post(desk, first, date(2026, 11, 24))

    invite(desk, arrange(desk, "panel", date(2026, 12, 10), reason="Mr Reed came home from hospital on Sunday."))

    [text] = desk.letters_to("L2", "Okafor")
    assert "We wrote to you about a meeting on Monday 7 December 2026" in text
    assert "The reason is this: Not everybody could be told of that day in time." in text
    assert "hospital" not in text


@pytest.mark.rule("R042")
def test_whoever_got_no_earlier_letter_is_not_told_of_one(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 24))
    first = arrange(desk, "panel", PANEL_ON)
    invite(desk, first)
    desk.serve("meetings.cancel_unposted", meeting=first)

    invite(desk, arrange(desk, "panel", date(2026, 12, 10), reason="The letters were not posted."))

    assert [code for code, _ in desk.letters()] == ["L1", "L1", "L1", "L1"]


@pytest.mark.rule("R059", "R060", "R061")
def test_an_absent_parent_gets_the_minutes_with_a_covering_letter(desk: Desk) -> None:
    _, father = two_parents(desk)
    meeting = hold_panel(desk, absent=frozenset({father}))

    for parent in desk.serve("parents.list"):
        desk.serve("letters.give_minutes", recipient=parent, meeting=meeting)

    [text] = desk.letters_to("L3", "Reed")
    assert [code for code, _ in desk.letters()] == ["L1", "L1", "L3"]
    assert "Jamie wants to come by bus with friends." in text
    assert "no more than 2 unauthorised sessions from 8 December 2026 to 15 January 2027" in text
    assert "Monday 18 January 2027" in text
    assert len(desk.history("copies_handed_over")) == 1


@pytest.mark.rule("R060")
def test_an_absent_parent_gets_the_minutes_of_the_review_too(desk: Desk) -> None:
    _, father = two_parents(desk)
    meeting = hold_review(desk, absent=frozenset({father}))

    desk.serve("letters.give_minutes", recipient=str(father), meeting=meeting)

    [text] = desk.letters_to("L7", "Reed")
    assert "On time on every Monday." in text


@pytest.mark.rule("R069")
def test_copies_that_were_not_handed_over_are_posted_with_the_reason(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    answers = minuted(desk)
    row = next(row for row in answers["attendance"] if row["adult"] == str(mother))
    row |= {"handed_over": False, "reason": "The printer did not work."}
    record(desk, meeting, answers)

    desk.serve("letters.give_minutes", recipient=str(mother), meeting=meeting)

    [text] = desk.letters_to("L4", "Okafor")
    assert "The printer did not work." in text


@pytest.mark.rule("R030")
def test_no_letter_holds_another_adults_address_telephone_or_email(desk: Desk) -> None:
    mother, father = two_parents(desk)
    meeting = hold_review(desk, absent=frozenset({mother}))
    for parent in desk.serve("parents.list"):
        desk.serve("letters.give_minutes", recipient=parent, meeting=meeting)
    decide(desk, "O1", advice="O1")
    desk.serve("letters.send", letter="L8a")

    to_mother = [
        (text, fields)
        for text, fields, (_, recipient) in zip(desk.pages.texts, desk.pages.fields, desk.papers(), strict=True)
        if recipient == str(mother)
    ]

    assert len(to_mother) == 4
    assert not any(secret in f"{text}{fields}" for text, fields in to_mother for secret in SECRETS)
    assert "7 Harbour Lane" in next(text for text in desk.pages.texts if "Mr Tom Reed\n7 Harbour Lane" in text)
    assert father != mother


@pytest.mark.rule("R030")
@pytest.mark.parametrize(
    "written",
    [
        "He lives at 7 harbour lane.",
        "His postcode is nr983cc.",
        "Mail tom@example.org",
        "Call +44 7700 900-002.",
        "He has moved to 9, Ferry Road.",
    ],
)
def test_minutes_that_would_tell_where_a_parent_lives_are_not_sent(desk: Desk, written: str) -> None:
    mother, father = two_parents(desk)
    move(desk.call(), father, lines=["Flat 2", "9 Ferry Road"], postcode="NR97 1AA", confidential=True)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    record(desk, meeting, minuted(desk, absent=frozenset({mother}), issues=written))

    with pytest.raises(WouldDisclose):
        desk.serve("letters.give_minutes", recipient=str(mother), meeting=meeting)

    assert desk.letters() == []


@pytest.mark.rule("R048", "R049", "R060")
def test_copies_of_the_minutes_hold_nothing_about_other_adults(desk: Desk) -> None:
    mother, father = two_parents(desk)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    said = {"other_adults": "Mr Lee Gray, a new partner.", "details_declined_by": "Mrs Okafor, when asked"}
    answers = minuted(desk, absent=frozenset({father}), **said)
    row = next(row for row in answers["attendance"] if row["adult"] == str(mother))
    row |= {"handed_over": False, "reason": "The printer did not work."}
    record(desk, meeting, answers)
    agree(desk)
    late = make_adult(desk.db, desk.school, desk.pupil, surname="Vane", forename="Ida", relationship="Grandmother")

    for parent in (mother, father):
        desk.serve("letters.give_minutes", recipient=str(parent), meeting=meeting)
    desk.serve("letters.send", letter="L10", recipient=str(late))

    assert [code for code, _ in desk.letters()] == ["L4", "L3", "L10"]
    copies = [text for (code, _), text in zip(desk.papers(), desk.pages.texts, strict=True) if code != "C1"]
    assert all("Jamie wants to come by bus" in text for text in copies)
    assert not any("Gray" in text or "when asked" in text for text in desk.pages.texts)


def test_a_household_may_share_its_postcode(desk: Desk) -> None:
    make_adult(desk.db, desk.school, desk.pupil)
    make_adult(desk.db, desk.school, desk.pupil, forename="Ben", title="Mr", relationship="Step-father", basis="care")
    meeting = hold_panel(desk, absent=frozenset(parent.id for parent in desk.facts.parents))

    for parent in desk.serve("parents.list"):
        desk.serve("letters.give_minutes", recipient=parent, meeting=meeting)

    assert len(desk.letters_to("L3", "Okafor")) == 2


def test_a_child_without_a_forename_is_your_child(desk: Desk) -> None:
    two_parents(desk)
    desk.db.exec_driver_sql("UPDATE pupil SET forename = '', surname = ''")

    invite(desk, arrange(desk, "panel", PANEL_ON))

    assert all(fields["child_forename"] == "your child" for fields in desk.pages.fields)
