"""Use cases about transfers: writing down to whom the work goes, what the client said to it and what may be handed over.

Handing over is another matter (handovers.py). Nothing leaves the practice by any of it: what goes to somebody elsewhere a person gives.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import episodes as episode_rules
from api.domain import transfers as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.domain.transfers import Content
from api.formats import transfer_shapes, transfer_sheet
from api.formats.documents import transfer as papers
from api.formats.documents.paper import Paper, size_in
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import handing_over, transfers_told
from api.store import practices as practice_store
from api.store import referrals as referral_store
from api.store import transfers as transfer_store
from schemas.tables import Client, Episode, Transfer
from schemas.tables.base import new_id
from schemas.vocabulary import FirstMeeting, TransferConsent, TransferState
from schemas.wire.common import Page
from schemas.wire.transfers import FirstMeetingIn, TransferContent, TransferIn, TransferOut


@use_case(Permission.TRANSFER_WRITE, audit=Action.TRANSFER_BEGIN, noun=Noun.EPISODE, subject="episode_id", changes=True)
def begin(work: Work, episode_id: UUID, given: TransferIn) -> TransferOut:
    """A draft, of one client's part; one at a time. Raises Invalid; Conflict where the work has ended or the client has died."""
    client_store.lock_of_episodes(work.session, [episode_id])
    episode = episode_store.get(work.session, episode_id)
    if episode is None:
        raise NotFound
    episode_rules.require_running(episode.ended_at)
    client = _client(work, episode_id, given.client_id)
    standing = transfer_store.drafts(work.session, episode_id)
    rules.require_none(sum(1 for one in standing if one.client_id == client.id))
    row = Transfer(
        id=new_id(),
        episode_id=episode_id,
        client_id=client.id,
        from_id=episode.responsible_id or work.actor_id,
        content_sealed=b"",
        made_by=work.actor_id,
        created_at=work.now,
        updated_at=work.now,
    )
    _write(work, row, episode, given, before=None)
    transfer_store.add(work.session, row)
    work.mention(transfer_id=str(row.id))
    return _shown(work, row)


@use_case(Permission.TRANSFER_READ, audit=Action.TRANSFER_READ, noun=Noun.TRANSFER, subject="transfer_id")
def read(work: Work, transfer_id: UUID) -> TransferOut:
    """Of a draft with what would be handed over now; else with what was, and no more."""
    return _shown(work, _required(work, transfer_id))


