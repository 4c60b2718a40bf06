"""What each kind of fact adds to the sum, looked at one by one."""

from dataclasses import replace

import pytest

from api.domain import clock, weighing, weights
from api.domain.evidence import Strand
from api.domain.history import Appointment, Contact
from api.domain.weighing import Term
from schemas.vocabulary import ContactOutcome, Initiator
from tests.domain.histories import (
    ATTENDED,
    BOOKED,
    CANCELLED,
    LATE_CANCELLED,
    NO_SHOW,
    assess,
    codes,
    day,
    event,
    heard,
    history,
    sessions,
    time,
    written,
)

MODEL = weights.load()
LAST = 70
REGULAR = sessions(11)
MISS = time(77, NO_SHOW, booked=70)


def _strand(appointments: list[Appointment], *contacts: Contact, at: float) -> Strand:
    (strand,) = assess(history(appointments, *contacts), at).evidence.strands
    return strand


def _weight(term: Term, appointments: list[Appointment], *contacts: Contact, at: float = LAST + 14) -> float:
    strand = _strand(appointments, *contacts, at=at)
    return weighing.weigh(strand, clock.second(day(at)), MODEL).terms.get(term, 0.0)


def test_a_time_the_clinician_called_off_stops_the_clock_on_the_way_to_it() -> None:
    called_off = [*REGULAR, time(77, CANCELLED, booked=70, known=76, by=Initiator.CLINICIAN)]
    at = clock.second(day(84))
    silent = weighing.silent_beats(_strand(called_off, at=84), at, MODEL)
    assert silent == pytest.approx(weighing.silent_beats(_strand(REGULAR, at=84), at, MODEL) - 1, rel=1e-4)


def test_a_time_called_off_long_ahead_does_not_stop_the_clock() -> None:
    called_off = [*REGULAR, time(105, CANCELLED, booked=70, known=71, by=Initiator.PRACTICE)]
    at = clock.second(day(110))
    silent = weighing.silent_beats(_strand(called_off, at=110), at, MODEL)
    assert silent == pytest.approx(weighing.silent_beats(_strand(REGULAR, at=110), at, MODEL), rel=0.1)


def test_a_time_booked_after_the_miss_holds_more_than_one_booked_before() -> None:
    after = [*REGULAR, MISS, time(98, BOOKED, booked=78)]
    before = [*REGULAR, MISS, time(98, BOOKED, booked=69)]
    assert _weight(Term.NOT_KEPT, after) < _weight(Term.NOT_KEPT, before)


def test_times_taken_out_before_the_miss_are_no_answer_to_it() -> None:
    cut = [time(at, CANCELLED, booked=0, known=71, by=Initiator.PRACTICE) for at in (84, 91, 98)]
    assert _strand([*REGULAR, MISS, *cut], at=90).series_cancelled_at is None
    late = [time(at, CANCELLED, booked=0, known=79, by=Initiator.PRACTICE) for at in (84, 91, 98)]
    assert _strand([*REGULAR, MISS, *late], at=90).series_cancelled_at == clock.second(day(79))


def test_a_miss_says_less_of_somebody_who_often_misses_and_comes_back() -> None:
    uneven = [time(7 * i, NO_SHOW if i % 3 == 1 else ATTENDED) for i in range(9)] + sessions(2, first=63)
    assert _weight(Term.NOT_KEPT, [*uneven, MISS]) < _weight(Term.NOT_KEPT, [*REGULAR, MISS])


def test_a_late_cancellation_says_less_than_a_no_show() -> None:
    late = time(77, LATE_CANCELLED, booked=70, known=76.9)
    assert _weight(Term.NOT_KEPT, [*REGULAR, late]) < _weight(Term.NOT_KEPT, [*REGULAR, MISS])


def test_a_word_after_the_miss_makes_it_say_less() -> None:
    assert _weight(Term.NOT_KEPT, [*REGULAR, MISS], heard(79)) < _weight(Term.NOT_KEPT, [*REGULAR, MISS])
    assert _weight(Term.NOT_KEPT, [*REGULAR, MISS], heard(76)) == _weight(Term.NOT_KEPT, [*REGULAR, MISS])


def test_a_miss_weighs_from_the_instant_it_was_learned_of() -> None:
    strand = _strand([*REGULAR, time(77, NO_SHOW, booked=70, known=81)], at=90)
    before = weighing.weigh(strand, clock.second(day(80.9)), MODEL)
    after = weighing.weigh(strand, clock.second(day(81)), MODEL)
    assert before.terms[Term.NOT_KEPT] == 0
    assert after.terms[Term.NOT_KEPT] > 0


def test_drifting_that_a_late_fact_brought_about_does_not_begin_before_it_was_learned() -> None:
    misses = [time(70 + i, NO_SHOW, booked=69 + i, known=76) for i in (1, 2, 3, 4)]
    found = assess(history([*REGULAR, *misses]), 76)
    assert found.since == day(76)


def test_a_session_says_more_than_a_word() -> None:
    at = clock.second(day(80))
    after_a_word = weighing.silent_beats(_strand(REGULAR, heard(80), at=80), at, MODEL)
    assert 0 < after_a_word < weighing.silent_beats(_strand(REGULAR, at=80), at, MODEL)


def test_a_message_recorded_late_counts_as_unanswered_only_once_it_is_known() -> None:
    late = replace(written(72), known_at=day(79.5))
    assert _strand(REGULAR, late, at=80).unanswered == (clock.second(day(79.5)),)
    assert _strand(REGULAR, written(72), at=80).unanswered == (clock.second(day(75)),)


def test_messages_of_one_day_are_one_message() -> None:
    assert len(_strand(REGULAR, written(72), written(72.3), written(74), at=80).unanswered) == 2


def test_silence_says_more_of_somebody_who_usually_answers() -> None:
    answering = [contact for at in (5, 20, 35, 50) for contact in (written(at), heard(at + 1))]
    silent = [contact for at in (5, 20, 35, 50) for contact in (written(at), heard(at + 6))]
    readily = _weight(Term.UNANSWERED, REGULAR, *answering, written(72))
    hardly = _weight(Term.UNANSWERED, REGULAR, *silent, written(72))
    assert hardly < readily


def test_a_message_that_did_not_arrive_awaits_no_answer() -> None:
    returned = replace(written(72), outcome=ContactOutcome.NOT_DELIVERED)
    assert _strand(REGULAR, returned, at=80).unanswered == ()


def test_the_first_time_heard_of_afterwards_already_says_that_bookings_are_not_recorded_ahead() -> None:
    afterwards = [Appointment("a", (event(ATTENDED, 0, 0.5),))]
    assert _strand(afterwards, at=1).books_ahead < _strand([time(0)], at=1).books_ahead


def test_a_session_of_two_is_one_session() -> None:
    couple = [time(7 * i, who=who, key=f"{who}{i}") for i in range(3) for who in ("a", "b")]
    strands = assess(history(couple), 20).evidence.strands
    assert [strand.sessions for strand in strands] == [3, 3]


def test_nothing_booked_is_not_said_while_a_booked_time_waits_for_its_outcome() -> None:
    told = [*REGULAR, MISS, time(79, NO_SHOW, booked=78), time(81, NO_SHOW, booked=80), time(90, BOOKED, booked=80)]
    found = assess(history(told), 94)
    assert found.stage.value in {"drifting", "quiet"}
    assert "nothing_booked" not in codes(found)
    assert "not_recorded" in codes(found)
