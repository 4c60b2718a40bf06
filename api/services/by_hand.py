"""Use cases of whoever sends a message themselves: the words to copy, saying that it went, and the text for another record.

Nothing leaves from here. The contact decision is asked and kept as for anything that is sent.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import by_hand as rules
from api.domain import checkins as checkin_rules
from api.domain import contact_reasons, message_review
from api.domain import letters as letter_rules
from api.domain import offered_times as time_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import Decision, may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.errors import AccessDenied, MayNotContact, NotFound, VersionMismatch, invalid_field
from api.domain.message_review import Message, MessageReview
from api.formats import attempt_text, wording_review
from api.formats.attempt_text import AttemptTold
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import contactability, covers, filling, names, risk_tasks
from api.store import deliveries as delivery_store
from api.store import letters as letter_store
from api.store import offered_times as time_store
from api.store.checkins import Words
from api.store.sealing import Place
from schemas.tables import CheckIn, Consent, ContactDecision
from schemas.vocabulary import Asked, Channel, CheckInState, ToneVerdict
from schemas.wire.checkins import (
    ByHandOut,
    CheckInStandingOut,
    OutlookOut,
    RecordTextOut,
    SentByHandIn,
)
from schemas.wire.common import RefusalReasonOut

_WAY = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "text message",
    Channel.PHONE: "telephone",
    Channel.LETTER: "letter",
    Channel.PORTAL: "portal",
    Channel.IN_PERSON: "in person",
}
_ASKED = {
    Asked.APPROVING: "at the approval",
    Asked.SENDING: "in the moment of sending",
    Asked.BY_HAND: "by whoever sent it themselves",
}


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_READ, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def look(work: Work, check_in_id: UUID, consent_id: UUID | None) -> ByHandOut:
    """Whether it may go to that address, without its words. Nothing follows from looking. Raises Conflict."""
    row = checkin_store.get(work.session, check_in_id)
    if row is None:
        raise NotFound
    checkin_rules.require_not_gone(row.state)
    consent = _address(work, row, consent_id)
    words = _words(work, row, consent)
    return _answer(row, consent, _decided(work, row, consent, work.now), _reviewed(row, consent, words), None)


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_COPY, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def show(work: Work, check_in_id: UUID, consent_id: UUID | None) -> ByHandOut:
    """The words to copy. From then on they go from nowhere else: what waited to be sent is a draft again, by the same commit.

    Where the decision forbids it, or the wording exposes the client, there is nothing to copy, and what waits goes on waiting.
    Raises Conflict, also for what a worker has taken by now.
    """
    row = _held_by_a_person(work, check_in_id)
    consent = _address(work, row, consent_id)
    words = _words(work, row, consent)
    decision, review = _decided(work, row, consent, work.now), _reviewed(row, consent, words)
    _remember_what_was_shown(work, row, decision)
    if not decision.allowed or review.verdict is ToneVerdict.BLOCK:
        return _answer(row, consent, decision, review, None)
    if row.state is CheckInState.APPROVED:
        checkin_store.take_back(work.session, row, work.now)
        work.mention(taken_back=True)
    _require_times(work, row)
    return _answer(row, consent, decision, review, words)


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.CHECK_IN_BY_HAND, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def record(work: Work, check_in_id: UUID, given: SentByHandIn, *, version: int) -> CheckInStandingOut:
    """It ends as sent, and stands in the record as a contact. Raises Conflict for its wording, MayNotContact."""
    row = _held_by_a_person(work, check_in_id)
    if row.version != version:
        raise VersionMismatch
    at = rules.sent_at(given.at, written_at=row.written_at, now=work.now)
    consent = _address(work, row, given.consent_id)
    review = _reviewed(row, consent, _words(work, row, consent))
    message_review.require_kind(review, given.override_reason)
    _keep_decision(work, row, _decided(work, row, consent, at))
    time_rules.require_to_come(_offered(work, row), at)
    checkin_store.withdraw_delivery(work.session, row.id)
    # There is no link in it to tap one: they are the clinician's to remember from here on, whoever holds them by now.
    time_store.release(work.session, [row.id], work.now)
    key = work.client_key(row.client_id)
    row.findings = sorted(review.families)
    if review.families and given.override_reason is not None:
        row.override_sealed = key.seal(given.override_reason, Place("check_ins", "override", row.id))
    if consent is not None:
        filling.write(work, row, consent, checkin_store.typed(row, key))
        row.consent_id, row.channel = consent.id, consent.channel
    row.by_hand, row.token_digest, row.reply_until = True, None, None
    row.approved_by, row.approved_at, row.due_at = work.actor_id, work.now, at
    row.state, row.state_at, row.version = CheckInState.SENT, at, row.version + 1
    work.session.flush()
    delivery_store.record_sent(work.session, row, work.actor_id, at=at, now=work.now)
    assessment_store.refresh(work.session, [row.episode_id], work.now)
    return CheckInStandingOut.model_validate(row, from_attributes=True)


@use_case(Permission.CHECK_IN_READ, audit=Action.CHECK_IN_READ, noun=Noun.CHECK_IN, subject="check_in_id")
def record_text(work: Work, check_in_id: UUID) -> RecordTextOut:
    row = checkin_store.get(work.session, check_in_id)
    client = client_store.get(work.session, row.client_id) if row else None
    if row is None or client is None:
        raise NotFound
    zone = ZoneInfo(client.time_zone)
    key = work.client_keys_left({row.client_id}).get(row.client_id)
    words = checkin_store.opened(row, key)
    who, why = row.approved_by or row.written_by, checkin_store.why_stopped(row)
    told = AttemptTold(
        kind=row.kind.value.replace("_", "-").capitalize(),
        way=_WAY[row.channel] + (", sent by hand" if row.by_hand else ""),
        state=row.state.value,
        when=f"{row.state_at.astimezone(zone):%Y-%m-%d %H:%M}",
        zone=client.time_zone,
        by=names.of_members(work.session, work.keyring, {who})[who],
        subject=words.subject,
        body=words.body,
        decisions=[_told(one, zone) for one in checkin_store.decisions(work.session, [row.id])],
        instead=why.value.replace("_", " ") if why is not None else None,
        kept_because=words.override_reason,
    )
    return RecordTextOut(text=attempt_text.as_text(told))


def _held_by_a_person(work: Work, check_in_id: UUID) -> CheckIn:
    """Raises Conflict for what has gone already."""
    if not work.is_a_person:
        raise AccessDenied("A person has to do this.", code="needs_a_person")
    row = checkin_store.hold(work.session, check_in_id)
    if row is None:
        raise NotFound
    checkin_rules.require_not_gone(row.state)
    letter_rules.require_signed(letter_store.standing(work.session, row))
    return row


def _answer(
    row: CheckIn, consent: Consent | None, decision: Decision, review: MessageReview, words: Words | None
) -> ByHandOut:
    return ByHandOut(
        consent_id=consent.id if consent else None,
        channel=consent.channel if consent else None,
        subject=words.subject if words else None,
        body=words.body if words else None,
        outlook=OutlookOut(
            allowed=decision.allowed,
            waits_until=None,
            reasons=[
                RefusalReasonOut(code=one.code, text=one.text, would_change=would_change(one))
                for one in decision.reasons
            ],
        ),
        review=wording_review.answer(review),
        version=row.version,
    )


def _told(one: ContactDecision, zone: ZoneInfo) -> tuple[str, str, bool, list[str]]:
    reasons = [reason.text for reason in contact_reasons.told(one.reasons, one.facts)]
    return f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}", _ASKED[one.asked], one.allowed, reasons


def _address(work: Work, row: CheckIn, wanted: UUID | None) -> Consent | None:
    chosen = wanted or row.consent_id
    consent = consent_store.get(work.session, row.client_id, chosen) if chosen else None
    if wanted is not None and consent is None:
        raise invalid_field("/consent_id", "There is no such address of this client.")
    return consent


def _words(work: Work, row: CheckIn, consent: Consent | None) -> Words:
    """As they read for that address: another may be shown another sender, or reach somebody else."""
    key = work.client_key(row.client_id)
    subject, body = filling.filled(work, row, consent, checkin_store.typed(row, key))
    return replace(checkin_store.opened(row, key), subject=subject, body=body)


def _decided(work: Work, row: CheckIn, consent: Consent | None, goes_at: datetime) -> Decision:
    """As if it went then, to that address, with the approval of whoever asks. What the client did after it went is no reason,
    what is said of the address, of safety and of harm is asked as it stands now.
    """
    limits = work.runtime.limits
    terms = filling.terms_digest(work, consent)
    digest = consent.address_digest if consent else None
    approval = contactability.Approval(goes_at, goes_at, digest, work.actor_id, terms, terms)
    # The same message to that address: a row that is in no session, and never written.
    to_them = CheckIn(**{**row.model_dump(), "consent_id": consent.id if consent else None})
    facts = contactability.facts(work.session, to_them, approval, goes_at, known_by=goes_at)
    rested_on = rules.rested_on(facts.message.occasion_at, goes_at=goes_at)
    facts = replace(facts, message=replace(facts.message, occasion_at=rested_on))
    decision = may_contact(facts, goes_at, Limits(limits.check_in_ceiling, limits.check_in_spacing_days))
    asked = risk_tasks.asked_of(work.session, row.client_id, covers.today(work.session, work.now))
    return rules.decided(decision, reaches_today=work.actor_id in asked)


def _require_times(work: Work, row: CheckIn) -> None:
    """What it offers is ahead, and nobody else's. Raises Conflict."""
    time_rules.require_to_come(_offered(work, row), work.now)
    time_store.hold(work.session, row, now=work.now)


