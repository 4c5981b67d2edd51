"""Minutes: what a meeting's record must hold, and on which day the meeting happened."""

from datetime import date
from uuid import UUID

import pytest

from attendance.meetings import meeting_by_id
from engine.errors import FormRefused
from engine.forms.reading import read_form
from engine.registry import Refusal
from handlers.minutes import sections_of
from tests.builders import make_adult
from tests.handlers.desk import BUNDLE, Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, invite, minuted, record


@pytest.mark.rule("R053")
def test_a_meeting_without_the_childs_voice_is_not_recorded(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)

    with pytest.raises(Refusal) as refused:
        record(desk, meeting, minuted(desk, voice_sought=False))

    assert (refused.value.rule, refused.value.field) == ("R053", "voice_sought")


@pytest.mark.rule("R053", "R065")
def test_a_child_who_declines_to_share_was_still_asked(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)

    record(
        desk, meeting, minuted(desk, voice_result="declined", wishes_and_feelings="Asked twice; Jamie said nothing.")
    )

    minutes = meeting_by_id(desk.db, UUID(meeting)).minutes
    assert minutes is not None
    assert minutes["voice_result"] == "declined"


@pytest.mark.rule("R045", "R046", "R047", "R062", "R083", "R084")
@pytest.mark.parametrize(
    ("kind", "field", "rule"),
    [
        ("panel", "responsibilities_by", "R045"),
        ("panel", "defences_by", "R046"),
        ("panel", "consequences_by", "R047"),
        ("panel", "is_accurate", "R062"),
        ("review", "efforts_of_parents", "R083"),
        ("review", "efforts_of_pupil", "R084"),
    ],
)
def test_minutes_hold_what_a_meeting_of_this_kind_must(desk: Desk, kind: str, field: str, rule: str) -> None:
    two_parents(desk)
    meeting = arrange(desk, kind, PANEL_ON)
    desk.at(PANEL_ON, hour=12)

    with pytest.raises(Refusal) as refused:
        record(desk, meeting, {**minuted(desk), field: False if field == "is_accurate" else ""})

    assert refused.value.rule == rule


@pytest.mark.rule("R049")
def test_minutes_name_who_declined_to_give_details_of_a_parent(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)

    record(desk, meeting, minuted(desk, details_declined_by="Mrs Okafor"))

    minutes = meeting_by_id(desk.db, UUID(meeting)).minutes
    assert minutes is not None
    assert minutes["details_declined_by"] == "Mrs Okafor"
    # Somebody goes on asking (domain.md E8).
    (added,) = desk.history("task_added")
    assert added["name"] == "Look elsewhere for another parent"
    assert added["reason"].startswith("Mrs Okafor declined")


@pytest.mark.rule("R044", "R060", "R066", "R068", "R069")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"signed": "absent"}, "R066"),
        ({"signed": ""}, "R066"),
        ({"handed_over": None}, "R068"),
        ({"handed_over": False}, "R069"),
        ({"attended": False, "signed": "absent"}, "R060"),
        ({"attended": False, "signed": "absent", "handed_over": None}, "R044"),
    ],
)
def test_a_parents_row_must_be_complete(desk: Desk, changes: dict[str, object], rule: str) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    answers = minuted(desk)
    answers["attendance"][0] |= changes

    with pytest.raises(Refusal) as refused:
        record(desk, meeting, answers)

    assert refused.value.rule == rule


@pytest.mark.rule("R072")
def test_a_meeting_happened_on_its_own_day_whenever_it_is_recorded(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(date(2026, 12, 10))

    accepted = record(desk, meeting, minuted(desk))

    assert accepted.happened_on == PANEL_ON
    assert desk.ask("held_on", "panel") == PANEL_ON


@pytest.mark.rule("R048")
def test_a_parent_discovered_meanwhile_has_a_row_in_the_record(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    late = make_adult(desk.db, desk.school, desk.pupil, surname="Vane", forename="Ida", relationship="Grandmother")

    prepared = desk.prepare("meetings.prepare_record", meeting=meeting)

    assert str(late) in {row["adult"] for row in prepared["answers"]["attendance"]}


@pytest.mark.rule("R050")
def test_the_barriers_that_were_explored_stand_in_the_minutes(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)

    with pytest.raises(FormRefused) as refused:
        record(desk, meeting, minuted(desk, barriers=""))
    record(desk, meeting, minuted(desk))

    assert set(refused.value.problems) == {"barriers"}
    minutes = meeting_by_id(desk.db, UUID(meeting)).minutes or {}
    assert {"heading": "Barriers to attendance", "text": "Mornings in the dark."} in sections_of(minutes)


@pytest.mark.rule("R053", "R062")
def test_the_childs_own_words_and_what_is_not_for_disclosure_are_kept_apart(desk: Desk) -> None:
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    apart = {"child_words": "I am afraid of going home.", "not_for_disclosure": "A referral was made."}

    record(desk, meeting, minuted(desk, **apart))

    minutes = str(meeting_by_id(desk.db, UUID(meeting)).minutes)
    assert not [words for words in apart.values() if words in minutes]
    form = read_form((BUNDLE / "forms" / "record_meeting.json").read_bytes())
    shown = form.without_confidential(minuted(desk, **apart))
    assert (shown["child_words"], shown["not_for_disclosure"]) == (None, None)
    assert shown["wishes_and_feelings"] == "Jamie wants to come by bus with friends."
