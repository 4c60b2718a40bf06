"""Whatever refers to a client is handed out with their record, or is said to be elsewhere and why: a new table cannot be forgotten."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

import schemas.tables  # noqa: F401  # declares every table
from api.store.belonging_rows import Belonging, OnErasure
from api.store.belongings import BELONGINGS, ELSEWHERE
from api.store.records import handed_out

ROOTS = {"clients", "episodes"}
OF_ONE = {"client_id", "episode_id"}


def about_clients(tables: Mapping[str, sa.Table]) -> set[str]:
    """Clients and episodes, what names one in a column, and whatever refers to any of these."""
    found = ROOTS | {name for name, table in tables.items() if OF_ONE & set(table.c.keys())}
    while True:
        more = {
            name
            for name, table in tables.items()
            if any(key.referred_table.name in found for key in table.foreign_key_constraints)
        }
        if more <= found:
            return found
        found |= more


def missing(tables: Mapping[str, sa.Table]) -> set[str]:
    return about_clients(tables) - {belonging.table for belonging in BELONGINGS} - set(ELSEWHERE)


def unopened(tables: Mapping[str, sa.Table]) -> set[str]:
    """Sealed columns that are neither opened nor kept back with a reason."""
    return {
        f"{belonging.table}.{name}"
        for belonging in BELONGINGS
        for name in tables[belonging.table].c.keys()  # noqa: SIM118  # columns, not a dictionary
        if name.endswith("_sealed") and name not in belonging.opens and name not in belonging.kept_back
    }


def test_every_table_about_clients_is_handed_out_or_said_to_be_elsewhere() -> None:
    assert missing(SQLModel.metadata.tables) == set()
    assert len(about_clients(SQLModel.metadata.tables)) > 18


def test_every_sealed_column_opens() -> None:
    assert unopened(SQLModel.metadata.tables) == set()


def test_the_list_names_only_what_there_is_and_nothing_twice() -> None:
    names = [belonging.table for belonging in BELONGINGS]
    assert len(names) == len(set(names))
    assert not set(names) & set(ELSEWHERE)
    assert set(ELSEWHERE) <= set(SQLModel.metadata.tables)
    for belonging in BELONGINGS:
        columns = set(SQLModel.metadata.tables[belonging.table].c.keys())
        assert set(belonging.opens) | set(belonging.kept_back) <= columns, belonging.table
        assert {opening.key_of for opening in belonging.opens.values()} <= columns, belonging.table
        assert all(belonging.kept_back.values())


def digests_left(belongings: tuple[Belonging, ...]) -> set[str]:
    """Bytes of kept rows that are neither sealed nor written over: what somebody could be recognised by."""
    return {
        f"{belonging.table}.{column.name}"
        for belonging in belongings
        if belonging.on_erasure is OnErasure.KEPT
        for column in SQLModel.metadata.tables[belonging.table].c
        if isinstance(column.type, sa.LargeBinary)
        and not column.name.endswith("_sealed")
        and column.name not in belonging.blanks
    }


def test_what_is_kept_after_an_erasure_holds_no_digest() -> None:
    """But those over rows as they are stored, ciphertext included: they say that nothing was changed, and of nobody who it was."""
    over_what_is_sealed = {
        "termination_notes.digest",
        "note_signatures.digest",
        "note_signatures.content_digest",
        "note_addenda.digest",
        "note_returns.digest",
    }
    assert digests_left(BELONGINGS) == over_what_is_sealed
    kept = [belonging for belonging in BELONGINGS if belonging.on_erasure is OnErasure.KEPT]
    assert len(kept) > 8
    planted = replace(next(one for one in kept if one.table == "check_ins"), blanks={})
    assert digests_left((planted,)) == {
        "check_ins.address_digest",
        "check_ins.terms_digest",
        "check_ins.token_digest",
    }


def test_what_is_written_over_is_there_to_be_written() -> None:
    for belonging in BELONGINGS:
        columns = SQLModel.metadata.tables[belonging.table].c
        assert set(belonging.blanks) <= set(columns.keys()), belonging.table
        assert belonging.on_erasure is OnErasure.KEPT or not belonging.blanks
        assert all(value is not None or columns[name].nullable for name, value in belonging.blanks.items())


def test_what_was_told_about_clinicians_is_not_handed_out_by_one() -> None:
    planted = replace(BELONGINGS[-1], not_to_clinicians=True)
    assert handed_out((*BELONGINGS[:-1], planted), treats=True) == list(BELONGINGS[:-1])
    assert handed_out((planted,), treats=False) == [planted]


def test_a_planted_table_and_a_planted_sealed_column_are_found() -> None:
    planted = sa.MetaData()
    tables: dict[str, Any] = dict(SQLModel.metadata.tables)
    tables["diaries"] = sa.Table("diaries", planted, sa.Column("client_id", sa.Uuid))
    clients = sa.Table("clients", planted, sa.Column("id", sa.Uuid, primary_key=True))
    tables["postcards"] = sa.Table("postcards", planted, sa.Column("about", sa.ForeignKey(clients.c.id)))
    tables["pages"] = sa.Table("pages", planted, sa.Column("id", sa.Uuid, primary_key=True))
    assert missing(tables) == {"diaries", "postcards"}
    tables["flags"] = sa.Table("flags", planted, sa.Column("secret_sealed", sa.LargeBinary))
    assert unopened(tables) == {"flags.secret_sealed"}
