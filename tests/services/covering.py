"""A clinician who is away today, a colleague who covers, and clients of the one whom the other may help."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from api.services import consents, covering, covers, flags, leave
from schemas.vocabulary import Channel, ConsentState, FlagKind, Role
from schemas.wire.clients import ConsentIn
from schemas.wire.covers import CoverIn, CoverItem
from schemas.wire.flags import FlagIn
from schemas.wire.leave import LeaveIn
from tests.services import records
from tests.support.house import Case, House, Person

SECRET = "A word that was never for a cover"


@dataclass
class Absence:
    house: House
    absent: Person
    covering: Person
    leave_id: UUID
    cover_id: UUID

    def quiet(self, name: str = "Ana") -> Case:
        return records.weekly(self.house, self.absent, last=3, name=name)

    def items(self, who: Person | None = None, limit: int = 50) -> list[CoverItem]:
        found: list[CoverItem] = []
        cursor = None
        while True:
            with self.house.work(who or self.covering) as work:
                page = covering.caseload(work, self.cover_id, cursor=cursor, limit=limit)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def risk(self, case: Case, owner: Person | None = None) -> None:
        with self.house.work(self.absent) as work:
            given = FlagIn(kind=FlagKind.RISK_OF_HARM, note=SECRET, owner_id=owner.id if owner else None)
            flags.raise_flag(work, case.client_id, given)

    def address(self, case: Case, address: str = "ana@example.org", **more: object) -> UUID:
        given = {"channel": Channel.EMAIL, "address": address, "state": ConsentState.GRANTED, **more}
        with self.house.work(self.absent) as work:
            return consents.add(work, case.client_id, ConsentIn.model_validate(given)).id


def away(house: House, *, days: int = 10) -> Absence:
    """From today on, covered by a second clinician from today on."""
    absent, colleague = house.clinician, house.practice.member(Role.CLINICIAN, name="Bo Lindqvist")
    today = house.now.date()
    span = {"from_on": today, "to_on": today + timedelta(days=days)}
    with house.work(house.lead) as work:
        gone = leave.record(work, absent.id, LeaveIn.model_validate(span))
        named = covers.name(work, absent.id, CoverIn.model_validate({"covering_id": colleague.id, **span}))
    return Absence(house, absent, colleague, gone.id, named.id)
