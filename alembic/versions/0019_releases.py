"""Published tables, which are only ever added to.

Batch mode on SQLite rebuilds a table without its triggers: a migration that alters one of these two has to make them again.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("releases", "released_years")

SQLITE = """
CREATE TRIGGER {table}_keep_on_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published is only ever added to'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION keep_releases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was published is only ever added to' USING ERRCODE = 'restrict_violation';
END $$
"""

POSTGRESQL_ROWS = """
CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION keep_releases()
"""

POSTGRESQL_WHOLE = """
CREATE TRIGGER {table}_keep_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION keep_releases()
"""


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_tables() -> None:
    op.create_table(
        "releases",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("id", base.Identifier, nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("cut_off_on", sa.Date(), nullable=False),
        sa.Column("released_at", base.Instant, nullable=False),
        sa.Column(
            "released_by_kind",
            sa.Enum(
                "member",
                "key",
                "system",
                "anonymous",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("released_by", base.Identifier, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("sheet_digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "last_year BETWEEN first_year AND first_year + 2", name=op.f("ck_releases_one_to_three_years")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_releases_practice_id_practices")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_releases")),
        sa.UniqueConstraint("practice_id", "first_year", name=op.f("uq_releases_practice_id_first_year")),
    )
    op.create_table(
        "released_years",
        sa.Column("practice_id", base.Identifier, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("release_id", base.Identifier, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "release_id"],
            ["releases.practice_id", "releases.id"],
            name=op.f("fk_released_years_practice_id_release_id_releases"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "year", name=op.f("pk_released_years")),
    )


def upgrade() -> None:
    _make_tables()
    if _on_sqlite():
        for table in TABLES:
            for act in ("update", "delete"):
                op.execute(SQLITE.format(table=table, act=act))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        op.execute(POSTGRESQL_ROWS.format(table=table))
        op.execute(POSTGRESQL_WHOLE.format(table=table))


def downgrade() -> None:
    """What was published goes with it; what was downloaded before does not."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION keep_releases()")
