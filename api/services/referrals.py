"""Use cases about referrals: begun with what a client would like, matched, changed, closed. Nothing is sent, to nobody.

While one is open somebody who works here has it and a day on which they ask, and that is a task of theirs.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import episodes as episode_rules
from api.domain import referral_matching as matching
from api.domain import referrals as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, VersionMismatch, invalid_field
from api.domain.referrals import Answer, Asked, Content
from api.formats import provider_shapes, referral_shapes, referral_sheet
from api.formats.referral_sheet import Sheet
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import episodes as episode_store
from api.store import members as member_store
from api.store import practices as practice_store
from api.store import referral_providers as provider_store
from api.store import referrals as referral_store
from api.store import referrals_told
from schemas.tables import Client, Referral
from schemas.tables.base import new_id
from schemas.vocabulary import Locale, PassingOn, Role
from schemas.wire.common import Page
from schemas.wire.referral_providers import ReferralMatchOut
from schemas.wire.referrals import ReferralCloseIn, ReferralIn, ReferralOut, ReferralPatch

_NOT_ASKED = Answer(PassingOn.NOT_ASKED, None)


@use_case(Permission.REFERRAL_WRITE, audit=Action.REFERRAL_BEGIN, noun=Noun.REFERRAL)
def begin(work: Work, given: ReferralIn) -> ReferralOut:
    """Also out of an episode that has ended. Raises Invalid; Conflict for a client who has died."""
    client_store.lock_of_episodes(work.session, [given.episode_id])
    if episode_store.get(work.session, given.episode_id) is None:
        raise invalid_field("/episode_id", "There is no such episode.")
    require_ones_own(work, Noun.EPISODE, given.episode_id)
    client = _client(work, given.episode_id, given.client_id)
    today = _today(work, client)
    rules.require_words_fit(given.passing_on, given.what_to_pass_on)
    wishes = provider_shapes.wishes(given.wishes)
    matching.require_sound(wishes, "/wishes")
    row = Referral(
        id=new_id(),
        episode_id=given.episode_id,
        client_id=client.id,
        owner_id=_owner(work, given.episode_id, given.owner_id),
        follow_up_on=rules.follow_up_on(given.follow_up_on, today),
        passing_on=given.passing_on,
        content_sealed=b"",
        made_by=work.actor_id,
        made_at=work.now,
        updated_at=work.now,
    )
    answer = Answer(given.passing_on, given.what_to_pass_on)
    asked = _asked(work, None, (_NOT_ASKED, answer), given.passing_on_said_on, today)
    referrals_told.seal(work.client_key(client.id), row, Content(wishes, given.what_to_pass_on, given.words, asked))
    referral_store.add(work.session, row)
    work.about(row.id)
    work.mention(owner_id=str(row.owner_id))
    return _shown(work, row)


@use_case(Permission.REFERRAL_READ, audit=Action.REFERRAL_READ, noun=Noun.REFERRAL, subject="referral_id")
def read(work: Work, referral_id: UUID) -> ReferralOut:
    return _shown(work, _required(work, referral_id))


@use_case(Permission.REFERRAL_READ, audit=Action.REFERRAL_LIST, noun=Noun.EPISODE, subject="episode_id")
def page(
    work: Work, *, episode_id: UUID | None, before: UUID | None, limit: int, is_open: bool | None = None
) -> Page[ReferralOut]:
    """Newest first, also those that are closed."""
    if episode_id is not None and episode_store.get(work.session, episode_id) is None:
        raise NotFound
    found = referral_store.page(work.session, episode_id=episode_id, is_open=is_open, before=before, limit=limit + 1)
    work.mention(count=min(len(found), limit))
    told = referrals_told.told(work.session, work.keyring, found[:limit])
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return Page[ReferralOut](items=[referral_shapes.shown(one) for one in told], next_cursor=cursor)


@use_case(
    Permission.REFERRAL_WRITE, audit=Action.REFERRAL_EDIT, noun=Noun.REFERRAL, subject="referral_id", changes=True
)
def change(work: Work, referral_id: UUID, given: ReferralPatch, *, version: int) -> ReferralOut:
    """Another owner or day moves the task with it. Raises Invalid, Conflict, VersionMismatch."""
    row = _held(work, referral_id)
    if row.version != version:
        raise VersionMismatch
    rules.require_open(closed=row.closed_at is not None)
    key = work.client_key(row.client_id)
    former = referrals_told.content(key, row)
    content = _changed(former, given)
    before = Answer(row.passing_on, former.what_to_pass_on)
    row.passing_on = given.passing_on or row.passing_on
    rules.require_words_fit(row.passing_on, content.what_to_pass_on)
    answers, today = (before, Answer(row.passing_on, content.what_to_pass_on)), _today(work, _of(work, row))
    content = replace(content, asked=_asked(work, former.asked, answers, given.passing_on_said_on, today))
    referrals_told.seal(key, row, content)
    if given.owner_id is not None:
        row.owner_id = _owner(work, row.episode_id, given.owner_id)
        work.mention(owner_id=str(row.owner_id))
    if given.follow_up_on is not None:
        row.follow_up_on = rules.follow_up_on(given.follow_up_on, today)
    row.updated_at, row.version = work.now, row.version + 1
    referral_store.ask_on(work.session, row)
    return _shown(work, row)


@use_case(
    Permission.REFERRAL_WRITE, audit=Action.REFERRAL_CLOSE, noun=Noun.REFERRAL, subject="referral_id", changes=True
)
def close(work: Work, referral_id: UUID, given: ReferralCloseIn) -> ReferralOut:
    """By a person, with a reason; nobody is asked about it any more."""
    row = _held(work, referral_id)
    rules.require_open(closed=row.closed_at is not None)
    rules.require_by_a_person(given.because)
    referral_store.close(work.session, row, given.because, work.now, by=work.actor_id)
    work.mention(because=given.because)
    return _shown(work, row)


@use_case(Permission.REFERRAL_READ, audit=Action.REFERRAL_MATCH, noun=Noun.REFERRAL, subject="referral_id")
def matches(work: Work, referral_id: UUID, *, after: UUID | None, limit: int) -> Page[ReferralMatchOut]:
    """The practice's directory by what this client would like, in words."""
    row = _required(work, referral_id)
    wishes = referrals_told.content(work.client_key(row.client_id), row).wishes
    key = work.practice_key()
    entries = {one.id: provider_store.entry(key, one) for one in provider_store.every(work.session)}
    today = _here(work)
    found = matching.match([(one.id, one.facts) for one in entries.values()], wishes, today)
    begin_at = matching.beyond(found, after)
    shown = found[begin_at : begin_at + limit]
    cursor = str(shown[-1].id) if begin_at + limit < len(found) else None
    items = [provider_shapes.matched(entries[one.id], one, today) for one in shown]
    return Page[ReferralMatchOut](items=items, next_cursor=cursor)


