"""The work that no person does: outdated cases, due timers, messages, deliveries. Many workers may share it."""

from collections.abc import Callable, Mapping

from engine.deliveries import Channel, send_due
from engine.inbox import deliver_waiting
from engine.incidents import Command
from engine.rescheduling import reschedule_outdated
from engine.runtime import Runtime
from engine.timers import fire_due


def work_once(runtime: Runtime, channels: Mapping[str, Channel], *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Does what is to be done now, and gives how much it was; 0 means that there is nothing left.

    `go_on` is asked before each row, so that whoever stops waits only for what is in hand.

    What has changed comes first, so that no timer that is still to come fires at its old moment; then timers, before
    messages: what is due may end what a message is about.
    """
    return (
        reschedule_outdated(runtime, go_on=go_on)
        + fire_due(runtime, go_on=go_on)
        + deliver_waiting(runtime, go_on=go_on)
        + send_due(runtime, channels, go_on=go_on)
    )


def go_on(_: Runtime, __: Command) -> None:
    """Work was stopped until a person looked. Nothing has to be done again: once resolved, it goes on by itself."""
