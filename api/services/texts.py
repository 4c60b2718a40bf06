"""Use cases about text messages that come in: whether the provider signed them, who knows the number, and where they go.

What a client writes is an answer like one by a link: it reaches a person, stops what waits, and ends or changes nothing. Nothing
one client says is shown to another who shares the number, nor to another practice that sends from ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

import structlog

from api.domain import brakes, danger, optout
from api.domain import texts as rules
from api.domain.access import Permission, text_principal
from api.domain.audit import Action
from api.domain.errors import AccessDenied, Invalid, TooManyRequests
from api.domain.optout import OptOut
from api.domain.texts import Hearing, Written
from api.formats import addresses
from api.outbound.texts import Answer, Fields, Incoming, Keyword, Standing
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import heard as heard_store
from api.store import limits as limit_store
from api.store import sign_ins as brake_store
from api.store import standings as standing_store
from api.store import stops, tenancy
from api.store import texts as text_store
from api.store import unclear_texts as unclear_store
from api.store.deliveries import Claim
from api.store.heard import Heard
from api.store.sealing import Place
from schemas.tables import ReceivedText, Reply
from schemas.tables.base import new_id
from schemas.vocabulary import Channel, Locale, StopReason

log = structlog.get_logger(__name__)

_WINDOW = timedelta(hours=1)
_MOST_FIELDS = 100
_ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """A form as it came. `path` is what stands behind our public address, with the query."""

    path: str
    body: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text message. `practice_id`: whose it is, where that can be told. `concerned`: the practices that have to do something.
    `hearing`: how far its number is heard in this hour.
    """

    incoming: Incoming
    words: str
    digest: bytes
    asked: OptOut | None
    concerned: tuple[UUID, ...]
    practice_id: UUID | None
    hearing: Hearing

    @property
    def asks_to_resume(self) -> bool:
        return self.incoming.answered is Keyword.START or optout.asks_to_resume(self.words)

    @property
    def asks_for_help(self) -> bool:
        return self.asked is None and rules.asks_for_help(self.words)


@dataclass(frozen=True, slots=True)
class Taken:
    """`stopped`: by this message a permission was taken back that was not before."""

    is_new: bool
    stopped: bool
    locale: Locale | None


@dataclass(frozen=True, slots=True)
class _Known:
    """Who has the number in this practice, the one of them whom a text is taken for, and the same text where it came before."""

    written: Sequence[Written]
    everybody: set[UUID]
    client_id: UUID | None
    locale: Locale | None
    again: ReceivedText | None


