"""First against last in a termination note: drawn from the record, fresh until it is signed, frozen then."""

from datetime import timedelta

from api.services import scores, terminations
from schemas.wire.scores import ScoreIn
from schemas.wire.terminations import NoteRecord
from tests.support import notes
from tests.support.house import Case, House


def given(house: House, case: Case, value: float, days: int, measure: str = "PHQ-9") -> None:
    with house.work(house.founder) as work:
        told = ScoreIn(measure=measure, value=value, higher_is_better=False, at=house.now - timedelta(days=days))
        scores.record(work, case.episode_id, told)


def test_first_against_last_is_fresh_until_the_note_is_signed(both_houses: House) -> None:
    house = both_houses
    case = house.client("Ana", house.founder)
    given(house, case, 18.0, 90)
    given(house, case, 9.0, 20)
    given(house, case, 15.0, 80, measure="GAD-7")
    note = notes.draft(house, house.founder, case)
    assert [(one.measure, one.first, one.last) for one in note.record.scores] == [
        ("PHQ-9", 18.0, 9.0),
        ("GAD-7", 15.0, None),
    ]
    given(house, case, 5.0, 1)
    assert notes.read(house, house.founder, note.id).record.scores[0].last == 5.0
    notes.sign(house, house.founder, note)
    given(house, case, 12.0, 0)
    signed = notes.read(house, house.founder, note.id)
    assert signed.record.scores[0].last == 5.0
    assert signed.record.scores[0].last_on == (house.now - timedelta(days=1)).date()
    with house.work(house.founder) as work:
        text = terminations.text(work, note.id)
    assert "Results of PHQ-9: first 18 (2025-12-04), last 5 (2026-03-03)" in text
    assert "Results of GAD-7: first 15 (2025-12-14)" in text


def test_what_was_withdrawn_or_is_another_participant_s_is_not_in_it(shared_house: House) -> None:
    house = shared_house
    case = house.client("Ana", house.founder)
    given(house, case, 18.0, 90)
    with house.work(house.founder) as work:
        (one,) = scores.page(work, case.episode_id, before=None, limit=5).items
        scores.withdraw(work, case.episode_id, one.id)
    assert notes.draft(house, house.founder, case).record.scores == []


def test_a_record_that_was_frozen_before_results_were_drawn_in_still_reads() -> None:
    old = (
        '{"drawn_at":"2026-03-04T09:30:00Z","started_at":null,"first_session_at":null,"last_session_at":null,'
        '"session_count":0,"last_contact":null,"attempts":[]}'
    )
    assert NoteRecord.model_validate_json(old).scores == []
