"""Use cases about closing letters: written beside their note, approved with its signature or after it, printed, handed over.

Signing with a letter is the signature's (signatures.py). Its words are changed as those of any message (checkins.py).
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from api.domain import by_hand as by_hand_rules
from api.domain import checkins as checkin_rules
from api.domain import letters as rules
from api.domain import merge_fields, message_review
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import may_contact
from api.domain.contact_changes import would_change
from api.domain.contact_facts import Limits
from api.domain.errors import AccessDenied, NotFound, VersionMismatch, invalid_field
from api.domain.message_review import Message
from api.formats import wording_review
from api.outbound.letters import domain_of
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import assessments as assessment_store
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import contactability, filling, letters_told, letting_go, names
from api.store import deliveries as delivery_store
from api.store import episodes as episode_store
from api.store import letters as letter_store
from api.store import terminations as note_store
from api.store.checkins import Typed
from api.store.sealing import Place
from schemas.tables import CheckIn, Client, Consent, Letter, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, CheckInKind, CheckInState, LetterState, Locale, NoteState
from schemas.wire.checkins import ApprovalIn, OutlookOut
from schemas.wire.common import Page, RefusalReasonOut
from schemas.wire.episodes import PersonOut
from schemas.wire.letters import LetterFieldOut, LetterHandedOverIn, LetterIn, LetterOut

_SUBJECT = {Locale.EN: "A note from {sender_name}", Locale.ES: "Una nota de {sender_name}"}


@use_case(Permission.CHECK_IN_WRITE, audit=Action.LETTER_DRAFT, noun=Noun.LETTER)
def draft(work: Work, given: LetterIn) -> LetterOut:
    """One for each ending. Raises Conflict where there is one, while the note waits for a cosignature, and of a client who died."""
    if note_store.get(work.session, given.note_id) is None:
        raise invalid_field("/note_id", "There is no such note.")
    require_ones_own(work, Noun.NOTE, given.note_id)
    note = note_store.hold(work.session, given.note_id)
    if note is None:
        raise NotFound
    client = _client_of(work, note)
    episode = episode_store.get(work.session, note.episode_id)
    ending = note.how_it_ended or (episode.ending if episode else None)
    rules.require_living(died=client.died_on is not None, ending=ending)
    rules.require_note_open(note.state)
    rules.require_none_open({one.state for one in _shown(work, letter_store.of_notes(work.session, [note.id]))})
    consent = _address(work, client.id, given.consent_id)
    locale = given.locale or client.locale or Locale.EN
    row = CheckIn(
        id=new_id(),
        episode_id=note.episode_id,
        client_id=client.id,
        consent_id=consent.id if consent else None,
        kind=CheckInKind.CLOSING_LETTER,
        locale=locale,
        subject_sealed=b"",
        body_sealed=b"",
        state_at=work.now,
        written_by=work.actor_id,
        written_at=work.now,
    )
    checkin_store.add(work.session, row)
    letter = Letter(id=new_id(), note_id=note.id, check_in_id=row.id, created_at=work.now)
    letter_store.add(work.session, letter)
    body = given.body or _proposal(work, note, locale, consent)
    filling.write(work, row, consent, Typed(given.subject or _SUBJECT[locale], body))
    work.about(letter.id)
    work.mention(note_id=str(note.id), check_in_id=str(row.id))
    return _read(work, letter)


@use_case(Permission.CHECK_IN_READ, audit=Action.LETTER_READ, noun=Noun.LETTER, subject="letter_id")
def read(work: Work, letter_id: UUID) -> LetterOut:
    return _read(work, _required(work, letter_id))


@use_case(Permission.CHECK_IN_READ, audit=Action.LETTER_READ, noun=Noun.CHECK_IN, subject="check_in_id")
def of_message(work: Work, check_in_id: UUID) -> LetterOut | None:
    """The letter that this message is."""
    letter = letter_store.of_message(work.session, check_in_id)
    if letter is None:
        return None
    row = letter_store.messages(work.session, [letter])[letter.id]
    return _shown(work, [letter])[0].model_copy(update={"fields": _fields(work, row)})


@use_case(Permission.CHECK_IN_READ, audit=Action.LETTER_LIST, noun=Noun.LETTER)
def page(work: Work, *, note_id: UUID | None, before: UUID | None, limit: int) -> Page[LetterOut]:
    """Newest first."""
    found = letter_store.page(work.session, note_id=note_id, before=before, limit=limit + 1)
    work.mention(count=min(len(found), limit))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[LetterOut](items=_shown(work, found[:limit]), next_cursor=cursor)


@use_case(Permission.CHECK_IN_READ, audit=Action.LETTER_PRINT, noun=Noun.LETTER, subject="letter_id")
def text(work: Work, letter_id: UUID) -> str:
    """To print: for the client's hand, or for the post; marked as a draft until its note is signed in full. Raises Conflict of a client who died."""
    letter = _required(work, letter_id)
    message = letter_store.messages(work.session, [letter])[letter.id]
    _require_living(work, message)
    words = checkin_store.opened(message, work.client_key(message.client_id))
    standing = letter_store.standing(work.session, message)
    final = rules.is_final(message.state, standing.note_state if standing else None)
    return f"{rules.printed(words.body, message.locale, final=final)}\n"


