"""What the case's records show of one parent: minutes, plan, chronology, service, and what the pack leaves out."""

from datetime import date

from attendance.meetings import Meeting
from attendance.outcomes import outcome_of
from attendance.papers import Paper, heading, table, text
from attendance.words import in_words
from engine.clock import london_day
from handlers.against import Against, Letter
from handlers.letter_fields import actions_in_words, full, target_in_words
from handlers.minutes import SIGNED, sections_of, signatures_of, those_present
from handlers.pack_forms import CONTRACTS

Entry = tuple[date, str, str]


def minutes(against: Against, meeting: Meeting) -> Paper:
    """The minutes as they are disclosed, with this parent's presence and signature and nobody else's."""
    kept, came = meeting.minutes or {}, against.presence(meeting)
    present = [*those_present(kept), *([against.parent.name] if came and came.attended else [])]
    signed = [*signatures_of(kept), *([f"{against.parent.name}: {SIGNED[came.signed]}"] if came else [])]
    return Paper(
        f"minutes-{meeting.kind}",
        f"Minutes of the {meeting.kind} on {full(meeting.day)}",
        blocks=(
            text(f"{meeting.place}\nPresent: {'; '.join(present)}"),
            *(block for each in sections_of(kept) for block in (heading(each["heading"]), text(each["text"]))),
            heading("Signatures"),
            text("\n".join(signed)),
        ),
    )


def plan(against: Against) -> Paper | None:
    """The plan and what became of the attendance contract with this parent."""
    agreed = against.plan
    if agreed is None or agreed.target_sessions is None or agreed.period_from is None or agreed.period_to is None:
        return None
    note = against.contract.get("note") or ""
    contract = CONTRACTS.get(against.contract.get("contract", ""), "Nothing is on record")
    return Paper(
        "plan",
        "Plan and attendance contract",
        blocks=(
            heading("Target"),
            text(f"{target_in_words(agreed.target_sessions, agreed.period_from, agreed.period_to).capitalize()}."),
            heading("Actions"),
            table(["Action"], [[action] for action in actions_in_words(agreed.actions)], widths=[1]),
            heading(f"Attendance contract with {against.parent.name}"),
            text(f"{contract}. {note}".strip()),
        ),
    )


def chronology(against: Against) -> Paper:
    """What happened, day by day, as far as it concerns this parent and the child."""
    entries = sorted(_entries(against), key=lambda entry: entry[0])
    return Paper(
        "chronology",
        "Chronology",
        blocks=(
            table(["Day", "What happened", "Record"], [[in_words(d), w, s] for d, w, s in entries], widths=[4, 10, 4]),
        ),
    )


def service(against: Against) -> Paper:
    """How each letter was served on this parent. Source: R030, R033, domain.md 3.3."""
    rows = [
        [
            full(letter.made_on),
            letter.title,
            f"{full(letter.posted_on)}, {letter.postage} class" if letter.posted_on else _given(letter),
            letter.proof or "No proof on record",
            full(letter.received_on) if letter.received_on else "–",
        ]
        for letter in against.letters
        if not letter.is_called_off
    ]
    return Paper(
        "service",
        "Service of the letters",
        blocks=(
            text(f"Each letter was addressed to {against.parent.name} alone."),
            table(
                ["Letter of", "Letter", "Posted", "Proof", "Counts as received"],
                rows,
                widths=[4, 6, 5, 5, 4],
                small=True,
            ),
        ),
    )


def unused(against: Against) -> Paper:
    """Material that the school holds and the pack does not rely on, so that none is lost. Source: domain.md 6.4."""
    rows = [
        [f"Letter “{letter.title}” of {full(letter.made_on)}, called off or returned", letter.failure or "Not served"]
        for letter in against.letters
        if letter.is_called_off
    ]
    rows += [
        [f"Arrangement of the {meeting.kind} for {full(meeting.day)}", "The meeting did not take place on that day"]
        for kind in ("panel", "review")
        for meeting in against.meetings(kind)
        if meeting.state != "held"
    ]
    rows += [
        ["The child's own words, as they were taken down", "Not sent: the minutes say what may be disclosed"],
        ["Parts of the minutes that are not for disclosure", "They are about third persons"],
        ["Drafts of answers, and former versions of corrected ones", "Superseded"],
        [
            "Former marks of the register, with who changed them and when",
            "The certificate is of the register as it stands",
        ],
    ]
    return Paper(
        "unused-material",
        "Schedule of unused material",
        blocks=(
            text("The school holds this and does not rely on it. It is kept, and shown to the prosecutor on request."),
            table(["Material", "Why it is not relied on"], rows, widths=[9, 7]),
        ),
    )


def _given(letter: Letter) -> str:
    return f"Given to the post room on {full(letter.sent_on)}" if letter.sent_on else "Not posted yet"


def _entries(against: Against) -> list[Entry]:
    facts, opening = against.facts, against.facts.opening
    early = against.answer("ReviewEarlySupport")
    entries: list[Entry] = []
    for name, words in (
        ("panel_was_on", "Attendance support panel"),
        ("aeo_consulted_on", "Attendance and Entitlement Officer consulted"),
    ):
        if early.get(name):
            entries.append((date.fromisoformat(early[name]), words, "Early support"))
    figures = opening.figures
    entries.append(
        (
            opening.as_at,
            f"Fast Track case opened: {figures['unauthorised']} of {figures['possible']} sessions unauthorised",
            "Register",
        )
    )
    for kind in ("panel", "review"):
        entries += _meetings(against, kind)
    if (agreed := against.plan) and (held := against.held("panel")):
        contract = CONTRACTS.get(against.contract.get("contract", ""), "nothing on record")
        words = f"Plan agreed, review fixed for {full(agreed.review_on)}" if agreed.review_on else "Plan agreed"
        entries.append((held.day, f"{words}. Attendance contract: {contract.lower()}", "Plan"))
    for stage, words in (("review", "Outcome of the review decided"), ("internal_review", "Internal review decided")):
        if found := outcome_of(facts.db, facts.case.id, stage=stage):
            said = "referral to the authority" if found.is_referral else found.code
            entries.append((found.decided_on, f"{words}: {said}", "Decision"))
    for contact in against.contacts:
        reached = "" if contact.reached else " (not reached)"
        words = f"{contact.kind.capitalize()} with the parent{reached}: {contact.said}"
        entries.append((london_day(contact.happened_at), words, "Contact log"))
    for paper in against.papers:
        entries.append((paper.made_on, f"Handed to the parent: “{paper.title}”", "Documents"))
    for letter in against.letters:
        if not letter.is_called_off:
            how = f"posted {letter.postage} class" if letter.posted_on else "made"
            entries.append((letter.posted_on or letter.made_on, f"Letter “{letter.title}” {how}", "Letters"))
    return entries


def _meetings(against: Against, kind: str) -> list[Entry]:
    entries: list[Entry] = []
    for meeting in against.meetings(kind):
        for reply in against.replies(meeting):
            decided = {True: "found reasonable", False: "not found reasonable", None: "not decided yet"}[
                reply.reasonable
            ]
            entries.append(
                (
                    reply.received_on,
                    f"The parent said they could not attend the {kind}: {reply.reason} ({decided})",
                    "Reply",
                )
            )
        if meeting.state == "held" and (came := against.presence(meeting)):
            there = f"attended, minutes: {SIGNED[came.signed]}" if came.attended else "did not attend"
            entries.append((meeting.day, f"{kind.capitalize()} held. The parent {there}", "Minutes"))
        elif meeting.state == "not_held":
            entries.append((meeting.day, f"The {kind} was not held on this day", "Meetings"))
    return entries
