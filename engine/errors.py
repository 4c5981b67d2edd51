"""What can go wrong in the engine, each with the sentence that a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.checks.finding import Finding


class EngineError(Exception):
    """Something the engine was asked to do cannot be done."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class Declined(EngineError):
    """The engine says no, and the caller can do something about it. Everything else becomes an incident."""


class NotFound(Declined):
    """There is nothing with this id."""


class NotAllowed(Declined):
    """You may not do this."""


class TaskNotWaiting(Declined):
    """This task is not waiting any more. Your answers were kept as a draft."""


class Changed(Declined):
    """Somebody else changed this since you read it. Read it again, then repeat what you did."""


class AlreadyOpen(Declined):
    """A case about this pupil is already open in this process."""


class NotReportable(Declined):
    """This cannot be reported about the case now."""


class BundleRefused(Declined):
    """This bundle cannot be published: read the findings."""

    def __init__(self, *message: str, findings: "Sequence[Finding]" = ()) -> None:
        super().__init__(*message)
        self.findings = tuple(findings)


class NotXml(BundleRefused):
    """This file cannot be read as XML."""


class ExpressionError(EngineError):
    """This expression is not allowed or does not work."""


class StateDamaged(EngineError):
    """The stored state of this case does not match its checksum."""


@dataclass
class FormRefused(Declined):
    """Some answers are missing or wrong. `rules`: those for whose sake a field is asked, where there are any."""

    problems: dict[str, str] = field(default_factory=dict)
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {problem}" for name, problem in self.problems.items()) or (self.__doc__ or "")


@dataclass
class IncidentRaised(EngineError):
    """Something unexpected happened. Nothing was lost: it can be tried again."""

    incident_id: str = ""

    def __str__(self) -> str:
        return f"{self.__doc__} Incident {self.incident_id}."
