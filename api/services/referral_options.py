"""Use cases about those who are suggested in a referral: adding one, and saying how it goes with them."""

from datetime import date
from uuid import UUID

from api.domain import clock
from api.domain import referrals as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.referrals import Called
from api.formats import referral_shapes
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import clients as client_store
from api.store import referral_providers as provider_store
from api.store import referrals as referral_store
from api.store import referrals_told
from schemas.tables import Client, Referral, ReferralOption, ReferralProgress
from schemas.tables.base import new_id
from schemas.vocabulary import ReferralEnd, ReferralStep
from schemas.wire.referrals import ReferralOptionIn, ReferralOut, ReferralStepIn


@use_case(
    Permission.REFERRAL_WRITE, audit=Action.REFERRAL_SUGGEST, noun=Noun.REFERRAL, subject="referral_id", changes=True
)
def suggest(work: Work, referral_id: UUID, given: ReferralOptionIn) -> ReferralOut:
    """One of the directory, or somebody by name. They stand on the sheet from now on. Raises Invalid, Conflict."""
    row = _held(work, referral_id)
    rules.require_open(closed=row.closed_at is not None)
    options = referral_store.options(work.session, [row.id])[row.id]
    rules.require_room(len(options))
    if given.provider_id is not None and given.provider_id in {one.provider_id for one in options}:
        raise Conflict("They are suggested already.", code="suggested_already")
    today = clock.local_day(clock.second(work.now), _client(work, row).time_zone)
    option = ReferralOption(
        id=new_id(),
        referral_id=row.id,
        episode_id=row.episode_id,
        client_id=row.client_id,
        provider_id=given.provider_id,
        called_sealed=b"",
        position=len(options) + 1,
        step=ReferralStep.SUGGESTED,
        step_on=today,
    )
    referrals_told.seal_called(work.client_key(row.client_id), option, _called(work, given))
    work.session.add(option)
    work.session.flush()
    _record(work, option, today, None)
    work.mention(option_id=str(option.id))
    return _changed(work, row)


@use_case(
    Permission.REFERRAL_WRITE, audit=Action.REFERRAL_STEP, noun=Noun.REFERRAL, subject="referral_id", changes=True
)
def record(work: Work, referral_id: UUID, option_id: UUID, given: ReferralStepIn) -> ReferralOut:
    """How it goes. With a start it is closed; otherwise somebody asks again, on a day. A start that did not work out opens it again,
    but for a client who has died.
    """
    row = _held(work, referral_id)
    option = next((one for one in referral_store.options(work.session, [row.id])[row.id] if one.id == option_id), None)
    if option is None:
        raise NotFound
    fell_through = option.step is ReferralStep.STARTED and given.step is ReferralStep.DID_NOT_WORK_OUT
    rules.require_open(closed=row.closed_at is not None and not fell_through)
    rules.require_may_follow(option.step, given.step)
    client = _client(work, row)
    rules.require_living(died=fell_through and client.died_on is not None)
    today = clock.local_day(clock.second(work.now), client.time_zone)
    taken_on = given.taken_on or today
    rules.require_past(taken_on, today)
    option.step, option.step_on = given.step, taken_on
    _record(work, option, taken_on, given.words)
    work.mention(option_id=str(option.id), step=given.step)
    if given.step is ReferralStep.STARTED:
        referral_store.close(work.session, row, ReferralEnd.STARTED, work.now, by=work.actor_id)
        return _shown(work, row)
    ask_on = rules.follow_up_on(given.follow_up_on, today)
    if row.closed_at is not None:
        referral_store.reopen(work.session, row, work.actor_id, ask_on)
    row.follow_up_on = ask_on
    return _changed(work, row)


def _called(work: Work, given: ReferralOptionIn) -> Called:
    """As they are told now: what the directory says may change."""
    if given.outside is not None:
        return Called(given.outside.name, given.outside.contact)
    provider = provider_store.get(work.session, given.provider_id) if given.provider_id else None
    if provider is None:
        raise invalid_field("/provider_id", "There is no such provider in the directory.")
    if provider.removed_at is not None:
        raise Conflict("This provider was removed from the directory.", code="provider_removed")
    facts = provider_store.opened(work.practice_key(), provider)
    return Called(facts.name)


def _record(work: Work, option: ReferralOption, taken_on: date, words: str | None) -> None:
    progress = ReferralProgress(
        id=new_id(),
        option_id=option.id,
        episode_id=option.episode_id,
        client_id=option.client_id,
        step=option.step,
        taken_on=taken_on,
        recorded_by=work.actor_id,
        recorded_at=work.now,
    )
    referrals_told.seal_words(work.client_key(option.client_id), progress, words)
    work.session.add(progress)
    work.session.flush()


def _changed(work: Work, row: Referral) -> ReferralOut:
    row.updated_at, row.version = work.now, row.version + 1
    referral_store.ask_on(work.session, row)
    return _shown(work, row)


def _held(work: Work, referral_id: UUID) -> Referral:
    row = referral_store.hold(work.session, referral_id)
    if row is None:
        raise NotFound
    return row


def _client(work: Work, row: Referral) -> Client:
    client = client_store.get(work.session, row.client_id)
    if client is None:
        raise NotFound
    return client


def _shown(work: Work, row: Referral) -> ReferralOut:
    return referral_shapes.shown(referrals_told.told(work.session, work.keyring, [row])[0])
