"""Sealing: what is sealed opens in its own place, under its own key, and nowhere else."""

import base64
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.errors import Conflict
from api.store import keys as key_store
from api.store.sealing import (
    CannotOpen,
    Keyring,
    Place,
    UnusableMasterKey,
    lookup_digest,
    new_master_key,
    token_digest,
)
from schemas.tables import ClientKey
from tests.support.house import House, open_house

HERE = Place("clients", "name", UUID(int=1))
ELSEWHERE = [
    Place("members", "name", UUID(int=1)),
    Place("clients", "note", UUID(int=1)),
    Place("clients", "name", UUID(int=2)),
]
RING = Keyring([new_master_key()])


@settings(max_examples=50, deadline=None)
@given(st.text(), st.binary())
def test_what_is_sealed_opens_again_to_the_letter(text: str, content: bytes) -> None:
    key, _ = RING.new_data_key()
    text = text.encode(errors="replace").decode()
    assert key.open(key.seal(text, HERE), HERE) == text
    assert key.open_bytes(key.seal_bytes(content, HERE), HERE) == content


@pytest.mark.parametrize("place", ELSEWHERE)
def test_moved_to_another_place_it_does_not_open(place: Place) -> None:
    key, _ = RING.new_data_key()
    with pytest.raises(CannotOpen):
        key.open(key.seal("Ana", HERE), place)


def test_under_another_clients_key_it_does_not_open() -> None:
    (mine, _), (theirs, _) = RING.new_data_key(), RING.new_data_key()
    with pytest.raises(CannotOpen):
        theirs.open(mine.seal("Ana", HERE), HERE)


def test_every_changed_byte_is_noticed() -> None:
    key, _ = RING.new_data_key()
    sealed = key.seal("Ana", HERE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(CannotOpen):
            key.open(bytes(changed), HERE)
    for short in (b"", sealed[:5], sealed[:-1]):
        with pytest.raises((CannotOpen, ValueError)):
            key.open(short, HERE)


def test_the_same_words_are_never_sealed_alike() -> None:
    key, _ = RING.new_data_key()
    assert len({key.seal("Ana", HERE) for _ in range(50)}) == 50


def test_a_former_master_key_opens_and_the_present_one_seals() -> None:
    former, present = new_master_key(), new_master_key()
    key, stored = Keyring([former]).new_data_key()
    sealed = key.seal("Ana", HERE)
    both = Keyring([present, former])
    assert both.unwrap(stored).open(sealed, HERE) == "Ana"
    rewrapped = both.rewrap(stored)
    assert rewrapped.master_key_id == both.current_id != stored.master_key_id
    assert Keyring([present]).unwrap(rewrapped).open(sealed, HERE) == "Ana"
    with pytest.raises(CannotOpen):
        Keyring([present]).unwrap(stored)
    with pytest.raises(CannotOpen):
        Keyring([former]).unwrap(rewrapped)


@pytest.mark.parametrize(
    "key", ["", "short", "é", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode()]
)
def test_a_master_key_is_32_bytes_in_base64(key: str) -> None:
    with pytest.raises((UnusableMasterKey, ValueError)):
        Keyring([key])


def test_without_a_master_key_nothing_starts() -> None:
    with pytest.raises(UnusableMasterKey):
        Keyring([])


def test_two_different_lists_of_words_never_share_a_digest() -> None:
    key = bytes(32)
    digests = {
        lookup_digest(key, *parts)
        for parts in (("p", "ab", "c"), ("p", "a", "bc"), ("p", "abc"), ("q", "abc"), ("p", "abc", ""), ("p",))
    }
    assert len(digests) == 6
    assert lookup_digest(bytes(31) + b"\1", "p", "abc") != lookup_digest(key, "p", "abc")
    assert token_digest("lt_a") != token_digest("lt_b")


def test_a_destroyed_key_leaves_what_it_sealed_unreadable(both_houses: House) -> None:
    ana = both_houses.client("Ana", both_houses.clinician)
    bea = both_houses.client("Bea", both_houses.clinician)
    with both_houses.rows() as work:
        assert set(work.client_keys([ana.client_id, bea.client_id])) == {ana.client_id, bea.client_id}
        work.session.delete(
            work.session.get_one(ClientKey, {"practice_id": both_houses.practice.id, "client_id": ana.client_id})
        )
    with both_houses.rows() as work:
        with pytest.raises(key_store.KeyDestroyed):
            key_store.of_client(work.session, work.keyring, ana.client_id)
        with pytest.raises(Conflict) as refused:
            work.client_key(ana.client_id)
        assert refused.value.code == "erased"
        assert set(work.client_keys([bea.client_id])) == {bea.client_id}


def test_keys_lie_wrapped_in_the_database(both_houses: House) -> None:
    both_houses.client("Ana", both_houses.clinician)
    with both_houses.rows() as work:
        lookup = both_houses.runtime.lookup_key(work.session)
        rows = work.session.connection().exec_driver_sql("SELECT wrapped FROM installation_keys").scalars().all()
    assert rows
    assert all(lookup not in bytes(row) for row in rows)


def test_look_up_digests_stay_the_same_over_restarts(both_houses: House) -> None:
    with both_houses.rows() as work:
        before = work.digest("member e-mail", "ana@example.org")
    with open_house(both_houses.url) as again, again.rows(both_houses.practice) as work:
        assert work.digest("member e-mail", "ana@example.org") == before
