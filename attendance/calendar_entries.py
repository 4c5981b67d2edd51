"""What calendars are made of, whatever file they come in: entries with a first and a last day, and a meaning."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.calendar import Closure, SchoolCalendar
from attendance.calendar_content import kept
from attendance.calendar_file import JSON, calendar_of
from attendance.calendar_words import Means, meaning_of
from attendance.csv_files import plain
from attendance.errors import Unreadable
from attendance.words import in_words
from attendance.working_days import SATURDAY

AUGUST = 8  # a school year begins with the first term after July (SI 1999/3181)
ONE_DAY = timedelta(days=1)
LONGEST_HALF_TERM = 17  # days: two weeks and the weekends around them; what is longer is half of a term, not a holiday
MOST_TOLD = 10
MOST_DAYS = 400  # of one term, holiday or closure


@dataclass(frozen=True)
class Entry:
    """One entry of a file. `last` is its last day, which counts."""

    where: str  # `Row 3`, `“Autumn term”`
    means: Means
    first: date
    last: date
    mark: str = "#"
    reason: str = ""

    @property
    def weekdays(self) -> Iterator[date]:
        """Its days, without Saturdays and Sundays."""
        return (day for day in _days(self.first, self.last) if day.weekday() < SATURDAY)


@dataclass(frozen=True)
class LeftOut:
    """What a file says and a calendar of school days has no place for."""

    where: str
    reason: str


def entry(*, where: str, words: str, first: date, last: date, mark: str = "", kind: str = "") -> Entry:
    """An entry, understood by its kind where it has one, otherwise by its words. Raises Unreadable when it is not."""
    means = meaning_of(kind) if kind else meaning_of(words)
    if means is None:
        raise Unreadable(f"{where}: it is not clear what “{kind or words}” says of school days.")
    if last < first:
        raise Unreadable(f"{where}: it ends before it begins.")
    length = (last - first).days + 1
    if means is Means.HOLIDAY and "half term" in plain(words) and length > LONGEST_HALF_TERM:
        raise Unreadable(f"{where}: “{words}” lasts {length} days. Is it the holiday, or half of the term?")
    if means in (Means.TERM_BEGINS, Means.TERM_ENDS) and length > 1:
        raise Unreadable(f"{where}: “{words}” is one day, but lasts {length}.")
    if means is Means.TERM and length == 1:
        raise Unreadable(f"{where}: “{words}” lasts one day. On which day does the term begin, on which does it end?")
    return Entry(where, means, first, last, mark or "#", words.strip())


def content_from(entries: Iterable[Entry], *, known: Mapping[str, JSON] | None, where_from: str) -> dict[str, JSON]:
    """The calendar after a file's entries, which say nothing of what they do not name. Raises Unreadable.

    Terms and staff days are replaced in each school year of which the file has a term; closures, and staff days of a
    file without terms, are added; a holiday takes its days out of the terms. known: the calendar as it was.
    """
    found = list(entries)
    _refuse_what_lasts_for_ever(found)
    before = calendar_of(known) if known else None
    terms = [(one.first, one.last) for one in found if one.means is Means.TERM] + list(_paired(found))
    if before is None and not terms:
        raise Unreadable(f"{where_from} has no term, and the school has no calendar yet that it could add to.")
    years = {school_year(first) for first, _ in terms}
    kept_terms = [term for term in before.terms if school_year(term[0]) not in years] if before else []
    inset = {day for one in found if one.means is Means.INSET for day in one.weekdays}
    if before:
        inset |= {day for day in before.inset if school_year(day) not in years}
    closures = dict(before.closures) if before else {}
    for one in found:
        if one.means is Means.CLOSURE:
            closures |= dict.fromkeys(one.weekdays, Closure(one.mark, one.reason))
    holidays = {day for one in found if one.means is Means.HOLIDAY for day in _days(one.first, one.last)}
    content = kept(
        {
            **(known or {}),
            "terms": [[a.isoformat(), b.isoformat()] for a, b in _without(kept_terms + terms, holidays)],
            "inset": [day.isoformat() for day in inset],
            "closures": [
                {"date": day.isoformat(), "mark": closure.mark, "reason": closure.reason}
                for day, closure in closures.items()
            ],
        }
    )
    _refuse_unknown_bank_holidays(found, calendar_of(content))
    return content


def school_year(day: date) -> int:
    """The year in which the school year of a day begins."""
    return day.year if day.month >= AUGUST else day.year - 1


def refused(problems: Collection[str]) -> Unreadable:
    """Everything that is wrong with a file, as far as a person reads on."""
    told = list(problems)
    more = [f"And {len(told) - MOST_TOLD} more."] if len(told) > MOST_TOLD else []
    return Unreadable(" ".join(told[:MOST_TOLD] + more))


def _paired(entries: Iterable[Entry]) -> Iterator[tuple[date, date]]:
    """Terms of which a file names the first and the last day in two entries."""
    marks = sorted(
        (one for one in entries if one.means in (Means.TERM_BEGINS, Means.TERM_ENDS)), key=lambda one: one.first
    )
    for begins, ends in zip(marks[::2], [*marks[1::2], None], strict=False):
        if begins.means is not Means.TERM_BEGINS:
            raise Unreadable(
                f"{begins.where}: a term ends on {in_words(begins.first)}, and nothing says when it began."
            )
        if ends is None or ends.means is not Means.TERM_ENDS:
            raise Unreadable(
                f"{begins.where}: a term begins on {in_words(begins.first)}, and nothing says when it ends."
            )
        if (ends.first - begins.first).days > MOST_DAYS:
            raise Unreadable(f"{begins.where}: the term to {ends.first} would be longer than a school year.")
        yield begins.first, ends.first


def _without(terms: Iterable[tuple[date, date]], holidays: Collection[date]) -> Iterator[tuple[date, date]]:
    """The terms in the parts that holidays leave of them."""
    for first, last in terms:
        begun: date | None = None
        for day in [*_days(first, last), last + ONE_DAY]:
            in_term = day <= last and day not in holidays
            if in_term and begun is None:
                begun = day
            if not in_term and begun is not None:
                yield begun, day - ONE_DAY
                begun = None


def _refuse_what_lasts_for_ever(entries: Iterable[Entry]) -> None:
    long = [
        f"{one.where}: from {one.first} to {one.last} is longer than a school year."
        for one in entries
        if (one.last - one.first).days > MOST_DAYS
    ]
    if long:
        raise refused(long)


def _refuse_unknown_bank_holidays(entries: Iterable[Entry], calendar: SchoolCalendar) -> None:
    unknown = [
        f"{one.where}: {in_words(day)} is no known bank holiday. If it is proclaimed, add it for all schools first."
        for one in entries
        if one.means is Means.BANK_HOLIDAY
        for day in one.weekdays
        if not calendar.days.is_bank_holiday(day)
    ]
    if unknown:
        raise refused(unknown)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
