"""RightCloud's journal and documents: what was in force when, and who changed it. Only grows.

See `rightcloud.archive`. What the lines mean is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ledger import tables
from ledger.database import Database

JOURNAL = sa.Table(
    "rightcloud_journal",
    tables.metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", tables.Utc, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
DOCUMENTS = sa.Table(
    "rightcloud_documents",
    tables.metadata,
    sa.Column("digest", tables.Key, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One line; `seq` counts from 1, `body` is JSON text."""

    seq: int
    at: datetime
    by: str
    kind: str
    body: str


class Line(Protocol):
    """A line on its way in."""

    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> str: ...


class RightcloudArchive:
    """May be shared by threads; raises LedgerUnavailable while there is no database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self) -> int:
        with self._database.reading() as connection:
            return _last(connection)

    def rows(self, after: int = 0) -> Sequence[JournalRow]:
        query = sa.select(JOURNAL).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq)
        with self._database.reading() as connection:
            return [_row(row) for row in connection.execute(query)]

    def add(self, lines: Sequence[Line], documents: Mapping[str, bytes], *, expected: int) -> bool:
        """All of it after line `expected`, or nothing and False when that is not the last one."""
        try:
            with self._database.writing() as connection:
                if _last(connection) != expected:
                    return False
                _keep(connection, documents)
                for seq, line in enumerate(lines, expected + 1):
                    connection.execute(sa.insert(JOURNAL).values(_columns(seq, line)))
        except IntegrityError:
            return False  # another writer's line, or its document, came in between
        return True

    def documents(self, digests: Sequence[str]) -> Mapping[str, bytes]:
        columns = DOCUMENTS.c
        query = sa.select(columns.digest, columns.body).where(columns.digest.in_(digests))
        with self._database.reading() as connection:
            return {row.digest: row.body for row in connection.execute(query)}


def _last(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(JOURNAL.c.seq), 0))) or 0)


def _keep(connection: sa.Connection, documents: Mapping[str, bytes]) -> None:
    """Those that are not there yet."""
    columns = DOCUMENTS.c
    query = sa.select(columns.digest).where(columns.digest.in_(list(documents)))
    known = set(connection.scalars(query))
    for digest, body in documents.items():
        if digest not in known:
            connection.execute(sa.insert(DOCUMENTS).values(digest=digest, body=body))


def _columns(seq: int, line: Line) -> dict[str, Any]:
    return {"seq": seq, "at": line.at, "actor": line.by, "kind": line.kind, "body": line.body}


def _row(row: sa.Row[Any]) -> JournalRow:
    return JournalRow(seq=row.seq, at=row.at, by=row.actor, kind=row.kind, body=row.body)
