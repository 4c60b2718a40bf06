"""On PostgreSQL: what waits for whom, told by a unit that holds a row beside one that may not wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import system_principal
from api.domain.errors import Busy
from api.domain.replies import Told
from api.services import assessments, checkins, offered_times, replies
from api.services.work import unit
from api.store import clients as client_store
from api.store import episodes as episode_store
from schemas.tables import OfferedTime
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInState, ReplyAnswer
from schemas.wire.checkins import CheckInIn, CheckInPatch
from tests.support import links
from tests.support.house import Case, House
from tests.support.links import Sent
from tests.support.waits import not_waiting, until_waiting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]

_OFFERS = "Hello Ana, would {offered_times} suit you?"


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


def test_who_taps_a_time_holds_the_earliest_of_its_message_first(shared_house: House) -> None:
    """Whoever else was offered the same times takes them in the same order: the one tapped is not held before the ones let go."""
    ana, ben = (shared_house.client(name, shared_house.clinician) for name in ("Ana", "Ben"))
    first, second = (shared_house.now + timedelta(days=days) for days in (3, 4))
    sent = links.send(shared_house, ana, shared_house.clinician)
    bens = offer(shared_house, ben, links.send(shared_house, ben, shared_house.clinician), [first, second])
    anas = offer(shared_house, ana, sent, [first, second])
    for row in bens:
        row.released_at = shared_house.now
    with shared_house.rows() as work:
        work.session.add_all([*bens, *anas])
    told = Told(ReplyAnswer.COME_BACK, (), None, anas[1].id)
    with shared_house.rows() as holding:
        mine = sa.select(col(OfferedTime.id)).where(col(OfferedTime.id) == bens[0].id)
        holding.session.execute(mine.with_for_update())
        with not_waiting(shared_house), pytest.raises(Busy):
            _tells(shared_house, sent, told)
    _tells(shared_house, sent, told)


def test_who_offers_other_times_instead_holds_the_earliest_of_all_first(shared_house: House) -> None:
    """The later ones that the draft offered so far are not held before the earlier ones that it offers now."""
    house = shared_house
    ana, ben = (house.client(name, house.clinician) for name in ("Ana", "Ben"))
    first, *later = (house.now + timedelta(days=days) for days in (13, 14, 15, 16))
    (bens,) = offer(house, ben, links.send(house, ben, house.clinician), [first])
    bens.released_at, bens_id = house.now, bens.id
    with house.rows() as work:
        work.session.add(bens)
    with house.work(house.clinician) as work:
        draft = checkins.draft(
            work, CheckInIn(episode_id=ana.episode_id, subject="Hello", body=_OFFERS, offered_times=later[1:])
        )

    def offers_the_first_instead() -> None:
        with house.work(house.clinician) as work:
            checkins.change(work, draft.id, CheckInPatch(offered_times=[first, later[0]]), version=draft.version)

    with ThreadPoolExecutor(1) as threads:
        with house.rows() as holding:
            holding.session.execute(_row_of(OfferedTime.id, bens_id).with_for_update())
            changed = threads.submit(offers_the_first_instead)
            until_waiting(house, 1)
            so_far = _row_of(OfferedTime.check_in_id, draft.id).with_for_update(skip_locked=True)
            free = holding.session.scalars(so_far).all()
        changed.result()
    assert len(free) == len(later[1:])


def test_who_confirms_a_time_holds_what_the_booking_gives_free_in_the_same_order(shared_house: House) -> None:
    """Another message to the client, which the booking stops, offers an earlier one."""
    house = shared_house
    ana = house.client("Ana", house.clinician)
    sent = links.send(house, ana, house.clinician)
    reply_id = links.chosen(house, ana, house.clinician, sent)
    waits = links.send(house, ana, house.clinician, consent_id=sent.consent_id, state=CheckInState.APPROVED)
    (earlier,) = offer(house, ana, waits, [house.now + timedelta(days=3)])
    earlier_id = earlier.id
    with house.rows() as work:
        work.session.add(earlier)

    def confirms() -> None:
        with house.work(house.clinician) as work:
            offered_times.confirm(work, reply_id)

    with ThreadPoolExecutor(1) as threads:
        with house.rows() as holding:
            holding.session.execute(_row_of(OfferedTime.id, earlier_id).with_for_update())
            confirmed = threads.submit(confirms)
            until_waiting(house, 1)
            tapped = _row_of(OfferedTime.check_in_id, sent.check_in_id).with_for_update(skip_locked=True)
            free = holding.session.scalars(tapped).all()
        confirmed.result()
    assert len(free) == 1
    with house.rows() as work:
        assert work.session.get_one(OfferedTime, (work.practice_id, earlier_id)).released_at is not None


def _row_of(column: object, wanted: UUID) -> sa.Select[UUID]:
    return sa.select(col(OfferedTime.id)).where(col(column) == wanted)


def offer(house: House, case: Case, sent: Sent, times: list[datetime]) -> list[OfferedTime]:
    return [
        OfferedTime(
            id=new_id(),
            check_in_id=sent.check_in_id,
            episode_id=case.episode_id,
            client_id=case.client_id,
            clinician_id=house.clinician.id,
            starts_at=at,
            held_until=at,
            created_at=house.now,
        )
        for at in times
    ]
