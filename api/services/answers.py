"""Repeating an answer instead of an act: what was answered under an Idempotency-Key, kept for a day.

The answer is kept in the unit that acts, so that there is no moment at which one is written and not the other.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from api.domain.access import Permission
from api.domain.errors import Conflict, Invalid
from api.services.gate import use_case
from api.services.work import Work
from api.store import answers as answer_store
from api.store.sealing import Place

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` name places and versions only; the body may hold a client's name and is sealed."""

    status_code: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@use_case(Permission.OWN_READ, audit=None)
def recall(work: Work, key: str, request: str) -> Answer | None:
    """The answer given under this key to the same request. None: there is none, and the key is claimed for this one."""
    digest = work.digest("idempotent request", request)
    kept = answer_store.claim(work.session, work.actor_id, key, digest, now=work.now, since=work.now - KEPT_FOR)
    if kept is None:
        return None
    if kept.request_digest != digest:
        raise Invalid(
            code="idempotency_key_reused", message="This Idempotency-Key was used before, for another request."
        )
    if kept.body_sealed is None:
        raise Conflict("This was done before, and its answer is shown only once.", code="already_shown")
    body = work.practice_key().open_bytes(kept.body_sealed, _place(work.actor_id, key))
    return Answer(kept.status_code, body, {name: str(value) for name, value in kept.headers.items()})


@use_case(Permission.OWN_READ, audit=None)
def keep(work: Work, key: str, answer: Answer) -> None:
    sealed = work.practice_key().seal_bytes(answer.body, _place(work.actor_id, key))
    _keep(work, key, answer, sealed)


@use_case(Permission.OWN_READ, audit=None)
def keep_that_it_was_shown(work: Work, key: str, answer: Answer) -> None:
    """For answers with a secret: that there was one is kept, the secret is not."""
    _keep(work, key, answer, None)


@use_case(Permission.OWN_READ, audit=None)
def release(work: Work, key: str) -> None:
    answer_store.release(work.session, work.actor_id, key)


def _keep(work: Work, key: str, answer: Answer, sealed: bytes | None) -> None:
    answer_store.keep(
        work.session, work.actor_id, key, status_code=answer.status_code, headers=answer.headers, sealed=sealed
    )


def _place(caller_id: UUID, key: str) -> Place:
    """The row has no id of its own; caller and key make one, and bind the body to both."""
    return Place("stored_answers", "body", uuid5(caller_id, key))
