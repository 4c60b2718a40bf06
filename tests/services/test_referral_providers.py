"""The practice's own directory: kept by whoever may, never another practice's, imported without doubling anybody."""

import time
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from api.domain.access import Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import referral_providers as directory
from api.services.referral_providers import DirectoryFile
from schemas.tables import ReferralProvider
from schemas.vocabulary import Role
from schemas.wire.referral_providers import (
    DirectoryImportOut,
    ReferralProviderIn,
    ReferralProviderOut,
    ReferralProviderPatch,
    WishesIn,
)
from tests.support.counts import Say
from tests.support.house import House, Person

CSV = (
    "name,organisation,external_id,languages,accepting,fee_from,fee_to,currency\n"
    "Rosa Lindt,By the park,a-1,en;es,yes,60,90,EUR\n"
    "Bo Berg,,,sv,,,,\n"
    "Ada Two,,,en,,90,60,EUR\n"
)


def add(house: House, who: Person | None = None, **given: Any) -> ReferralProviderOut:  # noqa: ANN401  # any part of it
    with house.work(who or house.clinician) as work:
        return directory.add(work, ReferralProviderIn(**{"name": "Rosa Lindt", **given}))


def listed(house: House, search: str | None = None) -> list[str]:
    with house.work(house.clinician) as work:
        return [one.name for one in directory.page(work, search=search, after=None, limit=200).items]


def take_in(house: House, text: str = CSV, *, dry_run: bool = False) -> DirectoryImportOut:
    with house.work(house.admin) as work:
        return directory.take_in(work, DirectoryFile(BytesIO(text.encode()), dry_run=dry_run))


def test_whoever_works_with_clients_and_an_admin_keep_it_and_a_supervisor_reads(shared_house: House) -> None:
    for role in (Role.CLINICIAN, Role.PRACTICE_LEAD, Role.ADMIN):
        add(shared_house, shared_house.practice.of_role(role), name=role.value)
    with pytest.raises(AccessDenied):
        add(shared_house, shared_house.supervisor)
    with shared_house.work(shared_house.supervisor) as work:
        assert len(directory.page(work, search=None, after=None, limit=9).items) == 3


def test_a_change_touches_what_was_sent_and_a_null_takes_away(shared_house: House) -> None:
    made = add(shared_house, languages=["en"], fee_from=60, currency="EUR", accepting=True)
    assert made.accepting_checked_on == shared_house.now.date()
    with shared_house.work(shared_house.clinician) as work:
        changed = directory.change(
            work, made.id, ReferralProviderPatch(languages=None, place="Madrid"), version=made.version
        )
    assert (changed.languages, changed.place, changed.fee_from, changed.version) == (None, "Madrid", 60, 2)
    with pytest.raises(VersionMismatch), shared_house.work(shared_house.clinician) as work:
        directory.change(work, made.id, ReferralProviderPatch(place="Toledo"), version=made.version)
    with pytest.raises(Invalid) as refused, shared_house.work(shared_house.clinician) as work:
        directory.change(work, made.id, ReferralProviderPatch(name=None), version=2)
    assert refused.value.problems[0].pointer == "/name"
    with pytest.raises(Invalid), shared_house.work(shared_house.clinician) as work:
        directory.change(work, made.id, ReferralProviderPatch(currency=None), version=2)


def test_another_practice_does_not_see_it(shared_house: House) -> None:
    made = add(shared_house)
    other = shared_house.found("Next door")
    with shared_house.work(other.founder) as work:
        assert directory.page(work, search=None, after=None, limit=9).items == []
    with pytest.raises(NotFound), shared_house.work(other.founder) as work:
        directory.read(work, made.id)


def test_a_removed_one_is_in_no_list_and_can_still_be_read(shared_house: House) -> None:
    made = add(shared_house, external_id="a-1")
    with shared_house.work(shared_house.clinician) as work:
        directory.remove(work, made.id)
    assert listed(shared_house) == []
    with shared_house.work(shared_house.clinician) as work:
        assert directory.match(work, WishesIn(), after=None, limit=9).items == []
        assert directory.read(work, made.id).removed
    with pytest.raises(Conflict), shared_house.work(shared_house.clinician) as work:
        directory.remove(work, made.id)
    add(shared_house, external_id="a-1")


def test_the_list_goes_by_name_page_by_page(shared_house: House) -> None:
    for name in ("Zoë", "ana", "Émile", "Bo"):
        add(shared_house, name=name)
    with shared_house.work(shared_house.clinician) as work:
        first = directory.page(work, search=None, after=None, limit=3)
        rest = directory.page(work, search=None, after=first.items[-1].id, limit=3)
    assert [one.name for one in first.items + rest.items] == ["ana", "Bo", "Émile", "Zoë"]
    assert (first.next_cursor, rest.next_cursor) == (str(first.items[-1].id), None)


def test_the_next_page_begins_where_it_did_although_the_last_one_was_removed(shared_house: House) -> None:
    made = [add(shared_house, name=name) for name in ("A", "B", "C")]
    with shared_house.work(shared_house.clinician) as work:
        directory.remove(work, made[1].id)
        assert [one.name for one in directory.page(work, search=None, after=made[1].id, limit=3).items] == ["C"]


