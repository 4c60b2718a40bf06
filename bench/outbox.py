"""An outbox of any length, written straight into the tables: approved messages to clients of a practice, each due by now."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import system_principal
from api.services.work import Runtime, Work, unit
from api.store import bulk, filling, sealing
from api.store import keys as key_store
from api.store.sealing import DataKey, Place
from bench.filling import Filled
from schemas.tables import CheckIn, Consent, Delivery, EpisodeParticipant
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, ConsentState, Locale

_SLICE = 10_000
_WORDS = "Hello, I was thinking of you. No reply is fine. If you like, we can find another time. Warmly, Elena"

_CONSENT = (
    *("practice_id", "id", "client_id", "channel", "address_sealed", "address_digest", "state", "asked_at"),
    *("may_mention_therapy", "voicemail_allowed", "recorded_by", "created_at", "updated_at", "version"),
)
_CHECK_IN = (
    *("practice_id", "id", "episode_id", "client_id", "consent_id", "kind", "channel", "locale"),
    *("subject_sealed", "body_sealed", "findings", "state", "state_at", "written_by", "written_at"),
    *(
        "approved_by",
        "approved_at",
        "due_at",
        "address_digest",
        "terms_digest",
        "token_digest",
        "reply_until",
        "by_hand",
        "version",
    ),
)
_DELIVERY = (
    *("practice_id", "id", "check_in_id", "episode_id", "next_at", "message_id", "attempt_count", "settled_at"),
    *("created_at", "look_up_count"),
)


def fill(runtime: Runtime, filled: Filled, count: int, *, settled: int = 0) -> None:
    """`count` messages that are due, one to a client as long as there are clients; the first `settled` of them went already."""
    with unit(runtime, system_principal(filled.practice_id)) as work:
        parts = sa.select(col(EpisodeParticipant.episode_id), col(EpisodeParticipant.client_id)).limit(count)
        clients = [(row[0], row[1]) for row in work.session.execute(parts)]
        key = key_store.of_client(work.session, work.keyring, clients[0][1])
        consents = [(new_id(), client_id) for _, client_id in clients]
        of_clients = [_consent(work, key, filled.clinician_id, one, number) for number, one in enumerate(consents)]
        bulk.insert(work.session, Consent, _CONSENT, of_clients)
        terms = _terms(work, consents[0][0], consents[0][1])
    rows = _messages(runtime, filled, clients, of_clients, key=key, terms=terms)
    done = 0
    while chunk := list(islice(rows, min(_SLICE, count - done))):
        with unit(runtime, system_principal(filled.practice_id)) as work:
            gone = max(0, min(len(chunk), settled - done))
            bulk.insert(work.session, CheckIn, _CHECK_IN, (one for one, _ in chunk))
            ended = [(*row[:7], work.now, *row[8:]) if number < gone else row for number, (_, row) in enumerate(chunk)]
            bulk.insert(work.session, Delivery, _DELIVERY, ended)
        done += len(chunk)
        if done == count:
            break
    analyse(runtime)


def analyse(runtime: Runtime) -> None:
    """What a server does by itself within a minute of much new; those started for a run do not."""
    with unit(runtime) as work:
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.connection().execute(sa.text("ANALYZE"))


def _consent(work: Work, key: DataKey, member_id: UUID, one: tuple[UUID, UUID], number: int) -> tuple[object, ...]:
    consent_id, client_id = one
    address = f"client{number}@example.com"
    asked_at = work.now - timedelta(days=90)
    return (
        *(work.practice_id, consent_id, client_id, Channel.EMAIL),
        key.seal(address, Place("consents", "address", consent_id)),
        work.digest("address", client_id, address),
        *(ConsentState.GRANTED, asked_at, False, False, member_id, asked_at, asked_at, 1),
    )


def _terms(work: Work, consent_id: UUID, client_id: UUID) -> bytes | None:
    """The same for all: none says anything of its own."""
    found = sa.select(Consent).where(col(Consent.id) == consent_id, col(Consent.client_id) == client_id)
    return filling.terms_digest(work, work.session.scalars(found).one())


def _messages(
    runtime: Runtime,
    filled: Filled,
    clients: list[tuple[UUID, UUID]],
    consents: list[tuple[object, ...]],
    *,
    key: DataKey,
    terms: bytes | None,
) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    now, number = runtime.now(), 0
    written_at = due_at = now
    until = now + timedelta(days=30)
    while True:
        episode_id, client_id = clients[number % len(clients)]
        consent, check_in_id = consents[number % len(clients)], new_id()
        yield (
            (
                *(filled.practice_id, check_in_id, episode_id, client_id, consent[1]),
                *(CheckInKind.CHECK_IN, Channel.EMAIL, Locale.EN),
                key.seal("A note from Elena", Place("check_ins", "subject", check_in_id)),
                key.seal(_WORDS, Place("check_ins", "body", check_in_id)),
                *([], CheckInState.APPROVED, written_at, filled.clinician_id, written_at),
                *(filled.clinician_id, written_at, due_at, consent[5], terms),
                *(sealing.token_digest(check_in_id.hex), until, False, 1),
            ),
            (
                *(filled.practice_id, new_id(), check_in_id, episode_id, due_at + timedelta(microseconds=number)),
                *(f"{check_in_id.hex}@example.org", 0, None, written_at, 0),
            ),
        )
        number += 1
