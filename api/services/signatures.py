"""Use cases about signing a termination note: the author's signature, a supervisor's, sending back, adding afterwards.

A signature locks what was signed, ends the client's part in the episode in the same act, and leaves the note's
fingerprint in the audit trail, with which `verify` compares it ever after. A supervised author's note waits, and ends
nothing, until a supervisor has cosigned it.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import checkins as checkin_rules
from api.domain import goals as goal_rules
from api.domain import letters as letter_rules
from api.domain import terminations as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch, invalid_field
from api.domain.note_record import Record
from api.domain.terminations import Cosigner
from api.formats import note_goals
from api.outbound.letters import domain_of
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import endings, filling, letting_go, note_returns, tenancy
from api.store import episodes as episode_store
from api.store import flags as flag_store
from api.store import goals as goal_store
from api.store import letters as letter_store
from api.store import tasks as task_store
from api.store import terminations as note_store
from api.store import transfers as transfer_store
from api.store.sealing import Place
from schemas.tables import CheckIn, Consent, Episode, Letter, NoteAddendum, Task, TerminationNote
from schemas.tables.base import new_id
from schemas.vocabulary import EndingKind, FlagKind, NoteState, Role, SignaturePart, TaskKind
from schemas.wire.letters import LetterWithNoteIn
from schemas.wire.terminations import NoteAddendumIn, NoteContent, NoteRecord, NoteReturnIn, NoteSignedOut

_SIGN_AGAIN_WITHIN = timedelta(days=3)


@use_case(Permission.NOTE_SIGN, audit=Action.NOTE_SIGN, noun=Noun.NOTE, subject="note_id", changes=True)
def sign(work: Work, note_id: UUID, *, version: int, letter: LetterWithNoteIn | None = None) -> NoteSignedOut:
    """Whoever signs is the author. Raises Invalid, naming each part that is missing and why it is required.

    With `letter` the closing letter is approved by the same act: it leaves although the work has ended, or waits for the cosignature.
    """
    note = _held(work, note_id, NoteState.DRAFT, version)
    episode = _episode(work, note)
    client_id = _client_now(work, note)
    zone = ZoneInfo(episode.time_zone)
    record = replace(
        note_store.drawn(work.session, episode, client_id, work.now),
        goes_to=transfer_store.goes_to(work.session, work.keyring, episode.id, client_id),
    )
    content = _as_on_record(work, note, record)
    missing = rules.gaps(content, today=work.now.astimezone(zone).date())
    missing = (*missing, *rules.out_of_order(content.ended_on, record, zone))
    if missing:
        raise Invalid(*missing, code="note_unfinished", message="Some parts of the note are still to be written.")
    _require_risk_review(work, note, client_id)
    content = _settle_content(work, note, content, episode)
    supervised = bool(note_store.supervisors_of(work.session, work.actor_id))
    drawn = NoteRecord.model_validate(record, from_attributes=True).model_dump_json()
    note_returns.leave_columns(work.session, note)
    note.author_id, note.signed_at = work.actor_id, work.now
    note.record_sealed = work.client_key(note.client_id).seal(drawn, Place("termination_notes", "record", note.id))
    note.needs_cosign, note.state = supervised, rules.after_signing(supervised=supervised)
    note.locked_at = None if supervised else work.now
    _put_signature(work, note, SignaturePart.AUTHOR)
    _finish_task(work, note)
    if not supervised:
        _end(work, note, content, episode)
    if letter is not None:
        _approve_letter(work, note, letter)
    return _stands(work, note)


@use_case(Permission.NOTE_COSIGN, audit=Action.NOTE_COSIGN, noun=Noun.NOTE, subject="note_id")
def cosign(work: Work, note_id: UUID, *, version: int, letter: LetterWithNoteIn | None = None) -> NoteSignedOut:
    """With this signature the note is locked and the ending takes effect. Nobody cosigns their own.

    With `letter` the letter that its author approved goes too, by its author's word; without, it is a draft again.
    """
    note = _held(work, note_id, NoteState.AWAITING_COSIGN, version)
    rules.require_cosigner(note.author_id, _cosigner(work, note))
    _require_risk_review(work, note, _client_now(work, note))
    content = _opened(work, note)
    _require_still_in_order(work, note, content)
    note.state, note.locked_at = NoteState.SIGNED, work.now
    _put_signature(work, note, SignaturePart.COSIGNER)
    _end(work, note, content, _episode(work, note))
    if letter is not None:
        _release_letter(work, note, letter)
    letter_store.wait_no_more(work.session, note.id)
    return _stands(work, note)


@use_case(Permission.NOTE_COSIGN, audit=Action.NOTE_RETURN, noun=Noun.NOTE, subject="note_id")
def send_back(work: Work, note_id: UUID, given: NoteReturnIn, *, version: int) -> NoteSignedOut:
    """To its author, who changes and signs it again. What they signed before stays on record as a signature, and so does why it came back."""
    note = _held(work, note_id, NoteState.AWAITING_COSIGN, version)
    rules.require_cosigner(note.author_id, _cosigner(work, note))
    key = work.client_key(note.client_id)
    back = note_returns.add(work.session, key, note, given.reason, by=work.actor_id, at=work.now)
    work.mention(return_id=str(back.id), return_digest=(back.digest or b"").hex())
    note.state, note.digest = NoteState.DRAFT, None
    note.updated_at, note.version = work.now, note.version + 1
    work.session.flush()
    # A draft's facts are drawn anew. Only now: a note that waits keeps what was signed.
    _leave_to_the_record(work, note)
    note.record_sealed = note.signed_at = None
    letter_store.wait_no_more(work.session, note.id)
    work.session.flush()
    _ask_again(work, note)
    return _stands(work, note)


@use_case(Permission.NOTE_SIGN, audit=Action.NOTE_ADDENDUM, noun=Noun.NOTE, subject="note_id", changes=True)
def append(work: Work, note_id: UUID, given: NoteAddendumIn) -> NoteSignedOut:
    """The note stays readable as it was signed; what is added has an author and a fingerprint of its own."""
    note = note_store.hold(work.session, note_id)
    if note is None:
        raise NotFound
    if note.state is not NoteState.SIGNED:
        raise Conflict("Only a signed note is added to. A draft can still be changed.", code="note_not_signed")
    row = NoteAddendum(
        id=new_id(),
        note_id=note.id,
        author_id=work.actor_id,
        position=0,
        words_sealed=b"",
        at=work.now,
        digest=b"",
    )
    place = Place("note_addenda", "words", row.id)
    row.words_sealed = work.client_key(note.client_id).seal(given.words, place)
    note_store.add_addendum(work.session, note, row)
    work.mention(addendum_id=str(row.id), addendum_digest=row.digest.hex())
    return _stands(work, note)


def _held(work: Work, note_id: UUID, state: NoteState, version: int) -> TerminationNote:
    """The note, in the state from which this act leads on. Raises NotFound, Conflict, VersionMismatch."""
    note = note_store.hold(work.session, note_id)
    if note is None:
        raise NotFound
    if note.state is NoteState.SIGNED:
        raise Conflict("This note is signed. Say what is to be added in an addendum.", code="note_signed")
    if note.state is not state and state is NoteState.DRAFT:
        raise Conflict("This note waits for a cosignature.", code="awaiting_cosign")
    if note.state is not state:
        raise Conflict("Its author has not signed this note yet.", code="note_not_signed")
    if note.version != version:
        raise VersionMismatch
    return note


def _settle_content(work: Work, note: TerminationNote, content: NoteContent, episode: Episode) -> NoteContent:
    """A note about work that had ended before says on which day, any other ends it with its last signature; and each of its
    goals has the id under which it stands on record once the note is locked.
    """
    told = content
    if episode.ended_at is not None and content.ended_on is None:
        told = told.model_copy(update={"ended_on": episode.ended_at.astimezone(ZoneInfo(episode.time_zone)).date()})
    ours = goal_store.ids_of(work.session, note.episode_id, _client_now(work, note))
    told = note_goals.named(told, ours, [new_id() for _ in told.growth_goals])
    if told != content:
        _seal(work, note, told)
    return told


def _as_on_record(work: Work, note: TerminationNote, record: Record) -> NoteContent:
    """What the note leaves to the record is said by the record of this moment."""
    content = _opened(work, note)
    told: dict[str, object] = {}
    if content.closing_session is None and record.closing_session is not None:
        told["closing_session"] = note.closing_session = record.closing_session
    if content.referrals is None and content.how_it_ended is EndingKind.TRANSFERRED and record.goes_to is not None:
        told["referrals"] = record.goes_to
    if not told:
        return content
    content = content.model_copy(update=told)
    _seal(work, note, content)
    return content


def _leave_to_the_record(work: Work, note: TerminationNote) -> None:
    """A draft again: what its author left to the record, or said as the record did, is the record's to say anew."""
    content, place = _opened(work, note), Place("termination_notes", "record", note.id)
    frozen = NoteRecord.model_validate_json(work.client_key(note.client_id).open(note.record_sealed or b"", place))
    told: dict[str, object] = {}
    if content.closing_session is not None and content.closing_session is frozen.closing_session:
        told["closing_session"] = note.closing_session = None
    if content.referrals is not None and content.referrals == frozen.goes_to:
        told["referrals"] = None
    if told:
        _seal(work, note, content.model_copy(update=told))


