"""What the engine runs with: its database, the names that diagrams use, how facts are read and letters rendered."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine

from engine.bundles import Bundle, Process
from engine.checks import ReadLetter, ReadList, Sample
from engine.registry import Registry

KEPT_VERSIONS = 50


class MakeFacts(Protocol):
    """Gives what expressions and handlers may read of a case, fresh from its records."""

    def __call__(self, db: Any, case: Any, now: Any, policy: Any) -> Any: ...


class Render(Protocol):
    """Turns a letter's template and fields into the bytes that are sent, and says its title."""

    def __call__(self, template: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]: ...


# Makes one file of the papers about somebody, and gives what the history keeps of it.
Bind = Callable[[Any], tuple[bytes, Mapping[str, Any]]]


@dataclass(frozen=True)
class Outdated:
    """A case whose timers were worked out with something that has changed since; `basis` names what it is now."""

    case_id: UUID
    owner_id: UUID
    basis: str


# Told that work on a row has come to a named point: tests kill the worker there.
Reached = Callable[[str, UUID], None]


def nobody_is_told(point: str, row_id: UUID) -> None:
    """Outside tests."""


class Prove(Protocol):
    """Shows that a bundle does what its owner says of it, before it is published. Raises BundleRefused."""

    def __call__(self, bundle: Bundle, *, before: Collection[str]) -> None:
        """before: the files of the version that it follows."""


class Basis(Protocol):
    """What timers are worked out with beside their case's own facts, such as a calendar that many cases share."""

    def outdated(self, db: Connection, *, now: datetime, held_back: Collection[tuple[UUID, str]]) -> Outdated | None:
        """A case with timers still to come that rest on an older version, but for those held back from a version."""

    def changed(
        self, facts: Any, versions: Collection[str], *, note: Callable[..., None], add_task: Callable[..., object]
    ) -> Any:
        """What the change from these versions means for a case, noted in its history. Its timers have moved already.

        `add_task` takes a name, details, groups, and a day: what a person must see to.
        """


@dataclass
class Runtime:
    """Built once by the wiring, shared by every thread."""

    engine: Engine
    registry: Registry
    make_facts: MakeFacts
    render: Render
    read_letter: ReadLetter | None = None  # how letters are checked before they are published
    sample: Callable[[date], Sample] | None = None  # of a day: what expressions are tried on before they are published
    prove: Prove | None = None  # without one nothing needs to be shown
    basis: Basis | None = None  # without one nothing is ever outdated
    read_list: ReadList | None = None  # how the lists of a bundle are checked before they are published
    bind: Bind | None = None  # without one no papers are bound
    reached: Reached = nobody_is_told
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
