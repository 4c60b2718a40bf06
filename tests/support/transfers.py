"""Transfers for tests: finished ones in a line."""

from typing import Any
from uuid import UUID

from api.services import handovers, transfers
from schemas.wire.transfers import TransferContent, TransferIn, TransferOut
from tests.support.house import Case, House, Person

AGREED: dict[str, Any] = {
    "reason": "rotation_ends",
    "consent": "agreed",
    "consent_on": "2026-03-02",
    "consent_way": "in_session",
    "parts": [{"part": "safety"}, {"part": "summary", "words": "Eight sessions about grief."}],
}
ELSEWHERE = {"outside": {"name": "Dr. Sol Ortega", "contact": "+34 600 000 001"}}


def begin(house: House, case: Case, who: Person, **more: Any) -> TransferOut:  # noqa: ANN401  # any part of it
    given = TransferIn.model_validate({**AGREED, "client_id": case.client_id, **more})
    with house.work(who) as work:
        return transfers.begin(work, case.episode_id, given)


def change(house: House, one: TransferOut, who: Person, **more: Any) -> TransferOut:  # noqa: ANN401  # any part of it
    given = TransferContent.model_validate({**AGREED, **more})
    with house.work(who) as work:
        return transfers.change(work, one.id, given, version=one.version)


def hand_over(house: House, one: TransferOut, who: Person) -> TransferOut:
    with house.work(who) as work:
        return handovers.hand_over(work, one.id, version=one.version)


def read(house: House, transfer_id: UUID, who: Person) -> TransferOut:
    with house.work(who) as work:
        return transfers.read(work, transfer_id)


def text(house: House, transfer_id: UUID, who: Person) -> str:
    with house.work(who) as work:
        return transfers.sheet(work, transfer_id)
