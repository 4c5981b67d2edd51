"""The office imports adults while people work on the case."""

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from attendance import tables as records
from engine.database import transaction
from handlers.imports import import_adults
from tests.journeys.world import PUPILS_UPN, World

HEADER = "UPN,Adult id,Title,Forename,Surname,Relationship,Basis,Lives with pupil,Address confidential"
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def test_an_import_and_the_lead_who_establish_the_same_parents_never_wait_for_each_other(world: World) -> None:
    case = world.open()
    world.do(case, "ReviewEarlySupport")
    # The form has Ada before Sam, the file Sam before Ada.
    rows = [f"{PUPILS_UPN},{world.father},Mr,Sam,Okafor,Dad,biological,part,no"]
    rows += [f"{PUPILS_UPN},{world.mother},Mrs,Ada,Okafor,Mum,biological,full,no"]
    content = "\n".join([HEADER, *rows]).encode()
    runtime = world.player.runtime

    with ThreadPoolExecutor() as people:
        with transaction(runtime.engine) as db:
            # Holds up the lead in the middle of the first parent.
            address = records.address.c
            db.execute(select(address.id).where(address.adult_id == world.mother).with_for_update())
            lead = people.submit(world.do, case, "EstablishParents")
            wait_for_waiting(world, 1)
            office = people.submit(import_adults, runtime, school_id=world.school, content=content)
            wait_for_waiting(world, 2)
        lead.result()
        found = office.result()

    assert found.parenthoods_changed == 2
    assert world.tasks(case) == ["ArrangeMeeting"]
    assert not world.incidents()


def wait_for_waiting(world: World, number: int) -> None:
    """Until so many transactions wait for a lock."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with transaction(world.player.runtime.engine) as db:
            if db.execute(WAITING).scalar_one() >= number:
                return
        time.sleep(0.02)
    raise TimeoutError(f"{number} never waited.")
