"""Where a test has a worker killed: at a point between two commits, by name. Without a test nothing is here at all."""

import os
import signal
from collections.abc import Callable
from itertools import count
from uuid import UUID

from sqlalchemy import Engine

from api.errors import ServiceError
from api.settings import KILL_AT
from engine import clock
from engine.database import transaction


class NotForTests(ServiceError):
    """This process was told to be killed at a point of its work, on a database that does not belong to a demo."""


def killed_at(point: str, engine: Engine) -> Callable[[str, UUID], None]:
    """What is told of every point that is reached. `point` is a name and how often it is reached: `send.done@3`.

    Raises NotForTests: it does not happen by accident.
    """
    with transaction(engine) as db:
        if not clock.is_demo(db):
            raise NotForTests(f"{NotForTests.__doc__} Take {KILL_AT} away.")
    name, _, times = point.partition("@")
    reached_before = count(1)

    def reached(where: str, _: UUID) -> None:
        if where == name and next(reached_before) == int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    return reached
