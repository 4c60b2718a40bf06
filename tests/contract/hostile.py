"""Hostile text written into every free text of a practice, over the API, and what was answered."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from tests.contract.routes import Route
from tests.contract.texts import LEAVE, WITH_TEXT, TextField, body_with, fields_of
from tests.contract.world import World
from tests.support.hostile import SAMPLES
from tests.support.house import Person

NOWHERE = "00000000-0000-7000-8000-000000000000"
# In a message what stands in braces is filled in, so what cannot be filled in is refused, with its place.
FILLED_IN = ("checkins_", "check_in_templates_", "letters_")
# Beside the texts, so that a text of this kind may stand there.
BESIDE: dict[str, dict[str, Any]] = {
    "clients_add_consent": {"channel": "letter"},
    "scores_record": {"source": "cliniko"},
}
IN_PERSON = {"meeting": "in_person"}
# They name something that is there already, or go by what its system calls it.
NAMES_A_RECORD = {
    "sign_ins_start /email",
    "appointments_upsert /client_external_id",
    "appointments_upsert /clinician_external_id",
    "appointments_upsert /rescheduled_from",
    "appointments_batch /items/0/client_external_id",
    "appointments_batch /items/0/clinician_external_id",
    "appointments_batch /items/0/rescheduled_from",
    "clients_change_consent /address",
    "terminations_sign /letter/override_reason",
    "terminations_cosign /letter/override_reason",
}
# Asked with and not kept.
NOT_KEPT = {"clients_search", "tone_checks_check", "referral_providers_match"}
# A reason is kept where the review advises other words, and what another system calls a score is for finding it again.
NOT_TOLD = {
    "checkins_approve /override_reason",
    "checkins_record /override_reason",
    "letters_approve /override_reason",
    "letters_hand_over /override_reason",
    "scores_record /external_id",
}
# Where it is read, if not under the address it was sent to, nor under the founder's own.
READ_AT: dict[str, Callable[[World], tuple[Person, str]]] = {
    "covers_record_contact": lambda world: (world.absent, f"/v1/episodes/{world.covered.episode_id}/contacts"),
    "episodes_end": lambda world: (world.founder, f"/v1/termination-notes/{_only_note(world)}"),
    "scores_assess": lambda world: (world.founder, f"/v1/episodes/{world.quiet.episode_id}/scores"),
    "tasks_assess": lambda world: (world.founder, f"/v1/episodes/{world.quiet.episode_id}/scores"),
}
# They forbid what others need, so they come last; an ending is one of its own.
LAST = ("clients_change", "flags_", "records_")
ENDS = "episodes_end"
IN_TURN = sorted(WITH_TEXT, key=lambda route: route.operation_id.startswith(LAST))


@dataclass
class Told:
    """What was written, by route and pointer, and every text of every answer."""

    texts: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    def holds(self, text: str) -> bool:
        return any(text in answer for answer in self.answers)

    def hear(self, answer: Any) -> None:  # noqa: ANN401  # httpx's
        if answer.headers.get("content-type", "").startswith("application/json"):
            self.answers.append("\x00".join(_strings(answer.json())))


def write_everywhere(world: World) -> Told:
    told = Told()
    assert world.note_id  # there is one of an ending only: what would begin a second does so elsewhere
    for route in IN_TURN:
        _write(world, route, told)
    return told


def _write(world: World, route: Route, told: Told) -> None:
    """Into one route; where the state of the world forbids it, in a world of its own."""
    where = [World(world.house)] if route.operation_id == ENDS else [world, World(world.house)]
    for somewhere in where:
        taken = _taken(somewhere, route, told)
        if taken:
            break
    else:
        raise AssertionError(f"{route.operation_id}: the state of the world forbids it")
    if route.operation_id in READ_AT:
        who, address = READ_AT[route.operation_id](somewhere)
        told.hear(world.house.api(who).get(address))


def _taken(world: World, route: Route, told: Told) -> bool:
    """Whether the state of the world allowed it. Whatever else refuses it fails."""
    api, count_before = world.house.api(world.founder), len(told.texts)
    body = body_with(route, _beside(world, route), lambda pointer: _text_at(route, pointer, told))
    if len(told.texts) == count_before:
        return True
    address = world.address(route)
    version = api.get(address).headers.get("ETag") if route.needs_version and route.method != "POST" else None
    answer = send(api, route, body, version or world.request(route)["headers"].get("If-Match"), address)
    if answer.status_code == 409:  # a conflict
        return False
    assert answer.status_code < 300, f"{route.operation_id}: {answer.text}"
    for heard in (answer, api.get(address), api.get(address.rpartition("/")[0])):
        told.hear(heard)
    return True


def _text_at(route: Route, pointer: str, told: Told) -> object:
    name = f"{route.operation_id} {pointer}"
    if name in NAMES_A_RECORD:
        return LEAVE
    told.texts[name] = _text(next(one for one in fields_of(route) if one.pointer == pointer), len(told.texts))
    return told.texts[name]


def _text(field: TextField, number: int) -> str:
    """Of every kind of mischief where there is room for it."""
    fit = SAMPLES
    if field.route.operation_id.startswith(FILLED_IN):
        fit = [one for one in SAMPLES if "{" not in one]
    one = f"{fit[number % len(fit)]} {number}."
    return "\n".join([one, *fit]) if field.limit >= 1000 else one


def _only_note(world: World) -> str:
    return str(world.house.api(world.founder).get("/v1/termination-notes").json()["items"][0]["id"])


def _beside(world: World, route: Route) -> dict[str, Any]:
    body = {**(world.request(route).get("json") or {}), **BESIDE.get(route.operation_id, {})}
    pointers = {field.pointer for field in fields_of(route)}
    if "/wishes/place" in pointers:
        return {**body, "wishes": {**body.get("wishes", {}), **IN_PERSON}}
    return {**body, **IN_PERSON} if route.operation_id == "referral_providers_match" else body


def send(api: TestClient, route: Route, body: Any, version: str | None = '"v1"', address: str = "") -> Any:  # noqa: ANN401  # httpx's
    """As plain ASCII, as many programs write JSON: what is no character can be sent by its escape alone."""
    headers = {"Content-Type": "application/json"} | ({"If-Match": version} if version else {})
    nowhere = route.path.format(**dict.fromkeys(route.parameters, NOWHERE))
    return api.request(route.method, address or nowhere, content=json.dumps(body), headers=headers)


def _strings(answer: object) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    for inner in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from _strings(inner)
