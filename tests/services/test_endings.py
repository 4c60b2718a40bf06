"""Ending an episode before its note is written: an act with an author and a reason, and a task for the rest."""

from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.domain.access import KEY_SCOPES
from api.domain.errors import AccessDenied, Conflict, Invalid, NotFound
from api.services import clients, endings, episodes, terminations
from schemas.tables import Episode, EpisodeParticipant, Task
from schemas.vocabulary import EndingKind, EpisodeFormat, NoteState, RiskReview, Role, TaskKind
from schemas.wire.clients import ClientIn
from schemas.wire.terminations import EpisodeEndedOut, EpisodeEndIn
from tests.services import records
from tests.support import notes
from tests.support.house import House, Person

TOLD = EpisodeEndIn(how_it_ended=EndingKind.CLIENT_TOLD_US, reason="Said by phone.")


def end(house: House, who: Person, episode_id: UUID, given: EpisodeEndIn = TOLD) -> EpisodeEndedOut:
    with house.work(who) as work:
        return endings.end(work, episode_id, given)


def tasks(house: House) -> list[Task]:
    with house.rows() as work:
        return list(work.session.scalars(sa.select(Task).order_by(col(Task.id))))


def test_an_ending_without_a_note_begins_one_and_asks_for_it(both_houses: House) -> None:
    house = both_houses
    ana = house.client("Ana", house.clinician)
    ended = end(house, house.clinician, ana.episode_id)
    assert (ended.ended_at, ended.ending) == (house.now, EndingKind.CLIENT_TOLD_US)
    (draft_id,) = ended.draft_ids
    note = notes.read(house, house.clinician, draft_id)
    assert (note.state, note.content.how_it_ended, note.content.reason) == (
        NoteState.DRAFT,
        EndingKind.CLIENT_TOLD_US,
        "Said by phone.",
    )
    (task,) = tasks(house)
    assert (task.kind, task.owner_id, task.subject_id) == (TaskKind.WRITE_NOTE, house.clinician.id, draft_id)
    assert records.stages(house, house.clinician) == {}
    with pytest.raises(Conflict, match="episode_ended"):
        end(house, house.clinician, ana.episode_id)