def _seal(work: Work, note: TerminationNote, content: NoteContent) -> None:
    place = Place("termination_notes", "content", note.id)
    note.content_sealed = work.client_key(note.client_id).seal(content.model_dump_json(), place)


def _opened(work: Work, note: TerminationNote) -> NoteContent:
    place = Place("termination_notes", "content", note.id)
    return NoteContent.on_record(work.client_key(note.client_id).open(note.content_sealed, place))


def _client_now(work: Work, note: TerminationNote) -> UUID:
    """Who takes part under that name by now, should the note's client have been a double."""
    return note_store.merged_into(work.session, [note.client_id]).get(note.client_id, note.client_id)


def _episode(work: Work, note: TerminationNote) -> Episode:
    episode = episode_store.get(work.session, note.episode_id)
    if episode is None:
        raise NotFound
    return episode


def _require_risk_review(work: Work, note: TerminationNote, client_id: UUID) -> None:
    flags = flag_store.open_ones(work.session, [client_id, note.client_id])
    raised_at = [flag.raised_at for flag in flags if flag.kind is FlagKind.RISK_OF_HARM]
    if rules.review_is_missing(note.risk_reviewed_at, raised_at):
        raise Conflict("A flag of harm stands: record how risk was looked at before this ending.", code="risk_open")


