"""The newest sign of staying is said first."""

from datetime import timedelta

from api.domain import engagement, weights
from api.domain.history import Appointment, Contact, History, Rhythm, StatusEvent
from api.domain.reasons import ReasonCode
from schemas.vocabulary import AppointmentStatus, Channel, ContactDirection, ContactOutcome
from tests.support.clock import NOW


def test_a_call_after_the_last_session_is_named_before_it() -> None:
    starts = [NOW - timedelta(days=7 * week) for week in range(6, 30)]
    came = tuple(
        Appointment(str(start), (StatusEvent(AppointmentStatus.ATTENDED, start, start + timedelta(hours=1)),))
        for start in starts
    )
    spoke = Contact(NOW, NOW, ContactDirection.OUTBOUND, Channel.PHONE, outcome=ContactOutcome.SPOKE)
    history = History("Europe/Madrid", appointments=came, contacts=(spoke,))
    said = engagement.assess(history, Rhythm(), NOW, weights.load()).reasons
    assert [reason.code for reason in said] == [ReasonCode.IN_TOUCH, ReasonCode.CAME_RECENTLY]
