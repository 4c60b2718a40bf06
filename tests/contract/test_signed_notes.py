"""A signed note against every route there is, sent by somebody who may do everything: its rows stay as they are."""

from typing import Any

import sqlalchemy as sa

from schemas.tables import NoteSignature, TerminationNote
from schemas.tables.base import PracticeRow
from tests.contract.routes import ROUTES, Route
from tests.contract.world import World
from tests.support import notes
from tests.support.counts import Say


def stored(world: World, table: type[PracticeRow]) -> list[dict[str, Any]]:
    with world.house.rows(world.practice) as work:
        return [row.model_dump() for row in work.session.scalars(sa.select(table))]


def test_no_route_changes_a_signed_note(world: World, say: Say) -> None:
    note = notes.signed(world.house, world.practice)
    read = notes.read(world.house, world.founder, note.id)
    about = {"note_id": str(note.id), "episode_id": str(note.episode_id), "client_id": str(read.client.id)}
    # Made beforehand: some of these routes end every sign-in there is.
    routes = [route for route in ROUTES if not route.operation_id.startswith("sign_ins_")]
    plan = [(route, world.address(route, **told(route, about)), world.request(route)) for route in routes]
    before = {table: stored(world, table) for table in (TerminationNote, NoteSignature)}
    sent = 0
    for route, address, request in plan:
        for version in (note.version, 1) if route.needs_version else (1,):
            if route.needs_version:
                request["headers"]["If-Match"] = f'"v{version}"'
            founder = world.practice.signed_in(world.founder.id, "", "", world.founder.principal.roles)
            answer = world.house.api(founder).request(route.method, address, **request)
            assert answer.status_code < 500, (route.operation_id, answer.text)
            sent += 1
    now = {table: stored(world, table) for table in before}
    for table, key in ((TerminationNote, "id"), (NoteSignature, "note_id")):
        mine = [row for row in before[table] if row[key] == note.id]
        assert mine
        assert [row for row in now[table] if row[key] == note.id] == mine
    assert sent > 60
    say(f"matrix: a signed note x routes: {sent}")


def told(route: Route, about: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in about.items() if name in route.parameters}
