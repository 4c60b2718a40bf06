"""What the worker does with the outbox: decide on one message, announce its last instant, record how it ended.

Nothing here hands anything over: between `decide` and `settle` no unit is open. A message leaves only if the contact decision,
asked in the same unit that marks it as being sent, finds nothing against it (decision 0021).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.domain import checkins as rules
from api.domain import clock
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.contact import Decision, may_contact
from api.domain.contact_facts import Limits
from api.domain.contact_reasons import kept
from api.domain.errors import Conflict
from api.domain.reply_line import with_reply_line
from api.outbound.letters import Letter
from api.outbound.mail import End, HandedOver
from api.outbound.texts import Text
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import bounces as bounce_store
from api.store import contactability, filling, locks, sealing
from api.store import deliveries as delivery_store
from api.store import episodes as episode_store
from api.store import members as member_store
from api.store import offered_times as time_store
from api.store import outbox_rows as row_store
from api.store import paces as pace_store
from api.store import practices as practice_store
from api.store import standings as standing_store
from api.store import tasks as task_store
from api.store import texts as text_store
from api.store.contact_records import When
from api.store.deliveries import Claim
from api.store.outgoing import Outgoing, gather
from api.store.sealing import Place
from schemas.tables import CheckIn, ContactDecision, Delivery, Task
from schemas.vocabulary import (
    Asked,
    Channel,
    CheckInState,
    StopReason,
    TaskKind,
)

_CODE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Handover:
    """One message that is to be handed over now, by whoever holds the token."""

    practice_id: UUID
    delivery_id: UUID
    check_in_id: UUID
    token: UUID
    letter: Letter | Text

    @property
    def channel(self) -> Channel:
        return Channel.SMS if isinstance(self.letter, Text) else Channel.EMAIL


@use_case(Permission.WORKER_CLAIM, audit=None)
def claim(work: Work, *, resting: Collection[Channel] = ()) -> Claim | None:
    """Holds it until the unit ends: what is decided about it is decided in the same one."""
    return delivery_store.claim(work.session, work.now, but=_full(work) | set(resting))


@use_case(Permission.JOB_RUN, audit=None)
def claim_more(work: Work, first: Claim, most: int, *, resting: Collection[Channel] = ()) -> list[Claim]:
    """Further ones of the practice of the first, held like it."""
    if most <= 0:
        return []
    return delivery_store.claim_more(work.session, first, work.now, most, but=_full(work) | set(resting))


@use_case(Permission.JOB_RUN, audit=Action.CHECK_IN_DECIDE, noun=Noun.CHECK_IN)
def decide(work: Work, claimed: Sequence[Claim]) -> list[Handover] | None:
    """What may go is marked as being sent, all by one commit (decision 0042). Of two to one client, or to one address, the second is left for later.

    None: somebody else holds what each of them hangs on, and nothing was decided.
    """
    free = row_store.free(work.session, claimed)
    if not free:
        return None
    per_minute = work.runtime.limits.per_minute
    left = pace_store.hold(work.session, per_minute, {one.channel for one in free}, work.now)
    within = rules.within_limits([(one.delivery_id, one.channel) for one in free], left)
    locks.hold_facts(work.session)
    found = delivery_store.get_all(work.session, within)
    waiting = []
    for delivery, check_in in rules.one_for_each(found, _whose):
        if delivery.handing_over_at is not None:
            work.about_each(check_in.id)
            _set_aside(work, delivery, check_in)
        elif check_in.stopped_by is not None:
            work.about_each(check_in.id, stopped_by=check_in.stopped_by)
            _end(work, delivery, check_in, CheckInState.CANCELLED, check_in.stopped_by)
        else:
            waiting.append((delivery, check_in))
    outgoing = gather(work, [check_in for _, check_in in waiting])
    decisions = _decided(work, outgoing, [check_in for _, check_in in waiting])
    taken = [_carried_out(work, outgoing, decision, *pair) for pair, decision in zip(waiting, decisions, strict=True)]
    work.session.flush()
    going = Counter(check_in.channel for _, check_in in waiting if check_in.state is CheckInState.SENDING)
    pace_store.take(work.session, per_minute, going, work.now)
    return [handover for handover in taken if handover is not None]


def _whose(pair: tuple[Delivery, CheckIn]) -> tuple[object, object]:
    """Whom it is to, and where."""
    check_in = pair[1]
    return check_in.client_id, check_in.address_digest or check_in.id


def _full(work: Work) -> set[Channel]:
    return pace_store.full(work.session, work.runtime.limits.per_minute, work.now)


def _carried_out(
    work: Work, outgoing: Outgoing, decision: Decision, delivery: Delivery, check_in: CheckIn
) -> Handover | None:
    if decision.allowed:
        return _taken(work, outgoing, delivery, check_in)
    if decision.not_before is not None and decision.worth_waiting:
        _leave(work, delivery, check_in, until=decision.not_before)
        return None
    _stop(work, delivery, check_in, rules.stopped_by(decision.codes))
    return None


@use_case(Permission.JOB_RUN, audit=None)
def announce(work: Work, handover: Handover) -> None:
    """The last instant before the message is the other side's. Raises LeaseLost, and then it must not be handed over."""
    delivery_store.announce(work.session, handover.delivery_id, handover.token, work.now)


