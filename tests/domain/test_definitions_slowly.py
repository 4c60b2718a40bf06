"""The definitions worked out a second time, from plain lists and in another way, must count the same clients.

Deliberately without any code of the product but its enums: days are integers, everything is looked up by walking
through all that there is.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from api.domain.closing_figures import Closing, InNote, Said, Tied
from api.domain.closing_sessions import Step
from api.domain.definitions import Course, Death, Ending, figures_of
from api.domain.history import Absence, Appointment, Contact, History, StatusEvent
from api.domain.periods import Period, window
from schemas.vocabulary import (
    AbsenceKind,
    AppointmentStatus,
    Channel,
    ClosingSession,
    ClosingStep,
    ContactDirection,
    ContactOutcome,
    EndingKind,
    EpisodeKind,
    Figure,
    Initiator,
)

# Days are counted from 1 January 2025, in UTC, so that the year is 0 to 364 and the cut-off falls on day 455.
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
CUT_OFF = 455
HALF_A_DAY = timedelta(hours=12)


@dataclass
class Plain:
    """An episode as lists of numbers: (day, status, known on day, initiator, excused), and so on."""

    consultation: bool
    times: list[tuple[int, str, int, str | None, bool]]
    contacts: list[tuple[int, int, bool]] = field(default_factory=list)  # day, known, is it a sign of life
    absences: list[tuple[int, int | None, int]] = field(default_factory=list)
    ending: tuple[str, int, int] | None = None  # how, day, known on day
    own_ending: tuple[str, int, int] | None = None
    # Step, day, known on day, and of a message on which day it went (-1: it came back); of `booked` which of the times is tied.
    steps: list[tuple[str, int, int, int | None]] = field(default_factory=list)
    note: tuple[str, int] | None = None  # what it says, and on which day it was locked


def slowly(episodes: list[Plain], died: tuple[int, int] | None) -> set[str]:
    """`died`: on which day, and on which day it was learned."""
    best: tuple[int, int, int] | None = None
    answer: set[str] = set()
    for number, one in enumerate(episodes):
        ending, gone = ("", -1), 9999
        for told in (one.ending, one.own_ending):
            if told is not None and told[1] + 0.5 <= CUT_OFF and told[2] + 0.5 <= CUT_OFF:
                ending = (told[0], told[1])
                gone = told[1] if told is one.own_ending else 9999
        dead = died is not None and died[0] < CUT_OFF and died[1] + 0.5 <= CUT_OFF
        if one.consultation or dead or ending[0] in ("transferred", "client_died"):
            continue
        seen = [time for time in as_seen(one) if time[0] <= gone]
        kept = [day for day, status, _, _ in seen if status == "attended"]
        this_year = [day for day in kept if 0 <= day <= 364]
        if not this_year:
            continue
        rank = (max(this_year), min(kept), number)
        if best is None or rank >= best:
            best = rank
            answer = {"at_risk", *by_ending(ending), *by_times(one, seen), *by_sessions(one, kept, ending[0])}
            if ending[0] and 0 <= ending[1] <= 364:
                answer |= by_steps(one, ending[0])
    return answer


def by_steps(one: Plain, how: str) -> set[str]:
    """Walks through the steps by day, with a yes and a no that take each other back, and at the end looks at the time."""
    offered, accepted, held, tied = False, False, False, None
    for step, which in told_by_the_cut_off(one):
        offered = True
        held = held or step == "held"
        accepted = accepted or step in ("accepted", "booked", "held")
        if step == "booked" and not held:
            tied = which
        if step == "declined" and not held:
            accepted, tied = False, None
    if tied is not None:
        _, status, known, _, _ = one.times[tied]
        held = held or (status == "attended" and known + 0.5 <= CUT_OFF)
    if not offered and one.note is not None and one.note[1] + 0.5 <= CUT_OFF:
        offered = one.note[0] != "not_offered"
        accepted = one.note[0] in ("accepted", "held")
        held = one.note[0] == "held"
    held = held and how != "without_conversation"
    return {f"closing_{name}" for name, yes in (("offered", offered), ("accepted", accepted), ("held", held)) if yes}


def told_by_the_cut_off(one: Plain) -> list[tuple[str, int | None]]:
    """In the order of the days on which it happened; a message that came back did not."""
    found = []
    for place, (step, day, known, which) in enumerate(one.steps):
        happened = which if step == "message" and which is not None else day
        if happened != -1 and max(day, known, happened) + 0.5 <= CUT_OFF:
            found.append((happened, known, place, step, which))
    return [(step, which) for _, _, _, step, which in sorted(found)]


def as_seen(one: Plain) -> list[tuple[int, str, str | None, bool]]:
    """An outcome learned after the cut-off is not known: the time still stands as booked, 60 days ahead."""
    return sorted(
        (
            (day, "booked" if known + 0.5 > CUT_OFF else status, by, excused)
            for day, status, known, by, excused in one.times
            if day - 60 + 0.5 <= CUT_OFF
        ),
        key=lambda seen: seen[0],
    )


def by_ending(ending: tuple[str, int]) -> set[str]:
    if not 0 <= ending[1] <= 364:
        return set()
    if ending[0] in ("agreed", "client_told_us"):
        return {"agreed_ending"}
    return {"clinician_judged"} if ending[0] == "without_conversation" else set()


def by_times(one: Plain, seen: list[tuple[int, str, str | None, bool]]) -> set[str]:
    due = None
    for day, status, by, excused in seen:
        given_back_by_us = status not in ("booked", "attended") and by in ("clinician", "practice")
        if 0 <= day <= 364 and not excused and not given_back_by_us:
            due = (day, status)
    if due is None or due[1] in ("booked", "attended"):
        return set()
    for day, status, _, _ in seen:
        if day > due[0] and status not in ("cancelled", "rescheduled"):
            return set()
    for day, known, sign in one.contacts:
        if sign and due[0] < day <= due[0] + 30 and known + 0.5 <= CUT_OFF:
            return set()
    return {"missed_last"}


def by_sessions(one: Plain, kept: list[int], how: str) -> set[str]:
    goodbye = how in ("agreed", "client_told_us")
    last, first = max(day for day in kept if 0 <= day <= 364), min(kept)
    found = set()
    absent = [
        1
        for since, until, known in one.absences
        if since <= last + 60 and (until is None or last + 60 <= until) and known + 0.5 <= CUT_OFF
    ]
    if not [1 for day in kept if last < day <= last + 60] and not goodbye and not absent:
        found.add("unilateral")
    if first < 0:
        return found
    found.add("begun")
    if len([1 for day in kept if day <= first + 90]) == 1 and not goodbye:
        found.add("intake_only")
    if first + 180.5 <= CUT_OFF:
        found.add("begun_180_days")
        if len([1 for day in kept if day <= first + 180]) < 4:
            found.add("below_k_sessions")
    return found


def as_course(one: Plain, number: int, died: tuple[int, int] | None) -> Course:
    return Course(
        key=f"{number:03}",
        client="ana",
        history=History(
            time_zone="UTC",
            kind=EpisodeKind.CONSULTATION if one.consultation else EpisodeKind.ONGOING,
            appointments=tuple(_appointment(place, *told) for place, told in enumerate(one.times)),
            contacts=tuple(
                Contact(_at(day), _at(known), ContactDirection.INBOUND, Channel.SMS, not sign, ContactOutcome.RECEIVED)
                for day, known, sign in one.contacts
            ),
            absences=tuple(
                Absence(AbsenceKind.PAUSE, _day(since), None if until is None else _day(until), _at(known))
                for since, until, known in one.absences
            ),
        ),
        ending=_ending(one.ending),
        own_ending=_ending(one.own_ending),
        death=None if died is None else Death(_day(died[0]), _at(died[1])),
        closing=Closing(
            tuple(_said(place, *told) for place, told in enumerate(one.steps)),
            None if one.note is None else InNote(ClosingSession(one.note[0]), _at(one.note[1])),
        ),
    )


def _said(place: int, step: str, day: int, known: int, which: int | None) -> Said:
    in_message = step == "message"
    told = Step(
        UUID(int=place),
        ClosingStep.OFFERED if in_message else ClosingStep(step),
        _at(day),
        _at(known),
        goes_with_message=in_message,
        went_at=None if not in_message or which in (None, -1) else _at(which or 0),
    )
    return Said(told, None if step != "booked" else Tied(UUID(int=place), f"k{which}"))


def _ending(told: tuple[str, int, int] | None) -> Ending | None:
    return None if told is None else Ending(EndingKind(told[0]), _at(told[1]), _at(told[2]))


def _appointment(place: int, day: int, status: str, known: int, by: str | None, excused: bool) -> Appointment:  # noqa: PLR0917  # a row
    said = StatusEvent(
        AppointmentStatus(status),
        _at(day),
        _at(known) + timedelta(hours=1),
        None if by is None else Initiator(by),
        excused,
    )
    first = StatusEvent(AppointmentStatus.BOOKED, _at(day), _at(day) - timedelta(days=60))
    return Appointment(f"k{place}", (first, said) if status != "booked" else (first,))


def _at(day: int) -> datetime:
    return BEGINNING + timedelta(days=day) + HALF_A_DAY


def _day(day: int) -> date:
    return _at(day).date()


def random_client(chance: random.Random) -> tuple[list[Plain], tuple[int, int] | None]:
    episodes = [random_episode(chance) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    died = chance.randint(300, 600)
    return episodes, chance.choice([None] * 9 + [(died, died + chance.choice([0, 0, 3, 60, 200]))])


def random_episode(chance: random.Random) -> Plain:
    first = chance.randint(-120, 400)
    days = sorted({first + step * chance.choice([7, 7, 14, 30]) for step in range(chance.randint(1, 9))})
    if chance.random() < 0.3:
        days = sorted({*days, days[-1] + chance.choice([29, 30, 59, 60, 61, 90, 91, 180, 181])})
    times = []
    for place, day in enumerate(days):
        status = "attended"
        if place and chance.random() < (0.6 if day == days[-1] else 0.2):
            status = chance.choice(["no_show", "late_cancelled", "cancelled", "booked"])
        known = day + chance.choice([0, 0, 0, 1, 40, 120])
        times.append(
            (day, status, known, chance.choice([None, None, "client", "clinician", "practice"]), chance.random() < 0.1)
        )
    last = days[-1]
    contacts = [
        (day := last + chance.choice([-1, 1, 29, 30, 31, 60]), day + chance.choice([0, 90]), chance.random() < 0.7)
    ] * chance.randint(0, 1)
    since = last + chance.randint(0, 70)
    absences = [
        (since, chance.choice([None, since + chance.randint(0, 70)]), since + chance.choice([0, 200]))
    ] * chance.randint(0, 1)
    ending = random_ending(chance, last + chance.randint(0, 150)) if chance.random() < 0.5 else None
    own_ending = random_ending(chance, chance.choice(days) + chance.randint(0, 90)) if chance.random() < 0.15 else None
    plain = Plain(chance.random() < 0.08, times, contacts, absences, ending, own_ending)
    if chance.random() < 0.6:
        plain.steps = random_steps(chance, last, len(times))
    if chance.random() < 0.3:
        plain.note = chance.choice(list(ClosingSession)).value, last + chance.choice([5, 40, 200])
    return plain


def random_steps(chance: random.Random, last: int, times: int) -> list[tuple[str, int, int, int | None]]:
    """In any order, also one that the product would refuse."""
    found: list[tuple[str, int, int, int | None]] = []
    day = last - chance.choice([0, 30, 200])
    for _ in range(chance.choice([1, 1, 2, 3, 4])):
        day += chance.randint(1, 40)
        step = chance.choice(["offered", "message", "accepted", "declined", "not_answered", "booked", "held"])
        which = chance.choice([-1, day + 1, day + 90]) if step == "message" else None
        if step == "booked":
            which = chance.randrange(times)
        found.append((step, day, day + chance.choice([0, 0, 0, 5, 200]), which))
    return found


def random_ending(chance: random.Random, day: int) -> tuple[str, int, int]:
    return chance.choice(list(EndingKind)).value, day, day + chance.choice([0, 0, 0, 5, 60, 300])


def test_both_ways_of_working_it_out_count_the_same_clients() -> None:
    chance, year = random.Random(20250101), window(Period(2025, 2025), "UTC")  # noqa: S311  # a seeded sample
    seen: dict[str, int] = dict.fromkeys([str(one) for one in Figure], 0)
    for _ in range(6000):
        episodes, died = random_client(chance)
        expected = slowly(episodes, died)
        found = figures_of([as_course(one, number, died) for number, one in enumerate(episodes)], year)
        assert {str(one) for one in found} == expected, (episodes, died)
        for figure in expected:
            seen[figure] += 1
    # Every definition has plenty of clients on either side, so that agreement means something.
    assert min(seen.values()) > 150, seen
    assert all(seen["at_risk"] - count > 150 for figure, count in seen.items() if figure != "at_risk"), seen
