"""What a template is for, and by which way it is meant to go; and messages that a person sent by hand.

The templates that are there are for any time and for e-mail. No message was sent by hand before.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_SITUATIONS = (
    "general",
    "first_miss",
    "after_break",
    "second_touch",
    "return",
    "closing_offer",
    "after_silence",
    "agreed_end",
    "after_complaint",
    "group",
    "couple",
    "guardian",
    "restricted",
    "after_our_absence",
    "before_holidays",
)
_CHANNELS = ("email", "sms", "phone", "letter", "portal", "in_person")


def upgrade() -> None:
    for name, code, words, usual in (
        ("situation", "situation", _SITUATIONS, "general"),
        ("channel", "channel", _CHANNELS, "email"),
    ):
        kind = sa.Enum(*words, name=code, native_enum=False, create_constraint=True, length=32)
        with op.batch_alter_table("check_in_templates", schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=usual))
        with op.batch_alter_table("check_in_templates", schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None, existing_type=sa.String(length=32))

    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.alter_column("by_hand", server_default=None, existing_type=sa.Boolean())
    _allow(("approving", "sending", "by_hand"))


def downgrade() -> None:
    """The code before has no word for it: what was asked by hand was asked as at an approval."""
    op.execute("UPDATE contact_decisions SET asked = 'approving' WHERE asked = 'by_hand'")
    _allow(("approving", "sending"))
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_column("by_hand")
    for name in ("channel", "situation"):
        with op.batch_alter_table("check_in_templates", schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_check_in_templates_{name}"), type_="check")
            batch_op.drop_column(name)


def _allow(words: tuple[str, ...]) -> None:
    wanted = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("contact_decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_contact_decisions_asked"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_contact_decisions_asked"), f"asked IN ({wanted})")
