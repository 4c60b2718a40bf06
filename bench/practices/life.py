"""One client's time with a practice, lived forward: booking, coming, missing, gaps, and for some, leaving without a word.

The client decides; the record learns afterwards, if at all. Nothing here looks at what noticing looks at.
"""

from bisect import insort
from dataclasses import dataclass, field
from random import Random

from bench.practices import leaving, traits
from bench.practices.diary import Diary, Slot
from bench.practices.record import ABSENCE, CADENCE_CHANGE, DISCHARGE, PAUSE, PLANNED_END, Ending, Life
from bench.practices.setting import DAYS, Setting
from bench.practices.traits import Booking, Traits
from schemas.vocabulary import AppointmentStatus, Initiator

_HALF_AN_HOUR_LATER = 0.06


@dataclass(slots=True)
class Place:
    """The practice as it is for its clients: when this clinician is away or all is closed (first day, day after the last)."""

    setting: Setting
    away: list[tuple[float, float]]
    rng: Random = field(default_factory=Random)

    def is_away(self, at: float) -> bool:
        return any(first <= at < last for first, last in self.away)

    def back(self, at: float) -> float:
        return max([last for first, last in self.away if first <= at < last], default=at)


def live(place: Place, life: Life, arrives: float) -> Life:
    """Fills a life from its first booking to the last day watched."""
    return _Living(place, life, arrives).run()


