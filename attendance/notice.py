"""Notice of a meeting: what a letter posted today allows, and when a letter must be posted for a given meeting."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.countries import is_europe, is_home
from attendance.working_days import WorkingDays


class Postage(StrEnum):
    """The class of the stamp, which decides when a letter counts as received."""

    FIRST = "first"
    SECOND = "second"

    @classmethod
    def of(cls, word: str | None) -> "Postage":
        """The class named, or second class where none was recorded. Source: domain.md 3.3."""
        return cls(word) if word else cls.SECOND


# Practice Direction of 8 March 1985: the working day after posting on which a letter is deemed received.
DELIVERY_DAYS = {Postage.FIRST: 2, Postage.SECOND: 4}
# Abroad the class says nothing: the upper end of what GOV.UK Notify states, 3 to 5 and 5 to 7 days (domain.md E13).
EUROPE_DAYS, WORLD_DAYS = 5, 7


@dataclass(frozen=True)
class Notice:
    """The earliest meeting that a posting allows, by three ways of counting. Source: R033, domain.md 3.3."""

    literal: date  # so many working days after posting; the meeting's day counts
    clear: date  # so many whole working days between posting and meeting
    deemed_receipt: date
    evidence_grade: date  # so many whole working days between deemed receipt and meeting


@dataclass(frozen=True)
class LatestPosting:
    """The last working day on which a letter can be posted for a meeting, by the same three ways of counting."""

    literal: date
    clear: date
    evidence_grade: date


def delivery_days(postage: Postage, *, country: str = "") -> int:
    """How many working days after posting a letter counts as received, by its class and the country it goes to."""
    if is_home(country):
        return DELIVERY_DAYS[postage]
    return EUROPE_DAYS if is_europe(country) else WORLD_DAYS


def deemed_receipt(posted: date, *, postage: Postage, days: WorkingDays, country: str = "") -> date:
    """When a letter counts as received. Posted on no working day, it counts as posted on the next one."""
    return days.after(delivery_days(postage, country=country), days.on_or_after(posted))


def notice(posted: date, *, postage: Postage, days: WorkingDays, notice_days: int, country: str = "") -> Notice:
    """The earliest meetings for a letter posted on a day. Posted on no working day, it counts as posted on the next."""
    sent = days.on_or_after(posted)
    received = deemed_receipt(sent, postage=postage, days=days, country=country)
    return Notice(
        literal=days.after(notice_days, sent),
        clear=days.after(notice_days + 1, sent),
        deemed_receipt=received,
        evidence_grade=days.after(notice_days + 1, received),
    )


def latest_posting(
    meeting: date, *, postage: Postage, days: WorkingDays, notice_days: int, country: str = ""
) -> LatestPosting:
    """The last posting days for a meeting, the inverse of `notice`.

    A meeting on no working day needs the notice of a meeting on the working day before it.
    """
    met = days.on_or_before(meeting)
    clear = days.before(notice_days + 1, met)
    return LatestPosting(
        literal=days.before(notice_days, met),
        clear=clear,
        evidence_grade=days.before(delivery_days(postage, country=country), clear),
    )
