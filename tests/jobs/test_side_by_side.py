"""On PostgreSQL, workers and people as real threads: what was committed before a mark began binds it; what overlaps may go either way."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

import pytest

from api.domain.errors import Busy, Conflict, VersionMismatch
from api.jobs.deliveries import Courier
from api.services import appointments, clients, consents, contacts, flags
from api.services.deliveries import Handover
from api.services.work import Runtime
from api.store.deliveries import Claim
from schemas.vocabulary import Channel, CheckInState, ConsentState, ContactDirection, FlagKind
from schemas.wire.appointments import AppointmentNewIn
from schemas.wire.clients import ClientPatch, ConsentIn
from schemas.wire.contacts import ContactIn
from schemas.wire.flags import FlagIn
from tests.support.house import Case, House, open_house
from tests.support.messages import Pigeons, address, approved, seen

pytestmark = pytest.mark.postgresql
CLIENTS, WORKERS, PEOPLE, ACTS = 30, 3, 3, 6


@dataclass
class Watch:
    """Ticks are drawn in order: what ended before something began came before it."""

    ticks: Iterator[int] = field(default_factory=count)
    facts: dict[UUID, int] = field(default_factory=dict)
    marks: dict[UUID, int] = field(default_factory=dict)


class Watched(Courier):
    def __init__(self, runtime: Runtime, watch: Watch) -> None:
        super().__init__(runtime)
        self.watch = watch

    def take_some(self, most: int) -> list[Handover] | Claim | None:
        began = next(self.watch.ticks)
        taken = super().take_some(most)
        for handover in taken if isinstance(taken, list) else ():
            assert handover.check_in_id not in self.watch.marks
            self.watch.marks[handover.check_in_id] = began
        return taken

    def _give_back(self, left: list[Handover]) -> None:
        """Not handed over, so that it counts for nothing, and whoever marks it next asks anew."""
        for handover in left:
            del self.watch.marks[handover.check_in_id]
        super()._give_back(left)


def hold(house: House, case: Case, _: UUID) -> None:
    with house.work(house.clinician) as work:
        flags.raise_flag(work, case.client_id, FlagIn(kind=FlagKind.PRACTICE_HOLD))


def book(house: House, case: Case, _: UUID) -> None:
    with house.work(house.clinician) as work:
        appointments.book(work, AppointmentNewIn(episode_id=case.episode_id, starts_at=work.now, duration_minutes=50))


def hear(house: House, case: Case, _: UUID) -> None:
    with house.work(house.clinician) as work:
        contacts.record(work, case.episode_id, ContactIn(direction=ContactDirection.INBOUND, channel=Channel.EMAIL))


def first_word(house: House, case: Case, _: UUID) -> None:
    with house.work(house.clinician) as work:
        version = clients.read(work, case.client_id).version
        clients.change(work, case.client_id, ClientPatch(client_contacts_us=True), version=version)


def withdraw(house: House, case: Case, consent_id: UUID) -> None:
    with house.work(house.clinician) as work:
        (row,) = consents.page(work, case.client_id)
        given = ConsentIn(channel=Channel.EMAIL, address=row.address, state=ConsentState.WITHDRAWN)
        consents.change(work, case.client_id, consent_id, given, version=row.version)


FACTS: list[Callable[[House, Case, UUID], None]] = [hold, book, hear, first_word, withdraw]


@pytest.mark.usefixtures("quiet_log")
@pytest.mark.parametrize("seed", range(3))
def test_what_is_committed_before_a_mark_binds_it_whoever_runs_beside(
    database: Callable[[str], str], seed: int
) -> None:
    with open_house(database("postgresql")) as house:
        house.runtime.carrier = carrier = Pigeons()
        cases = [house.client(f"Client {number}", house.clinician) for number in range(CLIENTS)]
        consents_of = [address(house, case, house.clinician, f"{case.client_id.hex}@example.com") for case in cases]
        written = [approved(house, case, house.clinician, one) for case, one in zip(cases, consents_of, strict=True)]
        house.wait(minutes=10)
        watch = Watch()

        def people(number: int) -> None:
            chance = Random(seed * 100 + number)  # noqa: S311  # an order to have again, no secret
            for _ in range(ACTS):
                at = chance.randrange(CLIENTS)
                try:
                    chance.choice(FACTS)(house, cases[at], consents_of[at])
                except (Conflict, Busy, VersionMismatch):
                    continue
                watch.facts.setdefault(written[at], next(watch.ticks))

        def work() -> None:
            courier = Watched(house.runtime, watch)
            while courier.step():
                pass

        threads = [threading.Thread(target=people, args=(number,)) for number in range(PEOPLE)]
        threads += [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        work()
        for check_in_id, began in watch.marks.items():
            assert watch.facts.get(check_in_id, began + 1) > began, "marked after a fact that forbids it was committed"
        states = {check_in_id: seen(house, check_in_id)[0] for check_in_id in written}
    assert {one for one, state in states.items() if state is CheckInState.SENT} == set(watch.marks)
    assert all(states[one] in {CheckInState.CANCELLED, CheckInState.REVOKED} for one in set(written) - set(watch.marks))
    assert set(written) - set(watch.marks) <= set(watch.facts), "stopped although nothing forbids it"
    assert len({letter.message_id for letter in carrier.letters}) == len(carrier.letters) == len(watch.marks)
