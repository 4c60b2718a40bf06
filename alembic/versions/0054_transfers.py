"""Transfers: to whom the work goes on, what may be handed over, and the tasks of whoever reads it and whoever asks.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

from api.store import task_kinds
from schemas.tables import base

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_STATES = ("draft", "handed_over", "received", "withdrawn")
_REASONS = ("rotation_ends", "leave", "better_fit", "client_asked", "clinician_leaves", "other")
_CONSENTS = ("not_asked", "agreed", "declined", "could_not_be_asked")
_MEETINGS = ("held", "not_wanted", "found_their_own", "withdrawn", "client_died", "other")
_KINDS = ("read_transfer", "follow_transfer")
_REFERS = (
    ("episode_id", "episodes"),
    ("client_id", "clients"),
    ("from_id", "members"),
    ("to_id", "members"),
    ("owner_id", "members"),
    ("consent_recorded_by", "members"),
    ("risk_reviewed_by", "members"),
    ("referral_id", "referrals"),
)
_TABLE = "transfers"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        *(_id(name) for name in ("practice_id", "id", "episode_id", "client_id", "from_id")),
        *(_id(name, nullable=True) for name in ("to_id", "referral_id")),
        sa.Column("state", _codes(_STATES, "transferstate"), nullable=False),
        sa.Column("reason", _codes(_REASONS, "transferreason"), nullable=True),
        sa.Column("consent", _codes(_CONSENTS, "transferconsent"), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        _id("consent_recorded_by", nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("handed_sealed", sa.LargeBinary(), nullable=True),
        *_when_and_who("risk_reviewed"),
        sa.Column("first_meeting_on", sa.Date(), nullable=True),
        _id("owner_id", nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("first_meeting", _codes(_MEETINGS, "firstmeeting"), nullable=True),
        sa.Column("settled_at", base.Instant, nullable=True),
        _id("made_by"),
        *(sa.Column(name, base.Instant, nullable=False) for name in ("created_at", "updated_at")),
        *(column for act in ("handed_over", "received", "withdrawn") for column in _when_and_who(act)),
        sa.Column("version", sa.Integer(), nullable=False),
        *_checks(),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_{_TABLE}_practice_id_{column}_{table}"),
            )
            for column, table in _REFERS
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{_TABLE}")),
    )
    for column in ("episode_id", "client_id", "owner_id", "referral_id"):
        op.create_index(op.f(f"ix_{_TABLE}_practice_id_{column}"), _TABLE, ["practice_id", column])
    task_kinds.allow(_KINDS)


def downgrade() -> None:
    task_kinds.forget(_KINDS)
    op.drop_table(_TABLE)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, base.Identifier, nullable=nullable)


def _when_and_who(act: str) -> tuple[sa.Column[object], sa.Column[object]]:
    return sa.Column(f"{act}_at", base.Instant, nullable=True), _id(f"{act}_by", nullable=True)


def _codes(codes: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _checks() -> tuple[sa.CheckConstraint, ...]:
    held = {
        "dated_state": "(state = 'draft') = (handed_over_at IS NULL AND withdrawn_at IS NULL)",
        "received_by_somebody": "state != 'received' OR received_at IS NOT NULL",
        "asked_by_somebody": "(follow_up_on IS NULL) = (owner_id IS NULL)",
    }
    return tuple(sa.CheckConstraint(said, name=op.f(f"ck_{_TABLE}_{name}")) for name, said in held.items())
