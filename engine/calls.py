"""One invocation of a handler: what it may read and what it may ask for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import tables
from engine.clock import london_day
from engine.database import write_later
from engine.deliveries import cancel, keep_document, queue
from engine.exchange import Prepared
from engine.history import Notes
from engine.policy import Policy
from engine.runtime import Bind, Render


@dataclass(frozen=True)
class CaseFacts:
    """What never changes about a case."""

    id: UUID
    reference: str
    process: str
    owner_id: UUID
    subject_id: UUID
    opened_at: datetime


@dataclass(frozen=True)
class Deadline:
    """A deadline of the case as it stands."""

    id: UUID
    name: str
    due_at: datetime
    met_on: date | None
    ended_at: datetime | None


def _no_table(name: str) -> Any:
    raise LookupError(f"There is no decision table {name} here.")


@dataclass(frozen=True)
class Call:
    """One invocation of a handler.

    `item` is the value that this instance of a multi-instance step is for, "" otherwise. `now` is aware UTC, `today`
    the day in England. `actor` is a person's id as text, or `system`.
    """

    db: Connection
    case: CaseFacts
    element: str
    path: str
    visit: int
    item: str
    now: datetime
    actor: str
    policy: Policy
    # Typed loosely: the engine runs any bundle and has never heard of what its facts are about.
    facts: Any
    letters: Mapping[str, bytes]
    render: Render
    notes: Notes
    lists: Mapping[str, bytes] = field(default_factory=dict)
    bind: Bind | None = None
    decide: Callable[[str], Any] = _no_table  # what a decision table of the bundle says now, by its id

    @cached_property
    def today(self) -> date:
        """The day in England at `now`."""
        return london_day(self.now)

    def deliver(self, *, letter: str, recipient: UUID, fields: Mapping[str, Any], channel: str = "post") -> UUID:
        """Decides that a letter goes out: it is rendered now and sent after the commit. Gives the delivery's id."""
        title, content = self.render(self.letters[f"letters/{letter}.md"], fields)
        return queue(
            self.db,
            self.case,
            key="|".join((str(self.case.id), self.path, str(self.visit), self.item, letter, str(recipient))),
            letter=letter,
            recipient=str(recipient),
            channel=channel,
            title=title,
            content=content,
            fields=fields,
            now=self.now,
        )

    def keep_bound(self, papers: Any, *, kind: str, recipient: UUID, title: str) -> tuple[UUID, Mapping[str, Any]]:
        """Binds papers about somebody and keeps the file. Gives its id, and what is to be known of it."""
        if self.bind is None:
            raise LookupError("Nobody binds papers here.")
        content, facts = self.bind(papers)
        return self._keep(kind, recipient, title, "application/zip", content), facts

    def keep_paper(self, *, letter: str, recipient: UUID, fields: Mapping[str, Any]) -> UUID:
        """A letter that is handed over, not sent: it is rendered now and kept. Gives its document's id."""
        title, content = self.render(self.letters[f"letters/{letter}.md"], fields)
        return self._keep(letter, recipient, title, "application/pdf", content)

    def _keep(self, kind: str, recipient: UUID, title: str, media_type: str, content: bytes) -> UUID:
        return keep_document(
            self.db,
            self.case,
            kind=kind,
            recipient=str(recipient),
            title=title,
            media_type=media_type,
            content=content,
            now=self.now,
        )

    def cancel_deliveries(self, ids: Iterable[UUID]) -> None:
        """Stops letters: what is not sent yet stays unsent, what the channel has already is called back."""
        cancel(self.db, ids, now=self.now)

    def note(self, what: str, **facts: Any) -> None:
        """Adds a row to the case's history."""
        self.notes.add(what, element=self.element, path=self.path, visit=self.visit, item=self.item, facts=facts)

    def close_as(self, result: str) -> None:
        """Says how the case ended."""
        self.db.execute(update(tables.case).where(tables.case.c.id == self.case.id).values(result=result))

    def answer(self, element: str) -> dict[str, Any] | None:
        """The latest answers that were given to a user task or report, of any visit."""
        return latest_answer(self.db, self.case.id, element)

    def former_answer(self, element: str) -> dict[str, Any] | None:
        """The latest answers that were given to it in the closed case that this one takes up again."""
        c = tables.case.c
        former = self.db.execute(select(c.follows).where(c.id == self.case.id)).scalar_one_or_none()
        return latest_answer(self.db, former, element) if former else None

    def deadline(self, element: str) -> Deadline | None:
        """The latest deadline of a boundary timer."""
        t = tables.timer.c
        row = self.db.execute(
            select(t.id, t.name, t.due_at, t.met_on, t.ended_at)
            .where(t.case_id == self.case.id, t.element == element, t.kind == "deadline")
            .order_by(t.created_at.desc(), t.id.desc())
            .limit(1)
        ).one_or_none()
        return Deadline(*row) if row else None

    def raise_deadline(self, element: str) -> bool:
        """Brings a missed deadline before a supervisor. False, and nothing done, when it is met."""
        found = self.deadline(element)
        if found is None or found.met_on is not None:
            return False
        self._set_timer(found.id, raised_at=self.now)
        self.note("deadline_missed", deadline=element, name=found.name, due_at=found.due_at.isoformat())
        return True

    def reopen_deadline(self, element: str) -> None:
        """A deadline that was met is open again with the same due date; raised at once when that has passed."""
        found = self.deadline(element)
        if found is None:
            raise LookupError(f"This case has no deadline {element}.")
        self._set_timer(found.id, met_on=None, met_by=None, ended_at=None)
        self.note("deadline_reopened", deadline=element, name=found.name, due_at=found.due_at.isoformat())
        if found.due_at <= self.now:
            self.raise_deadline(element)

    def _set_timer(self, timer_id: UUID, **values: Any) -> None:
        self.db.execute(update(tables.timer).where(tables.timer.c.id == timer_id).values(**values))


def latest_answer(db: Connection, case_id: UUID, element: str) -> dict[str, Any] | None:
    """The latest answers given to an element of a case."""
    a = tables.answer.c
    return db.execute(
        select(a.answers).where(a.case_id == case_id, a.element == element).order_by(a.at.desc(), a.id.desc()).limit(1)
    ).scalar_one_or_none()


def keep_answer(db: Connection, call: Call, answers: Mapping[str, Any], *, id_: UUID, task_id: UUID | None) -> None:
    """Keeps what a person answered, as the first version of this visit."""
    row = {
        "id": id_,
        "case_id": call.case.id,
        "task_id": task_id,
        "element": call.element,
        "path": call.path,
        "visit": call.visit,
        "item": call.item,
        "version": 1,
        "answers": dict(answers),
        "actor": call.actor,
        "at": call.now,
    }
    write_later(db, _ANSWER, **row)


_ANSWER = Prepared(insert(tables.answer).values({c.name: bindparam(c.name, type_=c.type) for c in tables.answer.c}))


Handler = Callable[..., Any]
