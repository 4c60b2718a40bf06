"""What people do between two steps of a worker, by the product's own services, and what of it the oracle has to know.

An act that a service refuses changed nothing, and nothing is written down about it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from api.domain.errors import MayNotContact
from api.domain.replies import Told
from api.formats import addresses
from api.services import (
    absences,
    appointments,
    approvals,
    checkins,
    clients,
    consents,
    contacts,
    endings,
    episodes,
    erasures,
    flags,
    unclear_texts,
)
from api.services import replies as reply_services
from api.services.work import unit
from api.store import sealing
from api.store import texts as text_store
from bench.interleavings.oracle import Hours, Letter, Record
from bench.interleavings.scene import Practice, Scene
from schemas.tables import ReceivedText
from schemas.tables.base import new_id
from schemas.vocabulary import (
    Channel,
    CheckInKind,
    CheckInState,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    ErasureReason,
    FlagKind,
    ReplyAnswer,
    RiskReview,
)
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.checkins import ApprovalIn, CheckInIn, SettlementIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodeIn, EpisodePatch
from schemas.wire.flags import FlagClearIn, FlagIn
from schemas.wire.records import EraseIn
from schemas.wire.terminations import EpisodeEndIn
from tests.support.house import Case, Person
from tests.support.messages import UNDO, approved

WAITS_FOR_TIME = frozenset({"not due", "outside hours", "too soon"})


class Broken(AssertionError):
    """Something happened that may never happen."""


@dataclass
class Day:
    """Everything an act needs: the practice, the clients of this course, the oracle, and chance."""

    practice: Practice
    scene: Scene
    record: Record
    chance: Random
    ids: dict[UUID, Letter] = field(default_factory=dict)
    message_ids: dict[str, Letter] = field(default_factory=dict)
    replies: dict[int, tuple[UUID, object]] = field(default_factory=dict)
    texts: list[UUID] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    consents: list[UUID] = field(init=False)
    goodbyes: dict[int, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.consents = list(self.scene.consents)
        for known in self.record.people:
            known.address = self.scene.address

    def pass_time(self, **span: float) -> None:
        self.practice.house.wait(**span)

    def work(self, number: int) -> tuple[int, UUID, Person]:
        return self.scene.works[number]


def write(day: Day, number: int, kind: CheckInKind) -> None:
    """Written and approved at one instant. Refused or not, the oracle has its word too."""
    who, episode_id, person = day.work(number)
    known, now = day.record.people[who], day.practice.house.now
    occasion: object = None
    more: dict[str, object] = {}
    if kind is CheckInKind.ANSWER:
        if number not in day.replies:
            return
        reply_id, occasion = day.replies[number]
        more["in_reply_to"] = reply_id
    elif kind is CheckInKind.FOLLOW_UP:
        if known.in_touch_at is None:
            return
        occasion = (known.in_touch_at + timedelta(hours=1)).date()
        more["asked_for_on"] = occasion
    letter = Letter(who, number, kind, now, now, known.terms, occasion, at=now, address=known.address)
    given = {
        "episode_id": episode_id,
        "consent_id": day.consents[who],
        "kind": kind,
        "body": "Hello Ana.",
        **more,
    }
    with day.practice.house.work(person) as work:
        draft = checkins.draft(work, CheckInIn.model_validate({**given, "subject": "Hello"}))
    against = set(day.record.against(letter, now))
    try:
        with day.practice.house.work(person) as work:
            standing = approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
    except MayNotContact as refused:
        if not against:
            raise Broken(f"refused although nothing is known against it: {refused}") from refused
        return
    if not against <= WAITS_FOR_TIME:
        raise Broken(f"approved although {against}")
    letter.due_at = standing.due_at or now
    day.record.letters.append(letter)
    day.ids[draft.id] = letter


def put_there(day: Day, number: int) -> None:
    """A check-in that was approved a moment ago, without asking anything: what comes after it is tried here."""
    who, episode_id, person = day.work(number)
    house, case = day.practice.house, Case(day.scene.clients[who], episode_id)
    check_in_id = approved(house, case, person, day.consents[who])
    known, now = day.record.people[who], house.now
    letter = Letter(who, number, CheckInKind.CHECK_IN, now, now + UNDO, known.terms, at=now, address=known.address)
    day.record.letters.append(letter)
    day.ids[check_in_id] = letter


def book(day: Day, number: int) -> None:
    who, episode_id, person = day.work(number)
    starts_at = day.practice.house.now + timedelta(days=90)
    with day.practice.house.work(person) as work:
        appointments.book(work, AppointmentNewIn(episode_id=episode_id, starts_at=starts_at, duration_minutes=50))
    day.record.people[who].booked_at = day.practice.house.now


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


def answer(day: Day, number: int, given: ReplyAnswer) -> None:
    """By the link of a message of this work that went."""
    who, _, _ = day.work(number)
    went = [
        check_in_id
        for check_in_id, letter in day.ids.items()
        if letter.work == number and letter.handed and letter.state in (CheckInState.SENT, CheckInState.UNCERTAIN)
    ]
    if not went:
        return
    runtime = day.practice.house.runtime
    with unit(runtime) as work:
        token = sealing.reply_token(runtime.lookup_key(work.session), went[-1])
        link = reply_services.open_link(work, token, "192.0.2.1").link
        reply_services.answer(work, link, Told(given))
    now, known = day.practice.house.now, day.record.people[who]
    known.signs.append(now)
    known.refused = known.refused or given is ReplyAnswer.DO_NOT_CONTACT
    with day.practice.house.work(day.work(number)[2]) as work:
        newest = max(reply_services.page(work, handled=False, cursor=None, limit=200).items, key=lambda one: one.at)
    day.replies[number] = newest.id, now


def say(day: Day, who: int, state: ConsentState, **terms: object) -> None:
    """What the client says about their address now. `terms`: safe hours, sender name, until when."""
    known, client_id = day.record.people[who], day.scene.clients[who]
    told: dict[str, object] = {"hours": known.hours, "sender": known.sender, "valid_until": known.valid_until, **terms}
    hours = told["hours"]
    given = ConsentIn.model_validate(
        {
            "channel": Channel.EMAIL,
            "address": known.address,
            "state": state,
            "sender_name": told["sender"],
            "valid_until": told["valid_until"],
            "safe_from": hours[0] if isinstance(hours, tuple) else None,
            "safe_until": hours[1] if isinstance(hours, tuple) else None,
        }
    )
    with day.practice.house.work(theirs(day, who)) as work:
        version = next(one.version for one in consents.page(work, client_id) if one.id == day.consents[who])
        consents.change(work, client_id, day.consents[who], given, version=version)
    known.refused, known.bouncing = state in (ConsentState.DECLINED, ConsentState.WITHDRAWN), False
    known.hours, known.sender, known.valid_until = given_hours(given), given.sender_name, given.valid_until


def run_out(day: Day, who: int) -> None:
    """Allowed until tomorrow, and then no more."""
    until = day.practice.house.now.date() + timedelta(days=1)
    say(day, who, ConsentState.GRANTED, valid_until=until)


def given_hours(given: ConsentIn) -> Hours:
    return None if given.safe_from is None or given.safe_until is None else (given.safe_from, given.safe_until)


def first_word(day: Day, who: int) -> None:
    """Theirs, or ours again."""
    known, client_id = day.record.people[who], day.scene.clients[who]
    with day.practice.house.work(theirs(day, who)) as work:
        version = clients.read(work, client_id).version
        clients.change(work, client_id, ClientPatch(client_contacts_us=not known.contacts_us), version=version)
    known.contacts_us = not known.contacts_us


def die(day: Day, who: int) -> None:
    client_id, today = day.scene.clients[who], day.practice.house.now.date()
    with day.practice.house.work(theirs(day, who)) as work:
        clients.change(work, client_id, ClientPatch(died_on=today), version=clients.read(work, client_id).version)
    day.record.people[who].died = True


def live(day: Day, who: int) -> None:
    """It was recorded by mistake."""
    client_id = day.scene.clients[who]
    with day.practice.house.work(theirs(day, who)) as work:
        clients.change(work, client_id, ClientPatch(died_on=None), version=clients.read(work, client_id).version)
    day.record.people[who].died = False


def flag(day: Day, who: int, kind: FlagKind, *, here: bool = False) -> None:
    consent_id = day.consents[who] if here else None
    with day.practice.house.work(theirs(day, who)) as work:
        flags.raise_flag(work, day.scene.clients[who], FlagIn(kind=kind, consent_id=consent_id))
    if here:
        day.record.people[who].unsafe_here = True
    else:
        day.record.people[who].flags.add(kind.value)


def clear(day: Day, who: int) -> None:
    """Whatever stands about one of them, by the person who raised it."""
    with day.practice.house.work(theirs(day, who)) as work:
        for one in flags.page(work, day.scene.clients[who]):
            if one.cleared_at is None:
                flags.clear(work, day.scene.clients[who], one.id, FlagClearIn(note="Seen today."))
    day.record.people[who].flags.clear()
    day.record.people[who].unsafe_here = False


def write_unclearly(day: Day) -> None:
    """From the address that both have, and it cannot be told who: a person has to look first."""
    house, text_id = day.practice.house, new_id()
    with house.work(house.founder) as work:
        digest = work.digest("address", addresses.looked_up(Channel.EMAIL, day.scene.address))
        row = ReceivedText(id=text_id, provider_id=f"SM{text_id.hex}", address_digest=digest, at=work.now)
        text_store.add(work.session, row)
    day.texts.append(text_id)
    _hold(day, held=True)


def put_aside(day: Day) -> None:
    """The one that came first; the others hold."""
    if not day.texts:
        return
    with day.practice.house.work(day.practice.house.founder) as work:
        unclear_texts.put_aside(work, day.texts.pop(0))
    _hold(day, held=bool(day.texts))


def _hold(day: Day, *, held: bool) -> None:
    """Whoever has the address from which somebody wrote."""
    for known in day.record.people:
        if known.address == day.scene.address:
            known.held = held


def change_address(day: Day, who: int) -> None:
    """It was wrong: it goes, with what was meant for it, and another stands in its place."""
    client_id, known = day.scene.clients[who], day.record.people[who]
    address = f"{new_id().hex}@example.com"
    with day.practice.house.work(theirs(day, who)) as work:
        consents.remove(work, client_id, day.consents[who])
        given = ConsentIn(channel=Channel.EMAIL, address=address, state=ConsentState.GRANTED)
        day.consents[who] = consents.add(work, client_id, given).id
    known.address, known.refused, known.bouncing, known.held = address, False, False, False
    known.hours = known.sender = known.valid_until = None


def come_back(day: Day, number: int) -> None:
    """To work that has ended, with whom they had it."""
    who, episode_id, person = day.work(number)
    given = EpisodeIn(client_ids=[day.scene.clients[who]], previous_episode_id=episode_id)
    with day.practice.house.work(person) as work:
        if episodes.read(work, episode_id).ended_at is None:
            return
        episodes.add(work, given)
    day.record.works[number].came_back_at = day.practice.house.now


def erase(day: Day, who: int) -> None:
    with day.practice.house.work(day.practice.house.founder) as work:
        given = EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED)
        erasures.erase(work, day.scene.clients[who], given)
    day.record.people[who].erased = True


def pause(day: Day, number: int) -> None:
    _, episode_id, person = day.work(number)
    with day.practice.house.work(person) as work:
        absences.record(work, episode_id, AbsenceIn(from_on=work.now.date()))
    day.record.works[number].away_at = day.practice.house.now


def hand_over(day: Day, number: int) -> None:
    """Away and back: somebody else became responsible twice, and whoever wrote is so again."""
    _, episode_id, person = day.work(number)
    house, other = day.practice.house, day.practice.tom if person is day.practice.elena else day.practice.elena
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
    day.record.works[number].ended = True


def take_back(day: Day, act: Callable[..., object]) -> None:
    """Undone or cancelled by hand, one that waits."""
    for check_in_id, letter in day.ids.items():
        if letter.state is CheckInState.APPROVED and not letter.taken_away:
            with day.practice.house.work(day.work(letter.work)[2]) as work:
                act(work, check_in_id)
            letter.taken_away = True
            return


def settle(day: Day) -> None:
    """A person looked into the provider's own record and says what it shows."""
    for check_in_id, letter in day.ids.items():
        if letter.state is CheckInState.UNCERTAIN:
            with day.practice.house.work(day.work(letter.work)[2]) as work:
                approvals.settle(work, check_in_id, SettlementIn(went=letter.handed > 0))
            return


def theirs(day: Day, who: int) -> Person:
    return next(person for number, _, person in day.scene.works if number == who)
