"""Proofs of posting for letters that no step of the diagram asks about: minutes, outcomes, decisions."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from attendance import tables
from attendance.notice import Postage
from attendance.words import in_words
from engine import tables as engine_tables
from engine.clock import lock_case, london_day
from engine.errors import NotFound
from engine.history import Notes
from engine.registry import Refusal


def record_posting(
    db: Connection, delivery_id: UUID, *, posted_on: date, postage: Postage, proof: str, actor: str
) -> None:
    """Keeps when a letter was posted, by which class, with what proof; said again, the latest counts.

    Source: R059, R060, R069, R086. Raises NotFound, Refusal.
    """
    d, i = engine_tables.delivery.c, tables.invitation.c
    found = db.execute(select(d.case_id).where(d.id == delivery_id)).one_or_none()
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    _, now = lock_case(db, found.case_id)
    letter = db.execute(select(d.letter, d.recipient, d.state, d.created_at).where(d.id == delivery_id)).one()
    if db.execute(select(i.id).where(i.delivery_id == delivery_id)).one_or_none():
        raise Refusal("is_invitation", "Confirm the posting of an invitation in its task.", rule="R033")
    if letter.state == "cancelled":
        raise Refusal("called_back", "This letter was called back and must not be posted.", rule="R086")
    if not london_day(letter.created_at) <= posted_on <= london_day(now):
        raise Refusal(
            "impossible_day",
            f"The letter was made on {in_words(london_day(letter.created_at))}: it was posted then or since.",
            rule="R069",
            field="posted_on",
        )
    if not proof.strip():
        raise Refusal("proof_missing", "Say what proves the posting.", rule="R031", field="proof")
    said = {"posted_on": posted_on, "postage": postage.value, "proof": proof.strip()}
    said |= {"recorded_by": actor, "recorded_at": now}
    db.execute(
        upsert(tables.posting)
        .values(delivery_id=delivery_id, **said)
        .on_conflict_do_update(index_elements=["delivery_id"], set_=said)
    )
    notes = Notes(found.case_id, actor=actor, at=now)
    notes.add(
        "letter_posted",
        facts={
            "delivery": str(delivery_id),
            "letter": letter.letter,
            "parent": letter.recipient,
            "posted_on": posted_on.isoformat(),
            "postage": postage.value,
        },
    )
    notes.write(db)
