"""What the demo's caseworkers answer when a case goes to the authority."""

from api.demo.question import Answers, Question

NO_CONTRACT = "A parent who was not at the panel could not be offered a contract."


def support_considered(q: Question) -> list[Answers]:
    """Every area was looked at before the authority is asked."""
    return [
        {**row, "answer": "not_needed", "evidence": "Asked at the panel and at the review; nothing was found."}
        for row in q.rows("support")
    ]


def case_form(q: Question) -> Answers:
    """The Attendance Case Management Form."""
    return {
        "completed_on": q.day(),
        "completed_by": "School attendance lead",
        "interventions": "Calls, meetings, the minibus, the breakfast club, the panel and its plan.",
        "aeo_consultation": "Advice was taken before the panel and after the review.",
        "send": "none",
        "social_care": "none",
        "support": support_considered(q),
        "recommendation": "The authority is asked to consider legal action.",
    }


def application(q: Question) -> Answers:
    """The Application to Prosecute, for every parent."""
    return {
        "completed_on": q.day(),
        "period_from": q.filled.get("period_from", q.day(-60)),
        "period_to": q.filled.get("period_to", q.day()),
        "parents": [
            {
                **row,
                "apply": True,
                "offence": "s444_1A",
                "route": "prosecution",
                "route_reason": "The panel, its plan and the review have changed nothing.",
            }
            for row in q.rows("parents")
        ],
        "defences": "Each statutory defence was considered; none is made out on what the school holds.",
        "supervision_order": True,
    }


def evidence(q: Question) -> Answers:
    """All that the council's list asks to be ticked is there, and a witness has said what happened."""
    return {
        "completed_on": q.day(),
        "pieces": q.offered("pieces"),
        "missing_reason": NO_CONTRACT,
        "witness": "Ms Anna Berg",
        "witness_role": "School attendance lead",
        "witness_adult": True,
        "witness_reads": True,
        "statement": "I rang the home on each morning of absence and wrote down what was said.",
    }


def head_signs(q: Question) -> Answers:
    """The head teacher signs."""
    return {"signed": True, "name": "The head teacher", "signed_on": q.day()}


def submit(q: Question) -> Answers:
    """Submitted in time, with a receipt."""
    return {
        "submitted_on": q.day(),
        "receipt": "Receipt by e-mail",
        "is_complete": True,
        "missing_reason": NO_CONTRACT,
    }


def consider(q: Question, *, decision: str = "proceedings") -> Answers:
    """The authority decides."""
    return {
        "decision": decision,
        "received_on": q.day(),
        "decided_on": q.day(),
        "notices": q.rows("notices"),
        **({} if decision == "proceedings" else {"reason": "More is needed before a court would look at it."}),
        **(
            {"measure_kind": "supervision_order", "measure": "An education supervision order is applied for."}
            if decision == "other_measure"
            else {}
        ),
    }
