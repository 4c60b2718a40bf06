"""Where work that goes on elsewhere meets an ending: a note that waits, a part that has ended, a death, and a death by mistake."""

from datetime import date

import pytest

from api.domain.errors import Conflict
from api.services import clients, endings, episodes, handovers, transfers
from schemas.vocabulary import EpisodeFormat, FirstMeeting, NoteState, Role, TaskKind, TransferState
from schemas.wire.clients import ClientIn, ClientPatch
from schemas.wire.episodes import EpisodeIn
from schemas.wire.terminations import EpisodeEndIn
from schemas.wire.transfers import FirstMeetingIn
from tests.services.test_transfers_and_their_owners import open_tasks
from tests.support import notes
from tests.support import transfers as ours
from tests.support.house import Case, House
from tests.support.transfers import ELSEWHERE

GOES = {**notes.TALKED, "how_it_ended": "transferred"}


def couple(house: House) -> tuple[Case, Case]:
    with house.work(house.clinician) as work:
        ana, ben = (clients.add(work, ClientIn(name=name)).id for name in ("Ana", "Ben"))
        episode_id = episodes.add(work, EpisodeIn(client_ids=[ana, ben], format=EpisodeFormat.COUPLE)).id
    return Case(ana, episode_id), Case(ben, episode_id)


def died(house: House, case: Case, on: date | None) -> None:
    with house.work(house.clinician) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(died_on=on), version=version)


def test_while_a_note_waits_for_a_cosignature_the_work_goes_to_no_colleague(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    assert house.supervisor is not elena  # made when it is first asked for
    case = house.practice.client("Ana", house.clinician)
    made = ours.begin(house, case, house.clinician, to_id=elena.id)
    assert (
        notes.sign(house, house.clinician, notes.draft(house, house.clinician, case)).state is NoteState.AWAITING_COSIGN
    )
    with pytest.raises(Conflict) as refused:
        ours.hand_over(house, made, house.clinician)
    assert refused.value.code == "awaiting_cosign"
    assert ours.read(house, made.id, house.clinician).state is TransferState.DRAFT


def test_what_has_ended_here_is_not_withdrawn_and_its_owner_says_what_became_of_it(shared_house: House) -> None:
    house = shared_house
    case = house.practice.client("Ana", house.clinician)
    made = ours.hand_over(house, ours.begin(house, case, house.clinician, **ELSEWHERE), house.clinician)
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, case, **GOES))
    with pytest.raises(Conflict) as refused, house.work(house.clinician) as work:
        handovers.withdraw(work, made.id)
    assert refused.value.code == "transfer_part_ended"
    assert open_tasks(house) == {(TaskKind.FOLLOW_TRANSFER, house.clinician.id)}
    with house.work(house.clinician) as work:
        transfers.meet(work, made.id, FirstMeetingIn(outcome=FirstMeeting.NOT_WANTED))


def test_of_a_couple_one_whose_part_has_ended_keeps_the_note_they_are_owed(shared_house: House) -> None:
    house = shared_house
    _, ben = couple(house)
    made = ours.hand_over(house, ours.begin(house, ben, house.clinician, **ELSEWHERE), house.clinician)
    with house.work(house.clinician) as work:
        endings.end(work, ben.episode_id, EpisodeEndIn(how_it_ended=GOES["how_it_ended"], client_id=ben.client_id))
    with pytest.raises(Conflict), house.work(house.clinician) as work:
        handovers.withdraw(work, made.id)
    assert (TaskKind.WRITE_NOTE, house.clinician.id) in open_tasks(house)


def test_the_other_of_a_couple_goes_on_where_one_has_died(shared_house: House) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    ana, ben = couple(house)
    made = ours.begin(house, ana, house.clinician, to_id=elena.id)
    died(house, ben, house.now.date())
    ours.hand_over(house, made, house.clinician)
    with house.work(elena) as work:
        responsible = episodes.read(work, ana.episode_id).responsible
    assert responsible is not None
    assert responsible.id == elena.id


@pytest.mark.parametrize("inside", [True, False])
def test_a_death_by_mistake_taken_back_leaves_what_was_asked_asked(shared_house: House, *, inside: bool) -> None:
    house, elena = shared_house, shared_house.practice.member(Role.CLINICIAN)
    case = house.practice.client("Ana", house.clinician)
    goes = {"to_id": elena.id} if inside else ELSEWHERE
    made = ours.hand_over(house, ours.begin(house, case, house.clinician, **goes), house.clinician)
    before = open_tasks(house)
    whoever = elena if inside else house.clinician
    for day in (house.now.date(), None):
        with house.work(whoever) as work:
            version = clients.read(work, case.client_id).version
            clients.change(work, case.client_id, ClientPatch(died_on=day), version=version)
    told = ours.read(house, made.id, whoever)
    assert (told.first_meeting, told.owner and told.owner.id) == (None, whoever.id)
    assert open_tasks(house) == before
