"""A client's record in words, newest first; in shared episodes nothing that another participant said or did."""

from datetime import date

import pytest

from api.domain.errors import AccessDenied, NotFound
from api.services import absences, contacts, timeline
from schemas.vocabulary import AppointmentStatus, EpisodeFormat
from schemas.wire.contacts import AbsenceIn, AgreementIn, ContactIn, TimelineItem
from tests.services import records
from tests.services.imports import files
from tests.services.imports.files import at
from tests.services.imports.test_undo import client
from tests.support.house import House

RANG = {"direction": "inbound", "channel": "phone"}


def read(house: House, client_id: object, limit: int = 50) -> list[TimelineItem]:
    with house.work(house.lead) as work:
        return timeline.read(work, client_id, limit=limit).items  # type: ignore[arg-type]  # an id of any source


def test_everything_recorded_is_told_newest_first(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    records.tell(house, house.clinician, case.episode_id, at(-20))
    records.tell(house, house.clinician, case.episode_id, at(-10), status=AppointmentStatus.NO_SHOW)
    with house.work(house.clinician) as work:
        contacts.record(
            work, case.episode_id, ContactIn.model_validate({**RANG, "at": at(-5), "note": "planted words"})
        )
        taken_back = absences.record(work, case.episode_id, AbsenceIn(from_on=date(2026, 3, 2)))
        absences.withdraw(work, case.episode_id, taken_back.id)
        absences.agree(
            work, case.episode_id, AgreementIn.model_validate({"kind": "planned_end", "from_on": "2026-05-01"})
        )
    told = read(house, case.client_id)
    assert [(item.noun, item.code) for item in told] == [
        ("agreement", "planned_end"),
        ("absence", "pause"),
        ("contact", "inbound"),
        ("appointment", "no_show"),
        ("appointment", "attended"),
    ]
    assert [item.at for item in told] == sorted((item.at for item in told), reverse=True)
    assert "taken back" in told[1].text
    assert "planted" not in str(told)
    assert read(house, case.client_id, limit=2) == told[:2]


def test_in_a_couple_each_has_a_timeline_of_their_own(shared_house: House) -> None:
    house = shared_house
    pair = {"format": "couple", "group_id": "rivers"}
    rows = [
        files.event("s", "ana", at(-9), "attended", at(-8), **pair),
        files.event("s", "bea", at(-9), "no_show", at(-8), **pair),
    ]
    files.take_in(house, files.appointments(rows))
    ana, bea = client(house, "ana"), client(house, "bea")
    episode_id = records.items(house, house.lead)[0].episode.id
    with house.work(house.lead) as work:
        contacts.record(work, episode_id, ContactIn.model_validate({**RANG, "client_id": str(bea)}))
        contacts.record(work, episode_id, ContactIn.model_validate(RANG))
    assert sorted(item.code for item in read(house, ana)) == ["attended", "inbound"]
    assert sorted(item.code for item in read(house, bea)) == ["inbound", "inbound", "no_show"]


def test_one_timeline_is_not_crowded_out_by_another(shared_house: House) -> None:
    """A page is filled with what may be shown, however much there is of the other participants."""
    house = shared_house
    ana, bea = (house.client(name, house.lead).client_id for name in ("Ana", "Bea"))
    pair = records.begin(house, house.lead, [ana, bea], format=EpisodeFormat.COUPLE)
    with house.work(house.lead) as work:
        contacts.record(work, pair.id, ContactIn.model_validate({**RANG, "client_id": str(ana), "at": at(-9)}))
        for hours in range(5):
            contacts.record(
                work, pair.id, ContactIn.model_validate({**RANG, "client_id": str(bea), "at": at(-1, hours)})
            )
    assert len(read(house, ana, limit=3)) == 1


def test_a_timeline_is_read_by_those_who_see_the_client(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with house.work(house.supervisor) as work:
        assert timeline.read(work, case.client_id, limit=5).items == []
    with pytest.raises(AccessDenied), house.work(house.admin) as work:
        timeline.read(work, case.client_id, limit=5)
    with pytest.raises(NotFound), house.work(house.found("Next door").founder) as work:
        timeline.read(work, case.client_id, limit=5)
