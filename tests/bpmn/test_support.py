"""What the documentation says of BPMN 2.0 is what the diagrams prove, element by element."""

from pathlib import Path

from tests.bpmn.support import document, missing

PAGE = Path(__file__).parents[2] / "docs" / "bpmn-support.md"


def test_every_element_and_attribute_of_the_schema_is_proved_by_a_diagram() -> None:
    assert missing() == []


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "Run: make bpmn-support"
