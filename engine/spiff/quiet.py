"""Silences the library's log: it describes every state change at length, and our history says what happened."""

import logging
from functools import cache
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow


def silence() -> None:
    """No record is written, and none is put together: that alone took 6 % of a step in memory."""
    logging.getLogger("spiff").setLevel(logging.WARNING)
    Task.collect_log_extras = _nothing
    Workflow.collect_log_extras = _nothing
    # Its name for a state is worked out for every record, also for those that nobody reads.
    TaskState.get_name = cache(TaskState.get_name)


def _nothing(_: object, dct: dict[str, Any] | None = None) -> dict[str, Any]:
    return dct or {}
