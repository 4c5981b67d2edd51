"""A case's history as sentences, with every day named and every timer's derivation."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from api.timer_words import moment_in_words
from attendance.words import in_words
from engine import tables
from engine.added_tasks import ADDED
from engine.clock import london_day
from engine.history import timeline

# What people wrote in their own words, and who may not read their answers is not told.
FREE_TEXT = frozenset(
    {"reason", "late_reason", "seeking_how", "told_by", "actions", "because", "with_whom", "changes", "tell"}
)

# What happened → how it is told. What stands here with "" is left out: another row tells it better.
SENTENCES: Mapping[str, str] = {
    "opened": "Case opened",
    "follows": "Case {former} is taken up again",
    "reopened": "Taken up again as case {by_case}",
    "watched": "{school_weeks} school weeks after the end, as at {as_at}: {unauthorised} of {possible} sessions "
    "unauthorised, {result}",
    "register_checked": "Register checked as at {as_at}: {unauthorised} of {possible} sessions unauthorised, {result}",
    "decided": "Decision table {decision}: {result}",
    "task_opened": "To do: {name}",
    "task_added": "Added to do: {name} (by {due_on})",
    "contact_logged": "{kind} on {happened_on}",
    "task_corrected": "Corrected: {name} (version {version})",
    "task_done": "Done: {name}",
    "reported": "Reported: {message}",
    "heard": "",
    "service": "",
    "script": "",
    "passed": "Passed: {name}",
    "refused": "Refused: {message}",
    "timer_fired": "{name} (due {due_at})",
    "timer_moved": "{name} moved by hand from {was} to {becomes}: {reason}",
    "timer_fired_by_hand": "{name}, ended by hand: {reason}",
    "timer_paused": "{name} (due {due_at}) paused until {until}: {reason}",
    "timer_resumed": "{name} goes on, due {due_at}: {reason}",
    "timer_rescheduled": "{name} moved from {was} to {becomes}",
    "calendar_changed": "The school's calendar changed from version {was} to version {becomes}",
    "notice_became_shorter": "Notice of the meeting on {meeting_on} is worth less: it was {was}, it is {becomes}",
    "day_closed": "The school is closed on {day}, agreed for the {agreed}: {because}",
    "deadline_missed": "Deadline missed: {name}, due {due_at}",
    "deadline_reopened": "Deadline open again: {name}, due {due_at}",
    "authority_consulted": "The authority's officer {officer} was asked on {asked_on}",
    "authority_asked": "Fast Track does not start: the authority's officer was asked",
    "reminded": "Reminder: {name}, due {due_at}",
    "parents_established": "Parents established ({statement})",
    "meeting_arranged": "{kind} arranged for {meeting_on}",
    "meeting_held": "{kind} held on {held_on}",
    "meeting_not_held": "{kind} not held: {reason}",
    "invitations_cancelled": "Invitations called off",
    "letters_called_back": "Letters called back: nobody writes to this adult any more",
    "letter_missing": "Letter {letter} was not made: the address was not checked, or nobody knows one",
    "letter_withheld": "Letter {letter} was not made: an order of a court forbids it",
    "address_unknown": "Nobody knows a parent's address",
    "letter_made": "Letter {letter} made",
    "letter_posted": "Posted on {posted_on}, {postage} class",
    "parent_cannot_attend": "A parent said on {received_on} that they cannot attend",
    "reply_decided": "Reason decided, reasonable: {reasonable}",
    "plan_agreed": "Plan agreed: at most {target_sessions} sessions missed from {period_from} to {period_to}",
    "actions_not_individual": "Actions of the plan stand word for word in another child's plan",
    "outcome_decided": "Decided on {decided_on}: {code} (advice {advice})",
    "application_prepared": "Prepared: {piece}",
    "application_signed": "Application signed on {signed_on}",
    "application_submitted": "Application submitted on {submitted_on}, receipt {receipt}",
    "authority_decided": "The authority decided on {decided_on}: {decision}",
    "limitation_checked": "Limitation checked: {in_time} sessions in time, {expired} out of time",
    "limitation_warning": "Limitation near: {in_time} sessions in time, {expired} out of time",
    "closed": "Case closed",
}


def chronology(db: Connection, case_id: UUID) -> Iterator[tuple[date, str]]:
    """Every day on which something happened with a sentence on what it was, oldest first."""
    for row in timeline(db, case_id):
        if said := sentence(row["what"], row["facts"]):
            yield london_day(row["at"]), said


def sentence(what: str, facts: Mapping[str, Any]) -> str:
    """One row of the history in words; "" for what another row tells better."""
    template = SENTENCES.get(what)
    if template is None:
        return what.replace("_", " ").capitalize()
    said = template.format_map(_Said({name: _said(value) for name, value in facts.items()}))
    return said[:1].upper() + said[1:]


def without_free_text(facts: Mapping[str, Any], *, path: str = "") -> dict[str, Any]:
    """Facts without what people wrote: names of steps stay, and whatever is one word, a number or a day.

    path: where it happened; what somebody added to the case they named themselves.
    """
    is_step = not path.startswith(ADDED)
    return {
        name: value
        for name, value in facts.items()
        if (name == "name" and is_step) or (name not in FREE_TEXT and not _is_prose(value))
    }


def _is_prose(value: object) -> bool:
    if isinstance(value, list):
        return any(_is_prose(one) for one in value)
    if isinstance(value, dict):
        return any(_is_prose(one) for one in value.values())
    return isinstance(value, str) and len(value.split()) > 1


def derivations(db: Connection, case_id: UUID) -> Iterator[tuple[date, str, str]]:
    """Each timer of a case: the day it falls due, its name, and how that day was worked out."""
    t = tables.timer.c
    rows = db.execute(
        select(t.name, t.due_at, t.derivation, t.set_by, t.paused_from, t.paused_until)
        .where(t.case_id == case_id)
        .order_by(t.created_at, t.due_at, t.id)
    )
    for row in rows:
        yield london_day(row.due_at), row.name, moment_in_words(row)


class _Said(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "–"


def _said(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        for read in (date.fromisoformat, lambda text: london_day(datetime.fromisoformat(text))):
            try:
                return in_words(read(value))
            except ValueError:
                continue
        return value.replace("_", " ")
    return str(value)