def _require_still_in_order(work: Work, note: TerminationNote, content: NoteContent) -> None:
    """Since its author signed, a session may have come to be known. What was signed stays as it is, so it goes back."""
    episode = _episode(work, note)
    record = note_store.drawn(work.session, episode, _client_now(work, note), work.now)
    if rules.out_of_order(content.ended_on, record, ZoneInfo(episode.time_zone)):
        raise Conflict(
            "There was a session after the day on which this note ends. Send it back to its author.",
            code="ending_out_of_order",
        )


def _cosigner(work: Work, note: TerminationNote) -> Cosigner:
    return Cosigner(
        member_id=work.actor_id,
        supervises_author=work.actor_id in note_store.supervisors_of(work.session, note.author_id),
        leads_practice=Role.PRACTICE_LEAD in work.principal.roles,
    )


def _put_signature(work: Work, note: TerminationNote, part: SignaturePart) -> None:
    """The fingerprint goes into the trail, whose chain shows whether it was touched."""
    note.updated_at, note.version = work.now, note.version + 1
    note_store.close_row(work.session, note)
    signature = note_store.add_signature(work.session, note, work.actor_id, part, work.now)
    work.mention(
        state=note.state.value,
        note_digest=(note.digest or b"").hex(),
        signature_id=str(signature.id),
        signature_digest=signature.digest.hex(),
    )


def _end(work: Work, note: TerminationNote, content: NoteContent, episode: Episode) -> None:
    if content.how_it_ended is None:
        raise NotFound
    at = rules.ended_at(content.ended_on, ZoneInfo(episode.time_zone), work.now)
    client_id = _client_now(work, note)
    endings.end_part(work.session, note.episode_id, [client_id], content.how_it_ended, at=at, now=work.now)
    work.mention(ending=content.how_it_ended.value)
    ended_on = at.astimezone(ZoneInfo(episode.time_zone)).date()
    agreed_on = goal_rules.agreed_on(content.goals_basis, content.goals_agreed_on, ended_on)
    if agreed_on is not None:
        goals, key = note_goals.of(content), work.client_key(client_id)
        goal_store.stand(work.session, key, note, goals, client_id=client_id, agreed_on=agreed_on, now=work.now)


def _approve_letter(work: Work, note: TerminationNote, given: LetterWithNoteIn) -> None:
    """By whoever signed, in the unit of the signature: both or neither. Of a supervised author's note the letter waits with it."""
    if Permission.CHECK_IN_APPROVE not in work.principal.permissions:
        raise AccessDenied
    letter, row = _letter(work, note, given)
    letter_rules.require_changeable(letter_store.standing(work.session, row))
    if note.state is NoteState.SIGNED:
        _let_go(work, row, given.override_reason, by=work.actor_id)
        return
    client = client_store.get(work.session, row.client_id)
    died = client is not None and client.died_on is not None
    letter_rules.require_living(died=died, ending=note.how_it_ended)
    letting_go.review(work, row, _consent(work, row), given.override_reason)
    letter_store.wait(work.session, letter, row, _bound(work, row), by=work.actor_id, now=work.now)
    work.mention(letter_id=str(letter.id), letter="waits")