def test_the_note_can_be_signed_later_and_the_task_is_done(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    (draft_id,) = end(house, house.clinician, ana.episode_id).draft_ids
    ended_at = house.now
    house.wait(days=4)
    note = notes.read(house, house.clinician, draft_id)
    with house.work(house.clinician) as work:
        content = note.content.model_validate({**notes.TALKED, "how_it_ended": "client_told_us", "reason": "By phone."})
        note = terminations.change(work, draft_id, content, version=note.version)
    notes.sign(house, house.clinician, note)
    assert tasks(house)[0].done_at == house.now
    with house.work(house.clinician) as work:
        assert episodes.read(work, ana.episode_id).ended_at == ended_at


@pytest.mark.parametrize("how", [EndingKind.CLINICIAN_DECIDED, EndingKind.ADMINISTRATIVE])
def test_whoever_decides_says_why(shared_house: House, how: EndingKind) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    with pytest.raises(Invalid) as refusal:
        end(house, house.clinician, ana.episode_id, EpisodeEndIn(how_it_ended=how))
    assert refusal.value.problems[0].pointer == "/reason"
    assert end(house, house.clinician, ana.episode_id, EpisodeEndIn(how_it_ended=how, reason="Said.")).ended_at


def test_a_supervised_author_ends_nothing_alone(shared_house: House) -> None:
    house = shared_house
    assert house.supervisor is not house.clinician
    ana = house.client("Ana", house.clinician)
    with pytest.raises(Conflict, match="needs_cosign"):
        end(house, house.clinician, ana.episode_id)
    assert end(house, house.lead, ana.episode_id).ended_at == house.now


def test_an_open_flag_of_harm_is_looked_at_first(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    notes.flag(house, ana.client_id)
    with pytest.raises(Conflict, match="risk_open"):
        end(house, house.clinician, ana.episode_id)
    house.wait(minutes=5)
    reviewed = TOLD.model_copy(update={"risk_review": RiskReview.IN_SESSION})
    (draft_id,) = end(house, house.clinician, ana.episode_id, reviewed).draft_ids
    note = notes.read(house, house.clinician, draft_id)
    assert (note.content.risk_review, note.risk_reviewed_at) == (RiskReview.IN_SESSION, house.now)
    assert not note.risk_review_needed


def test_a_draft_that_was_begun_keeps_what_was_written(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    note = notes.draft(house, house.clinician, ana, work_reviewed="So far.", reason="My own words.")
    assert end(house, house.clinician, ana.episode_id).draft_ids == [note.id]
    kept = notes.read(house, house.clinician, note.id)
    assert (kept.content.work_reviewed, kept.content.reason) == ("So far.", "My own words.")
    assert (kept.content.how_it_ended, kept.version) == (EndingKind.CLIENT_TOLD_US, 2)


def test_of_a_couple_one_may_leave_and_the_other_stay(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        lena, tom, stranger = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom", "Otto"))
    begun = records.begin(house, house.clinician, [lena, tom], format=EpisodeFormat.COUPLE)
    left = end(house, house.clinician, begun.id, TOLD.model_copy(update={"client_id": lena}))
    assert (left.ended_at, left.ending, len(left.draft_ids)) == (None, None, 1)
    with house.rows() as work:
        parts = work.session.scalars(sa.select(EpisodeParticipant)).all()
        ended = {part.client_id: part.left_at for part in parts if part.episode_id == begun.id}
    assert ended == {lena: house.now, tom: None}
    for gone in (lena, stranger):
        with pytest.raises(Invalid):
            end(house, house.clinician, begun.id, TOLD.model_copy(update={"client_id": gone}))
    assert end(house, house.clinician, begun.id).ended_at == house.now


def learned(house: House, episode_id: UUID) -> tuple[EndingKind | None, datetime | None]:
    with house.rows() as work:
        row = work.session.scalars(sa.select(Episode).where(col(Episode.id) == episode_id)).one()
        return row.ending, row.ending_known_at


def parts(house: House, episode_id: UUID) -> dict[UUID, tuple[EndingKind | None, datetime | None]]:
    with house.rows() as work:
        found = work.session.scalars(sa.select(EpisodeParticipant))
        return {part.client_id: (part.ending, part.ending_known_at) for part in found if part.episode_id == episode_id}


def test_an_ending_is_known_since_it_was_written_down_and_one_put_right_since_then(both_houses: House) -> None:
    house = both_houses
    ana, bea = house.client("Ana", house.clinician), house.client("Bea", house.clinician)
    first = {case.episode_id: end(house, house.clinician, case.episode_id).draft_ids[0] for case in (ana, bea)}
    told = house.now
    assert learned(house, ana.episode_id) == (EndingKind.CLIENT_TOLD_US, told)
    house.wait(days=100)
    write(house, first[ana.episode_id], **{**notes.TALKED, "how_it_ended": "client_told_us"})
    write(house, first[bea.episode_id], **notes.SILENT)
    assert learned(house, ana.episode_id) == (EndingKind.CLIENT_TOLD_US, told)
    assert learned(house, bea.episode_id) == (EndingKind.WITHOUT_CONVERSATION, house.now)


def test_an_ending_that_is_dated_back_is_known_since_it_was_signed(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    day = house.now.date()
    house.wait(days=3)
    notes.sign(house, house.clinician, notes.draft(house, house.clinician, ana, **notes.TALKED, ended_on=day))
    assert learned(house, ana.episode_id) == (EndingKind.AGREED, house.now)
    with house.work(house.clinician) as work:
        ended_at = episodes.read(work, ana.episode_id).ended_at
    assert ended_at is not None
    assert ended_at < house.now


def test_whoever_leaves_while_others_stay_has_an_ending_of_their_own(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        lena, tom = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom"))
    begun = records.begin(house, house.clinician, [lena, tom], format=EpisodeFormat.COUPLE)
    (draft_id,) = end(house, house.clinician, begun.id, TOLD.model_copy(update={"client_id": lena})).draft_ids
    left = house.now
    assert parts(house, begun.id) == {lena: (EndingKind.CLIENT_TOLD_US, left), tom: (None, None)}
    house.wait(days=3)
    write(house, draft_id, **notes.TALKED)
    put_right = house.now
    assert parts(house, begun.id) == {lena: (EndingKind.AGREED, put_right), tom: (None, None)}
    assert learned(house, begun.id) == (None, None)
    house.wait(days=3)
    silent = TOLD.model_copy(update={"how_it_ended": EndingKind.WITHOUT_CONVERSATION})
    end(house, house.clinician, begun.id, silent)
    assert learned(house, begun.id) == (EndingKind.WITHOUT_CONVERSATION, house.now)
    assert parts(house, begun.id) == {lena: (EndingKind.AGREED, put_right), tom: (None, None)}


def test_a_note_that_says_how_one_of_several_ended_says_nothing_of_the_others(both_houses: House) -> None:
    house = both_houses
    with house.work(house.clinician) as work:
        lena, tom = (clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom"))
    begun = records.begin(house, house.clinician, [lena, tom], format=EpisodeFormat.COUPLE)
    ended = end(house, house.clinician, begun.id)
    told = house.now
    house.wait(days=3)
    of = {notes.read(house, house.clinician, note_id).client.id: note_id for note_id in ended.draft_ids}
    write(house, of[lena], **notes.SILENT)
    write(house, of[tom], **{**notes.TALKED, "how_it_ended": "client_told_us"})
    assert learned(house, begun.id) == (EndingKind.CLIENT_TOLD_US, told)
    assert parts(house, begun.id) == {lena: (EndingKind.WITHOUT_CONVERSATION, house.now), tom: (None, None)}


def write(house: House, draft_id: UUID, **content: object) -> None:
    """Puts the content into the draft and signs it."""
    note = notes.read(house, house.clinician, draft_id)
    with house.work(house.clinician) as work:
        note = terminations.change(work, draft_id, note.content.model_validate(content), version=note.version)
    notes.sign(house, house.clinician, note)


def test_everybody_may_leave_at_once_and_each_gets_a_note(shared_house: House) -> None:
    house = shared_house
    with house.work(house.clinician) as work:
        family = [clients.add(work, ClientIn(name=name)).id for name in ("Lena", "Tom", "Mia")]
    begun = records.begin(house, house.clinician, family, format=EpisodeFormat.FAMILY)
    ended = end(house, house.clinician, begun.id)
    assert (ended.ended_at, len(ended.draft_ids), len(tasks(house))) == (house.now, 3, 3)


def test_an_episode_is_ended_in_one_s_own_caseload_and_never_by_a_key(shared_house: House) -> None:
    house = shared_house
    ana = house.client("Ana", house.clinician)
    both = house.practice.member(Role.SUPERVISOR, Role.CLINICIAN, supervisees=(house.clinician,))
    for who in (house.admin, both):
        with pytest.raises(AccessDenied):
            end(house, who, ana.episode_id)
    with pytest.raises(AccessDenied), house.work(house.practice.key(*KEY_SCOPES)) as work:
        endings.end(work, ana.episode_id, TOLD)
    for stranger in (house.practice.member(Role.CLINICIAN), house.found("Next door").founder):
        with pytest.raises(NotFound):
            end(house, stranger, ana.episode_id)
