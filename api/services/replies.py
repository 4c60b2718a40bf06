"""Use cases about answers to messages: opening a link, answering by it, and the inbox of whoever has to see them.

A tap is a message to a person. It stops what was waiting to be sent and nothing else; it never ends or changes care.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from api.domain import brakes, crisis_lines, danger
from api.domain import inbox as inbox_rules
from api.domain import replies as rules
from api.domain.access import Permission, link_principal
from api.domain.audit import Action
from api.domain.crisis_lines import Help
from api.domain.errors import Conflict, NotFound, TooManyRequests
from api.domain.replies import Told
from api.services.gate import Noun, require_ones_own, use_case
from api.services.work import Work
from api.store import answerers as answerer_store
from api.store import assessments as assessment_store
from api.store import clients as client_store
from api.store import concerns as concern_store
from api.store import heard as heard_store
from api.store import inbox as inbox_store
from api.store import limits as limit_store
from api.store import names, sealing, tenancy
from api.store import offered_times as time_store
from api.store import practices as practice_store
from api.store import replies as reply_store
from api.store import sign_ins as brake_store
from api.store.heard import Said
from api.store.replies import Link
from api.store.sealing import DataKey, Place
from schemas.tables import Reply
from schemas.vocabulary import GivenReason, Locale
from schemas.wire.common import Page
from schemas.wire.episodes import PersonOut
from schemas.wire.replies import HandledIn, ReplacedReplyOut, ReplyOut, WaitingRepliesOut

_BY_LINK = 20
_BY_ADDRESS = 120
_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TimeToTap:
    """An offered time that is still to come, and the zone of the client's clock."""

    id: UUID
    starts_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What the page behind a link needs. `help_now` and `read_when` are the practice's own words, where it has some."""

    link: Link
    help_now: dict[Locale, str | None]
    read_when: dict[Locale, str | None]
    has_reader: bool
    times: tuple[TimeToTap, ...] = ()
    help: Help = field(default_factory=Help)


@dataclass(frozen=True, slots=True)
class Answered:
    """`opted_out`: the page then says that nothing more is sent, and nothing else."""

    is_new: bool
    opted_out: bool


@use_case(Permission.ANYONE_OPEN_LINK, audit=None)
def open_link(work: Work, token: str, address: str) -> OpenedLink:
    """Writes nothing and leaves no trace: programs that look through mail open every link, and nobody is watched.

    Raises NotFound alike for a link that never was, that has expired, and of a client who was erased. Whoever tries
    many of those has to wait: raises TooManyRequests.
    """
    brake = work.digest("reply link brake", brakes.caller_network(address))
    blocked = brake_store.brake(work.session, brake)
    if blocked is not None and blocked.blocked_until is not None and blocked.blocked_until > work.now:
        raise TooManyRequests(int((blocked.blocked_until - work.now).total_seconds()) + 1)
    link = reply_store.link_by_token(work.session, sealing.token_digest(token), work.now)
    if link is None:
        work.after_rollback(lambda later: _count_failure(later, brake))
        raise NotFound
    work.act_as(link_principal(link.practice_id))
    practice = practice_store.current(work.session)
    with tenancy.whole_practice(work.session):
        clinicians = concern_store.clinicians_of(work.session, link.client_id)
        has_reader = rules.reader(concern_store.leads(work.session), clinicians) is not None
        times = _to_tap(work, link)
    return OpenedLink(
        link=link,
        help_now={Locale.EN: practice.help_now_en, Locale.ES: practice.help_now_es},
        read_when={Locale.EN: practice.replies_read_en, Locale.ES: practice.replies_read_es},
        has_reader=has_reader,
        times=times,
        help=crisis_lines.shown(practice.country, practice.crisis_lines),
    )


@use_case(Permission.ANYONE_OPEN_LINK, audit=None)
def take_turn(work: Work, link: Link, address: str) -> None:
    """Before anything is answered: a link is for some answers in an hour, and so is a place in the network."""
    start = work.now.replace(minute=0, second=0, microsecond=0)
    network = work.digest("reply address", brakes.caller_network(address))
    for subject, most in ((work.digest("reply link", link.check_in_id), _BY_LINK), (network, _BY_ADDRESS)):
        count = limit_store.take(work.session, subject, start, 1)
        work.after_rollback(partial(_take_again, subject=subject, start=start))
        if count > most:
            raise TooManyRequests(int((start + _WINDOW - work.now).total_seconds()) + 1)


