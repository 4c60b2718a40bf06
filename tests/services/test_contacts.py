"""Contacts made elsewhere: one tap, a sealed note, and the stage that follows at once."""

from datetime import timedelta

import pytest

from api.domain.errors import AccessDenied, Invalid, NotFound
from api.services import contacts
from schemas.vocabulary import AuditOutcome, EpisodeFormat, Role, Stage
from schemas.wire.contacts import ContactIn, ContactOut
from tests.services import records
from tests.services.imports.files import at
from tests.support.house import Case, House, Person

VOICEMAIL = {"direction": "outbound", "channel": "phone", "outcome": "voicemail"}
SPOKE = {"direction": "outbound", "channel": "phone", "outcome": "spoke"}
AT_THE_DESK = {"direction": "inbound", "channel": "in_person"}


def record(house: House, who: Person, case: Case, **given: object) -> ContactOut:
    with house.work(who) as work:
        return contacts.record(work, case.episode_id, ContactIn.model_validate(given))


def quiet(house: House) -> Case:
    """A weekly client not seen for six weeks."""
    case = records.weekly(house, house.clinician, last=6)
    assert records.stages(house, house.clinician)[case.episode_id] is Stage.QUIET
    return case


@pytest.mark.parametrize(
    ("tap", "stage"), [(VOICEMAIL, Stage.QUIET), (SPOKE, Stage.ENGAGED), (AT_THE_DESK, Stage.ENGAGED)]
)
def test_whoever_was_reached_or_came_by_is_not_quiet_any_more(
    shared_house: House, tap: dict[str, str], stage: Stage
) -> None:
    case = quiet(shared_house)
    record(shared_house, shared_house.clinician, case, **tap)
    assert records.stages(shared_house, shared_house.clinician)[case.episode_id] is stage
    records.assert_stored_is_computed(shared_house)


def test_an_automatic_message_is_no_sign_of_life(shared_house: House) -> None:
    house = shared_house
    case = quiet(house)
    record(house, house.clinician, case, direction="inbound", channel="email", automated=True)
    assert records.stages(house, house.clinician)[case.episode_id] is Stage.QUIET


def test_a_contact_is_recorded_once_it_has_taken_place(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    with pytest.raises(Invalid):
        record(house, house.clinician, case, **SPOKE, at=house.now + timedelta(minutes=6))
    ahead = record(house, house.clinician, case, **SPOKE, at=house.now + timedelta(minutes=4))
    assert ahead.at == house.now
    earlier = record(house, house.clinician, case, **SPOKE, at=at(-3))
    with house.work(house.clinician) as work:
        assert {one.at for one in contacts.page(work, case.episode_id, before=None, limit=9).items} == {
            house.now,
            at(-3),
        }
    assert earlier.recorded_by == house.clinician.id


def test_a_note_is_about_one_client_and_is_opened_for_whoever_may_read_it(shared_house: House) -> None:
    house = shared_house
    one, two = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    episode = records.begin(house, house.clinician, [one.client_id, two.client_id], format=EpisodeFormat.COUPLE)
    pair = Case(one.client_id, episode.id)
    with pytest.raises(Invalid):
        record(house, house.clinician, pair, **SPOKE, note="Whom is this about?")
    with pytest.raises(Invalid):
        record(house, house.clinician, pair, **SPOKE, client_id=house.client("Cleo", house.clinician).client_id)
    noted = record(house, house.clinician, pair, **SPOKE, client_id=two.client_id, note="asked for the morning")
    assert noted.note == "asked for the morning"
    with house.work(house.supervisor) as work:
        assert contacts.page(work, episode.id, before=None, limit=9).items == [noted]
    assert record(house, house.clinician, one, **SPOKE, note="alone").client_id == one.client_id


def test_contacts_are_paged_newest_first_without_gap_or_double(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    recorded = [record(house, house.clinician, case, **VOICEMAIL).id for _ in range(5)]
    seen, before = [], None
    while True:
        with house.work(house.clinician) as work:
            page = contacts.page(work, case.episode_id, before=before, limit=2)
        seen += [one.id for one in page.items]
        if page.next_cursor is None:
            break
        before = seen[-1]
    assert seen == recorded[::-1]


def test_contacts_are_recorded_in_ones_own_caseload(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who in (house.supervisor, both, house.admin):
        with pytest.raises(AccessDenied):
            record(house, who, case, **SPOKE)
    for who in (house.practice.member(Role.CLINICIAN), house.found("Next door").founder):
        with pytest.raises(NotFound):
            record(house, who, case, **SPOKE)
        with pytest.raises(NotFound), house.work(who) as work:
            contacts.page(work, case.episode_id, before=None, limit=9)
    record(house, house.lead, case, **SPOKE)
    outcomes = [outcome for action, outcome in records.trail(house, case.episode_id) if action == "contact.record"]
    assert outcomes == [AuditOutcome.DENIED] * 3 + [AuditOutcome.NOT_FOUND, AuditOutcome.ALLOWED]