@use_case(Permission.JOB_RUN, audit=Action.CHECK_IN_SETTLE, noun=Noun.CHECK_IN)
def settle(work: Work, ended: Sequence[tuple[Handover, HandedOver]]) -> None:
    """Does nothing where a person, or another worker after a lost lease, has settled it already."""
    if any(outcome.end is End.OPTED_OUT for _, outcome in ended):
        text_store.hold_before_an_opt_out(work.session, [handover.delivery_id for handover, _ in ended])
    held = delivery_store.held(work.session, {handover.delivery_id: handover.token for handover, _ in ended})
    known = []
    for handover, outcome in ended:
        work.about_each(handover.check_in_id, end=outcome.end, code=outcome.code)
        if handover.delivery_id in held:
            delivery, check_in = held[handover.delivery_id]
            _settled(work, delivery, check_in, outcome)
            known += [check_in] if outcome.end is not End.UNKNOWN else []
    if known:
        ids = {check_in.id for check_in in known}
        task_store.finish_all(work.session, TaskKind.SETTLE_DELIVERY, ids, by=None, now=work.now)
        sent = {check_in.episode_id for check_in in known if check_in.state is CheckInState.SENT}
        episode_store.mark_for_assessment(work.session, sent)
    work.session.flush()


@use_case(Permission.JOB_RUN, audit=None)
def give_back(work: Work, handovers: Sequence[Handover]) -> None:
    """Their turn did not come soon after the decision, so they are decided on anew; none was handed over, no attempt was made."""
    held = delivery_store.held(work.session, {one.delivery_id: one.token for one in handovers})
    for delivery, check_in in held.values():
        if delivery.handing_over_at is None:
            delivery.attempt_count -= 1
            _leave(work, delivery, check_in, until=work.now)
    work.session.flush()


def _settled(work: Work, delivery: Delivery, check_in: CheckIn, outcome: HandedOver) -> None:
    delivery.failure_code = outcome.code[:_CODE_LENGTH] or None
    delivery.provider_id = outcome.provider_id
    if outcome.end is End.TAKEN:
        _sent(work, delivery, check_in)
    elif outcome.end is End.UNKNOWN:
        _set_aside(work, delivery, check_in)
    elif outcome.end is End.NOT_TAKEN:
        _try_again(work, delivery, check_in, wait=timedelta(seconds=outcome.wait_seconds))
    elif outcome.end is End.OPTED_OUT:
        text_store.opt_out(work.session, check_in, work.now)
        _end(work, delivery, check_in, CheckInState.FAILED, StopReason.OPTED_OUT)
    else:
        bounced = outcome.end is End.NO_SUCH_ADDRESS
        state = CheckInState.BOUNCED if bounced else CheckInState.FAILED
        if bounced:
            bounce_store.mark_address(work.session, check_in, work.now)
        _end(work, delivery, check_in, state, StopReason.NOT_ACCEPTED)


