"""Builds every part of the service from its settings. The one place that knows them all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import api
from api.database import Database, open_database
from api.documents.checking import letter_problems
from api.documents.outbox import PostFolder
from api.documents.render import render
from api.failpoints import killed_at
from api.packs.binding import bound
from api.scenarios.proof import prove
from api.settings import Settings, point_to_be_killed_at
from engine.deliveries import Channel
from engine.runtime import Runtime, nobody_is_told
from handlers import REGISTRY
from handlers.calendar_basis import CalendarBasis
from handlers.facts import Facts
from handlers.pack_checks import list_problems
from handlers.samples import SampleCase

# Beside the packages, in a checkout as in an installed wheel.
BUNDLE = Path(api.__file__).parent.parent / "bpmn" / "fast_track"


@dataclass(frozen=True)
class Wiring:
    """The parts, ready to be used by pages, commands and background work."""

    settings: Settings
    database: Database
    runtime: Runtime
    channels: Mapping[str, Channel]


@contextmanager
def wired(settings: Settings) -> Iterator[Wiring]:
    """The service's parts while they are needed. Raises ServiceError when the database cannot be had."""
    with open_database(settings) as database:
        yield wire(settings, database)


def wire(settings: Settings, database: Database) -> Wiring:
    """The parts on a database that is open already."""
    runtime = Runtime(
        engine=database.engine,
        registry=REGISTRY,
        make_facts=Facts,
        render=render,
        read_letter=letter_problems,
        sample=SampleCase,
        prove=partial(prove, settings),
        basis=CalendarBasis(),
        reached=killed_at(point, database.engine) if (point := point_to_be_killed_at()) else nobody_is_told,
        read_list=list_problems,
        bind=bound,
    )
    return Wiring(settings, database, runtime, {"post": PostFolder(settings.post_folder)})
