"""Every letter of a case, one for each parent, filled from the case's records."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from attendance import tables
from attendance.meetings import Meeting, invitation_by_id, meeting_by_id
from attendance.parents import Parent
from engine import tables as engine_tables
from engine.calls import Call
from engine.ids import new_id
from engine.registry import handler
from handlers import letter_fields as fields_of
from handlers.closing_letters import correction, decision, discovery
from handlers.facts import Facts
from handlers.letter_frame import Fields, frame, refuse_disclosure
from handlers.missing_letters import note_missing

FIRST = {"panel": "L1", "review": "L5"}
REARRANGED = {"panel": "L2", "review": "L6"}
MINUTES_COVER = {"panel": "L3", "review": "L7"}
POSTED_COPIES = "L4"
HANDED_OVER = "M1"
CONTRACT = "C1"
CORRECTION = "L11"
GIVEN_IN_PERSON = "Given in person"

# What each letter says besides its frame.
CONTENTS: Mapping[str, tuple[Callable[[Call], Fields], ...]] = {
    "L8a": (fields_of.outcome, fields_of.target_at_outcome),
    "L8b": (fields_of.outcome, fields_of.step_down),
    "L8c": (fields_of.outcome, fields_of.period_relied_on),
    "L8d": (fields_of.outcome, fields_of.target_at_outcome),
    "L9a": (fields_of.internal_review, fields_of.since_review),
    "L9b": (fields_of.internal_review, fields_of.since_review, fields_of.period_relied_on),
    "L11": (correction,),
}
# Whose words differ from one parent to the other.
FOR_ONE: Mapping[str, Callable[[Call, Parent], Fields]] = {"L10": discovery, "L12": decision}


@handler("letters.invite_parent")
def invite_parent(call: Call, *, parent: str, meeting: str) -> str:
    """Invites one parent to a meeting by a letter of their own, where one can go. Gives the invitation's id, or "".

    Source: R030, R032, R033.
    """
    invited = _invite(call, _parent(call, UUID(parent)), meeting_by_id(call.db, UUID(meeting)))
    return str(invited) if invited else ""


@handler("letters.serve_again")
def serve_again(call: Call, *, invitation: str) -> str:
    """The same invitation again, to the parent's address as it is now; its clock starts again. Source: E11.

    Where nobody knows an address now, the one that failed stays the last one.
    """
    failed = invitation_by_id(call.db, UUID(invitation))
    return str(_invite(call, _parent(call, failed.adult_id), meeting_by_id(call.db, failed.meeting_id)) or failed.id)


@handler("letters.give_minutes")
def give_minutes(call: Call, *, recipient: str, meeting: str) -> None:
    """Minutes and plan for one parent: as handed over, posted otherwise; and the contract. Source: R004, R059-R069."""
    parent, held = _parent(call, UUID(recipient)), meeting_by_id(call.db, UUID(meeting))
    a = tables.attendance_at_meeting.c
    there = call.db.execute(
        select(a.attended, a.handed_over, a.reason).where(a.meeting_id == held.id, a.adult_id == parent.id)
    ).one_or_none()
    plan = fields_of.plan(call) if held.kind == "panel" else fields_of.NO_PLAN
    contents = {**fields_of.minutes(call, held), **plan}
    if held.kind == "panel" and (contract := fields_of.contract(call, parent)):
        _hand_over(call, CONTRACT, parent, contents | contract)
    if there is not None and there.handed_over:
        document = _hand_over(call, HANDED_OVER, parent, contents)
        call.note("copies_handed_over", parent=recipient, meeting=meeting, document=str(document))
        return
    letter = POSTED_COPIES if there is not None and there.attended else MINUTES_COVER[held.kind]
    _deliver(call, letter, parent, {**contents, "posted_reason": there.reason if there is not None else ""})


@handler("letters.send")
def send(call: Call, *, letter: str, recipient: str = "") -> None:
    """One letter to each of the pupil's parents today, or to the one named. Source: R030, R086-R088.

    A correction goes to those who were written to: it takes back what they were told (R023, E24).
    """
    facts: Facts = call.facts
    parents = [_parent(call, UUID(recipient))] if recipient else facts.parents
    if letter == CORRECTION:
        told = written_to(call)
        parents = [parent for parent in parents if parent.id in told]
    for parent in parents:
        _deliver(call, letter, parent, _contents(call, letter, parent))


def written_to(call: Call) -> set[UUID]:
    """Whoever a letter of this case was made for. One that was called back may have gone out nevertheless."""
    d = engine_tables.delivery.c
    recipients = call.db.execute(select(d.recipient).where(d.case_id == call.case.id)).scalars()
    return {UUID(recipient) for recipient in recipients}


def _invite(call: Call, parent: Parent, meeting: Meeting) -> UUID | None:
    letter = (REARRANGED if fields_of.earlier_letter(call, parent, meeting) else FIRST)[meeting.kind]
    contents = fields_of.invitation(call, parent, meeting) | {"whole_weeks": call.policy.whole_weeks}
    contents |= fields_of.figures(call) if meeting.kind == "panel" else fields_of.target(call)
    delivery = _deliver(call, letter, parent, contents)
    if delivery is None:
        return None
    i = tables.invitation.c
    served = call.db.execute(
        select(func.coalesce(func.max(i.serving), 0)).where(i.meeting_id == meeting.id, i.adult_id == parent.id)
    ).scalar_one()
    invitation = new_id()
    call.db.execute(
        insert(tables.invitation).values(
            id=invitation,
            meeting_id=meeting.id,
            adult_id=parent.id,
            delivery_id=delivery,
            serving=served + 1,
        )
    )
    return invitation


def _contents(call: Call, letter: str, parent: Parent) -> Fields:
    if letter in FOR_ONE:
        return FOR_ONE[letter](call, parent)
    contents: Fields = {}
    for part in CONTENTS[letter]:
        contents |= part(call)
    return contents


def _deliver(call: Call, letter: str, parent: Parent, contents: Mapping[str, Any]) -> UUID | None:
    """One letter to one parent; none to an address nobody checked or against a court's order (R028, R029, E14)."""
    if not parent.may_correspond:
        call.note("letter_withheld", letter=letter, parent=str(parent.id))
        return None
    if not parent.is_reachable:
        note_missing(call, letter=letter, parent=parent.id)
        return None
    filled = frame(call, parent) | dict(contents)
    refuse_disclosure(call, parent, filled)
    delivery = call.deliver(letter=letter, recipient=parent.id, fields=filled)
    call.note("letter_made", letter=letter, parent=str(parent.id), delivery=str(delivery))
    return delivery


def _hand_over(call: Call, kind: str, parent: Parent, contents: Mapping[str, Any]) -> UUID:
    """A document that a parent is given in person: it needs no address, and bears none."""
    filled = frame(call, parent) | {"addressee_address": [GIVEN_IN_PERSON]} | dict(contents)
    refuse_disclosure(call, parent, filled)
    return call.keep_paper(letter=kind, recipient=parent.id, fields=filled)


def _parent(call: Call, adult: UUID) -> Parent:
    """Raises LookupError for an adult who has nothing to do with the pupil."""
    facts: Facts = call.facts
    for known in facts.adults:
        if known.id == adult:
            return known
    raise LookupError(f"{adult} is no adult of this pupil.")
