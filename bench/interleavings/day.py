"""One day of a course: the practice, the clients, what is known, and what has been done so far."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from bench.interleavings.oracle import Letter, Record
from bench.interleavings.scene import Practice, Scene
from schemas.vocabulary import CheckInKind
from tests.support.house import Person

WAITS_FOR_TIME = frozenset({"not due", "outside hours", "too soon"})


class Broken(AssertionError):
    """Something happened that may never happen."""


@dataclass
class Day:
    """Everything an act needs: the practice, the clients of this course, the oracle, and chance. Once the clients are merged, both
    places name the same.
    """

    practice: Practice
    scene: Scene
    record: Record
    chance: Random
    ids: dict[UUID, Letter] = field(default_factory=dict)
    replies: dict[int, tuple[UUID, object]] = field(default_factory=dict)
    texts: list[UUID] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    goodbyes: dict[int, UUID] = field(default_factory=dict)
    cancelled_elsewhere: dict[int, datetime] = field(default_factory=dict)
    clients: list[UUID] = field(init=False)
    consents: list[UUID] = field(init=False)

    def __post_init__(self) -> None:
        self.clients, self.consents = list(self.scene.clients), list(self.scene.consents)

    def pass_time(self, **span: float) -> None:
        self.practice.house.wait(**span)

    def work(self, number: int) -> tuple[int, UUID, Person]:
        return self.scene.works[number]

    def whose(self, who: int) -> Person:
        """Who has that client, and records what they say."""
        return next(person for number, _, person in self.scene.works if number == who)

    def letter(self, number: int, kind: CheckInKind, occasion: object = None) -> Letter:
        """Written now, in that work, to the address that is on record now."""
        who, _, person = self.work(number)
        here, now = self.record.addresses[who], self.practice.house.now
        return Letter(who, number, person.id, kind, now, now, here.terms, occasion, at=now, address=here.text)
