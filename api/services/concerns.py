"""Use cases about what a client told somebody who is not their clinician.

The clinician is left no trace of it: no reply, no contact, no task, no change of stage, nothing stopped. Only what its
reader does with the client's consent, or a hold that reads like any other, is ever seen by somebody else.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import danger, erasure
from api.domain import inbox as inbox_rules
from api.domain import replies as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.replies import Told
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import clients as client_store
from api.store import concerns as concern_store
from api.store import first_word, names, stops, tenancy
from api.store import flags as flag_store
from api.store import heard as heard_store
from api.store import inbox as inbox_store
from api.store import keys as key_store
from api.store import replies as reply_store
from api.store.heard import Said
from api.store.replies import Link
from api.store.sealing import Place
from schemas.tables import Client, Concern, ConcernNote, Flag
from schemas.tables.base import new_id
from schemas.vocabulary import FlagKind, GivenReason, Recipient, ReplyAnswer, StopReason
from schemas.wire.common import Page
from schemas.wire.concerns import ConcernNoteIn, ConcernNoteOut, ConcernOut, ConcernReleaseIn
from schemas.wire.episodes import PersonOut
from schemas.wire.replies import ReplacedReplyOut


@use_case(Permission.CONCERN_CONFIDE, audit=Action.CONCERN_CONFIDE, noun=Noun.CONCERN)
def confide(work: Work, link: Link, told: Told) -> bool:
    """Says whether it is new. Where nobody independent can read it, nothing is taken in: raises Conflict. So it does for a time
    that was tapped, which goes to the clinician openly and would be lost here.
    """
    if told.offered_time_id is not None:
        raise Conflict(code="time_told_openly")
    with tenancy.whole_practice(work.session):
        concern_store.keep_leads(work.session)
        told = replace(told, spoken_by=reply_store.holder(work.session, link.check_in_id))
        # As whoever asks for no more in the same form does, who goes on from here.
        stops.hold_around(work.session, {link.client_id}, [link.address_digest])
        clinicians = concern_store.clinicians_of(work.session, link.client_id)
        reader_id = rules.reader(concern_store.leads(work.session), clinicians)
    if reader_id is None:
        raise Conflict(code="nobody_independent")
    with tenancy.whole_practice(work.session, reader_id=reader_id):
        for earlier in concern_store.latest(work.session, link.check_in_id, since=work.now - rules.SAME_TAP):
            if told.says_the_same_as(_opened(work, earlier)):
                work.about(earlier.id)
                return False
        row = Concern(
            id=new_id(),
            check_in_id=link.check_in_id,
            episode_id=link.episode_id,
            client_id=link.client_id,
            reader_id=reader_id,
            told_sealed=b"",
            comes_first=danger.may_be_in_danger(told.words),
            at=work.now,
        )
        row.told_sealed = _sealed(work, row, told)
        concern_store.add(work.session, row)
        concern_store.take_the_place(work.session, row)
    work.about(row.id)
    return True


@use_case(Permission.CONCERN_READ, audit=Action.CONCERN_LIST, noun=Noun.CONCERN)
def page(work: Work, *, handled: bool, cursor: str | None, limit: int) -> Page[ConcernOut]:
    """One's own to read: what may be about danger, then whoever has waited longest. Nobody sees another reader's, or that there is one."""
    closed, after = concern_store.closed_to_reader(work.session), inbox_rules.read(cursor)
    found = concern_store.page(work.session, handled=handled, closed=closed, after=after, limit=limit + 1)
    shown = found[:limit]
    work.mention(count=len(shown))
    concern_store.see(work.session, shown, work.now)
    next_cursor = concern_store.position(shown[-1]).to_text() if len(found) > limit else None
    return Page[ConcernOut](items=_shown(work, shown), next_cursor=next_cursor)


@use_case(Permission.CONCERN_READ, audit=Action.CONCERN_LIST, noun=Noun.CONCERN)
def waits(work: Work) -> bool:
    """Whether something waits for whoever asks: that there is something, and of nobody."""
    return concern_store.waits(work.session, closed=concern_store.closed_to_reader(work.session))


@use_case(Permission.CONCERN_READ, audit=Action.CONCERN_READ, noun=Noun.CONCERN, subject="concern_id")
def read(work: Work, concern_id: UUID) -> ConcernOut:
    return _shown(work, [_required(work, concern_id)])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_ACKNOWLEDGE, noun=Noun.CONCERN, subject="concern_id")
def acknowledge(work: Work, concern_id: UUID) -> ConcernOut:
    """Its reader sees to it. Nothing is sent to the client by that, and nobody else is told."""
    row = _required(work, concern_id)
    _acknowledged(work, row)
    return _shown(work, [row])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_NOTE, noun=Noun.CONCERN, subject="concern_id")
def note(work: Work, concern_id: UUID, given: ConcernNoteIn) -> ConcernOut:
    """What was said when its reader spoke with the client: sealed like the concern, and for the same reader alone."""
    row = _required(work, concern_id)
    client = _client(work, row)
    if client.erased_at is not None or row.client_id in key_store.destroyed(work.session, {row.client_id}):
        raise erasure.erased()
    zone = ZoneInfo(client.time_zone)
    if not row.at.astimezone(zone).date() <= given.spoken_on <= work.now.astimezone(zone).date():
        raise invalid_field("/spoken_on", "A day between the one on which it came and today.")
    _acknowledged(work, row)
    spoken = ConcernNote(id=new_id(), concern_id=row.id, spoken_on=given.spoken_on, words_sealed=b"", at=work.now)
    place = Place("concern_notes", "words", spoken.id)
    sealed = work.client_key(row.client_id).seal(given.words, place)
    spoken.words_sealed = work.practice_key().seal_bytes(sealed, place)
    concern_store.add_note(work.session, spoken)
    row.version += 1
    return _shown(work, [row])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_HANDLE, noun=Noun.CONCERN, subject="concern_id")
def handle(work: Work, concern_id: UUID) -> ConcernOut:
    """It is resolved. What was done about it belongs into the practice's own record of complaints too."""
    row = _required(work, concern_id)
    if row.handled_at is None:
        _acknowledged(work, row)
        row.handled_at, row.version = work.now, row.version + 1
    return _shown(work, [row])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_HOLD, noun=Noun.CONCERN, subject="concern_id")
