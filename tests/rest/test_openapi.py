"""The published contract: complete, truthful about errors, named for people, and free of the tables behind it."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, SecretStr
from sqlmodel import SQLModel
from starlette.testclient import TestClient

import schemas.tables  # noqa: F401  # declares every table
from api.main import create_app
from api.rest.examples import ANSWERS, BODIES
from api.rest.openapi import TAGS
from api.settings import Settings
from schemas.wire.common import Problem
from tests.support import numbers
from tests.support.house import MASTER_KEY

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """No request reaches the database: the document is drawn from the routes alone."""
    return create_app(
        Settings(
            database_url="sqlite:///never-opened.db", master_key=SecretStr(MASTER_KEY), allowed_hosts=("testserver",)
        )
    )


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        assert set(item) <= METHODS
        for method, operation in item.items():
            yield method, path, operation


def v1(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [found for found in operations(document) if found[1].startswith("/v1/")]


def references(node: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_it_is_a_valid_openapi_3_1_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


def test_every_reference_leads_somewhere_and_nothing_lies_about_unused(document: dict[str, Any]) -> None:
    schemas_there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) == schemas_there


def test_every_operation_has_a_name_a_summary_and_a_tag(document: dict[str, Any]) -> None:
    found = list(operations(document))
    assert len(found) > 40
    ids = [operation["operationId"] for _, _, operation in found]
    assert len(ids) == len(set(ids))
    for _, path, operation in found:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), operation["operationId"]
        assert 5 < len(operation["summary"]) < 70, path
        assert len(operation["tags"]) == 1, path


def test_tags_are_described_and_come_in_the_order_of_the_road(document: dict[str, Any]) -> None:
    used = list(dict.fromkeys(operation["tags"][0] for _, _, operation in operations(document)))
    assert used == [tag["name"] for tag in TAGS] == [tag["name"] for tag in document["tags"]]
    assert all(tag["description"] for tag in TAGS)


def test_every_v1_operation_but_signing_in_needs_a_token(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    open_ones = [operation["operationId"] for _, _, operation in v1(document) if not operation.get("security")]
    assert open_ones == ["sign_ins_start"]
    for _, _, operation in v1(document):
        assert "401" in operation["responses"]


def test_every_error_is_a_problem_document_and_only_that(document: dict[str, Any]) -> None:
    errors = 0
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            errors += 1
            ((media_type, content),) = answer["content"].items()
            assert media_type == "application/problem+json", f"{method} {path} {status}"
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            example = Problem.model_validate(content["example"])
            assert example.status == int(status)
    assert errors > 200


def test_every_v1_operation_declares_what_any_may_answer(document: dict[str, Any]) -> None:
    for method, path, operation in v1(document):
        declared = set(operation["responses"])
        assert {"413", "422", "429", "503"} <= declared, path
        if "requestBody" in operation:
            assert "400" in declared, path
        if operation.get("security"):
            assert "403" in declared, path
        if "{" in path and method != "put":
            assert "404" in declared, path
        if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
            assert {"412", "428"} <= declared, path


def test_every_post_that_does_something_but_signing_in_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    posts = [operation for method, _, operation in v1(document) if method == "post"]
    without = [
        operation["operationId"]
        for operation in posts
        if "Idempotency-Key" not in {parameter["name"] for parameter in operation.get("parameters", [])}
    ]
    assert len(posts) > 10
    assert without == ["sign_ins_start", "clients_search", "tone_checks_check"]
    assert all("409" in operation["responses"] for operation in posts if operation["operationId"] not in without)


def test_every_body_has_an_example_that_its_shape_accepts(app: FastAPI, document: dict[str, Any]) -> None:
    bodies = {
        reference["$ref"].rsplit("/", 1)[-1]
        for _, _, operation in operations(document)
        for media_type, content in operation.get("requestBody", {"content": {}})["content"].items()
        if media_type == "application/json"
        # A body that may be left out is written as that or nothing.
        for reference in content["schema"].get("anyOf", [content["schema"]])
        if "$ref" in reference
    }
    assert len(bodies) > 15
    assert bodies <= set(BODIES)
    shapes = {shape.__name__: shape for shape in _shapes(app)}
    for name in bodies:
        shapes[name].model_validate(BODIES[name])
        assert document["components"]["schemas"][name]["examples"] == [BODIES[name]]


def test_no_example_outlives_its_shape(document: dict[str, Any]) -> None:
    assert set(BODIES) | set(ANSWERS) <= set(document["components"]["schemas"])


def test_an_answer_with_an_example_reads_as_its_shape_and_says_no_number(
    app: FastAPI, document: dict[str, Any]
) -> None:
    shapes = {shape.__name__: shape for shape in _shapes(app)}
    for name, example in ANSWERS.items():
        assert set(example) == set(shapes[name].model_fields)
        shapes[name].model_validate(example)
        assert document["components"]["schemas"][name]["examples"] == [example]
        assert list(numbers.of_a_person(example)) == []


def test_no_schema_is_a_table(app: FastAPI, document: dict[str, Any]) -> None:
    """A table sent to a caller would leak its columns: sealed bytes, digests, the practice's id."""
    tables = {mapper.class_ for mapper in SQLModel._sa_registry.mappers}  # where SQLModel keeps them
    assert len(tables) > 20
    assert not {table.__name__ for table in tables} & set(document["components"]["schemas"])
    assert not set(_shapes(app)) & tables
    properties = {
        name for schema in document["components"]["schemas"].values() for name in schema.get("properties", {})
    }
    assert not {name for name in properties if name.endswith(("_sealed", "_digest", "_hash"))}
    assert "practice_id" not in properties


def test_the_document_is_served(app: FastAPI, document: dict[str, Any]) -> None:
    answer = TestClient(app).get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document


def _shapes(app: FastAPI) -> Iterator[type[BaseModel]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        fields = [route.body_field, route.response_field]
        for field in fields:
            whole = field.field_info.annotation if field is not None else None
            for kind in (whole, *get_args(whole)):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    yield kind
