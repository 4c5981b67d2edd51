"""A change that nothing rests on until a person approves it: what a draft can be, and what can be wrong with one."""

from enum import StrEnum

from attendance.errors import AttendanceError


class DraftState(StrEnum):
    """What became of a draft. Only an open one can be changed, and it is decided once."""

    OPEN = "open"
    APPROVED = "approved"
    DISCARDED = "discarded"


class AlreadyDecided(AttendanceError):
    """This draft has been approved or discarded already."""


class DraftOutdated(AttendanceError):
    """The calendar has changed since this draft was made. Bring the draft up to date and look at its preview again."""


class DraftChanged(AttendanceError):
    """Somebody has changed this draft since you read it. Look at its preview again."""


class NothingNew(AttendanceError):
    """This changes nothing."""
