"""Work that takes long: claimed once, cancelled between steps, taken up again when its worker dies."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, literal, select, update

from engine import clock
from engine.database import transaction
from engine.errors import NotFound
from engine.ids import new_id
from engine.long_work import (
    MOST_ATTEMPTS,
    Cancelled,
    Claimed,
    EndedAlready,
    LeaseLost,
    cancel_work,
    claim_work,
    end_work,
    finish_work,
    give_back,
    put_back,
    queue_work,
    tell_progress,
)
from engine.registry import Registry
from engine.runtime import Runtime
from engine.tables import work

SCHOOL = new_id()
NOTHING: Any = (None, None)  # neither facts nor letters are asked for


def queue(engine: Engine, *, kind: str = "counting", is_taken: bool = False) -> Claimed:
    with transaction(engine) as db:
        return queue_work(
            db, kind=kind, owner_id=SCHOOL, arguments={"n": 1}, actor="ada", now=clock.now(db), is_taken=is_taken
        )


def claim(engine: Engine, kind: str = "counting") -> Claimed | None:
    return claim_work(Runtime(engine, Registry({}, {}), *NOTHING), kinds=[kind])


def claimed(engine: Engine) -> Claimed:
    found = claim(engine)
    assert found is not None
    return found


def row(engine: Engine, work_id: UUID) -> Any:
    with transaction(engine) as db:
        return db.execute(select(work).where(work.c.id == work_id)).one()


def its_worker_dies(engine: Engine, mine: Claimed) -> None:
    """The lease runs out."""
    with transaction(engine) as db:
        past = clock.NOW - literal(timedelta(seconds=1))
        db.execute(update(work).where(work.c.id == mine.id).values(lease_until=past))


def finish(engine: Engine, mine: Claimed) -> None:
    with transaction(engine) as db:
        finish_work(db, mine, result={"counted": 3}, now=clock.now(db))


def test_work_is_claimed_once_and_ends_with_its_result(engine: Engine) -> None:
    asked = queue(engine)
    mine = claimed(engine)

    assert (mine.id, mine.arguments, mine.actor, mine.attempts) == (asked.id, {"n": 1}, "ada", 1)
    assert claim(engine) is None
    tell_progress(engine, mine, 0.4)
    assert row(engine, mine.id).progress == 0.4
    finish(engine, mine)
    done = row(engine, mine.id)
    assert (done.state, done.progress, done.result) == ("done", 1, {"counted": 3})
    assert claim(engine) is None


def test_the_oldest_of_ones_own_kind_comes_first(engine: Engine) -> None:
    queue(engine, kind="singing")
    first, second = queue(engine), queue(engine)

    assert [claimed(engine).id, claimed(engine).id] == [first.id, second.id]


def test_work_taken_at_once_is_left_to_whoever_asked_until_that_one_dies(engine: Engine) -> None:
    asked = queue(engine, is_taken=True)
    assert claim(engine) is None

    its_worker_dies(engine, asked)

    again = claimed(engine)
    assert (again.id, again.attempts) == (asked.id, 2)
    with pytest.raises(LeaseLost):
        tell_progress(engine, asked, 0.9)
    with pytest.raises(LeaseLost):
        finish(engine, asked)
    finish(engine, again)


def test_telling_how_far_one_is_renews_the_lease(engine: Engine) -> None:
    queue(engine)
    mine = claimed(engine)
    its_worker_dies(engine, mine)

    tell_progress(engine, mine, 0.5)

    assert claim(engine) is None


def test_cancelled_work_is_told_so_at_its_next_step_and_at_its_end(engine: Engine) -> None:
    queue(engine)
    mine = claimed(engine)
    with transaction(engine) as db:
        cancel_work(db, mine.id, actor="ben", now=clock.now(db))

    with pytest.raises(Cancelled):
        tell_progress(engine, mine, 0.5)
    with pytest.raises(Cancelled):
        finish(engine, mine)
    with transaction(engine) as db:
        end_work(db, mine, state="cancelled", problem="", now=clock.now(db))
    assert (row(engine, mine.id).state, row(engine, mine.id).cancelled_by) == ("cancelled", "ben")
    with transaction(engine) as db, pytest.raises(EndedAlready):
        cancel_work(db, mine.id, actor="ben", now=clock.now(db))
    with transaction(engine) as db, pytest.raises(NotFound):
        cancel_work(db, new_id(), actor="ben", now=clock.now(db))


def test_work_that_fails_unexpectedly_is_tried_again_later_and_not_for_ever(engine: Engine) -> None:
    queue(engine)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        mine = claimed(engine)
        with transaction(engine) as db:
            assert put_back(db, mine) is (attempt < MOST_ATTEMPTS)
        assert claim(engine) is None  # not before a while has passed
        its_worker_dies(engine, mine)


def test_work_given_back_by_a_worker_that_stops_counts_no_attempt(engine: Engine) -> None:
    queue(engine)
    mine = claimed(engine)

    with transaction(engine) as db:
        give_back(db, mine)

    assert claimed(engine).attempts == 1
