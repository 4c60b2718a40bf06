"""Use cases about what a provider of text messages says became of them: by a signed report, or when its list is looked through.

A message whose end nobody knew is settled by either, and by a person; whoever is first, the others change nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from api.domain import standings as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict
from api.domain.standings import Course
from api.outbound.texts import Standing, Text
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import consents as consent_store
from api.store import deliveries as delivery_store
from api.store import sealing, tenancy
from api.store import standings as standing_store
from api.store import tasks as task_store
from api.store import texts as text_store
from api.store.deliveries import Claim
from schemas.tables import CheckIn, Delivery
from schemas.vocabulary import CheckInState, TaskKind

_CODE_LENGTH, _ID_LENGTH = 60, 64


@dataclass(frozen=True, slots=True)
class LookUp:
    """A message to look for in the provider's list, as it was handed over."""

    practice_id: UUID
    delivery_id: UUID
    text: Text


@use_case(Permission.WORKER_CLAIM, audit=None)
def claim(work: Work) -> Claim | None:
    return standing_store.claim_look_up(work.session, work.now)


@use_case(Permission.JOB_RUN, audit=None)
def prepare(work: Work, claimed: Claim) -> LookUp | None:
    """The next look is put on record before this one, so that whoever dies over it holds nobody up. None: nothing to look for."""
    delivery, check_in = delivery_store.get(work.session, claimed.delivery_id)
    standing_store.look_again(delivery, work.now)
    consent = consent_store.get(work.session, check_in.client_id, check_in.consent_id or check_in.id)
    if consent is None or delivery.handing_over_at is None or consent.address_digest != check_in.address_digest:
        return None
    token = sealing.reply_token(work.runtime.lookup_key(work.session), check_in.id)
    try:
        words = text_store.words(work, check_in, consent, f"{work.runtime.limits.public_url}/r/{token}")
    except Conflict:
        return None
    return LookUp(work.practice_id, delivery.id, Text(*words, delivery.message_id, delivery.handing_over_at))


@use_case(Permission.JOB_RUN, audit=Action.CHECK_IN_SETTLE, noun=Noun.CHECK_IN)
def found(work: Work, looked_up: LookUp, standing: Standing) -> None:
    """It stands in the provider's list."""
    _follow(work, looked_up.delivery_id, standing)


@use_case(Permission.TEXT_TAKE, audit=Action.CHECK_IN_SETTLE, noun=Noun.CHECK_IN)
def report(work: Work, claimed: Claim, standing: Standing) -> None:
    """The provider says so, signed."""
    with tenancy.whole_practice(work.session):
        _follow(work, claimed.delivery_id, standing)


def _follow(work: Work, delivery_id: UUID, standing: Standing) -> None:
    if standing.course is Course.OPTED_OUT:
        text_store.hold_before_an_opt_out(work.session, [delivery_id])
    held = standing_store.hold(work.session, delivery_id)
    if held is None:
        return
    delivery, check_in = held
    work.about(check_in.id)
    work.mention(course=standing.course, code=standing.code)
    if standing.course is Course.OPTED_OUT:
        text_store.opt_out(work.session, check_in, work.now)
    move = rules.move(check_in.state, standing.course, by_person=delivery.settled_by is not None)
    if move is None:
        return
    delivery.provider_id = standing.provider_id[:_ID_LENGTH]
    delivery.look_up_at = None
    if delivery.settled_at is None or check_in.state is CheckInState.FAILED:
        _went(work, delivery, check_in)
    if standing.course in (Course.NOT_DELIVERED, Course.OPTED_OUT):
        delivery.failure_code = standing.code[:_CODE_LENGTH] or None
        work.mention(reopened_count=standing_store.did_not_arrive(work.session, check_in, work.now))
    check_in.stopped_by = move.stopped_by
    check_in.state, check_in.state_at, check_in.version = move.to, work.now, check_in.version + 1
    work.session.flush()


def _went(work: Work, delivery: Delivery, check_in: CheckIn) -> None:
    """Nobody here knew that the provider had it, or the worker that handed it over has not said so yet."""
    at = delivery.handing_over_at or work.now
    delivery_store.settle(delivery, work.now)
    check_in.state = CheckInState.SENT
    task_store.finish(work.session, TaskKind.SETTLE_DELIVERY, check_in.id, by=None, now=work.now)
    delivery_store.record_sent(work.session, check_in, check_in.approved_by, at=at, now=work.now)
