"""The measures that are open against one parent, from the case's records."""

from typing import Any

from attendance.ages import compulsory_school_age
from attendance.limitation import in_time
from attendance.measures import TITLES as MEASURES
from attendance.measures import Measure, Standing, measures
from attendance.meetings import current_invitations
from attendance.penalty_notices import WITHDRAWN, within_three_years
from attendance.route_records import routes_in, spans_on
from handlers.against import Against
from handlers.support_gate import AREAS

__all__ = ["MEASURES", "measures_against", "measures_shown"]


def measures_against(against: Against) -> tuple[Measure, ...]:
    """Every measure with its conditions as they stand today."""
    facts = against.facts
    form, applied = against.answer("CompleteCaseForm"), against.answer("CompleteApplication")
    charged = [session.day for session in against.charged]
    met = [meeting for kind in ("panel", "review") if (meeting := against.held(kind))]
    presence = [against.presence(meeting) for meeting in met]
    given = [notice.issued_on for notice in against.notices if notice.status != WITHDRAWN]
    return measures(
        Standing(
            sessions_for_notice=_sessions_for_notice(against),
            notices_in_three_years=len(within_three_years(given, as_at=facts.today)),
            has_attended=any(came is not None and came.attended for came in presence),
            contract=against.contract.get("contract", ""),
            sessions_in_time=len(in_time(charged, laid_on=facts.today, days=facts.calendar.days)),
            sessions_needed=facts.policy.threshold_sessions,
            all_notices_served=bool(met) and all(is_served(against, meeting.id) for meeting in met),
            is_support_considered=len(_supported(form) | _supported(against.answer("DecideOutcome"))) == len(AREAS),
            is_order_considered=bool(applied.get("supervision_order")),
            are_defences_considered=bool(applied.get("defences")),
            is_of_age=_is_of_age(against),
        )
    )


def measures_shown(against: Against) -> list[dict[str, Any]]:
    """The measures as a form shows them."""
    return [
        {
            "measure": measure.name,
            "title": measure.title,
            "is_open": measure.is_open,
            "conditions": [
                {"condition": each.words, "is_met": each.is_met, "rule": each.rule} for each in measure.conditions
            ],
        }
        for measure in measures_against(against)
    ]


def is_served(against: Against, meeting_id: Any) -> bool:
    """Whether this parent's own invitation to a meeting stands and was posted."""
    letters = current_invitations(against.facts.db, meeting_id)
    return any(one.adult_id == against.parent.id and one.stands and one.posted_on for one in letters)


def _supported(answers: Any) -> set[str]:
    return {row["area"] for row in answers.get("support") or [] if row.get("answer") and row.get("evidence")}


def _sessions_for_notice(against: Against) -> int:
    facts = against.facts
    spans = spans_on(facts.db, facts.case.owner_id, as_at=facts.today, calendar=facts.calendar)
    for routed in routes_in(facts.db, facts.case.owner_id, facts.case.subject_id, spans=spans):
        return next((found.count for found in routed.findings if found.route == "penalty_notice"), 0)
    return 0


def _is_of_age(against: Against) -> bool:
    born = against.pupil.born
    if born is None:
        return True
    first, last = compulsory_school_age(born)
    return first <= against.facts.today <= last
