"""Messages to clients: rows by key, and what stops those that wait to be sent.

A message leaves by its delivery, which the worker claims; until then whatever speaks against it stops it here.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain import erasure
from api.store import clients, offered_times, outreach_plans, tenancy
from api.store.sealing import DataKey, Place
from schemas.tables import CheckIn, ContactDecision, Delivery
from schemas.vocabulary import CheckInKind, CheckInState, OvertakenBy, StopReason

OF_OUR_OWN_ACCORD = (CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY)
_OVERTAKES = {
    StopReason.BOOKED: OvertakenBy.BOOKED,
    StopReason.SIGN_OF_LIFE: OvertakenBy.IN_TOUCH,
    StopReason.REPLIED: OvertakenBy.IN_TOUCH,
    StopReason.AWAY: OvertakenBy.AWAY,
    StopReason.HANDED_OVER: OvertakenBy.HANDED_OVER,
    StopReason.MERGED: OvertakenBy.MERGED,
}
_TOLD = frozenset({CheckInState.CANCELLED, CheckInState.REVOKED, CheckInState.FAILED, CheckInState.BOUNCED})
# Where times that are held help nobody any more: for the whole of that work, or as far as they are with the client already.
_FREES = frozenset({StopReason.ENDED, StopReason.HANDED_OVER})
_IN_HAND = (CheckInState.SENDING, CheckInState.UNCERTAIN)
_WITH_THE_CLIENT = (*_IN_HAND, CheckInState.SENT, CheckInState.DELIVERED)
_FREES_SENT = frozenset({StopReason.BOOKED, StopReason.OPTED_OUT})


def add(session: Session, row: CheckIn | Delivery | ContactDecision) -> None:
    session.add(row)
    session.flush()


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, opened."""

    subject: str
    body: str
    override_reason: str | None


