"""Which elements tokens go through, for whoever wants to know how much of a diagram was tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Trail:
    """The elements that tokens went through, and the one they came to last."""

    elements: set[str] = field(default_factory=set)
    last: str = ""


_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


@contextmanager
def following() -> Iterator[Trail]:
    """Follows all cases of this thread in the meantime."""
    trail = Trail()
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        _trail.reset(token)


def passes(element: str | None) -> None:
    """A token goes through an element; what the library adds has no id."""
    trail = _trail.get()
    if trail is not None and element is not None:
        trail.elements.add(element)
        trail.last = element
