"""A client may have two courses of work at once: a time booked in one stops what was written in the other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from api.domain.errors import MayNotContact
from api.jobs.deliveries import Courier
from api.services import appointments, approvals, checkins, contacts, episodes
from schemas.tables import CheckIn
from schemas.vocabulary import Channel, CheckInState, ContactDirection, EpisodeFormat, StopReason
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.checkins import ApprovalIn, CheckInIn
from schemas.wire.contacts import ContactIn
from schemas.wire.episodes import EpisodeIn
from tests.support.house import Case, House
from tests.support.messages import Pigeons, address, approved, seen


@pytest.fixture
def couple(shared_house: House) -> tuple[Case, Case]:
    """Ana alone, and Ana with Berta."""
    house = shared_house
    ana, berta = house.client("Ana", house.clinician), house.client("Berta", house.clinician)
    with house.work(house.clinician) as work:
        given = EpisodeIn(client_ids=[ana.client_id, berta.client_id], format=EpisodeFormat.COUPLE)
        both = episodes.add(work, given)
    return ana, Case(ana.client_id, both.id)


def book(house: House, case: Case) -> None:
    with house.work(house.clinician) as work:
        at = work.now + timedelta(days=3)
        appointments.book(work, AppointmentNewIn(episode_id=case.episode_id, starts_at=at))


@pytest.mark.parametrize("booked_alone", [True, False])
def test_a_booking_in_one_stops_what_waits_in_the_other(
    shared_house: House, couple: tuple[Case, Case], *, booked_alone: bool
) -> None:
    house, (alone, together) = shared_house, couple
    here, there = (alone, together) if booked_alone else (together, alone)
    check_in_id = approved(house, there, house.clinician, address(house, alone, house.clinician))
    house.wait(minutes=1)
    book(house, here)
    assert seen(house, check_in_id) == (CheckInState.CANCELLED, StopReason.BOOKED)


@pytest.mark.parametrize("booked_alone", [True, False])
def test_and_forbids_it_in_the_moment_of_sending(
    shared_house: House, couple: tuple[Case, Case], *, booked_alone: bool
) -> None:
    """Also where nothing stopped it: the decision looks at the record itself."""
    house, (alone, together) = shared_house, couple
    here, there = (alone, together) if booked_alone else (together, alone)
    house.runtime.carrier = Pigeons()
    consent_id = address(house, alone, house.clinician)
    check_in_id = approved(house, there, house.clinician, consent_id)
    house.wait(minutes=1)
    with house.rows() as work:
        written = sa.update(CheckIn).values(state=CheckInState.SENDING).execution_options(synchronize_session=False)
        work.session.execute(written)
    book(house, here)
    with house.rows() as work:
        forgotten = sa.update(CheckIn).values(stopped_by=None).execution_options(synchronize_session=False)
        work.session.execute(forgotten)
    house.wait(minutes=10)
    courier = Courier(house.runtime)
    while courier.step():
        pass
    assert seen(house, check_in_id) == (CheckInState.REVOKED, StopReason.BOOKED)


def test_a_word_that_names_neither_is_a_word_of_both(shared_house: House, couple: tuple[Case, Case]) -> None:
    """Somebody of the couple wrote, and nobody said who: whatever waits for either is looked at again."""
    house, (alone, together) = shared_house, couple
    address(house, alone, house.clinician)
    with house.work(house.clinician) as work:
        draft = checkins.draft(work, CheckInIn(episode_id=alone.episode_id, subject="Hello", body="Hello Ana."))
    house.wait(minutes=1)
    with house.work(house.clinician) as work:
        given = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL)
        contacts.record(work, together.episode_id, given)
    with pytest.raises(MayNotContact) as refused, house.work(house.clinician) as work:
        approvals.approve(work, draft.id, ApprovalIn(), version=draft.version)
    assert [code for code, _, _ in refused.value.reasons] == ["in_touch_since"]
