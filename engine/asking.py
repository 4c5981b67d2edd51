"""Whoever asks for something can keep their answer in the very transaction that does it.

A process may die between that commit and its answer: asked again, it would otherwise be done again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection

Keep = Callable[[Connection, Any], None]
_keep: ContextVar[Keep | None] = ContextVar("keep", default=None)


@contextmanager
def keeping(keep: Keep) -> Iterator[None]:
    """What is done within is told to `keep`, with what it gave, before its commit."""
    before = _keep.set(keep)
    try:
        yield
    finally:
        _keep.reset(before)


def is_done(db: Connection, result: Any) -> None:
    """What was asked for has been done in this transaction, as far as its commit comes."""
    keep = _keep.get()
    if keep is not None:
        keep(db, result)
