"""Parents who say that they cannot attend, and whether their reason is reasonable."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, update

from attendance import tables
from attendance.meetings import Reply, current_invitations, meeting_by_id, replies_to, reply_by_id
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, past_day, prepared, rows_of, text_of
from handlers.facts import Facts


@handler("replies.prepare_report")
def prepare_report(call: Call, *, meeting: str) -> Prepared:
    """The parents invited to the meeting."""
    facts: Facts = call.facts
    invited = [invitation.adult_id for invitation in current_invitations(call.db, UUID(meeting))]
    return prepared(
        answers={"received_on": call.today.isoformat()},
        offers={"parent": [choice(adult, facts.name_of(adult)) for adult in invited]},
    )


@handler("replies.report")
def report(call: Call, answers: Answers, *, meeting: str) -> Accepted:
    """Keeps the reply, undecided. Source: R041."""
    parent = UUID(answers["parent"])
    received_on = past_day(answers, "received_on", today=call.today, rule="R041")
    if parent not in {invitation.adult_id for invitation in current_invitations(call.db, UUID(meeting))}:
        raise Refusal("not_invited", "This parent is not invited to this meeting.", rule="R041", field="parent")
    reply = new_id()
    call.db.execute(
        insert(tables.reply).values(
            id=reply,
            meeting_id=UUID(meeting),
            adult_id=parent,
            reason=text_of(answers, "reason"),
            received_on=received_on,
        )
    )
    call.note("parent_cannot_attend", reply=str(reply), parent=str(parent), received_on=received_on.isoformat())
    return Accepted({"reply": str(reply)}, received_on)


@handler("replies.prepare")
def prepare(call: Call, *, reply: str) -> Prepared:
    """What the parent said, and how often a date was moved for them before."""
    return prepared(shown=_shown(call, [reply_by_id(call.db, UUID(reply))]))


@handler("replies.decide")
def decide(call: Call, answers: Answers, *, reply: str) -> Accepted:
    """Reasonable: the meeting moves for everybody. Not: it goes ahead without this parent. Source: R041-R043."""
    _decide(call, UUID(reply), answers)
    return Accepted({"reasonable": "yes" if answers["reasonable"] else "no"}, call.today)


@handler("replies.prepare_late")
def prepare_late(call: Call, *, meeting: str) -> Prepared:
    """Every reply to this meeting that nobody has decided on."""
    facts: Facts = call.facts
    open_ = _undecided(call, meeting)
    return prepared(
        answers={"replies": [{"reply": str(reply.id)} for reply in open_]},
        shown=_shown(call, open_),
        offers={"reply": [choice(reply.id, f"{facts.name_of(reply.adult_id)}: {reply.reason}") for reply in open_]},
    )


@handler("replies.decide_late")
def decide_late(call: Call, answers: Answers, *, meeting: str) -> Accepted:
    """Decides every reply before the meeting goes ahead; one reasonable reply moves it. Source: R041, E6."""
    open_ = {str(reply.id) for reply in _undecided(call, meeting)}
    decided = [row for row in rows_of(answers, "replies") if row["reply"] in open_]
    for row in decided:
        _decide(call, UUID(row["reply"]), row)
    return Accepted({"late_reasonable": "yes" if any(row["reasonable"] for row in decided) else "no"}, call.today)


def _decide(call: Call, reply: UUID, answers: Answers) -> None:
    r = tables.reply
    call.db.execute(
        update(r)
        .where(r.c.id == reply)
        .values(
            reasonable=answers["reasonable"],
            decision_reason=text_of(answers, "reason"),
            decided_by=call.actor,
            decided_at=call.now,
        )
    )
    call.note("reply_decided", reply=str(reply), reasonable=answers["reasonable"])


def _undecided(call: Call, meeting: str) -> list[Reply]:
    return [reply for reply in replies_to(call.db, UUID(meeting)) if reply.reasonable is None]


def _shown(call: Call, replies: Sequence[Reply]) -> dict[str, object]:
    """`is_often` says that dates were moved for this parent so often that only the head may go on (E4)."""
    facts: Facts = call.facts
    shown = []
    for reply in replies:
        moved = facts.moved_for(reply.adult_id)
        shown.append(
            {
                "reply": str(reply.id),
                "parent": facts.name_of(reply.adult_id),
                "reason": reply.reason,
                "received_on": reply.received_on.isoformat(),
                "meeting_on": meeting_by_id(call.db, reply.meeting_id).day.isoformat(),
                "moved_before": moved,
                "is_often": moved >= call.policy.minimum_reschedules_to_head,
            }
        )
    return {"replies": shown}
