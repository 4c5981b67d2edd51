"""The benchmark's process on SpiffWorkflow alone: its own parser, script engine and serializer, and one table.

It knows which case's timer is due without looking, and shows nobody what is to be done.
"""

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from bench.sides import BUNDLE, PEOPLE, Sizes, answer_side

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


class OwnServiceTask(ServiceTask):
    """The library asks its users to say what a service task does."""

    def _execute(self, task: Task) -> bool:
        if self.bpmn_id == "ListPeople":
            task.data["people"] = list(PEOPLE)
        return True


class OwnParser(BpmnParser):
    """As delivered, but for service tasks."""

    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (TaskParser, OwnServiceTask)}  # noqa: RUF012


def soon() -> str:
    """A moment that has come when the timer is looked at again."""
    return (datetime.now(UTC) + timedelta(milliseconds=1)).isoformat()


def later() -> str:
    """A moment far away."""
    return (datetime.now(UTC) + timedelta(days=30)).isoformat()


def diagram() -> etree._Element:
    """The same diagram, with its list in the form that the library reads."""
    root = etree.parse(BUNDLE / "bench.bpmn").getroot()
    for ours in root.iter(f"{{{ZEEBE}}}loopCharacteristics"):
        theirs = ours.getparent().getparent()
        etree.SubElement(theirs, f"{{{BPMN}}}loopDataInputRef").text = ours.get("inputCollection").removeprefix("=")
        etree.SubElement(theirs, f"{{{BPMN}}}inputDataItem", id=ours.get("inputElement"))
    return root


class RawSide:
    """Cases in one table, each its whole state as the library's serializer writes it."""

    def __init__(self, url: str) -> None:
        parser = OwnParser()
        parser.add_bpmn_xml(diagram(), "bench.bpmn")
        self._spec, self._parts = parser.get_spec("bench"), parser.get_subprocess_specs("bench")
        self._engine = PythonScriptEngine(TaskDataEnvironment({"soon": soon, "later": later}))
        config = DEFAULT_CONFIG | {OwnServiceTask: BpmnTaskSpecConverter}
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self._db = psycopg.connect(url)
        self._db.execute("CREATE TABLE IF NOT EXISTS raw_case (id uuid PRIMARY KEY, state text NOT NULL)")
        self._db.commit()

    def open(self) -> UUID:
        """A new case, run to its first task."""
        workflow = BpmnWorkflow(self._spec, self._parts, script_engine=self._engine)
        workflow.do_engine_steps()
        case_id = uuid4()
        state = self._serializer.serialize_json(workflow)
        self._db.execute("INSERT INTO raw_case (id, state) VALUES (%s, %s)", (case_id, state))
        self._db.commit()
        return case_id

    def find(self, case_id: UUID, element: str) -> UUID:
        """Nothing to look up: the first task of an element is found when the case is loaded."""
        return case_id

    def complete(self, case_id: UUID, element: str, answers: dict[str, str]) -> None:
        """Does one task."""
        workflow = self._load(case_id)
        ready = workflow.get_tasks(state=TaskState.READY)
        task = next(task for task in ready if task.task_spec.bpmn_id == element and task.task_spec.manual)
        task.data.update(answers)
        if "chosen" in answers:
            task.data["way"] = answers["chosen"]
        task.run()
        workflow.do_engine_steps()
        self._save(case_id, workflow)

    def fire(self, case_id: UUID) -> None:
        """Lets the timer fire that is due."""
        workflow = self._load(case_id)
        workflow.refresh_waiting_tasks()
        workflow.do_engine_steps()
        self._save(case_id, workflow)

    def is_over(self, case_id: UUID) -> bool:
        """Whether a case has ended."""
        workflow = self._load(case_id)
        self._db.rollback()
        return bool(workflow.is_completed())

    def sizes(self) -> Sizes:
        """What the cases take."""
        found = self._db.execute(
            "SELECT count(*), coalesce(avg(octet_length(state)), 0), pg_total_relation_size('raw_case') FROM raw_case"
        ).fetchone()
        self._db.commit()
        assert found is not None  # noqa: S101
        return Sizes(cases=found[0], state=float(found[1]), disk=found[2])

    def _load(self, case_id: UUID) -> BpmnWorkflow:
        row = self._db.execute("SELECT state FROM raw_case WHERE id = %s FOR UPDATE", (case_id,)).fetchone()
        assert row is not None  # noqa: S101
        workflow = self._serializer.deserialize_json(row[0])
        workflow.script_engine = self._engine
        return workflow

    def _save(self, case_id: UUID, workflow: BpmnWorkflow) -> None:
        state = self._serializer.serialize_json(workflow)
        self._db.execute("UPDATE raw_case SET state = %s WHERE id = %s", (state, case_id))
        self._db.commit()


if __name__ == "__main__":
    answer_side(RawSide(sys.argv[1]))
