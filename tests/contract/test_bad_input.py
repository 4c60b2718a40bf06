"""Whatever is sent, the answer is an answer: below 500, and a problem document when it is an error."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from tests.contract.routes import ROUTES, Route
from tests.contract.world import World

BODIES = [route for route in ROUTES if route.shape is not None]
WITH_PARAMETERS = [route for route in ROUTES if route.parameters]
FORMS = [route for route in ROUTES if route.takes_form]
VERSIONED = [route for route in ROUTES if route.needs_version]

NOT_BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"\xff\xfe{}",
    b'{"name": "\xff"}',
    b'{"a":' * 5_000,
]
WRONG_VALUES: list[Any] = [
    None,
    True,
    -1,
    10**40,
    1.5e300,
    float("nan"),
    float("inf"),
    "",
    "not-one-of-these",
    "\x00",
    "line\nbreak",
    "\x1b[31m\x7f",
    "\ud800",
    "x" * 20_000,
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-03-10T15:00:00",
    "00000000-0000-0000-0000-000000000000",
    "%00",
    "'; DROP TABLE clients; --",
    [],
    ["x"],
    {},
    {"$ref": "x"},
]
SECRET_VALUES: list[Any] = [None, "", "\ud800", "x" * 20_000, {}, "line\nbreak\x00 and more"]
_LEFT_OUT = object()
WRONG_PARAMETERS = [
    "not-a-uuid",
    "%00",
    "..%2f..",
    "x" * 5_000,
    "%E2%80%AE",
    "%FF",
    "0",
    "-1",
    "%20",
    "00000000-0000-0000-0000-000000000000",
]


class Caller:
    """The founder, who may do everything, so that input is judged and not the right."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0

    def send(self, route: Route, address: str, **given: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401  # any input
        headers = {"If-Match": '"v1"'} | given.pop("headers", {})
        # A caller of one's own for every request: some of these end the sign-in.
        founder = self.world.founder
        answer = self.world.house.api(founder).request(route.method, address, headers=headers, **given)
        self.count += 1
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", f"{address}: {answer.text[:200]}"
            assert answer.status_code < 500, f"{route.operation_id} {given!r:.300}: {answer.text}"
            return answer.status_code, answer.json()
        return answer.status_code, {}


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world)


