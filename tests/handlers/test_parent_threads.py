"""Each parent's own thread, and what of it is missing (domain.md 2.3)."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update

from attendance import tables
from attendance.notice import Postage
from engine import tables as engine_tables
from engine.registry import Refusal
from handlers.parent_threads import Thread, threads
from handlers.proofs import record_posting
from tests.builders import make_adult
from tests.handlers.desk import ACTOR, Desk, two_parents
from tests.handlers.stories import PANEL_ON, agree, arrange, hold_panel, invite, minuted, post, record

WITHOUT_EVIDENCE = ("R023", "Nothing says how the school knows that this adult is a parent.")


def threads_of(desk: Desk) -> Mapping[UUID, Thread]:
    return {thread.parent.id: thread for thread in threads(desk.facts)}


def missing(desk: Desk, adult: UUID) -> list[tuple[str, str]]:
    """Rule and words of what is missing for a parent."""
    return [(one.rule, one.words) for one in threads_of(desk)[adult].missing]


def plan_without(desk: Desk, adult: UUID) -> None:
    """The plan was agreed in its task, and nobody spoke of a contract with this adult."""
    a = engine_tables.answer
    kept = desk.db.execute(select(a.c.id, a.c.answers).order_by(a.c.id.desc()).limit(1)).one()
    contracts = [row for row in kept.answers["contracts"] if row["adult"] != str(adult)]
    values = {"element": "AgreePlan", "answers": {**kept.answers, "contracts": contracts}}
    desk.db.execute(update(a).where(a.c.id == kept.id).values(**values))


@pytest.fixture
def parents(desk: Desk) -> tuple[UUID, UUID]:
    """Mother and father, of whom the school says how it knows."""
    found = two_parents(desk)
    desk.db.execute(update(tables.parenthood).values(evidence="Admission register"))
    return found


@pytest.mark.rule("R030", "R031", "R033")
def test_a_thread_says_when_how_and_with_what_notice_a_parent_was_invited(
    desk: Desk, parents: tuple[UUID, UUID]
) -> None:
    mother, father = parents
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    before = missing(desk, mother)
    invite(desk, meeting)
    made = missing(desk, mother)
    post(desk, meeting, date(2026, 11, 24))

    (took,) = threads_of(desk)[mother].meetings
    (letter,) = took.invitations

    assert before == [("R030", "Not invited to the panel.")]
    assert made == [("R033", "Nothing says when the invitation to the panel was posted.")]
    assert (letter.posted_on, letter.postage, letter.received_on, letter.grade, letter.proof) == (
        date(2026, 11, 24),
        "first",
        date(2026, 11, 26),
        "evidence",
        "certificate of posting",
    )
    assert missing(desk, mother) == missing(desk, father) == []


@pytest.mark.rule("R033", "R031")
def test_a_notice_that_may_not_stand_and_a_posting_without_proof_are_missing_for_this_parent_alone(
    desk: Desk, parents: tuple[UUID, UUID]
) -> None:
    mother, father = parents
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(date(2026, 11, 26))
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 26))
    i = tables.invitation
    desk.db.execute(update(i).where(i.c.adult_id == father).values(posted_on=date(2026, 11, 24), proof=""))

    assert missing(desk, mother) == [("R033", "The notice of the panel is clear: it may not stand as evidence.")]
    assert missing(desk, father) == [("R031", "Nothing proves that the invitation to the panel was posted.")]


@pytest.mark.rule("R030")
def test_an_invitation_that_failed_is_missing_until_it_is_served_again(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    mother, father = parents
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    letters = invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    i = tables.invitation
    failed = update(i).where(i.c.id == UUID(letters[str(father)])).values(failed_at=desk.now, failure="returned")
    desk.db.execute(failed)

    lacking = missing(desk, father)
    desk.serve("letters.serve_again", invitation=letters[str(father)])

    assert lacking == [("R030", "The invitation to the panel failed and was not served again.")]
    assert missing(desk, father) == [("R033", "Nothing says when the invitation to the panel was posted.")]
    assert [served.serving for served in threads_of(desk)[father].meetings[0].invitations] == [1, 2]
    assert missing(desk, mother) == []


@pytest.mark.rule("R041")
def test_a_reason_that_nobody_has_decided_on_is_missing(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    mother, _ = parents
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    answers = {"parent": str(mother), "reason": "Works.", "received_on": "2026-11-24", "how": "phone"}
    desk.complete("cannot_attend", "replies.report", answers, prepare="replies.prepare_report", meeting=meeting)

    assert missing(desk, mother) == [("R041", "The reason not to come to the panel is not decided.")]
    assert [reply.reason for reply in threads_of(desk)[mother].meetings[0].replies] == ["Works."]


@pytest.mark.rule("R059", "R060", "R068")
def test_minutes_are_missing_until_they_were_handed_over_or_sent(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    mother, father = parents
    meeting = hold_panel(desk, absent=frozenset({father}))
    before = missing(desk, father)

    desk.serve("letters.give_minutes", recipient=str(father), meeting=meeting)

    assert before == [("R060", "No copy of the minutes of the panel was sent.")]
    assert missing(desk, father) == missing(desk, mother) == []
    there = threads_of(desk)[mother].meetings[0].attendance
    assert there is not None
    assert (there.attended, there.signed, there.handed_over) == (True, "signed", True)
    assert [sent.letter for sent in threads_of(desk)[father].meetings[0].copies] == ["L3"]


@pytest.mark.rule("R004")
def test_a_thread_says_whether_the_parent_signed_a_contract(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    mother, father = parents
    hold_panel(desk)
    plan_without(desk, father)

    assert {adult: thread.contract for adult, thread in threads_of(desk).items()} == {mother: "signed", father: ""}


@pytest.mark.rule("R004", "R066")
def test_a_signature_that_comes_later_and_a_contract_nobody_spoke_of_are_missing(
    desk: Desk, parents: tuple[UUID, UUID]
) -> None:
    mother, father = parents
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    desk.at(PANEL_ON, hour=12)
    answers = minuted(desk)
    next(row for row in answers["attendance"] if row["adult"] == str(mother))["signed"] = "remote"
    record(desk, meeting, answers)
    agree(desk)
    plan_without(desk, father)

    assert missing(desk, mother) == [("R066", "The minutes of the panel are still to be signed.")]
    assert missing(desk, father) == [("R004", "Nothing says whether this parent signed an attendance contract.")]


@pytest.mark.rule("R048")
def test_who_was_not_known_then_has_a_thread_from_then_on(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    hold_panel(desk)
    late = make_adult(desk.db, desk.school, desk.pupil, surname="Vane", forename="Ida", relationship="Grandmother")
    before = missing(desk, late)

    desk.serve("letters.send", letter="L10", recipient=str(late))

    assert WITHOUT_EVIDENCE in before
    assert ("R060", "No copy of the minutes of the panel was sent.") in before
    assert missing(desk, late) == [
        WITHOUT_EVIDENCE,
        ("R030", "Not invited to the panel."),
        ("R048", "Not known as a parent when the panel was held."),
        ("R004", "Nothing says whether this parent signed an attendance contract."),
    ]
    assert parents[0] in threads_of(desk)


@pytest.mark.rule("R028")
def test_an_address_that_nobody_checked_or_knows_is_missing(desk: Desk, parents: tuple[UUID, UUID]) -> None:
    mother, father = parents
    a = tables.address
    desk.db.execute(update(a).where(a.c.adult_id == mother).values(verified_on=None))
    desk.db.execute(update(a).where(a.c.adult_id == father).values(lines=[], postcode=""))

    assert missing(desk, mother) == [("R028", "The address has not been checked since it changed.")]
    assert [rule for rule, _ in missing(desk, father)] == ["R028"]


def test_whoever_is_no_parent_any_more_keeps_the_thread_and_lacks_nothing(
    desk: Desk, parents: tuple[UUID, UUID]
) -> None:
    _, father = parents
    desk.at(date(2026, 11, 24))
    invite(desk, arrange(desk, "panel", PANEL_ON))
    p = tables.parenthood
    desk.db.execute(update(p).where(p.c.adult_id == father).values(until=date(2026, 11, 24)))

    thread = threads_of(desk)[father]

    assert (thread.is_parent_now, thread.missing) == (False, ())
    assert len(thread.meetings[0].invitations) == 1


@pytest.fixture
def cover(desk: Desk, parents: tuple[UUID, UUID]) -> UUID:
    """The father's covering letter with the minutes, made on the day of the panel and taken by the post room."""
    _, father = parents
    meeting = hold_panel(desk, absent=frozenset({father}))
    desk.serve("letters.give_minutes", recipient=str(father), meeting=meeting)
    d = engine_tables.delivery
    desk.db.execute(update(d).values(state="sent"))
    clock = engine_tables.clock
    ahead = desk.now - desk.db.execute(select(func.clock_timestamp())).scalar_one()
    desk.db.execute(delete(clock))
    desk.db.execute(insert(clock).values(id=1, demo=True, offset_seconds=int(ahead.total_seconds())))
    found: UUID = desk.db.execute(select(d.c.id).where(d.c.letter == "L3")).scalar_one()
    return found


