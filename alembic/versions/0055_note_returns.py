"""Every return of a note for changes is kept, with its reason: until now the next signature emptied it.

What stands in the notes' own columns is copied, not taken away: code of before that still runs beside shows it to the author as it did.
A copied row has its note's id, and no fingerprint, since the trail has none. It opens as it did: the reason is bound to its note.

Revision ID: 0055
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import base

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

SAID = "what was signed is only ever added to"
_TABLE = "note_returns"
_TO = {"note_id": "termination_notes", "client_id": "clients", "member_id": "members"}
_SQLITE = """
CREATE TRIGGER note_returns_keep_on_{act} BEFORE {act} ON note_returns
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""
# The function is that of notes, signatures and addenda (0018).
_POSTGRESQL_ROWS = """
CREATE TRIGGER note_returns_keep_rows BEFORE UPDATE OR DELETE ON note_returns
FOR EACH ROW EXECUTE FUNCTION keep_what_was_signed()
"""
_POSTGRESQL_WHOLE = """
CREATE TRIGGER note_returns_keep_whole BEFORE TRUNCATE ON note_returns
FOR EACH STATEMENT EXECUTE FUNCTION keep_what_was_signed()
"""
_IDS = ("practice_id", "id", "note_id", "client_id", "member_id")
_RETURNS = sa.table(
    _TABLE,
    *(sa.column(name, base.Identifier) for name in _IDS),
    sa.column("reason_sealed", sa.LargeBinary()),
    sa.column("at", base.Instant),
)
_NOTES = sa.table(
    "termination_notes",
    *(sa.column(name, base.Identifier) for name in ("practice_id", "id", "client_id", "returned_by")),
    sa.column("state", sa.String()),
    sa.column("returned_reason_sealed", sa.LargeBinary()),
    sa.column("returned_at", base.Instant),
)


def upgrade() -> None:
    op.create_table(
        _TABLE,
        *(sa.Column(name, base.Identifier, nullable=False) for name in _IDS),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", base.Instant, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{table}.practice_id", f"{table}.id"],
                name=op.f(f"fk_{_TABLE}_practice_id_{column}_{table}"),
            )
            for column, table in _TO.items()
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{_TABLE}")),
    )
    for column in ("note_id", "client_id"):
        op.create_index(op.f(f"ix_{_TABLE}_practice_id_{column}"), _TABLE, ["practice_id", column])
    _copy()
    for trigger in _triggers():
        op.execute(trigger)


def downgrade() -> None:
    """A draft has the reason of its last return again, as code of before knew it. All others are lost, and `verify` says so ever after."""
    here = _RETURNS.c.note_id == _NOTES.c.id
    for name, kept in (
        ("reason_sealed", "returned_reason_sealed"),
        ("member_id", "returned_by"),
        ("at", "returned_at"),
    ):
        newest = sa.select(_RETURNS.c[name]).where(here, _RETURNS.c.practice_id == _NOTES.c.practice_id)
        newest = newest.order_by(_RETURNS.c.at.desc(), _RETURNS.c.id.desc()).limit(1)
        drafts = sa.update(_NOTES).where(_NOTES.c.state == "draft", sa.exists().where(here))
        op.execute(drafts.values({kept: newest.scalar_subquery()}))
    op.drop_table(_TABLE)


def _copy() -> None:
    standing = sa.select(
        _NOTES.c.practice_id,
        _NOTES.c.id,
        _NOTES.c.id,
        _NOTES.c.client_id,
        _NOTES.c.returned_by,
        _NOTES.c.returned_reason_sealed,
        _NOTES.c.returned_at,
    ).where(*(_NOTES.c[name].is_not(None) for name in ("returned_at", "returned_by", "returned_reason_sealed")))
    op.execute(sa.insert(_RETURNS).from_select([*_IDS, "reason_sealed", "at"], standing))


def _triggers() -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return tuple(_SQLITE.format(act=act, said=SAID) for act in ("update", "delete"))
    return _POSTGRESQL_ROWS, _POSTGRESQL_WHOLE
