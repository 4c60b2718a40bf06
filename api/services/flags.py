"""Use cases about what keeps messages back: raising a flag, looking at it again, clearing it, having a risk at hand.

Raising one stops at once, in every caseload, what was approved and has not left. Nothing here lapses by itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from api.domain import erasure
from api.domain import flags as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.domain.errors import Conflict, NotFound, invalid_field
from api.domain.flags import Onlooker
from api.domain.tasks import TO_REACH
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import caseload as caseload_store
from api.store import checkins as check_in_store
from api.store import clients as client_store
from api.store import consents as consent_store
from api.store import covering as covering_store
from api.store import covers as cover_store
from api.store import first_word, risk_tasks, stops, tenancy
from api.store import flags as flag_store
from api.store import members as member_store
from api.store import tasks as task_store
from api.store.sealing import DataKey, Place
from schemas.tables import Client, Flag, FlagReview, Task
from schemas.tables.base import new_id
from schemas.vocabulary import ConsentState, FlagKind, Role, TaskKind
from schemas.wire.episodes import PersonOut
from schemas.wire.flags import AddressOut, FlagClearIn, FlagIn, FlagOut, FlagReviewIn, FlagReviewOut, RiskOut

_SHOWN = 200


class ToReach(NamedTuple):
    """What a task for today is about."""

    kind: TaskKind
    client_id: UUID
    subject_id: UUID


@use_case(Permission.FLAG_READ, audit=Action.FLAG_LIST, noun=Noun.CLIENT, subject="client_id")
def page(work: Work, client_id: UUID) -> list[FlagOut]:
    """Those that stand first. A hold by the practice shows who asked for it to nobody else."""
    _required(work, client_id)
    return _shown(work, client_id, flag_store.latest(work.session, client_id, limit=_SHOWN))


@use_case(Permission.FLAG_RAISE, audit=Action.FLAG_RAISE, noun=Noun.CLIENT, subject="client_id", changes=True)
def raise_flag(work: Work, client_id: UUID, given: FlagIn) -> FlagOut:
    """Of two who raise the same at once, the second is told that it stands. Nothing approved goes out any more."""
    work.mention(kind=given.kind)
    if given.consent_id is None:
        client_store.lock(work.session, {client_id})
    else:
        stops.hold_around(work.session, {client_id})
    client = _required(work, client_id)
    if client.erased_at is not None:
        raise erasure.erased()
    today = _today(work, client)
    rules.require_fitting(
        given.kind, consent_id=given.consent_id, owner_id=given.owner_id, review_on=given.review_on, today=today
    )
    if given.consent_id is not None and consent_store.get(work.session, client_id, given.consent_id) is None:
        raise invalid_field("/consent_id", "There is no such address.")
    standing = [
        rules.Standing(row.kind, row.consent_id, raised_by=row.raised_by)
        for row in flag_store.open_ones(work.session, {client_id})
    ]
    rules.require_new(given.kind, given.consent_id, standing, author_id=work.actor_id)
    row = Flag(
        id=new_id(),
        client_id=client_id,
        consent_id=given.consent_id,
        kind=given.kind,
        raised_by=work.actor_id,
        raised_at=work.now,
        review_on=rules.review_on(given.kind, given.review_on, today),
    )
    if given.note is not None:
        row.note_sealed = work.client_key(client_id).seal(given.note, Place("flags", "note", row.id))
    flag_store.add(work.session, row)
    work.mention(stopped_count=_stop(work, row))
    if row.kind is FlagKind.UNSAFE_TO_CONTACT and row.consent_id is not None:
        stops.by_unsafe_address(work.session, row.consent_id, work.now)
    if row.kind is FlagKind.RISK_OF_HARM:
        owner_id = _owner(work, client_id, given.owner_id, today)
        risk_tasks.open_today(work.session, row, owner_id, today, work.now)
        work.mention(owner_id=str(owner_id))
    first_word.follow(work.session, client_id, work.now)
    return _shown(work, client_id, [row])[0]


@use_case(Permission.FLAG_RAISE, audit=Action.FLAG_REVIEW, noun=Noun.CLIENT, subject="client_id", changes=True)
def review(work: Work, client_id: UUID, flag_id: UUID, given: FlagReviewIn) -> FlagOut:
    """It goes on standing; what was found is on record, and the day of the next look moves."""
    row, today = _standing(work, client_id, flag_id)
    rules.require_note(row.kind, given.note)
    if given.review_on is not None and given.review_on < today:
        raise invalid_field("/review_on", "Choose a day to come.")
    row.review_on, row.version = rules.review_on(row.kind, given.review_on, today), row.version + 1
    _look(work, row, given.note, cleared=False)
    return _shown(work, client_id, [row])[0]


@use_case(Permission.FLAG_RAISE, audit=Action.FLAG_CLEAR, noun=Noun.CLIENT, subject="client_id", changes=True)
def clear(work: Work, client_id: UUID, flag_id: UUID, given: FlagClearIn) -> FlagOut:
    """What it stopped stays stopped: a message goes only when somebody approves it anew."""
    row, _ = _standing(work, client_id, flag_id)
    rules.require_note(row.kind, given.note)
    row.cleared_at, row.cleared_by, row.version = work.now, work.actor_id, row.version + 1
    _look(work, row, given.note, cleared=True)
    if row.kind is FlagKind.RISK_OF_HARM:
        with tenancy.whole_practice(work.session):
            risk_tasks.finish(work.session, row.id, by=work.actor_id, now=work.now)
    first_word.follow(work.session, client_id, work.now)
    return _shown(work, client_id, [row])[0]


@use_case(Permission.FLAG_READ, audit=Action.RISK_READ, noun=Noun.CLIENT)
def at_hand(work: Work, task_id: UUID) -> RiskOut:
    """For whoever has to reach a client today, also where the client is in the caseload of a colleague who is away.

    The task opens it and nothing else does: to anybody but its owner, and whoever covers for them, and once it is
    done, it is absent.
    """
    task = _to_reach(work, task_id, TO_REACH | {TaskKind.LOOK_AT_ANSWER})
    work.about(task.client_id)
    with tenancy.whole_practice(work.session):
        return _at_hand(work, _required(work, task.client_id), task.kind)


@use_case(Permission.FLAG_RAISE, audit=Action.FLAG_REVIEW, noun=Noun.CLIENT)
def reached(work: Work, task_id: UUID, given: FlagReviewIn) -> None:
    """Whoever has the task says what they found. The risk goes on standing until somebody who treats the client clears it."""
    task = _to_reach(work, task_id, TO_REACH)
    client_id, flag_id = task.client_id, task.subject_id
    work.about(client_id)
    work.mention(kind=FlagKind.RISK_OF_HARM)
    rules.require_note(FlagKind.RISK_OF_HARM, given.note)
    with tenancy.whole_practice(work.session):
        today = _today(work, _required(work, client_id))
        row = flag_store.get(work.session, client_id, flag_id)
        if row is None:
            raise NotFound
        row.review_on, row.version = rules.review_on(row.kind, None, today), row.version + 1
        _look(work, row, given.note, cleared=False)
        risk_tasks.finish(work.session, row.id, by=work.actor_id, now=work.now)


def _to_reach(work: Work, task_id: UUID, kinds: frozenset[TaskKind]) -> ToReach:
    """Whom, and because of which flag or result."""
    task = task_store.get(work.session, task_id)
    if task is None or (task.owner_id != work.principal.id and work.principal.sees is not None):
        task = _covered(work, task_id)
    if task is None or task.kind not in kinds or task.done_at is not None:
        raise NotFound
    if task.client_id is None or task.subject_id is None:
        raise NotFound
    return ToReach(task.kind, task.client_id, task.subject_id)


def _covered(work: Work, task_id: UUID) -> Task | None:
    """The task of somebody who is away, for whoever covers for them; the trail says under which cover."""
    day = cover_store.today(work.session, work.now)
    found = covering_store.risk_task(work.session, task_id, work.actor_id, day)
    if found is None:
        return None
    task, cover = found
    work.mention(cover_id=str(cover.id))
    return task


def _at_hand(work: Work, client: Client, kind: TaskKind) -> RiskOut:
    key = work.client_key(client.id)
    standing = flag_store.open_ones(work.session, {client.id})
    unsafe = {row.consent_id for row in standing if row.kind is FlagKind.UNSAFE_TO_CONTACT}
    contact = client.emergency_contact_sealed
    return RiskOut(
        task_kind=kind,
        client=PersonOut(id=client.id, name=key.open(client.name_sealed, Place("clients", "name", client.id))),
        flags=_shown(work, client.id, standing),
        emergency_contact=None
        if contact is None
        else key.open(contact, Place("clients", "emergency_contact", client.id)),
        addresses=[
            AddressOut(
                channel=row.channel,
                address=key.open(row.address_sealed, Place("consents", "address", row.id)),
                granted=row.state is ConsentState.GRANTED,
                voicemail_allowed=row.voicemail_allowed,
                unsafe=None in unsafe or row.id in unsafe,
            )
            for row in consent_store.every(work.session, client.id)
        ],
    )


def _required(work: Work, client_id: UUID) -> Client:
    client = client_store.get(work.session, client_id)
    if client is None:
        raise NotFound
    return client


def _today(work: Work, client: Client) -> date:
    return work.now.astimezone(ZoneInfo(client.time_zone)).date()


def _standing(work: Work, client_id: UUID, flag_id: UUID) -> tuple[Flag, date]:
    """The flag, for whoever may do something about it. Of two who clear it at once the second is told."""
    client_store.lock(work.session, {client_id})
    client = _required(work, client_id)
    row = flag_store.get(work.session, client_id, flag_id)
    if row is None:
        raise NotFound
    work.mention(kind=row.kind)
    if row.cleared_at is not None:
        raise Conflict("This was cleared before.", code="flag_cleared")
    onlooker = _onlooker(work, client_id)
    rules.require_may_clear(row.kind, row.raised_by, onlooker, author_left=_has_left(work, row.raised_by))
    return row, _today(work, client)


def _onlooker(work: Work, client_id: UUID) -> Onlooker:
    member_id = work.principal.id
    treats = member_id is not None and caseload_store.in_caseload_of(work.session, "client", client_id, [member_id])
    return Onlooker(member_id, is_lead=Role.PRACTICE_LEAD in work.principal.roles, treats=treats)


def _has_left(work: Work, member_id: UUID | None) -> bool:
    member = None if member_id is None else member_store.get(work.session, member_id)
    return member is not None and member.left_at is not None


def _stop(work: Work, row: Flag) -> int:
    """Also what a colleague approved who works with the same client."""
    with tenancy.whole_practice(work.session):
        return check_in_store.stop_pending(
            work.session, {row.client_id}, rules.stops(row.kind), work.now, consent_id=row.consent_id
        )


def _owner(work: Work, client_id: UUID, wanted: UUID | None, today: date) -> UUID:
    """Whoever is named, else the responsible clinician, else their cover, else whoever raises it: they know, and are here."""
    if wanted is None:
        return risk_tasks.owner_today(work.session, client_id, today) or work.actor_id
    member = member_store.get(work.session, wanted)
    held = member_store.roles(work.session, [wanted])[wanted]
    if member is None or member.left_at is not None or not held & {Role.CLINICIAN, Role.PRACTICE_LEAD}:
        raise invalid_field("/owner_id", "Choose a clinician or practice lead who works here.")
    return wanted


def _look(work: Work, row: Flag, note: str | None, *, cleared: bool) -> None:
    look = FlagReview(
        id=new_id(), flag_id=row.id, client_id=row.client_id, at=work.now, reviewed_by=work.actor_id, cleared=cleared
    )
    if note is not None:
        sealed = work.client_key(row.client_id).seal(note, Place("flag_reviews", "note", look.id))
        look.note_sealed = sealed
    flag_store.add(work.session, look)


def _shown(work: Work, client_id: UUID, rows: Sequence[Flag]) -> list[FlagOut]:
    if not rows:
        return []
    key, onlooker = work.client_key(client_id), _onlooker(work, client_id)
    looks = flag_store.reviews(work.session, [row.id for row in rows])
    shown = []
    for row in rows:
        is_open = rules.is_open_to(row.kind, row.raised_by, onlooker)
        shown.append(
            FlagOut(
                id=row.id,
                kind=row.kind,
                consent_id=row.consent_id,
                note=_opened(key, row.note_sealed, Place("flags", "note", row.id)) if is_open else None,
                raised_by=row.raised_by if is_open else None,
                raised_at=row.raised_at,
                review_on=row.review_on,
                cleared_at=row.cleared_at,
                reviews=[_look_shown(key, look) for look in looks[row.id]] if is_open else [],
                may_clear=row.cleared_at is None and _may_clear(work, row, onlooker),
            )
        )
    return shown


def _may_clear(work: Work, row: Flag, onlooker: Onlooker) -> bool:
    if Permission.FLAG_RAISE not in work.principal.permissions:
        return False
    is_ones_own = work.principal.changes is None or onlooker.treats
    return is_ones_own and rules.may_clear(
        row.kind, row.raised_by, onlooker, author_left=_has_left(work, row.raised_by)
    )


def _look_shown(key: DataKey, look: FlagReview) -> FlagReviewOut:
    note = _opened(key, look.note_sealed, Place("flag_reviews", "note", look.id))
    return FlagReviewOut(at=look.at, reviewed_by=look.reviewed_by, note=note, cleared=look.cleared)


def _opened(key: DataKey, sealed: bytes | None, place: Place) -> str | None:
    return None if sealed is None else key.open(sealed, place)
