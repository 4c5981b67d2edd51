"""What the words in a school's calendar say of its days: a term, a holiday, a staff day, or nothing."""

import re
from enum import StrEnum

from attendance.csv_files import plain


class Means(StrEnum):
    """What an entry says of its days."""

    TERM = "term"
    TERM_BEGINS = "term begins"
    TERM_ENDS = "term ends"
    HOLIDAY = "holiday"
    INSET = "inset"
    CLOSURE = "closure"
    BANK_HOLIDAY = "bank holiday"


_BEGINS = "begins|starts|opens|reopens|re opens|resumes"
_ENDS = "ends|finishes|closes|breaks up"
# In this order: the first that is found counts. None: they say something of school days, but not clearly what.
_WORDS: tuple[tuple[str, Means | None], ...] = (
    (r"half term (begins|starts|ends|finishes)|(start|beginning|end) of( the)? half term", None),
    (r"inset|in service|(staff|teachers?)( \w+)? (day|training)|training day|(non pupil|pupil free) day", Means.INSET),
    (r"bank holiday|good friday|easter monday|christmas day|boxing day|new year s day", Means.BANK_HOLIDAY),
    (rf"(term|school)( \w+)? ({_BEGINS})|(start|beginning|first day) of( \w+){{0,3}} term", Means.TERM_BEGINS),
    (rf"(term|school)( \w+)? ({_ENDS})|(end|last day) of( \w+){{0,3}} term", Means.TERM_ENDS),
    (r"half term|holidays?|(christmas|easter|summer|winter|spring|autumn) break|vacation", Means.HOLIDAY),
    (r"closed|closure|strike|polling|snow day", Means.CLOSURE),
    (r"terms?", Means.TERM),
)
_PATTERNS = tuple((re.compile(rf"\b({words})\b"), means) for words, means in _WORDS)
_TWILIGHT = re.compile(r"\btwilights?\b")


def is_of_school_days(words: str) -> bool:
    """Whether these words say anything of whole school days. A twilight session of the staff takes none."""
    told = plain(words)
    return _TWILIGHT.search(told) is None and any(pattern.search(told) for pattern, _ in _PATTERNS)


def meaning_of(words: str) -> Means | None:
    """What these words say of days; None when it is not clear, or when they say nothing of school days."""
    told = plain(words)
    return next((means for pattern, means in _PATTERNS if pattern.search(told)), None)
