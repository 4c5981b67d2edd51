"""What a conscientious caseworker of the demo answers to each form, from what the form itself shows and offers."""

from collections.abc import Callable, Mapping

from api.demo.question import Answers, Question
from api.demo.referral_answers import (
    application,
    case_form,
    consider,
    evidence,
    head_signs,
    submit,
    support_considered,
)
from api.demo.unforeseen import UNFORESEEN

LATE = "No earlier day leaves every parent the notice that is due."


def early_support(q: Question) -> Answers:
    """Everything was tried, and nothing has helped yet."""
    siblings = bool(q.filled.get("siblings_here"))
    return {
        "engaged": "Two calls home and a meeting with the tutor; the family came once.",
        "addressed": "A later start on Mondays for two weeks and a place in the breakfast club.",
        "panel_was_held": True,
        "panel_was_on": q.day(-21),
        "panel_attended_by": "Attendance lead, head of year, parent",
        "targets_set": True,
        "targets": "No more than two unauthorised sessions in four weeks.",
        "barrier_identified": True,
        "barriers": "Mornings are hard since the bus route changed.",
        "plan_agreed": True,
        "plan": "Collected by the school minibus from the stop on Monday and Tuesday.",
        "early_plan_used": True,
        "issues_before": False,
        "siblings_here": siblings,
        **({"siblings_here_names": q.filled["siblings_here_names"]} if siblings else {}),
        "siblings_elsewhere": False,
        "approach": "separate" if siblings else "no_siblings",
        **({"approach_reason": "Only one of the children is missing school."} if siblings else {}),
        "aeo_consulted": True,
        "aeo_consulted_on": q.day(-3),
        "aeo_officer": "Attendance and Entitlement Officer",
        "aeo_advice": "Start Fast Track if the next fortnight shows no change.",
        "decision": "go_on",
    }


def ask_authority(q: Question) -> Answers:
    """The officer is telephoned the same day."""
    return {
        "asked_on": q.day(),
        "officer": "Attendance and Entitlement Officer",
        "advice": "Too few sessions for Fast Track: go on with early support, and look again in two weeks.",
        "next_step": "The tutor meets the family, and the register is looked at in a fortnight.",
    }


def parents(q: Question) -> Answers:
    """Every adult on the admission register is checked by telephone today."""
    rows = []
    for row in q.rows("parents"):
        row |= {"is_current": True, "verified_on": q.day(), "verified_how": "Telephone, against the admission register"}
        row |= {"evidence": "The admission register"}
        row.setdefault("confidential", False)
        rows.append(row)
    return {"parents": rows, "statement": "no_other_parent_known"}


def arrange_meeting(q: Question) -> Answers:
    """The day that the form suggests, at half past nine, with everybody who ought to be there."""
    return {
        "meeting_on": q.filled["meeting_on"],
        "begins": q.filled.get("begins", "09:30"),
        "place": q.filled.get("place", "Meeting room 1, main building"),
        "postage": "first",
        "attendees": [
            {"name": "The attendance lead", "role": "School attendance lead", "group": "school"},
            {"name": "A governor", "role": "Governor", "group": "governor"},
            {"name": "The pupil", "role": "Pupil", "group": "pupil"},
        ],
        **({"reason": q.filled["reason"]} if q.filled.get("reason") else {}),
        **q.checked(),
        **({"late_reason": q.filled.get("late_reason") or LATE} if _is_late(q) else {}),
    }


def _is_late(q: Question) -> bool:
    last_day = q.shown.get("last_day")
    return last_day is not None and q.filled["meeting_on"] > last_day


def confirm_posting(q: Question) -> Answers:
    """Every letter went first class today, with a certificate of posting."""
    return {
        "letters": [
            {**row, "posted_on": q.day(), "postage": "first", "proof": "Certificate of posting"}
            for row in q.rows("letters")
        ]
    }


