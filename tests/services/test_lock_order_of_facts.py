"""On PostgreSQL: what is told about a client stops what waits to go to them, and takes its locks in the order of everybody else.

Read from the statements, not raced. What goes to the clients of a clinician who leaves, or to whoever shares an address, is held first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import system_principal
from api.services import (
    absences,
    appointments,
    checkins,
    clients,
    consents,
    contacts,
    corrections,
    cover_acts,
    covers,
    endings,
    episodes,
    flags,
    follow_ups,
    leave,
    members,
    offered_times,
    replies,
    snoozes,
)
from api.services.work import Work
from api.store import checkins as checkin_store
from api.store import snoozes as snooze_store
from schemas.tables import Snooze, Task
from schemas.tables.base import new_id
from schemas.vocabulary import (
    AppointmentStatus,
    Channel,
    CheckInState,
    ConsentState,
    ContactDirection,
    CorrectionKind,
    EndingKind,
    FlagKind,
    FollowUpEnd,
    NextStepKind,
    ReplyHandling,
    SnoozeReason,
    Stage,
    StopReason,
    TaskKind,
)
from schemas.wire.appointments import AppointmentNewIn, OutcomeIn
from schemas.wire.checkins import CheckInIn
from schemas.wire.clients import ClientIn, ConsentIn
from schemas.wire.contacts import AbsenceIn, ContactIn
from schemas.wire.corrections import CorrectionIn
from schemas.wire.covers import CoverIn
from schemas.wire.episodes import EpisodePatch
from schemas.wire.flags import FlagIn
from schemas.wire.follow_ups import FollowUpEndIn, FollowUpIn
from schemas.wire.leave import LeaveIn
from schemas.wire.members import LeavePracticeIn
from schemas.wire.replies import HandledIn
from schemas.wire.terminations import EpisodeEndIn
from tests.support import links
from tests.support import provider as stand_in
from tests.support.house import Case, House, Person
from tests.support.links import Sent
from tests.support.messages import approved
from tests.support.texting import line
from tests.support.waits import clients_first, clients_locked, in_order, locks_taken

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True, scope="session"),
]


@dataclass
class Scene:
    """A client who answered one message with a time; another waits to go, and was booked for an hour ago."""

    house: House
    case: Case
    sent: Sent
    reply_id: UUID
    waits: UUID
    appointment_id: UUID
    other: Person


@pytest.fixture
def scene(shared_house: House) -> Iterator[Scene]:
    house, who = shared_house, shared_house.clinician
    case = house.client("Ana", who)
    house.wait(hours=1)
    with house.work(who) as work:
        booked = appointments.book(
            work,
            AppointmentNewIn(episode_id=case.episode_id, starts_at=work.now + timedelta(hours=1), duration_minutes=50),
        )
    house.wait(hours=2)
    sent = links.send(house, case, who, consent_id=links.permit(house, case, who, f"{case.client_id.hex}@example.org"))
    reply_id = links.chosen(house, case, who, sent)
    waits = approved(house, case, who, sent.consent_id)
    colleague = house.practice.elena
    yield Scene(house, case, sent, reply_id, waits, booked.id, colleague)
    with house.rows() as work:
        checkin_store.stop_pending(work.session, [case.client_id], StopReason.HELD, work.now)


Act = Callable[[Work, Scene], object]


def _withdraws(work: Work, scene: Scene) -> object:
    given = ConsentIn(
        channel=Channel.EMAIL, address=f"{scene.case.client_id.hex}@example.org", state=ConsentState.WITHDRAWN
    )
    return consents.change(work, scene.case.client_id, scene.sent.consent_id, given, version=1)


STOPS: dict[str, Act] = {
    "a contact": lambda work, scene: contacts.record(
        work, scene.case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL)
    ),
    "an absence": lambda work, scene: absences.record(work, scene.case.episode_id, AbsenceIn(from_on=work.now.date())),
    "a booking": lambda work, scene: appointments.book(
        work,
        AppointmentNewIn(episode_id=scene.case.episode_id, starts_at=work.now + timedelta(days=2), duration_minutes=50),
    ),
    "an outcome": lambda work, scene: appointments.record_outcome(
        work, scene.appointment_id, OutcomeIn(status=AppointmentStatus.ATTENDED)
    ),
    "a hold": lambda work, scene: flags.raise_flag(work, scene.case.client_id, FlagIn(kind=FlagKind.PRACTICE_HOLD)),
    "an unsafe address": lambda work, scene: flags.raise_flag(
        work, scene.case.client_id, FlagIn(kind=FlagKind.UNSAFE_TO_CONTACT, consent_id=scene.sent.consent_id)
    ),
    "a refusal": _withdraws,
}


@pytest.mark.parametrize("act", STOPS.values(), ids=STOPS)
def test_what_stops_a_message(scene: Scene, act: Act) -> None:
    with locks_taken(scene.house) as taken, scene.house.work(scene.house.clinician) as work:
        act(work, scene)
    in_order(taken)
    with scene.house.rows() as work:
        row = checkin_store.get(work.session, scene.waits)
        assert row is not None
        assert row.state is CheckInState.CANCELLED


def test_a_clinician_who_leaves(scene: Scene) -> None:
    house = scene.house
    given = LeavePracticeIn(hand_over_to=scene.other.id)
    with locks_taken(house) as taken, house.work(house.founder) as work:
        members.leave_practice(work, house.clinician.id, given)
    in_order(taken)


def test_a_clinician_who_leaves_clients_whom_only_they_had_opened(scene: Scene) -> None:
    """They go to whoever takes over, and are held with everybody else."""
    house = scene.house
    with house.work(house.clinician) as work:
        opened_id = clients.add(work, ClientIn(name="Bea", time_zone="Europe/Madrid")).id
    with clients_locked(house) as locked, house.work(house.founder) as work:
        members.leave_practice(work, house.clinician.id, LeavePracticeIn(hand_over_to=scene.other.id))
    assert {opened_id, scene.case.client_id} <= locked[0]


def test_an_opt_out_by_text_holds_whoever_has_the_number_for_calls_too(shared_house: House) -> None:
    house = shared_house
    bea, ana = (house.client(name, house.clinician) for name in ("Bea", "Ana"))
    with stand_in.provider() as provider, line(house, provider) as there:
        _, number = there.number(ana, house.clinician)
        with house.work(house.clinician) as work:
            given = ConsentIn(channel=Channel.PHONE, address=number, state=ConsentState.GRANTED)
            consents.add(work, bea.client_id, given)
        with clients_locked(house) as locked:
            assert there.writes(number, "STOP")[0] == HTTPStatus.OK
    assert locked[0] == {bea.client_id, ana.client_id}


def test_an_inbox_that_is_opened(scene: Scene) -> None:
    with locks_taken(scene.house) as taken, scene.house.work(scene.house.clinician) as work:
        replies.page(work, handled=False, cursor=None, limit=50)
    assert taken == ["clients", "replies", "facts"]


def test_an_answer_that_is_dealt_with(scene: Scene) -> None:
    with locks_taken(scene.house) as taken, scene.house.work(scene.house.clinician) as work:
        replies.handle(work, scene.reply_id, HandledIn(how=ReplyHandling.SPOKE))
    in_order(taken)


def test_an_answer_that_whoever_covers_deals_with(scene: Scene) -> None:
    house = scene.house
    with house.work(house.lead) as work:
        today = work.now.date()
        leave.record(work, house.clinician.id, LeaveIn(from_on=today, to_on=today))
        cover_id = covers.name(
            work, house.clinician.id, CoverIn(covering_id=scene.other.id, from_on=today, to_on=today)
        ).id
    with locks_taken(house) as taken, house.work(scene.other) as work:
        cover_acts.handle_reply(work, cover_id, scene.reply_id, HandledIn(how=ReplyHandling.SPOKE))
    clients_first(taken)


def _handed_over(work: Work, scene: Scene) -> object:
    return episodes.change(
        work,
        scene.case.episode_id,
        EpisodePatch(responsible_id=scene.other.id),
        version=episodes.read(work, scene.case.episode_id).version,
    )


HOLD_THE_WORK: dict[str, Act] = {
    "an ending": lambda work, scene: endings.end(
        work, scene.case.episode_id, EpisodeEndIn(how_it_ended=EndingKind.CLIENT_DIED)
    ),
    "another clinician": _handed_over,
    "a correction": lambda work, scene: corrections.correct(
        work, scene.case.episode_id, CorrectionIn(kind=CorrectionKind.IN_TOUCH)
    ),
    "the time they tapped": lambda work, scene: offered_times.confirm(work, scene.reply_id),
    "a draft": lambda work, scene: checkins.draft(
        work,
        CheckInIn(
            episode_id=scene.case.episode_id,
            subject="Hello",
            body="Hello Ana, would {offered_times} suit you?",
            offered_times=[work.now + timedelta(days=5), work.now + timedelta(days=6)],
        ),
    ),
}


@pytest.mark.parametrize("act", HOLD_THE_WORK.values(), ids=HOLD_THE_WORK)
def test_what_begins_with_the_work_itself_holds_everybody_in_it_before(scene: Scene, act: Act) -> None:
    with locks_taken(scene.house) as taken, scene.house.work(scene.house.clinician) as work:
        act(work, scene)
    clients_first(taken)


def test_whose_wish_is_due_is_held_before_somebody_is_asked_and_looked_at_again(shared_house: House) -> None:
    """One wish is ended by somebody else between the look and the lock: no task is left that nobody could close."""
    house, who = shared_house, shared_house.clinician
    wishes = []
    for name in ("Ana", "Bea"):
        case = house.client(name, who)
        with house.work(who) as work:
            given = FollowUpIn(due_on=house.now.date() + timedelta(days=30), words="How is it?")
            wishes.append(follow_ups.add(work, case.episode_id, given))
    house.wait(days=31)
    ended = False

    def end_one(_c: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal ended
        if not ended and "FROM clients" in statement and "FOR NO KEY UPDATE" in statement:
            ended = True
            with house.work(who) as work:
                follow_ups.end(work, wishes[0].id, FollowUpEndIn(because=FollowUpEnd.WITHDRAWN), version=1)

    engine = house.runtime.sessions.kw["bind"]
    with clients_locked(house) as locked, house.work(system_principal(house.practice.id)) as work:
        sa.event.listen(engine, "before_cursor_execute", end_one)
        try:
            follow_ups.ask_for_those_due(work)
        finally:
            sa.event.remove(engine, "before_cursor_execute", end_one)
    assert locked[:1] == [{wish.client.id for wish in wishes}]
    with house.rows() as work:
        asked = work.session.scalars(sa.select(Task).where(col(Task.kind) == TaskKind.WRITE_FOLLOW_UP)).all()
        assert [task.subject_id for task in asked] == [wishes[1].id]


def test_what_was_put_off_is_brought_back_after_the_episode_is_held(scene: Scene) -> None:
    """Whoever assesses the episode holds it before they look at what was put off."""
    house, snooze_id = scene.house, new_id()
    with house.rows() as work:
        row = Snooze(
            id=snooze_id,
            episode_id=scene.case.episode_id,
            act=NextStepKind.BOOK_NEXT,
            stage=Stage.ENGAGED,
            reason=SnoozeReason.OTHER,
            until_on=work.now.date() + timedelta(days=3),
            made_at=work.now,
            made_by=house.clinician.id,
        )
        snooze_store.begin(work.session, row)
    with locks_taken(house) as taken, house.work(house.clinician) as work:
        snoozes.bring_back(work, scene.case.episode_id, snooze_id)
    assert taken == ["episodes", "snoozes", "facts"]
