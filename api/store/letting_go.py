"""Letting a message go: its wording, the contact decision, and the row in the outbox. The same for whoever approves, and whenever.

A message by itself and a closing letter with its note's signature go by this one road. It commits nothing and keeps no refusal: the
caller does, after the rollback.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import offered_times as time_rules
from api.domain.contact import may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.contact_reasons import kept as facts_kept
from api.domain.errors import Conflict, MayNotContact
from api.domain.message_review import Message, require_kind, reviewed
from api.domain.reply_line import as_text
from api.domain.segments import require_carried
from api.store import checkins as checkin_store
from api.store import contactability, filling, sealing
from api.store import offered_times as time_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Consent, ContactDecision, Delivery
from schemas.vocabulary import Asked, Channel, CheckInState


class Terms(Protocol):
    """What the installation sets."""

    @property
    def undo_minutes(self) -> int: ...

    @property
    def reply_days(self) -> int: ...

    @property
    def check_in_ceiling(self) -> int: ...

    @property
    def check_in_spacing_days(self) -> int: ...

    @property
    def public_url(self) -> str: ...


class Process(Protocol):
    @property
    def limits(self) -> Terms: ...

    def lookup_key(self, session: Session) -> bytes: ...


class Unit(filling.Unit, Protocol):
    """A unit of work."""

    @property
    def now(self) -> datetime: ...

    @property
    def runtime(self) -> Process: ...


@dataclass(frozen=True, slots=True)
class Decided:
    """`kept` is the decision as it is stored, whatever it is; `due_at` when the message may leave, where it may."""

    kept: ContactDecision
    due_at: datetime
    reasons: tuple[tuple[str, str, str], ...]

    @property
    def refusal(self) -> MayNotContact:
        return MayNotContact(*self.reasons)


def review(unit: Unit, row: CheckIn, consent: Consent | None, override_reason: str | None) -> None:
    """What the review names and its author keeps is on record with the message, with the reason. Raises Conflict."""
    key = unit.client_key(row.client_id)
    words = checkin_store.opened(row, key)
    if not filling.reads_the_same(unit, row, consent, words):
        raise Conflict("What stands in braces reads differently by now. Look it over again.", code="words_changed")
    may_mention_therapy = consent is not None and consent.may_mention_therapy
    channel = consent.channel if consent else row.channel
    if channel is Channel.SMS:
        require_carried(as_text(words.body, unit.runtime.limits.public_url, row.locale))
    found = reviewed(Message(words.subject, words.body, row.locale, may_mention_therapy, row.kind, channel))
    require_kind(found, override_reason)
    row.findings = sorted(found.families)
    row.override_sealed = None
    if found.families and override_reason is not None:
        row.override_sealed = key.seal(override_reason, Place("check_ins", "override", row.id))


def decided(unit: Unit, row: CheckIn, consent: Consent | None, *, by: UUID) -> Decided:
    """As if it went at once: what holds it back by the hour alone tells when it may."""
    limits = unit.runtime.limits
    terms = filling.terms_digest(unit, consent)
    approval = contactability.Approval(
        unit.now, unit.now, consent.address_digest if consent else None, by, terms, terms
    )
    facts = contactability.facts(unit.session, row, approval, unit.now)
    decision = may_contact(facts, unit.now, Limits(limits.check_in_ceiling, limits.check_in_spacing_days))
    due_at, allowed = unit.now + timedelta(minutes=limits.undo_minutes), decision.allowed
    if decision.not_before is not None and decision.worth_waiting:
        due_at, allowed = max(due_at, decision.not_before), True
    kept = ContactDecision(
        check_in_id=row.id,
        episode_id=row.episode_id,
        at=unit.now,
        asked=Asked.APPROVING,
        allowed=allowed,
        reasons=[reason.code.value for reason in decision.reasons],
        facts=facts_kept(decision.reasons),
    )
    reasons = tuple((reason.code, reason.text, would_change(reason)) for reason in decision.reasons)
    return Decided(kept, due_at, reasons)


def let_go(unit: Unit, row: CheckIn, consent: Consent | None, decision: Decided, *, by: UUID, message_id: str) -> None:
    """Approved by that person, to that address, on those terms; and in the outbox by the same commit."""
    checkin_store.add(unit.session, decision.kept)
    offered = time_store.of_messages(unit.session, [row.id]).get(row.id, [])
    time_rules.require_to_come([one.starts_at for one in offered], decision.due_at)
    token = sealing.reply_token(unit.runtime.lookup_key(unit.session), row.id)
    row.channel = consent.channel if consent else row.channel
    row.approved_by, row.approved_at, row.due_at = by, unit.now, decision.due_at
    row.address_digest = consent.address_digest if consent else None
    row.terms_digest = filling.terms_digest(unit, consent)
    row.token_digest = sealing.token_digest(token)
    row.reply_until = decision.due_at + timedelta(days=unit.runtime.limits.reply_days)
    time_store.hold(unit.session, row, now=unit.now)
    row.stopped_by = None
    row.state, row.state_at, row.version = CheckInState.APPROVED, unit.now, row.version + 1
    unit.session.flush()
    delivery = Delivery(
        check_in_id=row.id,
        episode_id=row.episode_id,
        next_at=decision.due_at,
        message_id=message_id,
        created_at=unit.now,
    )
    checkin_store.add(unit.session, delivery)
