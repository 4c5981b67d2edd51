"""A school with one pupil of two parents, the real process published, and everybody played by one person."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.demo.player import Player
from api.documents.outbox import PostFolder
from api.documents.render import render
from engine import clock
from engine.bundles import read_folder
from engine.database import transaction
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.facts import Facts
from tests.builders import OPENED, make_adult, make_pupil, make_school, mark_register
from tests.journeys.world import World

MARKED_TO = OPENED - timedelta(days=3)  # the Friday before
BUNDLE = Path(__file__).parents[2] / "bpmn" / "fast_track"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    runtime = Runtime(engine, REGISTRY, Facts, render)
    publish(runtime, read_folder(BUNDLE), actor="system")
    with transaction(engine) as db:
        clock.start_at(db, datetime.combine(OPENED, datetime.min.time(), tzinfo=clock.LONDON).replace(hour=9))
        school = make_school(db)
        pupil = make_pupil(db, school)
        mark_register(db, pupil, last=MARKED_TO)
        mother = make_adult(db, school, pupil)
        father = make_adult(
            db,
            school,
            pupil,
            forename="Sam",
            title="Mr",
            relationship="Father",
            lines=["3 Quay Street", "Harbourton"],
            postcode="NR98 3CC",
        )
    player = Player(runtime, {"post": PostFolder(tmp_path / "letters")}, actor="player")
    return World(player, school, pupil, mother, father, tmp_path / "letters", MARKED_TO)
