"""What noticing keeps about an episode, so that every later moment can be answered without its history.

Codes, instants and small numbers only: no text, name, address, weight or probability. The value does not
depend on the moment it was gathered at, only on the facts known then; whatever time does to it is worked
out when it is read. A page of the caseload reads fifty of them: named tuples, written as they are and read by position,
take a third of the time that frozen dataclasses with a name for each value did.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from api.domain.clock import HOUR, Pace
from api.domain.errors import DomainError
from api.domain.history import KeptBack, Reach
from api.domain.reasons import ReasonCode
from schemas.vocabulary import AbsenceKind

T = TypeVar("T")

_FORM = 7
SESSION_OVER_AFTER = 2 * HOUR


class UnreadableEvidence(DomainError, ValueError):
    """Stored evidence is of another form: the episode has to be assessed anew."""

    code = "unreadable_evidence"
    message = "This assessment is of an older form and is being worked out again."


class Away(NamedTuple):
    """An absence, in instants; `until` None has no end."""

    kind: AbsenceKind
    since: int
    until: int | None


class Setback(NamedTuple):
    """A booked time that was not kept or was given up. It weighs from `known` on."""

    start: int
    known: int
    late_cancelled: bool = False


class Sliding(NamedTuple):
    """The last result of a measure went the wrong way: which, when it was given, since when it weighs, and which way is better."""

    measure: str
    at: int
    since: int
    higher_is_better: bool


class Strand(NamedTuple):
    """The evidence about one person's coming, or about all together. Instants in seconds.

    `anchor` is the last session, or the beginning while there is none. `held_until` says, in the order of
    `weights.Hold` without its last, until when the calendar holds a time of that kind. `unrecorded` are
    the booked times without an outcome, past and to come. Shares run from 0 to 1.
    """

    anchor: int
    sessions: int
    pace: Pace
    life: int | None
    held_until: tuple[int | None, int | None, int | None, int | None]
    books_ahead: float
    not_kept: tuple[Setback, ...] = ()
    given_up: tuple[Setback, ...] = ()
    series_cancelled_at: int | None = None
    usual_misses: float = 0.0
    recent_misses: int = 0
    unanswered: tuple[int, ...] = ()
    answers: float = 1.0
    unrecorded: tuple[int, ...] = ()
    sliding: Sliding | None = None

    def to_record(self, at: int) -> list[int]:
        """The times that are over and have no outcome yet, earliest first."""
        return [start for start in self.unrecorded if start + SESSION_OVER_AFTER <= at]


class Evidence(NamedTuple):
    """`no_clock` names why time says nothing at all. `end_agreed_from`: from then on it says nothing any more.

    `reply_since` is when the oldest answer of a client came that nobody has handled yet, `chose_time` whether a client tapped
    one of the times they were offered in such an answer; `risk_since`, since when a risk of harm stands.
    From `note_due` on the next note of an outreach plan may be looked over; `note_position` says which it is.
    """

    time_zone: str
    since: int | None
    no_clock: ReasonCode | None
    end_agreed_from: int | None
    away: tuple[Away, ...]
    strands: tuple[Strand, ...]
    reach: Reach = Reach.EVERYBODY
    reply_since: int | None = None
    kept_back: KeptBack = KeptBack.NOTHING
    risk_since: int | None = None
    chose_time: bool = False
    note_due: int | None = None
    note_position: int = 0

    def to_json(self) -> dict[str, object]:
        return {
            "form": _FORM,
            "zone": self.time_zone,
            "since": self.since,
            "no_clock": self.no_clock,
            "end_agreed_from": self.end_agreed_from,
            "away": self.away,
            "strands": self.strands,
            "reach": self.reach,
            "reply_since": self.reply_since,
            "kept_back": self.kept_back,
            "risk_since": self.risk_since,
            "chose_time": self.chose_time,
            "note_due": self.note_due,
            "note_position": self.note_position,
        }

    @staticmethod
    def is_readable(raw: Mapping[str, object]) -> bool:
        """Whether it was written in this form; nothing at all was not."""
        return raw.get("form") == _FORM

    @classmethod
    def from_json(cls, raw: Mapping[str, object]) -> "Evidence":
        """Raises `UnreadableEvidence` for anything `to_json` did not write."""
        try:
            return _read(raw)
        except (KeyError, TypeError, ValueError, IndexError):
            raise UnreadableEvidence from None


def _read(raw: Mapping[str, object]) -> Evidence:
    if raw["form"] != _FORM:
        raise UnreadableEvidence
    no_clock = raw["no_clock"]
    return Evidence(
        time_zone=str(raw["zone"]),
        since=_instant(raw["since"]),
        no_clock=None if no_clock is None else ReasonCode(str(no_clock)),
        end_agreed_from=_instant(raw["end_agreed_from"]),
        away=_each(_away, raw["away"]),
        strands=_each(_strand, raw["strands"]),
        reach=Reach(str(raw["reach"])),
        reply_since=_instant(raw["reply_since"]),
        kept_back=KeptBack(str(raw["kept_back"])),
        risk_since=_instant(raw["risk_since"]),
        chose_time=bool(raw["chose_time"]),
        note_due=_instant(raw["note_due"]),
        note_position=_number(raw["note_position"]),
    )


def _strand(raw: object) -> Strand:
    """By position, in the order of the fields."""
    (
        anchor,
        sessions,
        pace,
        life,
        held,
        books_ahead,
        kept,
        given_up,
        cut,
        usual,
        recent,
        awaited,
        answers,
        open_,
        fell,
    ) = _list(raw)
    client, plain, standing, pending = _list(held)
    return Strand(
        _number(anchor),
        _number(sessions),
        _each(_step, pace),
        _instant(life),
        (_instant(client), _instant(plain), _instant(standing), _instant(pending)),
        _share(books_ahead),
        _each(_setback, kept),
        _each(_setback, given_up),
        _instant(cut),
        _share(usual),
        _number(recent),
        _each(_number, awaited),
        _share(answers),
        _each(_number, open_),
        None if fell is None else _sliding(fell),
    )


def _away(raw: object) -> Away:
    kind, since, until = _list(raw)
    return Away(AbsenceKind(str(kind)), _number(since), _instant(until))


def _setback(raw: object) -> Setback:
    start, known, late_cancelled = _list(raw)
    return Setback(_number(start), _number(known), bool(late_cancelled))


def _sliding(raw: object) -> Sliding:
    measure, at, since, higher_is_better = _list(raw)
    return Sliding(str(measure), _number(at), _number(since), bool(higher_is_better))


def _step(raw: object) -> tuple[int, float]:
    at, rate = _list(raw)
    return _number(at), _share(rate)


def _each(read: Callable[[object], T], value: object) -> tuple[T, ...]:
    """A list first: quicker than a generator. Most of these are empty."""
    rows = _list(value)
    return tuple([read(one) for one in rows]) if rows else ()


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _instant(value: object) -> int | None:
    return None if value is None else _number(value)


def _share(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError
    return float(value)
