"""Gathers what the contact decision looks at, for each of several messages, as it stands in the record at this moment.

It looks beyond the caller's caseload, because the rules do: an opt-out binds whoever shares the address, and a
colleague's message to the same client was a message too. Nothing of what is read leaves here but codes and instants.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.domain.access import ROLE_GRANTS, Permission
from api.domain.contact_facts import Address, Attempt, Course, Facts, Message, OpenFlag, Person
from api.store import contact_records, occasions, tenancy
from api.store import members as member_store
from api.store.contact_records import Records, Times, Told, When, latest, together
from schemas.tables import Appointment, CheckIn, Member
from schemas.vocabulary import (
    Channel,
    CheckInKind,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    FlagKind,
    OvertakenBy,
)


@dataclass(frozen=True, slots=True)
class Approval:
    """When a message was (or would be) approved, for which address, by whom and under which terms; `terms_now`: those of now."""

    at: datetime | None
    due_at: datetime | None
    digest: bytes | None
    by: UUID | None
    terms: bytes | None
    terms_now: bytes | None


def facts(
    session: Session, check_in: CheckIn, approval: Approval, now: datetime, *, known_by: datetime | None = None
) -> Facts:
    """`now` says which sessions lie behind. `known_by`: without what the client did, or was booked, that was learned after."""
    return facts_of(session, [(check_in, approval)], When(now) if known_by is None else When(now, known_by))[
        check_in.id
    ]


def facts_of(session: Session, asked: Sequence[tuple[CheckIn, Approval]], when: When) -> dict[UUID, Facts]:
    """Of several messages, by their ids. None of them has gone: they are to be to different clients."""
    with tenancy.whole_practice(session):
        records = contact_records.read(session, [check_in for check_in, _ in asked], when)
        sent = occasions.sent(session, {check_in.client_id for check_in, _ in asked})
        approvers = _who_may_approve(session, {one.by for _, one in asked if one.by is not None})
        return {
            check_in.id: _Gathering(session, records, check_in, approval, when).facts(
                sent.get(check_in.client_id, ()),
                approver_may=None if approval.by is None else approvers[approval.by],
            )
            for check_in, approval in asked
        }


class _Gathering:
    """Of one message. What is told of the client comes from whatever episode, and from where nobody is named."""

    def __init__(self, session: Session, records: Records, check_in: CheckIn, approval: Approval, when: When) -> None:
        self.session, self.records, self.check_in, self.approval, self.when = session, records, check_in, approval, when
        whose = records.whose(check_in)
        self.told: list[Told] = [told for one in whose for told in records.told.get(one, ())]
        self.signs = [told for told in self.told if told.is_sign_of_life and told.known_at <= when.known_by]
        times = Times()
        for one in whose:
            times = together(records.times.get(one), times)
        self.times = times

    def facts(self, sent: Collection[occasions.Went], *, approver_may: bool | None) -> Facts:
        address = self._address()
        return Facts(
            message=self._message(approver_may=approver_may),
            address=address,
            person=self._person(address),
            course=self._course(sent),
        )

    def _address(self) -> Address | None:
        addresses, consent_id = self.records.addresses, self.check_in.consent_id
        row = None if consent_id is None else addresses.by_id.get(consent_id)
        if row is None or row.client_id != self.check_in.client_id:
            return None
        said = {state for client_id, state in addresses.said.get(row.address_digest, ()) if client_id != row.client_id}
        # Also by those who were erased since: whoever opens the mailbox would read it all the same.
        if (row.channel, row.address_digest) in addresses.refused:
            said.add(ConsentState.WITHDRAWN)
        return Address(
            id=row.id,
            channel=row.channel,
            digest=row.address_digest,
            state=row.state,
            asked_at=row.asked_at,
            valid_until=row.valid_until,
            safe_hours=(row.safe_from, row.safe_until),
            recipient=row.recipient,
            authority=row.authority,
            terms=self.approval.terms_now,
            said_by_others=frozenset(said),
            bouncing=row.bouncing_since is not None,
            # What somebody wrote may be a wish for no more texts; it is none for no more calls.
            held=row.address_digest in addresses.held and row.channel is not Channel.PHONE,
        )

    def _person(self, address: Address | None) -> Person:
        """A client who is not there, or was merged away, is one of whom nothing is known."""
        row = self.records.clients.get(self.check_in.client_id)
        if row is None or row.merged_into_id is not None:
            return Person(time_zone=None, contacts_us=None, flags=None)
        flags = [OpenFlag(flag.kind, flag.consent_id) for flag in self.records.flags.get(row.id, ())]
        if address is not None and set(self.records.addresses.unsafe_for.get(address.digest or b"", ())) - {row.id}:
            flags.append(OpenFlag(FlagKind.UNSAFE_TO_CONTACT, address.id))
        return Person(
            time_zone=row.time_zone,
            contacts_us=row.client_contacts_us,
            flags=flags,
            adult_on=row.adult_on,
            died_on=row.died_on,
            consented_alone=row.id in self.records.consented_alone,
        )

    def _course(self, sent: Collection[occasions.Went]) -> Course:
        away_known_at = self.records.away_known_at.get(self.check_in.episode_id)
        part = self.records.parts.get((self.check_in.client_id, self.check_in.episode_id))
        if part is None:
            return Course(ended=None, attempts=None, away_known_at=away_known_at)
        return Course(
            ended=part.ended_at is not None or part.left_at is not None,
            attempts=self._attempts(sent),
            ending=part.ending,
            booked_known_at=latest(self.times.learned_at, self._overtaken(OvertakenBy.BOOKED)),
            # Whoever came back said so, whether or not anybody wrote down how.
            in_touch_known_at=latest(
                self.when.if_known(part.taken_up_at),
                self._overtaken(OvertakenBy.IN_TOUCH),
                *(told.known_at for told in self.signs),
            ),
            handed_over_at=latest(self.when.if_known(part.responsible_since), self._overtaken(OvertakenBy.HANDED_OVER)),
            away_known_at=latest(away_known_at, self._overtaken(OvertakenBy.AWAY)),
            merged_at=self._overtaken(OvertakenBy.MERGED),
        )

    def _overtaken(self, by: OvertakenBy) -> datetime | None:
        """When the record learned it, whatever date it has itself. What nobody kept the kind of reads as a booking, as it did then."""
        kind = self.check_in.overtaken_by or OvertakenBy.BOOKED
        return self.when.if_known(self.check_in.overtaken_at) if kind is by else None

    def _attempts(self, sent: Collection[occasions.Went]) -> list[Attempt]:
        """Since the client last came or was in touch. What was sent from here stands as a contact too, and counts once."""
        since = latest(*(told.at for told in self.signs), self.times.attended_at)
        besides = [Attempt(at, kind) for at, kind in occasions.besides(sent, self.check_in.id)]
        elsewhere = [
            Attempt(told.at)
            for told in self.told
            if told.direction is ContactDirection.OUTBOUND
            and not told.automated
            and not told.is_sign_of_life
            and told.outcome is not ContactOutcome.NOT_DELIVERED
            and told.check_in_id is None
        ]
        return [attempt for attempt in (*besides, *elsewhere) if since is None or attempt.at > since]

    def _message(self, *, approver_may: bool | None) -> Message:
        return Message(
            kind=self.check_in.kind,
            written_at=self.check_in.written_at,
            due_at=self.approval.due_at,
            approved_at=self.approval.at,
            approved_digest=self.approval.digest,
            approved_terms=self.approval.terms,
            approver_may=approver_may,
            occasion_at=self._occasion(),
        )

    def _occasion(self) -> datetime | None:
        """What the kind rests on has to stand in the record: nobody makes an answer of a check-in by calling it one."""
        kind = self.check_in.kind
        if kind is CheckInKind.MISSED_TODAY:
            return self.times.missed_at
        if kind is CheckInKind.ANSWER:
            return occasions.answered(self.session, self.check_in, self.when.now)
        if kind is CheckInKind.FOLLOW_UP:
            signs = (told.at for told in self.signs)
            return occasions.asked_for(self.session, self.check_in, signs, self._their_appointments(), self.when.now)
        if kind is CheckInKind.CLOSING_LETTER:
            return occasions.signed_with(self.session, self.check_in)
        return None

    def _their_appointments(self) -> sa.ColumnElement[bool]:
        episode_ids = {episode_id for client_id, episode_id in self.records.whose(self.check_in) if client_id is None}
        return sa.or_(
            col(Appointment.client_id) == self.check_in.client_id,
            sa.and_(col(Appointment.client_id).is_(None), col(Appointment.episode_id).in_(episode_ids)),
        )


def _who_may_approve(session: Session, member_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Whoever left, or has no such role any more, answers for nothing that has not gone yet."""
    here = sa.select(col(Member.id)).where(col(Member.id).in_(member_ids), col(Member.left_at).is_(None))
    present = set(session.scalars(here))
    return {
        member_id: member_id in present and any(Permission.CHECK_IN_APPROVE in ROLE_GRANTS[role] for role in roles)
        for member_id, roles in member_store.roles(session, member_ids).items()
    }
