"""A text message that could be of two clients waits for one practice lead, and becomes an answer once it is said whose."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import system_principal
from api.domain.errors import AccessDenied, Conflict, Invalid, MayNotContact, NotFound
from api.jobs.reminders import remind
from api.services import (
    approvals,
    by_hand,
    checkins,
    consents,
    erasures,
    flags,
    members,
    replies,
    tasks,
    unclear_texts,
)
from api.store import clients as client_store
from api.store import members as member_store
from api.store import texts as text_store
from api.store.sealing import Place
from schemas.tables import Consent, Episode, Member, ReceivedText
from schemas.vocabulary import Channel, ConsentState, ErasureReason, FlagKind, Recipient, Role, TaskKind
from schemas.wire.checkins import ApprovalIn, CheckInIn, CheckInOut
from schemas.wire.clients import ConsentIn
from schemas.wire.flags import FlagClearIn, FlagIn
from schemas.wire.members import ClinicalRolesIn, LeavePracticeIn, MemberIn
from schemas.wire.records import EraseIn
from schemas.wire.replies import ReplyOut
from schemas.wire.texts import TextAssignIn, TextOut
from tests.support import provider as stand_in
from tests.support.house import Case, House, Person
from tests.support.provider import Provider
from tests.support.texting import line

WORDS = "I would like to come back"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with stand_in.provider() as one:
        yield one


@dataclass
class Scene:
    house: House
    ana: Case
    bea: Case
    text_id: UUID
    reader: Person
    number: str

    def consent_id(self, case: Case) -> UUID:
        with self.house.rows() as work:
            theirs = sa.select(col(Consent.id)).where(
                col(Consent.client_id) == case.client_id, col(Consent.channel) == Channel.SMS
            )
            return work.session.scalars(theirs).one()

    def draft(self, case: Case, who: Person) -> CheckInOut:
        given = {"episode_id": case.episode_id, "consent_id": self.consent_id(case), "body": "Hello Ana."}
        with self.house.work(who) as work:
            return checkins.draft(work, CheckInIn.model_validate({**given, "subject": "Hello"}))

    def read(self, who: Person) -> TextOut:
        with self.house.work(who) as work:
            return unclear_texts.read(work, self.text_id)

    def assign(self, who: Person, client_id: UUID) -> TextOut:
        with self.house.work(who) as work:
            return unclear_texts.assign(work, self.text_id, TextAssignIn(client_id=client_id))

    def put_aside(self, who: Person) -> TextOut:
        with self.house.work(who) as work:
            return unclear_texts.put_aside(work, self.text_id)

    def inbox(self, who: Person) -> list[ReplyOut]:
        with self.house.work(who) as work:
            return replies.page(work, handled=False, cursor=None, limit=50).items

    def tasks(self, who: Person) -> list[TaskKind]:
        with self.house.work(who) as work:
            return [one.kind for one in tasks.page(work, cursor=None, limit=50).items]


def written_to(house: House, provider: Provider, ana: Case, bea: Case) -> str:
    """Both lately, at one number."""
    with line(house, provider) as there:
        first_id, number = there.number(ana, house.founder)
        there.sent(ana, house.founder, first_id)
        second_id, _ = there.number(bea, house.practice.elena, number)
        there.sent(bea, house.practice.elena, second_id)
    return number


@pytest.fixture
def scene(shared_house: House, provider: Provider) -> Scene:
    """Two clients of two clinicians were written to at one number, and somebody answers from it. The founder treats one of them."""
    house = shared_house
    lead = house.lead
    ana, bea = house.client("Ana", house.founder), house.client("Bea", house.practice.elena)
    number = written_to(house, provider, ana, bea)
    with line(house, provider) as there:
        there.writes(number, WORDS)
    with house.work(lead) as work:
        (task,) = [one for one in tasks.page(work, cursor=None, limit=50).items if one.kind is TaskKind.READ_TEXT]
    assert task.subject_id is not None
    return Scene(house, ana, bea, task.subject_id, lead, number)


def test_the_lead_who_treats_neither_reads_it_and_nobody_else(scene: Scene) -> None:
    shown = scene.read(scene.reader)
    assert (shown.words, {one.name for one in shown.clients}) == (WORDS, {"Ana", "Bea"})
    assert scene.tasks(scene.reader) == [TaskKind.READ_TEXT]
    for person in (scene.house.founder, scene.house.practice.member(Role.PRACTICE_LEAD)):
        with pytest.raises(NotFound):
            scene.read(person)
    for person in (scene.house.practice.elena, scene.house.admin, scene.house.supervisor):
        with pytest.raises(AccessDenied):
            scene.read(person)
    with scene.house.work(scene.reader) as work:
        (task,) = tasks.page(work, cursor=None, limit=50).items
        with pytest.raises(Conflict):
            tasks.done(work, task.id)


def test_said_whose_it_is_it_is_their_answer_as_of_when_it_came(scene: Scene) -> None:
    came_at = scene.house.now
    scene.house.wait(hours=3)
    done = scene.assign(scene.reader, scene.bea.client_id)
    assert (done.words, done.clients, done.handled_by) == (None, [], scene.reader.id)
    (reply,) = scene.inbox(scene.house.practice.elena)
    assert (reply.client.id, reply.words, reply.at) == (scene.bea.client_id, WORDS, came_at)
    assert scene.tasks(scene.reader) == []
    for again in (scene.ana, scene.bea):
        with pytest.raises(Conflict):
            scene.assign(scene.reader, again.client_id)
    assert len(scene.inbox(scene.house.lead)) == 1


def test_it_says_that_a_guardian_wrote_it(scene: Scene) -> None:
    """Whose number it is of the one it is given to; their clinician does not take it for the child's own word."""
    with scene.house.rows() as work:
        theirs = sa.select(Consent).where(col(Consent.client_id) == scene.bea.client_id)
        work.session.scalars(theirs).one().recipient = Recipient.GUARDIAN
    scene.assign(scene.reader, scene.bea.client_id)
    (reply,) = scene.inbox(scene.house.practice.elena)
    assert reply.spoken_by is Recipient.GUARDIAN


