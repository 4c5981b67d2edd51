"""How far a timer may be acted on by hand: what the diagram allows, and what the policy's lowest numbers leave."""

from datetime import datetime
from typing import Any

from engine.by_hand import Act, by_hand
from engine.clock import LONDON
from engine.database import AnyRow
from engine.expressions import check
from engine.registry import Refusal
from engine.spiff.environment import aware_iso
from engine.steps import Step


def refuse_forbidden(step: Step, row: AnyRow, act: Act) -> None:
    """Raises Refusal for an act that the timer's element does not name."""
    allowed = by_hand(step.process.bindings.get(row.element))
    if act in allowed.acts:
        return
    if allowed.acts:
        message = f"Nobody may {act} this timer by hand, only {' or '.join(sorted(allowed.acts))} it."
    else:
        message = "This moment is only worked out: nobody changes it by hand."
    raise Refusal("not_by_hand", message, rule=allowed.rule)


def refuse_sooner(step: Step, row: AnyRow, becomes: datetime) -> None:
    """Raises Refusal before the first moment that the element allows, or of a wait before its lowest numbers have run.

    The lowest: those that the rules behind the policy allow.
    """
    allowed = by_hand(step.process.bindings.get(row.element))
    if allowed.first:
        _refuse_before(_moment(step.evaluate(allowed.first, _data(step, row)), allowed.first), becomes, allowed.rule)
    used = check(row.expression)
    if row.kind == "wait" and used.policy:
        values = dict(step.process.policy.items())
        rules = sorted({values[name].rule for name in used.policy if name in values} - {""})
        _refuse_before(
            _moment(step.at_lowest(row.expression, _data(step, row)), row.expression), becomes, ", ".join(rules)
        )


def refuse_beyond(step: Step, row: AnyRow, becomes: datetime, *, field: str = "on") -> None:
    """Raises Refusal for a moment after the last that the timer's element allows."""
    allowed = by_hand(step.process.bindings.get(row.element))
    if not allowed.until:
        return
    last = _moment(step.evaluate(allowed.until, _data(step, row)), allowed.until)
    if becomes > last:
        message = f"The rules allow this until {_day(last)}, and no later."
        raise Refusal("too_late", message, rule=allowed.rule, field=field)


def _refuse_before(earliest: datetime, becomes: datetime, rule: str) -> None:
    if becomes < earliest:
        message = f"The rules allow this from {_day(earliest)} on, and no sooner."
        raise Refusal("too_soon", message, rule=rule, field="on")


def _data(step: Step, row: AnyRow) -> dict[str, Any]:
    places = [timer.place for timer in step.workflow.timers()] + list(step.workflow.user_tasks())
    return dict(next(place.data for place in places if place.token == row.token))


def _moment(value: object, expression: str) -> datetime:
    return datetime.fromisoformat(aware_iso(value, expression))


def _day(moment: datetime) -> str:
    day = moment.astimezone(LONDON)
    return f"{day:%a} {day.day} {day:%b %Y}"