@use_case(Permission.JOB_RUN, audit=None)
def put_off(work: Work, claimed: Claim, failure_code: str) -> None:
    """Deciding failed by a fault of ours. Others must not wait for it, and nothing was handed over.

    The unit that failed holds it no more: where another worker, or a person, has it by now, nothing is done.
    """
    found = delivery_store.as_claimed(work.session, claimed)
    if found is None:
        return
    delivery, check_in = found
    if delivery.handing_over_at is None:
        delivery.attempt_count += 1
        delivery.failure_code = failure_code[:_CODE_LENGTH]
        _try_again(work, delivery, check_in)


def _decided(work: Work, outgoing: Outgoing, check_ins: Sequence[CheckIn]) -> list[Decision]:
    """Asked of the facts as they are committed at this instant, and kept whatever the answer is."""
    asked = [(check_in, _approval(outgoing, check_in)) for check_in in check_ins]
    facts = contactability.facts_of(work.session, asked, When(work.now)) if asked else {}
    limits = Limits(work.runtime.limits.check_in_ceiling, work.runtime.limits.check_in_spacing_days)
    decisions = [may_contact(facts[check_in.id], work.now, limits) for check_in in check_ins]
    for check_in, decision in zip(check_ins, decisions, strict=True):
        row = ContactDecision(
            check_in_id=check_in.id,
            episode_id=check_in.episode_id,
            at=work.now,
            asked=Asked.SENDING,
            allowed=decision.allowed,
            reasons=[reason.code for reason in decision.reasons],
            facts=kept(decision.reasons),
        )
        work.session.add(row)
        work.about_each(check_in.id, allowed=decision.allowed, reasons=list(row.reasons))
    return decisions


def _approval(outgoing: Outgoing, check_in: CheckIn) -> contactability.Approval:
    return contactability.Approval(
        check_in.approved_at,
        check_in.due_at,
        check_in.address_digest,
        check_in.approved_by,
        check_in.terms_digest,
        filling.terms_digest(outgoing, outgoing.consent(check_in)),
    )


def _taken(work: Work, outgoing: Outgoing, delivery: Delivery, check_in: CheckIn) -> Handover | None:
    """What cannot be opened any more (the client was erased) cannot be sent."""
    try:
        letter = _letter(work, outgoing, delivery, check_in)
    except (Conflict, LookupError):
        _stop(work, delivery, check_in, StopReason.NOT_ALLOWED)
        return None
    token = delivery_store.take(delivery, work.now)
    _move(work, check_in, CheckInState.SENDING)
    return Handover(work.practice_id, delivery.id, check_in.id, token, letter)


def _letter(work: Work, outgoing: Outgoing, delivery: Delivery, check_in: CheckIn) -> Letter | Text:
    key, consent = outgoing.client_key(check_in.client_id), outgoing.consent(check_in)
    if consent is None or check_in.reply_until is None or check_in.approved_by is None:
        raise LookupError("no address or no approval")
    token = sealing.reply_token(work.runtime.lookup_key(work.session), check_in.id)
    link = f"{work.runtime.limits.public_url}/r/{token}"
    if consent.channel is Channel.SMS:
        return Text(*text_store.words(outgoing, check_in, consent, link), delivery.message_id, work.now)
    if consent.sender_name_sealed is not None:
        sender_name = key.open(consent.sender_name_sealed, Place("consents", "sender_name", consent.id))
    else:
        sender_name = outgoing.member_names[check_in.approved_by]
    until = clock.local_day(clock.second(check_in.reply_until), outgoing.zones[check_in.client_id])
    return Letter(
        to=key.open(consent.address_sealed, Place("consents", "address", consent.id)),
        sender_name=sender_name,
        subject=key.open(check_in.subject_sealed, Place("check_ins", "subject", check_in.id)),
        body=with_reply_line(
            key.open(check_in.body_sealed, Place("check_ins", "body", check_in.id)), link, until, check_in.locale
        ),
        message_id=delivery.message_id,
        at=work.now,
        link=link,
        locale=check_in.locale,
    )