def test_an_external_id_stands_for_one(both_houses: House) -> None:
    add(both_houses, external_id="a-1")
    with pytest.raises(Conflict) as refused:
        add(both_houses, external_id="a-1", name="Somebody else")
    assert refused.value.code == "external_id_taken"
    add(both_houses, name="Nobody's key")
    add(both_houses, name="Nobody's key either")


def test_a_file_comes_in_row_by_row_and_the_second_time_changes_nothing(shared_house: House) -> None:
    tried = take_in(shared_house, dry_run=True)
    assert listed(shared_house) == []
    first = take_in(shared_house)
    assert (tried.counts, tried.problems) == (first.counts, first.problems)
    assert first.counts == {"created": 2, "rejected": 1}
    assert [(one.line, one.pointer) for one in first.problems] == [(4, "/rows/4/fee_to")]
    assert listed(shared_house) == ["Bo Berg", "Rosa Lindt"]
    again = take_in(shared_house)
    assert (again.counts, again.rows_read) == ({"unchanged": 2, "rejected": 1}, 3)


def test_a_file_changes_only_its_columns_and_finds_by_key_whatever_the_name(shared_house: House) -> None:
    take_in(shared_house)
    told = take_in(shared_house, "name,external_id,place\nRosa Lindt-Vega,a-1,Madrid\nbo  berg,,Malmö\n")
    assert told.counts == {"updated": 2}
    with shared_house.work(shared_house.clinician) as work:
        bo, rosa = directory.page(work, search=None, after=None, limit=9).items
    assert (rosa.name, rosa.place, rosa.languages, rosa.fee_to) == ("Rosa Lindt-Vega", "Madrid", ["en", "es"], 90)
    assert (bo.name, bo.place, bo.languages) == ("bo  berg", "Malmö", ["sv"])


def test_two_rows_about_one_and_one_row_about_two_are_told(shared_house: House) -> None:
    for place in ("Madrid", "Toledo"):
        add(shared_house, name="Ana", place=place)
    told = take_in(shared_house, "name,place\nAna,Lugo\nEva,Lugo\nEVA,Vigo\n")
    assert [(one.line, one.code) for one in told.problems] == [(2, "several_known"), (4, "same_twice")]
    assert told.counts == {"created": 1, "rejected": 2}


def test_a_file_that_cannot_be_read_to_its_end_brings_nothing(shared_house: House) -> None:
    with pytest.raises(Invalid):
        take_in(shared_house, 'name\nRosa\n"Bo\n')
    assert listed(shared_house) == []


def test_nothing_of_the_directory_can_be_read_in_the_database(shared_house: House) -> None:
    add(shared_house, name="Rosa Lindt", notes="Kind on the phone.")
    with shared_house.rows() as work:
        (row,) = work.session.scalars(sa.select(ReferralProvider)).all()
        assert b"Rosa" not in row.facts_sealed
        assert b"Kind" not in row.facts_sealed


def test_a_key_reads_and_keeps_it_only_where_a_scope_says_so(shared_house: House) -> None:
    key = shared_house.practice.key(Permission.PROVIDER_READ)
    with shared_house.work(key.principal) as work:
        directory.page(work, search=None, after=None, limit=9)
    with pytest.raises(AccessDenied), shared_house.work(key.principal) as work:
        directory.add(work, ReferralProviderIn(name="Rosa"))


def test_a_directory_of_five_hundred_feels_instant_over_http(house: House, say: Say) -> None:
    """A figure of this machine, printed; the bound is far above it, so that a busy one does not fail."""
    rows = "".join(
        f"Provider {at:03},Practice {at % 40},grief;trauma {at % 7};sleep,CBT;EMDR,en;{'es' if at % 2 else 'fr'},"
        f"individual;couple,{50 + at % 60},EUR,{'yes' if at % 3 else 'no'},{'yes' if at % 5 else ''},Madrid {at % 9}\n"
        for at in range(500)
    )
    header = (
        "name,organisation,specialisations,therapies,languages,formats,fee_from,currency,accepting,free_talk,place\n"
    )
    assert take_in(house, header + rows).counts == {"created": 500}
    api = house.api(house.clinician)
    asked = {
        "languages": ["Spanish"],
        "therapies": ["cognitive behavioural therapy"],
        "specialisations": ["trauma 3"],
        "most_to_pay": 80,
        "currency": "EUR",
        "free_talk": True,
    }
    times, items = [], []
    for _ in range(5):
        began = time.perf_counter()
        answer = api.post("/v1/referral-providers/match", json=asked)
        times.append(time.perf_counter() - began)
        items = answer.json()["items"]
    assert len(items) == 50
    assert [one["outcome"] for one in items[0]["wishes"]] == ["met"] * 5
    assert items[0]["accepting"] == "accepting"
    say(f"matching 500 providers over HTTP, the fastest and slowest of five: {min(times):.3f} s, {max(times):.3f} s")
    assert min(times) < 0.5