@pytest.mark.parametrize(("words", "asks_a_person"), [("QUIT", False), ("STOP", True)])
def test_said_whose_it_is_a_wish_for_no_more_is_shown_as_one(scene: Scene, words: str, asks_a_person: bool) -> None:
    with scene.house.rows() as work:
        row = text_store.get(work.session, scene.text_id)
        assert row is not None
        row.words_sealed = work.practice_key().seal(words, Place("received_texts", "words", row.id))
    scene.assign(scene.reader, scene.bea.client_id)
    (reply,) = scene.inbox(scene.house.practice.elena)
    assert reply.opted_out
    asked = scene.tasks(scene.house.practice.elena)
    assert asked == ([TaskKind.UNDERSTAND_OPT_OUT] if asks_a_person else [])


@pytest.mark.parametrize(("state", "asks_a_person"), [(ConsentState.GRANTED, False), (ConsentState.WITHDRAWN, True)])
def test_that_messages_may_come_again_is_asked_about_only_where_they_may_not(
    scene: Scene, state: ConsentState, asks_a_person: bool
) -> None:
    with scene.house.rows() as work:
        row = text_store.get(work.session, scene.text_id)
        assert row is not None
        row.words_sealed = work.practice_key().seal("START", Place("received_texts", "words", row.id))
        theirs = sa.select(Consent).where(col(Consent.client_id) == scene.bea.client_id)
        work.session.scalars(theirs).one().state = state
    scene.assign(scene.reader, scene.bea.client_id)
    assert scene.tasks(scene.house.practice.elena) == ([TaskKind.UNDERSTAND_OPT_OUT] if asks_a_person else [])


def test_it_is_handed_to_nobody_without_the_number(scene: Scene) -> None:
    other = scene.house.client("Cleo", scene.house.clinician)
    for client_id in (other.client_id, uuid4()):
        with pytest.raises(Invalid):
            scene.assign(scene.reader, client_id)
    assert scene.read(scene.reader).words == WORDS


def test_put_aside_its_words_are_gone(scene: Scene) -> None:
    assert scene.put_aside(scene.reader).words is None
    assert scene.put_aside(scene.reader).handled_at is not None
    assert (scene.tasks(scene.reader), scene.inbox(scene.reader)) == ([], [])
    with scene.house.rows() as work:
        row = text_store.get(work.session, scene.text_id)
        assert row is not None
        assert (row.words_sealed, row.address_digest) == (None, None)
    with pytest.raises(Conflict):
        scene.assign(scene.reader, scene.ana.client_id)


