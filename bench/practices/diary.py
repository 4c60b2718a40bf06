"""Writes what happens to one client into the record, with the delays and gaps of real record keeping."""

from dataclasses import dataclass
from random import Random

from bench.practices.record import Agreed, Event, Life, Message
from bench.practices.setting import Setting
from schemas.vocabulary import AppointmentStatus, Initiator


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in the calendar. Days."""

    key: str
    start: float
    booked: float
    standing: bool = False


class Diary:
    """The record of one client as it is written down."""

    def __init__(self, life: Life, rng: Random, setting: Setting) -> None:
        self.life, self.rng, self.setting = life, rng, setting
        self.last_known = 0.0
        self._reminds = rng.random() < setting.reminders

    def book(
        self,
        start: float,
        known: float,
        initiator: Initiator | None,
        *,
        standing: bool = False,
        rescheduled_from: str | None = None,
    ) -> Slot:
        slot = Slot(f"{self.life.key}-{len(self.life.events)}", start, min(known, start), standing)
        self._event(slot, AppointmentStatus.BOOKED, slot.booked, initiator, rescheduled_from)
        self.last_known = max(self.last_known, slot.booked)
        if self._reminds and start - known > 1:
            self.life.messages.append(Message(start - 1, inbound=False, automated=True))
        return slot

    def move(self, slot: Slot, start: float, known: float) -> Slot:
        """A reschedule, told as one by its link."""
        self._event(slot, AppointmentStatus.RESCHEDULED, known, Initiator.CLIENT)
        return self.book(start, known, Initiator.CLIENT, rescheduled_from=slot.key)

    def cancel(self, slot: Slot, known: float, initiator: Initiator | None) -> None:
        self._event(slot, AppointmentStatus.CANCELLED, known, initiator)
        self.last_known = max(self.last_known, known)

    def outcome(self, slot: Slot, status: AppointmentStatus, initiator: Initiator | None) -> None:
        """What became of it, learned the same evening, or with the bills, or never; systems may say "attended" at once."""
        rng, setting = self.rng, self.setting
        self.last_known = max(self.last_known, slot.start)
        if rng.random() < setting.attended_by_default:
            self._event(slot, AppointmentStatus.ATTENDED, max(slot.booked, slot.start - rng.uniform(0, 20)), None)
        if status is AppointmentStatus.LATE_CANCELLED:
            self._event(slot, status, max(slot.booked, slot.start - rng.uniform(0.05, 1)), initiator)
            return
        if rng.random() < setting.never_recorded:
            return
        known = slot.start + rng.uniform(0.04, 0.4)
        if rng.random() < setting.late_status:
            known += rng.expovariate(1 / setting.billing_days)
        self._event(slot, status, known, initiator)

    def write(self, at: float, *, inbound: bool) -> None:
        self.life.messages.append(Message(at, inbound=inbound, automated=False))

    def agree(self, kind: str, first: float, last: float | None, known: float) -> None:
        self.life.agreements.append(Agreed(kind, first, last, known))

    def _event(
        self,
        slot: Slot,
        status: AppointmentStatus,
        known: float,
        initiator: Initiator | None,
        rescheduled_from: str | None = None,
    ) -> None:
        self.life.events.append(Event(slot.key, slot.start, status, known, initiator, rescheduled_from))