@use_case(Permission.CHECK_IN_APPROVE, audit=Action.LETTER_APPROVE, noun=Noun.LETTER, subject="letter_id", changes=True)
def approve(work: Work, letter_id: UUID, given: ApprovalIn, *, version: int) -> LetterOut:
    """By itself, once its note is signed in full. Raises Conflict `letter_with_note` before, MayNotContact where it is forbidden."""
    letter, row = _held(work, letter_id, version)
    rules.require_signed(letter_store.standing(work.session, row))
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    letting_go.review(work, row, consent, given.override_reason)
    decision = letting_go.decided(work, row, consent, by=work.actor_id)
    work.mention(check_in_id=str(row.id), allowed=decision.kept.allowed, reasons=decision.kept.reasons)
    if not decision.kept.allowed:
        work.after_rollback(lambda later: checkin_store.add(later.session, decision.kept))
        raise decision.refusal
    message_id = f"{secrets.token_hex(16)}@{domain_of(work.runtime.limits.mail_from)}"
    letting_go.let_go(work, row, consent, decision, by=work.actor_id, message_id=message_id)
    return _read(work, letter)


@use_case(
    Permission.CHECK_IN_APPROVE, audit=Action.LETTER_HAND_OVER, noun=Noun.LETTER, subject="letter_id", changes=True
)
def hand_over(work: Work, letter_id: UUID, given: LetterHandedOverIn, *, version: int) -> LetterOut:
    """On paper, from person to person: no address is asked, since none is written to. By post it is the message's: by hand.

    Raises Conflict for its wording, before the note is signed, and of a client who died.
    """
    letter, row = _held(work, letter_id, version)
    rules.require_signed(letter_store.standing(work.session, row))
    _require_living(work, row)
    at = by_hand_rules.sent_at(given.at, written_at=row.written_at, now=work.now)
    key = work.client_key(row.client_id)
    words = checkin_store.opened(row, key)
    # In the room nothing is given away to anybody else.
    message = Message(words.subject, words.body, row.locale, True, row.kind, Channel.LETTER)  # noqa: FBT003  # a field
    review = message_review.reviewed(message)
    message_review.require_kind(review, given.override_reason)
    row.findings = sorted(review.families)
    if review.families and given.override_reason is not None:
        row.override_sealed = key.seal(given.override_reason, Place("check_ins", "override", row.id))
    row.by_hand, row.channel, row.consent_id = True, Channel.IN_PERSON, None
    row.approved_by, row.approved_at, row.due_at = work.actor_id, work.now, at
    row.state, row.state_at, row.version = CheckInState.SENT, at, row.version + 1
    work.session.flush()
    delivery_store.record_sent(work.session, row, work.actor_id, at=at, now=work.now)
    assessment_store.refresh(work.session, [row.episode_id], work.now)
    work.mention(check_in_id=str(row.id))
    return _read(work, letter)


def _held(work: Work, letter_id: UUID, version: int) -> tuple[Letter, CheckIn]:
    """A draft, and nobody else's until the unit ends. Raises AccessDenied for whoever is no person of the practice."""
    if not work.is_a_person:
        raise AccessDenied("A person has to do this.", code="needs_a_person")
    letter = _required(work, letter_id)
    row = checkin_store.hold(work.session, letter.check_in_id)
    if row is None:
        raise NotFound
    checkin_rules.require_draft(row.state)
    if row.version != version:
        raise VersionMismatch
    return letter, row


def _required(work: Work, letter_id: UUID) -> Letter:
    letter = letter_store.get(work.session, letter_id)
    if letter is None:
        raise NotFound
    return letter


def _require_living(work: Work, message: CheckIn) -> None:
    client = client_store.get(work.session, message.client_id)
    episode = episode_store.get(work.session, message.episode_id)
    died = client is not None and client.died_on is not None
    rules.require_living(died=died, ending=episode.ending if episode else None)


def _client_of(work: Work, note: TerminationNote) -> Client:
    """Who the note's client is by now, should they have been a double."""
    now = note_store.merged_into(work.session, [note.client_id]).get(note.client_id, note.client_id)
    client = client_store.get(work.session, now)
    if client is None:
        raise NotFound
    return client


