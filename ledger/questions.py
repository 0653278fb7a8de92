"""Questions of the portal to whoever may call a provider: rows asked, taken, answered, and gone.

Nothing is drawn from events here: an answer is worth nothing once it is old. Each sort has a table
of its own, with `asked_at` among its columns, and says how long its rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ledger.database import Database

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Questions:
    """The rows of one table, `kept` for so long after they were asked."""

    database: Database
    table: sa.Table
    kept: timedelta

    def old(self, now: datetime) -> Condition:
        """Whether a row counts no more."""
        return self.table.c.asked_at <= now - self.kept

    def ask(self, row: Mapping[str, Any], replaced: Condition) -> None:
        """Put it there; what is too old goes, and what it replaces."""
        gone = sa.or_(self.old(row["asked_at"]), replaced)
        with self.database.writing() as connection:
            connection.execute(sa.delete(self.table).where(gone))
            connection.execute(sa.insert(self.table).values(dict(row)))

    def find(self, *which: Condition) -> sa.Row[Any] | None:
        with self.database.reading() as connection:
            return connection.execute(sa.select(self.table).where(*which)).one_or_none()

    def waiting(self, unanswered: Condition, limit: int) -> Sequence[sa.Row[Any]]:
        """The oldest first."""
        by_age = sa.select(self.table).order_by(self.table.c.asked_at, self.table.c.id)
        with self.database.reading() as connection:
            return connection.execute(by_age.where(unanswered).limit(limit)).all()

    def change(self, which: Condition, values: Mapping[str, Any]) -> bool:
        """Whether there was one to change: of two who take one, one does."""
        change = sa.update(self.table).where(which).values(dict(values))
        with self.database.writing() as connection:
            return bool(connection.execute(change).rowcount)

    def clear(self, now: datetime) -> None:
        """What is too old goes; writes only when there is such."""
        with self.database.reading() as connection:
            some = bool(connection.scalar(sa.select(sa.exists().where(self.old(now)))))
        if some:
            with self.database.writing() as connection:
                connection.execute(sa.delete(self.table).where(self.old(now)))
