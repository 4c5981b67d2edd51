"""The engine's tables, by name."""

from engine.tables.cases import answer, case, case_number, case_state, history, task
from engine.tables.columns import metadata
from engine.tables.people import idempotency, membership, person, token
from engine.tables.processes import process_file, process_version
from engine.tables.sending import delivery, document, incident
from engine.tables.system import clock
from engine.tables.waiting import inbox, listener, timer
from engine.tables.work import work

__all__ = [
    "answer",
    "case",
    "case_number",
    "case_state",
    "clock",
    "delivery",
    "document",
    "history",
    "idempotency",
    "inbox",
    "incident",
    "listener",
    "membership",
    "metadata",
    "person",
    "process_file",
    "process_version",
    "task",
    "timer",
    "token",
    "work",
]
