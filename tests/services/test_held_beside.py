"""On PostgreSQL: what waits for whom, told by a unit that holds a row beside one that may not wait."""

import pytest

from api.domain.access import system_principal
from api.domain.errors import Busy
from api.domain.replies import Told
from api.services import assessments, replies
from api.services.work import unit
from api.store import clients as client_store
from api.store import episodes as episode_store
from schemas.vocabulary import ReplyAnswer
from tests.support import links
from tests.support.house import House
from tests.support.links import Sent
from tests.support.waits import not_waiting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


def assessed_count(house: House) -> int:
    with house.work(system_principal(house.practice.id)) as work:
        return assessments.refresh_due(work)


def test_the_worker_assesses_what_is_free_and_leaves_what_somebody_is_at(shared_house: House) -> None:
    """A person who records something holds the episode; neither is to wait for a hundred others."""
    cases = [shared_house.client(name, shared_house.clinician) for name in ("Ana", "Ben")]
    with shared_house.rows() as work:
        episode_store.mark_for_assessment(work.session, [case.episode_id for case in cases])
    with shared_house.rows() as holding:
        episode_store.hold(holding.session, [cases[0].episode_id])
        with not_waiting(shared_house):
            assert assessed_count(shared_house) > 0
            assert assessed_count(shared_house) == 0, "nothing to be had"
    assert assessed_count(shared_house) == 1


def _answers(house: House, sent: Sent, answer: ReplyAnswer) -> None:
    _tells(house, sent, Told(answer=answer))


def _tells(house: House, sent: Sent, told: Told) -> None:
    with unit(house.runtime) as work:
        replies.answer(work, replies.open_link(work, sent.token, "192.0.2.9").link, told)


def test_who_refuses_for_an_address_holds_whoever_shares_it_first(shared_house: House) -> None:
    """Of two who share one and refuse at once, each would otherwise hold their own messages and want the other's."""
    ana, ben = (shared_house.client(name, shared_house.clinician) for name in ("Ana", "Ben"))
    at = f"{ana.client_id.hex}@example.org"
    sent = [
        links.send(
            shared_house,
            case,
            shared_house.clinician,
            consent_id=links.permit(shared_house, case, shared_house.clinician, at),
        )
        for case in (ana, ben)
    ]
    with shared_house.rows() as holding:
        client_store.lock(holding.session, {ben.client_id})
        with not_waiting(shared_house):
            _answers(shared_house, sent[0], ReplyAnswer.CALL_ME)
            with pytest.raises(Busy):
                _answers(shared_house, sent[0], ReplyAnswer.DO_NOT_CONTACT)
    _answers(shared_house, sent[0], ReplyAnswer.DO_NOT_CONTACT)
