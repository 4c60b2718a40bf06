"""Transfers opened for whoever reads them: what was written, what is or would be handed over, everybody by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from api.domain import terminations as note_rules
from api.domain import transfers as rules
from api.domain.transfers import Content, Handed, Leave
from api.store import flags, names, terminations, transfers, transfers_drawn
from api.store import keys as key_store
from api.store.sealing import Keyring
from api.store.transfers_drawn import Along
from schemas.tables import Transfer
from schemas.vocabulary import FlagKind, TransferState


@dataclass(frozen=True, slots=True)
class Told:
    """`along`: of a draft alone. `met_at`: while somebody asks. `names`: of the client and of every member who is named."""

    row: Transfer
    content: Content
    handed: Handed
    names: dict[UUID, str]
    note_id: UUID | None
    along: Along | None
    risk_review_needed: bool
    met_at: datetime | None = None


def told(session: Session, keyring: Keyring, rows: Sequence[Transfer], now: datetime) -> list[Told]:
    """In the order of the rows. Whoever was erased is left out."""
    client_ids = {row.client_id for row in rows}
    keys = key_store.left_of_clients(session, keyring, client_ids)
    members = {one for row in rows for one in (row.from_id, row.to_id, row.owner_id, row.consent_recorded_by) if one}
    known = names.of_clients(session, keyring, client_ids) | names.of_members(session, keyring, members)
    found = []
    for row in rows:
        if row.client_id in keys:
            content = transfers.content(keys[row.client_id], row)
            gone = transfers.handed(keys[row.client_id], row)
            is_draft = row.state is TransferState.DRAFT
            found.append(
                Told(
                    row=row,
                    content=content,
                    handed=gone or would_go(session, keyring, row, content, now),
                    names=known,
                    note_id=_note_id(session, row),
                    along=transfers_drawn.along(session, row.episode_id, [row.client_id], now) if is_draft else None,
                    risk_review_needed=is_draft and review_is_missing(session, row),
                    met_at=transfers_drawn.met_at(session, row) if row.owner_id is not None else None,
                )
            )
    return found


def would_go(session: Session, keyring: Keyring, row: Transfer, content: Content, now: datetime) -> Handed:
    """What is handed over if it is now: the record as it stands, without what the client asked to keep back."""
    leave = Leave(row.consent, row.to_id is not None, transfers_drawn.risk(session, row, content))
    return rules.handed(content, transfers_drawn.parts(session, keyring, row, content, now), leave)


def review_is_missing(session: Session, row: Transfer) -> bool:
    """Whether a flag of harm stands that nobody looked at since: the rule of a signature."""
    known = {row.client_id, *terminations.doubles_of(session, row.client_id)}
    raised_at = [one.raised_at for one in flags.open_ones(session, known) if one.kind is FlagKind.RISK_OF_HARM]
    return note_rules.review_is_missing(row.risk_reviewed_at, raised_at)


def _note_id(session: Session, row: Transfer) -> UUID | None:
    known = {row.client_id, *terminations.doubles_of(session, row.client_id)}
    return next((one.id for one in terminations.of_parts(session, row.episode_id, known)), None)