def _address(work: Work, client_id: UUID, consent_id: UUID | None) -> Consent | None:
    if consent_id is None:
        return consent_store.to_write_to(work.session, client_id)
    consent = consent_store.get(work.session, client_id, consent_id)
    if consent is None:
        raise invalid_field("/consent_id", "There is no such address of this client.")
    return consent


def _proposal(work: Work, note: TerminationNote, locale: Locale, consent: Consent | None) -> str:
    said = letters_told.said(work.session, work.keyring, note)
    may_mention_therapy = consent is None or consent.may_mention_therapy
    return rules.proposal(said, note.form, locale, may_mention_therapy=may_mention_therapy)


def _read(work: Work, letter: Letter) -> LetterOut:
    """By itself: a draft with what the review finds, and whether it could leave now."""
    (shown,) = _shown(work, [letter])
    row = letter_store.messages(work.session, [letter])[letter.id]
    if row.state is not CheckInState.DRAFT:
        return shown
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    may_mention_therapy = consent is not None and consent.may_mention_therapy
    channel = consent.channel if consent is not None else row.channel
    review = message_review.reviewed(
        Message(shown.subject, shown.body, row.locale, may_mention_therapy, row.kind, channel)
    )
    told = {"outlook": _outlook(work, row, consent), "fields": _fields(work, row)}
    return shown.model_copy(update={"review": wording_review.answer(review), **told})


def _fields(work: Work, row: CheckIn) -> list[LetterFieldOut]:
    if row.state is not CheckInState.DRAFT:
        return []
    consent = consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None
    values = filling.values(work, row, consent)
    too_long = rules.too_long(values)
    may_name = consent is None or consent.may_mention_therapy
    return [
        LetterFieldOut(
            name=field.value,
            means=merge_fields.MEANS[field],
            value=values.get(field) if field not in too_long and (may_name or field not in rules.OF_THE_WORK) else None,
            too_long=field in too_long,
        )
        for field in merge_fields.MergeField
    ]


def _outlook(work: Work, row: CheckIn, consent: Consent | None) -> OutlookOut:
    """As if its note were signed now, by somebody who may let it go."""
    limits, terms = work.runtime.limits, filling.terms_digest(work, consent)
    digest = consent.address_digest if consent else None
    approval = contactability.Approval(work.now, work.now, digest, None, terms, terms)
    facts = contactability.facts(work.session, row, approval, work.now)
    facts = replace(facts, message=replace(facts.message, approver_may=True, occasion_at=work.now))
    decision = may_contact(facts, work.now, Limits(limits.check_in_ceiling, limits.check_in_spacing_days))
    return OutlookOut(
        allowed=decision.allowed,
        waits_until=decision.not_before if decision.worth_waiting else None,
        reasons=[
            RefusalReasonOut(code=one.code, text=one.text, would_change=would_change(one)) for one in decision.reasons
        ],
    )


def _shown(work: Work, letters: Sequence[Letter]) -> list[LetterOut]:
    rows = letter_store.messages(work.session, letters)
    ids = {row.client_id for row in rows.values()}
    keys, called = work.client_keys_left(ids), names.of_clients(work.session, work.keyring, ids)
    noted = note_store.every(work.session, {one.note_id for one in letters})
    signed = {note.id for note in noted if note.state is NoteState.SIGNED}
    found = []
    for letter in letters:
        row = rows[letter.id]
        one = _one(letter, row, checkin_store.opened(row, keys.get(row.client_id)), called)
        found.append(one.model_copy(update={"note_signed": letter.note_id in signed}))
    return found


def _one(letter: Letter, row: CheckIn, words: checkin_store.Words, called: dict[UUID, str]) -> LetterOut:
    state: LetterState = rules.state(row.state, waits=letter.waits_since is not None)
    return LetterOut(
        id=letter.id,
        note_id=letter.note_id,
        note_signed=False,
        check_in_id=row.id,
        episode_id=row.episode_id,
        client=PersonOut(id=row.client_id, name=called.get(row.client_id, "")),
        state=state,
        message_state=row.state,
        stopped_by=checkin_store.why_stopped(row),
        channel=row.channel,
        by_hand=row.by_hand,
        locale=row.locale,
        subject=words.subject,
        body=words.body,
        state_at=row.state_at,
        written_by=row.written_by,
        approved_by=row.approved_by or letter.waits_by,
        waits_since=letter.waits_since,
        released_by=letter.released_by,
        review=None,
        outlook=None,
        fields=[],
        version=row.version,
    )
