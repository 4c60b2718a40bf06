"""Messages that have been sent, put there through the store, so that a test can begin at the link in them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.formats import addresses
from api.store import checkins as checkin_store
from api.store import concerns as concern_store
from api.store import filling, sealing
from api.store import replies as reply_store
from api.store import tasks as task_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Concern, Consent, ConsentAnswer, Delivery, OfferedTime, Reply, Task
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInState, ConsentState, Locale, ReplyAnswer, TaskKind
from tests.support.house import Case, House, Person


@dataclass(frozen=True, slots=True)
class Sent:
    """`token` is what the link in the message ends with."""

    check_in_id: UUID
    consent_id: UUID
    token: str

    @property
    def path(self) -> str:
        return f"/r/{self.token}"


def permit(house: House, case: Case, who: Person, address: str = "ana@example.org") -> UUID:
    """The client allowed one address, at the house's present."""
    consent_id = new_id()
    with house.work(who) as work:
        row = Consent(
            id=consent_id,
            client_id=case.client_id,
            channel=Channel.EMAIL,
            address_sealed=work.client_key(case.client_id).seal(address, Place("consents", "address", consent_id)),
            address_digest=work.digest("address", addresses.looked_up(Channel.EMAIL, address)),
            state=ConsentState.GRANTED,
            asked_at=work.now,
            recorded_by=who.id,
            created_at=work.now,
            updated_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        said = ConsentAnswer(
            consent_id=consent_id, client_id=case.client_id, state=row.state, at=work.now, recorded_by=who.id
        )
        work.session.add(said)
    return consent_id


def send(
    house: House,
    case: Case,
    who: Person,
    *,
    consent_id: UUID | None = None,
    locale: Locale = Locale.EN,
    state: CheckInState = CheckInState.SENT,
    until: datetime | None = None,
) -> Sent:
    """A check-in to a client; with the state `approved` one that still waits in the outbox."""
    consent_id = consent_id or permit(house, case, who)
    check_in_id = new_id()
    with house.work(who) as work:
        key = work.client_key(case.client_id)
        token = sealing.reply_token(work.runtime.lookup_key(work.session), check_in_id)
        consent = work.session.get_one(Consent, (work.practice_id, consent_id))
        row = CheckIn(
            id=check_in_id,
            episode_id=case.episode_id,
            client_id=case.client_id,
            consent_id=consent_id,
            locale=locale,
            subject_sealed=key.seal("Hello", Place("check_ins", "subject", check_in_id)),
            body_sealed=key.seal("How are you?", Place("check_ins", "body", check_in_id)),
            state=state,
            state_at=work.now,
            written_by=who.id,
            written_at=work.now,
            approved_by=who.id,
            approved_at=work.now,
            due_at=work.now,
            address_digest=consent.address_digest,
            terms_digest=filling.terms_digest(work, consent),
            token_digest=sealing.token_digest(token),
            reply_until=until or work.now + timedelta(days=60),
        )
        checkin_store.add(work.session, row)
        if state is CheckInState.APPROVED:
            waiting = Delivery(
                check_in_id=check_in_id,
                episode_id=case.episode_id,
                next_at=work.now,
                message_id=f"{check_in_id}@example.org",
                created_at=work.now,
                attempt_count=0,
            )
            checkin_store.add(work.session, waiting)
    return Sent(check_in_id, consent_id, token)


def state_of(house: House, message: Sent) -> tuple[CheckInState, str | None]:
    with house.rows() as work:
        row = work.session.get_one(CheckIn, (work.practice_id, message.check_in_id))
        return row.state, row.stopped_by


def reply(house: House, case: Case, who: Person, message: Sent, answer: ReplyAnswer = ReplyAnswer.CALL_ME) -> UUID:
    """An answer that waits, as a link would have brought it."""
    row = Reply(
        id=new_id(),
        check_in_id=message.check_in_id,
        episode_id=case.episode_id,
        client_id=case.client_id,
        answer=answer,
        at=house.now,
    )
    with house.work(who) as work:
        reply_store.add(work.session, row)
    return row.id


def chosen(house: House, case: Case, who: Person, message: Sent) -> UUID:
    """A reply with which the client tapped a time, a week from now, that the message offered."""
    offered = OfferedTime(
        id=new_id(),
        check_in_id=message.check_in_id,
        episode_id=case.episode_id,
        client_id=case.client_id,
        clinician_id=who.id,
        starts_at=house.now + timedelta(days=7),
        held_until=house.now + timedelta(days=7),
        created_at=house.now,
    )
    reply_id = reply(house, case, who, message)
    with house.work(who) as work:
        work.session.add(offered)
        work.session.flush()
        row = work.session.get_one(Reply, (work.practice_id, reply_id))
        row.answer, row.offered_time_id = ReplyAnswer.COME_BACK, offered.id
    return reply_id


def concern(house: House, case: Case, reader: Person, message: Sent) -> UUID:
    """Told to `reader` and opened by them, whoever that is to the client."""
    row_id, place = new_id(), "told"
    with house.work(reader) as work:
        told = json.dumps({"answer": "another_person", "reasons": ["spoken_to_harshly"], "words": "So it was."})
        here = Place("concerns", place, row_id)
        sealed = work.practice_key().seal_bytes(work.client_key(case.client_id).seal(told, here), here)
        row = Concern(
            id=row_id,
            check_in_id=message.check_in_id,
            episode_id=case.episode_id,
            client_id=case.client_id,
            reader_id=reader.id,
            told_sealed=sealed,
            at=work.now,
            seen_at=work.now,
        )
        concern_store.add(work.session, row)
    return row_id


def task(house: House, case: Case, owner: Person, kind: TaskKind = TaskKind.WRITE_NOTE, *, due: int = 0) -> UUID:
    """`due` is in days from now."""
    row = Task(
        id=new_id(),
        kind=kind,
        owner_id=owner.id,
        episode_id=case.episode_id,
        client_id=case.client_id,
        due_on=house.now.date() + timedelta(days=due),
        created_at=house.now,
    )
    with house.work(owner) as work:
        task_store.add(work.session, row)
    return row.id
