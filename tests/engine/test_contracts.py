"""When the code moves on, the versions that open cases run on are compared with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.calls import Call
from engine.cancelling import cancel_case
from engine.contracts import outgrown
from engine.database import transaction
from engine.registry import Registry
from engine.runtime import Runtime


def told(runtime: Runtime, **changed: Callable[..., Any] | None) -> list[str]:
    """What is said when these handlers of the small process are others, or gone."""
    handlers = {**runtime.registry.handlers, **{f"small.{name}": other for name, other in changed.items()}}
    registry = Registry({name: one for name, one in handlers.items() if one is not None}, runtime.registry.facts)
    with transaction(runtime.engine) as db:
        return outgrown(db, registry)


def more(call: Call, *, deadline: str, whom: str) -> None: ...


def less(call: Call) -> None: ...


def same(call: Call, *, deadline: str, whom: str = "") -> None: ...


@pytest.mark.usefixtures("case_id")
@pytest.mark.parametrize(
    ("handler", "problem"),
    [
        (None, "small.raise is gone"),
        (more, "small.raise asks for whom now"),
        (less, "small.raise does not take deadline any more"),
    ],
)
def test_a_version_whose_handler_has_changed_is_told_while_a_case_is_open(
    runtime: Runtime, handler: Callable[..., Any] | None, problem: str
) -> None:
    assert told(runtime, **{"raise": handler}) == [
        f"Version 1 of small has open cases and no longer fits this release: {problem}."
    ]


def test_what_fits_and_what_nobody_runs_on_any_more_is_not_told(runtime: Runtime, case_id: UUID) -> None:
    assert told(runtime) == []
    assert told(runtime, **{"raise": same}) == []

    cancel_case(runtime, case_id, actor="boss", reason="opened twice")

    assert told(runtime, **{"raise": None}) == []
