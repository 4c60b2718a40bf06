"""What a covering colleague reads of an address: whether it may be used, when, and what to keep to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from api.services import covering, covers
from api.services.work import Work
from api.web.visits import Visit
from schemas.vocabulary import ConsentState, Recipient
from schemas.wire.covers import CoverAddressOut, CoverItem, CoverOut, CoverReplyOut, CoverRiskOut

_ON_TODAY = 200
_NOT_ALLOWED = {
    ConsentState.NOT_ASKED: "The client was not asked about this yet: ask when you next speak.",
    ConsentState.DECLINED: "The client prefers not to be reached here.",
    ConsentState.WITHDRAWN: "The client does not want to be reached here any more.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """What is due for one colleague who is away, as it stands on Today."""

    cover: CoverOut
    risks: list[CoverRiskOut]
    replies: list[CoverReplyOut]
    items: list[CoverItem]


def sections(visit: Visit, work: Work) -> list[Section]:
    """One for each cover that runs. Reading one leaves its own entries in the trail."""
    if not visit.may("cover:stand_in"):
        return []
    found = []
    for cover in covers.running(work):
        waiting = covering.waiting(work, cover.id)
        due = covering.caseload(work, cover.id, cursor=None, limit=_ON_TODAY).items
        found.append(Section(cover, waiting.risks, waiting.replies, due))
    return found


def limits(address: CoverAddressOut, today: date) -> str:
    """In one line; what speaks against it first."""
    against = _against(address, today)
    return against or f"May be used{'; '.join(['', *_terms(address)])}."


def _against(address: CoverAddressOut, today: date) -> str | None:
    if address.unsafe:
        return "Not safe: somebody else may hear or read it."
    if address.state in _NOT_ALLOWED:
        return _NOT_ALLOWED[address.state]
    if address.refused_elsewhere:
        return "Somebody who is reached here does not want to be written to."
    if address.valid_until is not None and address.valid_until < today:
        return "The permission has run out: ask again when you next speak."
    return None if address.may_be_used else "Not for now: something on record keeps messages back."


def _terms(address: CoverAddressOut) -> Iterator[str]:
    if address.safe_from is not None and address.safe_until is not None:
        yield f"from {address.safe_from:%H:%M} to {address.safe_until:%H:%M} on the client's clock"
    if not address.may_mention_therapy:
        yield "without a word about therapy"
    if not address.voicemail_allowed and address.channel == "phone":
        yield "no voicemail"
    if address.sender_name:
        yield f"as {address.sender_name}"
    if address.recipient is Recipient.GUARDIAN:
        yield "a parent or guardian reads there"
