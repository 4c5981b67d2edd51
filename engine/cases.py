"""What people can do to a case. Each is one transaction; anything unexpected becomes an incident."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine import tables
from engine.added_tasks import NOWHERE, added_form, path_of
from engine.asking import is_done
from engine.calls import keep_answer
from engine.database import AnyRow, fetch, transaction
from engine.drafts import keep_draft
from engine.errors import AlreadyOpen, Changed, FormRefused, NotFound, NotReportable, TaskNotWaiting
from engine.ids import new_id
from engine.inbox import hand_over, put
from engine.incidents import Command, guarded, resolve
from engine.opening import OPEN, tell_former
from engine.projection import end_task, save
from engine.repeated import are_the_same
from engine.rescheduling import work_out_again
from engine.runtime import Runtime
from engine.spiff.workflow import Place
from engine.standing import OpenTask
from engine.steps import Step, Uncaught
from engine.timers import caught_up, meet_deadlines
from engine.versions import newest_version


def open_case(
    runtime: Runtime,
    *,
    process: str,
    owner_id: UUID,
    subject_id: UUID,
    actor: str,
    follows: UUID | None = None,
    reason: str = "",
) -> UUID:
    """Opens a case on the newest version of a process. Raises AlreadyOpen, NotFound, Refusal, IncidentRaised.

    follows: the closed case that it takes up again, and reason, why.
    """
    arguments = {"process": process, "owner_id": str(owner_id), "subject_id": str(subject_id)}
    if follows is not None:
        arguments |= {"follows": str(follows), "reason": reason}
    command = Command("open_case", arguments, actor, None, owner_id)
    with guarded(runtime, command):
        return perform_open(runtime, command)


def perform_open(runtime: Runtime, command: Command) -> UUID:
    """Opens the case that a command asks for."""
    process = command.arguments["process"]
    given = {
        "id": new_id(),
        "letters": "".join(word[0] for word in process.split("_") if word).upper(),
        "process": process,
        "owner_id": UUID(command.arguments["owner_id"]),
        "subject_id": UUID(command.arguments["subject_id"]),
        "actor": command.actor,
        "follows": UUID(command.arguments["follows"]) if "follows" in command.arguments else None,
    }
    with transaction(runtime.engine) as db:
        (rows,) = fetch(db, (OPEN, given))
        if not rows:
            newest_version(db, process)  # raises NotFound when there is none
            raise AlreadyOpen
        (row,) = rows
        step = Step.first(runtime, db, row, actor=command.actor)
        step.note("opened")
        if row.follows is not None:
            reason = command.arguments["reason"]
            former = tell_former(db, row, actor=command.actor, reason=reason, now=step.now)
            step.note("follows", former=former, reason=reason)
        try:
            step.workflow.advance()
        except Uncaught as uncaught:
            # Nobody has been asked anything yet: what a first service refuses is the opening itself.
            raise uncaught.refusal from uncaught
        save(step)
        if row.has_failed:
            resolve(db, command, now=step.now)
        is_done(db, row.id)
        return row.id  # type: ignore[no-any-return]


def complete_task(
    runtime: Runtime, task_id: UUID, *, actor: str, answers: dict[str, Any], revision: int | None = None
) -> None:
    """A person does a task.

    Raises TaskNotWaiting or Changed (the answers are kept as a draft), FormRefused, Refusal, IncidentRaised.
    """
    arguments = {"task_id": str(task_id), "answers": answers}

    def about() -> Command:
        task = _task(runtime, task_id)
        return Command("complete_task", arguments, actor, task.case_id, task.owner_id, task.element)

    try:
        with guarded(runtime, about):
            perform_complete(runtime, Command("complete_task", arguments, actor, None, None), revision=revision)
    except Exception:
        # Whatever went wrong: what was typed is not lost.
        keep_draft(runtime, task_id, answers)
        raise


def perform_complete(runtime: Runtime, command: Command, *, revision: int | None = None) -> None:
    """Does the task that a command asks for. A command that is tried again later asks for no revision."""
    task_id, answers = UUID(command.arguments["task_id"]), command.arguments["answers"]
    with caught_up(runtime, task_id=task_id, actor=command.actor) as step:
        row = step.standing.asked
        if row is None:
            raise NotFound(f"There is no task {task_id}.")
        if row.state != "open":
            if _is_sent_twice(step, row, answers):
                return
            raise TaskNotWaiting
        if revision is not None and row.revision != revision:
            raise Changed
        _complete(step, row, answers)
        step.resolve(replace(command, case_id=step.case.id))


def _complete(step: Step, row: OpenTask, answers: dict[str, Any]) -> None:
    if row.element == NOWHERE:
        _complete_added(step, row, answers)
        return
    place = place_of(step, row.token)
    checked = check_form(step, place, row.form, answers)
    accepted = step.accept(place, checked)
    keep_answer(step.db, step.call(place), checked, id_=new_id(), task_id=row.id)
    if accepted.happened_on is not None:
        meet_deadlines(step, place.element, on=accepted.happened_on, task_id=row.id)
    end_task(step, row)
    step.note("task_done", place, name=row.name)
    if moved := step.process.bindings[place.element].properties.get("reschedules"):
        work_out_again(step, (element.strip() for element in moved.split(",")))
    step.workflow.complete(row.token, dict(accepted.routing))
    step.workflow.advance()
    save(step)


def _complete_added(step: Step, row: OpenTask, answers: dict[str, Any]) -> None:
    """A task on no diagram moves no token: it is done also when the case is over."""
    place = Place(token=row.token, element=NOWHERE, path=path_of(row.id), visit=1, item="", data={})
    keep_answer(step.db, step.call(place), added_form().parse(answers), id_=new_id(), task_id=row.id)
    end_task(step, row)
    step.note("task_done", place, name=row.name)
    step.notes.write(step.db)
    c = tables.case.c
    step.db.execute(update(tables.case).where(c.id == step.case.id).values(revision=c.revision + 1))


def report(
    runtime: Runtime, case_id: UUID, *, message: str, actor: str, answers: dict[str, Any], revision: int | None = None
) -> UUID:
    """A person tells a case something no task asks for. Gives the inbox row's id.

    Raises NotReportable, Changed, FormRefused, Refusal, IncidentRaised.
    """
    c = tables.case.c
    with transaction(runtime.engine) as db:
        owner_id = db.execute(select(c.owner_id).where(c.id == case_id)).scalar_one_or_none()
    if owner_id is None:
        raise NotFound(f"There is no case {case_id}.")
    command = Command("report", {"message": message, "answers": answers}, actor, case_id, owner_id, message)
    with guarded(runtime, command):
        return perform_report(runtime, command, revision=revision)


def perform_report(runtime: Runtime, command: Command, *, revision: int | None = None) -> UUID:
    """Keeps and hands over the report that a command carries; tried again, whatever the case's revision is by then."""
    message, answers = command.arguments["message"], command.arguments["answers"]
    case_id = command.case_id
    if case_id is None:
        raise NotFound
    with caught_up(runtime, case_id, actor=command.actor) as step:
        if revision is not None and step.row.revision != revision:
            raise Changed
        inbox_id = _report(step, message, answers)
        step.resolve(command)
        is_done(step.db, inbox_id)
    return inbox_id


