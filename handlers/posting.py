"""The post room: which invitation was posted on which day, by which class, with what proof."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from attendance import tables
from attendance.meetings import Invitation, current_invitations, invitation_by_id, meeting_by_id
from attendance.notice import Postage, deemed_receipt
from engine import tables as engine_tables
from engine.calls import Call
from engine.clock import london_day
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, past_day, prepared, rows_of, text_of
from handlers.facts import Facts
from handlers.meeting_facts import latest_posting_days


@handler("posting.prepare")
def prepare(call: Call, *, meeting: str) -> Prepared:
    """One row for each invitation of this meeting that is still to be posted."""
    return _prepared(call, _to_post(call, UUID(meeting)))


@handler("posting.accept")
def accept(call: Call, answers: Answers, *, meeting: str) -> Accepted:
    """Keeps day, class and proof of each letter. Source: R030, R031, R033, R070."""
    return _accept(call, answers, {str(letter.id): letter for letter in _to_post(call, UUID(meeting))})


@handler("posting.prepare_one")
def prepare_one(call: Call, *, invitation: str) -> Prepared:
    """The one letter that was served again, unless it was called back since."""
    return _prepared(call, _served_again(call, invitation))


@handler("posting.accept_one")
def accept_one(call: Call, answers: Answers, *, invitation: str) -> Accepted:
    """As `posting.accept`, for the one letter that was served again (domain.md E11)."""
    return _accept(call, answers, {str(letter.id): letter for letter in _served_again(call, invitation)})


def _to_post(call: Call, meeting: UUID) -> list[Invitation]:
    # Letters served again are posted in a task of their own.
    return [
        invitation
        for invitation in current_invitations(call.db, meeting)
        if invitation.stands and invitation.posted_on is None and invitation.serving == 1
    ]


def _served_again(call: Call, invitation: str) -> list[Invitation]:
    letter = invitation_by_id(call.db, UUID(invitation))
    # A letter that failed before it was posted is never posted: another one takes its place.
    return [letter] if letter.stands else []


def _prepared(call: Call, letters: Sequence[Invitation]) -> Prepared:
    facts: Facts = call.facts
    if not letters:
        return prepared(answers={"letters": []})
    meeting = meeting_by_id(call.db, letters[0].meeting_id)
    needs = {adult.id: adult.needs for adult in facts.adults}  # a letter that cannot be read gives no notice (E43)
    rows = [
        {"invitation": str(letter.id), "posted_on": call.today.isoformat(), "postage": meeting.postage, "proof": ""}
        for letter in letters
    ]
    return prepared(
        answers={"letters": rows},
        shown={
            "meeting_on": meeting.day.isoformat(),
            "latest_posting": {grade: day.isoformat() for grade, day in latest_posting_days(facts, meeting).items()},
            "needs": {str(letter.id): needs[letter.adult_id] for letter in letters if needs.get(letter.adult_id)},
            "deliveries": {str(letter.id): str(letter.delivery_id) for letter in letters},
        },
        offers={"invitation": [choice(letter.id, facts.name_of(letter.adult_id)) for letter in letters]},
    )


def _accept(call: Call, answers: Answers, letters: dict[str, Invitation]) -> Accepted:
    days = keep_posting(call, answers, letters)
    if missing := letters.keys() - {row["invitation"] for row in rows_of(answers, "letters")}:
        raise Refusal("letter_left_out", f"{len(missing)} letters are left out.", rule="R030", field="letters")
    return Accepted({}, max(days, default=call.today))


def keep_posting(call: Call, answers: Answers, letters: Mapping[str, Invitation]) -> list[date]:
    """Keeps day, class and proof of each of these letters. Gives the days."""
    facts: Facts = call.facts
    made_on = _made_on(call, letters.values())
    days = []
    for row in rows_of(answers, "letters"):
        letter = letters.get(row["invitation"])
        if letter is None:
            raise Refusal("not_waiting", "This letter does not wait to be posted.", rule="R030", field="letters")
        posted_on = past_day(row, "posted_on", today=call.today, rule="R033", field="letters")
        if posted_on < made_on[letter.delivery_id]:
            raise Refusal(
                "before_it_was_made", "The letter was not made yet on that day.", rule="R033", field="letters"
            )
        days.append(posted_on)
        call.db.execute(
            update(tables.invitation)
            .where(tables.invitation.c.id == letter.id)
            .values(
                posted_on=posted_on,
                postage=row["postage"],
                proof=text_of(row, "proof"),
                received_on=deemed_receipt(
                    posted_on,
                    postage=Postage(row["postage"]),
                    days=facts.calendar.days,
                    country=facts.country_of(letter.adult_id),
                ),
            )
        )
        call.note(
            "letter_posted",
            invitation=str(letter.id),
            parent=str(letter.adult_id),
            posted_on=posted_on.isoformat(),
            postage=row["postage"],
        )
    return days


def _made_on(call: Call, letters: Iterable[Invitation]) -> dict[UUID, date]:
    """The day on which each letter was decided and rendered, by its delivery."""
    d = engine_tables.delivery.c
    wanted = [letter.delivery_id for letter in letters]
    made = call.db.execute(select(d.id, d.created_at).where(d.id.in_(wanted)))
    return {row.id: london_day(row.created_at) for row in made}
