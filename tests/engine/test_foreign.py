"""Diagrams as other tools write them: checked, and run as they are drawn."""

import pytest

from engine.checks import check_bundle
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of
from tests.engine.stories import Story

FOREIGN = sorted(path.stem for path in (DIAGRAMS / "foreign").iterdir())


@pytest.mark.parametrize("name", FOREIGN)
def test_what_other_tools_write_is_accepted(name: str) -> None:
    assert check_bundle(bundle_of(f"foreign/{name}"), REGISTRY) == []


def test_two_pools_lanes_and_colours_of_a_modeler() -> None:
    story = Story("foreign/modeler")
    assert story.waits == ["Activity_1k0dx1b"]

    story.tell("do Activity_1k0dx1b")
    assert story.waits == ["Event_0m3x8tg"]

    story.tell("hear Event_0m3x8tg")
    assert story.is_over


def test_another_prefix_prefixed_references_and_utf_16() -> None:
    story = Story("foreign/other_prefix")
    assert story.waits == ["ReceiveTask_1"]

    story.tell("hear ReceiveTask_1")
    assert story.waits == ["UserTask_1"]

    story.tell("do UserTask_1")
    assert story.is_over


def test_the_default_namespace_a_byte_order_mark_cdata_and_instructions() -> None:
    story = Story("foreign/default_namespace")
    assert story.waits == ["sid-T3", "sid-T4"]
    assert story.run.tasks()[0].data == {"size": 12, "price": 24}

    story.tell("do sid-T3", "do sid-T4")
    assert story.is_over


def test_a_modeler_of_the_same_extensions() -> None:
    story = Story("foreign/zeebe_modeler").tell("do Activity_ask")

    assert story.did == ["Activity_tell"]
    assert story.is_over
