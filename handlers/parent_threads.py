"""Each parent's own thread through a case: asked, answered, came, was given what; and what of it is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from attendance import tables
from attendance.meetings import Meeting, meetings_of
from attendance.notice import Postage
from attendance.parents import BASES, Parent
from attendance.slots import grade_of
from engine import tables as engine_tables
from engine.calls import latest_answer
from engine.clock import london_day
from handlers.facts import Facts
from handlers.missing_letters import MissingLetter, missing_letters

COPIES = frozenset({"L3", "L4", "L7"})  # letters that carry the minutes
CATCH_UP = "L10"  # carries those of the meetings before it


@dataclass(frozen=True)
class Missing:
    """Something that would not stand up: the rule that asks for it, in words, and the meeting or letter it is about."""

    rule: str
    words: str
    about: str = ""


@dataclass(frozen=True)
class Served:
    """One letter of invitation, and how long a notice it gave."""

    serving: int
    delivery_id: UUID
    posted_on: date | None
    postage: str | None
    proof: str
    received_on: date | None
    grade: str  # evidence, clear, literal, short; "" while it is not posted
    failure: str
    is_cancelled: bool


@dataclass(frozen=True)
class Sent:
    """One letter other than an invitation."""

    letter: str
    delivery_id: UUID
    document_id: UUID
    made_on: date
    state: str
    posted_on: date | None
    postage: str | None
    proof: str


@dataclass(frozen=True)
class Took:
    """A parent and one meeting. What is None was not recorded."""

    meeting: Meeting
    invitations: Sequence[Served]
    replies: Sequence[Row[Any]]
    attendance: Row[Any] | None
    copies: Sequence[Sent]


@dataclass(frozen=True)
class Thread:
    """One parent's thread. A case complies only when nothing is missing in any."""

    parent: Parent
    is_parent_now: bool
    link: Row[Any]
    meetings: Sequence[Took]
    letters: Sequence[Sent]
    contract: str
    missing: Sequence[Missing] = field(default=())


def threads(facts: Facts) -> list[Thread]:
    """The thread of every adult who is a parent, or was written to as one. Source: R022-R069, domain.md 2.3."""
    now = {parent.id for parent in facts.parents}
    letters = _letters(facts)
    lacking = missing_letters(facts.db, facts.case.id)
    found = []
    for adult in facts.adults:
        if adult.basis in BASES or any(recipient == adult.id for recipient, _ in letters):
            found.append(_thread(facts, adult, letters, lacking, is_parent_now=adult.id in now))
    return found


def _thread(
    facts: Facts,
    adult: Parent,
    letters: Sequence[tuple[UUID, Sent]],
    lacking: Sequence[MissingLetter],
    *,
    is_parent_now: bool,
) -> Thread:
    own = [sent for recipient, sent in letters if recipient == adult.id]
    took = [_took(facts, adult, meeting, own) for meeting in _meetings(facts)]
    invited = {served.delivery_id for one in took for served in one.invitations}
    contracts = (latest_answer(facts.db, facts.case.id, "AgreePlan") or {}).get("contracts") or []
    thread = Thread(
        parent=adult,
        is_parent_now=is_parent_now,
        link=_link(facts, adult),
        meetings=took,
        letters=[sent for sent in own if sent.delivery_id not in invited],
        contract=next((row["contract"] for row in contracts if row["adult"] == str(adult.id)), ""),
    )
    if not is_parent_now:
        return thread
    return Thread(**{**vars(thread), "missing": list(_missing(facts, thread, lacking))})


def _missing(facts: Facts, thread: Thread, lacking: Sequence[MissingLetter]) -> Iterator[Missing]:
    adult = thread.parent
    if not adult.may_correspond:
        return
    if adult.is_nowhere:
        yield Missing("R028", "Nobody knows an address: try the last one, other schools, the authority's officer.")
    elif not adult.is_reachable:
        yield Missing("R028", "The address has not been checked since it changed.")
    if not thread.link.evidence:
        yield Missing("R023", "Nothing says how the school knows that this adult is a parent.")
    for letter in lacking:
        if letter.parent == adult.id:
            yield Missing("R030", f"Letter {letter.letter} was not made.", letter.letter)
    for took in thread.meetings:
        yield from _missing_of(took)
    if not thread.contract and latest_answer(facts.db, facts.case.id, "AgreePlan"):
        yield Missing("R004", "Nothing says whether this parent signed an attendance contract.")
    for sent in thread.letters:
        if sent.state == "sent" and sent.posted_on is None:
            yield Missing("R031", f"Nothing proves that letter {sent.letter} was posted.", str(sent.delivery_id))


