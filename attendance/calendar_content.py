"""What is kept of a calendar: in one order, edited, and brought onto a version that came in between."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from attendance.calendar import Closure
from attendance.calendar_file import JSON, calendar_of
from attendance.working_days import bank_holidays_of

_KEYS = ("terms", "inset", "closures", "proclaimed", "bank_holidays")
_Item = tuple[str, ...]


def kept(content: Mapping[str, JSON]) -> dict[str, JSON]:
    """A calendar's content in one order, without the school; what we do not know is kept as it is. Raises Unreadable.

    Two files that say the same are equal.
    """
    calendar = calendar_of(content)
    days = calendar.days
    return {
        **{name: value for name, value in content.items() if name not in (*_KEYS, "school")},
        "terms": [[first.isoformat(), last.isoformat()] for first, last in calendar.terms],
        "inset": _iso(calendar.inset),
        "closures": [
            {"date": day.isoformat(), "mark": closure.mark, "reason": closure.reason}
            for day, closure in sorted(calendar.closures.items())
        ],
        "proclaimed": _iso(days.proclaimed),
        "bank_holidays": _iso(days.replaced),
    }


@dataclass(frozen=True)
class Edit:
    """What a person changes by hand: days, without sending the whole calendar again."""

    inset: frozenset[date] = frozenset()
    closures: Mapping[date, Closure] = field(default_factory=dict)
    school: frozenset[date] = frozenset()  # days on which there is school after all
    terms: tuple[tuple[date, date], ...] = ()
    without_terms: tuple[tuple[date, date], ...] = ()


def edited(content: Mapping[str, JSON], edit: Edit) -> dict[str, JSON]:
    """The content with an edit in it. Raises Unreadable when that is no calendar."""
    now = calendar_of(content)
    closures = {day: closure for day, closure in now.closures.items() if day not in edit.school | edit.inset}
    terms = [term for term in now.terms if term not in edit.without_terms] + list(edit.terms)
    return kept(
        {
            **content,
            "terms": [[first.isoformat(), last.isoformat()] for first, last in terms],
            "inset": _iso((now.inset - edit.school - edit.closures.keys()) | edit.inset),
            "closures": [
                {"date": day.isoformat(), "mark": closure.mark, "reason": closure.reason}
                for day, closure in {**closures, **edit.closures}.items()
            ],
        }
    )


def with_bank_holidays(
    content: Mapping[str, JSON], *, added: Collection[date] = (), dropped: Collection[date] = ()
) -> dict[str, JSON]:
    """The content after a proclamation: these days are bank holidays, those are none. Raises Unreadable.

    A day that every year has is dropped by naming all others of its year.
    """
    days = calendar_of(content).days
    proclaimed = (days.proclaimed - set(dropped)) | {day for day in added if not days.is_bank_holiday(day)}
    replaced = set(days.replaced)
    for year in sorted({day.year for day in dropped if days.is_bank_holiday(day) and day not in days.proclaimed}):
        of_year = {day for day in replaced if day.year == year} or bank_holidays_of(year)
        replaced = {day for day in replaced if day.year != year} | (set(of_year) - set(dropped))
    return kept({**content, "proclaimed": _iso(proclaimed), "bank_holidays": _iso(replaced)})


def rebased(draft: Mapping[str, JSON], *, base: Mapping[str, JSON], onto: Mapping[str, JSON]) -> dict[str, JSON]:
    """What a draft changes in the version it began with, done to a newer one. Raises Unreadable when both clash."""
    drafted, began, newer = kept(draft), kept(base), kept(onto)
    content: dict[str, JSON] = {**newer}
    for name in _KEYS:
        wanted, before = _items(drafted[name]), _items(began[name])
        gone = before.keys() - wanted.keys()
        stays = {item: value for item, value in _items(newer[name]).items() if item not in gone}
        # What the draft adds comes last: of two closures of one day the last one counts.
        content[name] = list({**stays, **{item: wanted[item] for item in wanted.keys() - before.keys()}}.values())
    return kept(content)


def _items(value: JSON) -> dict[_Item, JSON]:
    entries: Iterable[JSON] = value if isinstance(value, list) else ()
    return {_item(entry): entry for entry in entries}


def _item(entry: JSON) -> _Item:
    if isinstance(entry, dict):
        return tuple(str(part) for part in entry.values())
    return tuple(str(part) for part in entry) if isinstance(entry, list) else (str(entry),)


def _iso(days: Iterable[date]) -> list[JSON]:
    return [day.isoformat() for day in sorted(days)]
