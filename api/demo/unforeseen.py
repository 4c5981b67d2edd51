"""What the caseworker of the demo answers when something happens that the procedure does not ask for."""

from collections.abc import Callable

from api.demo.question import Answers, Question


def cannot_attend(q: Question, *, parent: int = 0) -> Answers:
    """A parent rings up: they cannot come."""
    return {
        "parent": q.offered("parent")[parent],
        "reason": "A hospital appointment on the same morning.",
        "received_on": q.day(),
        "how": "phone",
    }


def reasonable(_: Question, *, is_reasonable: bool = True) -> Answers:
    """The head teacher decides."""
    return _decided(is_reasonable=is_reasonable)


def late_replies(q: Question, *, is_reasonable: bool = True) -> Answers:
    """The head teacher decides on every reply before the meeting goes ahead."""
    return {"replies": [{**row, **_decided(is_reasonable=is_reasonable)} for row in q.rows("replies")]}


def notice_failed(q: Question, *, parent: int = 0) -> Answers:
    """A letter comes back."""
    return {"parent": q.offered("parent")[parent], "what": "returned", "found": "current", "learned_on": q.day()}


def parent_discovered(q: Question) -> Answers:
    """The pupil speaks of a grandmother who looks after them at weekends."""
    return {
        "title": "Mrs",
        "forename": "Rose",
        "surname": "Whitlow",
        "relationship": "Grandmother",
        "basis": "care",
        "lives_with": "part",
        "address": "8 Ferry Lane\nHarbourton",
        "postcode": "NR98 7DD",
        "confidential": False,
        "verified_on": q.day(),
        "told_by": "The pupil",
    }


def meet_new_parent(q: Question) -> Answers:
    """Rung up on the same day; glad to take part."""
    return {
        "contacted_on": q.day(),
        "how": "phone",
        "account": "Heard what was agreed so far, and was glad to be asked.",
        "takes_part": True,
    }


def reconsider(q: Question, *, decision: str = "go_on") -> Answers:
    """Whether the case goes on although it stands on less than at the start."""
    reason = "The family wants to keep the plan." if decision == "go_on" else "The case stands on too little now."
    return {"decision": decision, "reason": reason, "aeo_consulted": True, **q.checked()}


def withdraw(q: Question) -> Answers:
    """The school gives the case up."""
    reason = "Another way to support the family was found."
    return {"withdrawn_on": q.day(), "why": "support", "reason": reason, **q.checked()}


def pupil_left(q: Question) -> Answers:
    """The pupil goes to another school."""
    return {
        "left_on": q.day(),
        "why": "transferred",
        "destination": "Harbourton High School",
        "authority_told": True,
        "reason": "Your child is on the roll of another school now.",
    }


def outcome_changed(q: Question) -> Answers:
    """Evidence of a defence came after the referral."""
    return {
        "found_on": q.day(),
        "reason": "The hospital confirms that the child could not come in those weeks.",
        "evidence": "Letter of the hospital.",
    }


# Both questions of reconsidering are answered alike.
UNFORESEEN: dict[str, Callable[..., Answers]] = {
    "cannot_attend": cannot_attend,
    "reasonable": reasonable,
    "late_replies": late_replies,
    "notice_failed": notice_failed,
    "parent_discovered": parent_discovered,
    "meet_new_parent": meet_new_parent,
    "reconsider": reconsider,
    "reconsider_limitation": reconsider,
    "withdraw": withdraw,
    "pupil_left": pupil_left,
    "outcome_changed": outcome_changed,
}


def _decided(*, is_reasonable: bool) -> Answers:
    return {
        "reasonable": is_reasonable,
        "reason": "The appointment letter was shown." if is_reasonable else "It can be moved.",
    }
