"""Inserting on both databases, when a row of the same key may be there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_Insert = Callable[[sa.Table], sqlite.Insert | postgresql.Insert]
INSERT: Mapping[str, _Insert] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def inserted(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Whether the row went in; False when a unique key of it is taken already."""
    insert = INSERT[connection.dialect.name](table).values(row).on_conflict_do_nothing()
    # RETURNING and not rowcount, which drivers give for UPDATE alone.
    return connection.execute(insert.returning(sa.literal(1))).scalar() is not None
