"""Messages: written, approved, answered, taken back, and found out about. An act that a service refuses changed nothing."""

from collections.abc import Callable
from datetime import timedelta

from api.domain.errors import MayNotContact
from api.domain.replies import Told
from api.services import approvals, checkins
from api.services import replies as reply_services
from api.services.work import unit
from api.store import sealing
from bench.interleavings.day import WAITS_FOR_TIME, Broken, Day
from schemas.vocabulary import CheckInKind, CheckInState, ReplyAnswer
from schemas.wire.checkins import ApprovalIn, CheckInIn, SettlementIn
from tests.support.house import Case
from tests.support.messages import UNDO, approved


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
    letter = day.letter(number, kind, occasion)
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
    check_in_id = approved(day.practice.house, Case(day.clients[who], episode_id), person, day.consents[who])
    letter = day.letter(number, CheckInKind.CHECK_IN)
    letter.due_at += UNDO
    day.record.letters.append(letter)
    day.ids[check_in_id] = letter


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
    here = day.record.addresses[who]
    here.refused = here.refused or given is ReplyAnswer.DO_NOT_CONTACT
    with day.practice.house.work(day.work(number)[2]) as work:
        newest = max(reply_services.page(work, handled=False, cursor=None, limit=200).items, key=lambda one: one.at)
    day.replies[number] = newest.id, now


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
