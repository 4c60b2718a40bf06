"""What happens in a course of work: booked, told of by another system, passed on, ended; and who may approve what is written in it.

An act that a service refuses changed nothing, and nothing is written down about it.
"""

from datetime import timedelta

from api.services import absences, appointments, contacts, endings, episodes, members
from bench.interleavings.day import Broken, Day
from bench.interleavings.scene import Practice
from schemas.vocabulary import (
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    FlagKind,
    RiskReview,
    Role,
    RowOutcome,
)
from schemas.wire.appointments import AppointmentIn, AppointmentNewIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodeIn, EpisodePatch
from schemas.wire.members import ClinicalRolesIn
from schemas.wire.terminations import EpisodeEndIn
from tests.support.clock import NOW
from tests.support.house import Person


def book(day: Day, number: int) -> None:
    who, episode_id, person = day.work(number)
    starts_at = day.practice.house.now + timedelta(days=90)
    with day.practice.house.work(person) as work:
        appointments.book(work, AppointmentNewIn(episode_id=episode_id, starts_at=starts_at, duration_minutes=50))
    day.record.people[who].booked_at = day.practice.house.now


def tell_late(day: Day, number: int) -> None:
    """By another system: a time is cancelled, which says nothing; then it stands again, and did so before today."""
    who, episode_id, person = day.work(number)
    cancelled_at, now = day.cancelled_elsewhere.get(number), day.practice.house.now
    status = AppointmentStatus.CANCELLED if cancelled_at is None else AppointmentStatus.BOOKED
    given = AppointmentIn(
        episode_id=episode_id,
        starts_at=NOW + timedelta(days=300),
        status=status,
        status_known_at=now if cancelled_at is None else cancelled_at + timedelta(microseconds=1),
    )
    with day.practice.house.work(person) as work:
        _, outcome = appointments.upsert(work, "pms", episode_id.hex, given)
    if outcome is RowOutcome.UNCHANGED:
        raise Broken("told, and not taken in")
    if cancelled_at is None:
        day.cancelled_elsewhere[number] = now
        return
    del day.cancelled_elsewhere[number]
    day.record.people[who].booked_at = now


def hear(day: Day, number: int) -> None:
    who, episode_id, person = day.work(number)
    with day.practice.house.work(person) as work:
        contacts.record(work, episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))
    day.record.people[who].signs.append(day.practice.house.now)


def call_in_vain(day: Day, number: int) -> None:
    who, episode_id, person = day.work(number)
    call = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=ContactOutcome.NO_ANSWER)
    with day.practice.house.work(person) as work:
        contacts.record(work, episode_id, call)
    day.record.people[who].calls.append(day.practice.house.now)


def come_back(day: Day, number: int) -> None:
    """To work that has ended, with whom they had it."""
    who, episode_id, person = day.work(number)
    given = EpisodeIn(client_ids=[day.clients[who]], previous_episode_id=episode_id)
    with day.practice.house.work(person) as work:
        if episodes.read(work, episode_id).ended_at is None:
            return
        episodes.add(work, given)
    day.record.people[who].returns.append(day.practice.house.now)


def pause(day: Day, number: int) -> None:
    _, episode_id, person = day.work(number)
    with day.practice.house.work(person) as work:
        absences.record(work, episode_id, AbsenceIn(from_on=work.now.date()))
    day.record.works[number].away_at = day.practice.house.now


def hand_over(day: Day, number: int) -> None:
    """Away and back: somebody else became responsible twice, and whoever wrote is so again."""
    _, episode_id, person = day.work(number)
    house, other = day.practice.house, day.practice.tom if person is day.practice.elena else day.practice.elena
    if not day.record.barred.isdisjoint({person.id, other.id}):
        return  # nothing is handed over to whoever may do nothing with it
    for to in (other, person):
        with house.work(house.founder) as work:
            version = episodes.read(work, episode_id).version
            episodes.change(work, episode_id, EpisodePatch(responsible_id=to.id), version=version)
    day.record.works[number].handed_over_at = house.now


def end(day: Day, number: int) -> None:
    who, episode_id, person = day.work(number)
    is_at_risk = FlagKind.RISK_OF_HARM.value in day.record.people[who].flags
    given = EpisodeEndIn(how_it_ended=EndingKind.AGREED, risk_review=RiskReview.IN_SESSION if is_at_risk else None)
    with day.practice.house.work(person) as work:
        endings.end(work, episode_id, given)
    day.record.works[number].ended_at = day.practice.house.now


def bar(day: Day, number: int) -> None:
    """Whose work it is may approve nothing any more; or may again."""
    person = day.work(number)[2]
    is_barred = person.id in day.record.barred
    _give_roles(day.practice, person, [Role.CLINICIAN] if is_barred else [])
    day.record.barred ^= {person.id}


def let_all_in(day: Day) -> None:
    """The practice is everybody's who comes after."""
    for person in (day.practice.elena, day.practice.tom, day.practice.trainee):
        if person.id in day.record.barred:
            _give_roles(day.practice, person, [Role.CLINICIAN])


def _give_roles(practice: Practice, person: Person, roles: list[Role]) -> None:
    with practice.house.work(practice.house.founder) as work:
        version = members.read(work, person.id).version
        members.set_clinical_roles(work, person.id, ClinicalRolesIn.model_validate({"roles": roles}), version=version)
