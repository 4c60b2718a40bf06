"""A closing letter on paper, by post: to a postal address the client allowed, once, and on record as what it was."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict, MayNotContact
from api.services import by_hand, clients, consents, documents, letters
from schemas.tables import Contact
from schemas.vocabulary import (
    Channel,
    CheckInState,
    ConsentState,
    ContactDirection,
    ContactOutcome,
    LetterState,
)
from schemas.wire.checkins import ByHandOut, CheckInStandingOut, SentByHandIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.letters import LetterOut
from tests.support import letters as post
from tests.support import notes
from tests.support.house import Case, House
from tests.support.messages import address
from tests.support.pdfs import Opened


def postal(house: House, case: Case, *, may_mention_therapy: bool = False, granted: bool = True) -> UUID:
    given = ConsentIn(
        channel=Channel.LETTER,
        address="Calle Mayor 1, Madrid",
        state=ConsentState.GRANTED if granted else ConsentState.WITHDRAWN,
        may_mention_therapy=may_mention_therapy,
    )
    with house.work(house.practice.elena) as work:
        return consents.add(work, case.client_id, given).id


def signed(house: House, case: Case, body: str = post.PLAIN) -> LetterOut:
    """Its note is signed without it."""
    elena = house.practice.elena
    letter = post.write(house, elena, notes.draft(house, elena, case).id, body=body)
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    return letter


def copy(house: House, letter: LetterOut, to: UUID) -> ByHandOut:
    with house.work(house.practice.elena) as work:
        return by_hand.show(work, letter.check_in_id, to)


def sent(house: House, letter: LetterOut, to: UUID, at: datetime | None = None) -> CheckInStandingOut:
    elena = house.practice.elena
    version = post.read(house, elena, letter.id).version
    with house.work(elena) as work:
        return by_hand.record(work, letter.check_in_id, SentByHandIn(consent_id=to, at=at), version=version)


@pytest.fixture
def ana(shared_house: House) -> Case:
    case = shared_house.client("Ana Moreno", shared_house.practice.elena)
    address(shared_house, case, shared_house.practice.elena)
    return case


def test_by_post_it_stands_in_the_record_as_a_letter_that_went(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter, to = signed(house, ana), postal(house, ana)
    assert copy(house, letter, to).body == post.PLAIN
    done = sent(house, letter, to)
    assert done.state is CheckInState.SENT
    found = post.read(house, elena, letter.id)
    assert (found.state, found.channel, found.by_hand) == (LetterState.GONE, Channel.LETTER, True)
    with house.rows() as work:
        told = work.session.scalars(sa.select(Contact).where(col(Contact.check_in_id) == letter.check_in_id)).one()
        assert (told.channel, told.direction, told.outcome) == (
            Channel.LETTER,
            ContactDirection.OUTBOUND,
            ContactOutcome.SENT,
        )
    assert post.carry(house).letters == []
    with house.work(elena) as work:
        pack = Opened(documents.pack(work, letter.note_id, None).as_pdf()).text
        log = by_hand.record_text(work, letter.check_in_id).text
    assert "letter" in pack.casefold(), pack
    assert "sent by hand" in log


def test_it_may_have_gone_in_the_minute_of_the_signature_and_no_earlier(shared_house: House, ana: Case) -> None:
    """Whoever types a time types minutes."""
    house, elena = shared_house, shared_house.practice.elena
    letter, to = post.write(house, elena, notes.draft(house, elena, ana).id, body=post.PLAIN), postal(house, ana)
    house.wait(minutes=2)
    house.wait(seconds=(40 - house.now.second) % 60)
    notes.sign(house, elena, notes.read(house, elena, letter.note_id))
    minute = house.now.replace(second=0, microsecond=0)
    with pytest.raises(MayNotContact) as refused:
        sent(house, letter, to, at=minute - timedelta(minutes=1))
    assert [code for code, _, _ in refused.value.reasons] == ["ended", "not_approved"]
    assert sent(house, letter, to, at=minute).state is CheckInState.SENT


def test_what_waited_for_the_mail_goes_by_post_alone(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter = post.write(house, elena, notes.draft(house, elena, ana).id, body=post.PLAIN)
    post.sign(house, elena, letter)
    to = postal(house, ana)
    assert copy(house, letter, to).body == post.PLAIN
    sent(house, letter, to)
    assert post.carry(house).letters == []


def test_a_second_letter_of_the_same_ending_is_not_begun(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter, to = signed(house, ana), postal(house, ana)
    sent(house, letter, to)
    with pytest.raises(Conflict) as refused:
        post.write(house, elena, letter.note_id, body=post.PLAIN)
    assert refused.value.code == "letter_exists"


def test_a_postal_address_that_was_not_allowed_gets_none(shared_house: House, ana: Case) -> None:
    house = shared_house
    letter, refused_id = signed(house, ana), postal(house, ana, granted=False)
    assert copy(house, letter, refused_id).body is None
    with pytest.raises(MayNotContact):
        sent(house, letter, refused_id)
    assert post.read(house, house.practice.elena, letter.id).state is LetterState.DRAFT


def test_goals_go_by_post_only_where_the_envelope_may_hold_them(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.elena
    bo = house.client("Bo", elena)
    address(house, bo, elena, "bo@example.com", may_mention_therapy=True)
    letter = signed(house, bo, body=f"{post.PLAIN}\n\n{{growth_goals}}")
    to = postal(house, bo)
    with pytest.raises(Conflict) as refused:
        copy(house, letter, to)
    assert refused.value.code == "letter_names_the_work"
    with pytest.raises(Conflict):
        sent(house, letter, to)


def test_no_letter_is_posted_to_somebody_who_has_died(shared_house: House, ana: Case) -> None:
    house, elena = shared_house, shared_house.practice.elena
    letter, to = signed(house, ana), postal(house, ana)
    assert copy(house, letter, to).body
    with house.work(elena) as work:
        today = house.now.date()
        version = clients.read(work, ana.client_id).version
        clients.change(work, ana.client_id, ClientPatch(died_on=today), version=version)
    assert copy(house, letter, to).body is None
    with pytest.raises(MayNotContact):
        sent(house, letter, to)
    with house.work(elena) as work, pytest.raises(Conflict):
        letters.text(work, letter.id)
