"""Episodes: begun, changed, handed over, with co-therapists and several people; within one's own caseload."""

from datetime import date

import pytest

from api.domain.errors import AccessDenied, Invalid, NotFound, VersionMismatch
from api.services import clients, engagement, episodes, leave
from schemas.tables.base import new_id
from schemas.vocabulary import AuditOutcome, EpisodeFormat, EpisodeKind, Role
from schemas.wire.clients import ClientIn
from schemas.wire.episodes import EpisodeOut, EpisodePatch
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.services.imports.files import at
from tests.support.house import House, Person

LONG_LEAVE = LeaveIn(from_on=date(2026, 1, 1), to_on=date(2026, 6, 1))


def change(house: House, who: Person, episode: EpisodeOut, **given: object) -> EpisodeOut:
    with house.work(who) as work:
        return episodes.change(work, episode.id, EpisodePatch.model_validate(given), version=episode.version)


def test_whoever_begins_an_episode_is_responsible_unless_somebody_else_is_named(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        ana = clients.add(work, ClientIn(name="Ana", time_zone="Europe/Lisbon")).id
    begun = records.begin(house, house.clinician, [ana], agreed_cadence_days=14)
    assert begun.responsible is not None
    assert (begun.responsible.id, begun.time_zone, begun.started_at) == (house.clinician.id, "Europe/Lisbon", house.now)
    led = records.begin(house, house.practice.member(Role.PRACTICE_LEAD), [ana])
    assert led.responsible is None
    again = records.begin(house, house.clinician, [ana], previous_episode_id=begun.id, kind=EpisodeKind.AS_NEEDED)
    assert again.previous_episode_id == begun.id
    records.assert_stored_is_computed(house)
    assert records.trail(house, begun.id) == [("episode.add", AuditOutcome.ALLOWED)]


def test_several_people_take_part_each_once(shared_house: House) -> None:
    house = shared_house
    one, two = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    pair = records.begin(house, house.clinician, [one, two, one], format=EpisodeFormat.FAMILY)
    assert {person.name for person in pair.clients} == {"Ana", "Bea"}
    with house.work(house.clinician) as work:
        assert pair.id in {row.id for row in episodes.page(work, client_id=two, after=None, limit=9).items}


def test_a_new_clinicians_leave_counts_from_the_hand_over(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    ana = house.client("Ana", house.clinician)
    records.tell(house, house.clinician, ana.episode_id, at(-60))
    with house.work(house.admin) as work:
        leave.record(work, colleague.id, LONG_LEAVE)
    with house.work(house.clinician) as work:
        before = engagement.read(work, ana.episode_id)
        handed = episodes.read(work, ana.episode_id)
    shown = change(house, house.clinician, handed, responsible_id=str(colleague.id))
    assert shown.responsible is not None
    assert (shown.responsible.id, shown.clients[0].name) == (colleague.id, "Ana")
    with house.work(colleague) as work:
        after = engagement.read(work, ana.episode_id)
    assert after.stage is not before.stage
    records.assert_stored_is_computed(house)


def test_co_therapists_share_and_give_up_an_episode(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    ana = house.client("Ana", house.clinician).client_id
    begun = records.begin(house, house.clinician, [ana], co_therapist_ids=[colleague.id])
    assert [person.id for person in begun.co_therapists] == [colleague.id]
    slower = change(house, colleague, begun, agreed_cadence_days=30)
    assert slower.agreed_cadence_days == 30
    taken = change(house, house.lead, slower, responsible_id=str(colleague.id), co_therapist_ids=[])
    assert taken.co_therapists == []
    with pytest.raises(NotFound):
        change(house, house.clinician, taken, agreed_cadence_days=7)
    with pytest.raises(VersionMismatch):
        change(house, colleague, begun, agreed_cadence_days=7)


def test_only_people_of_this_practice_can_take_part(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    neighbour = house.found("Next door")
    eva = neighbour.client("Eva", neighbour.founder)
    colleagues = house.client("Bea", house.practice.member(Role.CLINICIAN))
    for ids in ([eva.client_id], [ana.client_id, eva.client_id], [new_id()], [colleagues.client_id]):
        with pytest.raises(Invalid):
            records.begin(house, house.clinician, ids)
    for named in ({"responsible_id": neighbour.founder.id}, {"co_therapist_ids": [neighbour.founder.id]}):
        with pytest.raises(Invalid):
            records.begin(house, house.clinician, [ana.client_id], **named)
    for previous in (eva.episode_id, colleagues.episode_id):
        with pytest.raises(Invalid):
            records.begin(house, house.clinician, [ana.client_id], previous_episode_id=previous)


def test_an_episode_takes_up_one_of_the_same_client(shared_house: House) -> None:
    house = shared_house
    ana, bea, cleo = (house.client(name, house.clinician) for name in ("Ana", "Bea", "Cleo"))
    with pytest.raises(Invalid, match="invalid") as refusal:
        records.begin(house, house.clinician, [ana.client_id], previous_episode_id=bea.episode_id)
    assert [problem.pointer for problem in refusal.value.problems] == ["/previous_episode_id"]
    pair = [ana.client_id, bea.client_id]
    begun = records.begin(house, house.clinician, pair, format=EpisodeFormat.COUPLE, previous_episode_id=bea.episode_id)
    alone = records.begin(house, house.clinician, [ana.client_id], previous_episode_id=begun.id)
    assert alone.previous_episode_id == begun.id
    with pytest.raises(Invalid):
        records.begin(house, house.clinician, pair, format=EpisodeFormat.COUPLE, previous_episode_id=cleo.episode_id)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR])
def test_nobody_is_made_responsible_who_may_not_read_the_record(shared_house: House, role: Role) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    somebody = house.practice.member(role).id
    for named in ({"responsible_id": somebody}, {"co_therapist_ids": [somebody]}):
        [pointer] = [f"/{name}" for name in named]
        with pytest.raises(Invalid) as refusal:
            records.begin(house, house.clinician, [ana.client_id], **named)
        assert refusal.value.problems[0].pointer == pointer
        with house.work(house.clinician) as work:
            shown = episodes.read(work, ana.episode_id)
        with pytest.raises(Invalid) as refusal:
            change(house, house.clinician, shown, **named)
        assert refusal.value.problems[0].pointer == pointer


def test_each_format_is_begun_with_its_number_of_people(shared_house: House) -> None:
    house = shared_house
    who = [house.client(name, house.clinician).client_id for name in ("Ana", "Bea", "Cleo")]
    wrong = {EpisodeFormat.INDIVIDUAL: 2, EpisodeFormat.COUPLE: 3, EpisodeFormat.FAMILY: 1, EpisodeFormat.GROUP: 2}
    for shape, count in wrong.items():
        with pytest.raises(Invalid) as refusal:
            records.begin(house, house.clinician, who[:count], format=shape)
        assert refusal.value.problems[0].pointer == "/client_ids"
    with pytest.raises(Invalid):
        records.begin(house, house.clinician, [who[0], who[0]], format=EpisodeFormat.COUPLE)
    assert len(records.begin(house, house.clinician, who, format=EpisodeFormat.FAMILY).clients) == 3


def test_a_supervisor_reads_what_only_the_clinician_changes(shared_house: House) -> None:
    house = shared_house
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    ana = house.client("Ana", house.clinician)
    with house.work(house.supervisor) as work:
        shown = episodes.read(work, ana.episode_id)
    for who in (house.supervisor, both):
        with pytest.raises(AccessDenied):
            change(house, who, shown, agreed_cadence_days=7)
    with pytest.raises(AccessDenied), house.work(house.admin) as work:
        episodes.read(work, ana.episode_id)
    stranger = house.found("Next door").founder
    with pytest.raises(NotFound):
        change(house, stranger, shown, agreed_cadence_days=7)
    with pytest.raises(NotFound), house.work(stranger) as work:
        episodes.page(work, client_id=ana.client_id, after=None, limit=9)


def test_episodes_are_paged_without_gap_or_double(shared_house: House) -> None:
    house = shared_house
    begun = [house.client(str(number), house.clinician).episode_id for number in range(5)]
    seen, after = [], None
    while True:
        with house.work(house.clinician) as work:
            page = episodes.page(work, client_id=None, after=after, limit=2)
        seen += [row.id for row in page.items]
        if page.next_cursor is None:
            break
        after = seen[-1]
    assert seen == begun
