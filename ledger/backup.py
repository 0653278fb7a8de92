"""The whole ledger in one file, whichever database holds it, and a ledger again from that file.

Written from one snapshot while the house works on. Restored in one transaction: all or nothing.
Sessions stay out, so that nobody is signed in by a copy, and so does what is kept for an hour.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.archive import Archive, Manifest, archive_at, written_archive
from ledger.database import Database
from ledger.errors import BackupRefused
from ledger.opening import MIGRATION_LOCK, VERSION_TABLE, connected, lift, revision

LEFT_OUT = frozenset({"sessions", "previews", "envelopes"})
CHUNK = 500


def write_backup(database: Database, file: Path, now: datetime) -> Manifest:
    """Copy everything to `file`, for its owner's eyes only; raises BackupRefused.

    The file is whole when it is there: it is written beside, then renamed.
    """
    if file.exists():
        raise BackupRefused(f"{file} is there already and is kept: name a new file")
    part = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with database.reading(snapshot=True) as connection:
            manifest = written_archive(part, now, revision(connection), _found(connection))
        part.rename(file)
    except OSError as error:
        raise BackupRefused(
            f"{file} cannot be written: {error.strerror}; name a file in a folder with room "
            "that you may write to",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore_backup(url: str, file: Path, *, spare: int) -> Manifest:
    """Fill the empty database at `url` from `file`; raises BackupRefused.

    `spare` order numbers are left out after the last one known. Orders placed after the backup had
    the next ones, and what was made for them may stand in a cloud under those numbers: an order
    that got the same number would be handed what belongs to another.
    """
    with archive_at(file) as archive, closing(connected(url)) as database:
        with database.writing() as connection:
            _refuse_what_is_there(connection, database.place)
            lift(connection, database.place, to=archive.manifest.schema, of=str(file))
            _fill(connection, archive)
            counters = tables.counters
            number = {counters.c.value: counters.c.value + spare}
            connection.execute(sa.update(counters).where(counters.c.name == "order").values(number))
        return archive.manifest


def _found(connection: sa.Connection) -> Iterator[tuple[str, Sequence[str], Iterator[Any]]]:
    for table in tables.metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            query = sa.select(table).order_by(*table.primary_key)
            rows = connection.execute(query.execution_options(yield_per=CHUNK))
            yield table.name, [column.name for column in table.columns], iter(rows)


def _refuse_what_is_there(connection: sa.Connection, place: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    if sa.inspect(connection).has_table(VERSION_TABLE):
        raise BackupRefused(
            f"a ledger is in {place} already, and it was left as it is: stop what uses it, put it "
            "aside, and restore into an empty database",
        )


def _fill(connection: sa.Connection, archive: Archive) -> None:
    """Into the tables as they were then; those of today follow when the ledger is opened."""
    there = sa.MetaData()
    there.reflect(connection, only=list(archive.manifest.tables))
    for table in reversed(there.sorted_tables):
        connection.execute(sa.delete(table))
    for table in there.sorted_tables:
        rows = archive.rows(table.name)
        while chunk := list(islice(rows, CHUNK)):
            connection.execute(sa.insert(table), chunk)
        if connection.dialect.name == "postgresql":
            _count_on(connection, table)


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL numbers rows from a sequence, which the rows put in do not move."""
    for column in table.primary_key:
        if isinstance(column.type, sa.Integer):
            sequence = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
            )
            last = connection.scalar(sa.select(sa.func.max(column)))
            if sequence and last:
                connection.execute(sa.select(sa.func.setval(sequence, last)))
