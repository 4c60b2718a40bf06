"""The unit of work: one session, one principal, one instant, one commit. Nothing else commits.

What must be kept although the unit fails (a refusal in the audit trail, a counted sign-in failure) is
handed to `after_rollback` and written in a transaction of its own.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from api import clock
from api.domain import erasure
from api.domain.access import ANONYMOUS, Principal
from api.domain.errors import Busy, NotSignedIn
from api.outbound.mail import Carrier, Nowhere
from api.outbound.texts import NoTexts, Texts
from api.store import engine as engines
from api.store import keys as key_store
from api.store import locks, sealing, tenancy
from api.store.engine import Session, SessionFactory
from schemas.vocabulary import ActorKind, Channel

Answer = TypeVar("Answer")
_TIMES = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that rules need. `mail_folder` and `text_folder` are set only where messages become files instead of leaving."""

    sign_in_hours: int = 12
    sign_in_idle_minutes: int = 60
    requests_per_minute: int = 600
    upload_bytes: int = 200 * 1024 * 1024
    undo_minutes: int = 3
    reply_days: int = 30
    check_in_ceiling: int = 3
    check_in_spacing_days: int = 7
    risk_hours: int = 4
    public_url: str = "http://127.0.0.1:8000"
    mail_from: str = "notes@localhost"
    mail_folder: Path | None = None
    text_folder: Path | None = None
    mail_per_minute: int = 0
    sms_per_minute: int = 0

    @property
    def per_minute(self) -> dict[Channel, int]:
        """How many messages a minute may see by each way, over all workers; a way without a limit is left out."""
        limits = {Channel.EMAIL: self.mail_per_minute, Channel.SMS: self.sms_per_minute}
        return {channel: most for channel, most in limits.items() if most}


@dataclass(slots=True)
class Runtime:
    """What a process needs to open units of work. Made once, by whoever assembles the process."""

    sessions: SessionFactory
    keyring: sealing.Keyring
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = clock.now
    carrier: Carrier = field(default_factory=Nowhere)
    texts: Texts = field(default_factory=NoTexts)
    _lookup_key: bytes | None = None

    def lookup_key(self, session: Session) -> bytes:
        if self._lookup_key is None:
            self._lookup_key = key_store.lookup_key(session, self.keyring, self.now())
        return self._lookup_key

    def forget_lookup_key(self) -> None:
        """After a rollback the key may never have been stored."""
        self._lookup_key = None


@dataclass(slots=True)
class Work:
    """What a use case works with. `now` is read once; every rule within sees the same instant."""

    runtime: Runtime
    session: Session
    now: datetime
    request_id: str | None = None
    principal: Principal = ANONYMOUS
    details: dict[str, object] = field(default_factory=dict)
    subject_id: UUID | None = None
    subject_kind: str | None = None
    each: list[tuple[UUID, dict[str, object]]] = field(default_factory=list)
    _after_commit: list[Callable[[Runtime], None]] = field(default_factory=list)
    _after_rollback: list[Callable[["Work"], None]] = field(default_factory=list)

    @property
    def keyring(self) -> sealing.Keyring:
        return self.runtime.keyring

    @property
    def practice_id(self) -> UUID:
        return tenancy.practice_of(self.session)

    @property
    def actor_id(self) -> UUID:
        """The member or key that acts; raises NotSignedIn where nobody does."""
        if self.principal.id is None:
            raise NotSignedIn
        return self.principal.id

    @property
    def is_a_person(self) -> bool:
        return self.principal.kind is ActorKind.MEMBER

    def act_as(self, principal: Principal) -> None:
        """From here on this principal acts, within their practice and the caseloads they may see."""
        self.principal = principal
        if principal.practice_id is not None:
            tenancy.enter(self.session, tenancy.Scope(principal.practice_id, principal.sees, principal.id))

    def mention(self, **details: object) -> None:
        """Adds codes and counts to the audit entry. Never words of or about a client."""
        self.details.update(details)

    def about(self, subject_id: UUID) -> None:
        """Names what was made or found, where the arguments could not."""
        self.subject_id = subject_id

    def about_each(self, subject_id: UUID, **details: object) -> None:
        """One of several that one use case acts on: each has its own audit entry."""
        self.each.append((subject_id, details))

    def after_commit(self, act: Callable[[Runtime], None]) -> None:
        """For what can only be done once it is true and the session is closed. It must not fail: nobody hears of it."""
        self._after_commit.append(act)

    def after_rollback(self, write: Callable[["Work"], None]) -> None:
        self._after_rollback.append(write)

    def digest(self, purpose: str, *parts: str | UUID) -> bytes:
        return sealing.lookup_digest(self.runtime.lookup_key(self.session), purpose, *parts)

    def practice_key(self) -> sealing.DataKey:
        return key_store.of_practice(self.session, self.keyring)

    def client_key(self, client_id: UUID) -> sealing.DataKey:
        return self.client_keys([client_id])[client_id]

    def client_keys(self, client_ids: Collection[UUID]) -> dict[UUID, sealing.DataKey]:
        """Raises Conflict where one was erased."""
        try:
            return key_store.of_clients(self.session, self.keyring, client_ids)
        except key_store.KeyDestroyed:
            raise erasure.erased() from None

    def client_keys_left(self, client_ids: Collection[UUID]) -> dict[UUID, sealing.DataKey]:
        """For lists: somebody who was erased has none, and what was theirs is shown without words."""
        return key_store.left_of_clients(self.session, self.keyring, client_ids)


