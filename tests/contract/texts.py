"""Where a caller may write free text, read from the published contract.

A new field is found by itself. What is written in a form of its own (an e-mail address, a code, a day, a word of a list) says so in
the contract, by `format`, `pattern` or `enum`, and is no free text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.wire.common import WireIn
from tests.contract.routes import DRAWN, ROUTES, Route

Schema = dict[str, Any]
Give = Callable[[str], object]

LEAVE = object()
_OWN_FORM = {"format", "pattern", "enum", "const"}
_SOME = {"uuid": "00000000-0000-7000-8000-000000000000", "date": "2026-03-10", "date-time": "2026-03-10T15:00:00Z"}

PASTE = 100_000


@dataclass(frozen=True)
class TextField:
    """`pointer` is where it stands in the body, as a refusal names it."""

    route: Route
    pointer: str
    schema: Schema

    @property
    def limit(self) -> int:
        return int(self.schema["maxLength"])


@cache
def _contract() -> Schema:
    return DRAWN.openapi()


def body_schema(route: Route) -> Schema | None:
    """None where no JSON is taken."""
    operation = _contract()["paths"][route.path][route.method.lower()]
    content = operation.get("requestBody", {"content": {}})["content"]
    return dict(content["application/json"]["schema"]) if "application/json" in content else None


def shape_of(route: Route) -> type[WireIn]:
    """That of the body, also of one that may be left out."""
    schema = body_schema(route)
    assert schema is not None
    options = [one for one in schema.get("anyOf", [schema]) if "$ref" in one]
    name = options[0]["$ref"].rpartition("/")[2]
    return next(one for one in _shapes(WireIn) if one.__name__ == name)


def _shapes(shape: type[WireIn]) -> Iterator[type[WireIn]]:
    for one in shape.__subclasses__():
        yield one
        yield from _shapes(one)


def resolved(schema: Schema) -> Schema:
    """What stands behind a name, and what a value is where it is not null."""
    while True:
        options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if "$ref" in schema:
            schema = _contract()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif options:
            assert len(options) == 1, schema
            schema = options[0]
        else:
            return schema


def is_free_text(schema: Schema) -> bool:
    return schema.get("type") == "string" and not _OWN_FORM & schema.keys()


def places(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    schema = resolved(schema)
    if is_free_text(schema):
        yield pointer, schema
    for name, part in schema.get("properties", {}).items():
        yield from places(part, f"{pointer}/{name}")
    if schema.get("type") == "array":
        yield from places(schema["items"], f"{pointer}/0")
    assert "additionalProperties" not in schema or schema["additionalProperties"] is False, (
        f"{pointer}: what are its keys?"
    )


def fields_of(route: Route) -> list[TextField]:
    schema = body_schema(route)
    return [TextField(route, *place) for place in places(schema)] if schema else []


WITH_TEXT = [route for route in ROUTES if fields_of(route)]
FIELDS = [field for route in WITH_TEXT for field in fields_of(route)]


def body_with(route: Route, given: Any, give: Give) -> Any:  # noqa: ANN401  # any JSON
    """A body in which every free text is what `give` says of its pointer, beside what was given; lists are of
    one. LEAVE leaves a place alone.
    """
    schema = body_schema(route)
    assert schema is not None
    return _filled(schema, given, give, "")


def _filled(schema: Schema, given: Any, give: Give, pointer: str) -> Any:  # noqa: ANN401  # any JSON
    schema = resolved(schema)
    if is_free_text(schema):
        text = give(pointer)
        return given if text is LEAVE else text
    if schema.get("type") == "array":
        return [_filled(schema["items"], (given or [None])[0], give, f"{pointer}/0")]
    body = dict(given or {})
    for name, part in schema.get("properties", {}).items():
        if any(True for _ in places(part)):
            value = _filled(part, body.get(name), give, f"{pointer}/{name}")
            if value is not None:
                body[name] = value
        elif name in schema.get("required", ()) and name not in body:
            body[name] = _something(resolved(part))
    return body


def _something(schema: Schema) -> object:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "string":
        return _SOME[schema["format"]]
    return schema.get("minimum", 1)