def test_there_is_something_to_spoil() -> None:
    assert len(BODIES) > 20
    assert len(WITH_PARAMETERS) > 30
    assert len(VERSIONED) >= 5
    assert FORMS


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.operation_id)
def test_what_is_not_a_body_is_refused(caller: Caller, route: Route) -> None:
    address = caller.world.address(route)
    for content in NOT_BODIES:
        status, problem = caller.send(route, address, content=content, headers={"Content-Type": "application/json"})
        assert status in (400, 422), content[:30]
        assert problem["code"] in ("malformed", "invalid")
    whole = json.dumps(caller.world.body(route)).encode()
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
    ):
        status, _ = caller.send(route, address, content=whole, headers={"Content-Type": content_type})
        assert status in (400, 422), content_type


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.operation_id)
def test_a_spoilt_field_is_never_our_fault(caller: Caller, route: Route) -> None:
    address = caller.world.address(route)
    for spoilt in _spoilt(route, caller.world.body(route)):
        caller.send(route, address, content=json.dumps(spoilt), headers={"Content-Type": "application/json"})
    assert caller.count >= len(route.shape.model_fields if route.shape else ())


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.operation_id)
def test_an_unknown_field_is_a_misspelt_known_one(caller: Caller, route: Route) -> None:
    body = caller.world.body(route) | {"nmae": "Ana"}
    status, problem = caller.send(route, caller.world.address(route), json=body)
    assert status == 422
    assert "/nmae" in {error["pointer"] for error in problem["errors"]}
    assert "Ana" not in json.dumps(problem)


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.operation_id)
def test_a_value_of_another_json_type_is_refused_by_the_name_of_its_field(caller: Caller, route: Route) -> None:
    """A number is no day, a text no number, and no text says yes: whoever sends one meant something else."""
    address, tried = caller.world.address(route), 0
    for pointer, spoilt in _of_another_type(route, caller.world.body(route)):
        status, problem = caller.send(route, address, json=spoilt)
        assert (status, pointer in {error["pointer"] for error in problem.get("errors", [])}) == (422, True), spoilt
        tried += 1
    assert tried > 0


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.operation_id)
def test_an_unknown_part_of_a_form_is_a_misspelt_known_one(caller: Caller, route: Route) -> None:
    address, form = caller.world.address(route), caller.world.form(route.operation_id)
    for name in ("dryrun", "Dry_run", "dry_run ", "a/b~c", ""):
        spoilt = {**form, "data": {**form["data"], name: "Ana"}}
        status, problem = caller.send(route, address, **spoilt)
        assert status == 422, name
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        assert pointer in {error["pointer"] for error in problem["errors"]}
        assert "Ana" not in json.dumps(problem)
    (file,) = form["files"].values()
    status, problem = caller.send(route, address, data=form["data"], files={**form["files"], "flie": file})
    assert (status, [error["pointer"] for error in problem["errors"]]) == (422, ["/flie"])


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.operation_id)
def test_a_part_of_a_form_that_is_sent_twice_is_refused_and_none_of_them_is_taken(caller: Caller, route: Route) -> None:
    address, form = caller.world.address(route), caller.world.form(route.operation_id)
    listed = caller.world.house.api(caller.world.founder).get("/v1/imports").json()["items"]
    for name, value in form["data"].items():
        status, problem = caller.send(route, address, files=form["files"], data={**form["data"], name: [value, value]})
        assert (status, [error["pointer"] for error in problem["errors"]]) == (422, [f"/{name}"])
    for name, file in form["files"].items():
        status, problem = caller.send(route, address, data=form["data"], files=[(name, file), (name, file)])
        assert (status, [error["pointer"] for error in problem["errors"]]) == (422, [f"/{name}"])
    assert caller.world.house.api(caller.world.founder).get("/v1/imports").json()["items"] == listed


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.operation_id)
def test_an_oversized_body_is_refused_whether_or_not_it_says_so(caller: Caller, route: Route) -> None:
    address, limit = caller.world.address(route), caller.world.house.settings.body_kilobytes * 1024
    status, problem = caller.send(route, address, content=b" " * (limit + 1))
    assert (status, problem["code"]) == (413, "too_large")
    status, problem = caller.send(route, address, content=_in_pieces(limit))
    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.parametrize("route", WITH_PARAMETERS, ids=lambda route: route.operation_id)
def test_a_spoilt_address_is_never_our_fault(caller: Caller, route: Route) -> None:
    given = caller.world.request(route)
    for name in route.parameters:
        for value in WRONG_PARAMETERS:
            status, _ = caller.send(route, caller.world.address(route, **{name: value}), **dict(given))
            assert status >= 400 or name in ("source", "external_id"), f"{name}={value[:20]}"


@pytest.mark.parametrize("route", VERSIONED, ids=lambda route: route.operation_id)
def test_a_change_says_which_version_it_is_about(caller: Caller, route: Route) -> None:
    address, given = caller.world.address(route), caller.world.request(route)
    del given["headers"]
    api = caller.world.house.api(caller.world.founder)
    without = api.request(route.method, address, **given)
    assert (without.status_code, without.json()["code"]) == (428, "if_match_required")
    for value in ("1", "*", '"v"', '"v99999999999"', '"v1", "v2"', "x" * 41, '"v-1"'):
        status, problem = caller.send(route, address, headers={"If-Match": value}, **given)
        assert status == 422, value
        assert problem["errors"][0]["pointer"] == "/header/If-Match"
    status, problem = caller.send(route, address, headers={"If-Match": '"v77"'}, **given)
    assert (status, problem["code"]) == (412, "changed_meanwhile")


