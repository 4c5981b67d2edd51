"""What a corrected answer changes in the records, and which answers cannot be corrected any more."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import select, update

from attendance import tables
from attendance.meetings import invitation_by_id, meeting_by_id
from engine import tables as engine_tables
from engine.calls import Call
from engine.registry import Refusal, handler
from handlers.answers import Answers, rows_of
from handlers.meetings import keep_minutes
from handlers.plans import keep_plan
from handlers.posting import keep_posting

# By these the case went its way, or a letter named them: another decision is made, not the old one corrected.
DECIDED: Mapping[str, frozenset[str]] = {
    "support.accept": frozenset({"decision", "look_again"}),
    "parents.accept": frozenset({"parents", "others", "statement"}),
    "meetings.arrange": frozenset({"meeting_on", "begins", "place", "postage", "attendees"}),
    "meetings.record": frozenset({"held"}),
    "replies.decide": frozenset({"reasonable"}),
    "replies.decide_late": frozenset({"replies"}),
    "outcomes.accept": frozenset({"outcome", "decided_on", "review_again"}),
    "outcomes.accept_internal": frozenset({"decision", "decided_on"}),
    "reconsider.accept": frozenset({"decision"}),
    "reconsider.accept_limitation": frozenset({"decision"}),
    "referrals.decide": frozenset({"decision", "decided_on"}),
    "referrals.submit": frozenset({"submitted_on"}),
}


@handler("task.correct")
def correct(call: Call, answers: Answers, *, before: Answers, accept: str) -> None:
    """Brings minutes, plan or posting in line with a corrected answer; refuses what decided the case's way.

    Source: R062, R085, domain.md 2.5, 2.8.
    """
    for field in sorted(DECIDED.get(accept, frozenset())):
        if answers.get(field) != before.get(field):
            raise Refusal(
                "case_went_on",
                "The case went on by this answer, and letters may name it: decide again, it cannot be corrected.",
                rule="R072" if accept.startswith("outcomes") else "R062",
                field=field,
            )
    if bring_in_line := RECORDS.get(accept):
        bring_in_line(call, answers)


def _minutes(call: Call, answers: Answers) -> None:
    """The minutes of the very meeting that this task recorded."""
    h = engine_tables.history.c
    recorded = call.db.execute(
        select(h.facts).where(
            h.case_id == call.case.id, h.path == call.path, h.visit == call.visit, h.what == "meeting_held"
        )
    ).scalar_one_or_none()
    if recorded is not None:
        keep_minutes(call, meeting_by_id(call.db, UUID(recorded["meeting"])), answers)


def _posting(call: Call, answers: Answers) -> None:
    """Day, class and proof of letters; one that was posted is not taken back by leaving it out."""
    letters = [invitation_by_id(call.db, UUID(row["invitation"])) for row in rows_of(answers, "letters")]
    keep_posting(call, answers, {str(letter.id): letter for letter in letters})


def _step_down(call: Call, answers: Answers) -> None:
    """Who looks after the step-down plan, and when it is looked at again."""
    p = tables.plan.c
    latest = select(p.id).where(p.case_id == call.case.id, p.kind == "step_down").order_by(p.agreed_at.desc()).limit(1)
    call.db.execute(
        update(tables.plan)
        .where(p.id == latest.scalar_subquery())
        .values(owner=answers["owner"].strip(), review_on=answers["review_on"])
    )


RECORDS: Mapping[str, Callable[[Call, Answers], None]] = {
    "meetings.record": _minutes,
    "plans.agree": keep_plan,
    "posting.accept": _posting,
    "posting.accept_one": _posting,
    "outcomes.step_down": _step_down,
}
