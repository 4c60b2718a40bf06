"""The two inboxes: what comes first, what takes whose place, for whom an answer waits, and what a reader keeps."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api.domain import danger, inbox
from api.domain.errors import Conflict, Invalid, NotFound
from api.domain.inbox import Around
from api.domain.replies import Told
from api.services import concerns, flags, leave, replies, tasks
from api.services.work import unit
from schemas.tables import Episode
from schemas.vocabulary import EndingKind, GivenReason, ReplyAnswer, ReplyHandling, Role, TaskKind
from schemas.wire.concerns import ConcernNoteIn, ConcernOut, ConcernReleaseIn
from schemas.wire.leave import LeaveIn
from schemas.wire.replies import HandledIn, ReplyOut
from tests.support import links as messages
from tests.support.house import House, Person
from tests.support.links import Sent

CALL_ME, BACK = ReplyAnswer.CALL_ME, ReplyAnswer.COME_BACK
DANGER = "I do not want to be here anymore."


def tap(house: House, sent: Sent, told: Told) -> None:
    with unit(house.runtime) as work:
        replies.answer(work, replies.open_link(work, sent.token, "192.0.2.7").link, told)


def confide(house: House, sent: Sent, words: str) -> None:
    with unit(house.runtime) as work:
        link = replies.open_link(work, sent.token, "192.0.2.7").link
        concerns.confide(work, link, Told(reasons=(GivenReason.SPOKEN_TO_HARSHLY,), words=words))


def listed(house: House, who: Person, *, handled: bool = False, limit: int = 50) -> list[ReplyOut]:
    found: list[ReplyOut] = []
    cursor = None
    while True:
        with house.work(who) as work:
            page = replies.page(work, handled=handled, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def told(house: House, who: Person, *, handled: bool = False) -> list[ConcernOut]:
    with house.work(who) as work:
        return concerns.page(work, handled=handled, cursor=None, limit=50).items


def kinds(house: House, who: Person) -> list[TaskKind]:
    with house.work(who) as work:
        return [one.kind for one in tasks.page(work, cursor=None, limit=50).items]


@pytest.mark.parametrize(
    "words",
    [
        "I want to die",
        "I took all the pills",
        "I\u2019m suicidal",
        "NO PUEDO MÁS",
        "me quiero morir",
        "he hits me",
        "I'm not suicidal",
    ],
)
def test_words_that_may_be_danger_are_told_rather_than_missed(words: str) -> None:
    assert danger.may_be_in_danger(words)


@pytest.mark.parametrize(
    "words", [None, "", "See you on Tuesday.", "I took my dog out.", "Gracias por todo.", "It is killing time."]
)
def test_ordinary_words_keep_their_turn(words: str | None) -> None:
    assert not danger.may_be_in_danger(words)


A, B, C, LEAD, OTHER = (uuid4() for _ in range(5))


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        (Around(A, None, [LEAD], {A, LEAD}, set(), {}), A),
        (Around(A, B, [LEAD], {A, B, LEAD}, set(), {}), B),
        (Around(A, B, [LEAD], {A, LEAD}, set(), {}), A),
        (Around(A, None, [LEAD], {LEAD}, set(), {}), LEAD),
        (Around(A, None, [LEAD], {A, C, LEAD}, {A}, {A: C}), C),
        (Around(A, None, [LEAD], {A, LEAD}, {A}, {}), LEAD),
        (Around(A, None, [LEAD, OTHER], {A, LEAD, OTHER}, {A, LEAD}, {}), OTHER),
        (Around(A, None, [LEAD], {A, LEAD}, {A, LEAD}, {}), A),
        (Around(A, None, [], set(), set(), {}), None),
    ],
    ids=[
        "clinician",
        "successor",
        "successor left",
        "nobody but the lead",
        "cover",
        "away",
        "lead away",
        "all away",
        "nobody",
    ],
)
def test_an_answer_waits_for_somebody_who_is_here(around: Around, expected: UUID | None) -> None:
    assert inbox.waits_for(around) == expected


def test_to_read_an_answer_opens_nothing_of_what_a_risk_on_record_does(shared_house: House) -> None:
    """Emergency contact, flags and addresses are there for whoever has to reach a client, and nobody has said that there is a risk."""
    house = shared_house
    tap(house, messages.send(house, house.client("Ana", house.clinician), house.clinician), Told(words=DANGER))
    with house.work(house.clinician) as work:
        (task,) = tasks.page(work, cursor=None, limit=9).items
    assert task.kind is TaskKind.READ_REPLY_TODAY
    with pytest.raises(NotFound), house.work(house.clinician) as work:
        flags.at_hand(work, task.id)


def test_what_may_be_danger_is_read_first_and_today(both_houses: House) -> None:
    house = both_houses
    calm, other = (
        messages.send(house, house.client(name, house.clinician), house.clinician) for name in ("Ana", "Bea")
    )
    tap(house, calm, Told(CALL_ME))
    house.wait(hours=1)
    tap(house, other, Told(words=DANGER))
    found = listed(house, house.clinician, limit=1)
    assert [(one.comes_first, one.words) for one in found] == [(True, DANGER), (False, None)]
    assert found[0].waits_for is not None
    assert found[0].waits_for.id == house.clinician.id
    assert kinds(house, house.clinician) == [TaskKind.READ_REPLY_TODAY]
    with house.work(house.clinician) as work:
        (task,) = tasks.page(work, cursor=None, limit=9).items
    with pytest.raises(Conflict), house.work(house.clinician) as work:
        tasks.done(work, task.id)
    with house.work(house.clinician) as work:
        replies.handle(work, found[0].id, HandledIn(how=ReplyHandling.SPOKE))
    assert kinds(house, house.clinician) == []
    with house.work(house.clinician) as work:
        waiting = replies.waiting(work)
    assert (waiting.waiting_count, waiting.answered_count, waiting.median_minutes) == (1, 1, 0)


def test_a_mind_is_changed_until_somebody_has_read_it(both_houses: House) -> None:
    house = both_houses
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    tap(house, sent, Told(ReplyAnswer.DO_NOT_CONTACT, words=DANGER))
    first_at = house.now
    house.wait(minutes=5)
    tap(house, sent, Told(BACK, words="I mean it."))
    house.wait(minutes=5)
    tap(house, sent, Told(CALL_ME))
    (only,) = listed(house, house.clinician)
    assert (only.answer, only.waiting_since, only.comes_first, only.opted_out) == (CALL_ME, first_at, True, True)
    assert [(one.answer, one.words) for one in only.replaced] == [
        (BACK, "I mean it."),
        (ReplyAnswer.DO_NOT_CONTACT, DANGER),
    ]
    assert kinds(house, house.clinician) == [TaskKind.READ_REPLY_TODAY]
    house.wait(minutes=5)
    tap(house, sent, Told(BACK))
    assert [one.answer for one in listed(house, house.clinician)] == [CALL_ME, BACK]
    assert listed(house, house.clinician, handled=True) == []


def test_an_answer_after_the_end_is_given_to_a_named_person(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    sent = messages.send(house, case, house.clinician)
    _end(house, case.episode_id)
    tap(house, sent, Told(CALL_ME))
    assert kinds(house, house.clinician) == [TaskKind.ANSWER_REPLY]
    (one,) = listed(house, house.clinician)
    assert one.waits_for is not None
    assert one.waits_for.id == house.clinician.id


def _end(house: House, episode_id: UUID) -> None:
    """As an ending leaves it."""
    with house.work(house.founder) as work:
        row = work.session.get_one(Episode, (work.practice_id, episode_id))
        row.ended_at, row.ending, row.ending_known_at = work.now, EndingKind.AGREED, work.now


def test_while_the_clinician_is_away_without_cover_it_waits_for_a_lead(shared_house: House) -> None:
    house = shared_house
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    with house.work(house.clinician) as work:
        leave.record_own(work, LeaveIn(from_on=house.now.date(), to_on=house.now.date() + timedelta(days=9)))
    tap(house, sent, Told(words=DANGER))
    (one,) = listed(house, house.founder)
    assert one.waits_for is not None
    assert one.waits_for.id == house.founder.id
    assert kinds(house, house.founder) == [TaskKind.READ_REPLY_TODAY]


def test_a_reader_acknowledges_speaks_and_resolves(both_houses: House) -> None:
    house = both_houses
    sent = messages.send(house, house.client("Ana", house.clinician), house.clinician)
    confide(house, sent, "So it was.")
    house.wait(minutes=5)
    confide(house, sent, DANGER)
    (one,) = told(house, house.founder)
    assert (one.words, one.comes_first, [former.words for former in one.replaced]) == (DANGER, True, ["So it was."])
    assert listed(house, house.clinician) == []
    assert kinds(house, house.founder) == kinds(house, house.clinician) == []
    with house.work(house.founder) as work:
        assert concerns.acknowledge(work, one.id).acknowledged_at == house.now
    with house.work(house.founder) as work:
        given = ConcernNoteIn(spoken_on=house.now.date(), words="She is safe, and with her sister.")
        assert [note.words for note in concerns.note(work, one.id, given).notes] == [
            "She is safe, and with her sister."
        ]
    with pytest.raises(Invalid), house.work(house.founder) as work:
        concerns.note(work, one.id, ConcernNoteIn(spoken_on=house.now.date() - timedelta(days=1), words="Before."))
    other = house.practice.member(Role.PRACTICE_LEAD)
    assert told(house, other) == []
    confide(house, sent, "Once more.")
    assert [found.words for found in told(house, house.founder)] == [DANGER, "Once more."]
    with house.work(house.founder) as work:
        concerns.release(work, one.id, ConcernReleaseIn(client_agreed_on=house.now.date()))
        concerns.handle(work, one.id)
    (resolved,) = told(house, house.founder, handled=True)
    assert resolved.notes[0].spoken_on == house.now.date()
    assert [(found.words, found.comes_first) for found in listed(house, house.clinician)] == [(DANGER, True)]
