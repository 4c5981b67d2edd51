"""The API's documentation: valid, complete, with examples that hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel
from sqlalchemy import create_engine

from api.rest import application
from api.rest.nouns import Problem
from api.rest.shapes import Body
from engine.registry import Registry
from engine.runtime import Runtime
from tests.engine.small import SmallFacts, render

METHODS = ("get", "put", "post", "delete", "patch")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Made without a database: documentation asks nothing of it."""
    runtime = Runtime(create_engine("postgresql+psycopg://"), Registry.of(), SmallFacts, render)
    return application.create_rest(runtime).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {path}", item[method]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for found in model.__subclasses__():
        yield found
        yield from below(found)


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert OpenAPI.model_validate(document).openapi.startswith("3.1")
    assert document["servers"] == [{"url": "/api/v1"}]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert len(found) > 30
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names)) > 40
    for name, operation in operations(document):
        assert operation["description"], name
        assert operation["tags"], name
        assert operation["security"] == [{"token": []}], name


def test_every_parameter_of_a_path_is_declared(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        declared = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert declared == {part[1:-1].partition(":")[0] for part in name.split("/") if part.startswith("{")}, name


def test_every_operation_answers_with_a_model_or_a_media_type_of_its_own(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        well = {status: response for status, response in operation["responses"].items() if status.startswith("2")}
        assert well, name
        for status, response in well.items():
            if status != "204":
                assert response["content"], name
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            assert schema != {}, name


def test_every_problem_is_documented_as_one(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        problems = {status: each for status, each in operation["responses"].items() if status >= "4"}
        assert {"401", "403", "422", "500"} <= set(problems), name
        for response in problems.values():
            assert list(response["content"]) == ["application/problem+json"], name


def test_every_body_has_an_example_that_fits(document: dict[str, Any]) -> None:
    with_body = [operation["requestBody"] for _, operation in operations(document) if "requestBody" in operation]
    assert len(with_body) > 8
    for body in with_body:
        shown = str(body) + "".join(
            str(document["components"]["schemas"][r.rpartition("/")[2]]) for r in references(body)
        )
        assert "example" in shown, body
    models: list[type[BaseModel]] = [*below(Body), Problem]
    assert len(models) > 5
    for model in models:
        (example,) = model.model_json_schema()["examples"]
        model.model_validate(example)


def test_bodies_refuse_what_they_do_not_know(document: dict[str, Any]) -> None:
    for model in below(Body):
        assert model.model_json_schema()["additionalProperties"] is False, model