def test_a_wish_for_no_more_that_only_the_provider_understood_stays_one(scene: Scene, provider: Provider) -> None:
    """The word is none of ours, so it cannot be read again out of the words."""
    with line(scene.house, provider) as there:
        there.writes(scene.number, "ARRET", OptOutType="STOP")
    with scene.house.rows() as work:
        text_id = work.session.scalars(sa.select(col(ReceivedText.id)).where(col(ReceivedText.opted_out))).one()
    with scene.house.work(scene.reader) as work:
        assert unclear_texts.read(work, text_id).opted_out
    with scene.house.work(scene.reader) as work:
        unclear_texts.assign(work, text_id, TextAssignIn(client_id=scene.bea.client_id))
    (reply,) = scene.inbox(scene.house.practice.elena)
    assert (reply.words, reply.opted_out) == ("ARRET", True)


def test_once_its_reader_has_left_any_practice_lead_reads_it(scene: Scene) -> None:
    with scene.house.work(scene.house.founder) as work:
        members.leave_practice(work, scene.reader.id, LeavePracticeIn())
    assert scene.read(scene.house.founder).words == WORDS
    assert scene.assign(scene.house.founder, scene.bea.client_id).words is None


def test_whoever_leads_next_has_it_to_do_once_its_reader_leaves(scene: Scene) -> None:
    with scene.house.work(scene.house.founder) as work:
        members.leave_practice(work, scene.reader.id, LeavePracticeIn())
    assert scene.tasks(scene.house.founder) == [TaskKind.READ_TEXT]
    scene.put_aside(scene.house.founder)
    assert scene.tasks(scene.house.founder) == []


def test_it_is_passed_on_to_a_lead_who_treats_neither_once_its_reader_leads_no_more(scene: Scene) -> None:
    """The founder treats one of them and was here first."""
    other = scene.house.practice.member(Role.PRACTICE_LEAD)
    with scene.house.work(scene.house.founder) as work:
        version = members.read(work, scene.reader.id).version
        members.set_clinical_roles(work, scene.reader.id, ClinicalRolesIn(roles=[Role.CLINICIAN]), version=version)
    assert (scene.read(other).words, scene.tasks(other)) == (WORDS, [TaskKind.READ_TEXT])
    assert (scene.tasks(scene.house.founder), scene.tasks(scene.reader)) == ([], [])
    with pytest.raises(NotFound):
        scene.read(scene.house.founder)


def test_where_nobody_leads_who_could_sign_in_whoever_does_next_has_it_to_do(
    shared_house: House, provider: Provider
) -> None:
    house = shared_house
    ana, bea = house.client("Ana", house.founder), house.client("Bea", house.practice.elena)
    number = written_to(house, provider, ana, bea)
    with house.rows() as work:
        work.session.get_one(Member, (work.practice_id, house.founder.id)).password_hash = None
    with line(house, provider) as there:
        there.writes(number, WORDS)
        there.writes(number, "I want to end my life")
    with house.work(house.founder) as work:
        given = MemberIn(name="New lead", email=f"{uuid4().hex}@example.org", roles=[Role.PRACTICE_LEAD])
        added = members.add(work, given).member
    lead = house.practice.signed_in(added.id, "New lead", added.email or "", frozenset({Role.PRACTICE_LEAD}))
    with house.work(lead) as work:
        found = tasks.page(work, cursor=None, limit=50).items
    assert [one.kind for one in found] == [TaskKind.READ_TEXT_TODAY, TaskKind.READ_TEXT]
    with house.work(lead) as work:
        shown = [unclear_texts.read(work, one.subject_id) for one in found if one.subject_id]
    assert [(one.words, one.comes_first) for one in shown] == [("I want to end my life", True), (WORDS, False)]