def prove(desk: Desk, delivery: UUID, day: date, proof: str = "Certificate 4711") -> None:
    record_posting(desk.db, delivery, posted_on=day, postage=Postage.FIRST, proof=proof, actor=ACTOR)


@pytest.mark.rule("R031", "R060", "R069")
def test_any_letters_posting_can_be_proved(desk: Desk, parents: tuple[UUID, UUID], cover: UUID) -> None:
    _, father = parents
    before = missing(desk, father)

    prove(desk, cover, PANEL_ON)

    assert before == [("R031", "Nothing proves that letter L3 was posted.")]
    assert missing(desk, father) == []
    assert desk.history("letter_posted")[-1]["letter"] == "L3"


@pytest.mark.rule("R031", "R069")
@pytest.mark.parametrize(
    ("day", "proof", "code"),
    [
        (date(2026, 12, 6), "Certificate", "impossible_day"),
        (date(2026, 12, 8), "Certificate", "impossible_day"),
        (PANEL_ON, " ", "proof_missing"),
    ],
)
def test_a_proof_is_of_a_day_on_which_the_letter_could_be_posted(
    desk: Desk, cover: UUID, day: date, proof: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        prove(desk, cover, day, proof)
    assert refused.value.code == code


def test_a_letter_that_was_called_back_has_no_posting(desk: Desk, cover: UUID) -> None:
    d = engine_tables.delivery
    desk.db.execute(update(d).where(d.c.id == cover).values(state="cancelled"))

    with pytest.raises(Refusal) as refused:
        prove(desk, cover, PANEL_ON)

    assert refused.value.code == "called_back"


@pytest.mark.rule("R033")
def test_an_invitations_posting_is_confirmed_in_its_task(desk: Desk, cover: UUID) -> None:
    d = engine_tables.delivery
    first = desk.db.execute(select(d.c.id).where(d.c.letter == "L1").limit(1)).scalar_one()

    with pytest.raises(Refusal) as refused:
        prove(desk, first, PANEL_ON)

    assert (refused.value.code, refused.value.rule) == ("is_invitation", "R033")
    assert cover != first
