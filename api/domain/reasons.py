"""Why an episode stands where it stands: codes for programs, plain kind words for people.

The words say what the record shows and never explain the client: nothing here guesses a motive, counts
misses or speaks of failing. Codes are stored and sent: never renamed or reused, only added.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ReasonCode(StrEnum):
    """One thing the record shows. The first group speaks for drifting, the second for staying, the third stops the clock."""

    LONGER_THAN_USUAL = "longer_than_usual"
    NOTHING_BOOKED = "nothing_booked"
    NOT_KEPT = "not_kept"
    CANCELLED_NOT_REBOOKED = "cancelled_not_rebooked"
    SERIES_CANCELLED = "series_cancelled"
    NOT_ANSWERED_YET = "not_answered_yet"
    RECENT_TIMES_NOT_KEPT = "recent_times_not_kept"
    JUST_BEGUN = "just_begun"
    SCORES_SLIDING = "scores_sliding"
    NOT_RECORDED = "not_recorded"

    BOOKED_BY_CLIENT = "booked_by_client"
    BOOKED_AHEAD = "booked_ahead"
    STANDING_TIME = "standing_time"
    CAME_RECENTLY = "came_recently"
    IN_TOUCH = "in_touch"
    NO_SESSION_YET = "no_session_yet"

    PAUSE_AGREED = "pause_agreed"
    CLIENT_AWAY = "client_away"
    CLINICIAN_LEAVE = "clinician_leave"
    PRACTICE_CLOSED = "practice_closed"
    END_AGREED = "end_agreed"
    AS_NEEDED = "as_needed"
    CONSULTATION = "consultation"
    CLIENT_DIED = "client_died"
    ENDED = "ended"
    NOT_WORKED_OUT = "not_worked_out"


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is a whole sentence for the clinician, in plain English."""

    code: ReasonCode
    text: str


_WORDS = {
    ReasonCode.NOTHING_BOOKED: "Nothing is booked.",
    ReasonCode.NOT_ANSWERED_YET: "The last message has not been answered yet.",
    ReasonCode.RECENT_TIMES_NOT_KEPT: "Some of the recent times did not take place.",
    ReasonCode.JUST_BEGUN: "The work has only just begun.",
    ReasonCode.BOOKED_BY_CLIENT: "The client has booked a time ahead.",
    ReasonCode.BOOKED_AHEAD: "A time is booked ahead.",
    ReasonCode.STANDING_TIME: "The regular times are booked ahead.",
    ReasonCode.NO_SESSION_YET: "No session has taken place yet.",
    ReasonCode.END_AGREED: "The end of the work is agreed.",
    ReasonCode.AS_NEEDED: "Sessions are booked as needed, so no rhythm is expected.",
    ReasonCode.CONSULTATION: "This is a one-off consultation, so nothing further is expected.",
    ReasonCode.CLIENT_DIED: "The client has died.",
    ReasonCode.ENDED: "The work has ended.",
    ReasonCode.NOT_WORKED_OUT: "Where this stands could not be worked out from what is on record.",
}
_ABSENCES = {
    ReasonCode.PAUSE_AGREED: "A pause is agreed",
    ReasonCode.CLIENT_AWAY: "The client is away",
    ReasonCode.CLINICIAN_LEAVE: "The clinician is on leave",
    ReasonCode.PRACTICE_CLOSED: "The practice is closed",
}
_TWO = 2
_DAYS_NAMED_AS_DAYS = 14
_WEEKS_NAMED_AS_WEEKS = 63


def plain(code: ReasonCode) -> Reason:
    """A reason whose words need no date."""
    return Reason(code, _WORDS[code])


def absence(code: ReasonCode, until: date | None, today: date) -> Reason:
    """`until` is the last day of it; without one, no end is set."""
    end = f" until {day(until, today)}." if until else ", with no end set."
    return Reason(code, _ABSENCES[code] + end)


def longer_than_usual(last_on: date, cadence_days: float, today: date) -> Reason:
    text = f"The last session was {ago(last_on, today)}; sessions are usually {every(cadence_days)} apart."
    return Reason(ReasonCode.LONGER_THAN_USUAL, text)


def waiting_to_begin(since_on: date, today: date) -> Reason:
    return Reason(ReasonCode.LONGER_THAN_USUAL, f"No session has taken place since the start {ago(since_on, today)}.")


def came_recently(last_on: date, today: date) -> Reason:
    return Reason(ReasonCode.CAME_RECENTLY, f"The last session was {ago(last_on, today)}.")


def in_touch(at: date, today: date) -> Reason:
    return Reason(ReasonCode.IN_TOUCH, f"There was a sign of life {ago(at, today)}.")


def not_kept(days: tuple[date, ...], today: date) -> Reason:
    """Names the days; from three on only the first and the last, so that nothing reads as a tally."""
    first, last = day(days[0], today), day(days[-1], today)
    if len(days) == 1:
        text = f"The time on {first} did not take place."
    elif len(days) == _TWO:
        text = f"The times on {first} and {last} did not take place."
    else:
        text = f"The times from {first} to {last} did not take place."
    return Reason(ReasonCode.NOT_KEPT, text)


def cancelled_not_rebooked(on: date, today: date) -> Reason:
    text = f"The time on {day(on, today)} was cancelled, and no other has been booked since."
    return Reason(ReasonCode.CANCELLED_NOT_REBOOKED, text)


def scores_sliding(measure: str, on: date, today: date, *, higher_is_better: bool) -> Reason:
    """Which measure, when and which way; never the number, and nothing about what it may mean."""
    moved = "lower" if higher_is_better else "higher"
    return Reason(ReasonCode.SCORES_SLIDING, f"The last {measure}, on {day(on, today)}, was {moved} than before.")


def series_cancelled(on: date, today: date) -> Reason:
    text = f"The times still to come were taken out of the calendar on {day(on, today)}."
    return Reason(ReasonCode.SERIES_CANCELLED, text)


def not_recorded(on: date, today: date) -> Reason:
    return Reason(ReasonCode.NOT_RECORDED, f"What became of the time on {day(on, today)} is not recorded yet.")


def day(value: date, today: date) -> str:
    """The year is said only where it is not this one."""
    text = f"{value.day} {value:%B}"
    return text if value.year == today.year else f"{text} {value.year}"


def ago(value: date, today: date) -> str:
    days = max(0, (today - value).days)
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days <= _DAYS_NAMED_AS_DAYS:
        return f"{days} days ago"
    if days <= _WEEKS_NAMED_AS_WEEKS:
        return f"{round(days / 7)} weeks ago"
    return f"on {day(value, today)}"


def every(cadence_days: float) -> str:
    """A length of time in the words a person would use: days, then weeks."""
    days = max(1, round(cadence_days))
    if days == 1:
        return "a day"
    if days == 7:  # noqa: PLR2004 - a week has seven days
        return "a week"
    if days < _DAYS_NAMED_AS_DAYS - 1:
        return f"{days} days"
    weeks = round(days / 7)
    return f"{weeks} weeks" if abs(days - weeks * 7) <= 1 else f"about {weeks} weeks"