def test_what_nobody_has_to_read_by_some_accident_is_found_by_the_calendar(scene: Scene) -> None:
    """It came in the moment in which its reader lost the role, or before texts were passed on at all."""
    with scene.house.rows() as work:
        member_store.set_roles(work.session, scene.reader.id, {Role.CLINICIAN})
    for _ in range(2):
        with scene.house.work(system_principal(scene.house.practice.id)) as work:
            remind(work)
        assert scene.tasks(scene.house.founder) == [TaskKind.READ_TEXT]


def test_words_that_may_be_about_danger_are_first_of_what_a_lead_has_to_do(scene: Scene, provider: Provider) -> None:
    scene.house.wait(days=1)
    with line(scene.house, provider) as there:
        there.writes(scene.number, "I want to end my life")
    assert scene.tasks(scene.reader) == [TaskKind.READ_TEXT_TODAY, TaskKind.READ_TEXT]
    with scene.house.work(scene.reader) as work:
        first, _ = tasks.page(work, cursor=None, limit=50).items
        assert first.subject_id is not None
        with pytest.raises(Conflict):
            tasks.done(work, first.id)
        assert unclear_texts.put_aside(work, first.subject_id).comes_first
    assert scene.tasks(scene.reader) == [TaskKind.READ_TEXT]


def test_until_it_is_looked_after_nothing_goes_to_its_number_and_it_reads_as_any_hold(scene: Scene) -> None:
    """Nor by hand; and of the hold nothing tells it from one of the practice."""
    house = scene.house
    house.wait(days=8)
    draft = scene.draft(scene.ana, house.founder)
    for with_a_flag in (False, True):
        if with_a_flag:
            with house.work(house.founder) as work:
                flags.raise_flag(work, scene.ana.client_id, FlagIn(kind=FlagKind.PRACTICE_HOLD))
        with pytest.raises(MayNotContact) as refused, house.work(house.founder) as work:
            approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
        assert [code for code, _, _ in refused.value.reasons] == ["paused_by_practice"]
    with house.work(house.founder) as work:
        held = checkins.read(work, draft.id).decisions
        assert held[0].reasons == held[1].reasons
        assert not by_hand.look(work, draft.id, None).outlook.allowed
        (flag,) = flags.page(work, scene.ana.client_id)
        flags.clear(work, scene.ana.client_id, flag.id, FlagClearIn(note="Over."))
    scene.put_aside(scene.reader)
    with house.work(house.founder) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)


def test_a_number_may_be_called_while_a_text_from_it_waits(scene: Scene) -> None:
    """What is said of texts is not said of calls."""
    house = scene.house
    house.wait(days=8)
    with house.work(house.founder) as work:
        given = ConsentIn(channel=Channel.PHONE, address=scene.number, state=ConsentState.GRANTED)
        consent_id = consents.add(work, scene.ana.client_id, given).id
    draft = scene.draft(scene.ana, house.founder)
    with house.work(house.founder) as work:
        assert by_hand.look(work, draft.id, consent_id).outlook.allowed


def test_erasing_one_of_them_throws_away_what_waits(scene: Scene) -> None:
    with scene.house.rows() as work:
        episode = work.session.get_one(Episode, (work.practice_id, scene.ana.episode_id))
        episode.ended_at = work.now
    with scene.house.work(scene.house.founder) as work:
        erasures.erase(work, scene.ana.client_id, EraseIn(confirm="erase", reason=ErasureReason.CLIENT_ASKED))
    shown = scene.read(scene.reader)
    assert (shown.words, shown.clients, shown.handled_by) == (None, [], None)
    assert scene.tasks(scene.reader) == []


def test_whoever_hands_it_on_waits_in_the_order_in_which_everybody_does(scene: Scene) -> None:
    """Erasing holds the client and then wants what waits from their number. Whoever says whose it is must not wait the other way round."""
    with ThreadPoolExecutor(1) as threads:
        with scene.house.rows() as work:
            client_store.lock(work.session, {scene.bea.client_id})
            handing_on = threads.submit(scene.assign, scene.reader, scene.bea.client_id)
            wait([handing_on], timeout=0.5)
            row = text_store.get(work.session, scene.text_id)
            assert row is not None
            text_store.done(work.session, row, by=None, now=work.now)
        with pytest.raises(Conflict) as refused:
            handing_on.result(timeout=10)
    assert refused.value.code == "text_done"


def test_another_practice_does_not_see_it(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.read(scene.house.found("Next door").founder)
