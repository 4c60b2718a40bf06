"""What noticing keeps about an episode, so that every later moment can be answered without its history.

Codes, instants and small numbers only: no text, name, address, weight or probability. The value does not
depend on the moment it was gathered at, only on the facts known then; whatever time does to it is worked
out when it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.domain.clock import HOUR, Pace
from api.domain.errors import DomainError
from api.domain.history import Reach
from api.domain.reasons import ReasonCode
from schemas.vocabulary import AbsenceKind

_FORM = 2
SESSION_OVER_AFTER = 2 * HOUR


class UnreadableEvidence(DomainError, ValueError):
    """Stored evidence is of another form: the episode has to be assessed anew."""

    code = "unreadable_evidence"
    message = "This assessment is of an older form and is being worked out again."


@dataclass(frozen=True, slots=True)
class Away:
    """An absence, in instants; `until` None has no end."""

    kind: AbsenceKind
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Setback:
    """A booked time that was not kept or was given up. It weighs from `known` on."""

    start: int
    known: int
    late_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Strand:
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

    def to_record(self, at: int) -> list[int]:
        """The times that are over and have no outcome yet, earliest first."""
        return [start for start in self.unrecorded if start + SESSION_OVER_AFTER <= at]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`no_clock` names why time says nothing at all. `end_agreed_from`: from then on it says nothing any more."""

    time_zone: str
    since: int | None
    no_clock: ReasonCode | None
    end_agreed_from: int | None
    away: tuple[Away, ...]
    strands: tuple[Strand, ...]
    reach: Reach = Reach.EVERYBODY

    def to_json(self) -> dict[str, object]:
        return {
            "form": _FORM,
            "zone": self.time_zone,
            "since": self.since,
            "no_clock": self.no_clock,
            "end_agreed_from": self.end_agreed_from,
            "away": [[away.kind, away.since, away.until] for away in self.away],
            "strands": [_strand_to_json(strand) for strand in self.strands],
            "reach": self.reach,
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


def _strand_to_json(strand: Strand) -> dict[str, object]:
    return {
        "anchor": strand.anchor,
        "sessions": strand.sessions,
        "pace": [list(step) for step in strand.pace],
        "life": strand.life,
        "held_until": list(strand.held_until),
        "books_ahead": strand.books_ahead,
        "not_kept": [[one.start, one.known, int(one.late_cancelled)] for one in strand.not_kept],
        "given_up": [[one.start, one.known] for one in strand.given_up],
        "series_cancelled_at": strand.series_cancelled_at,
        "usual_misses": strand.usual_misses,
        "recent_misses": strand.recent_misses,
        "unanswered": list(strand.unanswered),
        "answers": strand.answers,
        "unrecorded": list(strand.unrecorded),
    }


def _read(raw: Mapping[str, object]) -> Evidence:
    if raw["form"] != _FORM:
        raise UnreadableEvidence
    no_clock = raw["no_clock"]
    return Evidence(
        time_zone=str(raw["zone"]),
        since=_instant(raw["since"]),
        no_clock=None if no_clock is None else ReasonCode(str(no_clock)),
        end_agreed_from=_instant(raw["end_agreed_from"]),
        away=tuple(
            Away(AbsenceKind(str(kind)), _number(since), _instant(until)) for kind, since, until in _rows(raw["away"])
        ),
        strands=tuple(_read_strand(strand) for strand in _list(raw["strands"])),
        reach=Reach(str(raw["reach"])),
    )


def _read_strand(raw: object) -> Strand:
    if not isinstance(raw, Mapping):
        raise TypeError
    client, plain, standing, pending = (_instant(value) for value in _list(raw["held_until"]))
    return Strand(
        anchor=_number(raw["anchor"]),
        sessions=_number(raw["sessions"]),
        pace=tuple((_number(at), _share(rate)) for at, rate in _rows(raw["pace"])),
        life=_instant(raw["life"]),
        held_until=(client, plain, standing, pending),
        books_ahead=_share(raw["books_ahead"]),
        not_kept=tuple(Setback(_number(a), _number(b), bool(late)) for a, b, late in _rows(raw["not_kept"])),
        given_up=tuple(Setback(_number(a), _number(b)) for a, b in _rows(raw["given_up"])),
        series_cancelled_at=_instant(raw["series_cancelled_at"]),
        usual_misses=_share(raw["usual_misses"]),
        recent_misses=_number(raw["recent_misses"]),
        unanswered=tuple(_number(at) for at in _list(raw["unanswered"])),
        answers=_share(raw["answers"]),
        unrecorded=tuple(_number(at) for at in _list(raw["unrecorded"])),
    )


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _rows(value: object) -> list[Sequence[object]]:
    return [_list(row) for row in _list(value)]


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