@use_case(Permission.REFERRAL_READ, audit=Action.REFERRAL_SHEET, noun=Noun.REFERRAL, subject="referral_id")
def sheet(work: Work, referral_id: UUID, *, locale: Locale | None) -> Sheet:
    """To take away: whom there is, what to ask, and that finding somebody else is fine. Says nothing about the client."""
    row = _required(work, referral_id)
    (told,) = referrals_told.told(work.session, work.keyring, [row])
    wanted = locale or _of(work, row).locale or Locale.EN
    return referral_sheet.made(told, practice_store.current(work.session).name, wanted, _here(work))


def _asked(
    work: Work, former: Asked | None, answers: tuple[Answer, Answer], wanted: date | None, today: date
) -> Asked | None:
    """`answers`: what stood, and what stands now."""
    said = Asked(rules.said_on(wanted, today), work.actor_id)
    return rules.asked(former, *answers, said, is_dated=wanted is not None)


def _changed(content: Content, given: ReferralPatch) -> Content:
    """A null takes a word away; wishes are sent whole."""
    sent = given.model_fields_set
    if given.wishes is not None:
        wishes = provider_shapes.wishes(given.wishes)
        matching.require_sound(wishes, "/wishes")
        content = replace(content, wishes=wishes)
    if "what_to_pass_on" in sent:
        content = replace(content, what_to_pass_on=given.what_to_pass_on)
    return replace(content, words=given.words) if "words" in sent else content


def _client(work: Work, episode_id: UUID, wanted: UUID | None) -> Client:
    participants = episode_store.participants(work.session, [episode_id])[episode_id]
    client = client_store.get(work.session, episode_rules.require_one_of(participants, wanted))
    if client is None:
        raise NotFound
    if client.died_on is not None:
        raise Conflict("The client has died.", code="client_died")
    return client


def _of(work: Work, row: Referral) -> Client:
    client = client_store.get(work.session, row.client_id)
    if client is None:
        raise NotFound
    return client


def _owner(work: Work, episode_id: UUID, wanted: UUID | None) -> UUID:
    """Whoever works in the episode, or a practice lead: somebody who sees whom they ask. Oneself, where nobody is named."""
    owner_id = wanted or work.actor_id
    member = member_store.get(work.session, owner_id)
    works_here = member is not None and member.left_at is None
    treats = owner_id in {part.member_id for part in episode_store.clinicians(work.session, [episode_id])}
    leads = works_here and Role.PRACTICE_LEAD in member_store.roles(work.session, [owner_id])[owner_id]
    if not works_here or not (treats or leads):
        raise invalid_field("/owner_id", "Choose somebody who works in this episode, or a practice lead.")
    return owner_id


def _required(work: Work, referral_id: UUID) -> Referral:
    row = referral_store.get(work.session, referral_id)
    if row is None:
        raise NotFound
    return row


def _held(work: Work, referral_id: UUID) -> Referral:
    row = referral_store.hold(work.session, referral_id)
    if row is None:
        raise NotFound
    return row


def _today(work: Work, client: Client) -> date:
    return work.now.astimezone(ZoneInfo(client.time_zone)).date()


def _here(work: Work) -> date:
    """The practice's day: the directory is the practice's."""
    return work.now.astimezone(ZoneInfo(practice_store.current(work.session).time_zone)).date()


def _shown(work: Work, row: Referral) -> ReferralOut:
    return referral_shapes.shown(referrals_told.told(work.session, work.keyring, [row])[0])
