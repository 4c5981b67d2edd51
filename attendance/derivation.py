"""How a date was worked out, in words: "5 working days after Wed 2 Dec 2026, from which the notice runs"."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attendance.moments import LONDON
from attendance.words import in_words

# One call of the trace: {"function", "arguments", "result"}; days and moments are ISO text.
CallTrace = Mapping[str, Any]

# Facts that are a day of their own: what the day is.
_FACTS: Mapping[str, str] = {
    "opened_on": "when the case was opened",
    "held_on": "when the {0} was held",
    "outcome_on": "when the outcome was decided",
    "referred_on": "when the referral was decided",
    "internal_review_on": "the day fixed for the internal review",
    "invite_to_review_on": "when the invitations to the review are to begin",
    "look_again_on": "the day named for looking again",
    "latest_posting_day": "the last day on which the letters can be posted in time",
    "notice_runs_from": "from which the notice runs",
    "meeting_starts": "when the meeting begins",
    "next_limitation_date": "when sessions come near, or reach, the limit of six months",
}
# Steps from a number and a day to another day.
_STEPS: Mapping[str, tuple[str, str]] = {
    "working_days_after": ("working day", "after"),
    "working_days_before": ("working day", "before"),
    "school_weeks_after": ("school week", "after"),
    "weeks_after": ("week", "after"),
}
_MOMENTS = {"start_of": "The start of", "end_of": "The end of"}
WORDED = frozenset({*_FACTS, *_STEPS, *_MOMENTS, "offered", "latest_internal_review"})


def derivation_in_words(trace: Sequence[CallTrace]) -> str:
    """A sentence on how the last call of a trace came to its result; "" for a trace without a call.

    What a bundle calls beside the functions known here is named, not explained.
    """
    calls = [call for call in trace if "function" in call]
    if not calls:
        return ""
    last = calls[-1]
    if last["function"] in _MOMENTS and _arguments(last):
        day = _arguments(last)[-1]
        return f"{_MOMENTS[last['function']]} {_said(day)}{_because(day, calls[:-1], _joined)}."
    said = _said(last.get("result"))
    return f"{said[:1].upper()}{said[1:]}{_joined(last, calls[:-1])}."


def _joined(call: CallTrace, before: Sequence[CallTrace]) -> str:
    function, arguments = call["function"], _arguments(call)
    if function in _STEPS and len(arguments) == 2:
        unit, direction = _STEPS[function]
        number, day = arguments
        many = "" if number == 1 else "s"
        return f": {number} {unit}{many} {direction} {_said(day)}{_because(day, before, _joined)}"
    if function == "offered" and arguments:
        return f": the last school day on or before {_said(arguments[0])}{_because(arguments[0], before, _which_is)}"
    if function == "latest_internal_review" and len(arguments) == 3:
        weeks, days, review = arguments
        limits = f"{weeks} school weeks and {days} school days"
        return f": the last school day within {limits} of {_said(review)}{_because(review, before, _joined)}"
    if function in _FACTS:
        return f", {_FACTS[function].format(*arguments, *['meeting'])}"
    return f", from {function.replace('_', ' ')}"


def _which_is(call: CallTrace, before: Sequence[CallTrace]) -> str:
    told = _joined(call, before)
    return f", which is {told[2:]}" if told.startswith(": ") else told


def _because(value: object, before: Sequence[CallTrace], tell: Callable[[CallTrace, Sequence[CallTrace]], str]) -> str:
    """Where a value came from: the latest call that gave it."""
    for place in range(len(before) - 1, -1, -1):
        if before[place].get("result") == value:
            return tell(before[place], before[:place])
    return ""


def _said(value: object) -> str:
    """A day or a moment with its weekday; anything else as it is."""
    if not isinstance(value, str):
        return str(value)
    try:
        if len(value) == len("2026-12-02"):
            return in_words(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is not None:
        moment = moment.astimezone(LONDON)
    return f"{in_words(moment.date())} at {moment:%H:%M}"


def _arguments(call: CallTrace) -> list[Any]:
    return [*call.get("arguments", []), *call.get("named", {}).values()]
