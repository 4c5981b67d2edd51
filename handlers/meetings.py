"""Panel and review: arranged with lawful notice, called off, held and minuted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from attendance import tables
from attendance.meetings import (
    Meeting,
    current_invitations,
    held_meeting,
    meeting_by_id,
    meetings_of,
    replies_to,
)
from attendance.moments import LONDON
from attendance.notice import Postage
from attendance.plans import plan_of
from attendance.slots import grade_of
from attendance.words import in_words
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import asking_addresses, check_before_sending
from handlers.answers import Answers, Prepared, choice, date_of, prepared, rows_of, text_of
from handlers.facts import Facts
from handlers.follow_ups import ask_elsewhere
from handlers.forecasts import forecast_shown
from handlers.letter_fields import why_moved
from handlers.meeting_days import earliest_days, refuse_bad_day, suggested
from handlers.minutes import keep_attendance, minutes_of, row_of

RULE = {"panel": "R033", "review": "R070"}


@handler("meetings.prepare")
def prepare(call: Call, *, kind: str) -> Prepared:
    """The earliest lawful days by each class of post, and what the meeting before was like."""
    facts: Facts = call.facts
    previous = _previous(call, kind)
    like = previous or held_meeting(call.db, call.case.id, kind="panel")
    plan = plan_of(call.db, call.case.id, kind="panel") if kind == "review" else None
    earliest = {postage.value: earliest_days(facts, postage) for postage in Postage}
    agreed_on = plan.review_on if plan else None
    answers = {
        "meeting_on": suggested(facts, earliest[Postage.FIRST.value], agreed_on, not_on=_cannot_be(call, previous)),
        "begins": f"{like.starts_at.astimezone(LONDON):%H:%M}" if like else None,
        "place": like.place if like else None,
        "postage": Postage.FIRST.value,
        "attendees": [dict(attendee) for attendee in like.attendees] if like else [],
        "reason": why_moved(call, previous) if previous else None,
        "late_reason": _late_reason_agreed(call) if plan and not previous else None,
    }
    form = prepared(
        answers={name: value for name, value in answers.items() if value is not None},
        shown={
            "earliest": {postage: found.as_json for postage, found in earliest.items()},
            "agreed_on": agreed_on.isoformat() if agreed_on else None,
            "last_day": _last_day(call, kind),
            "replaces": previous.day.isoformat() if previous else None,
            "parents": [parent.label for parent in facts.parents],
            "forecast": forecast_shown(facts),
        },
    )
    return asking_addresses(facts, form)


@handler("meetings.arrange")
def arrange(call: Call, answers: Answers, *, kind: str) -> Accepted:
    """Makes a new meeting, in place of the one before. Source: R032-R042, R058, R070, domain.md 2.6, 3.3."""
    facts: Facts = call.facts
    meeting_on, postage = date_of(answers, "meeting_on"), Postage(answers["postage"])
    earliest = earliest_days(facts, postage)
    refuse_bad_day(facts, meeting_on, earliest, rule=RULE[kind])
    previous = _previous(call, kind)
    reason = text_of(answers, "reason")
    if previous and not reason:
        raise Refusal("reason_missing", "Say why this replaces the earlier date.", rule="R042", field="reason")
    if meeting_on == _cannot_be(call, previous):
        raise Refusal(
            "same_day",
            f"A parent has a good reason not to come on {in_words(meeting_on)}: choose another day.",
            rule="R042",
            field="meeting_on",
        )
    last_day = _last_day(call, kind)
    late_reason = text_of(answers, "late_reason")
    if last_day and meeting_on > date.fromisoformat(last_day) and not late_reason:
        raise Refusal(
            "review_late",
            f"The review is later than six weeks after the panel ({in_words(date.fromisoformat(last_day))}): say why.",
            rule="R058",
            field="late_reason",
        )
    attendees = [
        {name: text_of(row, name) for name in ("name", "role", "group")} for row in rows_of(answers, "attendees")
    ]
    check_before_sending(call, answers)
    if not any(parent.is_reachable for parent in facts.parents):
        raise Refusal("nobody_to_invite", "No invitation could reach any parent.", rule="R030", field="addresses")
    _ask_for_everybody(answers, {attendee["group"] for attendee in attendees})
    meeting = new_id()
    if previous and previous.state == "arranged":
        call.db.execute(update(tables.meeting).where(tables.meeting.c.id == previous.id).values(state="rearranged"))
    call.db.execute(
        insert(tables.meeting).values(
            id=meeting,
            case_id=call.case.id,
            kind=kind,
            starts_at=datetime.combine(meeting_on, time.fromisoformat(answers["begins"]), LONDON),
            place=text_of(answers, "place"),
            attendees=attendees,
            postage=postage.value,
            state="arranged",
            replaces=previous.id if previous else None,
            reason=reason,
            arranged_at=call.now,
        )
    )
    call.note(
        "meeting_arranged",
        meeting=str(meeting),
        kind=kind,
        meeting_on=meeting_on.isoformat(),
        grade=grade_of(meeting_on, earliest.notice),
        evidence_grade_from=earliest.notice.evidence_grade.isoformat(),
        replaces=str(previous.id) if previous else None,
        reason=reason,
        late_reason=late_reason,
    )
    return Accepted({"meeting": str(meeting)}, call.today)


@handler("meetings.cancel_unposted")
def cancel_unposted(call: Call, *, meeting: str) -> None:
    """The meeting will not take place on its day: its invitations that have not been posted yet are called off."""
    m = tables.meeting
    call.db.execute(update(m).where(m.c.id == UUID(meeting), m.c.state == "arranged").values(state="rearranged"))
    _cancel(call, [UUID(meeting)])


@handler("meetings.cancel_all_unposted")
def cancel_all_unposted(call: Call) -> None:
    """Calls off every invitation of the case that has not been posted yet."""
    m = tables.meeting.c
    _cancel(call, call.db.execute(select(m.id).where(m.case_id == call.case.id)).scalars())


@handler("case.call_off")
def call_off(call: Call, *, reason: str) -> None:
    """The case is ended at once, as one opened in error: no meeting takes place, no invitation is posted any more."""
    m = tables.meeting
    call.db.execute(
        update(m)
        .where(m.c.case_id == call.case.id, m.c.state == "arranged")
        .values(state="not_held", minutes={"not_held_reason": reason})
    )
    cancel_all_unposted(call)


@handler("meetings.prepare_record")
def prepare_record(call: Call, *, meeting: str) -> Prepared:
    """One row for every parent: those who were invited, and those who became known since."""
    facts: Facts = call.facts
    found = meeting_by_id(call.db, UUID(meeting))
    adults = _to_record(call, found)
    form = prepared(
        answers={
            "attendance": [row_of(adult) for adult in adults],
            "others": [
                {"name": other["name"], "role": other["role"]} for other in found.attendees if other["group"] != "pupil"
            ],
        },
        shown={"kind": found.kind, "meeting_on": found.day.isoformat(), "place": found.place},
        offers={"adult": [choice(adult, facts.name_of(adult)) for adult in adults]},
    )
    # After a panel the letters go out with its plan.
    return asking_addresses(facts, form) if found.kind == "review" else form


@handler("meetings.record")
def record(call: Call, answers: Answers, *, meeting: str) -> Accepted:
    """Keeps the minutes of a meeting that was held, on the day it was held; or why it was not. Source: R044-R069."""
    found = meeting_by_id(call.db, UUID(meeting))
    if not answers["held"]:
        reason = text_of(answers, "not_held_reason")
        _close(call, found, state="not_held", minutes={"not_held_reason": reason})
        call.note("meeting_not_held", meeting=meeting, kind=found.kind, reason=reason)
        return Accepted({"held": "no"})
    if found.kind == "review":
        check_before_sending(call, answers)
    keep_minutes(call, found, answers)
    call.note("meeting_held", meeting=meeting, kind=found.kind, held_on=found.day.isoformat())
    if declined_by := text_of(answers, "details_declined_by"):
        ask_elsewhere(call, declined_by=declined_by)
    return Accepted({"held": "yes"}, found.day)


def keep_minutes(call: Call, meeting: Meeting, answers: Answers) -> None:
    """Keeps what was said and who was there."""
    minutes = minutes_of(answers, kind=meeting.kind, day=meeting.day, today=call.today)
    keep_attendance(call, meeting, rows_of(answers, "attendance"))
    _close(call, meeting, state="held", minutes=minutes)


def _previous(call: Call, kind: str) -> Meeting | None:
    """The meeting of this kind that a new one replaces; one that was held is replaced by nothing."""
    earlier = [meeting for meeting in meetings_of(call.db, call.case.id, kind=kind) if meeting.state != "held"]
    return earlier[-1] if earlier else None


def _cannot_be(call: Call, previous: Meeting | None) -> date | None:
    """The day of the meeting before, when a parent's reason not to come on it was reasonable. Source: R042."""
    if previous and any(reply.reasonable for reply in replies_to(call.db, previous.id)):
        return previous.day
    return None


