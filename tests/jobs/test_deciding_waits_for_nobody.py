"""On PostgreSQL: while messages are decided on, nothing of the practice is committed, so the decision must wait for no row by then."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.access import Principal, system_principal
from api.services import deliveries
from api.services.deliveries import Handover
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import flags as flag_store
from api.store import offered_times as time_store
from schemas.tables import Flag, Member, OfferedTime
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInState, FlagKind, StopReason
from tests.support.house import Case, House
from tests.support.messages import address, approved, claim_of, seen
from tests.support.waits import locks_taken, not_waiting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


@pytest.fixture
def case(shared_house: House) -> Iterator[Case]:
    """Nothing of it waits for a worker afterwards: others use the same database."""
    made = shared_house.client("Ana", shared_house.clinician)
    yield made
    with shared_house.rows() as work:
        checkin_store.stop_pending(work.session, [made.client_id], StopReason.HELD, work.now)


@pytest.fixture
def message(shared_house: House, case: Case) -> UUID:
    """It offers a time, and is due."""
    consent_id = address(shared_house, case, shared_house.clinician, f"{case.client_id.hex}@example.com")
    check_in_id = approved(shared_house, case, shared_house.clinician, consent_id)
    offered = OfferedTime(
        id=new_id(),
        check_in_id=check_in_id,
        episode_id=case.episode_id,
        client_id=case.client_id,
        clinician_id=shared_house.clinician.id,
        starts_at=shared_house.now + timedelta(days=7),
        held_until=shared_house.now + timedelta(days=7),
        created_at=shared_house.now,
    )
    with shared_house.rows() as work:
        work.session.add(offered)
    shared_house.wait(minutes=10)
    return check_in_id


def decided(house: House, check_in_id: UUID) -> list[Handover] | None:
    with house.work(_worker(house)) as work:
        return deliveries.decide(work, [claim_of(house, check_in_id)])


def forbid(house: House, case: Case) -> None:
    with house.rows() as work:
        flag_store.add(work.session, Flag(client_id=case.client_id, kind=FlagKind.PRACTICE_HOLD, raised_at=work.now))


def _taking_away(session: Session, who: UUID) -> None:
    session.execute(sa.select(col(Member.id)).where(col(Member.id) == who).with_for_update())


HOLDERS: dict[str, Callable[[Session, House, Case, UUID], object]] = {
    "a time it offers": lambda session, house, _case, message: time_store.release(session, [message], house.now),
    "the client, merging or erasing": lambda session, _house, case, _m: client_store.lock_alone(
        session, {case.client_id}
    ),
    "who approved it": lambda session, house, _case, _m: _taking_away(session, house.clinician.id),
}


@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS)
def test_a_message_is_left_for_later_while_somebody_holds_what_it_hangs_on(
    shared_house: House, case: Case, message: UUID, hold: Callable[[Session, House, Case, UUID], object]
) -> None:
    forbid(shared_house, case)
    with shared_house.rows() as holding:
        hold(holding.session, shared_house, case, message)
        with not_waiting(shared_house):
            assert decided(shared_house, message) is None
        assert seen(shared_house, message)[0] is CheckInState.APPROVED
    assert decided(shared_house, message) == []
    assert seen(shared_house, message) == (CheckInState.REVOKED, StopReason.HELD)


def test_nothing_is_locked_any_more_once_the_facts_are_held(shared_house: House, case: Case, message: UUID) -> None:
    """Whether it goes, or is stopped and gives its times free."""
    forbid(shared_house, case)
    claimed = claim_of(shared_house, message)
    with locks_taken(shared_house) as taken, shared_house.work(_worker(shared_house)) as work:
        deliveries.decide(work, [claimed])
    assert set(taken[: taken.index("facts")]) >= {"offered_times", "episodes", "clients", "members"}
    assert set(taken[taken.index("facts") + 1 :]) <= {"check_ins", "deliveries"}, "held since they were claimed"


def _worker(house: House) -> Principal:
    return system_principal(house.practice.id)
