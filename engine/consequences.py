"""What follows from a timer that is changed by hand, told from how the case stood before and stands after."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from engine import tables
from engine.database import AnyRow
from engine.steps import Step


@dataclass(frozen=True)
class Moved:
    """A moment of the case that becomes another. One that begins has no `was`, one that ends no `becomes`."""

    timer_id: UUID
    element: str
    name: str
    kind: str
    was: datetime | None
    becomes: datetime | None


@dataclass(frozen=True)
class Meanwhile:
    """Another moment of the case, which comes before the one that was changed."""

    timer_id: UUID
    element: str
    name: str
    kind: str
    due_at: datetime


@dataclass(frozen=True)
class Depending:
    """A deadline over what goes on only after the timer. `is_missed`: it passes before the timer's moment comes."""

    timer_id: UUID
    element: str
    name: str
    due_at: datetime
    is_missed: bool


@dataclass(frozen=True)
class Consequences:
    """Moments that move, deadlines that depend on the timer, and what becomes of tasks and letters, by their names."""

    due_at: datetime | None  # the timer's own moment then; None when it is over
    moved: tuple[Moved, ...]
    depending: tuple[Depending, ...]
    meanwhile: tuple[Meanwhile, ...]
    opened: tuple[str, ...]
    withdrawn: tuple[str, ...]
    letters: tuple[str, ...]
    revision: int


@dataclass(frozen=True)
class Standing:
    """The open moments, tasks and letters of a case."""

    moments: dict[UUID, AnyRow]
    tasks: dict[UUID, str]
    letters: dict[UUID, str]

    @classmethod
    def of(cls, db: Connection, case_id: UUID) -> "Standing":
        """How the case stands now."""
        t, k, d = tables.timer.c, tables.task.c, tables.delivery.c
        is_open = (t.case_id == case_id, t.met_on.is_(None), t.ended_at.is_(None))
        columns = (t.id, t.element, t.path, t.name, t.kind, t.due_at, t.fired_at)
        moments = db.execute(select(*columns).where(*is_open).order_by(t.due_at, t.id))
        tasks = db.execute(select(k.id, k.name).where(k.case_id == case_id, k.state == "open").order_by(k.id))
        letters = db.execute(select(d.id, d.letter).where(d.case_id == case_id).order_by(d.id))
        return cls(
            {row.id: row for row in moments},
            {row.id: row.name for row in tasks},
            {row.id: row.letter for row in letters},
        )

    def waiting(self) -> dict[UUID, AnyRow]:
        """The moments that are still to come."""
        return {id_: row for id_, row in self.moments.items() if row.fired_at is None}


def what_follows(step: Step, row: AnyRow, before: Standing) -> Consequences:
    """What has become of the case through a timer that stood as `row`."""
    after = Standing.of(step.db, step.case.id)
    own = after.waiting().get(row.id)
    return Consequences(
        due_at=own.due_at if own else None,
        moved=tuple(_moved(before.waiting(), after.waiting())),
        depending=tuple(_depending(step, row, after, own.due_at if own else step.now)),
        meanwhile=tuple(_meanwhile(step, after, own)) if own else (),
        opened=tuple(name for id_, name in after.tasks.items() if id_ not in before.tasks),
        withdrawn=tuple(name for id_, name in before.tasks.items() if id_ not in after.tasks),
        letters=tuple(letter for id_, letter in after.letters.items() if id_ not in before.letters),
        revision=step.row.revision,
    )


def _moved(before: dict[UUID, AnyRow], after: dict[UUID, AnyRow]) -> list[Moved]:
    found = []
    for id_ in before | after:
        row = after.get(id_) or before[id_]
        was, becomes = (rows[id_].due_at if id_ in rows else None for rows in (before, after))
        if was != becomes:
            found.append(Moved(id_, row.element, row.name, row.kind, was, becomes))
    return found


def _depending(step: Step, row: AnyRow, after: Standing, moment: datetime) -> list[Depending]:
    """The deadlines on the borders of what this timer stands in: that is not over before the timer is."""
    if step.process.bindings[row.element].attached_to:
        return []  # on a border itself: what it sits on goes on beside it
    return [
        Depending(other.id, other.element, other.name, other.due_at, other.due_at < moment)
        for other in after.moments.values()
        if other.kind == "deadline" and other.id != row.id and _stands_in(step, row.path, other)
    ]


def _stands_in(step: Step, path: str, deadline: AnyRow) -> bool:
    drawn = step.process.bindings.get(deadline.element)
    guarded = drawn.attached_to if drawn is not None else ""
    way = [*deadline.path.split("/")[:-1], guarded]
    # An instance of a repeated step bears its item behind the name.
    inside = [part.partition("[")[0] for part in path.split("/")[: len(way)]]
    return bool(guarded) and inside == [part.partition("[")[0] for part in way]


def _meanwhile(step: Step, after: Standing, own: AnyRow) -> list[Meanwhile]:
    return [
        Meanwhile(other.id, other.element, other.name, other.kind, other.due_at)
        for other in after.waiting().values()
        if other.id != own.id and step.now < other.due_at <= own.due_at
    ]
