"""What the engine runs with: its database, the names that diagrams use, how facts are read and letters rendered."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Engine

from engine.bundles import Process
from engine.checks import ReadLetter
from engine.registry import Registry

KEPT_VERSIONS = 50


class MakeFacts(Protocol):
    """Gives what expressions and handlers may read of a case, fresh from its records."""

    def __call__(self, db: Any, case: Any, now: Any, policy: Any) -> Any: ...


class Render(Protocol):
    """Turns a letter's template and fields into the bytes that are sent, and says its title."""

    def __call__(self, template: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]: ...


@dataclass
class Runtime:
    """Built once by the wiring, shared by every thread."""

    engine: Engine
    registry: Registry
    make_facts: MakeFacts
    render: Render
    read_letter: ReadLetter | None = None  # how letters are checked before they are published
    _versions: "OrderedDict[UUID, Process]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def kept(self, version_id: UUID) -> Process | None:
        """A compiled version, if it was used lately."""
        with self._lock:
            if version_id in self._versions:
                self._versions.move_to_end(version_id)
            return self._versions.get(version_id)

    def keep(self, version_id: UUID, process: Process) -> None:
        """Keeps a compiled version for the next cases; the least used goes."""
        with self._lock:
            self._versions[version_id] = process
            while len(self._versions) > KEPT_VERSIONS:
                self._versions.popitem(last=False)