@use_case(Permission.REPLY_GIVE, audit=Action.REPLY_GIVE, noun=Noun.REPLY)
def answer(work: Work, link: Link, told: Told) -> Answered:
    """A later answer takes the place of one that nobody has opened yet, and stands beside any other; the same within a
    minute is the same.

    Raises Conflict for what must not come before the clinician's eyes.
    """
    if told.is_confidential:
        raise Conflict(code="told_in_confidence")
    asked = rules.asks_to_stop(told)
    with tenancy.whole_practice(work.session):
        heard_store.hold(work.session, link, told)
        link = inbox_store.followed(work.session, link)
        again = _same_a_moment_ago(work, link, told)
        if again is not None:
            work.about(again.id)
            work.mention(again=True)
            return Answered(is_new=False, opted_out=asked is not None)
        told = replace(told, spoken_by=reply_store.holder(work.session, link.check_in_id))
        said = Said(link, told, work.now, comes_first=danger.may_be_in_danger(told.words))
        heard_store.stop_what_waits(work.session, link.client_id, work.now)
        if told.offered_time_id is not None:
            time_store.tap(work.session, link.check_in_id, told.offered_time_id, work.now)
        row = heard_store.write_down(work, said, work.now)
        work.about(row.id)
        inbox_store.take_the_place(work.session, row, work.now)
        heard_store.follow(work.session, row, said, work.now)
    return Answered(is_new=True, opted_out=asked is not None)


@use_case(Permission.REPLY_READ, audit=Action.REPLY_LIST, noun=Noun.REPLY)
def page(work: Work, *, handled: bool, cursor: str | None, limit: int) -> Page[ReplyOut]:
    """What may be about danger comes first, then whoever has waited longest; also answers that came after an episode ended.

    Whoever lists them has opened them: what a client sends from then on stands beside.
    """
    found = inbox_store.page(work.session, handled=handled, after=inbox_rules.read(cursor), limit=limit + 1)
    shown = found[:limit]
    work.mention(count=len(shown))
    inbox_store.see(work.session, shown, work.now)
    next_cursor = inbox_store.position(shown[-1]).to_text() if len(found) > limit else None
    return Page[ReplyOut](items=_shown(work, shown), next_cursor=next_cursor)


@use_case(Permission.REPLY_READ, audit=Action.REPLY_LIST, noun=Noun.REPLY)
def waiting(work: Work) -> WaitingRepliesOut:
    """Of one's own caseload; of a practice lead's the whole practice. Of a colleague alone nobody is told it."""
    count, oldest, waits = inbox_store.times(work.session, work.now)
    typical = inbox_rules.typical(waits)
    work.mention(count=count)
    return WaitingRepliesOut(
        waiting_count=count,
        oldest_since=oldest,
        answered_count=len(waits),
        median_minutes=None if typical is None else round(typical.total_seconds() / 60),
        period_days=inbox_rules.LOOKED_BACK.days,
    )


@use_case(Permission.REPLY_READ, audit=Action.REPLY_READ, noun=Noun.REPLY, subject="reply_id")
def read(work: Work, reply_id: UUID) -> ReplyOut:
    row = _required(work, reply_id)
    inbox_store.see(work.session, [row], work.now)
    return _shown(work, [row])[0]


@use_case(Permission.REPLY_HANDLE, audit=Action.REPLY_HANDLE, noun=Noun.REPLY, subject="reply_id")
def handle(work: Work, reply_id: UUID, given: HandledIn) -> ReplyOut:
    """Says what was done about it. Said again, the first word stands. Where the episode stands is worked out anew."""
    row = reply_store.hold(work.session, reply_id)
    if row is None:
        raise NotFound
    require_ones_own(work, Noun.EPISODE, row.episode_id)
    work.mention(how=given.how)
    if row.handled_at is None:
        row.handled_at, row.handled_by, row.handled_how = work.now, work.actor_id, given.how
        row.version += 1
        inbox_store.see(work.session, [row], work.now)
        inbox_store.finish_tasks(work.session, row.client_id, by=work.actor_id, now=work.now)
        assessment_store.refresh(work.session, [row.episode_id], work.now)
    return _shown(work, [row])[0]


