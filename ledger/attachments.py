"""The bytes of attached files, kept once under their SHA-256, whoever attached them how often.

Which orders a file belongs to, and its name there, stands in the orders' events: whoever may read
the order may read the file.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from ledger.errors import LedgerDamaged, TooMuch
from ledger.upsert import inserted

ATTACHMENTS = sa.Table(
    "attachments",
    tables.metadata,
    sa.Column("sha256", tables.Key, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("stored_at", tables.Utc, nullable=False),
)
LARGEST = 10 * 1024 * 1024


class Attachments:
    """Files are added and read, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, data: bytes, now: datetime) -> str:
        """The hash to read it by, in hex. Raises TooMuch; that of a file kept before is the same.

        Ask the malware scan before: what is kept here is handed out again.
        """
        if not data:
            raise TooMuch("the file is empty: attach one with something in it")
        if len(data) > LARGEST:
            raise TooMuch(f"a file may have {LARGEST // 1024**2} MiB: attach a smaller one")
        name = sha256(data).hexdigest()
        row = {"sha256": name, "size": len(data), "data": data, "stored_at": now}
        with self._database.writing() as connection:
            inserted(connection, ATTACHMENTS, row)
        return name

    def read(self, name: str) -> bytes | None:
        """The bytes; None when there are none. Raises LedgerDamaged when they are others now."""
        if not storable(name):
            return None
        query = sa.select(ATTACHMENTS.c.data).where(ATTACHMENTS.c.sha256 == name)
        with self._database.reading() as connection:
            data = connection.scalar(query)
        if data is None:
            return None
        if sha256(data).hexdigest() != name:
            raise LedgerDamaged(f"the attached file {name} is not what it was: restore the backup")
        return bytes(data)
