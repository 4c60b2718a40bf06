"""Messages that the sample practice has sent lately, and what some clients answered by the links in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from api.domain.access import Principal
from api.domain.replies import Told
from api.formats import addresses
from api.sample import colleagues
from api.sample.staff import DANIEL
from api.services import concerns, consents, episodes, replies
from api.services.work import Runtime, unit
from api.store import assessments as assessment_store
from api.store import checkins as checkin_store
from api.store import deliveries as delivery_store
from api.store import sealing
from api.store.sealing import Place
from schemas.tables import CheckIn
from schemas.tables.base import new_id
from schemas.vocabulary import (
    Channel,
    CheckInState,
    ConsentState,
    EpisodeFormat,
    GivenReason,
    Locale,
    ReplyAnswer,
)

_SUBJECT = "Hello from Daniel"
_BODY = (
    "Hello, this is Daniel. I was thinking of you and would be glad to hear how you are. If you would like another time,"
    " or nothing at all for now, both are fine. I read answers on weekdays."
)
_SENT_AGO, _ANSWERED_AGO, _OPEN_FOR = timedelta(days=3), timedelta(hours=20), timedelta(days=60)
_NOWHERE = "192.0.2.1"  # kept free for documentation (RFC 5737)
# The last goes to the practice lead and to nobody else. Those beyond them have not answered yet.
_ANSWERS = (
    Told(ReplyAnswer.COME_BACK, (GivenReason.TIME_OR_TRAVEL,), "Mornings are hard now. After six would work."),
    Told(ReplyAnswer.CALL_ME),
    Told(ReplyAnswer.FINISHED_FOR_NOW, (GivenReason.GOALS_REACHED,), "Thank you for everything."),
    Told(ReplyAnswer.ANOTHER_PERSON, (GivenReason.SPOKEN_TO_HARSHLY,), "I would rather talk to somebody else."),
)
_SENT = len(_ANSWERS) + 2


@dataclass(frozen=True, slots=True)
class _Reachable:
    client_id: UUID
    episode_id: UUID
    consent_id: UUID
    address: str


def exchange(runtime: Runtime, lead: Principal) -> None:
    now = runtime.now()
    sending = replace(runtime, now=lambda: now - _SENT_AGO)
    answering = replace(runtime, now=lambda: now - _ANSWERED_AGO)
    daniel = colleagues.ids(runtime, lead)[DANIEL.name]
    chosen = [one for one, _ in zip(_reachable(runtime, lead, daniel), range(_SENT), strict=False)]
    tokens = [_send(sending, lead, one, daniel) for one in chosen]
    for token, told in zip(tokens, _ANSWERS, strict=False):
        with unit(answering) as work:
            link = replies.open_link(work, token, _NOWHERE).link
            if told.is_confidential:
                concerns.confide(work, link, told)
            else:
                replies.answer(work, link, told)


def _reachable(runtime: Runtime, lead: Principal, daniel: UUID) -> Iterator[_Reachable]:
    with unit(runtime, lead) as work:
        running = episodes.page(work, client_id=None, after=None, limit=200).items
        for episode in running:
            responsible = episode.responsible is not None and episode.responsible.id == daniel
            if episode.ended_at is not None or not responsible or episode.format is not EpisodeFormat.INDIVIDUAL:
                continue
            client_id = episode.clients[0].id
            for one in consents.page(work, client_id):
                if one.channel is Channel.EMAIL and one.state is ConsentState.GRANTED:
                    yield _Reachable(client_id, episode.id, one.id, one.address)


def _send(runtime: Runtime, lead: Principal, whom: _Reachable, author: UUID) -> str:
    """As it stands once a message was handed over; what comes after the link in it is returned."""
    row_id = new_id()
    with unit(runtime, lead) as work:
        token = sealing.reply_token(work.runtime.lookup_key(work.session), row_id)
        key = work.client_key(whom.client_id)
        row = CheckIn(
            id=row_id,
            episode_id=whom.episode_id,
            client_id=whom.client_id,
            consent_id=whom.consent_id,
            locale=Locale.EN,
            subject_sealed=key.seal(_SUBJECT, Place("check_ins", "subject", row_id)),
            body_sealed=key.seal(_BODY, Place("check_ins", "body", row_id)),
            state=CheckInState.SENT,
            state_at=work.now,
            written_by=author,
            written_at=work.now,
            approved_by=author,
            approved_at=work.now,
            due_at=work.now,
            address_digest=work.digest("address", addresses.looked_up(Channel.EMAIL, whom.address)),
            token_digest=sealing.token_digest(token),
            reply_until=work.now + _OPEN_FOR,
        )
        checkin_store.add(work.session, row)
        # It stands in the record as its author's: whoever leads, and only sets the sample up, stays independent of the client.
        delivery_store.record_sent(work.session, row, author, at=work.now, now=work.now)
        assessment_store.refresh(work.session, [whom.episode_id], work.now)
    return token