@contextmanager
def unit(
    runtime: Runtime, principal: Principal = ANONYMOUS, *, request_id: str | None = None, read_only: bool = False
) -> Iterator[Work]:
    """Opens a unit, commits at the end, rolls back on any exception, then writes what must be kept all the same.

    `read_only` spares SQLite's write lock for units that write nothing, not even an audit entry.
    """
    session = tenancy.watch(runtime.sessions())
    work = Work(runtime=runtime, session=session, now=runtime.now(), request_id=request_id)
    begin, before_commit = (engines.begin_read_only, _nothing) if read_only else (_nothing, locks.before_commit)
    with _carried_through(work):
        begin(session)
        work.act_as(principal)
        yield work
        before_commit(session)


@contextmanager
def single_statement(runtime: Runtime, principal: Principal) -> Iterator[Work]:
    """A unit of one statement, which decides by its own conditions and is committed as it is made (decision 0045).

    Never for facts on which a decision to write to a client hangs: it does not wait for one that is being made.
    """
    session = tenancy.watch(runtime.sessions())
    work = Work(runtime=runtime, session=session, now=runtime.now())
    with _carried_through(work):
        engines.commit_each(session)
        work.act_as(principal)
        yield work


def _nothing(_: Session) -> None:
    """What most units need before or after."""


@contextmanager
def _carried_through(work: Work) -> Iterator[None]:
    session, runtime = work.session, work.runtime
    try:
        yield
        session.commit()
    except BaseException as error:  # an interruption too: nothing half done stays, and what was tried is kept
        session.rollback()
        runtime.forget_lookup_key()
        _keep(runtime, work)
        refusal = engines.as_domain_error(error)
        if refusal is not None:
            raise refusal from error
        raise
    finally:
        session.close()
    for act in work._after_commit:  # noqa: SLF001  # the unit and its work are one mechanism
        act(runtime)


def again(act: Callable[[], Answer]) -> Answer:
    """For what nobody would repeat: a form of a provider's, how a message ended. `act` opens its own unit, each time anew.

    Done once more, and once more again, where another unit was in the way; nothing of what was tried is kept. Raises Busy.
    """
    for _ in range(_TIMES - 1):
        try:
            return act()
        except Busy as busy:
            if not engines.is_in_the_way(busy.__cause__):
                raise
    return act()


def _keep(runtime: Runtime, failed: Work) -> None:
    writes = failed._after_rollback  # noqa: SLF001  # the unit and its work are one mechanism
    if not writes:
        return
    session = tenancy.watch(runtime.sessions())
    with session.begin():
        work = Work(runtime=runtime, session=session, now=failed.now, request_id=failed.request_id)
        work.act_as(failed.principal)
        for write in writes:
            write(work)
        locks.before_commit(session)
    session.close()
