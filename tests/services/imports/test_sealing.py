"""No word of a file, no name, address or note stands in the database as it was written."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api.services import consents, contacts
from schemas.vocabulary import Channel, ContactDirection
from schemas.wire.clients import ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.imports import Mapping
from tests.services.imports import files
from tests.services.imports.files import at
from tests.support.house import House

MAPPING = Mapping.model_validate(
    {
        "source": "front-desk",
        "client": ["Full name"],
        "client_name": ["Full name"],
        "clinician": ["Therapist"],
        "starts_at": {"column": "When"},
        "status": {"column": "What", "values": {"came": "attended"}},
        "when_known": "session_end",
    }
)
COLUMNS = ("Full name", "Therapist", "When", "What", "Remarks")
PLANTED = ("Anastasia Wildermuth", "Ottoline Therapeutin", "Remarkable remark", "strange-file-name")


@pytest.mark.parametrize("moment", ["received", "tried", "taken in", "taken back"])
def test_nothing_of_a_file_stands_in_the_database_as_it_was_written(house: House, moment: str) -> None:
    """A client key may itself be a name, where a file has nothing better; then the key of a time is made of it."""
    row = {"When": at(-3), "What": "came", "Full name": PLANTED[0], "Therapist": PLANTED[1], "Remarks": PLANTED[2]}
    bad = {**row, "When": "never", "What": "cried in the corridor"}
    content = files.text(COLUMNS, [row, bad])
    if moment == "received":
        files.receive(house, content, mapping=MAPPING)
    elif moment == "tried":
        files.receive(house, content, mapping=MAPPING, dry_run=True)
        files.run(house)
    else:
        done = files.take_in(house, content, mapping=MAPPING)
        if moment == "taken back":
            files.take_back(house, done.id)
    found = stored(house)
    for words in (*PLANTED, "cried in the corridor"):
        assert not any(form in found for form in forms(words)), words


def test_addresses_and_notes_do_not_stand_in_the_database_as_they_were_written(house: House) -> None:
    ana = house.client("Anastasia Wildermuth", house.clinician)
    given = ConsentIn(channel=Channel.EMAIL, address="planted.address@example.org", sender_name="Discreet Sender")
    noted = ContactIn(direction=ContactDirection.INBOUND, channel=Channel.PHONE, note="A very particular note")
    api = house.api(house.clinician)
    with house.work(house.clinician) as work:
        consents.add(work, ana.client_id, given)
        contacts.record(work, ana.episode_id, noted)
    answer = api.post(
        f"/v1/episodes/{ana.episode_id}/contacts",
        json={"direction": "inbound", "channel": "phone", "note": "Another particular note"},
        headers={"Idempotency-Key": "once"},
    )
    assert answer.status_code == 201
    api.post("/v1/clients/search", json={"name": "Anastasia"})
    house.practice.member(name="Memorable Member")
    found = stored(house)
    words = ("Anastasia Wildermuth", given.address, "Discreet Sender", "particular note", "Memorable Member")
    for planted in (*words, "planted.address"):
        assert not any(form in found for form in forms(planted)), planted


def test_the_search_for_planted_words_would_find_them(house: House) -> None:
    with house.rows() as work:
        work.session.connection().exec_driver_sql("CREATE TABLE leak (words TEXT)")
        work.session.connection().exec_driver_sql("INSERT INTO leak VALUES ('Anastasia Wildermuth')")
    assert any(form in stored(house) for form in forms("anastasia wildermuth"))


def stored(house: House) -> bytes:
    """The bytes of the database and of the log written ahead of it, without regard to case."""
    path = Path(make_url(house.url).database or "")
    beside = path.with_name(path.name + "-wal")
    return (path.read_bytes() + (beside.read_bytes() if beside.exists() else b"")).lower()


def forms(words: str) -> tuple[bytes, ...]:
    plain = words.lower()
    return plain.encode(), plain.encode().hex().encode(), plain.encode("utf-16-le")
