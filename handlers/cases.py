"""How a case ends, and what is worth a line in its history."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from attendance import tables
from engine import tables as engine_tables
from engine.calls import Call
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import asking_addresses, check_before_sending
from handlers.answers import Answers, Prepared, choice, past_day, prepared, text_of
from handlers.facts import Facts
from handlers.letters import written_to

# What ends a case; everything else that is recorded is only a line in its history.
RESULTS = frozenset(
    {
        "criteria_not_met",
        "authority_asked",
        "withdrawn",
        "pupil_left",
        "closed_target",
        "closed_defence",
        "closed_internal_review",
        "referred",
    }
)


@handler("cases.record")
def record(call: Call, *, what: str) -> None:
    """Notes something in the case's history; where it ends the case, the case carries it as its result."""
    call.note(what)
    if what in RESULTS:
        call.close_as(what)


@handler("cases.pupil_left")
def pupil_left(call: Call, answers: Answers) -> Accepted:
    """The pupil is no longer on the school's roll. Source: domain.md E18, E21, E22."""
    left_on = past_day(answers, "left_on", today=call.today, rule="E18")
    call.note("pupil_left_reported", left_on=left_on.isoformat(), why=answers["why"])
    return Accepted({}, left_on)


@handler("cases.prepare_withdraw")
def prepare_withdraw(call: Call) -> Prepared:
    """The adults to whom nobody may write any more, if any (domain.md E45)."""
    facts: Facts = call.facts
    form = prepared(
        answers={"withdrawn_on": call.today.isoformat()},
        offers={"no_letter_to": [choice(parent.id, parent.label) for parent in facts.parents]},
    )
    return asking_addresses(facts, form)


@handler("cases.withdraw")
def withdraw(call: Call, answers: Answers) -> Accepted:
    """The school stops the case. Who is not to be written to any more stops being a parent here at once (E45).

    Whatever was made for them in this case and is not known to be posted is called back.
    """
    facts: Facts = call.facts
    withdrawn_on = past_day(answers, "withdrawn_on", today=call.today, rule="R006")
    silent = set(answers.get("no_letter_to") or [])
    if unknown := silent - {str(parent.id) for parent in facts.parents}:
        raise Refusal("not_a_parent", f"{min(unknown)} is no parent in this case.", rule="R022", field="no_letter_to")
    check_before_sending(call, answers, to=written_to(call) - {UUID(adult) for adult in silent})
    link = tables.parenthood
    call.db.execute(
        update(link)
        .where(link.c.pupil_id == call.case.subject_id, link.c.adult_id.in_(sorted(silent)))
        .values(until=call.today)
    )
    _call_back(call, silent)
    call.note(
        "withdrawal_reported",
        withdrawn_on=withdrawn_on.isoformat(),
        why=answers["why"],
        reason=text_of(answers, "reason"),
    )
    return Accepted({}, withdrawn_on)


def _call_back(call: Call, adults: Collection[str]) -> None:
    d, i = engine_tables.delivery.c, tables.invitation.c
    posted = select(i.delivery_id).where(i.posted_on.is_not(None))
    made = select(d.id).where(d.case_id == call.case.id, d.recipient.in_(adults), d.state != "cancelled")
    if deliveries := call.db.execute(made.where(d.id.not_in(posted)).order_by(d.id)).scalars().all():
        call.cancel_deliveries(deliveries)
        call.note("letters_called_back", deliveries=[str(delivery) for delivery in deliveries])
