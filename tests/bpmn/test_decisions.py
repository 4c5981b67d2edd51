"""What the two decision tables of the procedure answer."""

from collections.abc import Mapping

import pytest

from engine.decisions import Decision, read_decisions
from engine.expressions import Evaluator
from engine.policy import Policy
from tests.bpmn.drawings import FOLDER


def table(name: str) -> Decision:
    """One decision table of the bundle."""
    return read_decisions((FOLDER / "decisions" / f"{name}.dmn").read_bytes())[name]


def answer(name: str, facts: Mapping[str, object]) -> object:
    """What a table says when these are the facts."""
    policy = Policy.read((FOLDER / "policy.json").read_bytes())
    functions = {fact: (lambda value=value: value) for fact, value in facts.items()}
    return table(name).evaluate(Evaluator(functions, policy=policy), {})


@pytest.mark.rule("R006", "R007", "R008")
@pytest.mark.parametrize(
    ("unauthorised", "possible", "expected"),
    [
        (9, 60, "met"),  # exactly 15 %, exactly nine
        (8, 60, "not_met"),
        (8, 54, "not_met"),  # 14.81 % is not 15
        (8, 53, "ask_aeo"),  # 15.09 %, but fewer than nine
        (9, 61, "not_met"),  # nine, but 14.75 %
        (9, 58, "met"),
        (6, 40, "ask_aeo"),
        (0, 60, "not_met"),
        (0, 0, "not_met"),  # nothing possible is no share
    ],
)
def test_the_share_and_the_number_of_sessions_must_both_be_reached(
    unauthorised: int, possible: int, expected: str
) -> None:
    assert answer("criteria", {"possible_sessions": possible, "unauthorised_sessions": unauthorised}) == expected


@pytest.mark.parametrize(
    ("defence", "improved", "target", "further", "expected"),
    [
        pytest.param(False, True, True, 0, "O1", marks=pytest.mark.rule("R073")),
        pytest.param(True, True, True, 0, "O2", marks=pytest.mark.rule("R074")),
        pytest.param(True, False, False, 7, "O2", marks=pytest.mark.rule("R074")),
        pytest.param(False, False, False, 1, "O3", marks=pytest.mark.rule("R077")),
        pytest.param(False, False, True, 1, "O3", marks=pytest.mark.rule("R073")),  # both conditions, or no closing
        pytest.param(False, True, False, 0, "O4", marks=pytest.mark.rule("R078")),
        pytest.param(False, True, False, 3, "O4", marks=pytest.mark.rule("R078")),  # the panel weighs both
        pytest.param(False, False, False, 0, "O4", marks=pytest.mark.rule("R078")),
    ],
)
def test_the_figures_advise_one_outcome(
    defence: bool, improved: bool, target: bool, further: int, expected: str
) -> None:
    facts = {
        "defence_suggested": defence,
        "improved": improved,
        "target_met": target,
        "further_unauthorised": further,
    }

    assert answer("advice", facts) == expected


@pytest.mark.parametrize("name", ["criteria", "advice"])
def test_every_row_of_a_table_names_its_rule(name: str) -> None:
    text = (FOLDER / "decisions" / f"{name}.dmn").read_text(encoding="utf-8")

    rows = text.split("<rule ")[1:]

    assert rows
    assert all("<description>R0" in row for row in rows)
