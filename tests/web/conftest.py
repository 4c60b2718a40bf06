"""What page tests stand on: a browser-like client per person, clients with a past, and the pages on a real port."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import uvicorn
from starlette.testclient import TestClient

from api.services import absences, appointments, clients, consents, contacts, episodes
from schemas.vocabulary import (
    AbsenceKind,
    AppointmentStatus,
    Channel,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EpisodeFormat,
)
from schemas.wire.appointments import AppointmentBatchIn, AppointmentBatchItem, AppointmentOut
from schemas.wire.clients import ClientIn, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodeIn
from tests.support.house import Case, House, Person
from tests.support.server import free_port

Visitor = Callable[..., TestClient]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
HOSTILE = "<script>alert('x')</script> O'Hara & Söhne"
CAME, NOT_KEPT, BOOKED = AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW, AppointmentStatus.BOOKED


@pytest.fixture
def visitor(house: House) -> Visitor:
    """`visitor(person)`: a browser in which that person is signed in; without one, nobody. Redirects are not followed."""

    def visit(who: Person | None = None) -> TestClient:
        cookies = {} if who is None else {"leavetaking": who.token}
        return TestClient(house.app, headers=OWN_PAGE, cookies=cookies, follow_redirects=False)

    return visit


@dataclass
class Scene:
    """The ordinary kinds of clients on one caseload, each with a past that ends at the house's present."""

    house: House
    clinician: Person
    people: dict[str, Case] = field(default_factory=dict)

    def add(self, name: str, *marks: tuple[int, AppointmentStatus], names: tuple[str, ...] = ()) -> Case:
        """`marks` are days from now with what is known of each time, as the record learned it that evening."""
        now = self.house.now
        with self.house.work(self.clinician) as work:
            ids = [clients.add(work, ClientIn(name=one)).id for one in (name, *names)]
            first = min((days for days, _ in marks), default=0)
            shape = EpisodeFormat.COUPLE if names else EpisodeFormat.INDIVIDUAL
            begun = EpisodeIn(client_ids=ids, format=shape, started_at=now + timedelta(days=min(first, 0)))
            episode = episodes.add(work, begun)
            items = [
                AppointmentBatchItem(
                    source="calendar",
                    external_id=f"{episode.id}-{days}",
                    episode_id=episode.id,
                    starts_at=now + timedelta(days=days, hours=1),
                    status=status,
                    status_known_at=min(now + timedelta(days=days, hours=3 if status is not BOOKED else -48), now),
                )
                for days, status in marks
            ]
            if items:
                appointments.batch(work, AppointmentBatchIn(items=items))
        self.people[name] = Case(ids[0], episode.id)
        return self.people[name]

    def appointments_of(self, case: Case) -> list[AppointmentOut]:
        with self.house.work(self.clinician) as work:
            return appointments.page(
                work, episode_id=case.episode_id, since=None, until=None, cursor=None, limit=200
            ).items


def weekly(*, until: int, weeks: int) -> list[tuple[int, AppointmentStatus]]:
    """A session every week, the last one `until` days from now."""
    return [(until - 7 * week, CAME) for week in range(weeks)]


@pytest.fixture
def drifting(house: House) -> Scene:
    """One client only, drifting: for tests that need somebody and no crowd."""
    made = Scene(house, house.clinician)
    made.add("Jonas Weber", *weekly(until=-12, weeks=5), (-5, NOT_KEPT))
    return made


@pytest.fixture
def scene(house: House, drifting: Scene) -> Scene:
    """One quiet, one drifting, one to record, one couple in rhythm, one on a pause, and a name that means mischief."""
    drifting.add("Ana Moreno", *weekly(until=-44, weeks=14), (-37, NOT_KEPT))
    drifting.add("Priya Nair", *weekly(until=-8, weeks=9), (-1, BOOKED), (6, BOOKED))
    drifting.add("Lena Brandt", *weekly(until=-2, weeks=10), (5, BOOKED), (12, BOOKED), names=("Tom Brandt",))
    paused = drifting.add("Mateo Ruiz", *weekly(until=-21, weeks=8))
    drifting.add(HOSTILE, *weekly(until=-4, weeks=4), (3, BOOKED))
    drifting.add("שרה כהן", *weekly(until=-5, weeks=6), (2, BOOKED))
    jonas, today = drifting.people["Jonas Weber"], house.now.date()
    with house.work(house.clinician) as work:
        first, last = today - timedelta(days=18), today + timedelta(days=10)
        absences.record(work, paused.episode_id, AbsenceIn(kind=AbsenceKind.CLIENT_AWAY, from_on=first, to_on=last))
        at = house.now - timedelta(days=20)
        call = ContactIn(
            direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.VOICEMAIL, at=at
        )
        contacts.record(work, jonas.episode_id, call)
        way = ConsentIn(channel=Channel.PHONE, address="+34 912 345 678", state=ConsentState.GRANTED)
        consents.add(work, jonas.client_id, way)
    return drifting


@pytest.fixture
def site(house: House) -> Iterator[str]:
    """The address at which the house answers a real browser. Its clock still stands still."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(house.app, host="127.0.0.1", port=port, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
