"""Words, days and shapes: each code has its words, each time its shape, each day the name that people use."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from api.domain import note_wording, snoozes
from api.domain.errors import Invalid
from api.web import attendance, closing_words, dates, letter_words, words, worklist
from api.web.attendance import Mark
from api.web.said import Said, sentence
from schemas import vocabulary
from schemas.vocabulary import AppointmentStatus, Initiator
from schemas.wire.appointments import AppointmentOut
from tests.support.clock import NOW

TABLES = [
    (words.STAGE, vocabulary.Stage),
    (words.STAGE_MEANS, vocabulary.Stage),
    (words.NEXT_STEP, vocabulary.NextStepKind),
    (words.FORMAT, vocabulary.EpisodeFormat),
    (words.KIND, vocabulary.EpisodeKind),
    (words.STATUS, vocabulary.AppointmentStatus),
    (words.ABSENCE, vocabulary.AbsenceKind),
    (words.AGREEMENT, vocabulary.AgreementKind),
    (words.DIRECTION, vocabulary.ContactDirection),
    (words.CHANNEL, vocabulary.Channel),
    (words.CONTACT_OUTCOME, vocabulary.ContactOutcome),
    (words.CONSENT, vocabulary.ConsentState),
    (words.FLAG, vocabulary.FlagKind),
    (words.FLAG_MEANS, vocabulary.FlagKind),
    (words.ERASURE, vocabulary.ErasureReason),
    (words.RECIPIENT, vocabulary.Recipient),
    (words.ANSWER, vocabulary.ReplyAnswer),
    (words.HANDLING, vocabulary.ReplyHandling),
    (words.GIVEN_REASON, vocabulary.GivenReason),
    (words.TASK, vocabulary.TaskKind),
    (words.CHECK_IN_KIND, vocabulary.CheckInKind),
    (words.CHECK_IN_STATE, vocabulary.CheckInState),
    (words.STOPPED_BY, vocabulary.StopReason),
    (words.TONE_FAMILY, vocabulary.ToneFamily),
    (words.SITUATION, vocabulary.Situation),
    (words.LOCALE, vocabulary.Locale),
    (words.ROLE, vocabulary.Role),
    (words.ROLE_MEANS, vocabulary.Role),
    (words.IMPORT_KIND, vocabulary.ImportKind),
    (words.IMPORT_STATE, vocabulary.ImportState),
    (words.PERIOD_STATE, vocabulary.PeriodState),
    (words.RELEASE_ANSWER, vocabulary.ReleaseAnswer),
    (words.ROW, vocabulary.RowOutcome),
    (words.ACTOR, vocabulary.ActorKind),
    (words.AUDIT, vocabulary.AuditOutcome),
    (attendance.WORDS, Mark),
    (letter_words.STATE, vocabulary.LetterState),
    (closing_words.STEP, vocabulary.ClosingStep),
    (closing_words.TAP, vocabulary.ClosingStep),
    (closing_words.WAY, vocabulary.ClosingWay),
    (worklist.FILTER, vocabulary.CaseloadFilter),
    (worklist.REASON, vocabulary.SnoozeReason),
    (worklist.ENDED, vocabulary.SnoozeEnd),
    (worklist.SAYS, vocabulary.CorrectionKind),
    (snoozes.WHY, vocabulary.SnoozeReason),
    (note_wording.ENDING, vocabulary.EndingKind),
    (note_wording.FORM, vocabulary.NoteForm),
    (note_wording.CLOSING, vocabulary.ClosingSession),
    (note_wording.GOALS, vocabulary.GoalsBasis),
    (note_wording.NOTE_STATE, vocabulary.NoteState),
    (note_wording.RISK_REVIEW, vocabulary.RiskReview),
    (note_wording.SIGNED_AS, vocabulary.SignaturePart),
]
UNKIND = ("ghost", "missed", "failed", "refused to", "drop out", "dropped", "patient", "provider", "unresponsive", "!")


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_code_has_words_and_they_are_kind(table: Mapping[str, str], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)
    assert not [said for said in table.values() for word in UNKIND if word in said.lower()]


def test_what_a_page_says_comes_from_our_own_list() -> None:
    assert all(sentence(code) for code in Said)
    assert sentence("<script>") is None
    assert sentence(None) is None


def time(
    status: AppointmentStatus,
    days: int = -3,
    *,
    initiator: Initiator | None = None,
    excused: bool = False,
    known: int = 1,
) -> Mark:
    starts_at = NOW + timedelta(days=days)
    row = AppointmentOut(
        id=uuid4(),
        episode_id=uuid4(),
        client_id=None,
        clinician_id=None,
        source="calendar",
        external_id="1",
        starts_at=starts_at,
        duration_minutes=50,
        status=status,
        initiator=initiator,
        excused=excused,
        status_known_at=starts_at + timedelta(hours=known),
        rescheduled_from=None,
        standing=False,
        version=1,
    )
    return attendance.mark_of(row, NOW)


def test_a_time_has_the_shape_of_what_the_record_says() -> None:
    status = AppointmentStatus
    assert time(status.ATTENDED) is Mark.ATTENDED
    assert time(status.NO_SHOW) is Mark.NOT_KEPT
    assert time(status.NO_SHOW, excused=True) is Mark.EXCUSED
    assert time(status.LATE_CANCELLED) is Mark.SHORT_NOTICE
    assert time(status.LATE_CANCELLED, excused=True) is Mark.EXCUSED
    assert time(status.LATE_CANCELLED, initiator=Initiator.CLINICIAN) is Mark.CANCELLED_BY_US
    assert time(status.CANCELLED, initiator=Initiator.CLIENT) is Mark.CANCELLED
    assert time(status.CANCELLED, initiator=Initiator.PRACTICE) is Mark.CANCELLED_BY_US
    assert time(status.RESCHEDULED, initiator=Initiator.PRACTICE) is Mark.MOVED
    assert time(status.BOOKED, days=3) is Mark.AHEAD
    assert time(status.BOOKED) is Mark.NOT_RECORDED


def test_attended_by_default_is_only_a_booking() -> None:
    assert time(AppointmentStatus.ATTENDED, known=-24) is Mark.NOT_RECORDED
    assert time(AppointmentStatus.ATTENDED, days=3, known=-200) is Mark.AHEAD


def test_days_are_said_on_the_clock_of_whoever_they_are_about() -> None:
    madrid = dates.Calendar(ZoneInfo("Europe/Madrid"), NOW)
    assert madrid.when(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "Sun 29 March, 03:30"
    assert madrid.elsewhere("America/Chicago").when(datetime(2026, 3, 4, 2, 0, tzinfo=UTC)) == "Tue 3 March, 20:00"
    assert madrid.day(date(2025, 12, 31)) == "Wed 31 December 2025"
    assert madrid.due(date(2026, 3, 4)) == "today"
    assert madrid.due(date(2026, 3, 5)) == "tomorrow"
    assert madrid.due(date(2026, 3, 2)) == "Mon 2 March"
    assert madrid.span(date(2026, 3, 4), None) == "from Wed 4 March, with no end set"
    assert madrid.span(date(2026, 3, 4), date(2026, 3, 4)) == "Wed 4 March"


def test_a_typed_time_is_read_on_the_client_s_clock() -> None:
    assert dates.instant("2026-03-30T10:00", "Europe/Madrid", "at") == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert dates.instant("2026-10-25T02:30", "Europe/Madrid", "at") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(Invalid, match="invalid"):
        dates.instant("2026-03-29T02:30", "Europe/Madrid", "at")


@pytest.mark.parametrize(
    ("days", "said"),
    [(7, "every week"), (14, "every 2 weeks"), (10, "every 10 days"), (1, "every day"), (0.4, "every day")],
)
def test_a_rhythm_is_said_as_people_say_it(days: float, said: str) -> None:
    assert words.rhythm(days) == said
