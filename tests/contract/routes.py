"""Every route of /v1 with the rule its use case is held to: what the matrix tests are generated from."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, SecretStr

from api.main import create_app
from api.services.gate import Rule
from api.settings import Settings
from tests.support.house import MASTER_KEY


@dataclass(frozen=True)
class Route:
    """`shape` is the JSON body it takes; a route that takes a form has none."""

    method: str
    path: str
    operation_id: str
    endpoint: Callable[..., Any]
    shape: type[BaseModel] | None
    takes_form: bool
    needs_version: bool
    rule: Rule

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def ids(self) -> list[str]:
        """The path parameters that are identifiers of ours."""
        return [name for name in self.parameters if name.endswith("_id") and name != "external_id"]


def rules_of(endpoint: Callable[..., Any]) -> list[Rule]:
    """The rules of the use cases that a route's code calls, found by reading it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(endpoint)))
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            module = endpoint.__globals__.get(node.func.value.id)
            rule = getattr(getattr(module, node.func.attr, None), "__gate__", None)
            if rule is not None:
                found.append(rule)
    return found


def drawn_app() -> FastAPI:
    """An application whose database is never opened: for reading its routes."""
    return create_app(
        Settings(
            database_url="sqlite:///never-opened.db", master_key=SecretStr(MASTER_KEY), allowed_hosts=("testserver",)
        )
    )


def routes_of(app: FastAPI) -> Iterator[Route]:
    document = app.openapi()
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        path = (context.path or "").replace(":path}", "}")
        if not isinstance(route, APIRoute) or not path.startswith("/v1/"):
            continue
        for method in sorted(route.methods or ()):
            operation = document["paths"][path][method.lower()]
            takes_form = "multipart/form-data" in operation.get("requestBody", {"content": {}})["content"]
            yield Route(
                method=method,
                path=path,
                operation_id=operation["operationId"],
                endpoint=route.endpoint,
                shape=None if takes_form else _shape(route),
                takes_form=takes_form,
                needs_version=any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])),
                rule=_only(rules_of(route.endpoint), path),
            )


def _shape(route: APIRoute) -> type[BaseModel] | None:
    kind: object = route.body_field.field_info.annotation if route.body_field is not None else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _only(rules: list[Rule], path: str) -> Rule:
    if len(rules) != 1:
        raise AssertionError(f"{path} calls {len(rules)} use cases; a route calls one and decides nothing")
    return rules[0]


DRAWN = drawn_app()
ROUTES: list[Route] = list(routes_of(DRAWN))
