"""What may be done with a message, said a second time: plain comparisons over what was committed, and none of the product's rules.

It knows what each act changed and when, watches which state each message is in, and says of every step whether it might be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from schemas.vocabulary import CheckInKind, CheckInState

SPACING, CEILING, LATE, ANSWERED_WITHIN = timedelta(days=7), 3, timedelta(days=2), timedelta(days=30)
LOCAL = timedelta(hours=1)  # Madrid before the end of March
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNTRIED = frozenset({CheckInState.DRAFT, CheckInState.APPROVED})
WENT = frozenset({CheckInState.SENDING, CheckInState.SENT, CheckInState.DELIVERED, CheckInState.UNCERTAIN})
IN_HAND = frozenset({CheckInState.SENDING, CheckInState.UNCERTAIN})
STOPPED = frozenset({CheckInState.CANCELLED, CheckInState.REVOKED})

_STOPS_NOTHING = frozenset(
    {"bouncing", "held", "not asked", "expired", "nobody answers for it", "called back", "not signed", "said already"}
)
"""Seen by whoever decides, at that moment, and by nobody before."""

Hours = tuple[time, time] | None


@dataclass
class Address:
    """One address on record, and what was said of it. Two clients have the same one at first, each with a word of their own."""

    text: str
    refused: bool = False
    asked: bool = True
    hours: Hours = None
    sender: str | None = None
    valid_until: date | None = None
    unsafe: bool = False
    bouncing: bool = False
    held: bool = False

    @property
    def terms(self) -> tuple[Hours, str | None]:
        return self.hours, self.sender

    def take_over(self, double: "Address") -> None:
        """Two records of it became one: no more is allowed than by both, and where they differ in the hours, nobody knows."""
        first, second = (double, self) if double.refused and not self.refused else (self, double)
        agree = None in (self.hours, double.hours) or self.hours == double.hours
        self.asked = agree or first.refused
        self.refused, self.hours = first.refused, first.hours or second.hours
        self.sender = self.sender or double.sender
        self.valid_until = min((day for day in (self.valid_until, double.valid_until) if day), default=None)
        self.unsafe = self.unsafe or double.unsafe


@dataclass
class Person:
    """All that is on record of one client, but for their address."""

    erased: bool = False
    contacts_us: bool = False
    died: bool = False
    flags: set[str] = field(default_factory=set)
    booked_at: datetime | None = None
    merged_at: datetime | None = None
    signs: list[datetime] = field(default_factory=list)
    calls: list[datetime] = field(default_factory=list)
    returns: list[datetime] = field(default_factory=list)

    @property
    def in_touch_at(self) -> datetime | None:
        return max(self.signs, default=None)

    def take_over(self, double: "Person", now: datetime) -> None:
        """They are one, and whatever was known of either is known of them."""
        self.contacts_us, self.died = self.contacts_us or double.contacts_us, self.died or double.died
        self.flags |= double.flags
        self.booked_at = max((at for at in (self.booked_at, double.booked_at) if at), default=None)
        for mine, theirs in (
            (self.signs, double.signs),
            (self.calls, double.calls),
            (self.returns, double.returns),
        ):
            mine.extend(theirs)
        self.merged_at = now


@dataclass
class Work:
    """One course of work: what has been learned of it, and when. `signed`: its note, by everybody who has to."""

    ended_at: datetime | None = None
    signed: bool = False
    away_at: datetime | None = None
    handed_over_at: datetime | None = None


@dataclass
class Letter:
    """One message. `who` is which client and which address of the two, `by` whoever approves it. `at`: when its state last changed.
    `handed`: how often the other side had it. `stopped_in_hand`: something was said against it while a worker had it. `refused_for_now`: the other side did not take it, whoever has been told.

    Of a closing letter `written_at` is when its words were last looked over, `approved_at` when it was let go; `waits`: its
    author has approved it, and the cosignature has not come.
    """

    who: int
    work: int
    by: UUID
    kind: CheckInKind
    written_at: datetime
    due_at: datetime
    terms: tuple[Hours, str | None]
    occasion: object = None
    address: str = ""
    approved_at: datetime | None = None
    waits: bool = False
    by_hand: bool = False
    state: CheckInState = CheckInState.APPROVED
    at: datetime = _LONG_AGO
    marks: int = 0
    may_leave: bool = False
    handed: int = 0
    taken_away: bool = False
    stopped_in_hand: bool = False
    refused_for_now: bool = False


@dataclass
class Record:
    """Two clients, an address of each, their courses of work, and every message. Once the two are merged, both places hold the same.

    `barred`: whoever may approve nothing any more.
    """

    people: list[Person]
    addresses: list[Address]
    works: list[Work]
    letters: list[Letter] = field(default_factory=list)
    barred: set[UUID] = field(default_factory=set)

    def came_back(self, text: str) -> None:
        """There is no such address, whoever has it on record."""
        for one in self._at(text):
            one.bouncing = True

    def merge(self, into: int, now: datetime) -> None:
        """The other of the two was the same person; and where both had the same address, one record of it stays."""
        other = 1 - into
        self.people[into].take_over(self.people[other], now)
        self.people[other] = self.people[into]
        if self.addresses[into].text == self.addresses[other].text:
            self.addresses[into].take_over(self.addresses[other])
            self.addresses[other] = self.addresses[into]

    def of(self, who: int) -> list[Address]:
        """The addresses of that client."""
        return [here for person, here in zip(self.people, self.addresses, strict=True) if person is self.people[who]]

    def _at(self, text: str) -> list[Address]:
        return [one for one in self.addresses if one.text == text]

    def _is_theirs(self, letter: Letter, who: int) -> bool:
        return self.people[letter.who] is self.people[who]

    def against(self, letter: Letter, now: datetime) -> list[str]:
        """Everything that forbids it at this instant."""
        return [*self._standing(letter, now), *self._since(letter), *self._time(letter, now)]

    def stops(self, letter: Letter, now: datetime) -> bool:
        """Whether something stands against it that somebody said or did: such a thing holds for good, also if it is taken back."""
        said = {*self._standing(letter, now), *self._since(letter)} - _STOPS_NOTHING
        of_our_own_accord = letter.kind is CheckInKind.CHECK_IN
        return bool(said if of_our_own_accord else said - {"ended"})

    def _standing(self, letter: Letter, now: datetime) -> Iterator[str]:
        person, here, work = self.people[letter.who], self.addresses[letter.who], self.works[letter.work]
        facts = {
            "refused": here.refused,
            "not asked": not here.asked,
            "refused by whoever shares the address": any(one.refused for one in self._at(here.text)),
            "unsafe here, of whomever": any(one.unsafe for one in self._at(here.text)),
            "bouncing": here.bouncing,
            "held": here.held,
            "expired": here.valid_until is not None and (now + LOCAL).date() > here.valid_until,
            "other terms": letter.terms != here.terms,
            "another address": letter.address != here.text,
            "first word": person.contacts_us,
            "died": person.died,
            "erased": person.erased,
            "ended": work.ended_at is not None and not self.is_exempt(letter, now),
            "called back": letter.taken_away,
            "nobody answers for it": letter.by in self.barred,
        }
        yield from (name for name, is_so in facts.items() if is_so)
        yield from person.flags
        if letter.kind is CheckInKind.CLOSING_LETTER:
            yield from self._of_the_ending(letter)

    def _of_the_ending(self, letter: Letter) -> Iterator[str]:
        """A goodbye is said once, and only when the note it belongs to is signed by everybody who has to."""
        if not self.works[letter.work].signed:
            yield "not signed"
        beside = [
            one for one in self.letters if one is not letter and (one.work, one.kind) == (letter.work, letter.kind)
        ]
        if any(one.state in WENT for one in beside):
            yield "said already"

    def _since(self, letter: Letter) -> Iterator[str]:
        person, work = self.people[letter.who], self.works[letter.work]
        back = [at for at in person.returns if work.ended_at is not None and at > work.ended_at]
        learned = {
            "booked": person.booked_at,
            "in touch": person.in_touch_at,
            "away": work.away_at,
            "came back": max(back, default=None),
            "handed over": work.handed_over_at,
            "merged": person.merged_at,
        }
        yield from (name for name, at in learned.items() if at is not None and at > letter.written_at)

    def _time(self, letter: Letter, now: datetime) -> Iterator[str]:
        hours = self.addresses[letter.who].hours
        if now < letter.due_at:
            yield "not due"
        if now - letter.due_at > LATE or now - (letter.approved_at or letter.written_at) > LATE:
            yield "too late"
        if hours is not None and not _within(hours, (now + LOCAL).time()):
            yield "outside hours"
        if not self.is_exempt(letter, now):
            yield from self._pressing(letter, now)

    def _pressing(self, letter: Letter, now: datetime) -> Iterator[str]:
        went = self._went_besides(letter)
        at = [one.at for one in went] + [
            call for call in self.people[letter.who].calls if self._is_recent(letter, call)
        ]
        if any(now - then < SPACING for then in at):
            yield "too soon"
        if len(at) - self._uncounted(went) >= CEILING:
            yield "too many"

    def _went_besides(self, letter: Letter) -> list[Letter]:
        besides = (one for one in self.letters if one is not letter and one.state in WENT)
        theirs = [one for one in besides if self._is_theirs(one, letter.who)]
        return sorted((one for one in theirs if self._is_recent(letter, one.at)), key=lambda one: one.at)

    def _is_recent(self, letter: Letter, at: datetime) -> bool:
        since = self.people[letter.who].in_touch_at
        return since is None or at > since

    def _uncounted(self, went: list[Letter]) -> int:
        """Of several answers to one reply the first is none of the count; nor is a goodbye."""
        first: dict[object, Letter] = {}
        for one in sorted((one for one in self.letters if one.state in WENT), key=lambda one: one.at):
            if one.kind is CheckInKind.ANSWER:
                first.setdefault((id(self.people[one.who]), one.occasion), one)
        goodbyes = sum(one.kind is CheckInKind.CLOSING_LETTER for one in went)
        return goodbyes + sum(any(one is other for other in first.values()) for one in went)

    def is_exempt(self, letter: Letter, now: datetime) -> bool:
        """One reply carries one answer, one wish one follow-up; of two that wait, the one approved first."""
        if letter.kind is CheckInKind.CLOSING_LETTER:
            return not any(self._of_the_ending(letter))
        alike = (one for one in self.letters if one is not letter and one.kind is letter.kind)
        rivals = [one for one in alike if self._is_theirs(one, letter.who)]
        if letter.kind is CheckInKind.ANSWER:
            same = [one for one in rivals if one.occasion == letter.occasion]
            at = letter.occasion
            is_fresh = isinstance(at, datetime) and now - at <= ANSWERED_WITHIN
            return is_fresh and not any(one.state in WENT or self._waits_before(one, letter) for one in same)
        if letter.kind is CheckInKind.FOLLOW_UP:
            day = letter.occasion
            asked = [at for at in self.people[letter.who].signs if (at + LOCAL).date() == day]
            return bool(asked) and not any(
                (one.state in WENT and one.at >= max(asked)) or self._waits_before(one, letter) for one in rivals
            )
        return False

    @staticmethod
    def _waits_before(one: Letter, letter: Letter) -> bool:
        return one.state is CheckInState.APPROVED and one.written_at < letter.written_at


def _within(hours: tuple[time, time], at: time) -> bool:
    start, end = hours
    return start <= at < end if start < end else at >= start or at < end