def _to_tap(work: Work, link: Link) -> tuple[TimeToTap, ...]:
    """Whatever was answered before: the page says nothing of it."""
    rows = time_store.to_tap(work.session, link.check_in_id, work.now)
    client = client_store.get(work.session, link.client_id) if rows else None
    if client is None:
        return ()
    return tuple(TimeToTap(row.id, row.starts_at, client.time_zone) for row in rows)


def _required(work: Work, reply_id: UUID) -> Reply:
    row = reply_store.get(work.session, reply_id)
    if row is None:
        raise NotFound
    return row


def _same_a_moment_ago(work: Work, link: Link, told: Told) -> Reply | None:
    recent = reply_store.latest(work.session, link.check_in_id, since=work.now - rules.SAME_TAP)
    wanted = (told.answer, sorted(told.reasons), told.words, told.offered_time_id)
    for row in recent:
        words = None
        if row.words_sealed is not None:
            words = work.client_key(row.client_id).open(row.words_sealed, Place("replies", "words", row.id))
        # Words alone may have a time beside them that was tapped before.
        time_id = None if row.answer is None else row.offered_time_id
        if (row.answer, sorted(row.reasons), words, time_id) == wanted:
            return row
    return None


def _count_failure(later: Work, subject: bytes) -> None:
    brake = brake_store.brake_to_count(later.session, subject, later.now)
    brake.failures = 1 + brakes.still_tried(brake.failures, brake.last_failed_at, later.now)
    brake.last_failed_at = later.now
    brake.blocked_until = brakes.blocked_until(brake.failures, later.now, free=brakes.FREE_TRIES_OF_LINKS)


def _take_again(later: Work, subject: bytes, start: datetime) -> None:
    limit_store.take(later.session, subject, start, 1)


def _shown(work: Work, rows: Sequence[Reply]) -> list[ReplyOut]:
    ids = {row.client_id for row in rows}
    called = names.of_clients(work.session, work.keyring, ids)
    keys = work.client_keys_left(ids)
    times = time_store.named(work.session, {row.offered_time_id for row in rows if row.offered_time_id})
    earlier = inbox_store.replaced(work.session, {row.id for row in rows})
    waits_for = _waits_for(work, rows)
    return [
        ReplyOut(
            id=row.id,
            check_in_id=row.check_in_id,
            episode_id=row.episode_id,
            client=PersonOut(id=row.client_id, name=called[row.client_id]),
            at=row.at,
            answer=row.answer,
            reasons=[GivenReason(reason) for reason in row.reasons],
            words=_words(keys, row),
            chosen_time=times[row.offered_time_id].starts_at if row.offered_time_id in times else None,
            appointment_id=times[row.offered_time_id].appointment_id if row.offered_time_id in times else None,
            opted_out=row.opted_out,
            spoken_by=row.spoken_by,
            comes_first=row.comes_first,
            waiting_since=row.waiting_since or row.at,
            waits_for=waits_for.get(row.id),
            replaced=[
                ReplacedReplyOut(
                    at=one.at,
                    answer=one.answer,
                    reasons=[GivenReason(reason) for reason in one.reasons],
                    words=_words(keys, one),
                    spoken_by=one.spoken_by,
                )
                for one in earlier.get(row.id, ())
            ],
            handled_at=row.handled_at,
            handled_by=row.handled_by,
            handled_how=row.handled_how,
            version=row.version,
        )
        for row in rows
    ]


def _words(keys: Mapping[UUID, DataKey], row: Reply) -> str | None:
    if row.words_sealed is None or row.client_id not in keys:
        return None
    return keys[row.client_id].open(row.words_sealed, Place("replies", "words", row.id))


def _waits_for(work: Work, rows: Sequence[Reply]) -> dict[UUID, PersonOut]:
    """By answer that waits, the colleague for whom it does."""
    open_ones = {row.id: row.episode_id for row in rows if row.handled_at is None}
    owners = answerer_store.of_episodes(work.session, set(open_ones.values()), work.now)
    people = names.of_members(work.session, work.keyring, {one for one in owners.values() if one is not None})
    found = {reply_id: owners.get(episode_id) for reply_id, episode_id in open_ones.items()}
    return {reply_id: PersonOut(id=one, name=people[one]) for reply_id, one in found.items() if one is not None}
