"""Every free text of every body: what people write comes back as written, and what nobody means to write is refused where it stands."""

import json
from collections.abc import Callable
from itertools import count

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import SQLModel

from api.rest.examples import BODIES
from schemas.wire.terminations import NoteContent
from tests.contract.hostile import send
from tests.contract.routes import ROUTES, Route
from tests.contract.texts import (
    FIELDS,
    PASTE,
    WITH_TEXT,
    body_with,
    fields_of,
    shape_of,
)
from tests.contract.world import World
from tests.support.counts import Say
from tests.support.hostile import CONTROLS

NOWHERE = "00000000-0000-7000-8000-000000000000"


def test_there_are_texts_to_spoil(say: Say) -> None:
    assert len(WITH_TEXT) >= 55
    assert len(FIELDS) >= 175
    say(f"hostile texts: {len(FIELDS)} free texts in the bodies of {len(WITH_TEXT)} routes")


@pytest.mark.parametrize("route", WITH_TEXT, ids=lambda route: route.operation_id)
def test_the_contract_tells_how_long_a_text_may_be(route: Route) -> None:
    """A limit that is told and is not the one that holds would lose somebody's work."""
    fields = {field.pointer: field for field in fields_of(route)}
    longest = _faults(route, lambda pointer: "x" * fields[pointer].limit)
    assert not longest & fields.keys(), "refused, though not longer than told"
    assert _faults(route, lambda pointer: "x" * (fields[pointer].limit + 1)) >= fields.keys()


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_no_text_takes_a_control_character(control: str) -> None:
    for route in WITH_TEXT:
        pointers = {field.pointer for field in fields_of(route)}
        assert _faults(route, lambda _pointer: f"a{control}b") >= pointers, route.operation_id


def test_a_note_on_record_is_read_whatever_is_refused_since() -> None:
    kept = json.dumps({"work_reviewed": "a\x9bb"})
    assert NoteContent.on_record(kept).work_reviewed == "a\x9bb"
    with pytest.raises(ValidationError, match="control character"):
        NoteContent.model_validate_json(kept)


def test_a_refusal_names_every_spoilt_text_and_keeps_nothing(world: World) -> None:
    """Over the wire, where half a character is an escape of JSON; each text with another of them."""
    api = world.house.api(world.founder)
    before, turn = _rows(world), count()
    for route in WITH_TEXT:
        for spoilt in (lambda _pointer: f"a{CONTROLS[next(turn) % len(CONTROLS)]}b", lambda _pointer: "x" * PASTE):
            answer = send(api, route, body_with(route, BODIES[shape_of(route).__name__], spoilt))
            assert answer.status_code == 422, (route.operation_id, answer.text[:300])
            problem = answer.json()
            pointers = {error["pointer"] for error in problem["errors"]}
            assert pointers >= {field.pointer for field in fields_of(route)}, route.operation_id
            assert "xxx" not in answer.text
    assert _rows(world) == before
    assert next(turn) >= len(FIELDS)


def test_no_name_in_an_address_takes_a_control_character(world: World) -> None:
    api, found = world.house.api(world.founder), 0
    for route in [route for route in ROUTES if "external_id" in route.parameters]:
        parts = dict.fromkeys(route.parameters, "x")
        for control in ("%00", "%07", "%1B", "%7F", "%C2%9B", "%C2%85", "%E2%80%A8"):
            address = route.path.format(**parts | {"external_id": f"a{control}b"})
            answer = api.request(route.method, address, json={}, headers={"If-Match": '"v1"'})
            assert answer.status_code == 422, address
            assert "/path/external_id" in {error["pointer"] for error in answer.json()["errors"]}, address
            found += 1
    assert found >= 7


def _faults(route: Route, give: Callable[[str], object]) -> set[str]:
    """Where the shape finds fault with a body, as a pointer."""
    try:
        shape_of(route).model_validate(body_with(route, BODIES[shape_of(route).__name__], give))
    except ValidationError as error:
        return {"".join(f"/{part}" for part in one["loc"]) for one in error.errors()}
    return set()


def _rows(world: World) -> dict[str, int]:
    with world.house.rows(world.practice) as work:
        tables = [one for one in SQLModel.metadata.sorted_tables if one.name != "request_windows"]
        return {
            one.name: work.session.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in tables
        }
