"""What the people of the sample practice recorded by hand: consents, calls, a pause, who works together."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from api.domain.access import Principal
from api.sample import colleagues, departures, lives, together
from api.sample.cast import Cast
from api.sample.staff import DANIEL
from api.services import absences, clients, consents, contacts, episodes
from api.services.work import Runtime, Work, unit
from schemas.vocabulary import Channel, ConsentState, ContactDirection, ContactOutcome, EpisodeKind
from schemas.wire.clients import ClientOut, ClientPatch, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.episodes import EpisodeOut, EpisodePatch

_STATES = (ConsentState.GRANTED,) * 7 + (ConsentState.NOT_ASKED, ConsentState.DECLINED, ConsentState.WITHDRAWN)
_CONTACTS_US = 25  # one in so many contacts the practice, never the other way round


@dataclass(frozen=True, slots=True)
class Known:
    """A client of the sample as the product knows them."""

    client: ClientOut
    episode: EpisodeOut
    life: str


def record(runtime: Runtime, lead: Principal, made: Cast, source: str) -> None:
    known = people_of(runtime, lead, made, source)
    chance = Random(f"{made.calendar.today.isoformat()} desk")  # noqa: S311  # a sample, not a secret
    with unit(runtime, lead) as work:
        running = (one for key, one in known.items() if key not in made.files.ended)
        for number, one in enumerate(running):
            _ask_for_consent(work, one.client, chance, number)
    _set_kinds(runtime, lead, known, made)
    _work_together(runtime, lead, known)
    _tell(runtime, lead, known)


def people_of(runtime: Runtime, lead: Principal, made: Cast, source: str) -> dict[str, Known]:
    """By the key of the files."""
    with unit(runtime, lead) as work:
        every = clients.page(work, name=None, after=None, limit=200).items
    with unit(runtime, lead) as work:
        running = episodes.page(work, client_id=None, after=None, limit=200).items
    episode_of = {person.id: episode for episode in running for person in episode.clients}
    found: dict[str, Known] = {}
    for client in every:
        key = next(one.external_id for one in client.external_ids if one.source == source)
        found[key] = Known(client, episode_of[client.id], made.lives[key])
    return {key: found[key] for key in made.clients}


def _ask_for_consent(work: Work, client: ClientOut, chance: Random, number: int) -> None:
    given = ConsentIn(
        channel=Channel.EMAIL,
        address=f"client{number:03}@post.example.org",
        state=chance.choice(_STATES),
        may_mention_therapy=chance.choice((True, False)),
        valid_until=(work.now + timedelta(days=chance.randint(60, 700))).date(),
    )
    consents.add(work, client.id, given)
    if number % 2 == 0:
        # The numbers +44 7700 900000 to 900999 are kept free for stories (Ofcom).
        telephone = ConsentIn(
            channel=chance.choice((Channel.SMS, Channel.PHONE)),
            address=f"+447700900{number:03}",
            state=chance.choice(_STATES),
            voicemail_allowed=chance.choice((True, False, False)),
        )
        consents.add(work, client.id, telephone)
    if number % _CONTACTS_US == 1:
        clients.change(work, client.id, ClientPatch(client_contacts_us=True), version=client.version)


def _set_kinds(runtime: Runtime, lead: Principal, known: dict[str, Known], made: Cast) -> None:
    """No file says how the work is paced: a person does."""
    for key, kind in made.kinds.items():
        if kind is not EpisodeKind.ONGOING:
            episode = known[key].episode
            with unit(runtime, lead) as work:
                episodes.change(work, episode.id, EpisodePatch(kind=kind), version=episode.version)


def _work_together(runtime: Runtime, lead: Principal, known: dict[str, Known]) -> None:
    """The group has two therapists."""
    daniel: UUID = colleagues.ids(runtime, lead)[DANIEL.name]
    for one in known.values():
        if one.life == together.group.__name__:
            with unit(runtime, lead) as work:
                given = EpisodePatch(co_therapist_ids=[daniel])
                episodes.change(work, one.episode.id, given, version=one.episode.version)


def _tell(runtime: Runtime, lead: Principal, known: dict[str, Known]) -> None:
    """Calls and words at the desk, one tap each; and a pause agreed on the phone."""
    quiet = _of(known, departures.quiet_for_weeks.__name__)
    waiting = _of(known, departures.nothing_booked.__name__)
    missed = _of(known, departures.missed_lately.__name__)
    shifts = _of(known, lives.rotating_shifts.__name__)
    _contact(runtime, lead, quiet[0], _outbound(Channel.PHONE, ContactOutcome.VOICEMAIL))
    _contact(runtime, lead, quiet[1], _outbound(Channel.PHONE, ContactOutcome.NO_ANSWER))
    _contact(runtime, lead, waiting[0], _outbound(Channel.PHONE, ContactOutcome.SPOKE))
    _contact(runtime, lead, missed[0], _outbound(Channel.EMAIL, ContactOutcome.SENT))
    at_the_desk = ContactIn(
        direction=ContactDirection.INBOUND, channel=Channel.IN_PERSON, outcome=ContactOutcome.RECEIVED
    )
    _contact(runtime, lead, shifts[0], at_the_desk)
    with unit(runtime, lead) as work:
        today = work.now.date()
        pause = AbsenceIn(from_on=today - timedelta(days=2), to_on=today + timedelta(days=26))
        absences.record(work, waiting[-1].episode.id, pause)


def _of(known: dict[str, Known], life: str) -> list[Known]:
    return [one for one in known.values() if one.life == life]


def _outbound(channel: Channel, outcome: ContactOutcome) -> ContactIn:
    return ContactIn(direction=ContactDirection.OUTBOUND, channel=channel, outcome=outcome)


def _contact(runtime: Runtime, lead: Principal, whose: Known, given: ContactIn) -> None:
    with unit(runtime, lead) as work:
        contacts.record(work, whose.episode.id, given)
