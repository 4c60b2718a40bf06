"""How the report names what it counts, and the sentences that must not be left out of it."""

from datetime import date

NAMES = {
    "drifting": "Leavetaking: drifting",
    "quiet": "Leavetaking: quiet",
    "not_seen": "Not seen for 30 days",
    "two_no_shows": "Two no-shows in a row",
    "nothing_booked": "Nothing booked, 1.5 own intervals",
}
MEANS = {
    "drifting": "Enough speaks for a light, early touch. Counted when a client first moves there or further.",
    "quiet": "Much speaks for it that the client has stopped coming without a word.",
    "not_seen": "The last session that the record knew of was 30 days ago.",
    "two_no_shows": "The last two times with an outcome were both no-shows; cancelled ones are passed over.",
    "nothing_booked": (
        "No time to come was known, and one and a half of the client's own median intervals had gone by since the last "
        "session."
    ),
}
LEVELS = {"fewer": "Fewer", "balanced": "Balanced", "earlier": "Earlier"}
FORMATS = {"individual": "Individual", "couple": "Couples", "group": "Groups"}
REASONS = {
    "longer_than_usual": "longer than usual since the last session",
    "nothing_booked": "nothing booked",
    "not_kept": "times not kept",
    "cancelled_not_rebooked": "a time cancelled and no other booked",
    "series_cancelled": "the times to come taken out of the calendar",
    "not_answered_yet": "a message without an answer yet",
    "recent_times_not_kept": "recent times that did not take place",
    "just_begun": "the work has only just begun",
    "scores_sliding": "results of a measure that went the wrong way",
    "not_recorded": "an outcome that is not recorded",
}
COUNTED = (
    (
        "A client counts from the first time in the calendar until an end takes effect, or until 60 days after the last "
        "time. A month is 30.4 days."
    ),
    (
        "A flag is the moment at which a way of noticing begins to hold, on what the record knew at that moment. Whoever "
        "comes back and stops again is flagged again."
    ),
    (
        "A flag was followed by a return if the client came within 60 days of it, or had come already without the record "
        "knowing it. Flags with fewer than 60 days left until the end of the data are too recent to tell. They are counted "
        "apart and are in no percentage."
    ),
    (
        "The rules of thumb are applied as plainly as people apply them: they know nothing of pauses, leave, excuses and "
        "agreed ends, except a recorded discharge. A time booked for today still counts as one to come."
    ),
)
CANNOT = (
    "They do not say why anybody stayed away. No record does.",
    "A return after a flag is no proof that the flag was wrong: the client may have come back because somebody called.",
    "No return is no proof that it was right: some people were done, and well.",
    "They look at all clients together. They say nothing about any one of them, and nothing about a clinician.",
    "What the files leave out, nobody could know: late or missing outcomes make every way of noticing look worse.",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_month(month: str) -> str:
    """`2025-03` as `Mar 2025`."""
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"


def day(iso: str) -> str:
    """`2025-12-22` as `22 Dec 2025`."""
    on = date.fromisoformat(iso[:10])
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def number(value: int | float | None) -> str:
    """A dash for what there is none of."""
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"