def _missing_of(took: Took) -> Iterator[Missing]:
    meeting, about = took.meeting, str(took.meeting.id)
    if meeting.state not in ("arranged", "held"):
        return
    standing = [served for served in took.invitations if not (served.failure or served.is_cancelled)]
    latest = standing[-1] if standing else None
    if not took.invitations:
        yield Missing("R030", f"Not invited to the {meeting.kind}.", about)
    elif latest is None:
        yield Missing("R030", f"The invitation to the {meeting.kind} failed and was not served again.", about)
    elif latest.posted_on is None:
        yield Missing("R033", f"Nothing says when the invitation to the {meeting.kind} was posted.", about)
    else:
        if latest.grade != "evidence":
            words = f"The notice of the {meeting.kind} is {latest.grade}: it may not stand as evidence."
            yield Missing("R070" if meeting.kind == "review" else "R033", words, about)
        if not latest.proof:
            yield Missing("R031", f"Nothing proves that the invitation to the {meeting.kind} was posted.", about)
    if any(reply.reasonable is None for reply in took.replies):
        yield Missing("R041", f"The reason not to come to the {meeting.kind} is not decided.", about)
    if meeting.state == "held":
        yield from _missing_afterwards(took)


def _missing_afterwards(took: Took) -> Iterator[Missing]:
    meeting, there, about = took.meeting, took.attendance, str(took.meeting.id)
    copies = [sent for sent in took.copies if sent.state != "cancelled"]
    if there is None or not there.attended:
        if not copies:
            yield Missing("R060", f"No copy of the minutes of the {meeting.kind} was sent.", about)
        if there is None:
            yield Missing("R048", f"Not known as a parent when the {meeting.kind} was held.", about)
        return
    if there.signed == "remote":
        yield Missing("R066", f"The minutes of the {meeting.kind} are still to be signed.", about)
    if not there.handed_over and not copies:
        yield Missing("R068", f"No copy of the minutes of the {meeting.kind} was handed over or sent.", about)


def _took(facts: Facts, adult: Parent, meeting: Meeting, own: Sequence[Sent]) -> Took:
    i, r, a = tables.invitation.c, tables.reply.c, tables.attendance_at_meeting.c
    db, here = facts.db, meeting.id
    invitations = db.execute(
        select(tables.invitation).where(i.meeting_id == here, i.adult_id == adult.id).order_by(i.serving)
    )
    replies = db.execute(select(tables.reply).where(r.meeting_id == here, r.adult_id == adult.id).order_by(r.id))
    attendance = db.execute(select(tables.attendance_at_meeting).where(a.meeting_id == here, a.adult_id == adult.id))
    copies = _copies(facts, meeting)
    return Took(
        meeting=meeting,
        invitations=[_served(facts, meeting, row) for row in invitations],
        replies=replies.all(),
        attendance=attendance.one_or_none(),
        copies=[sent for sent in own if sent.delivery_id in copies],
    )


def _served(facts: Facts, meeting: Meeting, row: Row[Any]) -> Served:
    grade = ""
    if row.posted_on is not None:
        notice = facts.notice(row.posted_on, postage=Postage.of(row.postage), to=row.adult_id)
        grade = grade_of(meeting.day, notice)
    return Served(
        serving=row.serving,
        delivery_id=row.delivery_id,
        posted_on=row.posted_on,
        postage=row.postage,
        proof=row.proof,
        received_on=row.received_on,
        grade=grade,
        failure=row.failure,
        is_cancelled=row.cancelled_at is not None,
    )


def _letters(facts: Facts) -> list[tuple[UUID, Sent]]:
    d, p = engine_tables.delivery.c, tables.posting.c
    rows = facts.db.execute(
        select(d.id, d.letter, d.recipient, d.document_id, d.state, d.created_at, p.posted_on, p.postage, p.proof)
        .join_from(engine_tables.delivery, tables.posting, p.delivery_id == d.id, isouter=True)
        .where(d.case_id == facts.case.id)
        .order_by(d.id)
    )
    return [
        (
            UUID(row.recipient),
            Sent(
                row.letter,
                row.id,
                row.document_id,
                london_day(row.created_at),
                row.state,
                row.posted_on,
                row.postage,
                row.proof or "",
            ),
        )
        for row in rows
    ]


def _copies(facts: Facts, meeting: Meeting) -> set[UUID]:
    """The letters that carry the minutes of a meeting."""
    d = engine_tables.delivery.c
    of_its_day = and_(d.letter.in_(COPIES), d.fields["meeting_day"].as_string() == meeting.day.isoformat())
    caught_up = and_(d.letter == CATCH_UP, d.created_at > meeting.starts_at)
    found = select(d.id).where(d.case_id == facts.case.id, or_(of_its_day, caught_up))
    return set(facts.db.execute(found).scalars())


def _meetings(facts: Facts) -> list[Meeting]:
    return [meeting for kind in ("panel", "review") for meeting in meetings_of(facts.db, facts.case.id, kind=kind)]


def _link(facts: Facts, adult: Parent) -> Row[Any]:
    p = tables.parenthood
    found = select(p).where(p.c.pupil_id == facts.case.subject_id, p.c.adult_id == adult.id)
    return facts.db.execute(found).one()
