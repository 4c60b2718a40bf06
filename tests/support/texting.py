"""Text messages in a house: numbers nobody else has, messages by them, and what the provider sends us, signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from api.formats import addresses
from api.outbound.sms import Twilio
from api.services import consents
from api.store import checkins as checkin_store
from api.store import limits as limit_store
from api.store import tasks as task_store
from api.store import texts as text_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Delivery, ReceivedText, Task
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInState, ConsentState, Locale, TaskKind
from schemas.wire.clients import ConsentIn
from tests.support.house import Case, House, Person
from tests.support.messages import approved
from tests.support.provider import PUBLIC, Provider, form_of

_NUMBERS = count(1)


def new_number() -> str:
    """Look-ups go by the number over all practices of an installation, so no two tests share one."""
    return f"+346{next(_NUMBERS):08}"


@dataclass
class Line:
    """A house whose text messages go to a provider, and which hears from it."""

    house: House
    provider: Provider

    def number(
        self, case: Case, who: Person, number: str | None = None, state: ConsentState = ConsentState.GRANTED
    ) -> tuple[UUID, str]:
        """A number of the client, with what they said about it."""
        number = number or new_number()
        with self.house.work(who) as work:
            given = ConsentIn(channel=Channel.SMS, address=number, state=state)
            return consents.add(work, case.client_id, given).id, number

    def approved(self, case: Case, who: Person, consent_id: UUID, body: str = "Hello Ana.") -> UUID:
        check_in_id = approved(self.house, case, who, consent_id, body=body)
        with self.house.rows() as work:
            row = checkin_store.get(work.session, check_in_id)
            assert row is not None
            row.channel = Channel.SMS
        return check_in_id

    def sent(self, case: Case, who: Person, consent_id: UUID, locale: Locale = Locale.EN) -> UUID:
        """As if it had gone, without a worker."""
        check_in_id = self.approved(case, who, consent_id)
        with self.house.rows() as work:
            row, delivery = self.rows(work.session, check_in_id)
            row.state, row.state_at, row.locale, delivery.settled_at = CheckInState.SENT, work.now, locale, work.now
        return check_in_id

    def rows(self, session: object, check_in_id: UUID) -> tuple[CheckIn, Delivery]:
        row = checkin_store.get(session, check_in_id)  # type: ignore[arg-type]  # the session of a unit
        delivery = checkin_store.delivery(session, check_in_id)  # type: ignore[arg-type]  # the session of a unit
        assert row is not None
        assert delivery is not None
        return row, delivery

    def delivery(self, check_in_id: UUID) -> Delivery:
        with self.house.rows() as work:
            return self.rows(work.session, check_in_id)[1]

    def post(self, path: str, fields: dict[str, str], **signing: str) -> tuple[int, str]:
        body, headers = form_of(fields, path, **signing)
        answer = TestClient(self.house.app).post(path, content=body, headers=headers)
        return answer.status_code, answer.text

    def writes(self, number: str, words: str, *, sid: str | None = None, **more: str) -> tuple[int, str]:
        """Somebody writes to our number."""
        fields = {"MessageSid": sid or f"SM{uuid4().hex}", "From": number, "To": "+15005550006", "Body": words}
        return self.post("/hooks/sms/inbound", fields | more)

    def wrote(self, number: str, times: int) -> None:
        """As if so much had come from a number in this hour."""
        with self.house.rows() as work:
            start = work.now.replace(minute=0, second=0, microsecond=0)
            limit_store.take(work.session, work.digest("text sender", number), start, times)

    def reports(self, check_in_id: UUID, status: str, error: str = "", sid: str = "SM" + "0" * 32) -> int:
        path = f"/hooks/sms/status?m={self.delivery(check_in_id).message_id.replace('@', '%40')}"
        fields = {"MessageSid": sid, "MessageStatus": status, "To": "+34600000000"}
        return self.post(path, fields | ({"ErrorCode": error} if error else {}))[0]


@contextmanager
def line(house: House, provider: Provider) -> Iterator[Line]:
    """The house may be shared with other tests: it is left as it was."""
    runtime = house.runtime
    before = runtime.texts, runtime.limits
    runtime.texts = Twilio(provider.account())
    provider.clock = lambda: house.now
    runtime.limits = replace(runtime.limits, public_url=PUBLIC)
    try:
        yield Line(house, provider)
    finally:
        runtime.texts, runtime.limits = before


def left_to(house: House, reader: Person, number: str, words: str = "Who is this for?") -> UUID:
    """A text message of which nobody could tell whose it is, with the task of whoever has to read it."""
    row_id = new_id()
    with house.work(reader) as work:
        row = ReceivedText(
            id=row_id,
            provider_id=f"SM{row_id.hex}",
            address_digest=work.digest("address", addresses.looked_up(Channel.SMS, number)),
            words_sealed=work.practice_key().seal(words, Place("received_texts", "words", row_id)),
            reader_id=reader.id,
            at=work.now,
        )
        text_store.add(work.session, row)
        task = Task(
            kind=TaskKind.READ_TEXT,
            owner_id=reader.id,
            subject_id=row_id,
            due_on=work.now.date(),
            created_at=work.now,
        )
        task_store.add(work.session, task)
    return row_id
