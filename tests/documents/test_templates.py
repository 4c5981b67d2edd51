"""Reading and filling a letter's template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.documents.blocks import Heading, Items, Paragraph, Text
from api.documents.catalogue import Field, Problem, check_letter, read_catalogue
from api.documents.errors import FieldRefused, TemplateRefused
from api.documents.filling import fill
from api.documents.template import read_letter
from tests.documents.fields import FRAME

FRONT = "---\ntitle: A letter\nrules: R022 R030\n---\n"


def filled(body: str, **fields: object) -> list[str]:
    """The paragraphs, headings and lists of a filled body, as short texts."""
    shown = []
    for block in fill(read_letter(FRONT + body), fields).blocks:
        match block:
            case Paragraph(runs):
                shown.append("".join(run.text if isinstance(run, Text) else "\n" for run in runs))
            case Heading(level, runs):
                shown.append("#" * level + " " + "".join(run.text for run in runs if isinstance(run, Text)))
            case Items(items=items):
                shown.append(f"{len(items)} entries")
    return shown


def refusal(template: str) -> TemplateRefused | None:
    """Why a template is refused, if it is."""
    try:
        read_letter(template)
    except TemplateRefused as refused:
        return refused
    return None


def test_a_letter_has_title_rules_fields_body_and_enclosure() -> None:
    letter = read_letter(FRONT + "Dear ((who)), ((so??we met on ((day)))).\n\n***\n\n## Minutes\n\n((minutes?))\n")

    assert letter.title == "A letter"
    assert letter.rules == ("R022", "R030")
    assert letter.fields_used == {"who", "so", "day", "minutes"}
    assert len(letter.body) == 1
    assert len(letter.enclosure) == 2


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("One.\n\n((Two))", 7, "a field is written"),
        ("One.\n\n((two", 7, "a field is written"),
        ("One.\n\nThree lines\nwith ((two??never\nclosed", 7, "must be closed"),
        ("# Too big", 5, "headings begin with ##"),
        ("## Two\n\n#### Four", 7, "no level is left out"),
        ("Underlined\n---", 5, "headings begin with ##"),
        ("> quoted", 5, "this is something else"),
        ("    code", 5, "this is something else"),
        ("[a link](https://example.org)", 5, "this is something else"),
        ("![a picture](file.png)", 5, "this is something else"),
        ("*slanted*", 5, "this is something else"),
        ("- one\n- `two`", 6, "this is something else"),
        ("One.\n\n***\n\nTwo.\n\n***\n\nThree.", 11, "there is only one"),
        ("", 4, "says nothing"),
    ],
)
def test_what_a_letter_cannot_hold_is_refused_with_its_line(body: str, line: int, problem: str) -> None:
    with pytest.raises(TemplateRefused, match=f"line {line}: .*{problem}"):
        read_letter(FRONT + body)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "No front matter.",
        "---\ntitle: A\n---\nBody",
        "---\nrules: R1\n---\nBody",
        "---\ntitle: A\nrules: R1\nauthor: me\n---\nBody",
        "---\ntitle: About ((child_name))\nrules: R1\n---\nBody",
        b"---\ntitle: A\nrules: R1\n---\nBody \xff",
    ],
)
def test_a_letter_without_proper_front_matter_is_refused(template: bytes | str) -> None:
    with pytest.raises(TemplateRefused):
        read_letter(template)


@given(st.text(alphabet="a(?)*\n #-_`<[]\\&!123", max_size=60))
def test_any_text_is_read_or_refused_with_a_line(body: str) -> None:
    refused = refusal(FRONT + body)

    assert refused is None or 1 <= refused.line <= 4 + body.count("\n") + 1


def test_a_condition_shows_its_text_when_the_field_is_true_or_not_empty() -> None:
    body = "Hello ((name??dear ((name)))) friend. ((sorry??We are **sorry**.))"

    assert filled(body, name="Ada", sorry=True) == ["Hello dear Ada friend. We are sorry."]
    assert filled(body, name="", sorry=False) == ["Hello friend."]
    assert filled("((count??There are ((count)).))", count=0) == ["There are 0."]


def test_paragraphs_headings_and_entries_with_nothing_to_say_are_left_out() -> None:
    body = "((a??One.))\n\n## ((a??Heading))\n\n- ((a??entry))\n- always\n\n((b?))\n\nEnd."

    assert filled(body, a=False, b="") == ["1 entries", "End."]


def test_a_list_alone_becomes_a_list_and_sections_become_headings() -> None:
    minutes = [{"heading": "Good", "text": "One.\n\nTwo."}, {"heading": "Bad", "text": "Three."}]

    assert filled("((people))", people=["Ada", "Ben"]) == ["2 entries"]
    assert filled("((when??((people))))", when=True, people=["Ada"]) == ["1 entries"]
    assert filled("## Minutes\n\n((minutes))", minutes=minutes) == [
        *("## Minutes", "### Good", "One.", "Two.", "### Bad", "Three.")
    ]


def test_lines_and_paragraphs_of_a_long_answer_are_kept() -> None:
    assert filled("((answer))", answer="One\ntwo.\r\n\r\nThree.") == ["One\ntwo.", "Three."]
    assert filled("Reason: ((answer))", answer="One\n\ntwo.") == ["Reason: One\ntwo."]


@pytest.mark.parametrize(
    ("body", "fields", "problem"),
    [
        ("((name))", {}, "field name: is missing"),
        ("((name?))", {}, "field name: is missing"),
        ("((name??x))", {}, "field name: is missing"),
        ("((name))", {"name": ""}, "field name: is empty"),
        ("((name))", {"name": " \n"}, "field name: is empty"),
        ("((name))", {"name": []}, "field name: is empty"),
        ("Both ((name))", {"name": ["a"]}, "field name: is a list"),
        ("((name))", {"name": True}, "field name: is yes or no"),
        ("((name))", {"name": {"a": 1}}, "field name: is not text"),
        ("((name))", {"name": 1.5}, "field name: is not text"),
        ("((name))", {"name": "2026-02-30"}, "field name: is not a day"),
        ("((name))", {"name": "25:00"}, "field name: is not a time"),
    ],
)
def test_a_field_that_cannot_be_shown_is_refused_by_name(body: str, fields: dict[str, object], problem: str) -> None:
    with pytest.raises(FieldRefused, match=problem):
        fill(read_letter(FRONT + body), fields)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-12-10", "Thursday 10 December 2026"),
        ("2027-03-01", "Monday 1 March 2027"),
        ("10:30", "10:30am"),
        ("09:00", "9am"),
        ("00:00", "midnight"),
        ("00:05", "12:05am"),
        ("12:00", "midday"),
        ("12:45", "12:45pm"),
        ("15:05", "3:05pm"),
        (1250, "1,250"),
        (0, "0"),
        ("the 2026-12-10 at 10:30", "the 2026-12-10 at 10:30"),
    ],
)
def test_days_times_and_numbers_are_shown_in_words(value: object, shown: str) -> None:
    assert filled("((value))", value=value) == [shown]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u202eb\u2066c\ufeff", "abc"),
        ("co\u00adoperate", "cooperate"),
        ("a\tb   c\u2003d", "a b c d"),
        ("one\u2028two", "one\ntwo"),
        ("Łódź Çelik Ωmega Привет", "Łódź Çelik Ωmega Привет"),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(value: str, shown: str) -> None:
    assert filled("((value))", value=value) == [shown]


@pytest.mark.parametrize("value", ["see you 🙂", "李", "عمر", "bell \x07", "half \ud800"])
def test_characters_that_cannot_be_printed_are_refused_not_dropped(value: str) -> None:
    with pytest.raises(FieldRefused, match="field value: has characters that cannot be printed"):
        filled("((value))", value=value)


@pytest.mark.parametrize(
    "value",
    ["((other))", "((other??x))", "**bold**", "# Heading", "- entry", "`code`", "$x^2$", "#import", "\\", "<script>"],
)
def test_the_value_of_a_field_is_never_read_as_a_template(value: str) -> None:
    assert filled("Said: ((value))", value=value) == [f"Said: {value}"]


CATALOGUE = {
    "name": Field("text", "Name"),
    "people": Field("list", "People"),
    "sorry": Field("yes_no", "Sorry"),
}


def test_the_checker_names_unknown_and_misplaced_fields_with_their_line() -> None:
    body = "Dear ((nmae)),\n\n((people))\n\n((sorry??((people))))\n\nwith ((people))\n\n- ((sorry))\n\n((nobody??x))"

    assert check_letter(FRONT + body, CATALOGUE) == [
        Problem(5, "there is no field nmae"),
        Problem(11, "people is a list: it must be a paragraph of its own"),
        Problem(13, "sorry is yes or no: write ((sorry??text))"),
        Problem(15, "there is no field nobody"),
    ]


def test_the_checker_passes_on_what_cannot_be_read() -> None:
    (problem,) = check_letter(FRONT + "> quoted", CATALOGUE)

    assert (problem.line, "something else" in problem.text) == (5, True)


@pytest.mark.parametrize("content", ['{"a": {"type": "picture", "label": "x"}}', '{"a": {"type": "text"}}', "{}"])
def test_a_catalogue_that_is_wrong_or_lacks_the_frame_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"a field has|are missing"):
        read_catalogue(content)


def test_the_frame_of_the_examples_is_the_frame() -> None:
    letter = fill(read_letter(FRONT + "((child_forename))"), FRAME)

    assert letter.body == (Paragraph((Text("Jamie"),)),)
