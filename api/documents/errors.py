"""Why a letter cannot be made or handed over."""

from dataclasses import dataclass

from engine.errors import EngineError


@dataclass
class TemplateRefused(EngineError):
    """This is not a letter that can be filled in."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


@dataclass
class FieldRefused(EngineError):
    """A field of this letter is missing or cannot be shown."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"field {self.field}: {self.problem}"


class NotTypeset(EngineError):
    """The letter could not be typeset."""


class ParcelDamaged(OSError):
    """The document is not the one whose checksum was kept when it was made."""
