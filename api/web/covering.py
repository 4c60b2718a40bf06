"""What a covering colleague reads of an address: whether it may be used, when, and what to keep to."""

from dataclasses import dataclass
from datetime import date

from api.domain import reachable
from api.services import covering, covers
from api.services.work import Work
from api.web.visits import Visit
from schemas.wire.covers import CoverAddressOut, CoverItem, CoverWaitingOut

_ON_TODAY = 200


@dataclass(frozen=True, slots=True)
class Section:
    """What is due for one colleague who is away, as it stands on Today."""

    waiting: CoverWaitingOut
    items: list[CoverItem]


def sections(visit: Visit, work: Work) -> list[Section]:
    """One for each cover that runs. Reading one leaves its own entries in the trail."""
    if not visit.may("cover:stand_in"):
        return []
    found = []
    for cover in covers.running(work):
        waiting = covering.waiting(work, cover.id)
        due = covering.caseload(work, cover.id, cursor=None, limit=_ON_TODAY).items
        found.append(Section(waiting, due))
    return found


def limits(address: CoverAddressOut, today: date) -> str:
    """In one line; what speaks against it first."""
    return reachable.said(address, today)
