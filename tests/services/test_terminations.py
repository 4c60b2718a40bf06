"""Drafts of termination notes: who begins and changes one, what a clash loses (nothing), and what the record adds."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import KEY_SCOPES, Permission
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import clients, contacts, terminations
from api.services.terminations import Which
from schemas.tables import ClientKey, TerminationNote
from schemas.vocabulary import (
    AuditOutcome,
    Channel,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    EpisodeFormat,
    FlagKind,
    NoteState,
    RiskReview,
    Role,
)
from schemas.wire.clients import ClientIn
from schemas.wire.contacts import ContactIn
from schemas.wire.terminations import NoteContent, TerminationNoteIn, TerminationNoteOut
from tests.services import records
from tests.support import notes
from tests.support.house import Case, House, Person


def save(house: House, who: Person, note: TerminationNoteOut, **content: Any) -> TerminationNoteOut:  # noqa: ANN401  # any part of a note
    given = NoteContent.model_validate({**note.content.model_dump(), **content})
    with house.work(who) as work:
        return terminations.change(work, note.id, given, version=note.version)


def listed(house: House, who: Person, **which: Any) -> list[UUID]:  # noqa: ANN401  # what a list is narrowed to
    with house.work(who) as work:
        return [one.id for one in terminations.page(work, Which(**which), before=None, limit=50).items]


def test_a_draft_may_lack_anything_and_comes_back_as_it_was_saved(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    empty = notes.draft(house, house.clinician, ana, work_reviewed="So far.")
    assert (empty.state, empty.version, empty.how_it_ended) == (NoteState.DRAFT, 1, None)
    assert empty.client.name == "Ana"
    assert {"how_it_ended", "closing_session", "work_reviewed", "goals_basis", "safety"} == set(empty.required)
    house.wait(hours=1)
    saved = save(house, house.clinician, empty, **notes.TALKED)
    assert saved.content == NoteContent.model_validate(notes.TALKED)
    assert (saved.version, saved.how_it_ended, saved.updated_at) == (2, EndingKind.AGREED, house.now)
    assert notes.read(house, house.clinician, empty.id) == saved
    allowed = AuditOutcome.ALLOWED
    expected = [("note.add", allowed), ("note.edit", allowed), ("note.read", allowed)]
    assert records.trail(house, empty.id) == expected


def test_of_two_who_save_at_once_the_second_is_told_and_nothing_is_lost(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    first = save(house, house.clinician, note, progress="From the telephone.")
    with pytest.raises(VersionMismatch):
        save(house, house.clinician, note, progress="From the desk.")
    assert notes.read(house, house.clinician, note.id) == first
    second = save(house, house.clinician, first, progress="From the desk, with both in sight.")
    assert second.version == 3


def test_what_is_stored_already_is_saved_whoever_sends_it_again(shared_house: House) -> None:
    """The answer to a save may be lost on the way. Sent once more, it is no clash with oneself, and nothing is written twice."""
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    first = save(house, house.clinician, note, progress="Two stops alone.")
    house.wait(minutes=1)
    again = save(house, house.clinician, note, progress="Two stops alone.")
    assert (again.version, again.updated_at, again.content) == (first.version, first.updated_at, first.content)
    with pytest.raises(VersionMismatch):
        save(house, house.clinician, note, progress="Three stops alone.")


def test_a_draft_says_which_words_judge_and_a_signed_note_no_more(shared_house: House) -> None:
    house = shared_house
    goal = {"goal": "I failed to say no.", "why": "She claims it helps.", "next_step": "One call."}
    told = {**notes.TALKED, "client_words": "I dropped out of everything.", "progress": "Was non-compliant at first."}
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician), **{**told, "growth_goals": [goal]})
    assert [(one.pointer, one.said) for one in note.hints] == [
        ("/progress", "non-compliant"),
        ("/growth_goals/0/why", "claims"),
    ]
    notes.sign(house, house.clinician, note)
    assert notes.read(house, house.clinician, note.id).hints == []


def test_nothing_of_what_is_written_can_be_read_in_the_database(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    with house.rows() as work:
        row = work.session.scalars(sa.select(TerminationNote).where(col(TerminationNote.id) == note.id)).one()
        assert b"panic" not in row.content_sealed
        assert "panic" not in json.dumps(row.model_dump(), default=str)


def test_one_part_has_one_note_and_each_participant_their_own(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        lena, tom, stranger = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom", "Otto"))
    couple = records.begin(house, house.clinician, [lena, tom], format=EpisodeFormat.COUPLE)
    first = notes.draft(house, house.clinician, Case(lena, couple.id))
    second = notes.draft(house, house.clinician, Case(tom, couple.id))
    assert first.id != second.id
    with pytest.raises(Conflict, match="note_exists"):
        notes.draft(house, house.clinician, Case(tom, couple.id))
    for wrong in (stranger, None):
        with pytest.raises(Invalid) as refusal, house.work(house.clinician) as work:
            terminations.add(work, TerminationNoteIn(episode_id=couple.id, client_id=wrong))
        assert refusal.value.problems[0].pointer == "/client_id"
    assert listed(house, house.clinician, client_id=lena) == [first.id]
    assert set(listed(house, house.clinician, episode_id=couple.id)) == {first.id, second.id}


def test_a_note_is_written_in_one_s_own_caseload_and_read_by_a_supervisor(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana)
    assert notes.read(house, house.supervisor, note.id).content == note.content
    assert notes.read(house, house.lead, note.id).id == note.id
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who in (house.supervisor, both, house.admin):
        with pytest.raises(AccessDenied):
            save(house, who, note, progress="Not theirs.")
    with pytest.raises(AccessDenied):
        notes.draft(house, both, house.client("Bea", house.clinician))
    for who in (house.practice.member(Role.CLINICIAN), house.found("Next door").founder):
        with pytest.raises(NotFound):
            save(house, who, note)
        with pytest.raises(NotFound):
            notes.read(house, who, note.id)
        assert listed(house, who) == []
        with pytest.raises(Invalid):
            notes.draft(house, who, ana)


def test_a_key_reads_notes_only_where_a_scope_says_so(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    without = house.practice.key(*(KEY_SCOPES - {Permission.NOTE_READ}))
    with pytest.raises(AccessDenied), house.work(without) as work:
        terminations.read(work, note.id)
    every = house.practice.key(*KEY_SCOPES)
    with house.work(every) as work:
        assert terminations.read(work, note.id).content == note.content
    with pytest.raises(AccessDenied), house.work(every) as work:
        terminations.change(work, note.id, note.content, version=1)


def test_the_record_adds_sessions_and_attempts_by_itself(both_houses: House) -> None:
    house = both_houses
    ana = records.weekly(house, house.clinician, last=6)
    for days, outcome in ((20, ContactOutcome.VOICEMAIL), (9, ContactOutcome.NO_ANSWER)):
        with house.work(house.clinician) as work:
            at = house.now - timedelta(days=days)
            call = ContactIn(direction=ContactDirection.OUTBOUND, channel=Channel.PHONE, outcome=outcome, at=at)
            contacts.record(work, ana.episode_id, call)
    record = notes.draft(house, house.clinician, ana, form="without_conversation").record
    assert record.session_count == 6
    assert record.last_session_at == house.now - timedelta(weeks=6)
    assert record.first_session_at == house.now - timedelta(weeks=11)
    assert [attempt.outcome for attempt in record.attempts] == [ContactOutcome.VOICEMAIL, ContactOutcome.NO_ANSWER]
    assert record.last_contact is not None
    assert record.last_contact.at == house.now - timedelta(days=9)


def test_a_session_told_before_it_took_place_is_none(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    records.tell(house, house.clinician, ana.episode_id, house.now + timedelta(days=3), status_known_at=house.now)
    assert notes.draft(house, house.clinician, ana).record.session_count == 0


def test_a_risk_review_bears_a_name_and_an_instant_and_is_asked_for_again_after_a_new_flag(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana, **notes.TALKED, risk_review=RiskReview.IN_SESSION)
    assert note.risk_reviewed_by is not None
    assert (note.risk_reviewed_at, note.risk_reviewed_by.id) == (house.now, house.clinician.id)
    first_at = house.now
    house.wait(hours=2)
    kept = save(house, house.clinician, note, progress="More.")
    assert kept.risk_reviewed_at == first_at
    house.wait(hours=1)
    notes.flag(house, ana.client_id)
    stale = notes.read(house, house.clinician, note.id)
    assert (stale.risk_review_needed, stale.content.risk_review) == (True, None)
    house.wait(hours=1)
    again = save(house, house.clinician, stale, risk_review=RiskReview.BY_PHONE)
    assert (again.risk_review_needed, again.risk_reviewed_at) == (False, house.now)
    gone = save(house, house.clinician, again, risk_review=None)
    assert (gone.risk_reviewed_at, gone.risk_reviewed_by) == (None, None)


def test_an_address_that_is_unsafe_asks_for_no_risk_review(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    notes.flag(house, ana.client_id, FlagKind.UNSAFE_TO_CONTACT)
    assert not notes.draft(house, house.clinician, ana).risk_review_needed


def test_a_list_goes_on_where_the_page_before_ended(shared_house: House) -> None:
    house = shared_house
    made = [notes.draft(house, house.clinician, house.client(name, house.clinician)).id for name in ("A", "B", "C")]
    found: list[UUID] = []
    before = None
    while True:
        with house.work(house.clinician) as work:
            page = terminations.page(work, Which(state=NoteState.DRAFT), before=before, limit=2)
        found += [one.id for one in page.items]
        if page.next_cursor is None:
            break
        before = UUID(page.next_cursor)
    assert found == made[::-1]


def test_a_note_is_found_under_whom_its_client_turned_out_to_be(both_houses: House) -> None:
    house = both_houses
    double, ana = house.client("Ana M.", house.clinician), house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, double)
    with house.work(house.lead) as work:
        clients.merge(work, ana.client_id, double.client_id)
    assert listed(house, house.clinician, client_id=ana.client_id) == [note.id]
    shown = notes.read(house, house.clinician, note.id)
    assert (shown.client.id, shown.client.name, shown.content) == (ana.client_id, "Ana", note.content)
    with pytest.raises(Conflict, match="note_exists"):
        notes.draft(house, house.clinician, Case(ana.client_id, double.episode_id))
    signed = notes.sign(house, house.founder, shown)
    assert signed.episode_ended


def test_of_an_erased_client_nothing_is_read_and_nothing_added(both_houses: House) -> None:
    house = both_houses
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    notes.sign(house, house.clinician, note)
    with house.rows() as work:
        work.session.execute(sa.delete(ClientKey))
    with pytest.raises(Conflict):
        notes.read(house, house.clinician, note.id)
    with pytest.raises(Conflict):
        notes.append(house, house.clinician, note.id, "Too late.")
    assert listed(house, house.clinician) == [note.id]