def hold(work: Work, concern_id: UUID) -> ConcernOut:
    """Nothing is sent to the client until it is lifted. To others the practice paused it, and nobody in particular did."""
    row = _required(work, concern_id)
    client = _client(work, row)
    if client.erased_at is not None:
        raise erasure.erased()
    if _standing_hold(work, row) is None:
        flag = Flag(client_id=client.id, kind=FlagKind.PRACTICE_HOLD, raised_at=work.now)
        flag_store.add(work.session, flag)
        row.hold_id, row.version = flag.id, row.version + 1
        checkin_store.stop_pending(work.session, {client.id}, StopReason.HELD, work.now)
        first_word.follow(work.session, client.id, work.now)
    return _shown(work, [row])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_LIFT, noun=Noun.CONCERN, subject="concern_id")
def lift(work: Work, concern_id: UUID) -> ConcernOut:
    row = _required(work, concern_id)
    client = _client(work, row)
    flag = _standing_hold(work, row)
    if flag is not None:
        flag.cleared_at, flag.version = work.now, flag.version + 1
    if row.hold_id is not None:
        row.hold_id, row.version = None, row.version + 1
    work.session.flush()
    first_word.follow(work.session, client.id, work.now)
    return _shown(work, [row])[0]


@use_case(Permission.CONCERN_HANDLE, audit=Action.CONCERN_RELEASE, noun=Noun.CONCERN, subject="concern_id")
def release(work: Work, concern_id: UUID, given: ConcernReleaseIn) -> ConcernOut:
    """From now on the clinician reads it, as an answer that came today, and it does what an answer does. Only with the client's
    consent, on record here.
    """
    row = _required(work, concern_id)
    client = _client(work, row)
    if client.erased_at is not None:
        raise erasure.erased()
    zone = ZoneInfo(client.time_zone)
    if not row.at.astimezone(zone).date() <= given.client_agreed_on <= work.now.astimezone(zone).date():
        raise invalid_field("/client_agreed_on", "A day between the one on which it came and today.")
    if row.released_at is None:
        row.released_at, row.client_agreed_on, row.version = work.now, given.client_agreed_on, row.version + 1
        _pass_on(work, row)
    return _shown(work, [row])[0]


def _pass_on(work: Work, row: Concern) -> None:
    """It stands beside what else the client sent, and does what any answer does. It is as old as it is: what the client did or
    allowed since is their later word.
    """
    told = _opened(work, row)
    with tenancy.whole_practice(work.session, reader_id=work.actor_id):
        link = reply_store.link_of(work.session, row.check_in_id)
        if link is None:
            raise erasure.erased()
        heard_store.hold(work.session, link, told)
        said = Said(inbox_store.followed(work.session, link), told, row.at, comes_first=row.comes_first)
        heard_store.stop_what_waits(work.session, said.link.client_id, work.now)
        reply = heard_store.write_down(work, said, work.now)
        heard_store.follow(work.session, reply, said, work.now)


def _acknowledged(work: Work, row: Concern) -> None:
    """Also by whatever else its reader does about it."""
    if row.acknowledged_at is None:
        row.acknowledged_at, row.version = work.now, row.version + 1


