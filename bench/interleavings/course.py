"""One interleaving: a seed says who comes next, what they do, and where a worker is killed. Everything is watched, step by step.

Said of each step: a message is marked only where nothing known forbids it, stopped only where something does, handed over
at most once and only after its mark; and of the end: none is lost, and what nobody can know waits for a person.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from random import Random
from typing import Protocol, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker
from sqlmodel import col

from api.domain.access import system_principal
from api.jobs.deliveries import Courier
from api.jobs.pace import MOST, Pace
from api.services.work import Runtime, unit
from api.store import deliveries as delivery_store
from api.store.engine import READ_ONLY, SessionFactory
from bench.interleavings import choices, goodbyes, messages, of_work
from bench.interleavings.day import Broken, Day
from bench.interleavings.oracle import IN_HAND, STOPPED, UNTRIED, Address, Letter, Person, Record, Work
from bench.interleavings.provider import Provider
from bench.interleavings.scene import Practice, Scene
from bench.interleavings.stage import Actor, Fate, MortalSession
from schemas.tables import CheckIn, Contact, Delivery, Task
from schemas.vocabulary import CheckInState, TaskKind
from tests.support.clock import NOW

CHECK_INS, DELIVERIES = sa.inspect(CheckIn).local_table, sa.inspect(Delivery).local_table
LEASE_MINUTES = delivery_store.LEASE.total_seconds() / 60
_SPANS: list[dict[str, float]] = [
    *[{"minutes": 6.0}] * 6,
    *[{"minutes": LEASE_MINUTES + 1}] * 4,
    {"hours": 9},
    {"hours": 9},
    {"days": 1},
    {"days": 3},
    {"days": 8},
]
_STEPS = (8, 22)
_STATES = (
    sa.select(
        CHECK_INS.c.id,
        CHECK_INS.c.state,
        sa.func.coalesce(DELIVERIES.c.attempt_count, 0),
        sa.func.coalesce(DELIVERIES.c.message_id, ""),
    )
    .outerjoin(DELIVERIES, DELIVERIES.c.check_in_id == CHECK_INS.c.id)
    .where(CHECK_INS.c.client_id.in_(sa.bindparam("clients", expanding=True)))
)
_SETTLED = frozenset(
    {CheckInState.SENT, CheckInState.UNCERTAIN, CheckInState.FAILED, CheckInState.BOUNCED, CheckInState.DRAFT}
)


class Stepper(Protocol):
    """A worker, as far as messages go."""

    pace: Pace

    def step(self) -> bool:
        """One message, or some; whether there were any."""


CourierOf = Callable[[Runtime], Stepper]


@dataclass
class Figures:
    """What happened over all courses, so that one sees that it was not nothing."""

    courses: int = 0
    steps: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    against: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    handed: int = 0
    goodbyes: Counter[str] = field(default_factory=Counter)

    @property
    def killed(self) -> int:
        return sum(self.kills.values())


class Course:
    """`courier_of` makes the worker: the product's, or one with a fault, to see that it is found."""

    def __init__(self, practice: Practice, scene: Scene, seed: int, courier_of: CourierOf = Courier) -> None:
        self.chance, self.practice, self.courier_of = Random(seed), practice, courier_of  # noqa: S311  # an order to have again, no secret
        practice.house.now = NOW
        works = [Work() for _ in scene.works]
        addresses = [Address(scene.address), Address(scene.address)]
        self.day = Day(practice, scene, Record([Person(), Person()], addresses, works), self.chance)
        self.providers: list[Provider] = []
        self.workers: list[Actor] = []
        self.kills: Counter[str] = Counter()
        self.against: Counter[str] = Counter()
        self.steps = 0

    def run(self) -> None:
        """Raises Broken."""
        self.workers = [self._worker() for _ in range(self.chance.choice((2, 2, 3)))]
        works = range(len(self.day.scene.works))
        for number in self.chance.choice(((), (), works)):
            choices.do(self.day, partial(of_work.tell_late, number=number), "tell_late")
        for number in self.chance.sample(works, self.chance.choice((1, 1, 2))):
            choices.do(self.day, partial(messages.put_there, number=number), "put_there")
        for number in self.chance.choice(((), (choices.TRAINEES,), (self.chance.choice(works),))):
            choices.do(self.day, partial(goodbyes.write_letter, number=number), "write_letter")
            choices.do(self.day, partial(goodbyes.sign, number=number), "sign")
        self._watch()
        if self.chance.random() < 0.8:
            self.day.pass_time(minutes=6)
        for _ in range(self.chance.randint(*_STEPS)):
            self._step()
        self._come_to_rest()
        self._none_is_lost()
        of_work.let_all_in(self.day)

    def _step(self) -> None:
        """Mostly a worker, who goes on to its next pause; else somebody does something, or time goes by."""
        self.steps += 1
        what = self.chance.random()
        if what < 0.52:
            self._go_on(self.chance.choice(self.workers))
        elif what < 0.6:
            self._kill()
        elif what < 0.9:
            among = choices.FACTS if what < 0.77 else choices.WRITING if what < 0.82 else choices.GOODBYES
            name, act = self.chance.choice(among)
            choices.do(self.day, act, name)
        else:
            self.day.pass_time(**self.chance.choice(_SPANS))
        self._watch()

    def _worker(self) -> Actor:
        """A process of its own: it shares the database with the others and nothing else."""
        fate = Fate()
        sessions = sessionmaker(
            self.practice.house.runtime.sessions.kw["bind"],
            class_=MortalSession,
            expire_on_commit=False,
            info={"fate": fate},
        )
        runtime = replace(self.practice.house.runtime, sessions=cast("SessionFactory", sessions))

        def play(actor: Actor) -> None:
            runtime.carrier = Provider(self.chance, self._got, self._refused, actor.pause)
            courier = self.courier_of(runtime)
            courier.pace.most = self.chance.choice((1, 1, 2, 3, MOST))
            while True:
                courier.step()
                actor.pause("resting")

        return Actor(play, fate)

    def _go_on(self, worker: Actor, at_commit: str | None = None) -> None:
        """In one case of ten the process dies at its next commit, before or after it."""
        if self.chance.random() < 0.1:
            at_commit = self.chance.choice(("before", "after"))
        worker.fate.at_commit, where = at_commit, worker.where
        worker.resume()
        if worker.is_gone:
            self.kills[f"{where}, {at_commit} its commit"] += 1
            self._replace(worker)

    def _kill(self) -> None:
        """In the middle of a delivery; where nobody is, at somebody's next commit, which is in the middle too."""
        at_work = [worker for worker in self.workers if worker.where not in ("start", "resting")]
        if not at_work:
            self._go_on(self.chance.choice(self.workers), at_commit=self.chance.choice(("before", "after")))
            return
        worker = self.chance.choice(at_work)
        self.kills[worker.where] += 1
        worker.kill()
        self._replace(worker)

    def _replace(self, worker: Actor) -> None:
        self.workers[self.workers.index(worker)] = self._worker()

    def _got(self, message_id: str) -> None:
        letter = self._by_message_id(message_id)
        if not letter.may_leave:
            raise Broken("handed over without a mark that allowed it")
        letter.handed += 1
        if letter.handed > 1:
            raise Broken("handed over twice")

    def _refused(self, message_id: str) -> None:
        """Whoever handed it over may say so, also where it was set aside by then."""
        self._by_message_id(message_id).refused_for_now = True

    def _by_message_id(self, message_id: str) -> Letter:
        for check_in_id, _, _, known_as in self._rows():
            if known_as == message_id:
                return self.day.ids[check_in_id]
        raise Broken("handed over what nobody wrote")

    def _rows(self) -> list[tuple[UUID, CheckInState, int, str]]:
        """Past the session, as whoever looks into the database would: this is asked after every step."""
        engine = self.practice.house.runtime.sessions.kw["bind"]
        with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            return [tuple(row) for row in connection.execute(_STATES, {"clients": self.day.scene.clients})]

    def _watch(self) -> None:
        """What the last step did to each message, and whether it might."""
        if not self.day.ids:
            return
        now = self.practice.house.now
        for check_in_id, state, marks, _ in self._rows():
            letter = self.day.ids.get(check_in_id)
            if letter is None:
                continue  # a draft that was not approved
            if marks > letter.marks and letter.state in {*UNTRIED, CheckInState.SENDING}:
                self._marked(letter)
            if state is not letter.state:
                self._changed(letter, state)
                letter.state, letter.at = state, now
            letter.marks = marks
            if state in IN_HAND and self.day.record.stops(letter, now):
                letter.stopped_in_hand = True

    def _marked(self, letter: Letter) -> None:
        against = self.day.record.against(letter, self.practice.house.now)
        if against:
            raise Broken(f"marked although: {', '.join(against)}")
        if letter.stopped_in_hand:
            raise Broken("marked again although it was stopped while in hand")
        if letter.handed:
            raise Broken("marked again after it was handed over")
        letter.may_leave, letter.refused_for_now = True, False

    def _changed(self, letter: Letter, state: CheckInState) -> None:
        if state in STOPPED and not letter.taken_away:
            against = set(self.day.record.against(letter, self.practice.house.now)) - {"not due"}
            self.against.update(against)
            if not against and not letter.stopped_in_hand:
                raise Broken("stopped although nothing is known against it")
        taken_up = state in {*UNTRIED, CheckInState.SENDING}
        if letter.state is CheckInState.UNCERTAIN and taken_up and not letter.refused_for_now:
            raise Broken("what nobody can know was taken up again without a person")
        if letter.state is CheckInState.DRAFT and state is CheckInState.APPROVED:
            raise Broken("let go by nobody")
        if state is CheckInState.BOUNCED:
            self.day.record.came_back(letter.address)

    def _come_to_rest(self) -> None:
        """Nobody is killed any more; whoever is in the middle goes on; and time goes by until nothing is due."""
        for worker in self.workers:
            worker.fate.at_commit = None
        for span in ({"seconds": 1}, {"minutes": LEASE_MINUTES + 6}, *({"hours": 7},) * 8, {"days": 2}):
            for worker in self.workers:
                self._until_resting(worker)
            self.day.pass_time(**span)
            if all(letter.state in _SETTLED | STOPPED for letter in self.day.record.letters):
                break
        for worker in self.workers:
            self._until_resting(worker)
            worker.kill()

    def _until_resting(self, worker: Actor) -> None:
        for before, after in pairwise(self._wheres(worker)):
            if (before, after) == ("resting", "resting"):
                return
        raise Broken("a worker never comes to rest")

    def _wheres(self, worker: Actor) -> Iterator[str]:
        for _ in range(40):
            marks = sum(letter.marks for letter in self.day.record.letters)
            states = [letter.state for letter in self.day.record.letters]
            worker.resume()
            self._watch()
            idle = marks == sum(letter.marks for letter in self.day.record.letters) and states == [
                letter.state for letter in self.day.record.letters
            ]
            yield worker.where if idle else "at work"

    def _none_is_lost(self) -> None:
        tasks, told = self._left_behind()
        for check_in_id, letter in self.day.ids.items():
            if letter.state not in _SETTLED | STOPPED:
                raise Broken(f"left lying as {letter.state}")
            if self.day.record.people[letter.who].erased:
                continue  # what they were written is nobody's to find out any more
            if letter.state is CheckInState.UNCERTAIN and check_in_id not in tasks:
                raise Broken("uncertain, and nobody's task")
            gone = 0 if letter.by_hand else 1
            if letter.state is CheckInState.SENT and (letter.handed, told[check_in_id]) != (gone, 1):
                raise Broken(f"sent: handed over {letter.handed} times, on record {told[check_in_id]} times")
            if letter.handed and letter.state not in {CheckInState.SENT, CheckInState.UNCERTAIN, CheckInState.FAILED}:
                raise Broken(f"handed over, and on record as {letter.state}")

    def _left_behind(self) -> tuple[set[UUID | None], Counter[UUID | None]]:
        """For which messages somebody has the task to find out, and how often each stands in the record."""
        house, ids = self.practice.house, list(self.day.ids)
        with unit(house.runtime, system_principal(house.practice.id), read_only=True) as work:
            tasks = sa.select(col(Task.subject_id)).where(
                col(Task.kind) == TaskKind.SETTLE_DELIVERY, col(Task.done_at).is_(None), col(Task.subject_id).in_(ids)
            )
            told = sa.select(col(Contact.check_in_id)).where(col(Contact.check_in_id).in_(ids))
            return set(work.session.scalars(tasks)), Counter(work.session.scalars(told))
