"""Termination notes, signatures and addenda; what is signed can be added to and never changed, removed or replaced.

A draft stays free. A note that waits for a cosignature keeps what its author signed: it can only move on, to signed or
back to a draft. On SQLite an INSERT OR REPLACE deletes without asking unless the connection has recursive_triggers, which
the product's own connections do. Batch mode rebuilds a table without its triggers: a migration that alters one of these
tables has to create them again.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SAID = "what was signed is only ever added to"
ADDED_TO = ("note_signatures", "note_addenda")
# What a cosignature or a return may not change in a note that waits: all but where it stands.
KEPT = (
    "practice_id",
    "id",
    "episode_id",
    "client_id",
    "author_id",
    "form",
    "how_it_ended",
    "closing_session",
    "content_sealed",
    "record_sealed",
    "risk_reviewed_at",
    "risk_reviewed_by",
    "needs_cosign",
    "signed_at",
    "created_at",
)

SQLITE_ALWAYS = """
CREATE TRIGGER {table}_keep_on_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""
SQLITE_NOTE_UPDATE = """
CREATE TRIGGER termination_notes_keep_on_update BEFORE UPDATE ON termination_notes
WHEN OLD.state = 'signed' OR (OLD.state = 'awaiting_cosign' AND ({changed}))
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""
SQLITE_NOTE_DELETE = """
CREATE TRIGGER termination_notes_keep_on_delete BEFORE DELETE ON termination_notes
WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION keep_what_was_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation';
END $$
"""
POSTGRESQL_ALWAYS = """
CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION keep_what_was_signed()
"""
POSTGRESQL_WHOLE = """
CREATE TRIGGER {table}_keep_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION keep_what_was_signed()
"""
POSTGRESQL_NOTE_UPDATE = """
CREATE TRIGGER termination_notes_keep_on_update BEFORE UPDATE ON termination_notes
FOR EACH ROW WHEN (OLD.state = 'signed' OR (OLD.state = 'awaiting_cosign' AND ({changed})))
EXECUTE FUNCTION keep_what_was_signed()
"""
POSTGRESQL_NOTE_DELETE = """
CREATE TRIGGER termination_notes_keep_on_delete BEFORE DELETE ON termination_notes
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION keep_what_was_signed()
"""


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "termination_notes",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("author_id", base.Identifier, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "awaiting_cosign",
                "signed",
                name="notestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum(
                "with_conversation",
                "without_conversation",
                name="noteform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "how_it_ended",
            sa.Enum(
                "agreed",
                "client_told_us",
                "clinician_decided",
                "transferred",
                "without_conversation",
                "administrative",
                "client_died",
                name="endingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "closing_session",
            sa.Enum(
                "offered",
                "accepted",
                "held",
                "declined",
                "not_answered",
                "not_offered",
                name="closingsession",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("record_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("risk_reviewed_at", base.Instant, nullable=True),
        sa.Column("risk_reviewed_by", base.Identifier, nullable=True),
        sa.Column("needs_cosign", sa.Boolean(), nullable=False),
        sa.Column("returned_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("returned_at", base.Instant, nullable=True),
        sa.Column("returned_by", base.Identifier, nullable=True),
        sa.Column("signed_at", base.Instant, nullable=True),
        sa.Column("locked_at", base.Instant, nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR (signed_at IS NOT NULL AND digest IS NOT NULL)",
            name=op.f("ck_termination_notes_signed_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_termination_notes_practice_id_author_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["clients.practice_id", "clients.id"],
            name=op.f("fk_termination_notes_practice_id_client_id_clients"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "episode_id"],
            ["episodes.practice_id", "episodes.id"],
            name=op.f("fk_termination_notes_practice_id_episode_id_episodes"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "returned_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_termination_notes_practice_id_returned_by_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "risk_reviewed_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_termination_notes_practice_id_risk_reviewed_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_termination_notes")),
        sa.UniqueConstraint(
            "practice_id", "episode_id", "client_id", name=op.f("uq_termination_notes_practice_id_episode_id_client_id")
        ),
    )
    op.create_index(
        op.f("ix_termination_notes_practice_id_client_id"),
        "termination_notes",
        ["practice_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_termination_notes_practice_id_state_id"),
        "termination_notes",
        ["practice_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "note_addenda",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("note_id", base.Identifier, nullable=False),
        sa.Column("author_id", base.Identifier, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_note_addenda_practice_id_author_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "note_id"],
            ["termination_notes.practice_id", "termination_notes.id"],
            name=op.f("fk_note_addenda_practice_id_note_id_termination_notes"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_note_addenda")),
        sa.UniqueConstraint(
            "practice_id", "note_id", "position", name=op.f("uq_note_addenda_practice_id_note_id_position")
        ),
    )
    op.create_table(
        "note_signatures",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("note_id", base.Identifier, nullable=False),
        sa.Column("member_id", base.Identifier, nullable=False),
        sa.Column(
            "part",
            sa.Enum("author", "cosigner", name="signaturepart", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "member_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_note_signatures_practice_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "note_id"],
            ["termination_notes.practice_id", "termination_notes.id"],
            name=op.f("fk_note_signatures_practice_id_note_id_termination_notes"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_note_signatures")),
    )
    op.create_index(
        op.f("ix_note_signatures_practice_id_note_id"), "note_signatures", ["practice_id", "note_id"], unique=False
    )
    _keep_on_sqlite() if _on_sqlite() else _keep_on_postgresql()


def _changed(differs: str) -> str:
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in KEPT)


def _keep_on_sqlite() -> None:
    op.execute(SQLITE_NOTE_UPDATE.format(changed=_changed("IS NOT"), said=SAID))
    op.execute(SQLITE_NOTE_DELETE.format(said=SAID))
    for table in ADDED_TO:
        for act in ("update", "delete"):
            op.execute(SQLITE_ALWAYS.format(table=table, act=act, said=SAID))


def _keep_on_postgresql() -> None:
    op.execute(POSTGRESQL_FUNCTION.format(said=SAID))
    op.execute(POSTGRESQL_NOTE_UPDATE.format(changed=_changed("IS DISTINCT FROM")))
    op.execute(POSTGRESQL_NOTE_DELETE)
    for table in ADDED_TO:
        op.execute(POSTGRESQL_ALWAYS.format(table=table))
    for table in ("termination_notes", *ADDED_TO):
        op.execute(POSTGRESQL_WHOLE.format(table=table))


def downgrade() -> None:
    """The triggers go with their tables."""
    for table in ("note_signatures", "note_addenda", "termination_notes"):
        op.drop_table(table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION keep_what_was_signed()")