def _release_letter(work: Work, note: TerminationNote, given: LetterWithNoteIn) -> None:
    """As its author approved it, where they did, and by their word: whoever cosigns lets it go."""
    letter, row = _letter(work, note, given)
    if letter.waits_by is None:
        raise Conflict("This letter was not approved with the note.", code="letter_with_note")
    _require_as_approved(work, note, row)
    author_id, kept_because = letter.waits_by, checkin_store.opened(row, work.client_key(row.client_id)).override_reason
    letter.released_by = work.actor_id
    _let_go(work, row, given.override_reason or kept_because, by=author_id)


def _require_as_approved(work: Work, note: TerminationNote, row: CheckIn) -> None:
    """Where it was approved for something else nothing is cosigned by this act, and the letter is its author's draft again."""
    try:
        letter_rules.require_as_approved(letter_rules.Bound(row.address_digest, row.terms_digest), _bound(work, row))
    except Conflict:
        note_id = note.id
        work.after_rollback(lambda later: letter_store.wait_no_more(later.session, note_id))
        raise


def _bound(work: Work, row: CheckIn) -> letter_rules.Bound:
    consent = _consent(work, row)
    return letter_rules.Bound(consent.address_digest if consent else None, filling.terms_digest(work, consent))


def _letter(work: Work, note: TerminationNote, given: LetterWithNoteIn) -> tuple[Letter, CheckIn]:
    letter = letter_store.get(work.session, given.letter_id)
    if letter is None or letter.note_id != note.id:
        raise invalid_field("/letter/letter_id", "There is no such letter of this note.")
    row = checkin_store.hold(work.session, letter.check_in_id)
    if row is None:
        raise NotFound
    checkin_rules.require_draft(row.state)
    if row.version != given.version:
        raise VersionMismatch
    return letter, row


def _let_go(work: Work, row: CheckIn, override_reason: str | None, *, by: UUID) -> None:
    """Raises Conflict for its wording, MayNotContact where the decision forbids it: then nothing is signed either."""
    consent = _consent(work, row)
    letting_go.review(work, row, consent, override_reason)
    decision = letting_go.decided(work, row, consent, by=by)
    work.mention(letter="goes", check_in_id=str(row.id), reasons=decision.kept.reasons)
    if not decision.kept.allowed:
        work.after_rollback(lambda later: checkin_store.add(later.session, decision.kept))
        raise decision.refusal
    message_id = f"{secrets.token_hex(16)}@{domain_of(work.runtime.limits.mail_from)}"
    letting_go.let_go(work, row, consent, decision, by=by, message_id=message_id)


def _consent(work: Work, row: CheckIn) -> Consent | None:
    return consent_store.get(work.session, row.client_id, row.consent_id) if row.consent_id else None


def _finish_task(work: Work, note: TerminationNote) -> None:
    """Whoever it was asked of: a co-therapist may have written the note. A death asks for one before there is any."""
    client_id = _client_now(work, note)
    with tenancy.whole_practice(work.session):
        for row in (
            *task_store.open_ones(work.session, TaskKind.WRITE_NOTE, note.id),
            *task_store.open_ones(work.session, TaskKind.WRITE_NOTE, note.episode_id),
        ):
            if row.client_id == client_id:
                row.done_at, row.done_by, row.version = work.now, work.actor_id, row.version + 1


def _ask_again(work: Work, note: TerminationNote) -> None:
    zone = ZoneInfo(_episode(work, note).time_zone)
    task_store.add(
        work.session,
        Task(
            kind=TaskKind.WRITE_NOTE,
            owner_id=note.author_id,
            episode_id=note.episode_id,
            client_id=_client_now(work, note),
            subject_id=note.id,
            due_on=(work.now + _SIGN_AGAIN_WITHIN).astimezone(zone).date(),
            created_at=work.now,
        ),
    )


def _stands(work: Work, note: TerminationNote) -> NoteSignedOut:
    return NoteSignedOut(
        id=note.id,
        episode_id=note.episode_id,
        state=note.state,
        episode_ended=_episode(work, note).ended_at is not None,
        fingerprint=note.digest.hex() if note.digest is not None else None,
        version=note.version,
    )
