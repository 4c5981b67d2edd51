"""What can be wrong with dates, calendars and files about attendance, each with the sentence that a person reads."""


class AttendanceError(Exception):
    """Something about attendance cannot be worked out."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class Unreadable(AttendanceError):
    """This file cannot be read."""


class RowRefused(AttendanceError):
    """This row cannot be right. It is set aside, the others go on."""


class OutsideCalendar(AttendanceError):
    """The school's calendar does not reach this day."""


class BankHolidaysUnknown(AttendanceError):
    """The bank holidays of this year are not known."""
