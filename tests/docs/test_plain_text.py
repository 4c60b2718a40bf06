"""docs/plain-text.md says of every column whether it can be read, and by which key the sealed ones open."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401  # declares every table
from api.rest.examples import BODIES
from api.store.sealing import CannotOpen, Place
from schemas.tables.base import Identifier, Instant
from schemas.vocabulary import Channel, ContactDirection
from schemas.wire.clients import ConsentIn
from schemas.wire.contacts import ContactIn
from tests.support.house import House
from tools.tree import ROOT

TEXT = (ROOT / "docs" / "plain-text.md").read_text(encoding="utf-8")
COLUMNS = {f"{table.name}.{column.name}": column for table in SQLModel.metadata.tables.values() for column in table.c}
# What a kind of the document is in the database. None of these types can hold what somebody wrote.
KINDS: dict[str, tuple[type, ...]] = {
    "identifier": (sa.Uuid,),
    "instant, day, time": (sa.DateTime, sa.Date, sa.Time),
    "code": (sa.Enum,),
    "switch": (sa.Boolean,),
    "number": (sa.Integer, sa.Float),
}
# Those whose place is their own row. The others are opened by the tests of imports and of repeated requests.
OPENED = (
    "clients.name_sealed",
    "consents.address_sealed",
    "consents.sender_name_sealed",
    "contacts.note_sealed",
    "external_ids.external_id_sealed",
    "members.name_sealed",
    "members.email_sealed",
    "termination_notes.content_sealed",
    "termination_notes.record_sealed",
)


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table below a heading, without its head."""
    part = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for line in re.findall(r"^\|(.*)\|$", part, re.MULTILINE)[2:]:
        yield [cell.strip() for cell in line.split("|")]


def named(heading: str) -> list[str]:
    return list(chain.from_iterable(re.findall(r"`([a-z_]+\.[a-z_]+)`", cells[0]) for cells in rows(heading)))


READABLE, DIGESTS, SEALED = named("Readable by name"), named("Digests and wrapped keys"), named("Sealed")


def wordless(column: sa.Column[object]) -> bool:
    return isinstance(column.type, tuple(chain.from_iterable(KINDS.values())))


def test_the_kinds_of_the_document_are_those_that_are_checked() -> None:
    assert [cells[0] for cells in rows("Readable by kind")] == list(KINDS)
    assert isinstance(Identifier, sa.Uuid)
    assert isinstance(Instant, sa.DateTime)


def test_every_column_that_could_hold_words_is_named_once() -> None:
    could = {name for name, column in COLUMNS.items() if not wordless(column)}
    assert sorted(READABLE + DIGESTS + SEALED) == sorted(could)
    assert len(could) > 50


def test_what_is_called_sealed_is_bytes_and_listed_with_its_key() -> None:
    assert sorted(SEALED) == sorted(name for name in COLUMNS if name.endswith("_sealed"))
    assert all(isinstance(COLUMNS[name].type, sa.LargeBinary) for name in SEALED)
    assert {cells[1] for cells in rows("Sealed")} == {"client", "practice", "client or practice"}


def test_what_is_called_a_digest_cannot_be_a_text() -> None:
    texts = {name for name in DIGESTS if not isinstance(COLUMNS[name].type, sa.LargeBinary)}
    assert texts == {"members.password_hash"}


@pytest.fixture
def written(house: House) -> House:
    """A client with an address, a contact and a signed note, beside the members there are."""
    api = house.api(house.founder)
    client_id = api.put("/v1/clients/by-external-id/desk/77", json={"name": "Ana Moreno"}).json()["id"]
    episode_id = api.post("/v1/episodes", json={"client_ids": [client_id]}).json()["id"]
    consent = ConsentIn(channel=Channel.EMAIL, address="ana@example.org", sender_name="Ines")
    contact = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE, note="Will call again.")
    for path, given in ((f"clients/{client_id}/consents", consent), (f"episodes/{episode_id}/contacts", contact)):
        api.post(f"/v1/{path}", json=given.model_dump(mode="json", exclude_none=True)).raise_for_status()
    note = {**BODIES["NoteContent"], "episode_id": episode_id}
    note_id = api.post("/v1/termination-notes", json=note).json()["id"]
    api.post(f"/v1/termination-notes/{note_id}/sign", headers={"If-Match": '"v1"'}).raise_for_status()
    return house


def test_a_sealed_column_opens_with_the_key_that_is_named_and_with_no_other(written: House) -> None:
    named_keys = {cells[0].strip("`"): cells[1] for cells in rows("Sealed")}
    with written.rows() as work:
        some_client = work.session.scalars(sa.select(COLUMNS["clients.id"])).one()
        for name in OPENED:
            column = COLUMNS[name]
            columns = column.table.c
            place_id = columns["target_id" if column.table.name == "external_ids" else "id"]
            told = sa.select(column, place_id, columns.get("client_id", place_id)).where(column.is_not(None))
            sealed, row_id, owner_id = work.session.execute(told).all()[0]
            of_client = named_keys[name].startswith("client")
            keys = [work.client_key(owner_id if of_client else some_client), work.practice_key()]
            fitting, other = keys if of_client else reversed(keys)
            place = Place(column.table.name, column.name.removesuffix("_sealed"), row_id)
            assert fitting.open(sealed, place)
            with pytest.raises(CannotOpen):
                other.open(sealed, place)
