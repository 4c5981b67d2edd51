"""Meetings, notices and replies, as expressions ask for them."""

from datetime import date
from uuid import UUID

from attendance.meetings import (
    Invitation,
    Meeting,
    current_invitations,
    held_meeting,
    invitation_by_id,
    meeting_by_id,
    replies_to,
)
from attendance.moments import LONDON
from attendance.notice import Postage, deemed_receipt
from attendance.plans import plan_of
from engine.registry import fact
from handlers.facts import Facts


@fact
def held_on(facts: Facts, kind: str) -> date:
    """The day on which the panel or the review was held. Raises LookupError while none was."""
    meeting = held_meeting(facts.db, facts.case.id, kind=kind)
    if meeting is None:
        raise LookupError(f"No {kind} was held in this case.")
    return meeting.day


@fact(fixed_by="R033")
def meeting_starts(facts: Facts, meeting: str) -> str:
    """The moment at which a meeting begins."""
    return meeting_by_id(facts.db, UUID(meeting)).starts_at.astimezone(LONDON).isoformat()


@fact
def invite_to_review_on(facts: Facts) -> date:
    """When to begin with the invitations to the review that the plan names: the last posting day, less the margin."""
    plan = plan_of(facts.db, facts.case.id, kind="panel")
    if plan is None or plan.review_on is None:
        raise LookupError("No day is agreed for the review.")
    # The post counts as second class until somebody says otherwise.
    latest = facts.latest_posting(plan.review_on, postage=Postage.SECOND).evidence_grade
    return facts.calendar.days.before(facts.policy.invite_margin_days, latest)


@fact(fixed_by="R033")
def latest_posting_day(facts: Facts, meeting: str) -> date:
    """The last posting day of the best notice that can still be reached today."""
    days = latest_posting_days(facts, meeting_by_id(facts.db, UUID(meeting)))
    return next((day for day in days.values() if day >= facts.today), days["literal"])


@fact
def posted_in_time(facts: Facts, meeting: str) -> bool:
    """Whether each first invitation was posted long enough before the meeting. Literal floor: R033, R070.

    What was served again is asked for by `notice_long_enough`, and everything together by `notice_stands`.
    """
    wanted = meeting_by_id(facts.db, UUID(meeting))
    return all(
        _is_long_enough(facts, wanted, letter)
        for letter in current_invitations(facts.db, wanted.id)
        if letter.serving == 1 and letter.stands
    )


@fact
def notice_long_enough(facts: Facts, invitation: str) -> bool:
    """Whether one letter was posted long enough before its meeting. Literal floor: R033, R070.

    A letter that failed itself counts for nothing: it is asked of the one that was served in its place.
    """
    letter = invitation_by_id(facts.db, UUID(invitation))
    return not letter.stands or _is_long_enough(facts, meeting_by_id(facts.db, letter.meeting_id), letter)


@fact
def notice_runs_from(facts: Facts, meeting: str) -> date:
    """The day after which the notice runs, so that it is over before the meeting.

    The last deemed receipt where the notice is evidence-grade, otherwise the last posting day (domain.md 3.3).
    """
    wanted = meeting_by_id(facts.db, UUID(meeting))
    floor = facts.latest_posting(wanted.day, postage=Postage.FIRST).literal
    posted = [letter for letter in current_invitations(facts.db, wanted.id) if letter.stands and letter.posted_on]
    # By the calendar as it is now: a bank holiday proclaimed since the posting delays the receipt, too (domain.md E34).
    received = max(
        (
            deemed_receipt(
                letter.posted_on,
                postage=Postage.of(letter.postage),
                days=facts.calendar.days,
                country=facts.country_of(letter.adult_id),
            )
            for letter in posted
            if letter.posted_on
        ),
        default=None,
    )
    if received and facts.calendar.days.after(facts.policy.notice_days, received) < wanted.day:
        return received
    sent = [facts.calendar.days.on_or_after(letter.posted_on) for letter in posted if letter.posted_on]
    return min(floor, max(sent, default=floor))


@fact
def notice_stands(facts: Facts, meeting: str) -> bool:
    """Whether everybody was notified in time: each parent's latest letter posted, not returned, long enough.

    Who cannot be written to cannot be notified: the meeting does not wait for them (domain.md E14, E15).
    """
    wanted = meeting_by_id(facts.db, UUID(meeting))
    parents = {parent.id for parent in facts.parents if not parent.is_out_of_reach}
    letters = [letter for letter in current_invitations(facts.db, wanted.id) if letter.adult_id in parents]
    return all(letter.stands and _is_long_enough(facts, wanted, letter) for letter in letters)


@fact
def reply_undecided(facts: Facts, meeting: str) -> bool:
    """Whether a parent's reply to a meeting waits for a decision. Source: R041, E6."""
    return any(reply.reasonable is None for reply in replies_to(facts.db, UUID(meeting)))


def latest_posting_days(facts: Facts, meeting: Meeting) -> dict[str, date]:
    """The last posting days for a meeting, the best notice first."""
    latest = facts.latest_posting(meeting.day, postage=Postage.of(meeting.postage))
    return {"evidence": latest.evidence_grade, "clear": latest.clear, "literal": latest.literal}


def _is_long_enough(facts: Facts, meeting: Meeting, letter: Invitation) -> bool:
    if letter.posted_on is None:
        return False
    return facts.notice(letter.posted_on, postage=Postage.of(letter.postage)).literal <= meeting.day
