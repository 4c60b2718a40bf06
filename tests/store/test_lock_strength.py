"""On PostgreSQL: what a lock on a row keeps others from, and what it does not. Facts refer to rows that somebody holds."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from api.domain.errors import Busy
from api.services import clients
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import contacts as contact_store
from api.store import covers as cover_store
from api.store import members as member_store
from api.store import replies as reply_store
from api.store import tasks as task_store
from api.store import texts as text_store
from schemas.tables import Contact, ReceivedText, Reply, Task
from schemas.vocabulary import Channel, ContactDirection, ContactOutcome, TaskKind
from tests.support import links
from tests.support.house import Case, House
from tests.support.waits import not_waiting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]

Lock = Callable[[Session, Case, UUID, UUID], object]

LOCKS: dict[str, Lock] = {
    "the client": lambda session, case, _message, _who: client_store.lock(session, {case.client_id}),
    "the message": lambda session, _case, message, _who: checkin_store.hold(session, message),
    "a clinician": lambda session, _case, _message, who: cover_store.lock(session, who),
    "who has which role": lambda session, _case, _message, _who: member_store.lock_roles(session),
}


def heard_from(session: Session, house: House, case: Case, message: UUID) -> None:
    """Facts that refer to the client, their work, a message, a member and the practice."""
    contact = Contact(
        episode_id=case.episode_id,
        client_id=case.client_id,
        at=house.now,
        known_at=house.now,
        direction=ContactDirection.INBOUND,
        channel=Channel.EMAIL,
        outcome=ContactOutcome.RECEIVED,
        recorded_by=house.clinician.id,
    )
    contact_store.add(session, contact)
    replied = Reply(check_in_id=message, episode_id=case.episode_id, client_id=case.client_id, at=house.now)
    reply_store.add(session, replied)
    task = Task(
        kind=TaskKind.ANSWER_REPLY,
        owner_id=house.clinician.id,
        client_id=case.client_id,
        due_on=house.now.date(),
        created_at=house.now,
    )
    task_store.add(session, task)
    text_store.add(session, ReceivedText(provider_id=replied.id.hex, at=house.now))


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_what_refers_to_a_row_that_somebody_holds_does_not_wait_for_it(shared_house: House, lock: Lock) -> None:
    """Else an answer, which holds the client, and a settlement, which holds the message, each wait for the other."""
    case = shared_house.client("Ana", shared_house.clinician)
    message = links.send(shared_house, case, shared_house.clinician).check_in_id
    with shared_house.rows() as holding:
        lock(holding.session, case, message, shared_house.clinician.id)
        with not_waiting(shared_house), shared_house.rows() as beside:
            heard_from(beside.session, shared_house, case, message)


def test_a_merge_waits_for_what_is_being_told_of_either_and_moves_it(shared_house: House) -> None:
    """What is committed behind its back would stay with the double, and be found by nobody."""
    case, double = (shared_house.client(name, shared_house.clinician) for name in ("Ana", "Ana, twice"))
    message = links.send(shared_house, double, shared_house.clinician).check_in_id
    with shared_house.rows() as telling:
        heard_from(telling.session, shared_house, double, message)
        with (
            pytest.raises(Busy),
            not_waiting(shared_house),
            shared_house.work(shared_house.founder) as merging,
        ):
            clients.merge(merging, case.client_id, double.client_id)
