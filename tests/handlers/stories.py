"""What happened before a test begins: a meeting arranged, posted, held; a plan; an outcome."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from attendance.parents import Parent
from engine.registry import Accepted
from tests.handlers.desk import Desk

SUPPORTED = [
    {"area": area, "answer": "not_needed", "evidence": "Asked at the panel."}
    for area in ("send", "health", "social_care", "young_carer", "early_help")
]
STAFF = [{"name": "Ms Lena Hart", "role": "attendance lead", "group": "school"}]
PANEL_ON = date(2026, 12, 7)  # Mon: posted Tue 24 Nov first class, deemed Thu 26 Nov
REVIEW_ON = date(2027, 1, 18)  # Mon, six weeks after the panel


def arrangement(day: date, **changes: Any) -> dict[str, Any]:
    """The answers that arrange a meeting."""
    return {
        "meeting_on": day.isoformat(),
        "begins": "10:30",
        "place": "Room 4",
        "postage": "first",
        "attendees": STAFF,
        "no_governor": "None is free before the holidays.",
        "no_pupil": "Jamie told Ms Hart on Monday what to say.",
        **changes,
    }


def arrange(desk: Desk, kind: str, day: date, **changes: Any) -> str:
    """Arranges a meeting; gives its id."""
    accepted = desk.complete(
        "arrange_meeting", "meetings.arrange", arrangement(day, **changes), prepare="meetings.prepare", kind=kind
    )
    meeting: str = accepted.routing["meeting"]
    return meeting


def invite(desk: Desk, meeting: str) -> dict[str, str]:
    """Invites every parent; gives the invitations by parent."""
    parents = desk.serve("parents.list")
    return {parent: desk.serve("letters.invite_parent", parent=parent, meeting=meeting) for parent in parents}


def post(desk: Desk, meeting: str, day: date, *, postage: str = "first") -> Accepted:
    """The post room posts every letter on one day."""
    prepared = desk.prepare("posting.prepare", meeting=meeting)
    rows = [
        {**row, "posted_on": day.isoformat(), "postage": postage, "proof": "certificate of posting"}
        for row in prepared["answers"]["letters"]
    ]
    return desk.complete(
        "confirm_posting", "posting.accept", {"letters": rows}, prepare="posting.prepare", meeting=meeting
    )


def row_of(parent: Parent, *, absent: frozenset[UUID] = frozenset()) -> dict[str, Any]:
    """A parent's row in the record of a meeting."""
    if parent.id in absent:
        return {
            "adult": str(parent.id),
            "attended": False,
            "signed": "absent",
            "reason": "At work.",
            "engage": "Ms Hart telephones in the evening.",
        }
    return {"adult": str(parent.id), "attended": True, "signed": "signed", "handed_over": True}


def minuted(desk: Desk, *, absent: frozenset[UUID] = frozenset(), **changes: Any) -> dict[str, Any]:
    """The answers that record a meeting which was held."""
    return {
        "held": True,
        "attendance": [row_of(parent, absent=absent) for parent in desk.facts.parents],
        "others": [{"name": "Ms Lena Hart", "role": "attendance lead", "signed": "signed"}],
        "pupil_signed": "signed",
        "voice_sought": True,
        "voice_result": "given",
        "voice_how": "A talk",
        "voice_on": desk.facts.today.isoformat(),
        "voice_by": "Ms Lena Hart",
        "wishes_and_feelings": "Jamie wants to come by bus with friends.",
        "working_well": "Art.",
        "issues": "The bus comes late.",
        "barriers": "Mornings in the dark.",
        "other_concerns": "None.",
        "responsibilities_by": "Ms Lena Hart",
        "defences_by": "Ms Lena Hart",
        "consequences_by": "Ms Lena Hart",
        "efforts_of_parents": "They call every morning.",
        "efforts_of_pupil": "On time on every Monday.",
        "is_accurate": True,
        **changes,
    }


def record(desk: Desk, meeting: str, answers: Mapping[str, Any]) -> Accepted:
    """Records a meeting."""
    return desk.complete(
        "record_meeting", "meetings.record", answers, prepare="meetings.prepare_record", meeting=meeting
    )


def agreed(desk: Desk, **changes: Any) -> dict[str, Any]:
    """The answers that agree a plan."""
    return {
        "target_sessions": 2,
        "period_from": "2026-12-08",
        "period_to": "2027-01-15",
        "actions": [
            {"barrier": "The bus", "action": "Ask for the earlier bus", "who": "Ms Hart", "by": "2026-12-18"},
        ],
        "review_on": REVIEW_ON.isoformat(),
        "contracts": [
            {**row, "contract": row["contract"] or "signed", "agrees_to": "Calls before nine."}
            for row in desk.prepare("plans.prepare")["answers"]["contracts"]
        ],
        **changes,
    }


def agree(desk: Desk, **changes: Any) -> Accepted:
    """Agrees the panel's plan."""
    return desk.complete("plan", "plans.agree", agreed(desk, **changes), prepare="plans.prepare", element="AgreePlan")


def hold_panel(desk: Desk, *, absent: frozenset[UUID] = frozenset()) -> str:
    """From the arrangement on Tue 24 Nov to a panel on Mon 7 Dec 2026 with its plan."""
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    desk.at(PANEL_ON, hour=12)
    record(desk, meeting, minuted(desk, absent=absent))
    agree(desk)
    return meeting


def hold_review(desk: Desk, *, absent: frozenset[UUID] = frozenset(), on: date = REVIEW_ON) -> str:
    """After the panel: a review, on Mon 18 Jan 2027 unless another day is given, posted on Mon 4 Jan."""
    hold_panel(desk, absent=absent)
    desk.at(date(2027, 1, 4))
    meeting = arrange(desk, "review", on, late_reason="Nobody was well." if on > REVIEW_ON else None)
    invite(desk, meeting)
    post(desk, meeting, date(2027, 1, 4))
    desk.at(on, hour=12)
    record(desk, meeting, minuted(desk, absent=absent))
    return meeting


def decided(code: str, **changes: Any) -> dict[str, Any]:
    """The answers that decide the outcome."""
    return {
        "outcome": code,
        "decided_on": REVIEW_ON.isoformat(),
        "efforts": "Jamie was on time on Mondays.",
        "next_steps": "Ms Hart looks at the register every Friday.",
        **({"support": SUPPORTED} if code == "O3" else {}),
        **changes,
    }


def decide(desk: Desk, code: str, *, advice: str, **changes: Any) -> Accepted:
    """Decides the outcome against an advice."""
    return desk.complete(
        "outcome",
        "outcomes.accept",
        decided(code, **changes),
        prepare="outcomes.prepare",
        element="DecideOutcome",
        advice=advice,
    )
