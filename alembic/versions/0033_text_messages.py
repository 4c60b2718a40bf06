"""Text messages: what the provider calls them, those of which nobody heard, and those that came in.

Revision ID: 0033
Revises: 0032
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TASK = "read_text"


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("look_up_at", base.Instant, nullable=True))
        batch_op.add_column(sa.Column("look_up_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_deliveries_message_id"), ["message_id"], unique=False)
        where = sa.text("look_up_at IS NOT NULL")
        batch_op.create_index(
            "ix_deliveries_look_up", ["look_up_at"], unique=False, sqlite_where=where, postgresql_where=where
        )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("look_up_count", existing_type=sa.Integer(), server_default=None)
    texted = sa.text("channel = 'sms'")
    for table, index in (("check_ins", "ix_check_ins_texted"), ("consents", "ix_consents_texted")):
        op.create_index(index, table, ["address_digest"], unique=False, sqlite_where=texted, postgresql_where=texted)
    op.create_table(
        "received_texts",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("reader_id", base.Identifier, nullable=True),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("handled_at", base.Instant, nullable=True),
        sa.Column("handled_by", base.Identifier, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_received_texts_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "reader_id"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_received_texts_practice_id_reader_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "handled_by"],
            ["members.practice_id", "members.id"],
            name=op.f("fk_received_texts_practice_id_handled_by_members"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_received_texts")),
        sa.UniqueConstraint("practice_id", "provider_id", name=op.f("uq_received_texts_practice_id_provider_id")),
    )
    op.create_index(
        op.f("ix_received_texts_practice_id_address_digest"),
        "received_texts",
        ["practice_id", "address_digest"],
        unique=False,
    )
    _allow_tasks(lambda words: [*words, _TASK])


def downgrade() -> None:
    """Texts of which nobody said whose they are go, and the tasks about them; the code before has no word for either."""
    op.execute(f"DELETE FROM tasks WHERE kind = '{_TASK}'")  # noqa: S608  # a word of ours
    _allow_tasks(lambda words: [word for word in words if word != _TASK])
    op.drop_table("received_texts")
    op.drop_index("ix_consents_texted", table_name="consents")
    op.drop_index("ix_check_ins_texted", table_name="check_ins")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_look_up")
        batch_op.drop_index(batch_op.f("ix_deliveries_message_id"))
        batch_op.drop_column("look_up_count")
        batch_op.drop_column("look_up_at")
        batch_op.drop_column("provider_id")


def _allow_tasks(changed: Callable[[list[str]], list[str]]) -> None:
    """From what the database allows by now, so that it does not matter which kinds other migrations have added."""
    name = "ck_tasks_taskkind"
    found = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    words = next(re.findall(r"'(\w+)'", one["sqltext"]) for one in found if one["name"] == name)
    wanted = ", ".join(f"'{word}'" for word in changed(words))
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.create_check_constraint(batch_op.f(name), f"kind IN ({wanted})")