def opened(row: CheckIn, key: DataKey | None) -> Words:
    """Without a key the client was erased, and there are no words any more."""
    if key is None:
        return Words(subject=erasure.NAME, body="", override_reason=None)
    override = row.override_sealed
    return Words(
        subject=key.open(row.subject_sealed, Place("check_ins", "subject", row.id)),
        body=key.open(row.body_sealed, Place("check_ins", "body", row.id)),
        override_reason=None if override is None else key.open(override, Place("check_ins", "override", row.id)),
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What the author of a message typed. None: what it says was not typed as a template, and is none."""

    subject: str | None = None
    body: str | None = None


def typed(row: CheckIn, key: DataKey | None) -> Typed:
    if key is None or row.typed_sealed is None:
        return Typed()
    return Typed(**json.loads(key.open(row.typed_sealed, Place("check_ins", "typed", row.id))))


def sealed_as_typed(row: CheckIn, key: DataKey, words: Typed) -> bytes:
    text = json.dumps({"subject": words.subject, "body": words.body})
    return key.seal(text, Place("check_ins", "typed", row.id))


def get(session: Session, check_in_id: UUID) -> CheckIn | None:
    return session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == check_in_id)).first()


def hold(session: Session, check_in_id: UUID) -> CheckIn | None:
    """The message as it stands now, and nobody else's to change until this unit ends; not even a worker's."""
    return next(iter(hold_all(session, [check_in_id])), None)


def hold_all(session: Session, check_in_ids: Collection[UUID] | sa.Select[UUID]) -> Sequence[CheckIn]:
    """First the clients they are to, then the messages, both in the order of their ids: the order in which everybody does."""
    which = col(CheckIn.id).in_(check_in_ids)
    clients.lock_whose(session, sa.select(col(CheckIn.client_id)).where(which))
    statement = sa.select(CheckIn).where(which).order_by(col(CheckIn.id)).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def page(
    session: Session,
    *,
    episode_id: UUID | None,
    client_id: UUID | None,
    states: Collection[CheckInState],
    before: UUID | None,
    limit: int,
) -> Sequence[CheckIn]:
    """Newest first. No `states`: all of them."""
    statement = sa.select(CheckIn)
    if episode_id is not None:
        statement = statement.where(col(CheckIn.episode_id) == episode_id)
    if client_id is not None:
        statement = statement.where(col(CheckIn.client_id) == client_id)
    if states:
        statement = statement.where(col(CheckIn.state).in_(set(states)))
    if before is not None:
        statement = statement.where(col(CheckIn.id) < before)
    return session.scalars(statement.order_by(col(CheckIn.id).desc()).limit(limit)).all()


def why_stopped(row: CheckIn) -> StopReason | None:
    """None of what has gone or may still go: what speaks against one that is in hand says nothing until it comes back."""
    return row.stopped_by if row.state in _TOLD else None


def decisions(session: Session, check_in_ids: Collection[UUID]) -> Sequence[ContactDecision]:
    """Oldest first."""
    statement = sa.select(ContactDecision).where(col(ContactDecision.check_in_id).in_(set(check_in_ids)))
    return session.scalars(statement.order_by(col(ContactDecision.at), col(ContactDecision.id))).all()


def delivery(session: Session, check_in_id: UUID) -> Delivery | None:
    return session.scalars(sa.select(Delivery).where(col(Delivery.check_in_id) == check_in_id)).first()


def deliveries(session: Session, check_in_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    statement = sa.select(Delivery).where(col(Delivery.check_in_id).in_(set(check_in_ids)))
    return {row.check_in_id: row for row in session.scalars(statement)}


def take_back(session: Session, row: CheckIn, now: datetime) -> None:
    """A draft again, as if it had not been approved. Hold it before: a worker's it must not be."""
    withdraw_delivery(session, row.id)
    row.approved_by = row.approved_at = row.due_at = None
    row.address_digest = row.terms_digest = row.token_digest = row.reply_until = row.override_sealed = None
    row.findings, row.stopped_by = [], None
    offered_times.keep_as_draft(session, row.id)
    row.state, row.state_at, row.version = CheckInState.DRAFT, now, row.version + 1
    session.flush()


def withdraw_delivery(session: Session, check_in_id: UUID) -> None:
    """Back to a draft: what was to be delivered is not."""
    session.execute(
        sa.delete(Delivery)
        .where(col(Delivery.check_in_id) == check_in_id)
        .execution_options(synchronize_session="fetch")
    )


def forget_address(session: Session, consent_id: UUID) -> None:
    """It was wrong and goes; messages written to it stay in the log, to no address on record."""
    with tenancy.whole_practice(session):
        session.execute(
            sa.update(CheckIn)
            .where(col(CheckIn.consent_id) == consent_id)
            .values(consent_id=None)
            .execution_options(synchronize_session="fetch")
        )


def move_address(session: Session, from_id: UUID, to_id: UUID) -> None:
    """Two records of one address became one."""
    session.execute(
        sa.update(CheckIn)
        .where(col(CheckIn.consent_id) == from_id)
        .values(consent_id=to_id)
        .execution_options(synchronize_session="fetch")
    )


def move_client(session: Session, keys: tuple[DataKey, DataKey], from_id: UUID, into_id: UUID) -> None:
    """A double's messages are the client's, sealed with their key."""
    former, key = keys
    for row in session.scalars(sa.select(CheckIn).where(col(CheckIn.client_id) == from_id)):
        for column in ("subject", "body", "typed", "override"):
            sealed, place = getattr(row, f"{column}_sealed"), Place("check_ins", column, row.id)
            if sealed is not None:
                setattr(row, f"{column}_sealed", key.seal(former.open(sealed, place), place))
        row.client_id = into_id
    session.flush()


def stop_pending(
    session: Session,
    client_ids: Collection[UUID],
    reason: StopReason,
    now: datetime,
    *,
    episode_id: UUID | None = None,
    consent_id: UUID | None = None,
) -> int:
    """Cancels what was approved for these clients; how many. What a worker has in hand goes, or comes back unsent and is cancelled then.
    Drafts stay, nobody approved them.

    Call it in the unit of the fact that speaks against the message, so that both are true at once. It reaches beyond the
    caller's caseload, as the fact does. With an ending, another clinician, a booking and an opt-out go the times that are offered. An answer to the client's own reply and its like survive an ending. A draft is
    marked as overtaken by what the client did, and wants looking at again before it can be approved.
    """
    with tenancy.whole_practice(session):
        clients.lock(session, client_ids)
        which: list[sa.ColumnElement[bool]] = [col(CheckIn.client_id).in_(set(client_ids))]
        if episode_id is not None:
            which.append(col(CheckIn.episode_id) == episode_id)
        if consent_id is not None:
            which.append(col(CheckIn.consent_id) == consent_id)
        if reason is StopReason.ENDED:
            which.append(col(CheckIn.kind).in_(OF_OUR_OWN_ACCORD))
        if reason in _OVERTAKES:
            _mark_overtaken(session, which, _OVERTAKES[reason], now)
        stopped_count = _stop(session, which, reason, now)
        _free_times(session, which, reason, now)
        outreach_plans.stop(session, client_ids, reason, now, episode_id=episode_id)
        return stopped_count


def stop_for_another(session: Session, client_id: UUID, reason: StopReason, now: datetime, *, consent_id: UUID) -> int:
    """Somebody else who has the same address spoke for it: what waits to go there does not. A plan goes on: they themselves said nothing."""
    with tenancy.whole_practice(session):
        clients.lock(session, [client_id])
        which = [col(CheckIn.client_id) == client_id, col(CheckIn.consent_id) == consent_id]
        return _stop(session, which, reason, now)


def _mark_overtaken(session: Session, which: Sequence[sa.ColumnElement[bool]], by: OvertakenBy, now: datetime) -> None:
    """By the first fact since its words were looked at: those after it mostly say so by their own date."""
    nothing_since = sa.or_(col(CheckIn.overtaken_at).is_(None), col(CheckIn.overtaken_at) <= col(CheckIn.written_at))
    drafts = sa.update(CheckIn).where(*which, col(CheckIn.state) == CheckInState.DRAFT, nothing_since)
    overtaken = drafts.values(overtaken_at=now, overtaken_by=by)
    session.execute(overtaken.execution_options(synchronize_session="fetch"))


def _free_times(session: Session, which: Sequence[sa.ColumnElement[bool]], reason: StopReason, now: datetime) -> None:
    """Who takes an address back may still want the time they tapped."""
    if reason in _FREES:
        offered_times.release_of(session, which, now)
    elif reason in _FREES_SENT:
        with_the_client = (*which, col(CheckIn.state).in_(_WITH_THE_CLIENT))
        offered_times.release_of(session, with_the_client, now, tapped=reason is not StopReason.OPTED_OUT)


def _stop(session: Session, which: Sequence[sa.ColumnElement[bool]], reason: StopReason, now: datetime) -> int:
    """What waits and what is in hand are held first, both at once: a worker that is deciding about one has it in hand a moment later.

    In hand is also what nobody can know of: whoever handed it over may still say that it was not taken.
    """
    in_state = col(CheckIn.state)
    waits_or_in_hand = sa.select(col(CheckIn.id), in_state).where(
        *which, in_state.in_((CheckInState.APPROVED, *_IN_HAND))
    )
    held = session.execute(waits_or_in_hand.order_by(col(CheckIn.id)).with_for_update(key_share=True)).all()
    in_hand = [check_in_id for check_in_id, state in held if state in _IN_HAND]
    if in_hand:
        marked = sa.update(CheckIn).where(col(CheckIn.id).in_(in_hand), col(CheckIn.stopped_by).is_(None))
        session.execute(marked.values(stopped_by=reason).execution_options(synchronize_session="fetch"))
    stopped = [check_in_id for check_in_id, state in held if state is CheckInState.APPROVED]
    if stopped:
        _cancel(session, stopped, reason, now)
    return len(stopped)


def _cancel(session: Session, check_in_ids: Collection[UUID], reason: StopReason, now: datetime) -> None:
    rows = sa.update(CheckIn).where(col(CheckIn.id).in_(check_in_ids))
    cancelled = rows.values(
        state=CheckInState.CANCELLED, stopped_by=reason, state_at=now, version=col(CheckIn.version) + 1
    )
    session.execute(cancelled.execution_options(synchronize_session="fetch"))
    settled = sa.update(Delivery).where(col(Delivery.check_in_id).in_(check_in_ids), col(Delivery.settled_at).is_(None))
    session.execute(settled.values(settled_at=now).execution_options(synchronize_session="fetch"))
    offered_times.release(session, set(check_in_ids), now)
