"""What is said about a client and their address, by them, by others, and by the practice.

An act that a service refuses changed nothing, and nothing is written down about it.
"""

from datetime import timedelta

from api.formats import addresses
from api.services import clients, consents, erasures, flags, unclear_texts
from api.store import texts as text_store
from bench.interleavings.day import Day
from bench.interleavings.oracle import Address, Hours
from schemas.tables import ReceivedText
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, ConsentState, ErasureReason, FlagKind
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.flags import FlagClearIn, FlagIn
from schemas.wire.records import EraseIn


def say(day: Day, who: int, state: ConsentState, **terms: object) -> None:
    """What the client says about their address now. `terms`: safe hours, sender name, until when."""
    here, client_id = day.record.addresses[who], day.clients[who]
    told: dict[str, object] = {"hours": here.hours, "sender": here.sender, "valid_until": here.valid_until, **terms}
    hours = told["hours"]
    given = ConsentIn.model_validate(
        {
            "channel": Channel.EMAIL,
            "address": here.text,
            "state": state,
            "sender_name": told["sender"],
            "valid_until": told["valid_until"],
            "safe_from": hours[0] if isinstance(hours, tuple) else None,
            "safe_until": hours[1] if isinstance(hours, tuple) else None,
        }
    )
    with day.practice.house.work(day.whose(who)) as work:
        version = next(one.version for one in consents.page(work, client_id) if one.id == day.consents[who])
        consents.change(work, client_id, day.consents[who], given, version=version)
    here.refused, here.asked, here.bouncing = state in (ConsentState.DECLINED, ConsentState.WITHDRAWN), True, False
    here.hours, here.sender, here.valid_until = given_hours(given), given.sender_name, given.valid_until


def run_out(day: Day, who: int) -> None:
    """Allowed until tomorrow, and then no more."""
    until = day.practice.house.now.date() + timedelta(days=1)
    say(day, who, ConsentState.GRANTED, valid_until=until)


def given_hours(given: ConsentIn) -> Hours:
    return None if given.safe_from is None or given.safe_until is None else (given.safe_from, given.safe_until)


def first_word(day: Day, who: int) -> None:
    """Theirs, or ours again."""
    known, client_id = day.record.people[who], day.clients[who]
    with day.practice.house.work(day.whose(who)) as work:
        version = clients.read(work, client_id).version
        clients.change(work, client_id, ClientPatch(client_contacts_us=not known.contacts_us), version=version)
    known.contacts_us = not known.contacts_us


def die(day: Day, who: int) -> None:
    client_id, today = day.clients[who], day.practice.house.now.date()
    with day.practice.house.work(day.whose(who)) as work:
        clients.change(work, client_id, ClientPatch(died_on=today), version=clients.read(work, client_id).version)
    day.record.people[who].died = True


def live(day: Day, who: int) -> None:
    """It was recorded by mistake."""
    client_id = day.clients[who]
    with day.practice.house.work(day.whose(who)) as work:
        clients.change(work, client_id, ClientPatch(died_on=None), version=clients.read(work, client_id).version)
    day.record.people[who].died = False


def flag(day: Day, who: int, kind: FlagKind, *, here: bool = False) -> None:
    consent_id = day.consents[who] if here else None
    with day.practice.house.work(day.whose(who)) as work:
        flags.raise_flag(work, day.clients[who], FlagIn(kind=kind, consent_id=consent_id))
    if here:
        day.record.addresses[who].unsafe = True
    else:
        day.record.people[who].flags.add(kind.value)


def clear(day: Day, who: int) -> None:
    """Whatever stands about one of them, by the person who raised it."""
    with day.practice.house.work(day.whose(who)) as work:
        for one in flags.page(work, day.clients[who]):
            if one.cleared_at is None:
                flags.clear(work, day.clients[who], one.id, FlagClearIn(note="Seen today."))
    day.record.people[who].flags.clear()
    for here in day.record.of(who):
        here.unsafe = False


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
    for here in day.record.addresses:
        if here.text == day.scene.address:
            here.held = held


def change_address(day: Day, who: int) -> None:
    """It was wrong: it goes, with what was meant for it, and another stands in its place."""
    former, here, client_id = day.consents[who], day.record.addresses[who], day.clients[who]
    text = f"{new_id().hex}@example.com"
    with day.practice.house.work(day.whose(who)) as work:
        consents.remove(work, client_id, former)
        given = ConsentIn(channel=Channel.EMAIL, address=text, state=ConsentState.GRANTED)
        instead = consents.add(work, client_id, given).id
    day.consents = [instead if one == former else one for one in day.consents]
    day.record.addresses = [Address(text) if one is here else one for one in day.record.addresses]


def erase(day: Day, who: int) -> None:
    with day.practice.house.work(day.practice.house.founder) as work:
        given = EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED)
        erasures.erase(work, day.clients[who], given)
    day.record.people[who].erased = True


def merge(day: Day, into: int) -> None:
    """The two were one person all along."""
    kept, double = day.clients[into], day.clients[1 - into]
    with day.practice.house.work(day.practice.house.founder) as work:
        clients.merge(work, kept, double)
        theirs = consents.page(work, kept)
    day.clients = [kept, kept]
    day.record.merge(into, day.practice.house.now)
    if len(theirs) == 1:
        day.consents = [theirs[0].id] * 2
