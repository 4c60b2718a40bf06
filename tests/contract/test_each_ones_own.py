"""Of a couple, nothing that one says or does stands on a page or in an answer about the other.

Every GET route and every page that is about one client, drawn from the list of routes, so that a new one is held to this too;
what leaves as their record; and the page behind the other's link. Their clinician sees both, each in their own place.
"""

import io
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.domain.replies import Told
from api.services import checkins, clients, consents, contacts, episodes, flags, replies, terminations
from api.services.work import unit
from schemas.vocabulary import Channel, ConsentState, ContactDirection, EpisodeFormat, FlagKind, ReplyAnswer
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodeIn
from schemas.wire.flags import FlagIn
from schemas.wire.terminations import TerminationNoteIn
from tests.support import links
from tests.support.counts import Say
from tests.support.house import Case, House
from tests.support.pdfs import Opened

BY_LINK, BY_CALL, BY_FLAG, TO_HER, IN_NEED = "marigold", "juniper", "hawthorn", "larkspur", "sycamore"
SECRETS = (BY_LINK, BY_CALL, BY_FLAG, TO_HER, IN_NEED, "berta@example.org", "Call me", "call_me")
FEWEST = 12


@pytest.fixture
def couple(shared_house: House) -> tuple[House, Case, Case]:
    """Ana and Berta in one course of work. Only Berta has said anything."""
    house, who = shared_house, shared_house.founder
    ana, berta = house.client("Ana", who).client_id, house.client("Berta", who).client_id
    with house.work(who) as work:
        both = episodes.add(
            work, EpisodeIn(client_ids=[ana, berta], format=EpisodeFormat.COUPLE, responsible_id=who.id)
        )
    a, b = Case(ana, both.id), Case(berta, both.id)
    sent = links.send(house, b, who, consent_id=links.permit(house, b, who, "berta@example.org"))
    links.permit(house, a, who, "ana@example.org")
    with unit(house.runtime) as work:
        link = replies.open_link(work, sent.token, "192.0.2.1").link
        replies.answer(work, link, Told(answer=ReplyAnswer.CALL_ME, words=f"About the {BY_LINK}."))
    with house.work(who) as work:
        called = ContactIn(
            direction=ContactDirection.INBOUND, channel=Channel.PHONE, client_id=berta, note=f"Spoke of {BY_CALL}."
        )
        contacts.record(work, both.id, called)
        flags.raise_flag(work, berta, FlagIn(kind=FlagKind.RISK_OF_HARM, note=f"Said {BY_FLAG}."))
        given = {"episode_id": both.id, "client_id": berta, "subject": "Hello", "body": f"About the {TO_HER}."}
        checkins.draft(work, CheckInIn.model_validate(given))
        version = clients.read(work, berta).version
        clients.change(work, berta, ClientPatch(emergency_contact=f"Her sister, {IN_NEED}."), version=version)
        terminations.add(work, TerminationNoteIn(episode_id=both.id, client_id=ana))
    return house, a, b


def about_one(house: House, client_id: str) -> Iterator[str]:
    """Everything whose address names a client and nothing else."""
    for context in iter_route_contexts(house.app.routes):
        path = context.path or ""
        if "GET" in (context.methods or ()) and path.count("{") == 1 and "{client_id}" in path:
            yield path.replace("{client_id}", client_id)
    yield f"/v1/check-ins?client_id={client_id}"
    yield f"/v1/termination-notes?client_id={client_id}"


def notes_of(api: TestClient, client_id: str) -> list[str]:
    """The note on the ending of each one's own part, whose attempts and dates are drawn from the record."""
    ids = [note["id"] for note in api.get(f"/v1/termination-notes?client_id={client_id}").json()["items"]]
    places = (
        "/v1/termination-notes/{}",
        "/v1/termination-notes/{}.pdf",
        "/v1/termination-notes/{}/evidence.pdf",
        "/notes/{}",
    )
    return [place.format(note_id) for note_id in ids for place in places]


def read(answer: str | bytes) -> str:
    if isinstance(answer, bytes) and answer.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    if isinstance(answer, bytes) and answer.startswith(b"%PDF"):
        return Opened(answer).text
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def seen(house: House, client_id: str) -> dict[str, str]:
    """By address, what the clinician of both is shown who also leads the practice."""
    api = house.api(house.founder)
    browser = TestClient(
        house.app,
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        cookies={"leavetaking": house.founder.token},
        follow_redirects=False,
    )
    found = {}
    for path in (*about_one(house, client_id), *notes_of(api, client_id)):
        answer = (api if path.startswith("/v1") else browser).get(path)
        if answer.status_code < 300:
            found[path] = read(answer.content)
    return found


def test_nothing_of_one_stands_where_the_other_is_shown(couple: tuple[House, Case, Case], say: Say) -> None:
    house, ana, berta = couple
    hers, others = seen(house, str(berta.client_id)), seen(house, str(ana.client_id))
    assert len(others) >= FEWEST
    found = {(path, secret) for path, body in others.items() for secret in SECRETS if secret in body}
    assert found == set()
    told = {secret for secret in SECRETS if any(secret in body for body in hers.values())}
    assert told >= {BY_CALL, BY_FLAG, TO_HER, IN_NEED, "berta@example.org"}, "where she is shown, hers stands"
    say(f"one of a couple: {len(others)} routes and pages show nothing of the other")


def test_the_page_behind_ones_link_says_nothing_of_the_other(couple: tuple[House, Case, Case]) -> None:
    house, ana, _ = couple
    with house.work(house.founder) as work:
        (address,) = consents.page(work, ana.client_id)
    sent = links.send(house, ana, house.founder, consent_id=address.id)
    page = TestClient(house.app).get(sent.path)
    assert page.status_code == 200
    assert not [secret for secret in (*SECRETS[:6], "Berta") if secret in page.text]


def test_what_one_takes_back_is_not_taken_back_for_the_other(couple: tuple[House, Case, Case]) -> None:
    """Own addresses, permissions and answers: another address of another person stays as it was."""
    house, ana, berta = couple
    with house.work(house.founder) as work:
        (hers,) = consents.page(work, berta.client_id)
        given = ConsentIn(channel=Channel.EMAIL, address=hers.address, state=ConsentState.WITHDRAWN)
        consents.change(work, berta.client_id, hers.id, given, version=hers.version)
        (other,) = consents.page(work, ana.client_id)
    assert other.state is ConsentState.GRANTED
    assert not other.refused_before
