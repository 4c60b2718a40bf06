"""Leaving without a word: when it is decided, and what becomes of the times that still stand in the calendar."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bench.practices.diary import Diary, Slot
from bench.practices.record import Ending
from bench.practices.setting import Setting
from schemas.vocabulary import AppointmentStatus, Initiator

if TYPE_CHECKING:
    from bench.practices.life import Place
    from bench.practices.traits import Traits

_OVER = 0.06


def leave(place: Place, diary: Diary, traits: Traits, last: Slot, ahead: list[Slot]) -> None:
    """Everything after the last session. `ahead` are the times that stand in the calendar when it ends."""
    rng, setting = place.rng, place.setting
    life = diary.life
    life.ending = Ending.LEFT
    over = last.start + _OVER
    wait = (ahead[0].start if ahead else over + traits.cadence) - over
    life.left_at = over + _decides_after(rng, setting, wait, has_time=bool(ahead))
    asked = _what_becomes_of_times(place, diary, ahead)
    since = max([over, *asked])
    _practice_asks(rng, diary, setting, traits, since)


def _decides_after(rng: Random, setting: Setting, wait: float, *, has_time: bool) -> float:
    roll = rng.random()
    if roll < setting.leaves_at_once:
        return rng.uniform(0, min(1.5, wait))
    if roll > 1 - setting.leaves_after_a_miss and has_time:
        return wait + rng.uniform(0.05, 14)
    return rng.uniform(0, wait)


def _what_becomes_of_times(place: Place, diary: Diary, ahead: list[Slot]) -> list[float]:
    """Each is missed or given up, until somebody takes the rest out. Returns when times fell out."""
    rng, setting, life = place.rng, place.setting, diary.life
    fell_out: list[float] = []
    silent = rng.random() < setting.leaver_keeps_silent
    decided = life.left_at or 0.0
    cut_at = _cut_at(rng, setting, ahead, decided)
    for slot in ahead:
        if cut_at is not None and slot.start > cut_at:
            diary.cancel(slot, max(cut_at, slot.booked), rng.choice((Initiator.PRACTICE, Initiator.CLINICIAN)))
            continue
        if place.is_away(slot.start):
            diary.cancel(slot, max(slot.booked, slot.start - rng.uniform(1, 12)), Initiator.CLINICIAN)
            continue
        fell_out.append(_falls_out(rng, setting, diary, slot, decided, silent=silent))
    if len(ahead) == 1 and fell_out and rng.random() < setting.booked_again:
        start = fell_out[0] + rng.choice((3, 7, 7, 14))
        again = diary.book(start, fell_out[0] + rng.uniform(0.2, 2), rng.choice((Initiator.PRACTICE, Initiator.CLIENT)))
        fell_out.append(_falls_out(rng, setting, diary, again, decided, silent=silent))
    return fell_out


def _cut_at(rng: Random, setting: Setting, ahead: list[Slot], decided: float) -> float | None:
    if len(ahead) < 2 or rng.random() > setting.cuts_series:
        return None
    missed = [slot.start for slot in ahead if slot.start > decided - 7]
    after = min(len(missed), 1 + int(rng.expovariate(1 / max(0.2, setting.cuts_after_misses - 1))))
    return missed[after - 1] + rng.uniform(0.3, 5) if missed else None


def _falls_out(rng: Random, setting: Setting, diary: Diary, slot: Slot, decided: float, *, silent: bool) -> float:
    if silent or slot.start < decided:
        diary.outcome(slot, AppointmentStatus.NO_SHOW, None)
        return slot.start
    named = Initiator.CLIENT if rng.random() < setting.initiator_named else None
    if rng.random() < 0.3:
        diary.outcome(slot, AppointmentStatus.LATE_CANCELLED, named)
        return slot.start
    known = max(slot.booked, decided + 0.1, slot.start - rng.uniform(1.05, 6))
    if known >= slot.start:
        diary.outcome(slot, AppointmentStatus.NO_SHOW, None)
        return slot.start
    diary.cancel(slot, known, named)
    return known


def _practice_asks(rng: Random, diary: Diary, setting: Setting, traits: Traits, since: float) -> None:
    """Up to three messages; now and then somebody who has left still answers, kindly and vaguely."""
    after_miss = (
        since > 0 and bool(diary.life.events) and diary.life.events[-1].status is not AppointmentStatus.ATTENDED
    )
    share = setting.writes_after_miss if after_miss else setting.writes_when_silent
    at = since + (rng.expovariate(1 / 1.2) if after_miss else traits.cadence * rng.uniform(0.9, 1.7))
    for _ in range(3):
        if rng.random() > share:
            return
        diary.write(at, inbound=False)
        if rng.random() < setting.leaver_writes:
            diary.write(at + rng.expovariate(1 / 1.5), inbound=True)
        at += rng.uniform(6, 15)
        share *= 0.6
