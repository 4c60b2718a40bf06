"""The closing letter: approved with the ending and sent although the work has ended; a trainee's after the cosignature; never to the dead."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, MayNotContact, NotFound, VersionMismatch
from api.services import (
    approvals,
    by_hand,
    checkins,
    clients,
    consents,
    flags,
    letters,
    signatures,
    terminations,
)
from api.services.work import Work
from schemas.tables import CheckIn, Contact, Episode, Letter
from schemas.vocabulary import (
    Channel,
    CheckInKind,
    CheckInState,
    ConsentState,
    FlagKind,
    LetterState,
    NoteState,
    StopReason,
)
from schemas.wire.checkins import ApprovalIn, CheckInPatch
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.flags import FlagIn
from schemas.wire.letters import LetterHandedOverIn, LetterIn, LetterOut, LetterWithNoteIn
from schemas.wire.terminations import NoteReturnIn
from tests.support import letters as post
from tests.support import notes
from tests.support.house import Case, House, Person
from tests.support.messages import address


@pytest.fixture
def ana(shared_house: House) -> Case:
    case = shared_house.client("Ana Moreno", shared_house.practice.elena)
    address(shared_house, case, shared_house.practice.elena)
    return case


def written(house: House, case: Case, who: Person | None = None, body: str = post.PLAIN) -> LetterOut:
    author = who or house.practice.elena
    return post.write(house, author, notes.draft(house, author, case).id, body=body)


def state(house: House, letter: LetterOut) -> tuple[LetterState, StopReason | None]:
    found = post.read(house, house.lead, letter.id)
    return found.state, found.stopped_by


def approve_alone(house: House, letter: LetterOut, who: Person) -> LetterOut:
    with house.work(who) as work:
        return letters.approve(work, letter.id, ApprovalIn(), version=letter.version)


def test_it_is_approved_with_the_signature_and_leaves_although_the_work_has_ended(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana Moreno", house.practice.elena)
    address(house, ana, house.practice.elena)
    letter = written(house, ana)
    assert (letter.state, letter.outlook and letter.outlook.allowed) == (LetterState.DRAFT, True)
    signed = post.sign(house, house.practice.elena, letter)
    assert (signed.state, signed.episode_ended) == (NoteState.SIGNED, True)
    assert state(house, letter) == (LetterState.APPROVED, None)
    carrier = post.carry(house)
    assert [one.to for one in carrier.letters] == ["ana@example.com"]
    assert carrier.letters[0].body.startswith(post.PLAIN)
    assert state(house, letter) == (LetterState.GONE, None)
    with house.rows() as work:
        (contact,) = work.session.scalars(sa.select(Contact)).all()
        assert contact.check_in_id == letter.check_in_id


WAYS: dict[str, Callable[[Work, LetterOut], object]] = {
    "letters": lambda work, one: letters.approve(work, one.id, ApprovalIn(), version=one.version),
    "check-ins": lambda work, one: approvals.approve(work, one.check_in_id, ApprovalIn(), version=one.version),
    "by hand": lambda work, one: by_hand.show(work, one.check_in_id, None),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_before_the_note_is_signed_it_goes_by_no_way(shared_house: House, ana: Case, way: str) -> None:
    house = shared_house
    letter = written(house, ana)
    with house.work(house.practice.elena) as work, pytest.raises(Conflict) as refused:
        WAYS[way](work, letter)
    assert refused.value.code == "letter_with_note"
    assert post.carry(house).letters == []


def test_a_letter_that_may_not_go_leaves_the_note_unsigned(shared_house: House) -> None:
    """Both or neither: whoever signs is told why, and signs without it or changes the way."""
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana", elena)
    letter = written(house, ana)
    with pytest.raises(MayNotContact) as refused:
        post.sign(house, elena, letter)
    assert [code for code, _, _ in refused.value.reasons] == ["no_address"]
    assert notes.read(house, elena, letter.note_id).state is NoteState.DRAFT
    assert [one.allowed for one in post.message(house, elena, letter).decisions] == [False]
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    assert state(house, letter) == (LetterState.DRAFT, None)
    address(house, ana, elena)
    with house.work(elena) as work:
        consent_id = consents.page(work, ana.client_id)[0].id
        found = checkins.change(work, letter.check_in_id, CheckInPatch(consent_id=consent_id), version=letter.version)
    assert (
        approve_alone(house, letter.model_copy(update={"version": found.version}), elena).state is LetterState.APPROVED
    )
    assert len(post.carry(house).letters) == 1


def test_a_trainees_letter_goes_after_the_cosignature_as_it_was_approved(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    address(house, ana, trainee)
    letter = written(house, ana, trainee)
    waiting = post.sign(house, trainee, letter)
    assert (waiting.state, waiting.episode_ended) == (NoteState.AWAITING_COSIGN, False)
    assert state(house, letter) == (LetterState.AWAITING_COSIGN, None)
    assert post.carry(house, minutes=60).letters == []
    anything_else = CheckInPatch(body="Other.")
    change = {"change": lambda work, one: checkins.change(work, one.check_in_id, anything_else, version=one.version)}
    for act in (WAYS | change).values():
        with house.work(trainee) as work, pytest.raises(Conflict) as refused:
            act(work, letter)
        assert refused.value.code == "letter_awaits_cosign"
    house.wait(days=4)  # a cosignature may take longer than an approval holds
    assert post.cosign(house, supervisor, letter).state is NoteState.SIGNED
    found = post.read(house, supervisor, letter.id)
    assert (found.approved_by, found.released_by) == (trainee.id, supervisor.id)
    (carried,) = post.carry(house).letters
    assert carried.body.startswith(post.PLAIN)
    assert carried.sender_name == trainee.name


def test_a_note_that_is_sent_back_takes_its_letter_along(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    address(house, ana, trainee)
    letter = written(house, ana, trainee)
    waiting = post.sign(house, trainee, letter)
    with house.work(supervisor) as work:
        signatures.send_back(work, waiting.id, NoteReturnIn(reason="Say more."), version=waiting.version)
    assert state(house, letter) == (LetterState.DRAFT, None)
    with house.work(trainee) as work:
        checkins.change(work, letter.check_in_id, CheckInPatch(body=post.PLAIN + " Bo"), version=letter.version)
    post.sign(house, trainee, letter)
    post.cosign(house, supervisor, letter)
    assert post.carry(house).letters[0].body.startswith(post.PLAIN + " Bo")


def test_cosigned_alone_the_letter_is_a_draft_for_its_author(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    address(house, ana, trainee)
    letter = written(house, ana, trainee)
    post.sign(house, trainee, letter)
    post.cosign(house, supervisor, letter, goes=False)
    assert state(house, letter) == (LetterState.DRAFT, None)
    assert post.carry(house).letters == []
    with house.work(supervisor) as work, pytest.raises(AccessDenied):
        letters.approve(work, letter.id, ApprovalIn(), version=letter.version)
    assert approve_alone(house, letter, trainee).state is LetterState.APPROVED
    assert len(post.carry(house).letters) == 1


def test_who_cosigns_lets_go_only_what_the_author_approved(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    address(house, ana, trainee)
    letter = written(house, ana, trainee)
    notes.sign(house, trainee, notes.read(house, trainee, letter.note_id))
    with pytest.raises(Conflict) as refused:
        post.cosign(house, supervisor, letter)
    assert refused.value.code == "letter_with_note"
    assert notes.read(house, supervisor, letter.note_id).state is NoteState.AWAITING_COSIGN


def opted_out(house: House, case: Case) -> None:
    with house.work(house.lead) as work:
        (consent,) = consents.page(work, case.client_id)
        given = ConsentIn(channel=Channel.EMAIL, address=consent.address, state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, consent.id, given, version=consent.version)


def flagged(kind: FlagKind) -> Callable[[House, Case], None]:
    def raise_it(house: House, case: Case) -> None:
        with house.work(house.lead) as work:
            flags.raise_flag(work, case.client_id, FlagIn(kind=kind))

    return raise_it


def died(house: House, case: Case) -> None:
    with house.work(house.lead) as work:
        client = clients.read(work, case.client_id)
        clients.change(work, case.client_id, ClientPatch(died_on=house.now.date()), version=client.version)


STOPS = {
    "opted out": opted_out,
    "unsafe": flagged(FlagKind.UNSAFE_TO_CONTACT),
    "risk of harm": flagged(FlagKind.RISK_OF_HARM),
    "held by the practice": flagged(FlagKind.PRACTICE_HOLD),
    "died": died,
}


@pytest.mark.parametrize("fact", list(STOPS))
def test_what_was_approved_with_the_ending_still_stops(shared_house: House, ana: Case, fact: str) -> None:
    house = shared_house
    letter = written(house, ana)
    post.sign(house, house.practice.elena, letter)
    house.wait(minutes=1)
    STOPS[fact](house, ana)
    assert post.carry(house).letters == []
    assert state(house, letter)[0] is LetterState.NOT_SENT


@pytest.mark.parametrize("fact", [one for one in STOPS if one != "risk of harm"])
def test_what_waits_for_a_cosignature_is_asked_about_anew(shared_house: House, fact: str) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    house.practice._people["elena"] = trainee  # the facts are told by whoever works with them
    address(house, ana, trainee)
    letter = written(house, ana, trainee)
    post.sign(house, trainee, letter)
    house.wait(minutes=1)
    STOPS[fact](house, ana)
    with pytest.raises((MayNotContact, Conflict)):
        post.cosign(house, supervisor, letter)
    assert notes.read(house, supervisor, letter.note_id).state is NoteState.AWAITING_COSIGN
    assert post.carry(house).letters == []


def test_no_letter_is_written_to_or_about_a_client_who_died(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    note = notes.draft(house, elena, ana, **{**notes.SILENT, "how_it_ended": "client_died"})
    with pytest.raises(Conflict) as refused:
        post.write(house, elena, note.id)
    assert refused.value.code == "client_died"
    died(house, ana)
    with house.work(elena) as work:
        changed = note.content.model_copy(update={"how_it_ended": None})
        terminations.change(work, note.id, changed, version=note.version)
    with pytest.raises(Conflict) as refused:
        post.write(house, elena, note.id)
    assert refused.value.code == "client_died"


def test_a_note_that_comes_to_say_that_the_client_died_is_not_signed_with_a_letter(
    shared_house: House, ana: Case
) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    note = notes.read(house, elena, letter.note_id)
    with house.work(elena) as work:
        content = type(note.content).model_validate({**notes.SILENT, "how_it_ended": "client_died"})
        terminations.change(work, note.id, content, version=note.version)
    with pytest.raises(MayNotContact) as refused:
        post.sign(house, elena, letter)
    assert "died" in [code for code, _, _ in refused.value.reasons]
    notes.sign(house, elena, notes.read(house, elena, note.id))
    for act in (
        lambda work: letters.text(work, letter.id),
        lambda work: letters.hand_over(work, letter.id, LetterHandedOverIn(), version=letter.version),
    ):
        with house.work(elena) as work, pytest.raises(Conflict) as refused_too:
            act(work)
        assert refused_too.value.code == "client_died"


def test_one_letter_for_each_ending_and_another_where_it_did_not_go(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    with pytest.raises(Conflict) as refused:
        post.write(house, elena, letter.note_id)
    assert refused.value.code == "letter_exists"
    post.sign(house, elena, letter)
    with house.work(elena) as work:
        approvals.cancel(work, letter.check_in_id)
    assert state(house, letter) == (LetterState.NOT_SENT, StopReason.BY_HAND)
    again = post.write(house, elena, letter.note_id, body=post.PLAIN)
    assert approve_alone(house, again, elena).state is LetterState.APPROVED
    assert len(post.carry(house).letters) == 1
    with pytest.raises(Conflict):
        post.write(house, elena, letter.note_id)


def test_undone_it_is_a_draft_that_is_approved_by_itself(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    post.sign(house, elena, letter)
    with house.work(elena) as work:
        approvals.undo(work, letter.check_in_id)
    assert post.carry(house).letters == []
    found = post.read(house, elena, letter.id)
    assert found.state is LetterState.DRAFT
    assert approve_alone(house, found, elena).state is LetterState.APPROVED
    assert len(post.carry(house).letters) == 1


def test_a_letter_stays_one(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    with house.work(elena) as work, pytest.raises(Invalid):
        checkins.change(work, letter.check_in_id, CheckInPatch(kind=CheckInKind.CHECK_IN), version=letter.version)


def test_a_message_that_is_called_a_letter_and_has_no_note_is_none(shared_house: House, ana: Case) -> None:
    """What it is exempt from stands in the record: the signature of the note it was written with."""
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    with house.rows() as work:
        work.session.execute(sa.delete(Letter).where(col(Letter.id) == letter.id))
    with house.work(elena) as work, pytest.raises(MayNotContact) as refused:
        approvals.approve(work, letter.check_in_id, ApprovalIn(), version=letter.version)
    assert [code for code, _, _ in refused.value.reasons] == ["ended", "not_approved"]


def test_one_that_is_approved_without_a_signature_stays_here_also_while_the_work_goes_on(
    shared_house: House, ana: Case
) -> None:
    """By no way that the product has; the decision at sending asks the record all the same."""
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    post.sign(house, elena, letter)
    with house.rows() as work:
        work.session.execute(sa.delete(Letter).where(col(Letter.id) == letter.id))
        goes_on = sa.update(Episode).where(col(Episode.id) == ana.episode_id)
        work.session.execute(goes_on.values(ended_at=None, ending=None))
    assert post.carry(house).letters == []
    assert [one.code for one in post.message(house, elena, letter).decisions[-1].reasons] == ["not_approved"]


def test_a_letter_of_another_note_does_not_go_with_this_one(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    bea = house.client("Bea", elena)
    address(house, bea, elena, "bea@example.com")
    theirs, note = written(house, bea), notes.draft(house, elena, ana)
    given = LetterWithNoteIn(letter_id=theirs.id, version=theirs.version)
    with house.work(elena) as work, pytest.raises(Invalid):
        signatures.sign(work, note.id, version=note.version, letter=given)
    stale = LetterWithNoteIn(letter_id=theirs.id, version=theirs.version + 1)
    with house.work(elena) as work, pytest.raises(VersionMismatch):
        signatures.sign(work, theirs.note_id, version=1, letter=stale)


def test_handed_over_on_paper_it_stands_in_the_record(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    ana = house.client("Ana", elena)
    letter = written(house, ana)
    with house.work(elena) as work, pytest.raises(Conflict):
        letters.hand_over(work, letter.id, LetterHandedOverIn(), version=letter.version)
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    with house.work(elena) as work:
        assert letters.text(work, letter.id) == f"{post.PLAIN}\n"
        given = letters.hand_over(work, letter.id, LetterHandedOverIn(), version=letter.version)
    assert (given.state, given.by_hand, given.channel) == (LetterState.GONE, True, Channel.IN_PERSON)
    with house.rows() as work:
        contacts = work.session.scalars(sa.select(Contact).where(col(Contact.client_id) == ana.client_id)).all()
    assert [(one.channel, one.check_in_id) for one in contacts] == [(Channel.IN_PERSON, letter.check_in_id)]


def test_a_draft_that_is_thrown_away_takes_its_letter_along(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = written(house, ana)
    with house.work(elena) as work:
        terminations.discard(work, letter.note_id, version=1)
    with house.work(elena) as work, pytest.raises(NotFound):
        letters.read(work, letter.id)
    with house.rows() as work:
        row = work.session.scalars(sa.select(CheckIn).where(col(CheckIn.id) == letter.check_in_id)).one()
    assert (row.state, row.stopped_by) == (CheckInState.CANCELLED, StopReason.BY_HAND)


def test_whose_letter_it_is(shared_house: House) -> None:
    house, (trainee, supervisor) = shared_house, post.trained(shared_house)
    ana = house.client("Ana", trainee)
    letter = written(house, ana, trainee)
    assert post.read(house, supervisor, letter.id).id == letter.id
    with house.work(house.practice.elena) as work, pytest.raises(NotFound):
        letters.read(work, letter.id)
    with house.work(house.practice.elena) as work, pytest.raises(Invalid):
        letters.draft(work, LetterIn(note_id=letter.note_id))
