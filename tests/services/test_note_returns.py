"""Every return of a note for changes is kept: with its reason, who sent it back and when, through every signature after it."""

import io
import re
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import Conflict
from api.services import client_exports, clients, documents, signatures
from api.services.work import Work
from api.store import migrations, note_checks, note_returns
from api.store.sealing import Place
from schemas.tables import NoteReturn, TerminationNote
from schemas.vocabulary import NoteState
from schemas.wire.terminations import TerminationNoteOut
from tests.services.erasing import erase
from tests.support import notes
from tests.support.house import House
from tests.support.pdfs import Opened

FIRST, SECOND = "Say more on safety.", "And when was that?"


def returned_twice(house: House) -> TerminationNoteOut:
    """And signed again each time, and cosigned."""
    waits = notes.waiting(house)
    for reason in (FIRST, SECOND):
        house.wait(hours=1)
        notes.send_back(house, house.supervisor, waits.id, reason)
        house.wait(hours=1)
        waits = notes.sign(house, house.clinician, notes.read(house, house.clinician, waits.id))
    with house.work(house.supervisor) as work:
        signatures.cosign(work, waits.id, version=waits.version)
    return notes.read(house, house.clinician, waits.id)


def test_author_and_supervisor_read_each_return_once_the_note_is_signed(shared_house: House) -> None:
    house = shared_house
    note = returned_twice(house)
    for who in (house.clinician, house.supervisor):
        shown = notes.read(house, who, note.id)
        told = [(one.reason, one.by.id, house.now - one.at) for one in shown.returns]
        assert told == [
            (FIRST, house.supervisor.id, timedelta(hours=3)),
            (SECOND, house.supervisor.id, timedelta(hours=1)),
        ]
        assert (shown.state, shown.returned_reason) == (NoteState.SIGNED, None)


def test_the_record_of_the_ending_tells_each_and_how_many_there_are(shared_house: House) -> None:
    note = returned_twice(shared_house)
    with shared_house.work(shared_house.clinician) as work:
        made = documents.pack(work, note.id, None)
    text = " ".join(Opened(made.as_pdf()).text.split())
    assert "Returned for changes 2" in text
    told = text[text.index("Every signature") :]
    in_order = re.findall(r"Signed|Returned for changes|Cosigned", told)
    assert in_order == ["Signed", "Returned for changes", "Signed", "Returned for changes", "Signed", "Cosigned"]
    assert told.index(FIRST) < told.index(SECOND)
    with shared_house.work(shared_house.clinician) as work:
        alone = documents.note(work, note.id, None)
    assert FIRST not in str(alone.paper)


def test_the_client_s_record_has_them_and_an_erasure_takes_the_words(shared_house: House) -> None:
    house = shared_house
    note = returned_twice(house)
    with house.work(house.lead) as work:
        made = client_exports.make(work, note.client.id)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        told = archive.read("record.json").decode()
    assert FIRST in told
    assert SECOND in told
    house.wait(days=3000)
    erase(house, note.client.id)
    with house.rows() as work:
        rows = note_returns.every(work.session, [note.id])
        assert len(rows) == 2
        with pytest.raises(Conflict, match="erased"):
            work.client_key(rows[0].client_id)
        assert not note_checks.check(work.session).tampered


def test_of_a_double_they_are_told_with_whom_they_turned_out_to_be(shared_house: House) -> None:
    """Under the double's own key, also those that come after the merge."""
    house = shared_house
    waits = notes.waiting(house)
    notes.send_back(house, house.supervisor, waits.id, FIRST)
    ana = house.client("Ana", house.clinician)
    double = notes.read(house, house.clinician, waits.id).client.id
    with house.work(house.lead) as work:
        clients.merge(work, ana.client_id, double)
    house.wait(hours=1)
    notes.sign(house, house.clinician, notes.read(house, house.clinician, waits.id))
    notes.send_back(house, house.supervisor, waits.id, SECOND)
    shown = notes.read(house, house.clinician, waits.id)
    assert (shown.client.id, [one.reason for one in shown.returns]) == (ana.client_id, [FIRST, SECOND])
    with house.rows() as work:
        assert {row.client_id for row in note_returns.every(work.session, [waits.id])} == {double}
    with house.work(house.lead) as work:
        made = client_exports.make(work, ana.client_id)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert SECOND in archive.read("record.json").decode()


def test_a_reason_that_code_of_before_put_into_the_note_is_read_and_gets_a_row(shared_house: House) -> None:
    """Both may run for a while. What the next signature empties has a row by then."""
    house = shared_house
    waits = notes.waiting(house)
    notes.send_back(house, house.supervisor, waits.id, FIRST)
    notes.sign(house, house.clinician, notes.read(house, house.clinician, waits.id))
    with house.rows() as work:
        note = stored(work, waits.id)
        place = Place("termination_notes", "returned_reason", note.id)
        note.state, note.digest, note.version = NoteState.DRAFT, None, note.version + 1
        note.returned_reason_sealed = work.client_key(note.client_id).seal(SECOND, place)
        note.returned_at, note.returned_by = work.now + timedelta(hours=1), house.supervisor.id
    shown = notes.read(house, house.clinician, waits.id)
    assert ([one.reason for one in shown.returns], shown.returned_reason) == ([FIRST, SECOND], SECOND)
    notes.sign(house, house.clinician, shown)
    assert notes.read(house, house.clinician, waits.id).returns == shown.returns
    with house.rows() as work:
        note = stored(work, waits.id)
        assert (note.returned_at, note.returned_by, note.returned_reason_sealed) == (None, None, None)


def test_the_last_return_survives_the_way_back_and_there_again(both_houses: House) -> None:
    house = both_houses
    waits = notes.waiting(house)
    for reason in (FIRST, SECOND):
        house.wait(hours=1)
        if reason is SECOND:
            notes.sign(house, house.clinician, notes.read(house, house.clinician, waits.id))
        notes.send_back(house, house.supervisor, waits.id, reason)
    before = notes.read(house, house.clinician, waits.id)
    migrations.downgrade(house.url, "0054")
    with house.rows() as work:
        note = stored(work, waits.id)
        place = Place("termination_notes", "returned_reason", note.id)
        assert work.client_key(note.client_id).open(note.returned_reason_sealed or b"", place) == SECOND
        assert (note.returned_by, note.returned_at) == (house.supervisor.id, house.now)
    migrations.upgrade(house.url)
    after = notes.read(house, house.clinician, waits.id)
    assert after == before.model_copy(update={"returns": before.returns[-1:]})
    with house.rows() as work:
        (row,) = work.session.scalars(sa.select(NoteReturn))
        assert (row.note_id, row.client_id, row.digest) == (waits.id, before.client.id, None)
    notes.sign(house, house.clinician, after)
    assert notes.read(house, house.clinician, waits.id).returns == before.returns[-1:]


def stored(work: Work, note_id: UUID) -> TerminationNote:
    return work.session.scalars(sa.select(TerminationNote).where(col(TerminationNote.id) == note_id)).one()