def _report(step: Step, message: str, answers: dict[str, Any]) -> UUID:
    listeners = step.standing.listeners.values()
    heard = next((listener for listener in listeners if listener.message == message and listener.form), None)
    if heard is None:
        raise NotReportable
    place = next(place for place in step.workflow.listeners() if place.token == heard.token)
    checked = check_form(step, place, heard.form, answers)
    accepted = step.accept(place, checked)
    keep_answer(step.db, step.call(place), checked, id_=new_id(), task_id=None)
    if accepted.happened_on is not None:
        meet_deadlines(step, place.element, on=accepted.happened_on, task_id=None)
    inbox_id = put(
        step.db,
        case_id=step.case.id,
        message=message,
        key=heard.key,
        routing=accepted.routing,
        answers=checked,
        actor=step.actor,
        now=step.now,
    )
    step.note("reported", place, message=message)
    i = tables.inbox.c
    hand_over(step, step.db.execute(select(tables.inbox).where(i.id == inbox_id)).one())
    step.workflow.advance()
    save(step)
    return inbox_id


def claim_task(
    runtime: Runtime, task_id: UUID, *, actor: str, assignee: str | None, revision: int | None = None
) -> None:
    """Gives an open task to a person, or to nobody. Raises TaskNotWaiting, Changed."""
    t = tables.task.c
    with transaction(runtime.engine) as db:
        row = db.execute(select(t.state, t.revision, t.assignee).where(t.id == task_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound(f"There is no task {task_id}.")
        if row.state != "open":
            raise TaskNotWaiting
        if revision is not None and row.revision != revision:
            raise Changed
        if revision is None and assignee == actor and row.assignee not in (None, actor):
            raise Changed("Somebody else has taken this task.")
        db.execute(update(tables.task).where(t.id == task_id).values(assignee=assignee, revision=t.revision + 1))


def save_draft(runtime: Runtime, task_id: UUID, *, answers: dict[str, Any]) -> None:
    """Keeps half-finished answers on an open task. Raises TaskNotWaiting."""
    task = _task(runtime, task_id)
    if task.state != "open":
        raise TaskNotWaiting
    keep_draft(runtime, task_id, answers)


def check_form(step: Step, place: Place, form_id: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as the form allows them, given what the step offers. Raises FormRefused."""
    form = step.process.forms.get(form_id)
    if form is None:
        if answers:
            raise FormRefused(dict.fromkeys(answers, "This task asks nothing."))
        return {}
    prepared = step.prepare(place)
    checked: dict[str, Any] = form.parse(answers, offers=prepared.get("offers"), seeded=prepared.get("answers"))
    return checked


def place_of(step: Step, token: UUID) -> Place:
    """Where a waiting user task stands. Raises TaskNotWaiting."""
    for place in step.workflow.user_tasks():
        if place.token == token:
            return place
    raise TaskNotWaiting


def _is_sent_twice(step: Step, row: OpenTask, answers: dict[str, Any]) -> bool:
    """Whether this very person has done the task with these very answers."""
    if row.state != "done" or row.ended_by != step.actor:
        return False
    a = tables.answer.c
    first = select(a.answers).where(a.task_id == row.id).order_by(a.version).limit(1)
    given = step.db.execute(first).scalar_one_or_none()
    form = added_form() if row.element == NOWHERE else step.process.forms.get(row.form)
    return given is not None and are_the_same(form, given, answers)


def _task(runtime: Runtime, task_id: UUID) -> AnyRow:
    t = tables.task.c
    with transaction(runtime.engine) as db:
        row = db.execute(select(t.id, t.case_id, t.owner_id, t.element, t.state).where(t.id == task_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no task {task_id}.")
    return row


# One statement: the next number of the year, the newest version, and the case, unless one is open.
