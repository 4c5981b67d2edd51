"""What each letter says, and what none of them may say."""

import json
import re

import pytest

from api.documents.catalogue import check_letter, read_catalogue
from api.documents.errors import FieldRefused
from api.documents.frame import FRAME_FIELDS
from api.documents.render import read_letter
from tests.documents.fields import FIELDS, FRAME
from tests.documents.letters import FOLDER, GOLDEN, MEETING_LETTERS, NAMES, expected_texts, sentences, template, text

UPN = re.compile(r"\b[A-Z]\d{11}[A-Z0-9]\b")
WAYS = "## How you can be involved"


@pytest.mark.parametrize("name", sorted(expected_texts()))
def test_a_letter_says_what_was_agreed(name: str) -> None:
    """After a change that is meant: python -m tests.documents.letters"""
    assert expected_texts()[name] == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_text_belongs_to_a_letter() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(expected_texts())


@pytest.mark.parametrize("name", NAMES)
def test_letters_name_only_fields_of_the_catalogue(name: str) -> None:
    catalogue = read_catalogue((FOLDER / "fields.json").read_bytes())

    assert check_letter(template(name), catalogue) == []


def test_the_catalogue_holds_no_field_that_no_letter_uses() -> None:
    used = FRAME_FIELDS.union(*(read_letter(template(name)).fields_used for name in NAMES))

    assert set(json.loads((FOLDER / "fields.json").read_bytes())) == used


@pytest.mark.rule("R022", "R030")
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_for_one_named_adult_at_that_adults_address(name: str) -> None:
    said = text(name)

    assert "\n\nMrs Ada Okafor\nFlat 2\n14 Windmill Road\nSaltmarsh\nNR99 2BB\n\n" in said
    assert "\n\nDear Mrs Okafor\n\n" in said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", sorted(set(FRAME) - {"child_class", "child_forename"}))
