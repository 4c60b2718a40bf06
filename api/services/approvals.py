"""Use cases by which a person lets a message go, calls it back, or says what became of it.

Nobody but a member can: a key is a program, and the worker only carries out. The approval, the decision it rests on and the
delivery are one commit; a refusal is kept as well, after the rollback.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import checkins as rules
from api.domain import offered_times as time_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import Decision, may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.contact_reasons import kept as facts_kept
from api.domain.errors import AccessDenied, Conflict, MayNotContact, NotFound, VersionMismatch
from api.domain.message_review import Message, require_kind, reviewed
from api.domain.reply_line import as_text
from api.domain.segments import require_carried
from api.outbound.letters import domain_of
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import consents as consent_store
from api.store import contactability, filling, sealing
from api.store import deliveries as delivery_store
from api.store import offered_times as time_store
from api.store import tasks as task_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Consent, ContactDecision, Delivery
from schemas.vocabulary import (
    ActorKind,
    Asked,
    Channel,
    CheckInState,
    StopReason,
    TaskKind,
)
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
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    _review(work, row, consent, given.override_reason)
    due_at = work.now + timedelta(minutes=work.runtime.limits.undo_minutes)
    decision = _asked(work, row, consent)
    kept = _kept(work, row, decision)
    if decision.not_before is not None and decision.worth_waiting:
        due_at, kept.allowed = max(due_at, decision.not_before), True
    if not kept.allowed:
        work.after_rollback(lambda later: checkin_store.add(later.session, kept))
        raise MayNotContact(*((reason.code, reason.text, would_change(reason)) for reason in decision.reasons))
    checkin_store.add(work.session, kept)
    _require_times(work, row, due_at)
    _let_go(work, row, consent, due_at=due_at)
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


def _review(work: Work, row: CheckIn, consent: Consent | None, override_reason: str | None) -> None:
    """What the review names and its author keeps is on record with the message, with the reason."""
    key = work.client_key(row.client_id)
    words = checkin_store.opened(row, key)
    if not filling.reads_the_same(work, row, consent, words):
        raise Conflict("What stands in braces reads differently by now. Look it over again.", code="words_changed")
    may_mention_therapy = consent is not None and consent.may_mention_therapy
    channel = consent.channel if consent else row.channel
    if channel is Channel.SMS:
        require_carried(as_text(words.body, work.runtime.limits.public_url, row.locale))
    review = reviewed(Message(words.subject, words.body, row.locale, may_mention_therapy, row.kind, channel))
    require_kind(review, override_reason)
    row.findings = sorted(review.families)
    row.override_sealed = None
    if review.families and override_reason is not None:
        row.override_sealed = key.seal(override_reason, Place("check_ins", "override", row.id))


def _asked(work: Work, row: CheckIn, consent: Consent | None) -> Decision:
    """As if it went at once: what holds it back by the hour alone tells when it may."""
    limits = work.runtime.limits
    terms = filling.terms_digest(work, consent)
    approval = contactability.Approval(
        work.now, work.now, consent.address_digest if consent else None, work.actor_id, terms, terms
    )
    facts = contactability.facts(work.session, row, approval, work.now)
    return may_contact(facts, work.now, Limits(limits.check_in_ceiling, limits.check_in_spacing_days))


def _kept(work: Work, row: CheckIn, decision: Decision) -> ContactDecision:
    reasons = [reason.code.value for reason in decision.reasons]
    work.mention(allowed=decision.allowed, reasons=reasons)
    return ContactDecision(
        check_in_id=row.id,
        episode_id=row.episode_id,
        at=work.now,
        asked=Asked.APPROVING,
        allowed=decision.allowed,
        reasons=reasons,
        facts=facts_kept(decision.reasons),
    )


def _require_times(work: Work, row: CheckIn, goes_at: datetime) -> None:
    offered = time_store.of_messages(work.session, [row.id]).get(row.id, [])
    time_rules.require_to_come([one.starts_at for one in offered], goes_at)


def _let_go(work: Work, row: CheckIn, consent: Consent | None, *, due_at: datetime) -> None:
    limits = work.runtime.limits
    token = sealing.reply_token(work.runtime.lookup_key(work.session), row.id)
    row.channel = consent.channel if consent else row.channel
    row.approved_by, row.approved_at, row.due_at = work.actor_id, work.now, due_at
    row.address_digest = consent.address_digest if consent else None
    row.terms_digest = filling.terms_digest(work, consent)
    row.token_digest = sealing.token_digest(token)
    row.reply_until = due_at + timedelta(days=limits.reply_days)
    time_store.hold(work.session, row, now=work.now)
    _move(work, row, CheckInState.APPROVED)
    delivery = Delivery(
        check_in_id=row.id,
        episode_id=row.episode_id,
        next_at=due_at,
        message_id=f"{secrets.token_hex(16)}@{domain_of(limits.mail_from)}",
        created_at=work.now,
    )
    checkin_store.add(work.session, delivery)


def _move(work: Work, row: CheckIn, state: CheckInState) -> None:
    row.state, row.state_at, row.version = state, work.now, row.version + 1
    work.session.flush()


def _standing(row: CheckIn) -> CheckInStandingOut:
    return CheckInStandingOut.model_validate(row, from_attributes=True)
