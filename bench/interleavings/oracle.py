"""What may be done with a message, said a second time: plain comparisons over what was committed, and none of the product's rules.

It knows what each act changed and when, watches which state each message is in, and says of every step whether it might be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from schemas.vocabulary import CheckInKind, CheckInState

SPACING, CEILING, LATE, ANSWERED_WITHIN = timedelta(days=7), 3, timedelta(days=2), timedelta(days=30)
LOCAL = timedelta(hours=1)  # Madrid before the end of March
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNTRIED = frozenset({CheckInState.DRAFT, CheckInState.APPROVED})
WENT = frozenset({CheckInState.SENDING, CheckInState.SENT, CheckInState.DELIVERED, CheckInState.UNCERTAIN})
STOPPED = frozenset({CheckInState.CANCELLED, CheckInState.REVOKED})

Hours = tuple[time, time] | None


@dataclass
class Known:
    """All that is on record of one client and one address of theirs."""

    address: str = ""
    erased: bool = False
    refused: bool = False
    hours: Hours = None
    sender: str | None = None
    valid_until: date | None = None
    contacts_us: bool = False
    died: bool = False
    flags: set[str] = field(default_factory=set)
    unsafe_here: bool = False
    bouncing: bool = False
    held: bool = False
    booked_at: datetime | None = None
    signs: list[datetime] = field(default_factory=list)
    calls: list[datetime] = field(default_factory=list)

    @property
    def in_touch_at(self) -> datetime | None:
        return max(self.signs, default=None)

    @property
    def terms(self) -> tuple[Hours, str | None]:
        return self.hours, self.sender


@dataclass
class Work:
    """One course of work: what has been learned of it, and when. `signed`: its note, by everybody who has to."""

    ended: bool = False
    signed: bool = False
    came_back_at: datetime | None = None
    away_at: datetime | None = None
    handed_over_at: datetime | None = None


@dataclass
class Letter:
    """One message. `at`: when its state last changed. `handed`: how often the other side had it.

    Of a closing letter `written_at` is when its words were last looked over, `approved_at` when it was let go; `waits`: its
    author has approved it, and the cosignature has not come.
    """

    who: int
    work: int
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


@dataclass
class Record:
    """Two clients who share an address at first, their courses of work, and every message."""

    people: list[Known]
    works: list[Work]
    letters: list[Letter] = field(default_factory=list)

    def came_back(self, address: str) -> None:
        """There is no such address, whoever has it on record."""
        for one in self._at(address):
            one.bouncing = True

    def _at(self, address: str) -> list[Known]:
        return [one for one in self.people if one.address == address]

    def against(self, letter: Letter, now: datetime) -> list[str]:
        """Everything that forbids it at this instant."""
        return [*self._standing(letter, now), *self._since(letter), *self._time(letter, now)]

    def _standing(self, letter: Letter, now: datetime) -> Iterator[str]:
        known, work = self.people[letter.who], self.works[letter.work]
        facts = {
            "refused": known.refused,
            "refused by whoever shares the address": any(one.refused for one in self._at(known.address)),
            "unsafe here, of whomever": any(one.unsafe_here for one in self._at(known.address)),
            "bouncing": known.bouncing,
            "held": known.held,
            "expired": known.valid_until is not None and (now + LOCAL).date() > known.valid_until,
            "other terms": letter.terms != known.terms,
            "another address": letter.address != known.address,
            "first word": known.contacts_us,
            "died": known.died,
            "erased": known.erased,
            "ended": work.ended and not self.is_exempt(letter, now),
            "called back": letter.taken_away,
        }
        yield from (name for name, is_so in facts.items() if is_so)
        yield from known.flags
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
        known, work = self.people[letter.who], self.works[letter.work]
        learned = {
            "booked": known.booked_at,
            "in touch": known.in_touch_at,
            "away": work.away_at,
            "came back": work.came_back_at,
            "handed over": work.handed_over_at,
        }
        yield from (name for name, at in learned.items() if at is not None and at > letter.written_at)

    def _time(self, letter: Letter, now: datetime) -> Iterator[str]:
        hours = self.people[letter.who].hours
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
        theirs = [one for one in self.letters if one.who == letter.who and one is not letter and one.state in WENT]
        return sorted((one for one in theirs if self._is_recent(letter, one.at)), key=lambda one: one.at)

    def _is_recent(self, letter: Letter, at: datetime) -> bool:
        since = self.people[letter.who].in_touch_at
        return since is None or at > since

    def _uncounted(self, went: list[Letter]) -> int:
        """Of several answers to one reply the first is none of the count; nor is a goodbye."""
        first: dict[object, Letter] = {}
        for one in sorted((one for one in self.letters if one.state in WENT), key=lambda one: one.at):
            if one.kind is CheckInKind.ANSWER:
                first.setdefault((one.who, one.occasion), one)
        goodbyes = sum(one.kind is CheckInKind.CLOSING_LETTER for one in went)
        return goodbyes + sum(any(one is other for other in first.values()) for one in went)

    def is_exempt(self, letter: Letter, now: datetime) -> bool:
        """One reply carries one answer, one wish one follow-up; of two that wait, the one approved first."""
        if letter.kind is CheckInKind.CLOSING_LETTER:
            return not any(self._of_the_ending(letter))
        rivals = [one for one in self.letters if one is not letter and (one.who, one.kind) == (letter.who, letter.kind)]
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
