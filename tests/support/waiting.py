"""A message to a client as the record has it, written without the road that leads there."""

from uuid import UUID

from api.store import checkins as check_in_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Delivery
from schemas.tables.base import new_id
from schemas.vocabulary import CheckInState, StopReason
from tests.support.house import Case, House, Person


def approved(house: House, case: Case, by: Person, *, consent_id: UUID | None = None, body: str = "Hello.") -> UUID:
    """Approved and waiting to be sent."""
    check_in_id = new_id()
    with house.rows() as work:
        key = work.client_key(case.client_id)
        row = CheckIn(
            id=check_in_id,
            episode_id=case.episode_id,
            client_id=case.client_id,
            consent_id=consent_id,
            subject_sealed=key.seal("A note", Place("check_ins", "subject", check_in_id)),
            body_sealed=key.seal(body, Place("check_ins", "body", check_in_id)),
            state=CheckInState.APPROVED,
            state_at=work.now,
            written_by=by.id,
            written_at=work.now,
            approved_by=by.id,
            approved_at=work.now,
            due_at=work.now,
            address_digest=b"digest",
            token_digest=check_in_id.bytes,
        )
        check_in_store.add(work.session, row)
        delivery = Delivery(
            check_in_id=check_in_id,
            episode_id=case.episode_id,
            next_at=work.now,
            message_id=f"<{check_in_id}@practice.example>",
            created_at=work.now,
        )
        check_in_store.add(work.session, delivery)
    return check_in_id


def state(house: House, check_in_id: UUID) -> tuple[CheckInState, StopReason | None]:
    with house.rows() as work:
        row = check_in_store.get(work.session, check_in_id)
        assert row is not None
        return row.state, row.stopped_by
