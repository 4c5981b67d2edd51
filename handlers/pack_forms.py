"""The Attendance Case Management Form and the Application to Prosecute about one parent, each field with its source."""

from datetime import date
from typing import Any

from attendance.limitation import last_safe_day
from attendance.outcomes import outcome_of
from attendance.papers import Paper, heading, signature, table, text
from handlers.against import Against
from handlers.letter_fields import DEFENCES, full, target_in_words
from handlers.measures import MEASURES
from handlers.pack_sources import ADMISSION, ATTENDANCE, Row, answered, row
from handlers.support_gate import ANSWERS, AREAS

WIDTHS = (5, 8, 5)
HEAD = ("Asked", "Known", "Source")
BASES = {
    "biological": "Biological parent",
    "parental_responsibility": "Parental responsibility",
    "care": "Care of the child",
}
LIVES_WITH = {"full": "All the time", "part": "Part of the time", "none": "No"}
OFFENCES = {"s444_1": "Education Act 1996 section 444(1)", "s444_1A": "Education Act 1996 section 444(1A)"}
EARLY = {
    "engaged": "What was done to engage the parents",
    "addressed": "What was done to address attendance",
    "panel_was_on": "Attendance support panel on",
    "targets": "Targets set before",
    "barriers": "Barriers found",
    "plan": "What was agreed before",
    "worked_before": "What worked before",
    "aeo_consulted_on": "Attendance and Entitlement Officer consulted on",
    "aeo_officer": "Officer",
    "aeo_advice": "Advice",
}
CONTRACTS = {
    "signed": "Signed",
    "refused": "Offered, refused by the parent",
    "absent": "Not offered: the parent was not present",
    "not_offered": "Not offered",
}


def case_form(against: Against, *, signed: str) -> Paper:
    """The Attendance Case Management Form. Source: R089, domain.md 6.4."""
    said = answered(against.facts, "CompleteCaseForm")
    own: dict[str, Any] = said.answers if said else {}
    source = said.source if said else ""
    blocks = (
        text("What is not known is left open. Each answer names the record it comes from."),
        *_section("The child", _child(against)),
        *_section("The parent", _parent(against)),
        *_section("Support before Fast Track", _early(against)),
        *_section("Support considered", _support(own, source)),
        *_section("Fast Track", _procedure(against)),
        *_section(
            "Assessment",
            [
                row("Interventions and support offered", own.get("interventions"), source),
                row("Consultation of the Attendance and Entitlement Officer", own.get("aeo_consultation"), source),
                row("Language, interpreter", own.get("language"), source),
                row("Risk to staff", own.get("risk"), source),
                row("Health", own.get("health"), source),
                row("Recommendation", own.get("recommendation"), source),
                row("Completed on", _day(own.get("completed_on")), source),
                row("Completed by", own.get("completed_by"), source),
            ],
        ),
        signature(f"Attendance Case Management Form about {against.parent.name}. {signed}.", "Head teacher, date:"),
    )
    return Paper("case-form", "Attendance Case Management Form", blocks=blocks)


def application(against: Against, *, signed: str) -> Paper:
    """The Application to Prosecute one parent. Source: R090, R031, domain.md 6.4."""
    said = answered(against.facts, "CompleteApplication")
    own: dict[str, Any] = said.answers if said else {}
    source, mine = said.source if said else "", against.own_row
    first, last = against.period
    charged = against.charged
    days = against.facts.calendar.days
    safe = min((last_safe_day(each.day, days=days) for each in charged), default=None)
    blocks = (
        text("What is not known is left open. Each answer names the record it comes from."),
        *_section("The parent", _parent(against)),
        *_section("The child", _child(against)),
        *_section(
            "The application",
            [
                row("Route asked of the authority", MEASURES.get(mine.get("route", "")), source),
                row("Why this route", mine.get("route_reason"), source),
                row("Offence", OFFENCES.get(mine.get("offence") or ""), source),
                row("Period", f"{full(first)} to {full(last)}", source),
                row("Sessions relied on", len(charged), ATTENDANCE),
                row(
                    "Sessions left out, dealt with by a penalty notice",
                    len(against.sessions) - len(charged),
                    ATTENDANCE,
                ),
                row("First session relied on can be charged until", full(safe) if safe else "", "Six months, 26 weeks"),
                row("Earlier penalty notices, contracts or convictions", mine.get("earlier_measures"), source),
                row("Penalty notices on record", _notices(against), "Record of penalty notices"),
                row("Statutory defences considered", own.get("defences"), source),
                row("Education supervision order considered", own.get("supervision_order"), source),
                row("Completed on", _day(own.get("completed_on")), source),
            ],
        ),
        signature(f"Application to prosecute {against.parent.name}. {signed}.", "Head teacher, date:"),
    )
    return Paper("application", "Application to Prosecute", blocks=blocks)


