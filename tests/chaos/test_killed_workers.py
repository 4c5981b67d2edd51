"""Two workers, killed at every commit boundary of everything they do; and the same with a claim that is broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine import tables
from engine.claiming import MOST_DEATHS
from engine.database import transaction
from tests.chaos.office import Office
from tests.chaos.workers import Program, Workers, looking
from tests.database import Server

CASES = 200
AT_ONCE = 16
FEW = 4  # rows that are left to do, the dead one's among them
# After the claim is committed, before the work is, and after it.
POINTS = [
    f"{queue}.{moment}"
    for queue in ("fire_timer", "hear", "send", "register_import")
    for moment in ("claimed", "done", "committed")
]


@pytest.fixture
def engine(database_server: Server) -> Iterator[Engine]:
    """A database of its own, whose clock stands on a school day."""
    with database_server.database() as engine:
        yield engine


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.leave()


def work_until_killed(office: Office, workers: Workers, points: list[str]) -> int:
    """Two workers with enough to do, until both are dead. Gives how often the clock moved under their hands."""
    left, moved = len(points), 0
    office.bring_cases(AT_ONCE)
    office.bring_register()
    for point in points:
        workers.start(f"{point}@1" if point.startswith("register") else f"{point}@3")
    for _ in looking():
        left -= workers.bury()
        if not left:
            break
        if office.left_to_do() < FEW and len(office.cases) < CASES:
            office.bring_cases(AT_ONCE)
            office.bring_register()
            moved += 1
    office.let_leases_end()
    return moved


def test_two_workers_killed_at_every_boundary_lose_nothing_and_do_nothing_twice(
    office: Office, program: Program, tmp_path: Path
) -> None:
    with Workers(program, office.engine, tmp_path) as workers:
        moved = sum(
            work_until_killed(office, workers, POINTS[number : number + 2]) for number in range(0, len(POINTS), 2)
        )
        office.bring_cases(CASES - len(office.cases))
        workers.start()
        workers.start()
        for _ in looking():
            if not office.left_to_do():
                break
        ends = workers.stop()

    assert len(office.cases) == CASES
    assert list(office.problems(tmp_path / "sent")) == []
    # Two died with a letter in hand, and three importing beside it; a clock that moves takes one from whoever has it.
    assert office.doubts() <= 2 + 3 + 2 * moved
    assert ends == ["0", "0"]


def test_a_claim_that_is_broken_is_found_out(office: Office, program: Program, tmp_path: Path) -> None:
    office.bring_cases(20)
    with Workers(program, office.engine, tmp_path, mode="broken") as workers:
        workers.start()
        workers.start()
        for _ in looking():
            if not office.left_to_do() or office.incidents():
                break
        workers.stop()

    assert list(office.problems(tmp_path / "sent")) != []


def test_a_case_that_kills_its_workers_becomes_an_incident_and_the_others_go_on(
    office: Office, program: Program, tmp_path: Path
) -> None:
    office.bring_cases(AT_ONCE)
    poisoned, *others = office.cases
    c = tables.case.c
    with transaction(office.engine) as db:
        subject = db.execute(select(c.subject_id).where(c.id == poisoned)).scalar_one()
    deaths = 0
    with Workers(program, office.engine, tmp_path) as workers:
        (tmp_path / "poison").write_text(str(subject))
        workers.start()
        workers.start()
        for _ in looking():
            for _ in range(workers.bury()):
                deaths += 1
                workers.start()
                office.let_leases_end()
            if office.incidents() and office.left_to_do() == 1:
                break
        workers.stop()

    ((command, case_id, problem),) = office.incidents()
    assert (command, case_id, problem.split(":")[0]) == ("fire_timer", poisoned, "KilledItsWorker")
    assert deaths == MOST_DEATHS
    office.cases = others
    assert [told for told in office.problems(tmp_path / "sent") if str(others[0]) in told] == []
