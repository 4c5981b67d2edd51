"""How a timer came to its moment, in words: worked out, set by hand, or paused."""

from attendance.derivation import derivation_in_words
from attendance.words import in_words
from engine.clock import london_day
from engine.database import AnyRow


def moment_in_words(row: AnyRow) -> str:
    """A timer's derivation; first what a person has done to it."""
    said = derivation_in_words(row.derivation)
    if row.set_by is not None:
        moment = row.paused_from or row.due_at
        worked_out = f" Worked out, it would be: {said}" if said else ""
        said = f"Set by hand to {in_words(london_day(moment))}.{worked_out}"
    if row.paused_until is not None:
        said = f"Paused until {in_words(london_day(row.paused_until))}. {said}"
    return said