def test_no_letter_goes_out_without_its_frame(name: str, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        text(name, **{field: ""})


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_says_whom_to_ask_and_how_to_get_it_in_another_form(name: str) -> None:
    said = text(name)

    assert "please call Ms Lena Hart, attendance lead, on 01603 000000" in said
    assert all(words in said for words in ("large print", "another format", "another language", "an interpreter"))


@pytest.mark.parametrize("name", NAMES)
def test_letters_hold_no_pupil_number_and_no_birthday(name: str) -> None:
    assert not UPN.search(text(name))
    assert not re.search(r"\bborn\b|date of birth", text(name), re.IGNORECASE)
    assert not {"upn", "born", "date_of_birth"} & set(FIELDS)


@pytest.mark.rule("R032")
@pytest.mark.parametrize("name", MEETING_LETTERS)
def test_a_letter_that_announces_a_meeting_names_who_will_attend(name: str) -> None:
    assert "These people will be at the meeting:\n\n- Ms Lena Hart, attendance lead\n- Mr Tom Reed" in text(name)

    with pytest.raises(FieldRefused, match="attendees"):
        text(name, attendees=[])


@pytest.mark.rule("R033", "R035", "R042", "R070")
@pytest.mark.parametrize("name", MEETING_LETTERS)
def test_a_letter_that_announces_a_meeting_gives_day_time_and_place(name: str) -> None:
    said = text(name)

    assert all(words in said for words in ("Thursday 10 December 2026", "10:30am", "Room 4, Saltmarsh High School"))


@pytest.mark.rule("R036", "R037", "R041", "R042", "R043")
@pytest.mark.parametrize("name", ["L1", "L2", "L5", "L6"])
def test_an_invitation_says_what_happens_when_a_parent_cannot_come(name: str) -> None:
    said = text(name)

    assert "Jamie is invited too" in said
    assert "You may bring someone to support you" in said
    assert "Please tell us by Tuesday 8 December 2026, and tell us why" in said
    assert "If it is reasonable, we will find a new day. If it is not" in said
    assert "the meeting may go ahead without you" in said


@pytest.mark.rule("R045", "R046", "R047")
@pytest.mark.parametrize("name", ["L1", "L2"])
def test_a_panel_invitation_says_what_will_be_covered(name: str) -> None:
    said = text(name)

    assert "your duty in law" in said
    assert "statutory defences" in said
    assert "what could happen if there is more unauthorised absence" in said
    assert "a plan made for Jamie" in said


@pytest.mark.rule("R073", "R074", "R077", "R078", "R080")
@pytest.mark.parametrize("name", ["L5", "L6"])
def test_a_review_invitation_names_the_four_possible_outcomes(name: str) -> None:
    outcomes = re.findall(r"^(\d)\. (.*?\.)", text(name), re.MULTILINE)

    assert outcomes == [
        ("1", "Attendance is better and the target is met."),
        ("2", "There is a reason for the absence that the law accepts."),
        ("3", "There is more unauthorised absence."),
        ("4", "Attendance is better, but not enough to end Fast Track."),
    ]


@pytest.mark.parametrize("name", ["L2", "L6"])
def test_a_rearranged_meeting_refers_to_the_earlier_day_and_says_why(name: str) -> None:
    said = text(name)

    assert (
        "Thursday 3 December 2026. That meeting will not take place on that day. The reason is this: It has to be moved"
        in said
    )


@pytest.mark.rule("R059", "R060", "R063", "R064", "R065")
@pytest.mark.parametrize("name", ["L3", "L7"])
def test_whoever_was_not_there_gets_the_minutes(name: str) -> None:
    enclosure = text(name).split("Yours sincerely")[1]

    assert "### What is working well" in enclosure
    assert "### The issues affecting attendance" in enclosure
    assert "### Wishes and feelings of Jamie" in enclosure
    assert ("The bus comes too late" in enclosure) == (name == "L3")


@pytest.mark.rule("R061")
@pytest.mark.parametrize("name", ["L3", "L7", "L10"])
def test_whoever_was_not_there_is_offered_ways_to_be_involved(name: str) -> None:
    ways = text(name).split(WAYS)[1].split("Yours sincerely")[0]

    assert len(re.findall(r"^- ", ways, re.MULTILINE)) >= 4


@pytest.mark.rule("R069")
def test_posted_signed_copies_come_with_the_reason_why_they_were_not_handed_over() -> None:
    assert (
        "We could not, and we are sorry. The reason is this: The printer at school did not work on that day."
        in text("L4")
    )


@pytest.mark.rule("R073", "R083", "R084", "R086", "R087")
def test_the_outcome_target_met_thanks_and_says_what_continues() -> None:
    said = text("L8a")

    assert "the target has been met. We have closed Fast Track." in said
    assert "Thank you for what you have done, and please thank Jamie from us." in said
    assert "If unauthorised absence rises again, we may start Fast Track again." in said
    assert "The next steps that we agreed: Ms Hart will look" in said


@pytest.mark.rule("R074", "R075", "R076")
def test_the_outcome_defence_gives_the_step_down_plan() -> None:
    said = text("L8b")

    assert "We have closed Fast Track." in said
    assert "- Mrs Patel looks for a quiet room for Jamie" in said
    assert "Ms Lena Hart looks after the plan. We will look at it again on Wednesday 3 March 2027." in said


@pytest.mark.rule("R077", "R086", "R087")
@pytest.mark.parametrize("name", ["L8c", "L9b"])
def test_a_referral_says_what_the_authority_may_do_and_that_the_parent_may_write_to_it(name: str) -> None:
    said = text(name)

    assert "within 20 working days" in said
    assert "Only the local authority can prosecute. It may:" in said
    assert "education supervision order" in said
    assert "You may send information to the local authority yourself." in said
    assert "Your duty has not changed." in said


@pytest.mark.rule("R078", "R080", "R081", "R082")
def test_the_internal_review_letter_names_the_day_and_who_decides_what() -> None:
    said = text("L8d")

    assert "We will look at it again at school on Wednesday 3 March 2027." in said
    assert "There is no meeting on that day" in said
    assert "The school will then decide whether to apply to the local authority to prosecute." in said
    assert "Only the local authority can prosecute." in said


@pytest.mark.rule("R088")
def test_the_decision_after_the_internal_review_says_which() -> None:
    assert "We have closed Fast Track. We will not apply to the local authority to prosecute." in text("L9a")
    assert "We have decided to apply to the local authority to prosecute." in text("L9b")


@pytest.mark.rule("R086")
@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("decision_declined", "has decided not to take the case further"),
        ("decision_other_measure", "has decided to use another measure"),
        ("decision_proceedings", "has decided to start legal proceedings"),
    ],
)
def test_the_authoritys_decision_is_told_and_only_that_one(decision: str, said: str) -> None:
    others = dict.fromkeys(("decision_declined", "decision_other_measure", "decision_proceedings"), False)

    letter = text("L12", **others | {decision: True})

    assert said in letter
    assert letter.count("The local authority has decided") == 1


@pytest.mark.rule("R082")
@pytest.mark.parametrize("name", sorted(expected_texts()))
def test_no_letter_says_that_the_school_prosecutes(name: str) -> None:
    """Only an authority may start proceedings; the school decides whether to apply."""
    by_the_school = [
        sentence
        for sentence in sentences(expected_texts()[name])
        if re.search(r"\b(we|school)\b", sentence, re.IGNORECASE) and "prosecute" in sentence
    ]

    assert all(re.search(r"\bappl(y|ication)\b", sentence) for sentence in by_the_school)


@pytest.mark.parametrize("name", sorted(expected_texts()))
def test_sentences_are_short(name: str) -> None:
    body = expected_texts()[name].split("\nAbout: ")[1]

    assert [s for line in body.split("\n") for s in sentences(line) if len(s.split()) > 26] == []