def _last_day(call: Call, kind: str) -> str | None:
    """Six weeks after the panel, for a review."""
    panel = held_meeting(call.db, call.case.id, kind="panel") if kind == "review" else None
    return (panel.day + timedelta(weeks=call.policy.review_weeks)).isoformat() if panel else None


def _late_reason_agreed(call: Call) -> str | None:
    """Why the panel agreed a review later than six weeks; it is no reason for a date that moves once more."""
    return (call.answer("AgreePlan") or {}).get("late_reason") or None


def _ask_for_everybody(answers: Answers, groups: set[str]) -> None:
    if "governor" not in groups and not text_of(answers, "no_governor"):
        raise Refusal(
            "no_governor", "Invite a governor, or say why none is required.", rule="R039", field="no_governor"
        )
    if "pupil" not in groups and not text_of(answers, "no_pupil"):
        raise Refusal(
            "no_pupil", "Invite the pupil, or say how their views will be heard.", rule="R037", field="no_pupil"
        )
    if "school" not in groups:
        raise Refusal("no_school_staff", "Somebody of the school's staff attends.", rule="R038", field="attendees")


def _to_record(call: Call, meeting: Meeting) -> Sequence[UUID]:
    facts: Facts = call.facts
    invited = [letter.adult_id for letter in current_invitations(call.db, meeting.id)]
    return list(dict.fromkeys([*invited, *(parent.id for parent in facts.parents)]))


def _cancel(call: Call, meetings: Iterable[UUID]) -> None:
    i = tables.invitation
    stopped = call.db.execute(
        update(i)
        .where(i.c.meeting_id.in_(list(meetings)), i.c.posted_on.is_(None), i.c.cancelled_at.is_(None))
        .values(cancelled_at=call.now)
        .returning(i.c.delivery_id)
    ).scalars()
    if deliveries := list(stopped):
        call.cancel_deliveries(deliveries)
        call.note("invitations_cancelled", deliveries=[str(delivery) for delivery in deliveries])


def _close(call: Call, meeting: Meeting, *, state: str, minutes: dict[str, object]) -> None:
    m = tables.meeting
    call.db.execute(update(m).where(m.c.id == meeting.id).values(state=state, minutes=minutes))
