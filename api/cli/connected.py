"""Commands that need the settings or the database say in one sentence why they cannot have them."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.cli.output import CommandFailed
from api.errors import ServiceError
from api.settings import load_settings
from api.wiring import Wiring, wired


@contextmanager
def connected() -> Iterator[Wiring]:
    """The service's parts, for a command that runs beside the service or without it."""
    with in_a_sentence(), wired(load_settings()) as wiring:
        yield wiring


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """Turns what keeps the service from starting into a command's answer."""
    try:
        yield
    except ServiceError as error:
        raise CommandFailed(str(error)) from error
