"""What a dry run remembers of the slices it did not keep, so that it reports what the real run would do.

Bounded by what a file says anew, not by its text: a score of bytes for each event, a digest for each other fact. Only
client lists, which are short, are remembered as they came.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from api.domain.facts import ClientFact, Fact
from api.domain.history import StatusEvent
from schemas.vocabulary import AppointmentStatus, Initiator

_EVENT = struct.Struct("<bbbqq")
_STATUSES = tuple(AppointmentStatus)
_INITIATORS = (None, *Initiator)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class Rehearsal:
    """Lives in the memory of the worker that reads the file. A dry run that begins anew begins with an empty one."""

    digests: set[bytes] = field(default_factory=set)
    _events: dict[int, bytes] = field(default_factory=dict)
    _clients: dict[str, list[ClientFact]] = field(default_factory=dict)

    def events(self, appointment_key: str) -> list[StatusEvent] | None:
        """What earlier slices told of an appointment that was news; None if they did not mention it."""
        packed = self._events.get(hash(appointment_key))
        return None if packed is None else [_unpacked(values) for values in _EVENT.iter_unpack(packed)]

    def keep_events(self, appointment_key: str, events: Iterable[StatusEvent]) -> None:
        mark = hash(appointment_key)
        self._events[mark] = self._events.get(mark, b"") + b"".join(_packed(event) for event in events)

    def again(self, facts: Sequence[Fact]) -> list[ClientFact]:
        """What earlier slices said of the clients listed here: to be said again before these rows."""
        keys = dict.fromkeys(fact.client_key for fact in facts if isinstance(fact, ClientFact))
        return [former for key in keys for former in self._clients.get(key, ())]

    def keep_clients(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, ClientFact):
                self._clients.setdefault(fact.client_key, []).append(fact)


def _packed(event: StatusEvent) -> bytes:
    return _EVENT.pack(
        _STATUSES.index(event.status),
        _INITIATORS.index(event.initiator),
        event.excused,
        (event.starts_at - _EPOCH) // _MICROSECOND,
        (event.known_at - _EPOCH) // _MICROSECOND,
    )


def _unpacked(values: tuple[int, ...]) -> StatusEvent:
    status, initiator, excused, starts, known = values
    return StatusEvent(
        _STATUSES[status],
        _EPOCH + starts * _MICROSECOND,
        _EPOCH + known * _MICROSECOND,
        _INITIATORS[initiator],
        bool(excused),
    )
