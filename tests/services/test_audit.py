"""Reading the trail: newest first, by subject, one's own practice only, and never without leaving an entry."""

from uuid import UUID

import pytest

from api.domain.errors import AccessDenied, Conflict, NotFound
from api.services import audit, clients, flags
from schemas.vocabulary import FlagKind, Role
from schemas.wire.audit import AuditEntryOut
from schemas.wire.common import Page
from schemas.wire.flags import FlagClearIn, FlagIn, FlagReviewIn
from tests.support.house import House, Person


def read(house: House, who: Person, subject_id: UUID | None = None, before: UUID | None = None) -> Page[AuditEntryOut]:
    with house.work(who) as work:
        return audit.page(work, subject_id=subject_id, before=before, limit=4)


def test_the_trail_of_a_client_says_who_read_them_and_who_was_refused(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician)
    with house.work(house.clinician) as work:
        clients.read(work, ana.client_id)
    with pytest.raises(AccessDenied), house.work(house.admin) as work:
        clients.read(work, ana.client_id)
    stranger = house.practice.member(Role.CLINICIAN)
    with pytest.raises(NotFound), house.work(stranger) as work:
        clients.read(work, ana.client_id)
    told = [
        (entry.action, entry.outcome, entry.actor_id)
        for entry in read(house, house.lead, subject_id=ana.client_id).items
    ]
    assert told == [
        ("client.read", "not_found", stranger.id),
        ("client.read", "denied", house.admin.id),
        ("client.read", "allowed", house.clinician.id),
        ("client.add", "allowed", house.founder.id),
    ]


def test_the_trail_is_paged_without_gap_or_double(both_houses: House) -> None:
    for name in ("Ana", "Bea", "Cleo", "Dora"):
        both_houses.client(name, both_houses.clinician)
    seen: list[UUID] = []
    page = read(both_houses, both_houses.admin)
    before_reading = page.items[0].id
    while True:
        seen += [entry.id for entry in page.items]
        if page.next_cursor is None:
            break
        page = read(both_houses, both_houses.admin, before=UUID(page.next_cursor))
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 4
    assert seen[0] == before_reading
    assert "audit.read" in {entry.action for entry in read(both_houses, both_houses.admin).items}


def test_nobody_reads_the_trail_of_another_practice(house: House) -> None:
    ana = house.client("Ana", house.clinician)
    stranger = house.found("Next door").founder
    assert read(house, stranger, subject_id=ana.client_id).items == []
    assert {entry.action for entry in read(house, stranger).items} == {"audit.read"}


def test_clinicians_do_not_read_the_trail(house: House) -> None:
    with pytest.raises(AccessDenied):
        read(house, house.clinician)


def test_no_entry_holds_a_name(both_houses: House) -> None:
    both_houses.client("Anastasia", both_houses.clinician)
    with both_houses.work(both_houses.clinician) as work:
        clients.page(work, name="Anastasia", after=None, limit=5)
    assert "nastasia" not in read(both_houses, both_houses.lead).model_dump_json()


def test_an_admin_learns_who_was_in_a_record_and_nothing_about_care(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician).client_id
    with house.work(house.clinician) as work:
        risk = flags.raise_flag(work, ana, FlagIn(kind=FlagKind.RISK_OF_HARM, note="Said goodbye."))
        flags.page(work, ana)
    assert [(one.action, one.details.get("kind")) for one in trail_of(house, house.lead, ana)[:2]] == [
        ("flag.list", None),
        ("flag.raise", "risk_of_harm"),
    ]
    mine = [one for one in trail_of(house, house.admin, ana) if one.subject_kind is not None]
    assert [(one.action, one.subject_kind, one.details) for one in mine] == [
        ("client.read", "client", {}),
        ("client.edit", "client", {}),
        ("client.add", "client", {}),
    ]
    assert [one.actor_id for one in mine[:2]] == [house.clinician.id] * 2
    everything = house.api(house.admin).get("/v1/audit?limit=200").text
    assert not [word for word in ("flag.", "risk", "harm", str(risk.id)) if word in everything]


def test_who_paused_messages_is_in_the_trail_for_themselves_alone(both_houses: House) -> None:
    house = both_houses
    ana, other = house.client("Ana", house.clinician).client_id, house.practice.member(Role.PRACTICE_LEAD)
    with house.work(house.lead) as work:
        hold = flags.raise_flag(work, ana, FlagIn(kind=FlagKind.PRACTICE_HOLD))
    with pytest.raises(Conflict), house.work(house.lead) as work:
        flags.raise_flag(work, ana, FlagIn(kind=FlagKind.PRACTICE_HOLD))
    with house.work(house.lead) as work:
        flags.review(work, ana, hold.id, FlagReviewIn(note="Still so."))
        flags.clear(work, ana, hold.id, FlagClearIn())

    def acts(who: Person) -> list[str]:
        return [one.action for one in trail_of(house, who, ana) if one.action.startswith("flag.")]

    assert acts(house.lead) == ["flag.clear", "flag.review", "flag.raise", "flag.raise"]
    assert acts(other) == []


def trail_of(house: House, who: Person, subject_id: UUID) -> list[AuditEntryOut]:
    with house.work(who) as work:
        return list(audit.page(work, subject_id=subject_id, before=None, limit=50).items)
