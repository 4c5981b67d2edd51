"""One case inside one transaction: restored, acted on, advanced, saved."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection

from engine.bindings import Binding
from engine.bundles import Process
from engine.calls import Call, CaseFacts
from engine.errors import EngineError, StateDamaged
from engine.expressions import Evaluator, check_names, to_json_value
from engine.history import Notes
from engine.incidents import Command, resolve
from engine.registry import Accepted, Refusal
from engine.runtime import Runtime
from engine.spiff.codec import FORMAT
from engine.spiff.workflow import CaseWorkflow, Place
from engine.standing import Standing, lock
from engine.versions import process_of


class Uncaught(EngineError):
    """A step refused, and nothing in the diagram catches its refusal."""

    def __init__(self, element: str, refusal: Refusal) -> None:
        super().__init__(f"{element}: {refusal.message}")
        self.refusal = refusal


class Step:
    """One case inside one transaction. After an exception throw it away with the transaction."""

    def __init__(self, runtime: Runtime, db: Connection, standing: Standing, *, actor: str) -> None:
        row, now = standing.row, standing.now
        self.runtime, self.db, self.row, self.now, self.actor = runtime, db, row, now, actor
        self.standing = standing
        self.process: Process = process_of(runtime, db, row.version_id)
        self.case = CaseFacts(
            id=row.id,
            reference=row.reference,
            process=row.process,
            owner_id=row.owner_id,
            subject_id=row.subject_id,
            opened_at=row.opened_at,
        )
        self.facts = runtime.make_facts(db=db, case=self.case, now=now, policy=self.process.policy)
        names = {name: partial(function, self.facts) for name, function in runtime.registry.facts.items()}
        self._evaluator = Evaluator(names, self.process.policy)
        self.notes = Notes(row.id, actor=actor, at=now)
        self.workflow: CaseWorkflow

    @classmethod
    def locked(cls, runtime: Runtime, db: Connection, case_id: UUID, *, actor: str) -> "Step":
        """The case as it stands, its row locked. Raises NotFound, StateDamaged."""
        return cls.restored(runtime, db, lock(db, case_id=case_id), actor=actor)

    @classmethod
    def restored(cls, runtime: Runtime, db: Connection, standing: Standing, *, actor: str) -> "Step":
        """A case that is locked already. Raises StateDamaged."""
        step = cls(runtime, db, standing, actor=actor)
        saved = standing.saved
        if saved.format != FORMAT or hashlib.sha256(saved.state.encode()).hexdigest() != saved.checksum:
            raise StateDamaged
        step.workflow = CaseWorkflow.restore(saved.state, orjson.loads(saved.visits), step.process.specification, step)
        return step

    @classmethod
    def first(cls, runtime: Runtime, db: Connection, row: Any, *, actor: str) -> "Step":
        """A case that has just been opened; its row says since when."""
        step = cls(runtime, db, Standing(row, row.opened_at), actor=actor)
        step.workflow = CaseWorkflow.start(step.process.specification, step)
        return step

    def state(self) -> dict[str, Any]:
        """The tokens as they are saved; what people query is written by engine.projection."""
        state = self.workflow.dump()
        return {
            "format": FORMAT,
            "checksum": hashlib.sha256(state.encode()).hexdigest(),
            "state": state,
            "visits": orjson.dumps(self.workflow.visits).decode(),
        }

    def resolve(self, command: Command) -> None:
        """What a command asked for has been done: open incidents about the same are over."""
        if self.standing.has_incidents:
            resolve(self.db, command, now=self.now)

    def note(self, what: str, place: Place | None = None, **facts: Any) -> None:
        """Adds a row to the case's history."""
        if place is None:
            self.notes.add(what, facts=facts)
        else:
            self.notes.add(
                what, element=place.element, path=place.path, visit=place.visit, item=place.item, facts=facts
            )

    # --- handlers

    def call(self, place: Place) -> Call:
        """What a handler is given at a place of the diagram."""
        return Call(
            db=self.db,
            case=self.case,
            element=place.element,
            path=place.path,
            visit=place.visit,
            item=place.item,
            now=self.now,
            actor=self.actor,
            policy=self.process.policy,
            facts=self.facts,
            letters=self.process.letters,
            render=self.runtime.render,
            notes=self.notes,
            lists=self.process.lists,
            bind=self.runtime.bind,
            decide=lambda name: self.process.decisions[name].evaluate(self._evaluator, dict(place.data)),
        )

    def inputs(self, binding: Binding, data: Mapping[str, Any]) -> dict[str, Any]:
        """A handler's inputs: a property that starts with `=` is an expression, any other is the text itself."""
        return {
            name: self.evaluate(value, dict(data)) if value.startswith("=") else value
            for name, value in binding.inputs.items()
        }

    def prepare(self, place: Place) -> dict[str, Any]:
        """What the form of a user task shows and offers; nothing when the diagram names no `prepare`."""
        binding = self.process.bindings[place.element]
        name = binding.properties.get("prepare")
        if not name:
            return {}
        prepared = self.runtime.registry.handlers[name](self.call(place), **self.inputs(binding, place.data))
        return to_json_value(prepared)  # type: ignore[return-value]

    def accept(self, place: Place, answers: dict[str, Any]) -> Accepted:
        """Lets the diagram's `accept` keep the answers. Raises Refusal, which is for the person to read."""
        binding = self.process.bindings[place.element]
        name = binding.properties.get("accept")
        if not name:
            return Accepted()
        handler = self.runtime.registry.handlers[name]
        accepted: Accepted = handler(self.call(place), answers, **self.inputs(binding, place.data))
        routing = to_json_value(dict(accepted.routing))
        check_names(routing, self.runtime.registry.facts)  # type: ignore[arg-type]
        return Accepted(routing=routing, happened_on=accepted.happened_on)  # type: ignore[arg-type]

    # --- what the workflow asks (engine.spiff.environment.Steps)

    def evaluate(self, expression: str, data: dict[str, Any]) -> object:
        """The value of an expression on a branch's data."""
        return self._evaluator.evaluate(expression, data)

    def at_lowest(self, expression: str, data: dict[str, Any]) -> object:
        """The value of an expression if every number of the policy were the lowest that is allowed."""
        policy = self.process.policy.at_lowest()
        facts = self.runtime.make_facts(db=self.db, case=self.case, now=self.now, policy=policy)
        names = {name: partial(function, facts) for name, function in self.runtime.registry.facts.items()}
        return Evaluator(names, policy).evaluate(expression, dict(data))

    def trace(self) -> list[dict[str, Any]]:
        """The calls that the last evaluation made."""
        return list(self._evaluator.calls)

    def run_script(self, script: str, data: dict[str, Any]) -> dict[str, Any]:
        """What the lines `name = expression` assign."""
        return self._evaluator.run_script(script, data)

    def call_service(self, task: Any) -> bool | None:
        """Calls a service task's handler."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        handler = self.runtime.registry.handlers[binding.handler]
        try:
            result = handler(self.call(place), **self.inputs(binding, place.data))
        except Refusal as refusal:
            self.note("refused", place, code=refusal.code, message=refusal.message, rule=refusal.rule)
            if not self.workflow.refuse(task, refusal.code):
                raise Uncaught(place.element, refusal) from refusal
            return None
        if binding.result:
            self._keep(task, binding.result, result)
        self.note("service", place, handler=binding.handler)
        return True

    def decide(self, task: Any) -> None:
        """Evaluates a decision table into the branch's data."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        result = self.process.decisions[binding.decision].evaluate(self._evaluator, place.data)
        self._keep(task, binding.result, result)
        self.note("decided", place, decision=binding.decision, result=result)

    def _keep(self, task: Any, name: str, value: object) -> None:
        kept = to_json_value(value)
        check_names({name: kept}, self.runtime.registry.facts)
        task.data[name] = kept
