"""Clients: added, found, kept in step, merged; and never seen from outside one's caseload."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import appointments, clients, consents, contacts, episodes, timeline
from api.store import clients as client_store
from api.store.sealing import Place
from schemas.tables import Client, ClientKey
from schemas.tables.base import new_id
from schemas.vocabulary import (
    AuditOutcome,
    Channel,
    ConsentState,
    ContactDirection,
    Role,
)
from schemas.wire.clients import ClientIn, ClientOut, ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from tests.services import records
from tests.services.imports import files
from tests.support.house import House, Person

ALLOWED, DENIED, NOT_FOUND = AuditOutcome.ALLOWED, AuditOutcome.DENIED, AuditOutcome.NOT_FOUND


def merge(house: House, into: UUID, double: UUID, who: Person | None = None) -> ClientOut:
    with house.work(who or house.lead) as work:
        return clients.merge(work, into, double)


def read(house: House, who: Person, client_id: UUID) -> ClientOut:
    with house.work(who) as work:
        return clients.read(work, client_id)


def upsert(house: House, who: Person, key: str, **given: object) -> clients.Upserted:
    with house.work(who) as work:
        return clients.upsert(work, "pms", key, ClientIn.model_validate({"name": key, **given}))


def test_the_same_upsert_twice_changes_nothing_the_second_time(shared_house: House) -> None:
    house = shared_house
    first = upsert(house, house.lead, "c1", name="Ana", time_zone="Europe/Lisbon")
    house.wait(days=1)
    again = upsert(house, house.lead, "c1", name="Ana", time_zone="Europe/Lisbon")
    assert (first.created, again.created) == (True, False)
    assert again.client == first.client
    assert [one.external_id for one in again.client.external_ids] == ["c1"]
    changed = upsert(house, house.lead, "c1", name="Ana Moreno")
    assert (changed.client.name, changed.client.time_zone) == ("Ana Moreno", "Europe/Lisbon")
    assert changed.client.version == first.client.version + 1
    assert records.trail(house, first.client.id) == [("client.upsert", ALLOWED)] * 3


def test_a_client_is_seen_by_whoever_opened_them_until_an_episode_says_whose_they_are(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        ana = clients.add(work, ClientIn(name="Ana"))
    other = house.practice.member(Role.CLINICIAN)
    assert read(house, house.clinician, ana.id).name == "Ana"
    with pytest.raises(NotFound):
        read(house, other, ana.id)
    records.begin(house, house.clinician, [ana.id], responsible_id=other.id)
    assert read(house, other, ana.id).name == "Ana"
    with pytest.raises(NotFound):
        read(house, house.clinician, ana.id)
    with pytest.raises(AccessDenied):
        read(house, house.admin, ana.id)
    outcomes = [outcome for action, outcome in records.trail(house, ana.id) if action == "client.read"]
    assert outcomes == [ALLOWED, NOT_FOUND, ALLOWED, NOT_FOUND, DENIED]


def test_names_are_found_in_ones_own_scope_alone(shared_house: House) -> None:
    house = shared_house
    ana, bea = house.client("Ana Moreno", house.clinician), house.client("Mariana", house.lead)

    def found(who: Person, name: str) -> set[UUID]:
        with house.work(who) as work:
            return {one.id for one in clients.page(work, name=name, after=None, limit=9).items}

    assert found(house.clinician, "ANA") == {ana.client_id}
    assert found(house.lead, "ana") == {ana.client_id, bea.client_id}
    assert found(house.found("Next door").founder, "ana") == set()


def test_a_search_by_name_goes_on_until_everybody_was_looked_at(shared_house: House) -> None:
    house = shared_house
    wanted = [house.client(f"Ana {number}", house.clinician).client_id for number in range(5)]
    house.client("Bea", house.clinician)
    found: list[UUID] = []
    cursor: UUID | None = None
    while True:
        with house.work(house.clinician) as work:
            page = clients.page(work, name="ana", after=cursor, limit=2)
        assert len(page.items) <= 2
        found += [one.id for one in page.items]
        if page.next_cursor is None:
            break
        cursor = UUID(page.next_cursor)
    assert found == wanted[::-1]


def test_a_name_behind_very_many_others_is_found_and_a_part_that_holds_nobody_says_so(house: House) -> None:
    ana = house.client("Ana", house.clinician).client_id
    other = house.client("Bea", house.clinician).client_id
    with house.rows() as work:
        row, key = work.session.get(Client, (house.practice.id, other)), work.client_key(other)
        kept = work.session.get(ClientKey, (house.practice.id, other))
        assert row is not None
        assert kept is not None
        ids = [new_id() for _ in range(5_000)]
        work.session.add_all(
            Client(
                **row.model_dump(exclude={"id", "name_sealed", "opened_by"}),
                id=one,
                name_sealed=key.seal("Bea", Place("clients", "name", one)),
                opened_by=house.clinician.id,
            )
            for one in ids
        )
        work.session.flush()
        work.session.add_all(ClientKey(**kept.model_dump(exclude={"client_id"}), client_id=one) for one in ids)
    with house.work(house.clinician) as work:
        first = clients.page(work, name="ana", after=None, limit=9)
        assert first.items == []
        assert first.next_cursor is not None
        second = clients.page(work, name="ana", after=UUID(first.next_cursor), limit=9)
    assert ([one.id for one in second.items], second.next_cursor) == ([ana], None)


def test_a_change_needs_the_version_that_was_read(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician).client_id
    with pytest.raises(VersionMismatch), house.work(house.clinician) as work:
        clients.change(work, ana, ClientPatch(name="Ann"), version=9)
    with house.work(house.clinician) as work:
        assert clients.change(work, ana, ClientPatch(client_contacts_us=True), version=1).version == 2


def test_another_zone_moves_the_clients_episodes_and_has_them_assessed_again(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.clinician)
    records.tell(house, house.clinician, case.episode_id, house.now - timedelta(days=9))
    with house.work(house.clinician) as work:
        clients.change(work, case.client_id, ClientPatch(time_zone="Pacific/Auckland"), version=1)
    files.assess(house)
    with house.work(house.clinician) as work:
        assert episodes.read(work, case.episode_id).time_zone == "Pacific/Auckland"
    records.assert_stored_is_computed(house)


def test_a_merge_moves_facts_names_elsewhere_and_addresses_to_the_client(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    known = upsert(house, house.lead, "known").client.id
    records.begin(house, house.lead, [known], responsible_id=house.clinician.id)
    records.tell(house, house.clinician, double.episode_id, house.now - timedelta(days=9))
    note = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE, note="rang from a new number")
    mail = ConsentIn(
        channel=Channel.EMAIL,
        address="ana@example.org",
        state=ConsentState.GRANTED,
        sender_name="K.",
        valid_until=date(2027, 1, 1),
    )
    with house.work(house.clinician) as work:
        contacts.record(work, double.episode_id, note)
        consents.add(work, double.client_id, mail)
    merge(house, double.client_id, known)
    merged = merge(house, ana.client_id, double.client_id)
    assert [(one.source, one.external_id) for one in merged.external_ids] == [("pms", "known")]
    with house.work(house.clinician) as work:
        assert contacts.page(work, double.episode_id, before=None, limit=9).items[0].note == note.note
        [moved] = consents.page(work, ana.client_id)
        assert (moved.address, moved.state, moved.sender_name) == ("ana@example.org", ConsentState.GRANTED, "K.")
        assert len(timeline.read(work, ana.client_id, limit=9).items) == 2
        assert len(episodes.page(work, client_id=ana.client_id, after=None, limit=9).items) == 3
        assert episodes.read(work, double.episode_id).clients[0].name == "Ana"
    with house.work(house.lead) as work:
        assert clients.read(work, double.client_id).merged_into_id == ana.client_id
        assert consents.page(work, double.client_id) == []
        assert [one.id for one in clients.page(work, name=None, after=None, limit=9).items] == [ana.client_id]
    assert upsert(house, house.lead, "known", name="Ana").client.id == ana.client_id
    files.assess(house)
    records.assert_stored_is_computed(house)
    assert records.trail(house, ana.client_id)[-1] == ("client.upsert", ALLOWED)
    assert ("client.merge", ALLOWED) in records.trail(house, ana.client_id)


@pytest.mark.parametrize("refusal", [ConsentState.DECLINED, ConsentState.WITHDRAWN])
@pytest.mark.parametrize("refused_by_double", [True, False], ids=["of the double", "of the client"])
def test_after_a_merge_an_address_both_had_may_be_used_only_if_neither_refused(
    shared_house: House, refusal: ConsentState, refused_by_double: bool
) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    for case, refuses in ((ana, not refused_by_double), (double, refused_by_double)):
        state = refusal if refuses else ConsentState.GRANTED
        with house.work(house.clinician) as work:
            consents.add(work, case.client_id, ConsentIn(channel=Channel.SMS, address="+34 600 123 456", state=state))
    merge(house, ana.client_id, double.client_id)
    with house.work(house.clinician) as work:
        assert [one.state for one in consents.page(work, ana.client_id)] == [refusal]


def test_a_merge_forgets_no_answer_and_allows_no_more_than_both_records_did(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    told = {"channel": Channel.PHONE, "address": "+34 600 123 456", "state": ConsentState.GRANTED}
    with house.work(house.clinician) as work:
        consents.add(work, ana.client_id, ConsentIn.model_validate({**told, "voicemail_allowed": True}))
    asked_at = house.wait(days=1)
    with house.work(house.clinician) as work:
        first = consents.add(work, double.client_id, ConsentIn.model_validate({**told, "state": "withdrawn"}))
        told_again = ConsentIn.model_validate({**told, "may_mention_therapy": True, "valid_until": "2027-01-01"})
        consents.change(work, double.client_id, first.id, told_again, version=1)
    merge(house, ana.client_id, double.client_id)
    with house.work(house.clinician) as work:
        [one] = consents.page(work, ana.client_id)
        assert (one.state, one.address) == (ConsentState.GRANTED, "+34600123456")
        assert (one.valid_until, one.voicemail_allowed, one.may_mention_therapy) == (date(2027, 1, 1), False, False)
        states = [(answer.state, answer.at == asked_at) for answer in one.answers]
        assert sorted(states) == [("granted", False), ("granted", True), ("withdrawn", True)]
        with pytest.raises(Conflict, match="refusal_stands"):
            consents.remove(work, ana.client_id, one.id)


@pytest.mark.parametrize(
    ("of_client", "of_double", "shown"), [(None, "A friend", "A friend"), ("E.", "A friend", "E.")]
)
def test_after_a_merge_the_name_that_is_to_be_shown_at_an_address_is_shown_still(
    shared_house: House, of_client: str | None, of_double: str, shown: str
) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.clinician)
    told = {"channel": Channel.EMAIL, "address": "ana@example.org", "state": ConsentState.GRANTED}
    for case, name in ((ana, of_client), (double, of_double)):
        with house.work(house.clinician) as work:
            consents.add(work, case.client_id, ConsentIn.model_validate({**told, "sender_name": name}))
    merge(house, ana.client_id, double.client_id)
    with house.work(house.clinician) as work:
        assert [one.sender_name for one in consents.page(work, ana.client_id)] == [shown]


def test_a_file_that_names_the_double_lands_on_the_client(shared_house: House) -> None:
    house = shared_house
    files.take_in(house, files.appointments([*files.kept("ana", 2), *files.kept("ana-again", 2)]))
    ana, double = _of(house, "ana"), _of(house, "ana-again")
    merge(house, ana, double)
    done = files.take_in(
        house, files.appointments([*files.kept("ana-again", 2), files.event("new", "ana-again", files.at(-1))])
    )
    assert done.counts == {"unchanged": 4, "created": 1}
    with house.work(house.lead) as work:
        assert "new" in {
            one.external_id
            for episode in episodes.page(work, client_id=ana, after=None, limit=9).items
            for one in appointments.page(
                work, episode_id=episode.id, since=None, until=None, cursor=None, limit=9
            ).items
        }
        assert episodes.page(work, client_id=double, after=None, limit=9).items == []


def test_undoing_an_import_after_a_merge_leaves_a_whole_client(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.lead)
    records.tell(house, house.lead, ana.episode_id, files.at(-9))
    listed = files.text(
        files.CLIENTS, [{"client_external_id": "double", "client_name": "D. D.", "agreed_cadence_days": 9}]
    )
    first = files.take_in(house, files.appointments(files.kept("double", 2)))
    second = files.take_in(house, listed)
    double = _of(house, "double")
    merge(house, ana.client_id, double)
    for done in (second, first):
        files.take_back(house, done.id)
    with house.work(house.lead) as work:
        shown = clients.read(work, ana.client_id)
        assert [one.external_id for one in shown.external_ids] == ["double"]
        assert [one.id for one in episodes.page(work, client_id=ana.client_id, after=None, limit=9).items] == [
            ana.episode_id
        ]
        assert len(timeline.read(work, ana.client_id, limit=9).items) == 1
    assert [item.episode.id for item in records.items(house, house.lead)] == [ana.episode_id]
    assert files.take_in(house, files.appointments(files.kept("double", 2))).counts == {"created": 2, "updated": 2}
    assert _of(house, "double") == ana.client_id
    records.assert_stored_is_computed(house)


def test_the_partners_of_a_couple_may_turn_out_to_be_one_person(shared_house: House) -> None:
    house = shared_house
    pair = {"format": "couple", "group_id": "pair"}
    rows = [files.event("p", name, files.at(-9), "attended", files.at(-8), **pair) for name in ("one", "two")]
    files.take_in(house, files.appointments(rows))
    one, two = _of(house, "one"), _of(house, "two")
    merge(house, one, two)
    files.assess(house)
    [item] = records.items(house, house.lead)
    assert [person.id for person in item.clients] == [one]
    records.assert_stored_is_computed(house)
    assert files.take_in(house, files.appointments(rows)).counts == {"unchanged": 2}


def test_a_merge_across_caseloads_is_for_the_practice_lead_alone(shared_house: House) -> None:
    house = shared_house
    ana, double = house.client("Ana", house.clinician), house.client("Ana M.", house.lead)
    for who in (house.clinician, house.supervisor, house.admin):
        with pytest.raises(AccessDenied):
            merge(house, ana.client_id, double.client_id, who)
    foreign = house.found("Next door")
    stranger = foreign.client("Ana", foreign.founder)
    with pytest.raises(Invalid):
        merge(house, ana.client_id, stranger.client_id)
    with pytest.raises(NotFound):
        merge(house, stranger.client_id, ana.client_id)
    with pytest.raises(Invalid):
        merge(house, ana.client_id, ana.client_id)
    merge(house, ana.client_id, double.client_id)
    for pair in ((ana, double), (double, ana)):
        with pytest.raises(Conflict):
            merge(house, pair[0].client_id, pair[1].client_id)
    with pytest.raises(Conflict), house.work(house.lead) as work:
        clients.change(work, double.client_id, ClientPatch(name="A"), version=2)
    with pytest.raises(Invalid):
        records.begin(house, house.lead, [double.client_id])
    with house.work(house.clinician) as work:
        assert {one.id for one in episodes.page(work, client_id=ana.client_id, after=None, limit=9).items} == {
            ana.episode_id
        }


def test_an_unknown_client_and_a_foreign_one_look_alike(shared_house: House) -> None:
    house = shared_house
    foreign = house.found("Next door")
    stranger = foreign.client("Eva", foreign.founder)
    for client_id in (new_id(), stranger.client_id):
        with pytest.raises(NotFound):
            read(house, house.lead, client_id)
        with pytest.raises(NotFound), house.work(house.lead) as work:
            timeline.read(work, client_id, limit=5)


def _of(house: House, key: str) -> UUID:
    with house.rows() as work:
        found = client_store.by_external_id(work.session, "native", work.digest("client external id", "native", key))
        assert found is not None
        return found.id