class _Living:
    def __init__(self, place: Place, life: Life, arrives: float) -> None:
        self.place, self.life, self.rng, self.setting = place, life, place.rng, place.setting
        self.traits: Traits = traits.draw(self.rng, self.setting, in_group=life.format == "group")
        self.diary = Diary(life, self.rng, self.setting)
        self.session_count = 0
        self.missed_last = False
        self.gap_until = 0.0
        self.doomed_at: int | None = None
        self._decide_fate()
        first = self._slot_at(arrives)
        life.first_seen = arrives - self.rng.uniform(2, 10)
        life.agreed_cadence = self.traits.cadence if self.rng.random() < 0.3 else None
        self.ahead: list[Slot] = [self.diary.book(first, max(-400.0, life.first_seen), Initiator.CLIENT)]

    def _decide_fate(self) -> None:
        """After which session the client leaves without a word, if before the work is done."""
        setting = self.setting
        for number in range(1, self.traits.wish):
            early = (setting.leaving_first - setting.leaving_later) * 2.718 ** (
                -(number - 1) / setting.leaving_falls_over
            )
            if self.rng.random() < setting.leaving_later + max(0.0, early):
                self.doomed_at = number
                return

    def run(self) -> Life:
        while self.ahead:
            slot = self.ahead.pop(0)
            if slot.start > DAYS:
                break
            if self._meet(slot):
                break
        return self.life

    def _meet(self, slot: Slot) -> bool:
        """What becomes of one booked time. True when the story is over."""
        if self._called_off(slot):
            return False
        status = self._outcome()
        if status is AppointmentStatus.ATTENDED:
            return self._came(slot)
        if status is AppointmentStatus.CANCELLED:
            self._cancels(slot)
        else:
            self._misses(slot, status)
        return False

    def _called_off(self, slot: Slot) -> bool:
        if self.place.is_away(slot.start) or self.rng.random() < self.setting.practice_cancels:
            known = max(slot.booked, slot.start - self.rng.uniform(0.2, 12))
            self.diary.cancel(slot, known, self.rng.choice((Initiator.CLINICIAN, Initiator.PRACTICE)))
            if not self._next_standing():
                at = self._slot_at(max(self.place.back(slot.start), known) + self._beat() * self.rng.uniform(0.3, 1.0))
                self._book(at, known + self.rng.uniform(0, 3), Initiator.PRACTICE)
            return True
        if slot.start < self.gap_until:
            self._gives_up_for_the_gap(slot)
            return True
        return False

    def _gives_up_for_the_gap(self, slot: Slot) -> None:
        """In an innocent gap booked times are cancelled, or simply not kept."""
        if self.rng.random() < 0.75:
            self.diary.cancel(slot, max(slot.booked, slot.start - self.rng.uniform(0.5, 6)), Initiator.CLIENT)
        else:
            self.diary.outcome(slot, AppointmentStatus.NO_SHOW, None)
            self._practice_writes(slot.start, comes_back=True)
        if not self._next_standing():
            self._returns_after(self.gap_until)

    def _outcome(self) -> AppointmentStatus:
        waver = 1.0
        if self.doomed_at is not None and self.session_count > self.doomed_at - self.setting.wavering_sessions:
            waver = self.setting.wavering
        again = self.setting.misses_again if self.missed_last else 0.0
        roll = self.rng.random()
        for status, share in (
            (AppointmentStatus.NO_SHOW, min(0.6, self.traits.no_show * waver + again)),
            (AppointmentStatus.LATE_CANCELLED, min(0.2, self.setting.late_cancel * waver)),
            (AppointmentStatus.CANCELLED, min(0.4, self.traits.cancel * waver)),
        ):
            if roll < share:
                return status
            roll -= share
        return AppointmentStatus.ATTENDED

    def _cancels(self, slot: Slot) -> None:
        known = max(slot.booked, slot.start - self.rng.uniform(1.05, 7))
        if self.rng.random() < self.setting.rebooked:
            at = self._slot_at(slot.start + self.rng.choice((1, 2, 3, 4, 5, 7)))
            if self.rng.random() < self.setting.linked_reschedule:
                self._insert(self.diary.move(slot, at, known))
                return
            self.diary.cancel(slot, known, self._named(Initiator.CLIENT))
            self._book(at, known + self.rng.expovariate(1.0), Initiator.CLIENT)
            return
        self.diary.cancel(slot, known, self._named(Initiator.CLIENT))
        if not self._next_standing():
            self._returns_after(slot.start + self.rng.uniform(0.2, 1.2) * self._beat())

    def _misses(self, slot: Slot, status: AppointmentStatus) -> None:
        self.missed_last = True
        self.diary.outcome(
            slot, status, self._named(Initiator.CLIENT) if status is not AppointmentStatus.NO_SHOW else None
        )
        if self.doomed_at is not None and self.session_count >= self.doomed_at:
            return
        self._practice_writes(slot.start, comes_back=True)
        if self._next_standing():
            if self.rng.random() < self.setting.cuts_wrongly:
                self._cut(slot.start + self.rng.uniform(0.5, 5))
                self._returns_after(slot.start + self._beat() * self.rng.uniform(1, 2.5))
            return
        self._returns_after(slot.start + self.rng.uniform(0.5, 1.6) * self._beat())

    def _came(self, slot: Slot) -> bool:
        self.diary.outcome(slot, AppointmentStatus.ATTENDED, None)
        self.session_count += 1
        self.missed_last = False
        over = slot.start + _HALF_AN_HOUR_LATER
        if self.doomed_at is not None and self.session_count >= self.doomed_at:
            leaving.leave(self.place, self.diary, self.traits, slot, self._booked_before_leaving(slot, over))
            return True
        if self.session_count >= self.traits.wish:
            self._ends(over)
            return True
        self._everyday(over)
        self._maybe_away(over)
        self._book_next(over)
        return False

    def _booked_before_leaving(self, slot: Slot, over: float) -> list[Slot]:
        """What stands in the calendar when somebody is about to leave; who books for themselves mostly has nothing there."""
        if self.traits.booking is Booking.STANDING and (self.ahead or self.session_count < 3):
            self._fill_series(over)
        elif self.traits.booking is Booking.IN_SESSION and self.rng.random() < self.setting.polite_booking:
            self._book(self._next_time(slot.start), over, Initiator.CLINICIAN)
        elif self.traits.booking is Booking.BY_CLIENT and self.rng.random() < 0.3:
            self._book(self._next_time(slot.start), over + self.rng.uniform(0, 2), Initiator.CLIENT)
        return self.ahead

    def _ends(self, over: float) -> None:
        """An end both know of. Where the record never learns of it, the calendar simply stays empty."""
        self.life.ending, self.life.over_at = Ending.AGREED, over
        for slot in self.ahead:
            self.diary.cancel(slot, over + self.rng.uniform(0, 1), Initiator.PRACTICE)
        planned = self.rng.random() < self.setting.end_planned
        if planned:
            known = over - self.rng.uniform(10, 45)
            self.diary.agree(PLANNED_END, over, None, known)
        if self.rng.random() < self.setting.end_recorded:
            self.diary.agree(DISCHARGE, over, None, over + self.rng.expovariate(1 / 4))

    def _everyday(self, over: float) -> None:
        """Ordinary letters between sessions, and another rhythm where one is agreed."""
        if self.rng.random() < 0.05:
            self.diary.write(over + self.rng.uniform(0.2, 5), inbound=True)
        if self.rng.random() < 0.06:
            self._exchange(over + self.rng.uniform(0.2, 5))
        near_the_end = self.traits.wish - self.session_count in (2, 3) and self.rng.random() < self.setting.tapers
        if near_the_end or self.rng.random() < self.setting.cadence_changes:
            self.traits.cadence = min(42.0, self.traits.cadence * 2)
            if self.rng.random() < self.setting.cadence_change_recorded:
                self.diary.agree(CADENCE_CHANGE, over, None, over + self.rng.uniform(0, 2))

    def _maybe_away(self, over: float) -> None:
        rng, setting = self.rng, self.setting
        if rng.random() < setting.pause * self.traits.cadence / 7:
            length = rng.uniform(3, 10) * 7
            self._gap(over, length, told=0.7, recorded=setting.pause_recorded, kind=PAUSE)
        elif rng.random() < setting.gap * (self.traits.cadence / 7) ** 0.5:
            length = max(6.0, rng.expovariate(1 / setting.gap_beats) * min(self._beat(), 14))
            self._gap(over, min(length, 70), told=setting.gap_told, recorded=setting.gap_recorded, kind=ABSENCE)

    def _gap(self, over: float, length: float, *, told: float, recorded: float, kind: str) -> None:
        self.gap_until = over + length
        if self.rng.random() < recorded:
            late = self.rng.random() < self.setting.late_agreement
            known = over + self.rng.uniform(0, 0.7) * length if late else over
            self.diary.agree(kind, over, self.gap_until, known)
        if self.rng.random() < told:
            self.diary.write(over + self.rng.uniform(0, min(length, 10)), inbound=True)
        for slot in [one for one in self.ahead if one.start < self.gap_until and self.rng.random() < 0.5]:
            self.ahead.remove(slot)
            self.diary.cancel(slot, over + self.rng.uniform(0, 3), self._named(Initiator.CLIENT))

    def _book_next(self, over: float) -> None:
        if self.traits.booking is Booking.STANDING and self.session_count > 1:
            if len([one for one in self.ahead if one.standing]) < 2:
                self._fill_series(over)
            return
        if any(one.start > over for one in self.ahead):
            return
        at = max(self._next_time(over), self.gap_until + self.rng.uniform(0, 7) if self.gap_until > over else 0.0)
        at = self._slot_at(at)
        asked = self.traits.booking in {Booking.IN_SESSION, Booking.STANDING}
        if asked and self.rng.random() < self.setting.asked_in_session and self.gap_until <= over:
            self._book(at, over, self.rng.choice((Initiator.CLIENT, Initiator.CLINICIAN)))
            return
        if self.traits.booking is Booking.LATE:
            self._book(at, max(over, at - self.rng.uniform(0.2, 2.5)), Initiator.CLIENT)
            return
        delay = self.rng.betavariate(1.2, 2.2) * (at - over)
        self._practice_writes_when_silent(over, over + delay)
        self._book(at, over + delay, self.rng.choice((Initiator.CLIENT, Initiator.CLIENT, Initiator.PRACTICE)))

    def _fill_series(self, over: float) -> None:
        taken = max([one.start for one in self.ahead], default=over)
        for _ in range(self.setting.standing_block):
            taken = self._slot_at(taken + self.traits.cadence)
            self._insert(
                self.diary.book(taken, over, self.rng.choice((Initiator.CLINICIAN, Initiator.PRACTICE)), standing=True)
            )

    def _returns_after(self, earliest: float) -> None:
        """Somebody who is staying books anew within days after a time fell out, or when a gap comes to its end."""
        at = self._slot_at(earliest + self.rng.uniform(0.5, 5))
        thought_of = self.ahead_known() + self.rng.expovariate(1 / self.setting.rebooks_within)
        known = (
            max(thought_of, self.gap_until - self.rng.expovariate(1 / 4))
            if at >= self.gap_until > self.ahead_known()
            else thought_of
        )
        self._practice_writes_when_silent(self.diary.last_known, known)
        self._book(at, min(known, at - 0.05), self.rng.choice((Initiator.CLIENT, Initiator.CLIENT, Initiator.PRACTICE)))

    def ahead_known(self) -> float:
        return self.diary.last_known + 0.05

    def _practice_writes(self, missed_at: float, *, comes_back: bool) -> None:
        if self.rng.random() >= self.setting.writes_after_miss:
            return
        at = missed_at + self.rng.expovariate(1 / 1.2)
        self.diary.write(at, inbound=False)
        if comes_back and self.rng.random() < self.traits.answers:
            self.diary.write(at + self.rng.expovariate(1 / 1.1), inbound=True)

    def _practice_writes_when_silent(self, since: float, until: float) -> None:
        """Once the calendar has been empty for a while, some practices ask."""
        at = since + self._beat() * self.rng.uniform(0.9, 1.7)
        if at < until and self.rng.random() < self.setting.writes_when_silent:
            self._exchange(at)

    def _exchange(self, at: float) -> None:
        self.diary.write(at, inbound=False)
        if self.rng.random() < self.traits.answers:
            self.diary.write(at + self.rng.expovariate(1 / 1.1), inbound=True)

    def _cut(self, at: float) -> None:
        for slot in self.ahead:
            if slot.start > at:
                self.diary.cancel(slot, at, self.rng.choice((Initiator.PRACTICE, Initiator.CLINICIAN)))
        self.ahead = [slot for slot in self.ahead if slot.start <= at]

    def _next_standing(self) -> bool:
        return bool(self.ahead)

    def _book(self, start: float, known: float, initiator: Initiator) -> None:
        self._insert(self.diary.book(start, min(known, start - 0.02), self._named(initiator)))

    def _insert(self, slot: Slot) -> None:
        insort(self.ahead, slot, key=lambda one: one.start)

    def _named(self, initiator: Initiator) -> Initiator | None:
        return initiator if self.rng.random() < self.setting.initiator_named else None

    def _beat(self) -> float:
        return self.traits.cadence

    def _next_time(self, after: float) -> float:
        return self._slot_at(after + self.traits.cadence * self.rng.lognormvariate(0, self.traits.wobble))

    def _slot_at(self, at: float) -> float:
        """The client's hour on a working day near that moment, where the clinician is there."""
        day = int(at)
        while day % 7 > 4 or (self.place.is_away(day + 0.5) and self.rng.random() < 0.6):
            day += 1
        return day + self.traits.hour / 24
