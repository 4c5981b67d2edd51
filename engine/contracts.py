"""What a published version expects of the code: whether the handlers that it names are still as they were."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, exists, select

from engine import tables
from engine.registry import Registry, inputs_of

Inputs = Mapping[str, str]  # input of a handler → required or optional


def outgrown(db: Connection, registry: Registry) -> list[str]:
    """A sentence for each handler that a version with open cases was published with, and that no longer fits it."""
    v, c = tables.process_version.c, tables.case.c
    is_used = exists().where(c.version_id == v.id, c.closed_at.is_(None))
    rows = db.execute(select(v.process, v.number, v.contracts).where(is_used).order_by(v.process, v.number)).all()
    return [
        f"Version {row.number} of {row.process} has open cases and no longer fits this release: {name} {problem}."
        for row in rows
        for name, inputs in sorted(row.contracts.items())
        for problem in _problems(inputs, registry, name)
    ]


def _problems(was: Inputs, registry: Registry, name: str) -> Iterator[str]:
    handler = registry.handlers.get(name)
    if handler is None:
        yield "is gone"
        return
    now = inputs_of(handler)
    yield from (f"does not take {one} any more" for one in was if one not in now)
    yield from (f"asks for {one} now" for one in now if now[one] == "required" and was.get(one) != "required")
