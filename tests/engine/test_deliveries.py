"""What goes out: once, as far as the world allows."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from engine import clock, tables
from engine.commands import retry
from engine.database import transaction
from engine.deliveries import Parcel, cancel, send_due
from engine.doubts import settle
from engine.ids import new_id
from engine.runtime import Runtime
from tests.engine.small import OWNER, days_pass, do, new_case, rows

D = tables.delivery.c


@dataclass
class Shelf:
    """A channel that puts parcels on a shelf, while it is not broken."""

    refuses_duplicates: bool = True
    is_broken: bool = False
    fails_with: Exception | None = None
    sent: list[UUID] = field(default_factory=list)
    recalled: list[UUID] = field(default_factory=list)

    def send(self, parcel: Parcel) -> None:
        if self.is_broken:
            raise OSError("the shelf is full")
        if self.fails_with:
            raise self.fails_with
        self.sent.append(parcel.id)

    def recall(self, parcel: Parcel) -> None:
        if self.is_broken:
            raise OSError("the shelf is locked")
        self.recalled.append(parcel.id)


@pytest.fixture
def letter(runtime: Runtime, case_id: UUID) -> Any:
    do(runtime, case_id, "AskFirst", said="hello")
    (row,) = rows(runtime, tables.delivery)
    return row


def state(runtime: Runtime) -> str:
    (row,) = rows(runtime, tables.delivery)
    return row.state


def test_a_letter_goes_out_once(runtime: Runtime, letter: Any) -> None:
    shelf = Shelf()
    assert send_due(runtime, {"post": shelf}) == 1
    assert send_due(runtime, {"post": shelf}) == 0

    assert shelf.sent == [letter.id]
    assert state(runtime) == "sent"


def test_its_bytes_and_their_hash_are_kept_from_the_moment_it_was_decided(runtime: Runtime, letter: Any) -> None:
    (document,) = rows(runtime, tables.document)

    assert b"Hello ((name))." in document.content
    assert (document.id, document.kind, document.title) == (letter.document_id, "N1", "A note")


def test_a_channel_that_cannot_now_is_tried_again_later_and_then_left_to_a_person(
    runtime: Runtime, letter: Any
) -> None:
    shelf = Shelf(is_broken=True)
    for _ in range(3):
        assert send_due(runtime, {"post": shelf}) == 1
        assert send_due(runtime, {"post": shelf}) == 0
        days_pass(runtime, 0.1)

    (row,) = rows(runtime, tables.delivery)
    assert (row.state, row.attempts, row.problem) == ("failed", 3, "the shelf is full")


def test_a_letter_for_a_channel_that_this_worker_has_not_waits(runtime: Runtime, letter: Any) -> None:
    assert send_due(runtime, {"email": Shelf()}) == 0
    assert state(runtime) == "queued"


def test_a_letter_called_off_before_it_went_never_goes(runtime: Runtime, letter: Any) -> None:
    shelf = Shelf()
    with transaction(runtime.engine) as db:
        cancel(db, [letter.id], now=clock.now(db))
    send_due(runtime, {"post": shelf})

    assert (shelf.sent, shelf.recalled) == ([], [])
    assert state(runtime) == "cancelled"


def test_a_letter_called_off_afterwards_is_called_back_once(runtime: Runtime, letter: Any) -> None:
    shelf = Shelf()
    send_due(runtime, {"post": shelf})
    with transaction(runtime.engine) as db:
        cancel(db, [letter.id], now=clock.now(db))
    assert send_due(runtime, {"post": shelf}) == 1
    assert send_due(runtime, {"post": shelf}) == 0

    assert shelf.recalled == [letter.id]


@pytest.mark.parametrize(
    ("refuses_duplicates", "attempts", "then"),
    [(True, 1, "sent"), (False, 1, "in_doubt"), (True, 3, "failed")],
    ids=["a channel that refuses doubles sends again", "another leaves it to a person", "three deaths are enough"],
)
def test_what_a_dead_worker_had_in_hand(
    runtime: Runtime, letter: Any, refuses_duplicates: bool, attempts: int, then: str
) -> None:
    with transaction(runtime.engine) as db:
        db.execute(update(tables.delivery).values(state="sending", attempts=attempts, lease_until=clock.now(db)))
    days_pass(runtime, timedelta(minutes=6) / timedelta(days=1))
    send_due(runtime, {"post": Shelf(refuses_duplicates=refuses_duplicates)})

    assert state(runtime) == then


def test_a_letter_that_fails_unexpectedly_becomes_an_incident_and_the_others_go_out(
    runtime: Runtime, letter: Any
) -> None:
    do(runtime, new_case(runtime, owner_id=OWNER, subject_id=new_id()), "AskFirst", said="hello")
    broken, shelf = Shelf(fails_with=ValueError("no such paper")), Shelf()
    assert send_due(runtime, {"post": broken}, limit=1) == 1
    assert send_due(runtime, {"post": shelf}) == 1

    (incident,) = rows(runtime, tables.incident)
    assert (incident.command, incident.case_id, incident.problem) == (
        "send",
        letter.case_id,
        "ValueError: no such paper",
    )
    assert [row.state for row in rows(runtime, tables.delivery)] == ["failed", "sent"]
    retry(runtime, incident.id, actor="boss")
    send_due(runtime, {"post": shelf})
    assert [row.state for row in rows(runtime, tables.delivery)] == ["sent", "sent"]
    assert letter.id in shelf.sent


def test_whoever_settles_such_a_letter_resolves_its_incident(runtime: Runtime, letter: Any) -> None:
    send_due(runtime, {"post": Shelf(fails_with=ValueError("no such paper"))})
    settle(runtime, letter.id, went_out=False, actor="clerk")
    shelf = Shelf()
    send_due(runtime, {"post": shelf})

    assert shelf.sent == [letter.id]
    assert rows(runtime, tables.incident)[0].resolved_by == "clerk"


def test_a_letter_that_cannot_be_called_back_becomes_an_incident(runtime: Runtime, letter: Any) -> None:
    send_due(runtime, {"post": Shelf()})
    with transaction(runtime.engine) as db:
        cancel(db, [letter.id], now=clock.now(db))
    for _ in range(3):
        send_due(runtime, {"post": Shelf(is_broken=True)})
        days_pass(runtime, 0.1)

    (incident,) = rows(runtime, tables.incident)
    assert (incident.command, incident.problem) == ("send", "OSError: the shelf is locked")
    shelf = Shelf()
    retry(runtime, incident.id, actor="boss")
    send_due(runtime, {"post": shelf})
    assert shelf.recalled == [letter.id]
