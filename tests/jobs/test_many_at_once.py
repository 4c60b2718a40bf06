"""Messages decided on together: each as if it were alone, and none long after its decision."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain import checkins as rules
from api.jobs.deliveries import Courier
from api.jobs.pace import MOST, Pace
from api.outbound.mail import End, HandedOver
from api.services import consents
from api.store import checkins as checkin_store
from schemas.tables import AuditEntry, Contact, ContactDecision
from schemas.vocabulary import Channel, CheckInState, ConsentState, StopReason
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House
from tests.support.messages import Pigeons, address, approved, seen


def _waiting(house: House, count: int) -> list[tuple[Case, UUID, UUID]]:
    found = []
    for number in range(count):
        case = house.client(f"Ana {number}", house.clinician)
        consent_id = address(house, case, house.clinician, f"ana{number}@example.com")
        house.wait(seconds=1)
        found.append((case, consent_id, approved(house, case, house.clinician, consent_id)))
    house.wait(minutes=6)
    return found


def _courier(house: House, most: int = MOST) -> Courier:
    courier = Courier(house.runtime)
    courier.pace.most = most
    return courier


def test_several_go_together_and_each_is_on_record_by_itself(both_houses: House) -> None:
    carrier = both_houses.runtime.carrier = Pigeons()
    waiting = _waiting(both_houses, 4)
    assert _courier(both_houses).step()
    assert [seen(both_houses, one[2])[0] for one in waiting] == [CheckInState.SENT] * 4
    assert len({letter.to for letter in carrier.letters}) == 4
    with both_houses.rows() as work:
        for action in ("check_in.decide", "check_in.settle"):
            subjects = work.session.scalars(
                sa.select(col(AuditEntry.subject_id)).where(col(AuditEntry.action) == action)
            )
            assert set(subjects) == {one[2] for one in waiting}, action
        assert len(work.session.scalars(sa.select(ContactDecision)).all()) == 4
        assert len(work.session.scalars(sa.select(Contact)).all()) == 4


def test_of_two_to_one_client_the_second_is_decided_on_after_the_first_went(both_houses: House) -> None:
    carrier = both_houses.runtime.carrier = Pigeons()
    ((case, consent_id, first),) = _waiting(both_houses, 1)
    second = approved(both_houses, case, both_houses.clinician, consent_id)
    both_houses.wait(minutes=6)
    courier = _courier(both_houses)
    courier.step()
    assert [len(carrier.letters), seen(both_houses, second)[0]] == [1, CheckInState.APPROVED]
    courier.step()
    assert len(carrier.letters) == 1
    assert seen(both_houses, second)[0] is CheckInState.REVOKED, "the first one counts"
    assert seen(both_houses, first)[0] is CheckInState.SENT


def test_what_is_not_reached_soon_is_decided_on_anew_and_facts_of_the_meantime_bind(both_houses: House) -> None:
    """The first conversation took its time; meanwhile somebody said stop."""
    carrier = both_houses.runtime.carrier = Pigeons()
    waiting = _waiting(both_houses, 3)
    courier, seconds = _courier(both_houses), [0.0]
    courier.pace = Pace(lambda: seconds[0])
    courier.pace.most = MOST

    def takes_long() -> None:
        seconds[0] += 20

    carrier.after = takes_long
    courier.step()
    assert len(carrier.letters) == 1
    assert [seen(both_houses, one[2])[0] for one in waiting[1:]] == [CheckInState.APPROVED] * 2
    case, consent_id, stopped = waiting[1]
    with both_houses.work(both_houses.clinician) as work:
        said = ConsentIn(channel=Channel.EMAIL, address="ana1@example.com", state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, consent_id, said, version=1)
    for _ in range(3):
        courier.step()
    assert seen(both_houses, stopped) == (CheckInState.CANCELLED, StopReason.OPTED_OUT)
    assert len(carrier.letters) == 2
    with both_houses.rows() as work:
        assert [row.attempt_count for row in checkin_store.deliveries(work.session, [waiting[2][2]]).values()] == [1]


def test_a_killed_worker_leaves_what_it_had_marked_to_the_next(both_houses: House) -> None:
    carrier = both_houses.runtime.carrier = Pigeons()
    waiting = _waiting(both_houses, 3)
    taken = _courier(both_houses).take_some(MOST)
    assert isinstance(taken, list)
    _courier(both_houses).hand_over(taken[0])
    both_houses.wait(minutes=20)
    _courier(both_houses).step()
    states = [seen(both_houses, one[2])[0] for one in waiting]
    assert sorted(states) == [CheckInState.SENT, CheckInState.SENT, CheckInState.UNCERTAIN]
    assert len({letter.message_id for letter in carrier.letters}) == len(carrier.letters) == 3


def test_while_the_server_is_away_the_rest_is_given_back(both_houses: House) -> None:
    carrier = both_houses.runtime.carrier = Pigeons(HandedOver(End.NOT_TAKEN, "no_connection_OSError"))
    waiting = _waiting(both_houses, 3)
    courier = _courier(both_houses)
    courier.step()
    with both_houses.rows() as work:
        counts = [
            row.attempt_count for row in checkin_store.deliveries(work.session, [one[2] for one in waiting]).values()
        ]
    assert sorted(counts) == [0, 0, 1], "only one was tried"
    assert not courier.step()
    assert carrier.letters == []


def test_a_worker_takes_as_many_as_go_at_once() -> None:
    seconds = [0.0]
    pace = Pace(lambda: seconds[0])
    for expected in (1, 2, 4, 8, 16, 32, MOST, MOST):
        assert pace.most == expected
        watch = pace.begin()
        seconds[0] += 0.001 * pace.most
        watch.done(pace.most)
    watch = pace.begin()
    seconds[0] += 0.2 * MOST
    assert watch.is_over()
    assert pace.most == 1
    pace.begin()
    pace.learn(1, 0.3)
    assert pace.most == 1, "a server that needs a third of a second gets one after the other"


def test_of_two_to_one_client_or_one_address_the_second_is_left_for_later() -> None:
    waiting = [("Ana", "shared@"), ("Berta", "shared@"), ("Berta", "berta@"), ("Clara", "clara@")]
    assert rules.one_for_each(waiting, lambda one: one) == [waiting[0], waiting[3]]