def _required(work: Work, concern_id: UUID) -> Concern:
    """Whatever its reader does with it has opened it. One who has become a clinician of the client does not: raises NotFound."""
    found = concern_store.get(work.session, concern_id)
    if found is None:
        raise NotFound
    _hold_around(work, found)
    closed = concern_store.closed_to_reader(work.session)
    row = concern_store.get(work.session, concern_id)
    if row is None or row.id in closed:
        raise NotFound
    concern_store.see(work.session, [row], work.now)
    return row


def _hold_around(work: Work, row: Concern) -> None:
    """Whose it is and whoever shares an address with them, before anything is written: passed on, it may bind each of them. Of two who
    do something with it at once the second finds what the first did.
    """
    with tenancy.whole_practice(work.session, reader_id=work.actor_id):
        link = reply_store.link_of(work.session, row.check_in_id)
    theirs, at = ({link.client_id}, [link.address_digest]) if link is not None else (set(), [])
    stops.hold_around(work.session, {row.client_id, *theirs}, at)
    work.session.expire(row)


def _client(work: Work, row: Concern) -> Client:
    """As they are known now: what was told by a double is the client's, and so is what follows from it."""
    client = client_store.kept(work.session, row.client_id)
    if client is None:
        raise NotFound
    return client


def _standing_hold(work: Work, row: Concern) -> Flag | None:
    """None also where somebody else has cleared it meanwhile. A merge takes it along to the client who was kept."""
    flag = None if row.hold_id is None else flag_store.by_id(work.session, row.hold_id)
    return flag if flag is not None and flag.cleared_at is None else None


def _sealed(work: Work, row: Concern, told: Told) -> bytes:
    """By the client's key, so that it dies with it, and that by the practice's: no way that opens a client's record opens it."""
    written = json.dumps(
        {"answer": told.answer, "reasons": told.reasons, "words": told.words, "spoken_by": told.spoken_by}
    )
    place = Place("concerns", "told", row.id)
    return work.practice_key().seal_bytes(work.client_key(row.client_id).seal(written, place), place)


def _opened(work: Work, row: Concern) -> Told:
    place = Place("concerns", "told", row.id)
    within = work.practice_key().open_bytes(row.told_sealed, place)
    told = json.loads(work.client_key(row.client_id).open(within, place))
    answer = None if told["answer"] is None else ReplyAnswer(told["answer"])
    reasons = tuple(GivenReason(reason) for reason in told["reasons"])
    # What was told before this was kept says nothing of it.
    spoken_by = told.get("spoken_by")
    return Told(answer, reasons, told["words"], spoken_by=None if spoken_by is None else Recipient(spoken_by))


def _shown(work: Work, rows: Sequence[Concern]) -> list[ConcernOut]:
    told_by = {row.client_id for row in rows}
    erased = key_store.destroyed(work.session, told_by)
    ids = {client.id: client.merged_into_id or client.id for client in client_store.every(work.session, told_by)}
    called = names.of_clients(work.session, work.keyring, set(ids.values()))
    notes = concern_store.notes(work.session, {row.id for row in rows})
    earlier = concern_store.replaced(work.session, {row.id for row in rows})
    shown = []
    for row in rows:
        is_erased = row.client_id in erased
        told = Told() if row.client_id in erased else _opened(work, row)
        shown.append(
            ConcernOut(
                id=row.id,
                client=PersonOut(id=ids[row.client_id], name=called[ids[row.client_id]]),
                episode_id=row.episode_id,
                at=row.at,
                answer=told.answer,
                reasons=list(told.reasons),
                words=told.words,
                spoken_by=told.spoken_by,
                asks_not_to_be_written_to=rules.asks_to_stop(told) is not None,
                held=_standing_hold(work, row) is not None,
                erased=is_erased,
                comes_first=row.comes_first,
                acknowledged_at=row.acknowledged_at,
                notes=[] if is_erased else [_note_shown(work, row, one) for one in notes.get(row.id, ())],
                replaced=[] if is_erased else [_replaced_shown(work, one) for one in earlier.get(row.id, ())],
                handled_at=row.handled_at,
                released_at=row.released_at,
                client_agreed_on=row.client_agreed_on,
                version=row.version,
            )
        )
    return shown


def _note_shown(work: Work, row: Concern, spoken: ConcernNote) -> ConcernNoteOut:
    place = Place("concern_notes", "words", spoken.id)
    within = work.practice_key().open_bytes(spoken.words_sealed, place)
    words = work.client_key(row.client_id).open(within, place)
    return ConcernNoteOut(spoken_on=spoken.spoken_on, words=words, at=spoken.at)


def _replaced_shown(work: Work, row: Concern) -> ReplacedReplyOut:
    told = _opened(work, row)
    return ReplacedReplyOut(
        at=row.at,
        answer=told.answer,
        reasons=list(told.reasons),
        words=told.words,
        spoken_by=told.spoken_by,
    )
