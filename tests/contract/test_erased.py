"""One client is erased: every list and every page there is still opens for everybody who could see that client."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts
from sqlmodel import col
from starlette.testclient import TestClient

from api.services import contacts, erasures
from api.store.sealing import Place
from schemas.tables import CheckIn, Episode, EpisodeParticipant, Reply
from schemas.vocabulary import EndingKind, ErasureReason, ReplyAnswer
from schemas.wire.contacts import ContactIn
from schemas.wire.records import EraseIn
from tests.contract.routes import ROUTES, drawn_app
from tests.contract.world import World
from tests.support import links, notes
from tests.support.counts import Say
from tests.support.house import Case, House

LISTS = [route for route in ROUTES if route.method == "GET" and not route.ids]
OF_THE_CLIENT = [route for route in ROUTES if route.method == "GET" and set(route.ids) & {"client_id", "episode_id"}]
# Made of what the record said, and of an episode under way.
PAGES_CLOSED = {"/clients/{client_id}/export": 409, "/episodes/{episode_id}/end": 404, "/statistics/period": 422}


def pages() -> Iterator[str]:
    for context in iter_route_contexts(drawn_app().routes):
        path = context.path or ""
        alone = "{" not in path.replace("{client_id}", "").replace("{episode_id}", "")
        if "GET" in (context.methods or ()) and alone and not path.startswith(("/v1/", "/static", "/docs", "/openapi")):
            yield path


@pytest.fixture(scope="module")
def after(street: House) -> World:
    """Of one client everything there is: a message, an answer that waits, a note, a task, a word in a room shared with another."""
    world = World(street)
    house, who, case = street, world.founder, world.case
    other = world.practice.client("Bea", who)
    with house.rows(world.practice) as work:
        shared = EpisodeParticipant(episode_id=other.episode_id, client_id=case.client_id, joined_at=work.now)
        work.session.add(shared)
    for episode_id in (case.episode_id, other.episode_id):
        at = Case(case.client_id, episode_id)
        links.reply(
            house,
            at,
            who,
            links.send(house, at, who, consent_id=links.permit(house, at, who, f"{episode_id}@a.example")),
        )
        with house.work(who) as work:
            told = {"direction": "inbound", "channel": "phone", "note": "A word.", "client_id": str(case.client_id)}
            contacts.record(work, episode_id, ContactIn.model_validate(told))
    with house.rows(world.practice) as work:
        for row in work.session.scalars(sa.select(Reply)):
            row.words_sealed = work.client_key(case.client_id).seal("Thank you.", Place("replies", "words", row.id))
    links.task(house, case, who)
    notes.sign(house, who, notes.draft(house, who, case))
    links.reply(house, other, who, links.send(house, other, who))
    with house.rows(world.practice) as work:
        for episode in work.session.scalars(sa.select(Episode)):
            episode.ended_at, episode.ending = work.now, EndingKind.AGREED
    with house.work(who) as work:
        erasures.erase(work, case.client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))
    return world


def test_every_list_opens(after: World, say: Say) -> None:
    api = after.house.api(after.founder)
    asked = [after.address(route) for route in LISTS]
    asked += [
        f"{path}?client_id={after.case.client_id}"
        for path in ("/v1/check-ins", "/v1/termination-notes", "/v1/episodes")
    ]
    asked += ["/v1/replies?handled=true"]
    say(f"after an erasure: {len(asked)} lists")
    assert len(LISTS) > 20
    assert {path: api.get(path).status_code for path in asked} == dict.fromkeys(asked, 200)


def test_whatever_is_of_the_client_opens(after: World) -> None:
    api, browser = after.house.api(after.founder), signed_in(after)
    asked = [after.address(route) for route in OF_THE_CLIENT]
    with after.house.rows(after.practice) as work:
        asked += [f"/v1/episodes/{one}/contacts" for one in work.session.scalars(sa.select(col(Episode.id)))]
        asked += [f"/v1/replies/{one}" for one in work.session.scalars(sa.select(col(Reply.id)))]
        messages = list(work.session.scalars(sa.select(col(CheckIn.id))))
    asked += [f"/v1/check-ins/{one}" for one in messages]
    export = f"/v1/clients/{after.case.client_id}/export"
    assert {path: api.get(path).status_code for path in asked} == {**dict.fromkeys(asked, 200), export: 409}
    assert {browser.get(f"/check-ins/{one}").status_code for one in messages} == {200}


def signed_in(world: World) -> TestClient:
    return TestClient(
        world.house.app,
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        cookies={"leavetaking": world.founder.token},
        follow_redirects=False,
    )


def test_every_page_opens(after: World, say: Say) -> None:
    browser = signed_in(after)
    ids = {"client_id": after.case.client_id, "episode_id": after.case.episode_id}
    found = {path: browser.get(path.format(**ids)).status_code for path in pages()}
    say(f"after an erasure: {len(found)} pages")
    assert len(found) > 20
    assert {path: status for path, status in found.items() if status not in (200, 303)} == PAGES_CLOSED


def test_nobody_waits_for_an_answer_any_more(after: World) -> None:
    api = after.house.api(after.founder)
    (waiting,) = api.get("/v1/replies").json()["items"]
    assert (waiting["client"]["name"], waiting["answer"]) == ("Bea", ReplyAnswer.CALL_ME)
    handled = api.get("/v1/replies?handled=true").json()["items"]
    assert {(one["client"]["name"], one["words"], one["reasons"] == []) for one in handled} == {
        ("(erased)", None, True)
    }
    assert len(handled) == 2
    sent = api.get("/v1/check-ins", params={"client_id": str(after.case.client_id)}).json()["items"]
    assert {(one["subject"], one["body"]) for one in sent} == {("(erased)", "")}
    with after.house.rows(after.practice) as work:
        waits = sa.select(col(Reply.client_id)).where(col(Reply.handled_at).is_(None))
        assert work.session.scalars(waits).one() != after.case.client_id