def _offered(work: Work, row: CheckIn) -> list[datetime]:
    return [one.starts_at for one in time_store.of_messages(work.session, [row.id]).get(row.id, [])]


def _remember_what_was_shown(work: Work, row: CheckIn, decision: Decision) -> None:
    """Words that were shown may have gone. Looked at again, it is the same decision until it is decided otherwise."""
    kept, former = _as_row(work, row, decision), checkin_store.decisions(work.session, [row.id])
    if not former or (former[-1].asked, former[-1].reasons) != (kept.asked, kept.reasons):
        checkin_store.add(work.session, kept)


def _keep_decision(work: Work, row: CheckIn, decision: Decision) -> None:
    """Of the unsent as of the sent. Raises MayNotContact."""
    kept = _as_row(work, row, decision)
    if not decision.allowed:
        work.after_rollback(lambda later: checkin_store.add(later.session, kept))
        raise MayNotContact(*((reason.code, reason.text, would_change(reason)) for reason in decision.reasons))
    checkin_store.add(work.session, kept)


def _as_row(work: Work, row: CheckIn, decision: Decision) -> ContactDecision:
    reasons = [reason.code.value for reason in decision.reasons]
    work.mention(allowed=decision.allowed, reasons=reasons)
    return ContactDecision(
        check_in_id=row.id,
        episode_id=row.episode_id,
        at=work.now,
        asked=Asked.BY_HAND,
        allowed=decision.allowed,
        reasons=reasons,
        facts=contact_reasons.kept(decision.reasons),
    )


def _reviewed(row: CheckIn, consent: Consent | None, words: Words) -> MessageReview:
    may_mention_therapy = consent is not None and consent.may_mention_therapy
    channel = consent.channel if consent is not None else row.channel
    message = Message(words.subject, words.body, row.locale, may_mention_therapy, row.kind, channel)
    return message_review.reviewed(message)
