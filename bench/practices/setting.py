"""What kind of practice it is: every assumption of the simulation, with its source or marked as our own.

Published: about one client in five leaves without an agreed end (19.7 %, Swift and Greenberg 2012); leaving is likeliest
after the first sessions; attendance, not who somebody is, announces it. Everything else here is our inference, so no
value is held to be true: each practice draws its own around the middle, and `FAMILIES` pushes some of them far out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from random import Random

DAYS = 730
"""How long each practice is watched."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Shares run from 0 to 1, lengths of time are days, unless said otherwise."""

    # Rhythm: the shares of weekly, fortnightly and monthly clients; the rest come irregularly.
    weekly: float = 0.74
    fortnightly: float = 0.16
    monthly: float = 0.05
    wobble: float = 0.12
    cadence_changes: float = 0.012
    cadence_change_recorded: float = 0.5
    # How the next time gets into the calendar. The rest book a day or two before they come.
    standing: float = 0.52
    in_session: float = 0.3
    by_client: float = 0.12
    standing_block: int = 10
    asked_in_session: float = 0.87
    initiator_named: float = 0.75
    # What becomes of the booked times of somebody who is staying.
    no_show: float = 0.075
    no_show_spread: float = 4.0
    cancel: float = 0.08
    late_cancel: float = 0.03
    practice_cancels: float = 0.02
    rebooked: float = 0.75
    rebooks_within: float = 1.8
    linked_reschedule: float = 0.4
    misses_again: float = 0.08
    # Innocent gaps: exams, illness, a busy month. Per session.
    gap: float = 0.01
    gap_beats: float = 2.2
    gap_told: float = 0.45
    gap_recorded: float = 0.65
    pause: float = 0.006
    pause_recorded: float = 0.85
    # Leaving without a word: per session, at first and later; how it begins; what is done about times still booked.
    leaving_first: float = 0.04
    leaving_later: float = 0.0055
    leaving_falls_over: float = 4.0
    wavering_sessions: int = 3
    wavering: float = 2.0
    leaves_at_once: float = 0.35
    leaves_after_a_miss: float = 0.32
    polite_booking: float = 0.85
    leaver_keeps_silent: float = 0.8
    leaver_writes: float = 0.12
    booked_again: float = 0.6
    # An agreed end: how many sessions the work takes (median), and how the record learns of it.
    sessions_median: float = 17.0
    sessions_spread: float = 0.8
    end_planned: float = 0.45
    end_recorded: float = 0.95
    tapers: float = 0.4
    # What the practice does.
    writes_after_miss: float = 0.55
    writes_when_silent: float = 0.45
    reminders: float = 0.5
    answers: float = 0.68
    cuts_series: float = 0.85
    cuts_after_misses: float = 2.3
    cuts_wrongly: float = 0.06
    leave_weeks: float = 4.0
    closed_weeks: float = 1.5
    groups: float = 0.06
    couples: float = 0.07
    # Faults of the record.
    late_status: float = 0.1
    billing_days: float = 4.0
    attended_by_default: float = 0.04
    never_recorded: float = 0.02
    duplicates: float = 0.03
    shifted: float = 0.2
    late_agreement: float = 0.2


_WIDE = frozenset({"standing", "in_session", "by_client", "writes_after_miss", "writes_when_silent", "cuts_series"})
_MIXES = (("weekly", "fortnightly", "monthly"), ("standing", "in_session", "by_client"))

FAMILIES: Mapping[str, Mapping[str, float]] = {
    "ordinary": {},
    "standing series": {"standing": 0.85, "in_session": 0.1, "by_client": 0.04},
    "online booking": {"standing": 0.05, "in_session": 0.15, "by_client": 0.7},
    "booked late": {"standing": 0.05, "in_session": 0.2, "by_client": 0.25},
    "many misses": {"no_show": 0.17, "misses_again": 0.3, "cancel": 0.15, "late_cancel": 0.06},
    "slow rhythm": {"weekly": 0.2, "fortnightly": 0.45, "monthly": 0.25},
    "record kept late": {"late_status": 0.5, "billing_days": 10.0, "attended_by_default": 0.15, "never_recorded": 0.06},
    "never writes": {"writes_after_miss": 0.05, "writes_when_silent": 0.05, "reminders": 0.0},
    "writes at once": {"writes_after_miss": 0.95, "writes_when_silent": 0.9, "answers": 0.85},
    "rebooks slowly": {"rebooks_within": 7.0, "rebooked": 0.45},
    "many gaps": {"gap": 0.06, "gap_told": 0.15, "gap_recorded": 0.1, "pause_recorded": 0.4},
    "leaves early": {"leaving_first": 0.12, "leaving_later": 0.004},
    "leaves late": {"leaving_first": 0.02, "leaving_later": 0.014},
    "few leave": {"leaving_first": 0.025, "leaving_later": 0.003},
    "names nobody": {"initiator_named": 0.0, "linked_reschedule": 0.0},
}


def draw(rng: Random, family: str, *, spread: float = 0.3) -> Setting:
    """A practice of a family: each value its own, by a factor of about `spread` around what the family says."""
    middle = replace(Setting(), **FAMILIES[family])  # type: ignore[arg-type]  # the keys are names of fields; a test reads all
    drawn: dict[str, float] = {}
    for field in fields(Setting):
        value = getattr(middle, field.name)
        if isinstance(value, int):
            drawn[field.name] = max(2, value + rng.randint(-1, 1))
            continue
        wide = spread * (1.6 if field.name in _WIDE else 1.0)
        drawn[field.name] = _kept(value * rng.lognormvariate(0, wide), value)
    for mix in _MIXES:
        total = sum(drawn[name] for name in mix)
        most = 0.97
        if total > most:
            drawn.update({name: drawn[name] * most / total for name in mix})
    return Setting(**drawn)  # type: ignore[arg-type]  # as above


def _kept(value: float, middle: float) -> float:
    return min(value, 0.95) if middle <= 1 else value
