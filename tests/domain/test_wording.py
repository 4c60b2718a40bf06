"""The record in plain words: every code has a sentence, and no sentence blames."""

from itertools import product

import pytest

from api.domain import wording
from schemas.vocabulary import (
    AbsenceKind,
    AgreementKind,
    AppointmentStatus,
    Channel,
    ContactDirection,
    ContactOutcome,
    Initiator,
)

ALL = [
    *(
        wording.appointment(status, by, excused=excused, is_past=past)
        for status, by, excused, past in product(AppointmentStatus, (None, *Initiator), (False, True), (False, True))
    ),
    *(
        wording.contact(direction, channel, outcome, automated=automated)
        for direction, channel, outcome, automated in product(
            ContactDirection, Channel, (None, *ContactOutcome), (False, True)
        )
    ),
    *(wording.absence(kind, withdrawn=withdrawn) for kind, withdrawn in product(AbsenceKind, (False, True))),
    *(wording.agreement(kind) for kind in AgreementKind),
]


def test_every_code_is_a_sentence() -> None:
    assert len(ALL) > 250
    for sentence in set(ALL):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    "blaming",
    ["fail", "refus", "ignor", "ghost", "missed", "no-show", "no show", "unresponsive", "terminat", "dropped", "non-"],
)
def test_no_sentence_blames(blaming: str) -> None:
    assert not [sentence for sentence in ALL if blaming in sentence.casefold()]


def test_what_was_not_the_clients_doing_is_said_so() -> None:
    cancelled = AppointmentStatus.CANCELLED
    assert (
        wording.appointment(cancelled, Initiator.CLINICIAN, excused=False, is_past=True)
        == "The practice cancelled the time."
    )
    ill = wording.appointment(AppointmentStatus.NO_SHOW, None, excused=True, is_past=True)
    assert ill == "The session did not take place, and it was excused."
    late = wording.appointment(AppointmentStatus.LATE_CANCELLED, Initiator.PRACTICE, excused=False, is_past=True)
    assert late == "The practice cancelled the time."
    kept = wording.appointment(AppointmentStatus.ATTENDED, None, excused=True, is_past=True)
    assert kept == "The session took place."


def test_an_excuse_does_not_make_a_booking_a_session_that_did_not_take_place() -> None:
    booked = wording.appointment(AppointmentStatus.BOOKED, None, excused=True, is_past=False)
    moved = wording.appointment(AppointmentStatus.RESCHEDULED, None, excused=True, is_past=False)
    assert (booked, moved) == ("A time is booked.", "The time was moved to another.")


def test_a_passed_time_without_an_outcome_is_not_called_a_session() -> None:
    said = wording.appointment(AppointmentStatus.BOOKED, Initiator.CLIENT, excused=False, is_past=True)
    assert "not recorded" in said
