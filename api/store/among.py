"""A column's value is one of many: said as one parameter, so that a thousand keys cost no more to state than one."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from schemas.tables.base import Identifier


def texts(session: Session, column: Any, values: Iterable[str]) -> sa.ColumnElement[bool]:  # noqa: ANN401  # a column
    if session.get_bind().dialect.name == "sqlite":
        listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]  # a column's operator
    return column == sa.any_(sa.literal(list(values), ARRAY(sa.String())))  # type: ignore[no-any-return]  # a column's operator


def identifiers(session: Session, column: Any, values: Iterable[UUID]) -> sa.ColumnElement[bool]:  # noqa: ANN401  # a column
    """SQLite has no lists of bytes, so there they are stated one by one."""
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(list(values))  # type: ignore[no-any-return]  # a column's operator
    return column == sa.any_(sa.literal(list(values), ARRAY(Identifier)))  # type: ignore[no-any-return]  # a column's operator
