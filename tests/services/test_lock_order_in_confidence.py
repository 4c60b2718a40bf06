"""On PostgreSQL: who asks for no more beside what is for the practice lead alone holds whoever shares the address before anybody else.

Read from the statements, not raced: two who share an address and hold one another's rows in turn would wait for each other.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from api.domain.replies import Told
from api.services import concerns
from api.store import clients as client_store
from schemas.vocabulary import GivenReason
from schemas.wire.concerns import ConcernReleaseIn
from tests.services.test_concerns import confide
from tests.services.test_replies import inbox
from tests.support import links
from tests.support.house import Case, House
from tests.support.links import Sent
from tests.support.waits import clients_locked, until_waiting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


STOP = Told(None, (GivenReason.SPOKEN_TO_HARSHLY,), "Please stop writing to me.")


@pytest.fixture
def both(shared_house: House) -> tuple[Case, Case, Sent]:
    """Ana was there first and shares an address with Ben, who is written to."""
    ana, ben = (shared_house.client(name, shared_house.clinician) for name in ("Ana", "Ben"))
    at = f"{ana.client_id.hex}@example.org"
    links.permit(shared_house, ana, shared_house.clinician, at)
    consent_id = links.permit(shared_house, ben, shared_house.clinician, at)
    return ana, ben, links.send(shared_house, ben, shared_house.clinician, consent_id=consent_id)


def test_a_form_with_both(shared_house: House, both: tuple[Case, Case, Sent]) -> None:
    ana, ben, sent = both
    form = {"answer": "do_not_contact", "reasons": "spoken_to_harshly", "words": "So it was."}
    with clients_locked(shared_house) as locked:
        answer = TestClient(shared_house.app, follow_redirects=False).post(sent.path, data=form)
    assert answer.headers["location"] == f"{sent.path}/stopped?lang=en"
    assert locked[0] == {ana.client_id, ben.client_id}


def test_what_is_passed_on(shared_house: House, both: tuple[Case, Case, Sent]) -> None:
    ana, ben, sent = both
    confide(shared_house, sent, STOP)
    with shared_house.work(shared_house.founder) as work:
        (concern,) = concerns.page(work, handled=False, cursor=None, limit=9).items
    given = ConcernReleaseIn(client_agreed_on=shared_house.now.date())
    with clients_locked(shared_house) as locked, shared_house.work(shared_house.founder) as work:
        concerns.release(work, concern.id, given)
    assert locked[0] == {ana.client_id, ben.client_id}


def test_passed_on_twice_at_once_it_is_one_answer(shared_house: House, both: tuple[Case, Case, Sent]) -> None:
    house, (_, ben, sent) = shared_house, both
    confide(house, sent)
    with house.work(house.founder) as work:
        (concern,) = concerns.page(work, handled=False, cursor=None, limit=9).items

    def release() -> None:
        with house.work(house.founder) as work:
            concerns.release(work, concern.id, ConcernReleaseIn(client_agreed_on=house.now.date()))

    with ThreadPoolExecutor(2) as threads:
        with house.rows() as holding:
            client_store.lock(holding.session, {ben.client_id})
            released = [threads.submit(release) for _ in range(2)]
            until_waiting(house, 2)
        for one in released:
            one.result()
    assert len(inbox(house, house.clinician)) == 1