def _section(title: str, rows: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    return heading(title), table(HEAD, rows, widths=WIDTHS)


def _child(against: Against) -> list[Row]:
    pupil, school = against.pupil, against.school
    return [
        row("Name", f"{pupil.forename} {pupil.surname}", ADMISSION),
        row("Date of birth", full(pupil.born) if pupil.born else "", ADMISSION),
        row("Unique pupil number", pupil.upn, ADMISSION),
        row("Year and class", f"{pupil.year} {pupil.registration_group}".strip(), ADMISSION),
        row("School", f"{school.name}, URN {school.urn}", "School record"),
    ]


def _parent(against: Against) -> list[Row]:
    parent = against.parent
    said = answered(against.facts, "EstablishParents")
    source = said.source if said else ADMISSION
    address = parent.address
    verified = full(address.verified_on) if address and address.verified_on else ""
    born = against.own_row.get("born")
    return [
        row("Name", parent.name, ADMISSION),
        row("Date of birth", _day(born), "Application to Prosecute"),
        row("Address", "\n".join(address.as_letter) if address else "", source),
        row("Address checked on", verified, source),
        row("Relationship to the child", parent.relationship, source),
        row("Parent under section 576 because", BASES.get(parent.basis), source),
        row("Lives with the child", LIVES_WITH.get(parent.lives_with), source),
    ]


def _early(against: Against) -> list[Row]:
    said = answered(against.facts, "ReviewEarlySupport")
    own: dict[str, Any] = said.answers if said else {}
    source = said.source if said else ""
    return [
        row(asked, _day(own.get(name)) if name.endswith("_on") else own.get(name), source)
        for name, asked in EARLY.items()
    ]


def _support(own: dict[str, Any], source: str) -> list[Row]:
    rows = {each["area"]: each for each in own.get("support") or []}
    return [
        row(
            words, ". ".join(part for part in (ANSWERS.get(of.get("answer") or ""), of.get("evidence")) if part), source
        )
        for area, words in AREAS.items()
        for of in [rows.get(area, {})]
    ]


def _procedure(against: Against) -> list[Row]:
    facts, plan = against.facts, against.plan
    opening = facts.opening
    rows = [
        row("Reference", facts.case.reference, "Case record"),
        row(
            "When the case was opened",
            f"{full(opening.as_at)}: {opening.figures['unauthorised']} of {opening.figures['possible']} sessions "
            "unauthorised",
            ATTENDANCE,
        ),
    ]
    for kind, words in (("panel", "Panel"), ("review", "Review")):
        meeting = against.held(kind)
        came = against.presence(meeting) if meeting else None
        present = "" if came is None else ", this parent attended" if came.attended else ", this parent was not there"
        rows.append(row(words, f"{full(meeting.day)}{present}" if meeting else "", "Minutes"))
    agreed = ""
    if plan and plan.target_sessions is not None and plan.period_from and plan.period_to:
        agreed = target_in_words(plan.target_sessions, plan.period_from, plan.period_to)
        agreed = agreed[:1].upper() + agreed[1:]
    rows.append(row("Target", agreed, "Plan"))
    rows.append(
        row("Attendance contract with this parent", CONTRACTS.get(against.contract.get("contract", "")), "Plan")
    )
    return rows + _outcomes(against)


def _outcomes(against: Against) -> list[Row]:
    rows = []
    for stage, words in (("review", "Outcome of the review"), ("internal_review", "Internal review")):
        found = outcome_of(against.facts.db, against.facts.case.id, stage=stage)
        if found is None:
            continue
        said = "referred to the authority" if found.is_referral else found.code
        figures = found.figures
        rows.append(
            row(
                words,
                f"{full(found.decided_on)}: {said}. {figures['unauthorised']} of {figures['possible']} sessions "
                f"unauthorised, at most {figures['target_sessions']} were agreed. {found.reason}",
                "Decision",
            )
        )
        if defence := DEFENCES.get(found.details.get("defence", "")):
            rows.append(row("Defence found", defence, "Decision"))
    return rows


def _notices(against: Against) -> str:
    return (
        "\n".join(
            f"{notice.reference}, {full(notice.issued_on)}, {notice.status}, {len(notice.sessions)} sessions"
            for notice in against.notices
        )
        or "None"
    )


def _day(iso_day: Any) -> str:
    return full(date.fromisoformat(iso_day)) if iso_day else ""
