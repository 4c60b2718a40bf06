"""The page for a last meeting, where somebody put it in their own words."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from schemas.tables.base import Identifier, Instant, KeyedRow, belongs_to, code_type
from schemas.vocabulary import AgendaForm, Locale


class ClosingAgenda(KeyedRow, table=True):
    """One for each client's part in an episode. `parts_sealed` is JSON: the words by part. Without a row the proposal stands."""

    __tablename__ = "closing_agendas"
    __table_args__ = (
        belongs_to("episodes", "episode_id"),
        belongs_to("clients", "client_id"),
        belongs_to("members", "updated_by"),
        sa.UniqueConstraint("practice_id", "episode_id", "client_id"),
        sa.Index(None, "practice_id", "client_id"),
    )

    episode_id: UUID = Field(sa_type=Identifier)
    client_id: UUID = Field(sa_type=Identifier)
    locale: Locale = Field(sa_type=code_type(Locale))
    form: AgendaForm = Field(sa_type=code_type(AgendaForm))
    parts_sealed: bytes
    updated_by: UUID = Field(sa_type=Identifier)
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1