@use_case(Permission.ANYONE_BRING_TEXT, audit=None)
def believe(work: Work, signed: Signed, address: str) -> Fields:
    """What the provider signed. Of anything else nothing is kept but that it came: raises AccessDenied, and TooManyRequests
    for whoever tries again and again.
    """
    try:
        fields = parse_qsl(signed.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        fields = []
    url = f"{work.runtime.limits.public_url}{signed.path}"
    if fields and work.runtime.texts.is_genuine(url, fields, signed.signature):
        return fields
    brake = work.digest("text hook brake", brakes.caller_network(address))
    blocked = brake_store.brake(work.session, brake)
    if blocked is not None and blocked.blocked_until is not None and blocked.blocked_until > work.now:
        raise TooManyRequests(int((blocked.blocked_until - work.now).total_seconds()) + 1)
    work.after_rollback(lambda later: _count_failure(later, brake))
    raise AccessDenied("This was not signed by the provider of text messages.", code="not_signed")


@use_case(Permission.ANYONE_BRING_TEXT, audit=None)
def recognise_report(work: Work, fields: Fields, message_id: str) -> tuple[Claim, Standing] | None:
    """Which message of ours it is about; from here on the unit acts for its practice. None: it is about none."""
    standing = work.runtime.texts.standing(fields)
    claimed = standing_store.reported(work.session, message_id) if standing is not None and message_id else None
    if standing is None or claimed is None:
        return None
    work.act_as(text_principal(claimed.practice_id))
    return claimed, standing


@use_case(Permission.ANYONE_BRING_TEXT, audit=None)
def recognise(work: Work, fields: Fields) -> Arrival | None:
    """Of a number that nobody here knows nothing is kept but that somebody wrote. None: it is no text message."""
    incoming = work.runtime.texts.incoming(fields)
    if incoming is None:
        return None
    try:
        number = addresses.telephone(incoming.sender)
    except Invalid:
        log.warning("text.sender_not_read")
        return None
    words = rules.as_kept(incoming.words, incoming.pictures_count)
    asked = OptOut.PLAIN if incoming.answered is Keyword.STOP else optout.read(incoming.words)
    if incoming.answered is Keyword.STOP and optout.read(incoming.words) is OptOut.UNCLEAR:
        asked = OptOut.UNCLEAR
    hearing = _take_turn(work, number, matters=asked is not None or danger.may_be_in_danger(incoming.words))
    digest = work.digest("address", addresses.looked_up(Channel.SMS, number))
    reached = text_store.practices_reached(work.session, digest)
    if not reached:
        log.info("text.of_nobody_we_know")
    practice_id = rules.which_practice(reached, work.now)
    concerned = [one for one, _ in reached if asked is not None or practice_id in (None, one)]
    return Arrival(
        incoming=incoming,
        words=words,
        digest=digest,
        asked=asked,
        concerned=tuple(concerned),
        practice_id=practice_id,
        hearing=hearing,
    )


@use_case(Permission.TEXT_TAKE, audit=Action.TEXT_OPT_OUT, noun=Noun.TEXT)
def refuse(work: Work, arrival: Arrival) -> bool:
    """Of one that asks for no more, before anything else and in a unit of its own: whatever becomes of its words, the number is
    bound at once, whoever shares it. Whether that is new.
    """
    with tenancy.whole_practice(work.session):
        known = _known(work, arrival)
        if known.again is not None:
            work.about(known.again.id)
            return False
        return text_store.refuse(work.session, arrival.digest, known.client_id, work.now)


@use_case(Permission.TEXT_TAKE, audit=Action.TEXT_TAKE, noun=Noun.TEXT)
def take(work: Work, arrival: Arrival, *, stopped: bool = False) -> Taken:
    """Once, however often it comes. `stopped`: its wish for no more has bound the number already, and that was new; should that
    have failed, it binds here.
    """
    with tenancy.whole_practice(work.session):
        known = _known(work, arrival)
        if known.again is not None:
            work.about(known.again.id)
            work.mention(again=True)
            return Taken(is_new=False, stopped=False, locale=known.locale)
        if arrival.asked is not None:
            stopped = text_store.refuse(work.session, arrival.digest, known.client_id, work.now) or stopped
        if arrival.hearing is Hearing.TO_THE_POINT and not stopped and not danger.may_be_in_danger(arrival.words):
            work.mention(too_many=True)
            return Taken(is_new=False, stopped=False, locale=known.locale)
        row = ReceivedText(id=new_id(), provider_id=arrival.incoming.provider_id[:_ID_LENGTH], at=work.now)
        text_store.add(work.session, row)
        work.about(row.id)
        heard = _heard(work, arrival, known)
        if heard is not None:
            _keep(work, arrival, heard)
        elif arrival.practice_id in (None, work.practice_id):
            _leave_to_a_lead(work, row, arrival, known.everybody)
        work.mention(told=heard is not None, opted_out=arrival.asked is not None)
    return Taken(is_new=True, stopped=stopped, locale=known.locale)


@use_case(Permission.ANYONE_BRING_TEXT, audit=None)
def answered(work: Work, arrival: Arrival, taken: Sequence[Taken]) -> Answer:
    """What is said back at once: the confirmation of a wish for no more, or who this is; and where the provider has said it, nothing.

    Confirmed is what changed something, so that two machines which answer each other end there.
    """
    texts = work.runtime.texts
    if arrival.incoming.answered is not None:
        return texts.answer(None)
    locale = next((one.locale for one in taken if one.locale is not None), None) or Locale.EN
    if any(one.stopped for one in taken):
        return texts.answer(rules.STOPPED[locale])
    if arrival.hearing is not Hearing.WHOLLY:
        return texts.answer(None)
    if arrival.asks_for_help and (not taken or any(one.is_new for one in taken)):
        return texts.answer(rules.HELP[locale])
    return texts.answer(None)


def _take_turn(work: Work, number: str, *, matters: bool) -> Hearing:
    """No words of a person are lost to a limit: nobody writes a thousand messages in an hour by hand. `matters`: they
    ask for no more, or may be about danger. Raises TooManyRequests for anything else past that.
    """
    start = work.now.replace(minute=0, second=0, microsecond=0)
    subject = work.digest("text sender", number)
    hearing = rules.hearing(limit_store.take(work.session, subject, start, 1))
    if hearing is Hearing.TO_THE_POINT and not matters:
        log.warning("text.past_the_limit")
        work.after_rollback(partial(_take_again, subject=subject, start=start))
        raise TooManyRequests(int((start + _WINDOW - work.now).total_seconds()) + 1)
    return hearing


def _known(work: Work, arrival: Arrival) -> _Known:
    """As it stands now: whoever has the number is locked until this unit ends; where it asks for no more, also whoever has it
    for calls alone, for it binds the number.
    """
    written = text_store.written(work.session, arrival.digest)
    there = text_store.on_record(work.session, arrival.digest)
    everybody = {*(one.client_id for one in written), *(one.client_id for one in there)}
    if arrival.asked is None:
        client_store.lock(work.session, everybody)
    else:
        stops.hold_around(work.session, everybody, [arrival.digest])
    client_id = None
    if arrival.practice_id == work.practice_id:
        client_id = rules.whose(written, {one.client_id for one in there}, work.now)
    locales = [*(one.locale for one in written), *(one.locale for one in there)]
    again = text_store.find(work.session, arrival.incoming.provider_id[:_ID_LENGTH])
    return _Known(written, everybody, client_id, next(filter(None, locales), None), again)


def _heard(work: Work, arrival: Arrival, known: _Known) -> Heard | None:
    """None: it cannot be told whose it is, or there is no work of theirs that it could be about."""
    client_id = known.client_id
    if client_id is None:
        return None
    last = next((one for one in known.written if one.client_id == client_id), None)
    episode_id = last.episode_id if last is not None else text_store.episode_of(work.session, client_id)
    if episode_id is None:
        return None
    message_id = last.check_in_id if last is not None else None
    return Heard(
        client_id, episode_id, message_id, arrival.words, work.now, arrival.digest, opted_out=arrival.asked is not None
    )


def _keep(work: Work, arrival: Arrival, heard: Heard) -> None:
    is_off = consent_store.is_off(work.session, heard.client_id, Channel.SMS, arrival.digest)
    row: Reply = heard_store.keep(work, heard, work.now)
    if arrival.asked is OptOut.UNCLEAR or (arrival.asks_to_resume and is_off):
        heard_store.find_out(work.session, row, work.now)


def _leave_to_a_lead(work: Work, row: ReceivedText, arrival: Arrival, known: set[UUID]) -> None:
    """The practice lead who is nobody's clinician among those with the number, if there is one. What waits to go there does not go:
    it reads as paused by the practice, so that nobody learns from it that somebody wrote.
    """
    row.address_digest, row.opted_out = arrival.digest, arrival.asked is not None
    row.comes_first = danger.may_be_in_danger(arrival.words)
    if arrival.practice_id == work.practice_id:
        row.words_sealed = work.practice_key().seal(arrival.words, Place("received_texts", "words", row.id))
    for consent in consent_store.sharing(work.session, Channel.SMS, arrival.digest):
        checkin_store.stop_for_another(
            work.session, consent.client_id, StopReason.HELD, work.now, consent_id=consent.id
        )
    unclear_store.give_to_a_lead(work.session, row, known, work.now)


def _count_failure(later: Work, subject: bytes) -> None:
    brake = brake_store.brake_to_count(later.session, subject, later.now)
    brake.failures = 1 + brakes.still_counted(brake.failures, brake.last_failed_at, later.now)
    brake.last_failed_at = later.now
    brake.blocked_until = brakes.blocked_until(brake.failures, later.now, free=brakes.FREE_FAILURES_PER_ADDRESS)


def _take_again(later: Work, subject: bytes, start: datetime) -> None:
    limit_store.take(later.session, subject, start, 1)
