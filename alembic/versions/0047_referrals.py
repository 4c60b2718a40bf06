"""Referrals, who was suggested, how it went, and the kind of task of whoever asks.

Revision ID: 0047
Revises: 0046
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_STEPS = ("suggested", "contacted", "first_talk", "started", "did_not_work_out")
_ENDS = ("started", "found_their_own", "not_wanted", "stays_here", "client_died", "other")
_PASSING_ON = ("not_asked", "agreed", "declined")
_KIND = "follow_up_referral"
_CHECK = "ck_tasks_taskkind"
_TASKS = sa.table("tasks", sa.column("kind"))


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("owner_id", base.Identifier, nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("passing_on", _codes(_PASSING_ON, "passingon"), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", base.Identifier, nullable=False),
        sa.Column("made_at", base.Instant, nullable=False),
        sa.Column("updated_at", base.Instant, nullable=False),
        sa.Column("closed_at", base.Instant, nullable=True),
        sa.Column("closed_because", _codes(_ENDS, "referralend"), nullable=True),
        sa.Column("closed_by", base.Identifier, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (follow_up_on IS NOT NULL)", name=op.f("ck_referrals_asked_while_open")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_because IS NULL)", name=op.f("ck_referrals_closed_with_reason")
        ),
        *_references("referrals", {"episode_id": "episodes", "client_id": "clients", "owner_id": "members"}),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_referrals")),
    )
    _index("referrals", "episode_id")
    _index("referrals", "client_id")
    _index("referrals", "owner_id", "closed_at")
    _create_options()
    _create_progress()
    _allow(lambda kinds: [*kinds, _KIND])


def downgrade() -> None:
    """The tasks go with what they are about."""
    op.execute(sa.delete(_TASKS).where(_TASKS.c.kind == _KIND))
    _allow(lambda kinds: [kind for kind in kinds if kind != _KIND])
    op.drop_table("referral_progress")
    op.drop_table("referral_options")
    op.drop_table("referrals")


def _create_options() -> None:
    table = "referral_options"
    op.create_table(
        table,
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("referral_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("provider_id", base.Identifier, nullable=True),
        sa.Column("called_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", _codes(_STEPS, "referralstep"), nullable=False),
        sa.Column("step_on", sa.Date(), nullable=False),
        *_references(
            table,
            {
                "referral_id": "referrals",
                "episode_id": "episodes",
                "client_id": "clients",
                "provider_id": "referral_providers",
            },
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{table}")),
        *(
            sa.UniqueConstraint(
                "practice_id", "referral_id", column, name=op.f(f"uq_{table}_practice_id_referral_id_{column}")
            )
            for column in ("position", "provider_id")
        ),
    )
    _index(table, "client_id")


def _create_progress() -> None:
    table = "referral_progress"
    op.create_table(
        table,
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("option_id", base.Identifier, nullable=False),
        sa.Column("episode_id", base.Identifier, nullable=False),
        sa.Column("client_id", base.Identifier, nullable=False),
        sa.Column("step", _codes(_STEPS, "referralstep"), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", base.Identifier, nullable=False),
        sa.Column("recorded_at", base.Instant, nullable=False),
        *_references(table, {"option_id": "referral_options", "episode_id": "episodes", "client_id": "clients"}),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{table}")),
    )
    _index(table, "option_id")
    _index(table, "client_id")


def _codes(codes: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _references(table: str, columns: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["practice_id", column],
            [f"{target}.practice_id", f"{target}.id"],
            name=op.f(f"fk_{table}_practice_id_{column}_{target}"),
        )
        for column, target in columns.items()
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_practice_id_{'_'.join(columns)}"), table, ["practice_id", *columns])


def _allow(changed: Callable[[list[str]], list[str]]) -> None:
    """From what the database allows by now: other migrations add kinds of their own."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("tasks")
    (found,) = (one["sqltext"] for one in checks if one["name"] == _CHECK)
    wanted = ", ".join(f"'{kind}'" for kind in changed(re.findall(r"'([a-z_]+)'", found)))
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(batch_op.f(_CHECK), f"kind IN ({wanted})")