def _sent(work: Work, delivery: Delivery, check_in: CheckIn) -> None:
    """It stands in the record as what was done to reach the client; the worker assesses the episode again at once."""
    delivery_store.settle(delivery, work.now)
    check_in.stopped_by = None
    _move(work, check_in, CheckInState.SENT)
    delivery_store.stand_in_record(work.session, check_in, check_in.approved_by, at=work.now, now=work.now)


def _try_again(work: Work, delivery: Delivery, check_in: CheckIn, *, wait: timedelta = timedelta()) -> None:
    """`wait`: for how long the other side asked us to."""
    again = rules.retry(delivery.attempt_count, work.now, salt=delivery.message_id)
    if again.at is None:
        _end(work, delivery, check_in, CheckInState.FAILED, StopReason.NOT_ACCEPTED)
        return
    _leave(work, delivery, check_in, until=max(again.at, work.now + wait))


def _leave(work: Work, delivery: Delivery, check_in: CheckIn, *, until: datetime) -> None:
    """Unless something stopped it while it was in hand: then it does not go any more."""
    delivery_store.leave(delivery, until=until)
    if check_in.stopped_by is not None:
        _end(work, delivery, check_in, CheckInState.CANCELLED, check_in.stopped_by)
        return
    _move(work, check_in, CheckInState.APPROVED)


def _set_aside(work: Work, delivery: Delivery, check_in: CheckIn) -> None:
    """Whoever approved it is asked to find out; where they left, whoever is responsible now."""
    if check_in.state is CheckInState.UNCERTAIN:
        return
    delivery_store.set_aside(delivery)
    if check_in.channel is Channel.SMS:
        standing_store.look_again(delivery, work.now)
    _move(work, check_in, CheckInState.UNCERTAIN)
    owner_id = _who_finds_out(work, check_in)
    if owner_id is not None:
        task = Task(
            kind=TaskKind.SETTLE_DELIVERY,
            owner_id=owner_id,
            episode_id=check_in.episode_id,
            client_id=check_in.client_id,
            subject_id=check_in.id,
            due_on=clock.local_day(clock.second(work.now), practice_store.current(work.session).time_zone),
            created_at=work.now,
        )
        task_store.add(work.session, task)


def _who_finds_out(work: Work, check_in: CheckIn) -> UUID | None:
    approver = member_store.get(work.session, check_in.approved_by) if check_in.approved_by else None
    if approver is not None and approver.left_at is None:
        return approver.id
    episode = episode_store.get(work.session, check_in.episode_id)
    return episode.responsible_id if episode is not None else None


def _stop(work: Work, delivery: Delivery, check_in: CheckIn, reason: StopReason) -> None:
    _end(work, delivery, check_in, CheckInState.REVOKED, reason)


def _end(work: Work, delivery: Delivery, check_in: CheckIn, state: CheckInState, reason: StopReason) -> None:
    delivery_store.settle(delivery, work.now)
    time_store.release(work.session, [check_in.id], work.now)
    check_in.stopped_by = reason
    _move(work, check_in, state)


def _move(work: Work, check_in: CheckIn, state: CheckInState) -> None:
    if check_in.state is not state:
        check_in.state, check_in.state_at, check_in.version = state, work.now, check_in.version + 1
