"""Between what is sent of a transfer, what is sealed of it, and what the contract shows."""

from dataclasses import asdict
from datetime import datetime
from typing import Protocol
from uuid import UUID

from api.domain import transfers as rules
from api.domain.transfers import Content, Handed, Hands, Part
from schemas.tables import Transfer
from schemas.vocabulary import TransferState
from schemas.wire.episodes import PersonOut
from schemas.wire.transfers import (
    TransferAlongOut,
    TransferContent,
    TransferHandedOut,
    TransferOut,
    TransferOutsideIn,
    TransferPartIn,
)

_OF_THE_ROW = (
    "id",
    "episode_id",
    "state",
    "referral_id",
    "reason",
    "consent",
    "consent_on",
    "risk_reviewed_at",
    "first_meeting_on",
    "follow_up_on",
    "first_meeting",
    "created_at",
    "updated_at",
    "handed_over_at",
    "received_at",
    "withdrawn_at",
    "version",
)


class Opened(Protocol):
    """A transfer opened."""

    @property
    def row(self) -> Transfer: ...

    @property
    def content(self) -> Content: ...

    @property
    def handed(self) -> Handed: ...

    @property
    def names(self) -> dict[UUID, str]: ...

    @property
    def note_id(self) -> UUID | None: ...

    @property
    def along(self) -> object | None: ...

    @property
    def risk_review_needed(self) -> bool: ...

    @property
    def met_at(self) -> datetime | None: ...


def content(given: TransferContent) -> Content:
    return Content(
        outside_name=given.outside.name if given.outside else None,
        outside_contact=given.outside.contact if given.outside else None,
        consent_way=given.consent_way,
        consent_words=given.consent_words,
        parts=tuple(Part(one.part, one.words) for one in given.parts),
        words=given.words,
        keep_back=tuple(dict.fromkeys(given.keep_back)),
        keep_back_words=given.keep_back_words,
        risk_review=given.risk_review,
        risk_review_words=given.risk_review_words,
        goodbye_on=given.goodbye_on,
    )


def shown(one: Opened, reader: UUID | None) -> TransferOut:
    """What only its writer reads is left out for others; of one that was withdrawn nothing of what would have gone is left for them."""
    row = one.row
    reads_all = rules.reads_all(reader, row.state, hands(row, one.content))
    is_over = row.state is TransferState.WITHDRAWN and not reads_all
    return TransferOut.model_validate(
        {
            **{name: getattr(row, name) for name in _OF_THE_ROW},
            "client": _person(one, row.client_id),
            "from_clinician": _person(one, row.from_id),
            "to": _person(one, row.to_id),
            "owner": _person(one, row.owner_id),
            "consent_recorded_by": _person(one, row.consent_recorded_by),
            "note_id": one.note_id,
            "handed": handed(Handed() if is_over else one.handed),
            "along": TransferAlongOut.model_validate(one.along, from_attributes=True) if one.along else None,
            "met_at": one.met_at,
            "risk_review_needed": one.risk_review_needed,
            **_told(one.content, all_of_it=reads_all),
            **({"outside": None} if is_over else {}),
        }
    )


def hands(row: Transfer, content: Content) -> Hands:
    return Hands(row.to_id, row.made_by, row.handed_over_by, content.kept_back_by)


def handed(one: Handed) -> TransferHandedOut:
    return TransferHandedOut.model_validate(asdict(one))


def _told(content: Content, *, all_of_it: bool) -> dict[str, object]:
    outside = content.outside_name
    return {
        "outside": None if outside is None else TransferOutsideIn(name=outside, contact=content.outside_contact),
        "goodbye_on": content.goodbye_on,
        "consent_way": content.consent_way,
        "consent_words": content.consent_words if all_of_it else None,
        "parts": [TransferPartIn(part=one.part, words=one.words) for one in content.parts] if all_of_it else [],
        "words": content.words if all_of_it else None,
        "keep_back": list(content.keep_back) if all_of_it else [],
        "keep_back_words": content.keep_back_words if all_of_it else None,
        "risk_review": content.risk_review if all_of_it else None,
        "risk_review_words": content.risk_review_words if all_of_it else None,
    }


def _person(one: Opened, person_id: UUID | None) -> PersonOut | None:
    return None if person_id is None else PersonOut(id=person_id, name=one.names.get(person_id, ""))
