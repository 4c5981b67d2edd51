"""Notices that failed: letters that came back, parents who moved."""

from uuid import UUID

from sqlalchemy import update

from attendance import tables
from attendance.meetings import Invitation, current_invitations
from attendance.parents import hold_adults
from engine.calls import Call
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import keep_found
from handlers.answers import Answers, Prepared, choice, lines_of, past_day, prepared
from handlers.facts import Facts


@handler("notices.prepare_report")
def prepare_report(call: Call, *, meeting: str) -> Prepared:
    """The parents whose letter still stands."""
    facts: Facts = call.facts
    return prepared(
        answers={"learned_on": call.today.isoformat()},
        offers={
            "parent": [choice(letter.adult_id, facts.name_of(letter.adult_id)) for letter in _standing(call, meeting)]
        },
    )


@handler("notices.report_failed")
def report_failed(call: Call, answers: Answers, *, meeting: str) -> Accepted:
    """The parent's latest letter counts as not served; where the next one goes is checked. Source: R028, R029, E11."""
    parent = UUID(answers["parent"])
    learned_on = past_day(answers, "learned_on", today=call.today, rule="R028")
    letter = next((letter for letter in _standing(call, meeting) if letter.adult_id == parent), None)
    if letter is None:
        raise Refusal("no_letter", "No letter to this parent stands.", rule="R030", field="parent")
    _keep_address(call, parent, answers)
    _fail(call, letter, failure=answers["what"])
    call.note(
        "notice_failed",
        invitation=str(letter.id),
        parent=str(parent),
        failure=answers["what"],
        learned_on=learned_on.isoformat(),
    )
    return Accepted({"failed": str(letter.id)}, learned_on)


def _keep_address(call: Call, parent: UUID, answers: Answers) -> None:
    """A letter that came back says that the address is wrong, until somebody has looked."""
    facts: Facts = call.facts
    hold_adults(call.db, [parent])
    adult = next(adult for adult in facts.adults if adult.id == parent)
    found = "new" if lines_of(answers, "new_address") else answers.get("found")
    if found:
        keep_found(call, adult, {**answers, "found": found}, field="new_address" if found == "new" else "found")
    elif answers["what"] == "returned" or not adult.is_reachable:
        raise Refusal(
            "address_unchecked",
            f"Check the address of {adult.label}: say whether it is right after all, give the right one, or say that "
            "nobody knows one now.",
            rule="R028",
            field="found",
        )


def _standing(call: Call, meeting: str) -> list[Invitation]:
    return [letter for letter in current_invitations(call.db, UUID(meeting)) if letter.stands]


def _fail(call: Call, letter: Invitation, *, failure: str) -> None:
    i = tables.invitation
    never_posted = letter.posted_on is None
    call.db.execute(
        update(i)
        .where(i.c.id == letter.id)
        .values(failed_at=call.now, failure=failure, cancelled_at=call.now if never_posted else None)
    )
    if never_posted:
        call.cancel_deliveries([letter.delivery_id])
