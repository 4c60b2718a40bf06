"""Use cases about messages to clients before they are approved, and the log of all of them.

A draft is looked over each time it is read by itself: its wording, and whether it could go to that address now.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from api.domain import checkins as rules
from api.domain import clock, contact_reasons
from api.domain import letters as letter_rules
from api.domain import offered_times as time_rules
from api.domain import outreach_plans as plan_rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.contact_reasons import ContactReason
from api.domain.errors import NotFound, VersionMismatch, invalid_field
from api.domain.message_review import Message, reviewed
from api.domain.reply_line import as_text
from api.formats import tone_checks, wording_review
from api.outbound.mail import kept
from api.outbound.texts import kept_text
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import closing_sessions as closing_store
from api.store import consents as consent_store
from api.store import contactability, filling
from api.store import episodes as episode_store
from api.store import letters as letter_store
from api.store import message_logs as log_store
from api.store import offered_times as time_store
from api.store import outreach_plans as plan_store
from api.store import replies as reply_store
from api.store.checkins import Typed, Words
from schemas.tables import CheckIn, Consent, ContactDecision, Delivery, OfferedTime
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, Locale
from schemas.wire.checkins import (
    CheckInIn,
    CheckInOut,
    CheckInPatch,
    ContactDecisionOut,
    MessageStepOut,
    OfferedTimeOut,
    OutlookOut,
)
from schemas.wire.common import Page, RefusalReasonOut

_SUBJECT = {Locale.EN: "A note from {sender_name}", Locale.ES: "Una nota de {sender_name}"}


@use_case(Permission.CHECK_IN_WRITE, audit=Action.CHECK_IN_DRAFT, noun=Noun.CHECK_IN)
def draft(work: Work, given: CheckInIn) -> CheckInOut:
    """Whoever takes part can be written to; whether they may be is said with the draft and decided at its approval."""
    episode = episode_store.get(work.session, given.episode_id)
    if episode is None:
        raise invalid_field("/episode_id", "There is no such episode.")
    require_ones_own(work, Noun.EPISODE, episode.id)
    client_id = _recipient(work, episode.id, given.client_id)
    client_store.lock(work.session, {client_id})
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    consent = _address(work, client_id, given.consent_id)
    locale = given.locale or client.locale or Locale.EN
    row = CheckIn(
        id=new_id(),
        episode_id=episode.id,
        client_id=client_id,
        consent_id=consent.id if consent else None,
        kind=given.kind,
        locale=locale,
        in_reply_to=given.in_reply_to,
        asked_for_on=given.asked_for_on,
        subject_sealed=b"",
        body_sealed=b"",
        state_at=work.now,
        written_by=work.actor_id,
        written_at=work.now,
    )
    _require_ground(work, row)
    checkin_store.add(work.session, row)
    if given.plan_step_id is not None:
        _take_step(work, row, given.plan_step_id)
    _offer(work, row, given.offered_times)
    if given.offers_closing_session:
        closing_store.offer_in(work.session, row, by=work.actor_id, now=work.now)
    filling.write(work, row, consent, Typed(given.subject or _SUBJECT[locale], given.body))
    work.about(row.id)
    return _read(work, row)


@use_case(
    Permission.CHECK_IN_WRITE, audit=Action.CHECK_IN_DRAFT, noun=Noun.CHECK_IN, subject="check_in_id", changes=True
)
def change(work: Work, check_in_id: UUID, given: CheckInPatch, *, version: int) -> CheckInOut:
    """Whoever saves the words has seen what the record says by now."""
    row = checkin_store.hold(work.session, check_in_id)
    if row is None:
        raise NotFound
    rules.require_draft(row.state)
    if row.version != version:
        raise VersionMismatch
    _require_still_a_letter(work, row, given)
    consent = _address(work, row.client_id, given.consent_id or row.consent_id)
    row.consent_id = consent.id if consent else None
    row.kind = given.kind or row.kind
    row.locale = given.locale or row.locale
    row.in_reply_to = (given.in_reply_to or row.in_reply_to) if row.kind is CheckInKind.ANSWER else None
    row.asked_for_on = (given.asked_for_on or row.asked_for_on) if row.kind is CheckInKind.FOLLOW_UP else None
    _require_ground(work, row)
    row.written_by, row.written_at, row.version = work.actor_id, work.now, row.version + 1
    if given.offered_times is not None:
        _offer(work, row, given.offered_times)
    if given.offers_closing_session is not None:
        _say_whether_it_offers(work, row, offers=given.offers_closing_session)
    filling.write(work, row, consent, _typed(work, row, given))
    return _read(work, row)


@use_case(Permission.CHECK_IN_READ, audit=Action.CHECK_IN_READ, noun=Noun.CHECK_IN, subject="check_in_id")
def read(work: Work, check_in_id: UUID) -> CheckInOut:
    row = checkin_store.get(work.session, check_in_id)
    if row is None:
        raise NotFound
    return _read(work, row)


@use_case(Permission.CHECK_IN_READ, audit=Action.CHECK_IN_READ, noun=Noun.CHECK_IN, subject="check_in_id")
def read_file(work: Work, check_in_id: UUID) -> str:
    """The message as the folder has it, where messages become files instead of leaving. Raises NotFound anywhere else."""
    delivery = checkin_store.delivery(work.session, check_in_id)
    limits, row = work.runtime.limits, checkin_store.get(work.session, check_in_id)
    is_text = row is not None and row.channel is Channel.SMS
    folder = limits.text_folder if is_text else limits.mail_folder
    opened = kept_text if is_text else kept
    found = None if delivery is None or folder is None else opened(folder, delivery.message_id)
    if found is None:
        raise NotFound
    return found


@use_case(Permission.CHECK_IN_READ, audit=Action.CHECK_IN_LIST, noun=Noun.CLIENT, subject="client_id")
def page(
    work: Work,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    states: Collection[CheckInState],
    before: UUID | None,
    limit: int,
) -> Page[CheckInOut]:
    """The log, newest first: what was sent, what was not and why, and what is still a draft."""
    if client_id is not None and client_store.get(work.session, client_id) is None:
        raise NotFound
    if episode_id is not None and episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = checkin_store.page(
        work.session, client_id=client_id, episode_id=episode_id, states=states, before=before, limit=limit + 1
    )
    work.mention(count=min(len(found), limit))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[CheckInOut](items=_shown(work, found[:limit]), next_cursor=cursor)


def _recipient(work: Work, episode_id: UUID, client_id: UUID | None) -> UUID:
    participants = episode_store.participants(work.session, [episode_id])[episode_id]
    if client_id is None and len(participants) == 1:
        return participants[0]
    if client_id not in participants:
        raise invalid_field("/client_id", "Say to whom of those who take part this is.")
    return client_id


def _typed(work: Work, row: CheckIn, given: CheckInPatch) -> Typed:
    """What is left out stays as it was typed; and what is no template does not become one by being sent back."""
    key = work.client_key(row.client_id)
    former, words = checkin_store.typed(row, key), checkin_store.opened(row, key)
    subject, body = given.subject or former.subject, given.body or former.body
    return Typed(
        None if former.subject is None and subject == words.subject else subject,
        None if former.body is None and body == words.body else body,
    )


def _require_ground(work: Work, row: CheckIn) -> None:
    """An answer says which reply it answers, a follow-up on which day the client asked for it. Raises Invalid."""
    if row.kind is CheckInKind.ANSWER:
        reply = reply_store.get(work.session, row.in_reply_to) if row.in_reply_to else None
        if reply is None or (reply.client_id, reply.episode_id) != (row.client_id, row.episode_id):
            raise rules.reply_needed()
    elif row.in_reply_to is not None:
        raise invalid_field("/in_reply_to", "Only an answer answers a reply.")
    if row.kind is CheckInKind.FOLLOW_UP:
        client = client_store.get(work.session, row.client_id)
        if client is None:
            raise NotFound
        today = clock.local_day(clock.second(work.now), client.time_zone)
        rules.require_wish(row.asked_for_on, today)
    elif row.asked_for_on is not None:
        raise invalid_field("/asked_for_on", "Only a follow-up is what the client asked for.")


def _require_still_a_letter(work: Work, row: CheckIn, given: CheckInPatch) -> None:
    """A closing letter stays one, and stands still once somebody has signed with it."""
    letter = letter_store.standing(work.session, row)
    letter_rules.require_changeable(letter)
    if letter is not None and given.kind is not None:
        raise invalid_field("/kind", "This was written with a note: it stays a closing letter.")


def _take_step(work: Work, row: CheckIn, step_id: UUID) -> None:
    """This is the draft of the note whose turn it is. Raises Invalid, Conflict."""
    step = plan_store.step(work.session, step_id)
    plan = plan_store.hold(work.session, step.plan_id) if step else None
    client = client_store.get(work.session, row.client_id)
    if step is None or plan is None or client is None:
        raise invalid_field("/plan_step_id", "There is no such note.")
    if (plan.episode_id, plan.client_id) != (row.episode_id, row.client_id):
        raise invalid_field("/plan_step_id", "This note is for somebody else.")
    plan_rules.require_running(ended=plan.ended_at is not None)
    if row.kind is not CheckInKind.CHECK_IN:
        raise invalid_field("/kind", "A note of a plan is a check-in.")
    today = clock.local_day(clock.second(work.now), client.time_zone)
    plan_rules.require_its_turn(
        plan_store.as_step(step), plan_store.as_steps(plan_store.steps(work.session, [plan.id])[plan.id]), today
    )
    plan_store.drafted(work.session, plan, step, row.id, work.now)
    assessment_store.refresh(work.session, [plan.episode_id], work.now)


def _offer(work: Work, row: CheckIn, times: Sequence[datetime]) -> None:
    """Times of whoever is responsible; where nobody is, of whoever writes. Raises Invalid, Conflict."""
    episode = episode_store.get(work.session, row.episode_id)
    clinician_id = (episode.responsible_id if episode else None) or work.actor_id
    wanted = time_rules.required(times, work.now)
    time_store.offer(work.session, row, clinician_id, wanted, now=work.now)


def _say_whether_it_offers(work: Work, row: CheckIn, *, offers: bool) -> None:
    say = closing_store.offer_in if offers else closing_store.offer_no_more
    say(work.session, row, by=work.actor_id, now=work.now)


def _address(work: Work, client_id: UUID, consent_id: UUID | None) -> Consent | None:
    """The one that was named, else the one that would be chosen."""
    if consent_id is not None:
        consent = consent_store.get(work.session, client_id, consent_id)
        if consent is None:
            raise invalid_field("/consent_id", "There is no such address of this client.")
        return consent
    return consent_store.to_write_to(work.session, client_id)


def _read(work: Work, row: CheckIn) -> CheckInOut:
    """By itself: a draft with what the review finds and whether it could be approved now."""
    shown = _shown(work, [row])[0]
    if row.state is not CheckInState.DRAFT:
        return shown
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    may_mention_therapy = consent is not None and consent.may_mention_therapy
    channel = consent.channel if consent is not None else row.channel
    review = reviewed(Message(shown.subject, shown.body, row.locale, may_mention_therapy, row.kind, channel))
    size = None
    if channel is Channel.SMS:
        size = tone_checks.text_size_out(as_text(shown.body, work.runtime.limits.public_url, row.locale))
    told = {"review": wording_review.answer(review), "outlook": _outlook(work, row, consent), "text_size": size}
    return shown.model_copy(update=told)


def _outlook(work: Work, row: CheckIn, consent: Consent | None) -> OutlookOut:
    """As if somebody who may approve it did so now."""
    limits = work.runtime.limits
    terms = filling.terms_digest(work, consent)
    approval = contactability.Approval(
        work.now, work.now, consent.address_digest if consent else None, None, terms, terms
    )
    facts = contactability.facts(work.session, row, approval, work.now)
    told = replace(facts.message, approver_may=True)
    if row.kind is CheckInKind.CLOSING_LETTER:
        # As if its note were signed now.
        told = replace(told, occasion_at=work.now)
    facts = replace(facts, message=told)
    decision = may_contact(facts, work.now, Limits(limits.check_in_ceiling, limits.check_in_spacing_days))
    return OutlookOut(
        allowed=decision.allowed,
        waits_until=decision.not_before if decision.worth_waiting else None,
        reasons=_reasons(decision.reasons),
    )


def _shown(work: Work, rows: Sequence[CheckIn]) -> list[CheckInOut]:
    keys = work.client_keys_left({row.client_id for row in rows})
    ids = [row.id for row in rows]
    deliveries = checkin_store.deliveries(work.session, ids)
    decisions: dict[UUID, list[ContactDecision]] = {check_in_id: [] for check_in_id in ids}
    for decision in checkin_store.decisions(work.session, ids):
        decisions[decision.check_in_id].append(decision)
    offered = time_store.of_messages(work.session, ids)
    offering = closing_store.offering(work.session, ids)
    return [
        _with_typed(
            _one(row, checkin_store.opened(row, keys.get(row.client_id)), decisions[row.id], deliveries.get(row.id)),
            checkin_store.typed(row, keys.get(row.client_id)),
        ).model_copy(
            update={
                "offered_times": [_time(one, work.now) for one in offered.get(row.id, [])],
                "offers_closing_session": row.id in offering,
            }
        )
        for row in rows
    ]


def _one(row: CheckIn, words: Words, decisions: Sequence[ContactDecision], delivery: Delivery | None) -> CheckInOut:
    return CheckInOut(
        id=row.id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        consent_id=row.consent_id,
        kind=row.kind,
        channel=row.channel,
        locale=row.locale,
        in_reply_to=row.in_reply_to,
        asked_for_on=row.asked_for_on,
        subject=words.subject,
        body=words.body,
        typed_subject=words.subject,
        typed_body=words.body,
        state=row.state,
        state_at=row.state_at,
        stopped_by=checkin_store.why_stopped(row),
        written_by=row.written_by,
        written_at=row.written_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        due_at=row.due_at,
        findings=row.findings,
        override_reason=words.override_reason,
        attempt_count=delivery.attempt_count if delivery else 0,
        failure_code=delivery.failure_code if delivery else None,
        decisions=[_decision(one) for one in decisions],
        log=[
            MessageStepOut.model_validate(one, from_attributes=True) for one in log_store.told(row, decisions, delivery)
        ],
        review=None,
        outlook=None,
        offered_times=[],
        offers_closing_session=False,
        by_hand=row.by_hand,
        version=row.version,
    )


def _time(row: OfferedTime, now: datetime) -> OfferedTimeOut:
    held = row.released_at is None and row.held_until > now
    return OfferedTimeOut(id=row.id, starts_at=row.starts_at, held=held, appointment_id=row.appointment_id)


def _with_typed(shown: CheckInOut, typed: Typed) -> CheckInOut:
    return shown.model_copy(
        update={"typed_subject": typed.subject or shown.subject, "typed_body": typed.body or shown.body}
    )


def _decision(row: ContactDecision) -> ContactDecisionOut:
    reasons = contact_reasons.told(row.reasons, row.facts)
    return ContactDecisionOut(at=row.at, asked=row.asked, allowed=row.allowed, reasons=_reasons(reasons))


def _reasons(reasons: Iterable[ContactReason]) -> list[RefusalReasonOut]:
    return [RefusalReasonOut(code=one.code, text=one.text, would_change=would_change(one)) for one in reasons]
