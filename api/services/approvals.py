"""Use cases by which a person lets a message go, calls it back, or says what became of it.

Nobody but a member can: a key is a program, and the worker only carries out. The approval, the decision it rests on and the
delivery are one commit; a refusal is kept as well, after the rollback.
"""

import secrets
from uuid import UUID

from api.domain import checkins as rules
from api.domain import letters as letter_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, NotFound, VersionMismatch
from api.outbound.letters import domain_of
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import consents as consent_store
from api.store import deliveries as delivery_store
from api.store import letters as letter_store
from api.store import letting_go
from api.store import offered_times as time_store
from api.store import tasks as task_store
from schemas.tables import CheckIn
from schemas.vocabulary import ActorKind, CheckInState, StopReason, TaskKind
from schemas.wire.checkins import ApprovalIn, CheckInStandingOut, SettlementIn


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_APPROVE, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def approve(work: Work, check_in_id: UUID, given: ApprovalIn, *, version: int) -> CheckInStandingOut:
    """It goes once the time to undo it is over. Raises Conflict for its wording, MayNotContact where the decision forbids it."""
    row = _held(work, check_in_id)
    rules.require_draft(row.state)
    if row.version != version:
        raise VersionMismatch
    letter_rules.require_signed(letter_store.standing(work.session, row))
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    letting_go.review(work, row, consent, given.override_reason)
    decision = letting_go.decided(work, row, consent, by=work.actor_id)
    work.mention(allowed=decision.kept.allowed, reasons=decision.kept.reasons)
    if not decision.kept.allowed:
        work.after_rollback(lambda later: checkin_store.add(later.session, decision.kept))
        raise decision.refusal
    message_id = f"{secrets.token_hex(16)}@{domain_of(work.runtime.limits.mail_from)}"
    letting_go.let_go(work, row, consent, decision, by=work.actor_id, message_id=message_id)
    return _standing(row)


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_UNDO, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def undo(work: Work, check_in_id: UUID) -> CheckInStandingOut:
    """A draft again, as if it had not been approved. Possible until the worker takes it."""
    row = _held(work, check_in_id)
    rules.require_undoable(row.state)
    checkin_store.take_back(work.session, row, work.now)
    return _standing(row)


@use_case(
    Permission.CHECK_IN_WRITE, audit=Action.CHECK_IN_CANCEL, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def cancel(work: Work, check_in_id: UUID) -> CheckInStandingOut:
    """For good; it stays in the log."""
    row = _held(work, check_in_id)
    rules.require_cancellable(row.state)
    delivery = checkin_store.delivery(work.session, row.id)
    if delivery is not None:
        delivery_store.settle(delivery, work.now)
    time_store.release(work.session, [row.id], work.now)
    row.stopped_by = StopReason.BY_HAND
    _move(work, row, CheckInState.CANCELLED)
    return _standing(row)


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_SETTLE, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def settle(work: Work, check_in_id: UUID, given: SettlementIn) -> CheckInStandingOut:
    """A person looked into the provider's record. What did not go is not sent again: write another message."""
    row = _held(work, check_in_id)
    rules.require_uncertain(row.state)
    delivery = checkin_store.delivery(work.session, row.id)
    if delivery is None:
        raise NotFound
    delivery_store.settle(delivery, work.now)
    delivery.settled_by = work.actor_id
    work.mention(went=given.went)
    task_store.finish(work.session, TaskKind.SETTLE_DELIVERY, row.id, by=work.actor_id, now=work.now)
    if given.went:
        row.stopped_by = None
        _move(work, row, CheckInState.SENT)
        at = delivery.handing_over_at or work.now
        delivery_store.record_sent(work.session, row, work.actor_id, at=at, now=work.now)
    else:
        time_store.release(work.session, [row.id], work.now)
        row.stopped_by = StopReason.NOT_ACCEPTED
        _move(work, row, CheckInState.FAILED)
    return _standing(row)


def _held(work: Work, check_in_id: UUID) -> CheckIn:
    """Nobody else's until the unit ends. Raises AccessDenied for whoever is not a person of the practice."""
    if work.principal.kind is not ActorKind.MEMBER:
        raise AccessDenied("A person has to do this.", code="needs_a_person")
    row = checkin_store.hold(work.session, check_in_id)
    if row is None:
        raise NotFound
    return row


def _move(work: Work, row: CheckIn, state: CheckInState) -> None:
    row.state, row.state_at, row.version = state, work.now, row.version + 1
    work.session.flush()


def _standing(row: CheckIn) -> CheckInStandingOut:
    return CheckInStandingOut.model_validate(row, from_attributes=True)
