"""Minutes: what a meeting's record must hold, and who was there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from attendance import tables
from attendance.meetings import Meeting
from engine.calls import Call
from engine.registry import Refusal
from handlers.answers import Answers, past_day, rows_of, text_of

# What the form leaves open because it is asked of one kind of meeting only.
ASKED_OF = {
    "panel": {
        "responsibilities_by": ("R045", "Say who explained the legal responsibilities."),
        "defences_by": ("R046", "Say who explained the statutory defences."),
        "consequences_by": ("R047", "Say who explained what further unauthorised absence may lead to."),
    },
    "review": {
        "efforts_of_parents": ("R083", "Acknowledge what the parents have changed, or say that nothing has."),
        "efforts_of_pupil": ("R084", "Acknowledge what the pupil has changed, or say that nothing has."),
    },
}
# The child's own words and what is not for disclosure are not among them: they stand in the answers alone, for few.
KEPT = (
    "working_well",
    "issues",
    "barriers",
    "other_concerns",
    "wishes_and_feelings",
    "voice_result",
    "voice_how",
    "voice_on",
    "voice_by",
    "responsibilities_by",
    "defences_by",
    "consequences_by",
    "other_adults",
    "details_declined_by",
    "efforts_of_parents",
    "efforts_of_pupil",
    "pupil_signed",
)

SIGNED = {
    "signed": "signed",
    "refused": "refused to sign",
    "remote": "took part remotely, signs later",
    "absent": "was not there",
    "not_appropriate": "was there; signing was not appropriate",
}
# What the copies hold. What was said of other adults, and who declined to, stays on file: each parent is a third party
# to the other (domain.md 6.5, 7).
HEADINGS = {
    "working_well": "What is working well",
    "issues": "What affects attendance",
    "barriers": "Barriers to attendance",
    "wishes_and_feelings": "The child's wishes and feelings",
    "other_concerns": "Other concerns",
    "responsibilities_by": "Legal responsibilities explained by",
    "defences_by": "Statutory defences explained by",
    "consequences_by": "What further unauthorised absence may lead to, explained by",
    "efforts_of_parents": "Good changes and efforts of the parents",
    "efforts_of_pupil": "Good changes and efforts of the child",
}


def row_of(adult: UUID) -> dict[str, Any]:
    """A parent's row before anybody has filled it in."""
    return {"adult": str(adult), "reason": "", "engage": ""}


def minutes_of(answers: Answers, *, kind: str, day: date, today: date) -> dict[str, Any]:
    """The minutes as they are kept. Refuses what a meeting of this kind must have. Source: R044-R053, R062-R067."""
    if not answers.get("voice_sought"):
        raise Refusal(
            "voice_not_sought",
            "The child's wishes and feelings must be sought in all cases: seek them, then record the meeting.",
            rule="R053",
            field="voice_sought",
        )
    past_day(answers, "voice_on", today=today, rule="R053")
    for field, (rule, sentence) in ASKED_OF[kind].items():
        if not text_of(answers, field):
            raise Refusal("minutes_incomplete", sentence, rule=rule, field=field)
    if not answers.get("is_accurate"):
        raise Refusal(
            "minutes_inaccurate",
            "Write the minutes so that they reflect what was discussed.",
            rule="R062",
            field="is_accurate",
        )
    kept: dict[str, Any] = {field: answers.get(field) or "" for field in KEPT}
    kept["held_on"] = day.isoformat()
    kept["others"] = [
        {name: text_of(row, name) for name in ("name", "role", "signed")} for row in rows_of(answers, "others")
    ]
    kept["engagement"] = {row["adult"]: text_of(row, "engage") for row in rows_of(answers, "attendance")}
    return kept


def keep_attendance(call: Call, meeting: Meeting, rows: Sequence[Answers]) -> None:
    """Keeps who came, who signed, who got the signed copies. Source: R036, R044, R060, R066, R068, R069."""
    table = tables.attendance_at_meeting
    for row in rows:
        _check_row(row)
        values = {
            "attended": row["attended"],
            "signed": row["signed"],
            "handed_over": bool(row.get("handed_over")),
            "reason": text_of(row, "reason"),
        }
        call.db.execute(
            upsert(table)
            .values(meeting_id=meeting.id, adult_id=UUID(row["adult"]), **values)
            .on_conflict_do_update(index_elements=["meeting_id", "adult_id"], set_=values)
        )


def sections_of(minutes: Mapping[str, Any]) -> list[dict[str, str]]:
    """The minutes as headings with text, written to be disclosed to parents. Source: R062-R065."""
    return [{"heading": heading, "text": minutes[field]} for field, heading in HEADINGS.items() if minutes.get(field)]


def those_present(minutes: Mapping[str, Any]) -> list[str]:
    """Who was there besides the parents."""
    there = [f"{other['name']}, {other['role']}" for other in minutes.get("others", [])]
    return there if minutes.get("pupil_signed", "absent") == "absent" else [*there, "The child"]


def signatures_of(minutes: Mapping[str, Any]) -> list[str]:
    """Who signed the minutes, besides the parents. Source: R066, R067."""
    signed = [f"{other['name']}: {SIGNED[other['signed']]}" for other in minutes.get("others", [])]
    pupil = minutes.get("pupil_signed")
    return [*signed, f"The child: {SIGNED[pupil]}"] if pupil else signed


def _check_row(row: Answers) -> None:
    attended, signed = row.get("attended"), row.get("signed")
    if attended is None or not signed:
        raise Refusal(
            "attendance_missing", "Say of every parent whether they came and signed.", rule="R066", field="attendance"
        )
    if attended == (signed == "absent"):
        raise Refusal("attendance_unclear", "Whoever was absent cannot have signed.", rule="R066", field="attendance")
    if not attended and row.get("handed_over"):
        raise Refusal(
            "attendance_unclear", "Nothing can be handed to whoever was absent.", rule="R060", field="attendance"
        )
    if attended and row.get("handed_over") is None:
        raise Refusal("attendance_missing", "Say whether the copies were handed over.", rule="R068", field="attendance")
    if attended and not row["handed_over"] and not text_of(row, "reason"):
        raise Refusal("reason_missing", "Say why the copies were not handed over.", rule="R069", field="attendance")
    if not attended and not text_of(row, "engage"):
        raise Refusal(
            "engagement_missing",
            "Say how this parent can be engaged in future meetings.",
            rule="R044",
            field="attendance",
        )
