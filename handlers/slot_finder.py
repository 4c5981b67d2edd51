"""When a meeting can be held: the earliest lawful day, the earliest that stands as evidence, what limits both."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from attendance.meetings import held_meeting
from attendance.notice import LatestPosting, Notice, Postage
from attendance.parents import Parent
from attendance.slots import grade_of
from engine.registry import Refusal
from handlers.facts import Facts
from handlers.forecasts import forecast_shown
from handlers.meeting_days import earliest_days, refuse_bad_day

RULES = {"panel": "R033", "review": "R070"}
MOST_DAYS = 10


@dataclass(frozen=True)
class ForParent:
    """What the post to one parent allows."""

    parent: Parent
    notice: Notice | None  # None where no letter can reach them


@dataclass(frozen=True)
class Slot:
    """A school day on which everybody is free, and how well a letter that is posted in time gives notice of it."""

    day: date
    grade: str
    is_within_six_weeks: bool


@dataclass(frozen=True)
class Asked:
    """The day that somebody has in mind: refused below the floor, warned of below what stands as evidence."""

    day: date
    grade: str
    rule: str
    words: str
    latest_posting: LatestPosting


@dataclass(frozen=True)
class Found:
    """What the slot finder knows. `earliest_*` are None where the calendar ends before."""

    posted_on: date
    parents: tuple[ForParent, ...]
    earliest_lawful: date | None
    earliest_evidence: date | None
    last_day: date | None
    slots: tuple[Slot, ...]
    asked: Asked | None
    forecast: dict[str, Any]


def find_slots(
    facts: Facts,
    *,
    kind: str,
    postage: Postage,
    on: date | None = None,
    unavailable: Collection[date] = (),
) -> Found:
    """Days for a panel or a review, with letters that are posted today. Source: R033, R035, R058, R070, 3.3, E13.

    unavailable: days on which somebody cannot come who must be there.
    """
    earliest = earliest_days(facts, postage)
    panel = held_meeting(facts.db, facts.case.id, kind="panel") if kind == "review" else None
    last_day = panel.day + timedelta(weeks=facts.policy.review_weeks) if panel else None
    days = [day for day in facts.calendar.school_days if day >= earliest.notice.literal and day not in unavailable]
    slots = [Slot(day, grade_of(day, earliest.notice), last_day is None or day <= last_day) for day in days]
    return Found(
        posted_on=earliest.posted_on,
        parents=tuple(_for_parent(facts, parent, earliest.posted_on, postage) for parent in facts.parents),
        earliest_lawful=slots[0].day if slots else None,
        earliest_evidence=next((slot.day for slot in slots if slot.grade == "evidence"), None),
        last_day=last_day,
        slots=tuple(slots[:MOST_DAYS]),
        asked=_asked(facts, on, kind=kind, postage=postage, last_day=last_day, unavailable=unavailable) if on else None,
        forecast=forecast_shown(facts),
    )


def _for_parent(facts: Facts, parent: Parent, posted_on: date, postage: Postage) -> ForParent:
    if parent.is_out_of_reach:
        return ForParent(parent, None)
    return ForParent(parent, facts.notice(posted_on, postage=postage, to=parent.id))


def _asked(
    facts: Facts, on: date, *, kind: str, postage: Postage, last_day: date | None, unavailable: Collection[date]
) -> Asked:
    earliest, rule = earliest_days(facts, postage), RULES[kind]
    grade, words = grade_of(on, earliest.notice), ""
    try:
        refuse_bad_day(facts, on, earliest, rule=rule)
    except Refusal as refusal:
        grade, rule, words = "refused", refusal.rule, refusal.message
    else:
        if on in unavailable:
            words, rule = "Somebody who must be there cannot come.", "R036"
        elif last_day and on > last_day:
            words, rule = "This is later than six weeks after the panel: it needs a reason.", "R058"
        elif grade != "evidence":
            words = "This is lawful, but the notice may not stand as evidence: parents may have had it too late."
    return Asked(on, grade, rule if words else "", words, facts.latest_posting(on, postage=postage))
