"""Every operation of the API asked with what its documentation allows, and with what it does not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.demo.answers import FORMS
from api.demo.question import Question
from tests.fuzz.stages import Service

Json = Any
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CONDITIONS = ("allOf", "if", "then", "else", "dependentRequired")
MOST_TOLD = 1_500  # characters of what was asked and answered
MOSTLY = st.sampled_from([True, True, True, True, False])
# Asked last, the most far-reaching at the very end: what they do takes away what others are asked about.
LAST = ("/retry", "/assign", "/settle", "/complete", "/fire", "/reports", "/approve", "/cancel", "/clock")
# Where a path's or a query's ids come from: the list, and the field.
LISTS: Mapping[str, tuple[str, str]] = {
    "school_id": ("/schools", "id"),
    "pupil_id": ("/pupils", "id"),
    "case_id": ("/cases", "id"),
    "task_id": ("/tasks", "id"),
    "timer_id": ("/timers", "id"),
    "incident_id": ("/incidents", "id"),
    "delivery_id": ("/deliveries", "id"),
    "document_id": ("/documents", "id"),
    "adult_id": ("/adults", "id"),
    "import_id": ("/register-imports", "id"),
    "draft_id": ("/calendar-drafts", "id"),
    "work_id": ("/work", "id"),
    "statement": ("/bank-holidays", "id"),
    "process": ("/processes", "process"),
    "name": ("/problems", "type"),
}


@dataclass(frozen=True)
class Breach:
    """An answer that the documentation does not know, with the request that brought it."""

    operation: str
    told: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.told}"


def breaches(service: Service, *, examples: int) -> Iterator[Breach]:
    """What is answered wrongly: at most one thing for each operation. `examples` is how often each is asked."""
    for operation in _operations(service):
        found: list[str] = []
        try:
            _tried(service, operation, examples=examples)(lambda case: _asked(service, case))
        except (Failure, FailureGroup, AssertionError) as error:
            found.append(_in_words(error))
        for told in found:
            yield Breach(operation.label, told)


def operations_of(service: Service) -> int:
    """How many operations the documentation names."""
    return len(_operations(service))


def _operations(service: Service) -> list[Any]:
    document = service.client.get("/api/v1/openapi.json").json()
    found = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]

    def reach(operation: Any) -> tuple[int, str]:
        ends = [number for number, end in enumerate(LAST, 1) if operation.path.endswith(end)]
        return (0 if operation.method == "get" else max(ends, default=0) + 1), operation.label

    return sorted(found, key=reach)


def _tried(service: Service, operation: Any, *, examples: int) -> Callable[[Callable[[Any], None]], None]:
    """Runs a function on requests to one operation, the same ones every time."""
    known = {name: _known(service, name) for name in _names(operation)}
    bodies = _bodies(service, operation.path)

    @st.composite
    def requests(draw: st.DrawFn) -> Any:
        mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = draw(operation.as_strategy(generation_mode=mode))
        if draw(MOSTLY):  # of what there is
            for place in (case.path_parameters, case.query):
                for name in [name for name in place or {} if known.get(name)]:
                    place[name] = draw(st.sampled_from(known[name]))
            if isinstance(case.body, dict):
                for name in [name for name in case.body if known.get(name)]:
                    case.body[name] = draw(st.sampled_from(known[name]))
        if bodies is not None and draw(MOSTLY):
            path, case.body = draw(bodies)
            case.path_parameters.update(path)
            case.headers = {name: text for name, text in case.headers.items() if name != "If-Match"}
        return case

    def run(ask: Callable[[Any], None]) -> None:
        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(requests())
        def asked(case: Any) -> None:
            ask(case)

        asked()

    return run


def _asked(service: Service, case: Any) -> None:
    sent = case.as_transport_kwargs(base_url="http://testserver/api/v1")
    parts = ("method", "url", "headers", "files", "data", "params", "json", "cookies")
    wanted = {name: sent[name] for name in parts if sent.get(name) is not None}
    wanted["headers"] = {name: text for name, text in dict(wanted["headers"]).items() if name != "Authorization"}
    written = requests.Request(**wanted).prepare()
    headers = [(str(name), str(text).encode("utf-8", "surrogatepass")) for name, text in written.headers.items()]
    headers.append(("Authorization", f"Bearer {service.token}".encode()))
    request = service.client.build_request(written.method, written.url, headers=headers, content=written.body or b"")
    case.validate_response(service.client.send(request), checks=CHECKS)


def _names(operation: Any) -> list[str]:
    found = [parameter.name for parameter in operation.iter_parameters() if parameter.location in ("path", "query")]
    return [*found, "pupil_id", "school_id", "assignee"]


def _known(service: Service, name: str) -> list[str]:
    """The ids of what there is, as a path names them."""
    if name not in LISTS:
        return []
    path, id_ = LISTS[name]
    return sorted({str(item[id_]).rpartition("/")[2] for item in service.items(path)})


def _bodies(service: Service, path: str) -> st.SearchStrategy[tuple[dict[str, str], Json]] | None:
    """Answers to what really is asked: those of the demo, some of them exchanged for others that the form allows."""
    asked: list[tuple[dict[str, str], str | None, Mapping[str, Any]]] = []
    if path == "/tasks/{task_id}/complete" or path == "/tasks/{task_id}/draft":
        for task in service.items("/tasks"):
            form = service.ask("GET", f"/tasks/{task['id']}").json()["form"]
            asked += [({"task_id": task["id"]}, None, form)] if form else []
    elif path == "/cases/{case_id}/reports":
        for case in service.items("/cases"):
            for report in service.items(f"/cases/{case['id']}/reports"):
                asked += [({"case_id": case["id"]}, report["message"], report["form"])] if report["form"] else []
    if not asked:
        return None
    return st.one_of([_answers(service, *each) for each in asked])


def _answers(
    service: Service, path: dict[str, str], message: str | None, form: Mapping[str, Any]
) -> st.SearchStrategy[tuple[dict[str, str], Json]]:
    usual: dict[str, Any] = {}
    if form["id"] in FORMS:
        variants = {"outcome": {"code": "O3"}, "internal_review": {"decision": "refer"}}
        usual = FORMS[form["id"]](Question(form, service.world.player.today()), **variants.get(form["id"], {}))
    allowed = _of_schema(form["json_schema"])

    @st.composite
    def given_answers(draw: st.DrawFn) -> tuple[dict[str, str], Json]:
        other = draw(allowed)
        changed = draw(st.sets(st.sampled_from(sorted(other)), max_size=3)) if isinstance(other, dict) and other else ()
        answers = {**usual, **{name: other[name] for name in changed}}
        return path, {"answers": answers} if message is None else {"message": message, "answers": answers}

    return given_answers()


def _of_schema(schema: Mapping[str, Any]) -> st.SearchStrategy[Json]:
    """Values of a JSON Schema, made as the bodies of an operation that has it."""
    own = _without_references(
        {name: value for name, value in schema.items() if name not in ("$schema", "$defs")}, schema
    )
    content = {"application/json": {"schema": own}}
    operation = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": ""}}}
    document = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {"/form": {"post": operation}}}
    (made,) = schemathesis.openapi.from_dict(document).get_all_operations()
    return made.ok().as_strategy().map(lambda case: case.body)


def _without_references(node: Json, schema: Mapping[str, Any]) -> Json:
    """A schema that can stand inside another document."""
    if isinstance(node, list):
        return [_without_references(each, schema) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _without_references(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    return {name: _without_references(each, schema) for name, each in node.items() if name not in CONDITIONS}


def _in_words(error: BaseException) -> str:
    parts = [str(each) for each in getattr(error, "exceptions", ())] or [str(error)]
    return " ".join("\n".join(parts).split())[:MOST_TOLD]
