"""Notices that failed: letters that came back, parents who moved."""

from uuid import UUID

from sqlalchemy import update

from attendance import tables
from attendance.meetings import Invitation, current_invitations
from engine.calls import Call
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, lines_of, past_day, prepared, text_of
from handlers.facts import Facts
from handlers.parents import check_address, move


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
    """The parent's latest letter counts as not served; a new address counts from today. Source: R028, R029, E11."""
    parent = UUID(answers["parent"])
    learned_on = past_day(answers, "learned_on", today=call.today, rule="R028")
    letter = next((letter for letter in _standing(call, meeting) if letter.adult_id == parent), None)
    if letter is None:
        raise Refusal("no_letter", "No letter to this parent stands.", rule="R030", field="parent")
    if lines_of(answers, "new_address"):
        check_address(answers, lines="new_address", postcode="new_postcode", field="new_address")
        move(
            call,
            parent,
            lines=lines_of(answers, "new_address"),
            postcode=text_of(answers, "new_postcode"),
            confidential=bool(answers.get("confidential")),
        )
    _fail(call, letter, failure=answers["what"])
    call.note(
        "notice_failed",
        invitation=str(letter.id),
        parent=str(parent),
        failure=answers["what"],
        learned_on=learned_on.isoformat(),
    )
    return Accepted({"failed": str(letter.id)}, learned_on)


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
