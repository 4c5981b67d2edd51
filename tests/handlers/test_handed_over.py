"""What a parent is given in person: the minutes with the plan, and the attendance contract (domain.md 6.3)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from attendance import tables
from engine import tables as engine_tables
from engine.registry import Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, REVIEW_ON, agreed, arrange, hold_panel, invite, minuted, post, record


def documents(desk: Desk) -> list[tuple[str, str, str]]:
    """Kind, recipient and words of every document, in order."""
    d = engine_tables.document
    rows = desk.db.execute(select(d).where(d.c.case_id == desk.case.id).order_by(d.c.id))
    return [(row.kind, row.recipient, bytes(row.content).decode()) for row in rows]


def panel(desk: Desk, *, absent: frozenset[UUID] = frozenset(), **plan: Any) -> str:
    """A panel held, with its plan agreed in its task; gives the meeting."""
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    desk.at(PANEL_ON, hour=12)
    record(desk, meeting, minuted(desk, absent=absent))
    answers = agreed(desk, **plan)
    desk.complete("plan", "plans.agree", answers, prepare="plans.prepare", element="AgreePlan")
    return meeting


def give(desk: Desk, meeting: str) -> list[tuple[str, str, str]]:
    """What each parent is given after the panel."""
    before = len(documents(desk))
    for parent in desk.serve("parents.list"):
        desk.serve("letters.give_minutes", recipient=parent, meeting=meeting)
    return documents(desk)[before:]


@pytest.mark.rule("R062", "R068")
def test_the_copies_that_are_handed_over_are_kept_as_they_were(desk: Desk) -> None:
    mother, father = two_parents(desk)
    meeting = panel(desk, absent=frozenset({father}))

    given = give(desk, meeting)

    (copy,) = [text for kind, recipient, text in given if (kind, recipient) == ("M1", str(mother))]
    assert "Given in person" in copy
    assert all(said in copy for said in ("Jamie wants to come by bus", "Ask for the earlier bus", "no more than 2"))
    assert [kind for kind, recipient, _ in given if recipient == str(father)] == ["L3"]
    # Nothing carries what was handed over.
    assert ("M1", str(mother)) not in desk.letters()
    assert len(desk.history("copies_handed_over")) == 1


@pytest.mark.rule("R068")
def test_after_the_review_the_copy_holds_no_plan(desk: Desk) -> None:
    mother = two_parents(desk)[0]
    hold_panel(desk)
    desk.at(date(2027, 1, 4))
    meeting = arrange(desk, "review", REVIEW_ON)
    desk.at(REVIEW_ON, hour=12)
    record(desk, meeting, minuted(desk))

    given = give(desk, meeting)

    (copy,) = [text for kind, recipient, text in given if (kind, recipient) == ("M1", str(mother))]
    assert "Ask for the earlier bus" not in copy
    assert not [kind for kind, _, _ in given if kind == "C1"]


@pytest.mark.rule("R004")
def test_each_parent_has_a_contract_of_their_own(desk: Desk) -> None:
    mother, father = two_parents(desk)
    rows = [
        {"adult": str(mother), "contract": "signed", "agrees_to": "Brings Jamie to the bus stop."},
        {"adult": str(father), "contract": "refused", "agrees_to": "Calls Jamie on Sunday evenings."},
    ]
    meeting = panel(desk, contracts=rows)

    contracts = {recipient: text for kind, recipient, text in give(desk, meeting) if kind == "C1"}

    assert set(contracts) == {str(mother), str(father)}
    assert "Brings Jamie to the bus stop." in contracts[str(mother)]
    assert "You have signed this contract" in contracts[str(mother)]
    assert "Sunday evenings" not in contracts[str(mother)]
    assert "you did not sign it" in contracts[str(father)]
    assert "bus stop" not in contracts[str(father)]
    assert "8 December 2026" in contracts[str(father)]
    assert "15 January 2027" in contracts[str(father)]


@pytest.mark.rule("R004")
@pytest.mark.parametrize("contract", ["signed", "refused"])
def test_no_contract_is_agreed_with_a_parent_who_was_absent(desk: Desk, contract: str) -> None:
    mother, father = two_parents(desk)
    rows = [
        {"adult": str(mother), "contract": "signed", "agrees_to": "Calls."},
        {"adult": str(father), "contract": contract, "agrees_to": "Calls."},
    ]

    with pytest.raises(Refusal) as refused:
        panel(desk, absent=frozenset({father}), contracts=rows)
    offered = desk.prepare("plans.prepare")["answers"]["contracts"]

    assert (refused.value.code, refused.value.rule) == ("was_absent", "R004")
    assert offered == [{"adult": str(mother), "contract": None}, {"adult": str(father), "contract": "absent"}]


@pytest.mark.rule("R068")
def test_a_parent_without_an_address_is_handed_the_copies_all_the_same(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    meeting = panel(desk)
    a = tables.address
    desk.db.execute(update(a).where(a.c.adult_id == mother).values(lines=[], postcode=""))

    assert [kind for kind, recipient, _ in give(desk, meeting) if recipient == str(mother)] == ["C1", "M1"]
