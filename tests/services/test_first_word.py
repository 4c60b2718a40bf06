"""Whoever contacts us is not called: everywhere the next act is told, and from the moment it was said."""

from uuid import UUID

import pytest

from api.domain.access import operator_principal
from api.services import caseload_as_of, clients, consents, engagement
from schemas.vocabulary import Channel, ConsentState, EpisodeFormat, NextStepKind, Role, Stage
from schemas.wire.clients import ClientIn, ClientPatch, ConsentIn
from schemas.wire.episodes import NextStepOut
from tests.services import records
from tests.services.imports import files
from tests.support.house import Case, House, Person

WAIT = NextStepKind.WAIT_FOR_CLIENT
TURNING_TO_THE_CLIENT = {
    NextStepKind.CALL,
    NextStepKind.CHECK_IN,
    NextStepKind.CLOSING_SESSION,
    NextStepKind.REVIEW_BOOKING,
    NextStepKind.BOOK_NEXT,
}


def says(house: House, client_id: UUID, contacts_us: bool, who: Person | None = None) -> None:
    with house.work(who or house.clinician) as work:
        version = clients.read(work, client_id).version
        clients.change(work, client_id, ClientPatch(client_contacts_us=contacts_us), version=version)


def consent(house: House, client_id: UUID, state: ConsentState, address: str = "ana@example.org") -> UUID:
    with house.work(house.clinician) as work:
        return consents.add(work, client_id, ConsentIn(channel=Channel.EMAIL, address=address, state=state)).id


def told_everywhere(house: House, case: Case) -> NextStepOut:
    """The act on the caseload, on the episode and when looking back at this very moment: one and the same."""
    [listed] = [item for item in records.items(house, house.clinician) if item.episode.id == case.episode_id]
    with house.work(house.clinician) as work:
        read = engagement.read(work, case.episode_id)
    assert (read.next_step, read.stage) == (listed.next_step, listed.stage)
    with house.work(operator_principal(house.practice.id)) as work:
        found = caseload_as_of.look_back(work, as_of=house.now, stage=None, after=None).items
    [looked_back] = [item.next_step for item in found if item.episode.id == case.episode_id]
    assert looked_back == listed.next_step
    records.assert_stored_is_computed(house)
    return listed.next_step


@pytest.mark.parametrize("last", [2, 3, 8])
def test_a_client_who_contacts_us_is_waited_for_from_the_moment_it_is_said(shared_house: House, last: int) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=last)
    assert told_everywhere(house, case).kind in TURNING_TO_THE_CLIENT
    says(house, case.client_id, contacts_us=True)
    assert told_everywhere(house, case).kind is WAIT
    house.wait(days=40)
    assert told_everywhere(house, case).kind is WAIT
    says(house, case.client_id, contacts_us=False)
    assert told_everywhere(house, case).kind in TURNING_TO_THE_CLIENT


def test_it_is_known_at_once_in_a_colleagues_episode_too(shared_house: House) -> None:
    house = shared_house
    colleague = house.practice.member(Role.CLINICIAN)
    case = records.weekly(house, house.clinician, last=3)
    shared = records.begin(house, house.lead, [case.client_id], responsible_id=colleague.id)
    records.tell(house, colleague, shared.id, files.at(-60))
    says(house, case.client_id, contacts_us=True)
    with house.work(colleague) as work:
        read = engagement.read(work, shared.id)
    assert (read.stage, read.next_step.kind) == (Stage.QUIET, WAIT)
    records.assert_stored_is_computed(house)


def test_a_program_that_keeps_clients_in_step_says_it_too(shared_house: House) -> None:
    house = shared_house
    with house.work(house.lead) as work:
        ana = clients.upsert(work, "pms", "ana", ClientIn(name="Ana")).client.id
    episode = records.begin(house, house.lead, [ana], responsible_id=house.clinician.id)
    records.tell(house, house.clinician, episode.id, files.at(-60))
    with house.work(house.lead) as work:
        clients.upsert(work, "pms", "ana", ClientIn(name="Ana", client_contacts_us=True))
    assert told_everywhere(house, Case(ana, episode.id)).kind is WAIT


def test_an_episode_begun_with_such_a_client_knows_it(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        ana = clients.add(work, ClientIn(name="Ana", client_contacts_us=True)).id
    episode = records.begin(house, house.clinician, [ana])
    records.tell(house, house.clinician, episode.id, files.at(-60))
    assert told_everywhere(house, Case(ana, episode.id)).kind is WAIT


def test_who_refused_every_address_is_waited_for_until_one_may_be_used(shared_house: House) -> None:
    house = shared_house
    case = records.weekly(house, house.clinician, last=3)
    refused = consent(house, case.client_id, ConsentState.DECLINED)
    assert told_everywhere(house, case).kind is WAIT
    consent(house, case.client_id, ConsentState.GRANTED, "ana@example.com")
    assert told_everywhere(house, case).kind is NextStepKind.CALL
    with house.work(house.clinician) as work:
        [_, granted] = consents.page(work, case.client_id)
        withdrawn = ConsentIn(channel=Channel.EMAIL, address=granted.address, state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, granted.id, withdrawn, version=granted.version)
        assert granted.id != refused
    assert told_everywhere(house, case).kind is WAIT


def test_of_a_couple_the_one_who_contacts_us_is_left_out_of_the_act(shared_house: House) -> None:
    house = shared_house
    ana, bea = (house.client(name, house.clinician).client_id for name in ("Ana", "Bea"))
    pair = records.begin(house, house.clinician, [ana, bea], format=EpisodeFormat.COUPLE)
    records.tell(house, house.clinician, pair.id, files.at(-60))
    case = Case(ana, pair.id)
    plain = told_everywhere(house, case)
    says(house, ana, contacts_us=True)
    told = told_everywhere(house, case)
    assert (told.kind, told.due_on) == (plain.kind, plain.due_on)
    assert told.why.endswith("turn to the others only.")
    says(house, bea, contacts_us=True)
    assert told_everywhere(house, case).kind is WAIT


def test_of_two_records_of_one_client_the_more_cautious_stands(shared_house: House) -> None:
    house = shared_house
    case, double = (records.weekly(house, house.clinician, last=3, name=name) for name in ("Ana", "Ana M."))
    says(house, double.client_id, contacts_us=True)
    with house.work(house.lead) as work:
        assert clients.merge(work, case.client_id, double.client_id).client_contacts_us
    for episode_id in (case.episode_id, double.episode_id):
        assert told_everywhere(house, Case(case.client_id, episode_id)).kind is WAIT


def test_a_worklist_puts_whoever_is_waited_for_behind_whoever_is_to_be_reached(shared_house: House) -> None:
    house = shared_house
    first = records.weekly(house, house.clinician, last=4, name="Ana")
    second = records.weekly(house, house.clinician, last=3, name="Bea")
    says(house, first.client_id, contacts_us=True)
    shown = [item.episode.id for item in records.items(house, house.clinician)]
    assert shown == [second.episode_id, first.episode_id]