def test_a_spoilt_query_is_never_our_fault(caller: Caller) -> None:
    document = caller.world.house.app.openapi()
    tried = 0
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in (*WRONG_PARAMETERS, "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
                tried += 1
                status, _ = caller.send(route, f"{caller.world.address(route)}?{parameter['name']}={value}")
                assert status < 500
            if parameter["name"] == "limit":
                for value in ("0", "201", "x", ""):
                    status, problem = caller.send(route, f"{caller.world.address(route)}?limit={value}")
                    assert status == 422
                    assert problem["errors"][0]["pointer"] == "/query/limit"
    assert tried > 200


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/v1/clients/", "/v1//clients", "/v1/clients/x/y/z", "/V1/me"]
)
def test_an_unknown_address_is_answered_like_any_error(caller: Caller, path: str) -> None:
    answer = caller.world.house.api(caller.world.founder).get(path, follow_redirects=False)
    assert answer.status_code in (404, 307)
    if answer.status_code == 404:
        assert answer.json()["code"] == "not_found"


def test_an_unknown_method_is_answered_like_any_error(caller: Caller) -> None:
    answer = caller.world.house.api(caller.world.founder).patch("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["content-type"] == "application/problem+json"


def _spoilt(route: Route, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each field in turn wrong in every way, and left out. What the shape itself refuses is sent once per field:
    such a request goes no further than the shape, and there are thousands of them.
    """
    assert route.shape is not None
    for name, declared in route.shape.model_fields.items():
        refused_one = False
        # Checking a password takes its time on purpose: one that is accepted is as good as any other.
        values = SECRET_VALUES if declared.annotation is SecretStr else WRONG_VALUES
        for value in (*values, _LEFT_OUT):
            spoilt = {key: given for key, given in (body | {name: value}).items() if given is not _LEFT_OUT}
            if _refused(route.shape, spoilt):
                if refused_one:
                    continue
                refused_one = True
            yield spoilt


def _of_another_type(route: Route, body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of the shape, and of the shapes that its lists hold, with each value of a type it is not."""
    assert route.shape is not None
    schema = route.shape.model_json_schema()
    for name, declared in schema["properties"].items():
        for value in _not_of(declared, schema.get("$defs", {})):
            yield f"/{name}", body | {name: value}
        held = schema.get("$defs", {}).get(declared.get("items", {}).get("$ref", "").rpartition("/")[2], {})
        for part, inner in held.get("properties", {}).items():
            for value in _not_of(inner, schema.get("$defs", {})):
                yield f"/{name}/0/{part}", body | {name: [body[name][0] | {part: value}]}


def _not_of(declared: dict[str, Any], shapes: dict[str, Any]) -> list[Any]:
    kinds = [one for one in declared.get("anyOf", [declared]) if one.get("type") != "null"]
    assert len(kinds) == 1, declared
    kind, written = kinds[0].get("type", "string"), kinds[0].get("format", "")
    if shapes.get(kinds[0].get("$ref", "").rpartition("/")[2], {}).get("type") == "object":
        return [1, 1.5, True, ["x"], "x"]
    if kind == "string" and written in {"date", "date-time", "time"}:
        return [1.5, 1_700_000_000, 0, True, "1700000000", "1.5", "-1", ["2026-03-10"]]
    return {
        "boolean": ["yes", "true", "on", "1", "", 1, 0, 1.0, []],
        "integer": ["50", "50.0", 50.0, True, [50]],
        "number": ["14", "1e1", True, [14]],
        "array": ["x", 1, True, {"0": "x"}],
        "string": [1, 1.5, True, ["x"], {"x": "x"}],
    }[kind]


def _refused(shape: type[BaseModel], body: dict[str, Any]) -> bool:
    """As the framework asks it: of what the JSON says, in Python's terms."""
    try:
        shape.model_validate(json.loads(json.dumps(body)))
    except ValidationError:
        return True
    return False


def _in_pieces(limit: int) -> Iterator[bytes]:
    for _ in range(limit // 65_536 + 2):
        yield b" " * 65_536