@use_case(Permission.TRANSFER_READ, audit=Action.TRANSFER_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(work: Work, episode_id: UUID, *, before: UUID | None, limit: int) -> Page[TransferOut]:
    """Newest first."""
    if episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = transfer_store.page(work.session, episode_id, before=before, limit=limit + 1)
    told = transfers_told.told(work.session, work.keyring, found[:limit], work.now)
    work.mention(count=len(told))
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    items = [transfer_shapes.shown(one, work.principal.id) for one in told]
    return Page[TransferOut](items=items, next_cursor=cursor)


@use_case(
    Permission.TRANSFER_WRITE, audit=Action.TRANSFER_EDIT, noun=Noun.TRANSFER, subject="transfer_id", changes=True
)
def change(work: Work, transfer_id: UUID, given: TransferContent, *, version: int) -> TransferOut:
    """The whole draft anew. Raises AccessDenied for whoever does not read all of it; VersionMismatch where somebody else was faster: nothing of theirs is lost."""
    row = _held(work, transfer_id)
    if row.version != version:
        raise VersionMismatch
    rules.require_draft(row.state)
    episode = episode_store.get(work.session, row.episode_id)
    if episode is None:
        raise NotFound
    before = transfer_store.content(work.client_key(row.client_id), row)
    rules.require_reads_all(work.principal.id, row.state, transfer_shapes.hands(row, before))
    _write(work, row, episode, given, before=before)
    row.updated_at, row.version = work.now, row.version + 1
    work.session.flush()
    return _shown(work, row)


@use_case(
    Permission.TRANSFER_WRITE, audit=Action.TRANSFER_MEET, noun=Noun.TRANSFER, subject="transfer_id", changes=True
)
def meet(work: Work, transfer_id: UUID, given: FirstMeetingIn) -> TransferOut:
    """The first meeting took place, or nobody asks any more, by a person's word; or the day on which they ask again."""
    row = _held(work, transfer_id)
    rules.require_asked(asking=row.owner_id is not None)
    if given.outcome is not None:
        rules.require_by_a_person(given.outcome)
        transfer_store.settle(work.session, row, FirstMeeting(given.outcome), work.now, by=work.actor_id)
        work.mention(outcome=given.outcome)
    elif given.follow_up_on is not None and row.owner_id is not None:
        rules.require_day(given.follow_up_on, _today(work, row))
        transfer_store.ask_on(work.session, row, row.owner_id, given.follow_up_on, work.now)
        row.updated_at, row.version = work.now, row.version + 1
    return _shown(work, row)


@use_case(Permission.TRANSFER_READ, audit=Action.TRANSFER_SHEET, noun=Noun.TRANSFER, subject="transfer_id")
def sheet(work: Work, transfer_id: UUID) -> str:
    """What is handed over, and nothing besides. Of nobody who has died, and of nothing that was withdrawn."""
    work.mention(as_text=True)
    return transfer_sheet.plain(_to_print(work, transfer_id), practice_store.current(work.session).name)


@use_case(Permission.TRANSFER_READ, audit=Action.TRANSFER_SHEET, noun=Noun.TRANSFER, subject="transfer_id")
def paper(work: Work, transfer_id: UUID) -> Paper:
    """The same on paper; it is set once the unit is closed."""
    work.mention(as_pdf=True)
    practice = practice_store.current(work.session)
    return papers.paper(_to_print(work, transfer_id), practice.name, size_in(practice.country))


def _to_print(work: Work, transfer_id: UUID) -> TransferOut:
    row = _required(work, transfer_id)
    client = client_store.get(work.session, row.client_id)
    rules.require_living(died=client is not None and client.died_on is not None)
    if row.state is TransferState.WITHDRAWN:
        raise Conflict("This was withdrawn: nothing is handed over.", code="transfer_withdrawn")
    return _shown(work, row)


def _write(work: Work, row: Transfer, episode: Episode, given: TransferContent, *, before: Content | None) -> None:
    """Seals it. What the client said, and a look at risk, bear the name of whoever recorded it."""
    content = replace(transfer_shapes.content(given), kept_back_by=None if before is None else before.kept_back_by)
    kept = None if before is None else (before.keep_back, before.keep_back_words)
    if (content.keep_back, content.keep_back_words) not in (kept, ((), None)):
        content = replace(content, kept_back_by=work.actor_id)
    rules.require_sound(content, to_id=given.to_id)
    if given.to_id is not None:
        _require_receiver(work, episode, given.to_id)
    if given.referral_id is not None:
        _require_referral(work, row, given.referral_id)
    _sign_consent(work, row, given, content, before)
    _sign_review(work, row, content, before)
    row.to_id, row.referral_id, row.reason = given.to_id, given.referral_id, given.reason
    row.consent, row.consent_on, row.first_meeting_on = given.consent, given.consent_on, given.first_meeting_on
    transfer_store.seal(work.client_key(row.client_id), row, content)


def _sign_consent(work: Work, row: Transfer, given: TransferContent, content: Content, before: Content | None) -> None:
    said = (given.consent, given.consent_on, content.consent_way, content.consent_words)
    stood = None if before is None else (row.consent, row.consent_on, before.consent_way, before.consent_words)
    if given.consent is TransferConsent.NOT_ASKED:
        row.consent_recorded_by = None
    elif said != stood:
        row.consent_recorded_by = work.actor_id


def _sign_review(work: Work, row: Transfer, content: Content, before: Content | None) -> None:
    """Said anew, or again where it was older than a flag: then it is of now."""
    said = (content.risk_review, content.risk_review_words)
    stood = None if before is None else (before.risk_review, before.risk_review_words)
    if content.risk_review is None:
        row.risk_reviewed_at = row.risk_reviewed_by = None
    elif said != stood or transfers_told.review_is_missing(work.session, row):
        row.risk_reviewed_at, row.risk_reviewed_by = work.now, work.actor_id


def _require_receiver(work: Work, episode: Episode, to_id: UUID) -> None:
    """Somebody who may have a caseload, who can sign in to read it, and who has not got the work already."""
    handing_over.require_receiver(work.session, "/to_id", to_id)
    if to_id == episode.responsible_id:
        raise invalid_field("/to_id", "They are responsible for this work already.")


def _require_referral(work: Work, row: Transfer, referral_id: UUID) -> None:
    referral = referral_store.get(work.session, referral_id)
    if referral is None or (referral.episode_id, referral.client_id) != (row.episode_id, row.client_id):
        raise invalid_field("/referral_id", "There is no such referral of this client.")


def _client(work: Work, episode_id: UUID, wanted: UUID | None) -> Client:
    taking_part = episode_store.participants(work.session, [episode_id])[episode_id]
    client = client_store.get(work.session, episode_rules.require_one_of(taking_part, wanted))
    if client is None:
        raise NotFound
    rules.require_living(died=client.died_on is not None)
    return client


def _required(work: Work, transfer_id: UUID) -> Transfer:
    row = transfer_store.get(work.session, transfer_id)
    if row is None:
        raise NotFound
    return row


def _held(work: Work, transfer_id: UUID) -> Transfer:
    row = transfer_store.hold(work.session, transfer_id)
    if row is None:
        raise NotFound
    return row


def _today(work: Work, row: Transfer) -> date:
    episode = episode_store.get(work.session, row.episode_id)
    return work.now.astimezone(ZoneInfo(episode.time_zone if episode is not None else "UTC")).date()


def _shown(work: Work, row: Transfer) -> TransferOut:
    found = transfers_told.told(work.session, work.keyring, [row], work.now)
    if not found:
        raise NotFound
    return transfer_shapes.shown(found[0], work.principal.id)
