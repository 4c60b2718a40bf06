"""What clients and episodes said before a file changed them, so that undoing the file can put it back.

For every column both what it was and what the file made of it are kept. So a value that somebody changed since is told
from one that still is the file's, and imports that changed one column after another can be undone in any order.
"""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from api.store import keys as key_store
from api.store.intake.context import Intake
from api.store.sealing import DataKey, Keyring, Place
from schemas.tables import Client, Episode, ImportFormerValue

# By column: what it was, what it became.
Changes = dict[str, tuple[Any, Any]]


def keep(intake: Intake, row: Client | Episode, client_id: UUID, changes: Changes, key: DataKey) -> None:
    """A row that an import changes a second time was, before it, what it was before the first."""
    if intake.import_id is None or not changes:
        return
    noun = _noun(row)
    found = intake.session.scalars(
        sa.select(ImportFormerValue).where(
            col(ImportFormerValue.import_id) == intake.import_id,
            col(ImportFormerValue.noun) == noun,
            col(ImportFormerValue.target_id) == row.id,
        )
    ).first()
    if found is None:
        sealed = _sealed(key, noun, row.id, changes)
        former = ImportFormerValue(
            import_id=intake.import_id, noun=noun, target_id=row.id, client_id=client_id, former_sealed=sealed
        )
        intake.session.add(former)
    else:
        known = _opened(key, found)
        both = known | {column: (known.get(column, change)[0], change[1]) for column, change in changes.items()}
        found.former_sealed = _sealed(key, noun, row.id, both)
    intake.session.flush()


def put_back(session: Session, keyring: Keyring, import_id: UUID) -> None:
    """Where a later import built on what this one said, that one now remembers what was before both."""
    rows = session.scalars(sa.select(ImportFormerValue).where(col(ImportFormerValue.import_id) == import_id)).all()
    keys = key_store.of_clients(session, keyring, {row.client_id for row in rows})
    for former in rows:
        target = _target(session, former)
        key = keys[former.client_id]
        later = _of_other_imports(session, former)
        changed = False
        for column, (was, became) in _opened(key, former).items():
            if not _told_later(later, key, column, was, became) and _says(target, key, column) == became:
                _say(target, key, column, was)
                changed = True
        target.version += changed
        session.delete(former)
    session.flush()


def forget(session: Session, target_ids: set[UUID] | list[UUID]) -> None:
    """Rows that are gone have no former values."""
    about = sa.or_(col(ImportFormerValue.target_id).in_(target_ids), col(ImportFormerValue.client_id).in_(target_ids))
    session.execute(sa.delete(ImportFormerValue).where(about), execution_options={"synchronize_session": False})


def _target(session: Session, former: ImportFormerValue) -> Client | Episode:
    if former.noun == "client":
        return session.scalars(sa.select(Client).where(col(Client.id) == former.target_id)).one()
    return session.scalars(sa.select(Episode).where(col(Episode.id) == former.target_id)).one()


def _of_other_imports(session: Session, former: ImportFormerValue) -> list[ImportFormerValue]:
    statement = sa.select(ImportFormerValue).where(
        col(ImportFormerValue.import_id) != former.import_id,
        col(ImportFormerValue.noun) == former.noun,
        col(ImportFormerValue.target_id) == former.target_id,
        # After a merge two keys may be about: only what this one seals can be told anew under it.
        col(ImportFormerValue.client_id) == former.client_id,
    )
    return list(session.scalars(statement))


def _told_later(later: list[ImportFormerValue], key: DataKey, column: str, was: object, became: object) -> bool:
    for other in later:
        changes = _opened(key, other)
        if column in changes and changes[column][0] == became:
            changes[column] = (was, changes[column][1])
            other.former_sealed = _sealed(key, other.noun, other.target_id, changes)
            return True
    return False


def _says(target: Client | Episode, key: DataKey, column: str) -> object:
    if isinstance(target, Client) and column == "name":
        return key.open(target.name_sealed, Place("clients", "name", target.id))
    return getattr(target, column)


def _say(target: Client | Episode, key: DataKey, column: str, value: Any) -> None:  # noqa: ANN401  # of any column
    if isinstance(target, Client) and column == "name":
        target.name_sealed = key.seal(value, Place("clients", "name", target.id))
    else:
        setattr(target, column, value)


def _noun(row: Client | Episode) -> str:
    return "client" if isinstance(row, Client) else "episode"


def _sealed(key: DataKey, noun: str, target_id: UUID, changes: Changes) -> bytes:
    return key.seal(json.dumps(changes), Place("import_former_values", noun, target_id))


def _opened(key: DataKey, former: ImportFormerValue) -> Changes:
    place = Place("import_former_values", former.noun, former.target_id)
    return {
        column: (was, became) for column, (was, became) in json.loads(key.open(former.former_sealed, place)).items()
    }
