"""Repeating an answer instead of an act: what was answered under an Idempotency-Key, kept for a day.

The answer is kept in the unit that acts, so that there is no moment at which one is written and not the other.
It is sealed to the rights of whoever got it: with others, it does not open. And it is not repeated once what it
is about has left their caseload.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from api.domain.access import Permission, rights_of
from api.domain.audit import Action
from api.domain.errors import Conflict, Invalid
from api.services.gate import OF_NO_CASELOAD, use_case
from api.services.work import Work
from api.store import answers as answer_store
from api.store import caseload as caseload_store
from api.store.sealing import CannotOpen, Place

KEPT_FOR = timedelta(hours=24)
_ABOUT_NOTHING = bytes(16)
_KIND_BYTES = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` name places and versions only; the body may hold a client's name and is sealed, with what it is `about`.

    `kind` is the noun of what it is about.
    """

    status_code: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    about: UUID | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is there, still sealed."""

    key: str
    status_code: int
    headers: dict[str, str]
    sealed: bytes


@use_case(Permission.OWN_READ, audit=None)
def recall(work: Work, key: str, request: str) -> Kept | None:
    """What was answered under this key to the same request. None: nothing, and the key is claimed for this one."""
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
    return Kept(key, kept.status_code, {name: str(value) for name, value in kept.headers.items()}, kept.body_sealed)


@use_case(Permission.OWN_READ, audit=Action.ANSWER_REPEAT)
def repeat(work: Work, kept: Kept) -> Answer:
    """The same answer again, which shows what it showed: so it leaves an entry, and is refused to whoever may see less by now."""
    try:
        opened = work.practice_key().open_bytes(kept.sealed, _place(work, kept.key))
    except CannotOpen:
        raise _withheld() from None
    about = None if opened[:16] == _ABOUT_NOTHING else UUID(bytes=opened[:16])
    kind, body = opened[16 : 16 + _KIND_BYTES].rstrip(b"\0").decode() or None, opened[16 + _KIND_BYTES :]
    if about is not None:
        work.about(about)
        if body and _has_left_the_caseload(work, about, kind):
            raise _withheld()
    return Answer(kept.status_code, body, kept.headers, about, kind)


@use_case(Permission.OWN_READ, audit=None)
def keep(work: Work, key: str, answer: Answer) -> None:
    about = answer.about.bytes if answer.about is not None else _ABOUT_NOTHING
    kind = (answer.kind or "").encode().ljust(_KIND_BYTES, b"\0")
    sealed = work.practice_key().seal_bytes(about + kind + answer.body, _place(work, key))
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


def _withheld() -> Conflict:
    return Conflict(
        "What you may see has changed since this was answered. It was carried out then; read it anew.",
        code="answer_withheld",
    )


def _has_left_the_caseload(work: Work, about: UUID, kind: str | None) -> bool:
    """Whether it is of a caseload and not to be seen in this one by now: handed over, gone, or of a noun nobody taught
    the store to look for. Members, keys and imports are in nobody's caseload.
    """
    if work.principal.sees is None or kind in OF_NO_CASELOAD:
        return False
    return kind is None or not caseload_store.visible(work.session, kind, about)


def _place(work: Work, key: str) -> Place:
    """The row has no id of its own. Caller, rights and key make one, and bind the body to all three."""
    return Place("stored_answers", "body", uuid5(uuid5(work.actor_id, rights_of(work.principal)), key))
