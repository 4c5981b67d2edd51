"""Each parent's own thread through a case, and what is missing in it. Addresses are not shown here."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field, StringConstraints

from api.case_facts import facts_of_case
from api.rest.deliveries import DeliveryOut, read_delivery
from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import Body, Moment, Out, example
from api.security import Allowed, Rule, RuntimeHere
from attendance.notice import Postage
from engine.database import transaction
from handlers.parent_threads import Sent, Thread, Took, threads
from handlers.proofs import record_posting

router = noun("cases", explained="One run of the procedure about one pupil.")
of_deliveries = noun("deliveries", explained="What goes out: decided with the case, sent after it, once.")

READING = Depends(Rule("answer.read"))
Proving = Annotated[Allowed, Depends(Rule("delivery.prove"))]


class MissingOut(Out):
    """What would not stand up."""

    rule: str = Field(examples=["R060"])
    words: str = Field(examples=["No copy of the minutes of the panel was sent."])
    about: str = Field(description="The meeting, delivery or letter that it is about; empty for the parent.")


class InvitationOut(Out):
    """A letter of invitation, and how long a notice it gave."""

    serving: int
    delivery_id: UUID
    posted_on: date | None
    postage: str | None
    proof: str
    received_on: date | None = Field(description="When it counts as received.")
    grade: str = Field(description="evidence, clear, literal or short; empty while it is not posted.")
    failure: str
    is_cancelled: bool


class ReplyOut(Out):
    """What a parent who could not come gave as the reason, and what was decided."""

    received_on: date
    reason: str
    reasonable: bool | None
    decision_reason: str
    decided_at: Moment | None


class AttendedOut(Out):
    """Whether the parent came, signed, and was handed the signed copies."""

    attended: bool
    signed: str
    handed_over: bool
    reason: str


class LetterOut(Out):
    """A letter other than an invitation."""

    letter: str
    delivery_id: UUID
    document_id: UUID
    made_on: date
    state: str
    posted_on: date | None
    postage: str | None
    proof: str


class TookOut(Out):
    """The parent and one meeting."""

    meeting_id: UUID
    kind: str
    meeting_on: date
    state: str
    invitations: list[InvitationOut]
    replies: list[ReplyOut]
    attendance: AttendedOut | None = Field(description="Null when nothing was recorded of this parent.")
    copies: list[LetterOut] = Field(description="The letters that brought the minutes.")


class ThreadOut(Out):
    """A parent's thread. The case complies only when nothing is missing in any."""

    adult_id: UUID
    name: str
    relationship: str
    basis: str
    evidence: str
    lives_with: str
    since: date | None
    until: date | None
    is_parent_now: bool
    may_correspond: bool
    restriction: str
    language: str
    format_needs: str
    is_confidential: bool
    address_verified_on: date | None
    contract: str
    meetings: list[TookOut]
    letters: list[LetterOut]
    missing: list[MissingOut]


class Posted(Body):
    """When a letter was posted, by which class, and what proves it."""

    model_config = example(posted_on="2026-12-08", postage="first", proof="Certificate of posting 4711")
    posted_on: date
    postage: Postage
    proof: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@router.get("/{case_id}/parents", responses=MISSING, dependencies=[READING])
def list_threads(case_id: UUID, runtime: RuntimeHere) -> list[ThreadOut]:
    """Of each parent: when and how invited, what they replied, whether they came, what they were given, what lacks."""
    with transaction(runtime.engine) as db:
        return [_thread_out(thread) for thread in threads(facts_of_case(runtime, db, case_id))]


@of_deliveries.put("/{delivery_id}/posting", responses=CONFLICT)
def prove_posting(delivery_id: UUID, body: Posted, runtime: RuntimeHere, allowed: Proving) -> DeliveryOut:
    """Keeps the proof that a letter was posted. Invitations have a task for that."""
    with transaction(runtime.engine) as db:
        record_posting(
            db,
            delivery_id,
            posted_on=body.posted_on,
            postage=body.postage,
            proof=body.proof,
            actor=str(allowed.actor.id),
        )
    return read_delivery(delivery_id, runtime)


def _thread_out(thread: Thread) -> ThreadOut:
    adult, link = thread.parent, thread.link
    return ThreadOut(
        adult_id=adult.id,
        name=adult.name,
        relationship=adult.relationship,
        basis=adult.basis,
        evidence=link.evidence,
        lives_with=adult.lives_with,
        since=link.since,
        until=link.until,
        is_parent_now=thread.is_parent_now,
        may_correspond=adult.may_correspond,
        restriction=adult.restriction,
        language=adult.language,
        format_needs=adult.format_needs,
        is_confidential=adult.is_confidential,
        address_verified_on=adult.address.verified_on if adult.address else None,
        contract=thread.contract,
        meetings=[_took_out(took) for took in thread.meetings],
        letters=[_letter_out(sent) for sent in thread.letters],
        missing=[MissingOut.model_validate(one) for one in thread.missing],
    )


def _took_out(took: Took) -> TookOut:
    return TookOut(
        meeting_id=took.meeting.id,
        kind=took.meeting.kind,
        meeting_on=took.meeting.day,
        state=took.meeting.state,
        invitations=[InvitationOut.model_validate(served) for served in took.invitations],
        replies=[ReplyOut.model_validate(reply) for reply in took.replies],
        attendance=AttendedOut.model_validate(took.attendance) if took.attendance else None,
        copies=[_letter_out(sent) for sent in took.copies],
    )


def _letter_out(sent: Sent) -> LetterOut:
    return LetterOut.model_validate(sent)