def record_meeting(q: Question) -> Answers:
    """Held; the first parent came and signed, the others were absent."""
    attendance = [
        {
            **row,
            "attended": number == 0,
            "signed": "signed" if number == 0 else "absent",
            "handed_over": number == 0,
            **({"engage": "Ring in the evening and offer a meeting at the library."} if number else {}),
        }
        for number, row in enumerate(q.rows("attendance"))
    ]
    return {
        "held": True,
        "attendance": attendance,
        "others": [{"name": "The attendance lead", "role": "School attendance lead", "signed": "signed"}],
        "pupil_signed": "signed",
        "voice_sought": True,
        "voice_result": "given",
        "voice_how": "Talk with the pupil's mentor",
        "voice_on": q.day(),
        "voice_by": "Mentor",
        "wishes_and_feelings": "Likes art and the friends in it; dreads the bus.",
        "working_well": "Art, and lunch with friends.",
        "issues": "Mornings at the start of the week.",
        "barriers": "The bus, and being tired on Mondays.",
        "other_concerns": "None raised.",
        "responsibilities_by": "School attendance lead",
        "defences_by": "School attendance lead",
        "consequences_by": "School attendance lead",
        "efforts_of_parents": "Came to the meeting and answered every call.",
        "efforts_of_pupil": "Came in on three Mondays.",
        "is_accurate": True,
        **q.checked(),
    }


def plan(
    q: Question, *, barrier: str = "Mornings at the start of the week", action: str = "The tutor rings at eight."
) -> Answers:
    """A measurable target until the review, and one action tied to the barrier."""
    review_on = q.filled.get("review_on") or q.shown.get("latest_review")
    period_to = q.filled.get("period_to") or review_on
    return {
        "target_sessions": 3,
        "period_from": q.filled.get("period_from", q.day(1)),
        "period_to": period_to,
        "actions": [
            {
                "barrier": barrier,
                "action": action,
                "who": "School attendance lead",
                "by": q.day(3),
            }
        ],
        "review_on": review_on,
        "contracts": [
            {**row, "contract": row.get("contract") or "signed", "agrees_to": "Calls the school before nine."}
            for row in q.rows("contracts")
        ],
        **q.checked(),
    }


def outcome(q: Question, *, code: str) -> Answers:
    """One of the four, with its reason."""
    answers: Answers = {
        "outcome": code,
        "decided_on": q.day(),
        "reason": {
            "O1": "The target was reached and attendance has improved.",
            "O2": "A medical report shows that illness prevented attendance.",
            "O3": "Unauthorised absence went on after the panel.",
            "O4": "Attendance improved, but the target was not reached.",
        }[code],
        "efforts": "The family kept in touch and the pupil came in on most Mondays.",
        "next_steps": "The school goes on with the support that was agreed.",
        **q.checked(),
    }
    if code == "O3":
        answers["support"] = support_considered(q)
    if code == "O2":
        answers |= {"defence": "sickness", "evidence": "Report of the community paediatrician."}
    if code == "O4":
        answers |= {
            "review_again": q.filled.get("review_again") or q.shown["latest_internal_review"],
            "all_clear": True,
        }
    return answers


def step_down(q: Question) -> Answers:
    """A plan that goes on after the case is closed."""
    return {
        "actions": [
            {
                "barrier": "Treatment on Monday mornings",
                "action": "Work is sent home on days of treatment.",
                "who": "Head of year",
                "by": q.day(7),
            }
        ],
        "authorised_absences": "Appointments are authorised when the letter is shown.",
        "owner": "School attendance lead",
        "review_on": q.filled.get("review_on") or q.day(42),
    }


def internal_review(q: Question, *, decision: str) -> Answers:
    """Closed, or referred to the authority."""
    return {
        "decision": decision,
        "decided_on": q.day(),
        "reason": "Attendance has held." if decision == "closed" else "Unauthorised absence went on.",
        "next_steps": "The tutor keeps an eye on Mondays." if decision == "closed" else "The application is prepared.",
        **q.checked(),
        "support": q.rows("support") if decision == "closed" else support_considered(q),
    }


FORMS: Mapping[str, Callable[..., Answers]] = UNFORESEEN | {
    form.__name__: form
    for form in (
        early_support,
        ask_authority,
        parents,
        arrange_meeting,
        confirm_posting,
        record_meeting,
        plan,
        outcome,
        step_down,
        internal_review,
        case_form,
        application,
        evidence,
        head_signs,
        submit,
        consider,
    )
}
