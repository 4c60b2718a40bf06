"""Signing a note: it locks, it ends the part, and a trainee's signature alone does neither."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound, VersionMismatch
from api.services import clients, episodes, signatures, terminations
from api.services.terminations import Which
from schemas.tables import AuditEntry, CheckIn, Client, Episode, Task
from schemas.vocabulary import (
    CheckInKind,
    CheckInState,
    EndingKind,
    EpisodeFormat,
    NoteState,
    RiskReview,
    Role,
    SignaturePart,
    Stage,
    StopReason,
    TaskKind,
)
from schemas.wire.clients import ClientIn
from schemas.wire.terminations import NoteReturnIn, NoteSignedOut
from tests.services import records
from tests.support import notes
from tests.support.house import Case, House, Person


def episode(house: House, episode_id: UUID) -> Episode:
    with house.rows() as work:
        return work.session.scalars(sa.select(Episode).where(col(Episode.id) == episode_id)).one()


def cosign(house: House, who: Person, note: NoteSignedOut) -> NoteSignedOut:
    with house.work(who) as work:
        return signatures.cosign(work, note.id, version=note.version)


def send_back(house: House, who: Person, note: NoteSignedOut) -> NoteSignedOut:
    with house.work(who) as work:
        return signatures.send_back(work, note.id, NoteReturnIn(reason="Say more on safety."), version=note.version)


def approved(house: House, case: Case, kind: CheckInKind) -> UUID:
    with house.rows() as work:
        row = CheckIn(
            episode_id=case.episode_id,
            client_id=case.client_id,
            kind=kind,
            subject_sealed=b"",
            body_sealed=b"",
            state=CheckInState.APPROVED,
            state_at=work.now,
            written_by=house.clinician.id,
            written_at=work.now,
        )
        work.session.add(row)
        return row.id


def states(house: House) -> dict[UUID, CheckInState]:
    with house.rows() as work:
        return {row.id: row.state for row in work.session.scalars(sa.select(CheckIn))}


def test_signing_locks_the_note_and_ends_the_episode_in_one_act(both_houses: House) -> None:
    house = both_houses
    ana = records.weekly(house, house.clinician, last=1)
    note = notes.draft(house, house.clinician, ana)
    house.wait(minutes=10)
    signed = notes.sign(house, house.clinician, note)
    assert (signed.state, signed.episode_ended, signed.version) == (NoteState.SIGNED, True, 2)
    ended = episode(house, ana.episode_id)
    assert (ended.ended_at, ended.ending) == (house.now, EndingKind.AGREED)
    shown = notes.read(house, house.clinician, note.id)
    assert (shown.signed_at, shown.locked_at, shown.needs_cosign) == (house.now, house.now, False)
    assert shown.fingerprint == signed.fingerprint
    (signature,) = shown.signatures
    assert (signature.part, signature.by.id, signature.at) == (SignaturePart.AUTHOR, house.clinician.id, house.now)
    assert records.stages(house, house.clinician) == {}
    assert records.items(house, house.clinician, stage=Stage.ENDED)[0].episode.id == ana.episode_id
    records.assert_stored_is_computed(house)


def test_a_signed_note_resists_every_use_case(both_houses: House) -> None:
    house = both_houses
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    signed = notes.sign(house, house.clinician, note)
    before = notes.read(house, house.clinician, note.id)
    assert house.supervisor is not house.clinician
    for who in (house.clinician, house.founder, house.lead):
        with pytest.raises(Conflict, match="note_signed"), house.work(who) as work:
            terminations.change(work, note.id, note.content, version=signed.version)
        with pytest.raises(Conflict, match="note_signed"), house.work(who) as work:
            signatures.sign(work, note.id, version=signed.version)
    for who in (house.supervisor, house.lead):
        with pytest.raises(Conflict, match="note_signed"):
            cosign(house, who, signed)
        with pytest.raises(Conflict, match="note_signed"):
            send_back(house, who, signed)
    assert notes.read(house, house.clinician, note.id) == before


def test_what_is_missing_is_named_and_nothing_happens(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana, how_it_ended="clinician_decided", safety="Safe.")
    with pytest.raises(Invalid, match="note_unfinished") as refusal:
        notes.sign(house, house.clinician, note)
    named = {problem.pointer for problem in refusal.value.problems}
    assert named == {"/closing_session", "/work_reviewed", "/goals_basis", "/reason"}
    assert notes.read(house, house.clinician, note.id).state is NoteState.DRAFT
    assert episode(house, ana.episode_id).ended_at is None


def test_what_is_signed_is_what_was_read(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    with house.work(house.clinician) as work:
        terminations.change(work, note.id, note.content, version=1)
    with pytest.raises(VersionMismatch):
        notes.sign(house, house.clinician, note)


def test_the_day_of_the_ending_is_the_one_that_was_named(shared_house: House) -> None:
    house = shared_house
    ana = records.weekly(house, house.clinician, last=2)
    before = (house.now - timedelta(days=15)).date()
    note = notes.draft(house, house.clinician, ana, **notes.TALKED, ended_on=before)
    with pytest.raises(Invalid) as refusal:
        notes.sign(house, house.clinician, note)
    assert [problem.pointer for problem in refusal.value.problems] == ["/ended_on"]
    day = (house.now - timedelta(days=10)).date()
    with house.work(house.clinician) as work:
        content = note.content.model_copy(update={"ended_on": day})
        note = terminations.change(work, note.id, content, version=note.version)
    notes.sign(house, house.clinician, note)
    ended = episode(house, ana.episode_id)
    assert ended.ended_at is not None
    assert ended.ended_at.date() == day
    assert ended.ended_at < house.now


def test_the_record_is_frozen_with_the_signature(shared_house: House) -> None:
    house = shared_house
    ana = records.weekly(house, house.clinician, last=1)
    note = notes.draft(house, house.clinician, ana)
    notes.sign(house, house.clinician, note)
    frozen = notes.read(house, house.clinician, note.id).record
    records.tell(house, house.clinician, ana.episode_id, house.now - timedelta(days=3))
    assert notes.read(house, house.clinician, note.id).record == frozen
    assert frozen.session_count == 6


def test_no_ending_is_signed_under_an_open_flag_of_harm_without_a_look_at_it(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana)
    notes.flag(house, ana.client_id)
    with pytest.raises(Conflict, match="risk_open"):
        notes.sign(house, house.clinician, note)
    house.wait(hours=1)
    with house.work(house.clinician) as work:
        content = note.content.model_copy(update={"risk_review": RiskReview.IN_SESSION})
        note = terminations.change(work, note.id, content, version=note.version)
    assert notes.sign(house, house.clinician, note).episode_ended
    shown = notes.read(house, house.clinician, note.id)
    assert (shown.content.risk_review, shown.risk_reviewed_at) == (RiskReview.IN_SESSION, house.now)


def test_a_supervised_author_s_note_ends_nothing_until_it_is_cosigned(both_houses: House) -> None:
    house = both_houses
    assert house.supervisor is not house.clinician
    ana = house.client("Ana", house.clinician)
    mail = approved(house, ana, CheckInKind.CHECK_IN)
    waits = notes.sign(house, house.clinician, notes.draft(house, house.clinician, ana))
    assert (waits.state, waits.episode_ended) == (NoteState.AWAITING_COSIGN, False)
    assert episode(house, ana.episode_id).ended_at is None
    assert states(house)[mail] is CheckInState.APPROVED
    content = notes.read(house, house.clinician, waits.id).content
    with pytest.raises(Conflict, match="note_signed"), house.work(house.clinician) as work:
        terminations.change(work, waits.id, content, version=waits.version)
    with pytest.raises(Conflict, match="awaiting_cosign"), house.work(house.clinician) as work:
        signatures.sign(work, waits.id, version=waits.version)
    house.wait(days=1)
    done = cosign(house, house.supervisor, waits)
    assert (done.state, done.episode_ended) == (NoteState.SIGNED, True)
    ended = episode(house, ana.episode_id)
    assert (ended.ended_at, ended.ending) == (house.now, EndingKind.AGREED)
    assert states(house)[mail] is CheckInState.CANCELLED
    shown = notes.read(house, house.clinician, waits.id)
    assert [(one.part, one.by.id) for one in shown.signatures] == [
        (SignaturePart.AUTHOR, house.clinician.id),
        (SignaturePart.COSIGNER, house.supervisor.id),
    ]
    assert (shown.needs_cosign, shown.author.id) == (True, house.clinician.id)


def test_who_may_cosign(shared_house: House) -> None:
    house = shared_house
    other = house.practice.member(Role.SUPERVISOR, name="Another supervisor")
    waits = notes.waiting(house)
    with pytest.raises(NotFound):
        cosign(house, other, waits)
    for who in (house.clinician, house.admin):
        with pytest.raises(AccessDenied):
            cosign(house, who, waits)
    with pytest.raises(NotFound):
        cosign(house, house.found("Next door").founder, waits)
    assert cosign(house, house.lead, waits).episode_ended


def test_nobody_cosigns_their_own_note_whatever_their_roles(shared_house: House) -> None:
    house = shared_house
    both = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR, Role.PRACTICE_LEAD)
    house.practice.member(Role.SUPERVISOR, supervisees=(both,))
    waits = notes.sign(house, both, notes.draft(house, both, house.client("Ana", both)))
    assert waits.state is NoteState.AWAITING_COSIGN
    for act in (cosign, send_back):
        with pytest.raises(AccessDenied, match="own_note"):
            act(house, both, waits)


def test_a_co_therapist_who_supervises_somebody_else_does_not_cosign(shared_house: House) -> None:
    house = shared_house
    beside = house.practice.member(Role.CLINICIAN, Role.SUPERVISOR)
    assert house.supervisor is not house.clinician
    with house.work(house.founder) as work:
        ana = clients.add(work, ClientIn(name="Ana")).id
    begun = records.begin(house, house.founder, [ana], responsible_id=house.clinician.id, co_therapist_ids=[beside.id])
    waits = notes.sign(house, house.clinician, notes.draft(house, house.clinician, Case(ana, begun.id)))
    with pytest.raises(AccessDenied, match="not_their_supervisor"):
        cosign(house, beside, waits)


def test_a_note_that_is_returned_is_a_draft_again_with_the_reason_beside_it(both_houses: House) -> None:
    house = both_houses
    waits = notes.waiting(house)
    back = send_back(house, house.supervisor, waits)
    assert (back.state, back.fingerprint) == (NoteState.DRAFT, None)
    shown = notes.read(house, house.clinician, waits.id)
    assert shown.returned_reason == "Say more on safety."
    assert shown.returned_by is not None
    assert shown.returned_by.id == house.supervisor.id
    assert (shown.signed_at, len(shown.signatures)) == (None, 1)
    with house.rows() as work:
        (task,) = work.session.scalars(sa.select(Task).where(col(Task.subject_id) == waits.id))
        assert (task.kind, task.owner_id, task.done_at) == (TaskKind.WRITE_NOTE, house.clinician.id, None)
    with house.work(house.clinician) as work:
        content = shown.content.model_copy(update={"safety": "Safe, said so on Tuesday, and knows whom to call."})
        changed = terminations.change(work, shown.id, content, version=shown.version)
    again = notes.sign(house, house.clinician, changed)
    after = notes.read(house, house.clinician, waits.id)
    assert (again.state, after.returned_reason, len(after.signatures)) == (NoteState.AWAITING_COSIGN, None, 2)
    with house.rows() as work:
        (task,) = work.session.scalars(sa.select(Task).where(col(Task.subject_id) == waits.id))
        assert task.done_at == house.now
    assert cosign(house, house.supervisor, again).episode_ended


def test_a_flag_raised_after_the_author_signed_holds_the_cosignature(shared_house: House) -> None:
    house = shared_house
    waits = notes.waiting(house)
    client_id = notes.read(house, house.supervisor, waits.id).client.id
    house.wait(hours=1)
    notes.flag(house, client_id)
    with pytest.raises(Conflict, match="risk_open"):
        cosign(house, house.supervisor, waits)
    assert send_back(house, house.supervisor, waits).state is NoteState.DRAFT


def couple(house: House) -> tuple[Case, Case]:
    with house.work(house.clinician) as work:
        lena, tom = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom"))
    begun = records.begin(house, house.clinician, [lena, tom], format=EpisodeFormat.COUPLE)
    return Case(lena, begun.id), Case(tom, begun.id)


def test_of_a_couple_each_has_their_own_ending_and_the_last_one_ends_the_episode(both_houses: House) -> None:
    house = both_houses
    lena, tom = couple(house)
    for_lena, for_tom = approved(house, lena, CheckInKind.CHECK_IN), approved(house, tom, CheckInKind.CHECK_IN)
    first = notes.sign(house, house.clinician, notes.draft(house, house.clinician, lena))
    assert not first.episode_ended
    with house.work(house.clinician) as work:
        running = episodes.read(work, lena.episode_id)
    assert ([person.id for person in running.clients], running.ended_at) == ([tom.client_id], None)
    assert states(house) == {for_lena: CheckInState.CANCELLED, for_tom: CheckInState.APPROVED}
    last = notes.sign(house, house.clinician, notes.draft(house, house.clinician, tom, **notes.SILENT))
    assert last.episode_ended
    assert episode(house, lena.episode_id).ending is EndingKind.WITHOUT_CONVERSATION
    assert states(house)[for_tom] is CheckInState.CANCELLED


def test_of_a_couple_who_end_at_once_the_second_ends_the_episode(both_houses: House) -> None:
    """On PostgreSQL two units run side by side: without holding the episode each would find the other still there."""
    house = both_houses
    lena, tom = couple(house)
    first, second = (notes.draft(house, house.clinician, case) for case in (lena, tom))
    beside = Thread(target=notes.sign, args=(house, house.clinician, second))
    with house.work(house.clinician) as work:
        assert not signatures.sign(work, first.id, version=first.version).episode_ended
        beside.start()
        beside.join(1)
        assert beside.is_alive()
    beside.join(30)
    assert episode(house, lena.episode_id).ended_at == house.now


def test_what_a_client_asked_for_and_the_closing_letter_go_out_all_the_same(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    written = {kind: approved(house, ana, kind) for kind in CheckInKind}
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, ana))
    found = states(house)
    stopped = {kind for kind, row_id in written.items() if found[row_id] is CheckInState.CANCELLED}
    assert stopped == {CheckInKind.CHECK_IN, CheckInKind.MISSED_TODAY}
    with house.rows() as work:
        reasons = {row.stopped_by for row in work.session.scalars(sa.select(CheckIn)) if row.stopped_by}
    assert reasons == {StopReason.ENDED}


def test_a_note_about_an_episode_that_had_ended_moves_nothing_but_how_it_ended(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    ended_at = house.wait(days=3)
    with house.rows() as work:
        row = work.session.scalars(sa.select(Episode).where(col(Episode.id) == ana.episode_id)).one()
        row.ended_at = ended_at
    house.wait(days=20)
    assert notes.sign(house, house.clinician, notes.draft(house, house.clinician, ana)).episode_ended
    ended = episode(house, ana.episode_id)
    assert (ended.ended_at, ended.ending) == (ended_at, EndingKind.AGREED)
    with house.work(house.clinician) as work:
        (one,) = terminations.page(work, Which(episode_id=ana.episode_id), before=None, limit=2).items
    assert notes.read(house, house.clinician, one.id).content.ended_on == ended_at.date()


def test_nobody_is_written_to_after_a_client_died(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    other = records.begin(house, house.clinician, [ana.client_id])
    mail = approved(house, Case(ana.client_id, other.id), CheckInKind.ANSWER)
    note = notes.draft(house, house.clinician, ana, **{**notes.SILENT, "how_it_ended": "client_died"})
    notes.sign(house, house.clinician, note)
    assert states(house)[mail] is CheckInState.CANCELLED
    with house.rows() as work:
        client = work.session.scalars(sa.select(Client).where(col(Client.id) == ana.client_id)).one()
        assert client.died_on == house.now.date()


def test_what_is_added_keeps_the_original_readable(both_houses: House) -> None:
    house = both_houses
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    with pytest.raises(Conflict, match="note_not_signed"):
        notes.append(house, house.clinician, note.id, "Too early.")
    notes.sign(house, house.clinician, note)
    before = notes.read(house, house.clinician, note.id)
    house.wait(days=30)
    for words in ("She wrote from Lisbon.", "Her records were sent."):
        notes.append(house, house.clinician, note.id, words)
    after = notes.read(house, house.clinician, note.id)
    assert [one.words for one in after.addenda] == ["She wrote from Lisbon.", "Her records were sent."]
    assert after.model_copy(update={"addenda": []}) == before
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who, error in ((both, AccessDenied), (house.supervisor, AccessDenied), (house.admin, AccessDenied)):
        with pytest.raises(error):
            notes.append(house, who, note.id, "Not theirs.")


def test_the_trail_has_the_fingerprints_and_not_a_word(shared_house: House) -> None:
    house = shared_house
    note = notes.draft(house, house.clinician, house.client("Ana", house.clinician))
    signed = notes.sign(house, house.clinician, note)
    notes.append(house, house.clinician, note.id, "She wrote from Lisbon.")
    with house.rows() as work:
        found = sa.select(AuditEntry).where(col(AuditEntry.subject_id) == note.id).order_by(col(AuditEntry.id))
        details: list[dict[str, Any]] = [entry.details for entry in work.session.scalars(found)]
    assert details[1]["note_digest"] == signed.fingerprint
    assert len(details[1]["signature_digest"]) == len(details[2]["addendum_digest"]) == 64
    assert not [word for word in ("panic", "Lisbon", "sister") if word in str(details)]
